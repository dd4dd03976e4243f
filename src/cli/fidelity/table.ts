/** From rows to tables: pooled concordance with interval by model and method, the difference to the area control, and what the effects themselves were. Reads no file. */
import { METHODS } from '../../engine/methods/index.ts';
import { stream } from '../../engine/math/rng.ts';
import { pairsOf } from '../../engine/metrics/causalFidelity.ts';
import { drawResamples, type Estimate, type Resamples } from '../../fields/bootstrap.ts';
import { comparedPairs, concordanceDifference, pooledConcordance, type PairCounts } from '../../fields/concordance.ts';
import { CONTROLS } from './controls.ts';
import type { MapRow, SceneRow, Setting } from './rows.ts';

const RESAMPLES = 2000;

export interface MethodLine {
  readonly method: string;
  readonly title: string;
  readonly signed: boolean;
  readonly setting: Setting;
  readonly fidelity: Estimate;
  readonly scenes: number;
  readonly pairs: number;
  /** To the controls on the same scenes, sign for sign; absent for the control itself. */
  readonly overArea?: Estimate;
  readonly overObject?: Estimate;
  /** CPU seconds of one map. */
  readonly seconds?: number;
}
export interface ModelTable {
  readonly model: string;
  readonly right: number;
  readonly wrong: number;
  /** By fidelity, signed methods first. */
  readonly lines: readonly MethodLine[];
  /** Method → why it has no map. */
  readonly absent: readonly { readonly method: string; readonly reason: string; readonly scenes: number }[];
}

type Counts = ReadonlyMap<number, PairCounts>;
const titles = new Map<string, string>([...METHODS, ...CONTROLS].map(({ id, title }) => [id, title]));
export const titleOf = (id: string): string => titles.get(id) ?? id;

/** Items by key, keys in the order of their first item. */
function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function resampler(seed: number): (n: number) => Resamples {
  const drawn = new Map<number, Resamples>();
  return (n) => drawn.get(n) ?? drawn.set(n, drawResamples(stream(seed, 'fidelity-bootstrap').below, n, RESAMPLES)).get(n)!;
}

/** One table a model, in the order of the rows. */
export function tabulate(scenes: readonly SceneRow[], maps: readonly MapRow[], seed: number): ModelTable[] {
  const resamples = resampler(seed);
  return [...new Set(scenes.map(({ model }) => model))].map((model) => {
    const own = scenes.filter((row) => row.model === model);
    const groups = grouped(maps.filter((row) => row.model === model && row.detail), (row) => `${row.method} ${String(row.signed)} ${row.setting}`);
    const counts = (method: string, signed: boolean): Counts => countsOf(groups.get(`${method} ${String(signed)} control`) ?? []);
    const lines = [...groups.values()].map((rows) => lineOf(rows, (id) => counts(id, rows[0]!.signed), resamples));
    lines.sort((a, b) => Number(b.signed) - Number(a.signed) || b.fidelity.value - a.fidelity.value);
    const right = own.filter((row) => row.right).length;
    return { model, right, wrong: own.length - right, lines, absent: absentOf(maps.filter((row) => row.model === model && row.reason !== undefined)) };
  });
}

/** Scenes with a pair to compare. */
const countsOf = (rows: readonly MapRow[]): Counts => new Map(rows.map((row) => [row.scene, pairsOf({ score: row.score, detail: row.detail })]));

function lineOf(rows: readonly MapRow[], control: (id: string) => Counts, resamples: (n: number) => Resamples): MethodLine {
  const { method, signed, setting } = rows[0]!;
  const counts = countsOf(rows);
  const pairs = [...counts.values()];
  const over = (id: string) => {
    if (method === id) return undefined;
    const other = control(id);
    const common = [...counts.keys()].filter((scene) => other.has(scene));
    return concordanceDifference(common.map((scene) => counts.get(scene)!), common.map((scene) => other.get(scene)!), resamples(common.length));
  };
  const timed = rows.flatMap((row) => (row.seconds === undefined ? [] : [row.seconds]));
  return {
    method,
    title: titleOf(method),
    signed,
    setting,
    fidelity: pooledConcordance(pairs, resamples(pairs.length)),
    scenes: pairs.length,
    pairs: pairs.reduce((sum, scene) => sum + comparedPairs(scene), 0),
    overArea: over('area-only'),
    overObject: over('object-only'),
    seconds: timed.length > 0 ? timed.reduce((sum, s) => sum + s, 0) / timed.length : undefined,
  };
}

const absentOf = (rows: readonly MapRow[]) =>
  [...grouped(rows, ({ method, reason }) => `${method} ${reason}`).values()].map((same) => ({ method: same[0]!.method, reason: same[0]!.reason!, scenes: same.length }));

export interface EffectLine {
  readonly model: string;
  readonly unit: string;
  readonly n: number;
  /** Means over the scenes where the unit shows. */
  readonly effect: number;
  readonly size: number;
  readonly area: number;
}

/** What the units truly did, by kind: a part is any part. */
export function effectsBy(scenes: readonly SceneRow[]): EffectLine[] {
  const all = scenes.flatMap(({ model, units }) => units.map((unit) => ({ model, kind: unit.part ? 'parts' : unit.name, pixels: units.reduce((sum, { pixels }) => sum + pixels, 0), unit })));
  return [...grouped(all, ({ model, kind }) => `${model} ${kind}`).values()].map((same) => {
    const mean = (value: (one: (typeof same)[number]) => number) => same.reduce((sum, one) => sum + value(one), 0) / same.length;
    return { model: same[0]!.model, unit: same[0]!.kind, n: same.length, effect: mean(({ unit }) => unit.effect), size: mean(({ unit }) => Math.abs(unit.effect)), area: mean(({ unit, pixels }) => unit.pixels / pixels) };
  });
}
