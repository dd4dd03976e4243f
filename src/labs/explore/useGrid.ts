/** The grid as the page draws it: rows, columns, maps, consensus, predictions. Reads the store; computes nothing that maps.ts does not. */
import { createContext, useContext, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Consensus, NoConsensus } from '../../fields/vote.ts';
import { allModels, classSpace, shortTitle } from '../../state/classes.ts';
import { askedOf, committeeMajority, predictionFrom, targetOf, type Prediction } from '../../state/request.ts';
import { SCENE_DRAG, SLOTS, type State } from '../../state/store.ts';
import type { View } from '../../state/view.ts';
import { standingOf, type Standing } from '../../state/voting.ts';
import { imageKey } from '../../worker/key.ts';
import type { Entry } from '../../worker/client.ts';
import type { AnyModel, MethodEntry } from '../../worker/protocol.ts';
import { useAppState } from '../../ui/app.ts';
import { dissents, takenOut } from './committee.ts';
import { columnConsensus, createMemo, drawCells, sameDrawn, type Drawn, type Finished } from './maps.ts';

export interface Row {
  readonly model: AnyModel;
  /** In the committee: its row is drawn. */
  readonly shown: boolean;
  readonly prediction?: Prediction;
  /** Why there is no prediction. */
  readonly problem?: string;
  /** Predicts another class than the one explained. */
  readonly dissents: boolean;
  /** Whether it votes, or why not. */
  readonly standing: Standing;
}

export interface Committee {
  /** In the view's order; models that were just taken out of the committee last. */
  readonly rows: readonly Row[];
  readonly methods: readonly MethodEntry[];
  /** Names of the classes of the view (state/classes.ts), in words within a sentence. */
  readonly classes: readonly string[];
  /** Those that a model on show knows. */
  readonly known: readonly number[];
  /** The class that most members predict. */
  readonly majority: number | undefined;
  /** The class asked of all members; none where each explains its own, or while unknown. */
  readonly explained: number | undefined;
}

/** The committee and its maps, by slot, with the consensus by method id. */
export interface Grid extends Committee {
  readonly maps: ReadonlyMap<string, Drawn>;
  readonly consensus: ReadonlyMap<string, Consensus | NoConsensus>;
}

/** Changes with predictions and choices only, not with every map that comes. */
export const CommitteeContext = createContext<Committee | undefined>(undefined);
export function useCommittee(): Committee {
  const committee = useContext(CommitteeContext);
  if (!committee) throw new Error('no committee around this component: render it inside <CommitteeContext value={committee}>');
  return committee;
}

export const GridContext = createContext<Grid | undefined>(undefined);
export function useGridContext(): Grid {
  const grid = useContext(GridContext);
  if (!grid) throw new Error('no grid around this component: render it inside <GridContext value={grid}>');
  return grid;
}

/** Class ids and titles as words within a sentence. */
export const className = shortTitle;

/** What the outputs of a model are called, as words within a sentence. */
export const outputNames = ({ own, classes }: Pick<AnyModel, 'own' | 'classes'>, common: readonly string[]): readonly string[] => (own ? classes.map(className) : common);

const problemOf = (entry: Entry | undefined) => (entry?.status === 'failed' ? entry.message : undefined);

const EMPTY_SHOWN: readonly unknown[] = [];

