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

const at = (i: number, j: number): number => (i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i);

/** A weighted mean of ballots: places in the Gram matrix and their weights, Σ = 1. */
export interface Mixture {
  readonly rows: readonly number[];
  readonly weights: readonly number[];
}

/** The consensus of those of `ids` that have a ballot; `families` gives each family one voice. `undefined` where nobody has one. */
export function mixtureOf(gram: Gram, ids: readonly string[], families?: ReadonlyMap<string, string>): Mixture | undefined {
  const there = ids.filter((id) => gram.ids.includes(id));
  if (there.length === 0) return undefined;
  const weights = families ? familyWeights(there.map((id) => families.get(id) ?? id)) : there.map(() => 1);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return { rows: there.map((id) => gram.ids.indexOf(id)), weights: weights.map((weight) => weight / all) };
}

export function product({ products }: Gram, a: Mixture, b: Mixture): number {
  let total = 0;
  for (let i = 0; i < a.rows.length; i++) {
    let row = 0;
    for (let j = 0; j < b.rows.length; j++) row += b.weights[j]! * products[at(a.rows[i]!, b.rows[j]!)]!;
    total += a.weights[i]! * row;
  }
  return total;
}

const sumOf = ({ sums }: Gram, { rows, weights }: Mixture): number => rows.reduce((total, row, i) => total + weights[i]! * sums[row]!, 0);

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
  const [aa, bb, ab] = [product(gram, a, a), product(gram, b, b), product(gram, a, b)];
  const [sumA, sumB] = [sumOf(gram, a), sumOf(gram, b)];
  const centred = (value: number, other: number): number => (Math.abs(value - other / gram.places) <= ROUNDING * Math.abs(value) ? 0 : value - other / gram.places);
  const square = aa - 2 * ab + bb;
  return {
    cosine: ratio(ab, aa, bb),
    pearson: ratio(centred(ab, sumA * sumB), centred(aa, sumA * sumA), centred(bb, sumB * sumB)),
    distance: square <= ROUNDING * (aa + bb) ? 0 : Math.sqrt(square / gram.places),
  };
}

const ratio = (ab: number, aa: number, bb: number): number => (aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : Number.NaN);

/** exp(−½ (d/σ)²): see `radialBasis`. */
export const nearness = (distance: number, sigma: number): number => Math.exp(-0.5 * (distance / sigma) ** 2);

/** The chosen one of the likenesses of `compare`. */
export function likeness({ cosine, pearson, distance }: Comparison, kind: Exclude<Likeness, 'spearman'>, sigma: number): number {
  switch (kind) {
    case 'cosine':
      return cosine;
    case 'pearson':
      return pearson;
    case 'radial-basis':
      return nearness(distance, sigma);
    default:
      return kind satisfies never;
  }
}
