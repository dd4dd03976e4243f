/** How alike two maps are, as one number. Arguments have equal length; NaN where the measure is not defined. */
import type { PlaneMap } from './field.ts';
import { averageRanks, byMagnitude } from './rank.ts';

type Values = Float32Array | Float64Array;

function checkLengths(a: Values, b: Values): void {
  if (a.length !== b.length) throw new Error(`Maps of ${a.length} and ${b.length} values cannot be compared: resize one first.`);
}

/** Σab / (‖a‖‖b‖), −1 … 1. NaN where one is all zero. */
export function cosine(a: Values, b: Values): number {
  checkLengths(a, b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return ab / Math.sqrt(aa * bb);
}

function meanOf(values: Values): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}

/** Pearson's r: the cosine of the centred maps. NaN where one is constant. */
export function pearson(a: Values, b: Values): number {
  checkLengths(a, b);
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i]! - meanA, b[i]! - meanB];
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Spearman's ρ: Pearson's r of the average ranks. */
export function spearman(a: Values, b: Values): number {
  checkLengths(a, b);
  return pearson(averageRanks(a), averageRanks(b));
}

/** √(Σ(a − b)² / n). */
export function rootMeanSquareDistance(a: Values, b: Values): number {
  checkLengths(a, b);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(total / a.length);
}

/** exp(−½ (d/σ)²) with d the root-mean-square distance: a plain L2 distance over many pixels would underflow to 0. */
export const radialBasis = (a: Values, b: Values, sigma: number): number => Math.exp(-0.5 * (rootMeanSquareDistance(a, b) / sigma) ** 2);

/** |A ∩ B| / |A ∪ B| of the `share` (0 … 1, at least one) of places with the largest |value|. Ties in index order. */
export function topOverlap(a: Float32Array, b: Float32Array, share: number): number {
  checkLengths(a, b);
  const count = Math.min(a.length, Math.max(1, Math.round(share * a.length)));
  const first = new Set(byMagnitude(a).subarray(0, count));
  let common = 0;
  for (const place of byMagnitude(b).subarray(0, count)) if (first.has(place)) common++;
  return common / (2 * count - common);
}

function gaussianWindow(size: number, sigma: number): Float64Array {
  const window = Float64Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2));
  const total = window.reduce((sum, value) => sum + value, 0);
  return window.map((value) => value / total);
}

/** Weighted mean under a separable window, where it fits entirely. */
function localMean(values: Float64Array, height: number, width: number, window: Float64Array): Float64Array {
  const size = window.length;
  const outWidth = width - size + 1;
  const rows = new Float64Array(height * outWidth);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      for (let k = 0; k < size; k++) rows[y * outWidth + x]! += window[k]! * values[y * width + x + k]!;
    }
  }
  const means = new Float64Array((height - size + 1) * outWidth);
  for (let i = 0; i < means.length; i++) {
    for (let k = 0; k < size; k++) means[i]! += window[k]! * rows[i + k * outWidth]!;
  }
  return means;
}

/**
 * Mean structural similarity (Wang et al. 2004, eq. 13): Gaussian window of 11 with σ 1.5 (smaller where the map is), K₁ .01, K₂ .03.
 * `range` is L, the range of the values; by default that of both maps together. 1 for equal maps.
 */
export function structuralSimilarity(a: PlaneMap, b: PlaneMap, range = valueRange(a, b)): number {
  const { height, width } = a;
  if (b.height !== height || b.width !== width) throw new Error(`Maps of ${height}×${width} and ${b.height}×${b.width} cannot be compared: resize one first.`);
  if (range === 0) return 1;
  const limit = Math.min(11, height, width);
  const window = gaussianWindow(limit % 2 === 1 ? limit : limit - 1, 1.5);
  const mean = (value: (i: number) => number): Float64Array =>
    localMean(Float64Array.from({ length: height * width }, (_, i) => value(i)), height, width, window);
  const meanA = mean((i) => a.data[i]!);
  const meanB = mean((i) => b.data[i]!);
  const squareA = mean((i) => a.data[i]! ** 2);
  const squareB = mean((i) => b.data[i]! ** 2);
  const product = mean((i) => a.data[i]! * b.data[i]!);
  const c1 = (0.01 * range) ** 2;
  const c2 = (0.03 * range) ** 2;
  let total = 0;
  for (let i = 0; i < meanA.length; i++) {
    const [ma, mb] = [meanA[i]!, meanB[i]!];
    const luminance = (2 * ma * mb + c1) / (ma * ma + mb * mb + c1);
    const structure = (2 * (product[i]! - ma * mb) + c2) / (squareA[i]! - ma * ma + squareB[i]! - mb * mb + c2);
    total += luminance * structure;
  }
  return total / meanA.length;
}

function valueRange(...maps: PlaneMap[]): number {
  let low = Infinity;
  let high = -Infinity;
  for (const { data } of maps) {
    for (const value of data) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return high - low;
}
