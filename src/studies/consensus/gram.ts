/**
 * Products of the ballots of one image: with them the likeness of any two committees' consensus maps is known without the maps,
 * since a consensus is a weighted mean of ballots. Not average precision, nor Spearman's ρ of a consensus: these need the maps (record.ts).
 */
import { familyWeights } from '../../fields/vote.ts';
import type { Likeness } from './settings.ts';

/** Of the ballots of one image. Plain data: it stands in the record. */
export interface Gram {
  /** Whose ballots: model ids; the ensemble is among them. */
  readonly ids: readonly string[];
  /** Σ vᵢ vⱼ over the places, j ≤ i, row by row: m (m + 1) / 2 numbers. */
  readonly products: readonly number[];
  /** Σ vᵢ. */
  readonly sums: readonly number[];
  /** Pixels, or superpixels. */
  readonly places: number;
}

/** m² n / 2 products. */
export function gramOf(ballots: ReadonlyMap<string, Float32Array>): Gram {
  const rows = [...ballots.values()];
  const products: number[] = [];
  for (const [i, a] of rows.entries()) {
    for (const b of rows.slice(0, i + 1)) {
      let total = 0;
      for (let place = 0; place < a.length; place++) total += a[place]! * b[place]!;
      products.push(total);
    }
  }
  return { ids: [...ballots.keys()], products, sums: rows.map((row) => row.reduce((total, value) => total + value, 0)), places: rows[0]?.length ?? 0 };
}

/** Rows by id and the whole symmetric matrix, kept as long as the record lives: findings ask some ten thousand times. */
interface Opened {
  readonly row: ReadonlyMap<string, number>;
  readonly full: Float64Array;
}
const opened = new WeakMap<Gram, Opened>();
function open(gram: Gram): Opened {
  const before = opened.get(gram);
  if (before) return before;
  const m = gram.ids.length;
  const full = new Float64Array(m * m);
  let next = 0;
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) full[i * m + j] = full[j * m + i] = gram.products[next++]!;
  const made = { row: new Map(gram.ids.map((id, row) => [id, row])), full };
  opened.set(gram, made);
  return made;
}

/** A consensus, as a weighted mean of ballots: c = Σ ωᵢ vᵢ with Σ ω = 1. */
export interface Mixture {
  /** In the Gram matrix. */
  readonly rows: readonly number[];
  readonly weights: readonly number[];
  /** ‖c‖² and Σ c. */
  readonly square: number;
  readonly sum: number;
}

type Weighted = Pick<Mixture, 'rows' | 'weights'>;

function product(gram: Gram, a: Weighted, b: Weighted): number {
  const { full } = open(gram);
  const m = gram.ids.length;
  let total = 0;
  for (let i = 0; i < a.rows.length; i++) {
    const from = a.rows[i]! * m;
    let row = 0;
    for (let j = 0; j < b.rows.length; j++) row += b.weights[j]! * full[from + b.rows[j]!]!;
    total += a.weights[i]! * row;
  }
  return total;
}

/** The consensus of those of `ids` that have a ballot; `families` gives each family one voice. `undefined` where nobody has one. */
export function mixtureOf(gram: Gram, ids: readonly string[], families?: ReadonlyMap<string, string>): Mixture | undefined {
  const { row } = open(gram);
  const there = ids.filter((id) => row.has(id));
  if (there.length === 0) return undefined;
  const voices = families ? familyWeights(there.map((id) => families.get(id) ?? id)) : there.map(() => 1);
  let [all, sum] = [0, 0];
  for (const voice of voices) all += voice;
  const mixed = { rows: there.map((id) => row.get(id)!), weights: voices.map((voice) => voice / all) };
  for (let i = 0; i < there.length; i++) sum += mixed.weights[i]! * gram.sums[mixed.rows[i]!]!;
  return { ...mixed, square: product(gram, mixed, mixed), sum };
}

/** What is left of products that cancel, as a share of one: rounding. */
const ROUNDING = 1e-12;

/** How alike two consensus maps are, and how far apart. */
export interface Comparison {
  readonly cosine: number;
  readonly pearson: number;
  /** The root of the mean square difference. */
  readonly distance: number;
}

/**
 * cos = ⟨a, b⟩ / ‖a‖‖b‖; r the same of the centred maps; d² = (‖a‖² − 2⟨a, b⟩ + ‖b‖²) / n, to about 1e-6.
 * NaN where it is not defined, as in `similarity.ts`.
 */
export function compare(gram: Gram, a: Mixture, b: Mixture): Comparison {
  const ab = product(gram, a, b);
  const centred = (value: number, sums: number): number => (Math.abs(value - sums / gram.places) <= ROUNDING * Math.abs(value) ? 0 : value - sums / gram.places);
  const square = a.square - 2 * ab + b.square;
  return {
    cosine: ratio(ab, a.square, b.square),
    pearson: ratio(centred(ab, a.sum * b.sum), centred(a.square, a.sum ** 2), centred(b.square, b.sum ** 2)),
    distance: square <= ROUNDING * (a.square + b.square) ? 0 : Math.sqrt(square / gram.places),
  };
}

const ratio = (ab: number, aa: number, bb: number): number => (aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : Number.NaN);

/** exp(−½ (d/σ)²): see `radialBasis`. */
export const nearness = (distance: number, sigma: number): number => Math.exp(-0.5 * (distance / sigma) ** 2);

/** The chosen likeness, for the radial basis the distance: what σ is not in yet. */
export function rawLikeness(gram: Gram, a: Mixture, b: Mixture, kind: Exclude<Likeness, 'spearman'>): number {
  const found = compare(gram, a, b);
  return kind === 'radial-basis' ? found.distance : found[kind];
}
