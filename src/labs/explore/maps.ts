/** From results to what the grid draws: pooled planes, shared limits, the consensus of each column. Pure; costly steps are made once per result. */
import { chooseSign, isSigned, pool } from '../../fields/pool.ts';
import type { PlaneMap } from '../../fields/field.ts';
import { describeMap } from '../../fields/summary.ts';
import { scaleCells, type CellScale, type ScaleCell } from '../../fields/scale.ts';
import { appliedRule, vote, type Consensus, type NoConsensus } from '../../fields/vote.ts';
import type { ChannelPooling, ConsensusChoice, DisplayChoice, SignChoice } from '../../state/view.ts';
import type { ExplainRequest, ExplainResult, MethodEntry } from '../../worker/protocol.ts';
import type { Standing } from '../../state/voting.ts';
import { isControl } from '../../ui/families.ts';
import { once } from '../../ui/raster.ts';

/** One finished map of the grid, with what made it. */
export interface Finished {
  readonly model: string;
  readonly method: MethodEntry;
  readonly request: ExplainRequest;
  readonly result: ExplainResult;
  readonly preview: boolean;
  /** Still being computed: what is known so far. It is drawn and marked, but neither votes nor is exported. */
  readonly growing: boolean;
  /** It answers the present question (image and class): only such maps vote. */
  readonly current: boolean;
}

export interface Drawn extends Finished {
  /** One number per place, both signs. */
  readonly plane: PlaneMap;
  /** With the chosen sign. */
  readonly map: PlaneMap;
  readonly signed: boolean;
  readonly scale: CellScale;
}

const planes = once((_: ExplainResult) => new Map<string, PlaneMap>());

function remembered(result: ExplainResult, key: string, make: () => PlaneMap): PlaneMap {
  const known = planes(result);
  const plane = known.get(key) ?? make();
  known.set(key, plane);
  return plane;
}

/** [H, W, C] → [H, W], made once per result and pooling. */
export const planeOf = (result: ExplainResult, pooling: ChannelPooling): PlaneMap => remembered(result, pooling, () => pool(result, pooling));

const signedPlane = (result: ExplainResult, pooling: ChannelPooling, sign: SignChoice): PlaneMap =>
  sign === 'both' ? planeOf(result, pooling) : remembered(result, `${pooling} ${sign}`, () => chooseSign(planeOf(result, pooling), sign));

/** The map in words, made once per map. */
export const summaryOf = (plane: PlaneMap, signed: boolean): string => (signed ? signedSummary : plainSummary)(plane);
const signedSummary = once((plane: PlaneMap) => describeMap(plane, true));
const plainSummary = once((plane: PlaneMap) => describeMap(plane, false));

const massOf = once((plane: PlaneMap) => plane.data.reduce((sum, value) => sum + Math.abs(value), 0));

const difference = ({ value, baselineValue }: ExplainResult) => (baselineValue === undefined ? {} : { difference: value - baselineValue });

/** What of the display decides about maps and limits, not about their looks. */
export type Scaling = Pick<DisplayChoice, 'scope' | 'unit' | 'percentile' | 'pooling' | 'sign'>;

/** Every map as it is drawn, in the order given. */
export function drawCells(cells: readonly Finished[], display: Scaling): Drawn[] {
  const prepared = cells.map((cell) => {
    const plane = planeOf(cell.result, display.pooling);
    return { ...cell, plane, map: signedPlane(cell.result, display.pooling, display.sign), signed: isSigned(cell.method.signed, display.pooling, display.sign) };
  });
  const inputs = prepared.map(
    ({ model, method, map, signed, plane, result }): ScaleCell => ({ row: model, column: method.id, map, signed, mass: massOf(plane), ...difference(result) }),
  );
  const scales = scaleCells(inputs, display);
  return prepared.map((cell, index) => ({ ...cell, scale: scales[index]! }));
}

/** The same drawing: nothing of it would look or read otherwise. */
export const sameDrawn = (a: Drawn, b: Drawn): boolean =>
  a.result === b.result &&
  a.map === b.map &&
  a.plane === b.plane &&
  a.signed === b.signed &&
  a.preview === b.preview &&
  a.growing === b.growing &&
  a.current === b.current &&
  a.scale.rawLimit === b.scale.rawLimit &&
  a.scale.divisor === b.scale.divisor &&
  a.scale.basis === b.scale.basis &&
  a.scale.nearZero === b.scale.nearZero &&
  a.scale.notes.join() === b.scale.notes.join();

/** What of a model decides about its vote. */
export interface Voter {
  readonly standing: Standing;
  readonly family: string;
}

/** The consensus of one column of finished maps; none for a control. `voters`: who votes, by model; others do not. `undefined` before any map is there. */
export function columnConsensus(
  method: MethodEntry,
  cells: readonly Drawn[],
  voters: ReadonlyMap<string, Voter>,
  choice: Pick<ConsensusChoice, 'vote' | 'balance'>,
): Consensus | NoConsensus | undefined {
  const members = cells.filter((cell) => cell.method.id === method.id && cell.current && !cell.growing);
  if (isControl(method)) return { kind: 'none', reason: 'A control: it votes for nothing.', abstained: [] };
  if (members.length === 0) return undefined;
  const shares = scaleCells(
    members.map(({ model, plane, signed, result }) => ({ row: model, column: method.id, map: plane, signed, mass: massOf(plane), ...difference(result) })),
    { scope: 'column', unit: 'share', percentile: 100 },
  );
  const ballots = members.map(({ model, plane }, index) => {
    const { standing, family } = voters.get(model) ?? { standing: 'dissents', family: model };
    return {
      id: model,
      map: { ...plane, data: plane.data.map((value) => value / shares[index]!.divisor) },
      votes: standing === 'votes',
      family,
      ...(standing === 'votes' ? {} : { why: standing }),
    };
  });
  return vote(ballots, appliedRule(choice.vote, method), { balance: choice.balance });
}

/** Remembers the last result of each key while its inputs stay the same, item by item. */
export function createMemo<T>() {
  const known = new Map<string, { inputs: readonly unknown[]; value: T }>();
  return (key: string, inputs: readonly unknown[], make: () => T): T => {
    const before = known.get(key);
    if (before && before.inputs.length === inputs.length && before.inputs.every((input, i) => input === inputs[i])) return before.value;
    const value = make();
    known.set(key, { inputs, value });
    return value;
  };
}
