/** What the two-way study found: shares of the variation with intervals, mean likeness of all pairs of maps, and their order by likeness. A pure function of its records. */
import { meanEstimate, type CountedEstimate } from '../../fields/bootstrap.ts';
import { cluster, type Clustering } from '../../fields/cluster.ts';
import { poolTwoWay, type Shares } from '../../fields/twoWay.ts';
import { imageResamples, LEAST } from '../consensus/scores.ts';
import type { TwoWayKept, TwoWayRecord } from './record.ts';
import { cellsOf, type Cell, type TwoWaySetup } from './setup.ts';

/** Which pairs of maps: nothing but the seed differs, only the model, only the method, or both. */
export const PAIRINGS = ['seed', 'model', 'method', 'both'] as const;
export type Pairing = (typeof PAIRINGS)[number];
export const PAIRING_TITLES = { seed: 'same model and method, another seed', model: 'same method, another model', method: 'same model, another method', both: 'another model and another method' } satisfies Record<Pairing, string>;

export interface TwoWayFindings {
  readonly drawn: number;
  readonly kept: number;
  /** Fewer than three kept images: no intervals are given. */
  readonly tooFew: boolean;
  readonly seed: number;
  readonly resamples: number;
  /** Over the images on which the same methods are complete; absent where there are none. */
  readonly shares?: Shares;
  /** Of the shares. */
  readonly methods: readonly string[];
  /** Whether some method draws: without, the residual is not known and stands in the interaction. */
  readonly replicated: boolean;
  /** Of Spearman's ρ between maps. */
  readonly likeness: Readonly<Record<Pairing, CountedEstimate>>;
  /** Rows of the matrix: maps of the first seed that can be compared with all others. */
  readonly cells: readonly Cell[];
  /** Means over images, by place in `cells`. */
  readonly matrix: readonly (readonly number[])[];
  readonly clustering: Clustering;
}

const packed = (i: number, j: number): number => (i > j ? (i * (i - 1)) / 2 + j : (j * (j - 1)) / 2 + i);
const meanOfNumbers = (values: readonly (number | null)[]): number => {
  const numbers = values.filter((value) => value !== null);
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
};

function pairingOf(a: Cell, b: Cell): Pairing | undefined {
  const [sameModel, sameMethod] = [a.model === b.model, a.method === b.method];
  if (sameModel && sameMethod) return 'seed';
  if (a.replicate !== 0 || b.replicate !== 0) return undefined;
  return sameMethod ? 'model' : sameModel ? 'method' : 'both';
}

/** The methods that most images have complete. */
function commonMethods(kept: readonly TwoWayKept[]): readonly string[] {
  const lists = kept.filter(({ components }) => components).map(({ methods }) => methods);
  const count = (list: readonly string[]) => lists.filter((other) => other.join() === list.join()).length;
  return lists.reduce<readonly string[]>((best, list) => (count(list) > count(best) ? list : best), []);
}

/** Each image once, in whatever order records come. */
export function twoWayFindings(list: readonly TwoWayRecord[], setup: TwoWaySetup, count = 1000): TwoWayFindings {
  const records = [...new Map(list.map((record) => [record.at, record])).values()].sort((a, b) => a.at - b.at);
  const kept = records.filter((record) => record.kind === 'kept');
  const draws = (n: number) => imageResamples(n, setup.seed, count);
  const cells = cellsOf(setup);
  const methods = commonMethods(kept);
  const decomposed = kept.filter((record) => record.methods.join() === methods.join()).flatMap(({ components }) => (components ? [components] : []));
  const pairs = cells.flatMap((a, i) => cells.slice(0, i).map((b, j) => ({ at: packed(i, j), pairing: pairingOf(a, b) })));
  const likeness = (pairing: Pairing) => { const own = pairs.filter((pair) => pair.pairing === pairing); return meanEstimate(kept.map(({ similarity }) => meanOfNumbers(own.map(({ at }) => similarity[at]!))), draws(kept.length)); };
  const means = cells.map((_, i) => cells.map((__, j) => (i === j ? 1 : meanOfNumbers(kept.map(({ similarity }) => similarity[packed(i, j)]!)))));
  const known = means.map((row) => row.filter((value) => !Number.isNaN(value)).length);
  const first = cells.flatMap(({ replicate }, i) => (replicate === 0 && known[i]! > 1 ? [i] : []));
  const rows = comparable(first, means);
  const matrix = rows.map((i) => rows.map((j) => means[i]![j]!));
  return {
    drawn: records.length, kept: kept.length, tooFew: kept.length < LEAST, seed: setup.seed, resamples: count,
    ...(decomposed.length > 0 ? { shares: poolTwoWay(decomposed, draws(decomposed.length)) } : {}),
    methods, replicated: decomposed.some(({ residual }) => residual !== null),
    likeness: { seed: likeness('seed'), model: likeness('model'), method: likeness('method'), both: likeness('both') },
    cells: rows.map((i) => cells[i]!), matrix, clustering: cluster(matrix),
  };
}

/** Rows left when, one by one, the row with the most gaps is taken out until there are none. */
function comparable(rows: readonly number[], means: readonly (readonly number[])[]): readonly number[] {
  const gaps = rows.map((i) => rows.filter((j) => Number.isNaN(means[i]![j])).length);
  const most = Math.max(0, ...gaps);
  return most === 0 ? rows : comparable(rows.filter((_, place) => place !== gaps.lastIndexOf(most)), means);
}
