/** Small statistics of counts and samples. Nothing that needs a tensor. */

/** The 95 % interval of a share from `hits` of `n`. Wilson 1927; z = 1.96. */
export function wilson(hits: number, n: number): [number, number] {
  const z = 1.959964;
  const share = hits / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** log Σ exp(v), in double precision, without overflow. */
export function logSumExp(values: ArrayLike<number>): number {
  let [top, sum] = [-Infinity, 0];
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]!);
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - top);
  return top + Math.log(sum);
}

/** Which share of a distribution, known by its evenly spaced quantiles (0 … 1), lies below `value`; linear in between. */
export function shareBelow(quantiles: ArrayLike<number>, value: number): number {
  const last = quantiles.length - 1;
  if (value <= quantiles[0]!) return 0;
  for (let i = 1; i <= last; i++) {
    const [low, high] = [quantiles[i - 1]!, quantiles[i]!];
    if (value < high) return (i - 1 + (value - low) / (high - low)) / last;
  }
  return 1;
}

/** `count` evenly spaced quantiles (0 … 1) of a sample, linear between order statistics. */
export function quantilesOf(sample: ArrayLike<number>, count: number): number[] {
  const sorted = Float64Array.from(sample).sort();
  return Array.from({ length: count }, (_, i) => {
    const at = (i / (count - 1)) * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(sorted.length - 1, low + 1);
    return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
  });
}

/** t such that Student's distribution with `freedom` degrees has 95 % of its mass in −t … t. Table to 10, beyond the expansion of Abramowitz and Stegun 26.7.5 (to 1e-4). */
export function studentT95(freedom: number): number {
  if (!Number.isInteger(freedom) || freedom < 1) throw new RangeError(`Student's distribution has 1, 2, … degrees of freedom, not ${freedom}.`);
  const tabled = STUDENT_95[freedom - 1];
  if (tabled !== undefined) return tabled;
  const z = 1.959964;
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3);
}
const STUDENT_95 = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814];

export interface MeanInterval {
  readonly n: number;
  readonly mean: number;
  /** 95 %, Student's t; the mean's own value on both sides where n is 1. */
  readonly low: number;
  readonly high: number;
}

/** Mean of a sample and the 95 % interval of the mean, mean ± t · s / √n with s² over n − 1; `undefined` for an empty one. */
export function meanInterval(values: readonly number[]): MeanInterval | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = n === 1 ? 0 : studentT95(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { n, mean, low: mean - half, high: mean + half };
}
