/** What the two-way study keeps of one image: variances by model, method, both and seed, and how alike all maps are. Plain JSON, a pure function of the outcomes. */
import { pool } from '../../fields/pool.ts';
import { resizeMap } from '../../fields/resize.ts';
import { rankShare } from '../../fields/normalize.ts';
import { pearson } from '../../fields/similarity.ts';
import { twoWay, type TwoWay } from '../../fields/twoWay.ts';
import { argmax, factsOf, type MapOutcome, type Outcome } from '../explanations.ts';
import type { Found } from '../plan.ts';
import { nameOf, SIDE } from '../setup.ts';
import { baseOf, cellsOf, mapsOf, type Cell, type TwoWaySetup } from './setup.ts';

interface ImageRecord {
  /** Place in the study's list of images. */
  readonly at: number;
  readonly name: string;
  readonly target: number;
}
export interface TwoWayKept extends ImageRecord {
  readonly kind: 'kept';
  /** Methods that every model has a map of, with something in it: those that are decomposed. */
  readonly methods: readonly string[];
  /** `null` for fewer than two models or two such methods. */
  readonly components: TwoWay | null;
  /** Spearman's ρ of |w| over pixels between the maps of `cellsOf`, j < i, row by row; `null` where one is missing or constant. */
  readonly similarity: readonly (number | null)[];
}
export interface TwoWayLeftOut extends ImageRecord {
  readonly kind: 'left out';
  readonly wrong: readonly string[];
}
export type TwoWayRecord = TwoWayKept | TwoWayLeftOut;

/** Ranks of |w| as 0 … 1, coarse maps as the blocks they are; `undefined` for a constant map. */
function ranksOf(map: MapOutcome): Float32Array | undefined {
  const ranks = rankShare(resizeMap(pool(map, 'abs-sum'), SIDE, SIDE, 'nearest').data);
  return ranks.some((rank) => rank !== ranks[0]) ? ranks : undefined;
}

/** The record of image `at`, once everything of it is there or among the failures, by its key. `undefined` until then. Some 100 ms for 48 maps. */
export function twoWayRecordAt(setup: TwoWaySetup, at: number, found: Found<Outcome>, failed: ReadonlySet<string> = new Set()): TwoWayRecord | undefined {
  const facts = factsOf(baseOf(setup), at, found);
  const { image, target, standing, answers } = facts;
  if (standing === 'waiting' || target === undefined) return undefined;
  const about = { at, name: nameOf(image), target };
  if (standing === 'left out') return { kind: 'left out', ...about, wrong: setup.models.filter(({ id }) => { const answer = answers.get(id); return answer && argmax(answer) !== target; }).map(({ id }) => id) };
  const { maps, open } = mapsOf(setup, facts, found, failed);
  return open ? undefined : { kind: 'kept', ...about, ...measure(setup, maps) };
}

const idOf = ({ model, method, replicate }: Cell): string => `${model} ${method} ${replicate}`;

function measure(setup: TwoWaySetup, maps: ReadonlyMap<Cell, MapOutcome>): Pick<TwoWayKept, 'methods' | 'components' | 'similarity'> {
  const ranks = new Map([...maps].flatMap(([cell, map]) => { const own = ranksOf(map); return own ? [[idOf(cell), own] as const] : []; }));
  const cells = cellsOf(setup);
  const rows = cells.map((cell) => ranks.get(idOf(cell)));
  const complete = setup.methods.filter(({ method }) => cells.every((cell, i) => cell.method !== method.id || rows[i]));
  const replicates = complete.some(({ draws }) => draws) ? ([0, 1] as const) : ([0] as const);
  const table = setup.models.map(({ id: model }) => complete.map(({ method, draws }) => replicates.map((replicate) => ranks.get(idOf({ model, method: method.id, replicate: draws ? replicate : 0 }))!)));
  return {
    methods: complete.map(({ method }) => method.id),
    components: setup.models.length > 1 && complete.length > 1 ? twoWay(table) : null,
    similarity: rows.flatMap((a, i) => rows.slice(0, i).map((b) => (a && b ? pearson(a, b) : null))),
  };
}