export function useGrid(): { readonly grid: Grid; readonly committee: Committee } {
  const view = useAppState((state) => state.view);
  const catalog = useAppState((state) => state.catalog);
  const shown = useAppState(useShallow((state: State) => shownOf(state)));
  const answers = useAppState(useShallow((state: State) => state.view.models.map((id) => state.entries[SLOTS.prediction(id)]?.shown)));
  const targets = useAppState(useShallow((state: State) => state.view.models.map((id) => targetOf(state, id))));
  const asked = useAppState((state) => (state.view.models[0] === undefined || state.view.target === 'own' ? undefined : askedOf(state, state.view.models[0])));
  const problems = useAppState(useShallow((state: State) => state.view.models.map((id) => problemOf(state.entries[SLOTS.prediction(id)]))));
  const dragged = useAppState((state) => state.dragging === SCENE_DRAG);
  const majority = useAppState(committeeMajority);
  const out = useTakenOut(view.models);
  const { vote, weak, dissenters, balance } = view.consensus;
  const [remember] = useState(() => createMemo<Consensus | NoConsensus | undefined>());

  const methods = useMemo(() => view.methods.flatMap((id) => catalog.methods.find((method) => method.id === id) ?? []), [view.methods, catalog]);
  const space = classSpace(catalog);
  const rows = useMemo(() => {
    const all = allModels(catalog);
    const predictions = view.models.map((id, i) => predictionFrom(answers[i] && { status: 'done', request: answers[i].request, shown: answers[i] }, view.image, dragged, space));
    const inside = view.models.flatMap((id, i): Row[] => {
      const model = all.find((entry) => entry.id === id);
      const prediction = predictions[i];
      if (!model) return [];
      const stranger = asked !== undefined && space.output(id, asked) === undefined;
      const other = dissents(prediction, view.target, asked);
      return [{ model, shown: true, prediction, problem: prediction ? undefined : problems[i], dissents: other, standing: stranger ? 'stranger' : standingOf(model, other, { weak, dissenters }) }];
    });
    const outside = all.filter(({ id }) => out.includes(id) && !view.models.includes(id)).map((model): Row => ({ model, shown: false, dissents: false, standing: 'votes' }));
    return [...inside, ...outside];
  }, [view.models, view.image, view.target, dragged, weak, dissenters, catalog, space, answers, problems, asked, out]);

  const { scope, unit, percentile, pooling, sign } = view.display;
  const finished = useMemo(() => finishedCells({ models: view.models, methods: view.methods, image: view.image }, methods, shown, view.models.map((id, row) => (targets[row] === undefined ? undefined : space.output(id, targets[row])))), [view.models, view.methods, view.image, methods, shown, targets, space]);
  const before = useRef<ReadonlyMap<string, Drawn>>(new Map());
  const maps = useMemo(() => {
    const drawn = drawCells(finished, { scope, unit, percentile, pooling, sign });
    const cells = drawn.map((cell): [string, Drawn] => {
      const slot = SLOTS.cell(cell.model, cell.method.id);
      const last = before.current.get(slot);
      return [slot, last && sameDrawn(last, cell) ? last : cell];
    });
    return (before.current = new Map(cells));
  }, [finished, scope, unit, percentile, pooling, sign]);

  const consensus = useMemo(() => {
    const voters = new Map(rows.filter((row) => row.shown).map(({ model: { id, family }, standing }) => [id, { standing, family }] as const));
    const standings = [...voters].map(([id, { standing }]) => `${id} ${standing}`).join();
    const all = [...maps.values()];
    const columns = methods.flatMap((method): [string, Consensus | NoConsensus][] => {
      const cells = all.filter((cell) => cell.method.id === method.id);
      const inputs = [...cells.flatMap(({ model, plane, current, growing }) => [model, plane, current, growing]), standings, vote, balance];
      const found = remember(method.id, inputs, () => columnConsensus(method, cells, voters, { vote, balance }));
      return found ? [[method.id, found]] : [];
    });
    return new Map(columns);
  }, [maps, methods, rows, vote, balance, remember]);

  const classes = useMemo(() => space.titles.map(className), [space]);
  const known = useMemo(() => classes.map((_, k) => k).filter((k) => view.models.some((id) => space.output(id, k) !== undefined)), [classes, view.models, space]);
  const committee = useMemo(() => ({ rows, methods, classes, known, majority, explained: asked }), [rows, methods, classes, known, majority, asked]);
  const grid = useMemo(() => ({ ...committee, maps, consensus }), [committee, maps, consensus]);
  return { grid, committee };
}

/** What was taken out one by one since the committee was chosen. */
function useTakenOut(models: readonly string[]): readonly string[] {
  const [seen, setSeen] = useState<{ readonly models: readonly string[]; readonly out: readonly string[] }>({ models, out: [] });
  if (seen.models === models) return seen.out;
  const out = takenOut(seen.models, models, seen.out);
  setSeen({ models, out });
  return out;
}

/** What every cell shows, row by row. */
function shownOf({ view, entries }: State): readonly unknown[] {
  if (view.methods.length === 0) return EMPTY_SHOWN;
  return view.models.flatMap((model) => view.methods.map((method) => entries[SLOTS.cell(model, method)]?.shown));
}

function finishedCells(view: Pick<View, 'models' | 'methods' | 'image'>, methods: readonly MethodEntry[], shown: readonly unknown[], targets: readonly (number | undefined)[]): Finished[] {
  return view.models.flatMap((model, row) =>
    view.methods.flatMap((id, column): Finished[] => {
      const method = methods.find((entry) => entry.id === id);
      const cell = shown[row * view.methods.length + column] as State['entries'][string]['shown'];
      if (!method || cell?.request.kind !== 'explain' || cell.result.kind !== 'explain') return [];
      const { request, result, preview, partial: growing } = cell;
      const current = imageKey(request.image) === imageKey(view.image) && request.target === targets[row];
      return [{ model, method, request, result, preview, growing, current }];
    }),
  );
}
