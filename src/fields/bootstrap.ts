/** Percentile bootstrap (Efron 1979) of means over images, of their differences and ratios. Not the draws: the caller hands in seeded ones. */
import { percentile } from './percentile.ts';

export interface Estimate {
  readonly value: number;
  /** The percentile bootstrap's 95 % interval over what was drawn; NaN where the statistic was defined for no resample. */
  readonly low: number;
  readonly high: number;
}

/** With how many of the units (images, models) had a value: the others are left out. */
export interface CountedEstimate extends Estimate {
  readonly n: number;
}

/** Lists of unit numbers, each drawn with replacement: what a bootstrap does in place of the units themselves. */
export type Resamples = readonly (readonly number[])[];

/** `count` lists of `n` numbers from `below(n)`, a uniform integer in [0, n): the caller's seeded draws. */
export function drawResamples(below: (n: number) => number, n: number, count: number): Resamples {
  const resamples: number[][] = [];
  for (let b = 0; b < count; b++) {
    const chosen: number[] = [];
    for (let i = 0; i < n; i++) chosen.push(below(n));
    resamples.push(chosen);
  }
  return resamples;
}

/** Resamples that were sound, and of how many units: many statistics share one set of them. They are never written to after they are made. */
const sound = new WeakMap<Resamples, number>();

/** Throws where a resample is not n numbers from 0 to n − 1. */
export function checkResamples(resamples: Resamples, n: number): void {
  if (sound.get(resamples) === n) return;
  for (const chosen of resamples) {
    let fits = chosen.length === n;
    for (let i = 0; i < n; i++) fits &&= Number.isInteger(chosen[i]) && chosen[i]! >= 0 && chosen[i]! < n;
    if (!fits) throw new Error(`A resample of ${n} units is ${n} numbers from 0 to ${n - 1}, not ${chosen.join(', ')}.`);
  }
  sound.set(resamples, n);
}

/** The value with the 2.5th and 97.5th percentile of the draws. */
export const withInterval = (value: number, draws: Float64Array): Estimate => ({ value, low: percentile(draws, 2.5), high: percentile(draws, 97.5) });

/** The statistic of all `n` units, with its percentiles over the resamples. The statistic gets unit numbers, some of them repeated. */
export function estimate(n: number, resamples: Resamples, statistic: (chosen: readonly number[]) => number): Estimate {
  checkResamples(resamples, n);
  return withInterval(statistic(Array.from({ length: n }, (_, i) => i)), Float64Array.from(resamples, statistic));
}

/** Mean of the chosen values that are numbers; NaN where none is. */
export function meanOf(values: readonly number[], chosen: readonly number[]): number {
  let [total, count] = [0, 0];
  for (let i = 0; i < chosen.length; i++) {
    const value = values[chosen[i]!]!;
    if (value !== value) continue;
    total += value;
    count++;
  }
  return total / count;
}

const countNumbers = (values: readonly number[]): number => values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);

/** Mean over images. An image whose value is NaN (a map that is empty, a mask that is) is left out, here and in each resample. */
export const meanEstimate = (values: readonly number[], resamples: Resamples): CountedEstimate => ({
  ...estimate(values.length, resamples, (chosen) => meanOf(values, chosen)),
  n: countNumbers(values),
});

function checkPaired(first: readonly number[], second: readonly number[]): void {
  if (first.length !== second.length) throw new Error(`${first.length} images cannot be paired with ${second.length}: compare both on the same images.`);
}

/** mean(first − second), image by image: what is hard about an image cancels. An interval that leaves out 0 separates them. NaN on either side: left out. */
export function pairedDifference(first: readonly number[], second: readonly number[], resamples: Resamples): CountedEstimate {
  checkPaired(first, second);
  return meanEstimate(first.map((value, i) => value - second[i]!), resamples);
}

/** mean(first) / mean(second) over the images where both are numbers, the same ones in each resample: "accuracy kept" of clean accuracy. */
export function ratioOfMeans(first: readonly number[], second: readonly number[], resamples: Resamples): CountedEstimate {
  checkPaired(first, second);
  const bothOr = (values: readonly number[], others: readonly number[]) => values.map((value, i) => (Number.isNaN(others[i]) ? Number.NaN : value));
  const [above, below] = [bothOr(first, second), bothOr(second, first)];
  return { ...estimate(first.length, resamples, (chosen) => meanOf(above, chosen) / meanOf(below, chosen)), n: countNumbers(above) };
}
