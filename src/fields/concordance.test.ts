/** Concordance: hand-counted pairs, the four kinds of ties, a τ_a written out differently, and intervals known in closed form. */
import { describe, expect, test } from 'vitest';
import { drawResamples } from './bootstrap.ts';
import { comparedPairs, concordance, concordanceDifference, countPairs, pooledConcordance, type CreditedUnit, type PairCounts } from './concordance.ts';

const units = (credits: readonly number[], effects: readonly number[], errors: readonly number[] = []): CreditedUnit[] => credits.map((credit, i) => ({ credit, effect: effects[i]!, error: errors[i] }));
const counts = (concordant: number, discordant: number, even = 0, indistinct = 0): PairCounts => ({ concordant, discordant, even, indistinct });
/** A fixed sequence of integers: a counter, mixed (the finalizer of MurmurHash3). */
const draws = (seed: number) => {
  let counter = seed;
  return (n: number) => {
    let h = (counter = (counter + 0x9e3779b9) >>> 0);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) % n;
  };
};

describe('pairs', () => {
  test('the same order 1, the reverse −1, whatever the scale', () => {
    expect(concordance([countPairs(units([1, 5, 7, 100], [-3, -2, 0, 0.1]))])).toBe(1);
    expect(concordance([countPairs(units([1, 5, 7, 100], [3, 2, 0, -0.1]))])).toBe(-1);
  });
  test('hand-counted: one exchange of neighbours among four', () => expect(countPairs(units([1, 3, 2, 4], [10, 20, 30, 40]))).toEqual(counts(5, 1)));
  test('signs count: −5 is below 0, not above it', () => expect(countPairs(units([-5, 0], [-1, 2]))).toEqual(counts(1, 0)));
  test('equal effects are not compared; equal credits are, and pull to 0', () => {
    expect(countPairs(units([1, 2, 3], [4, 4, 5]))).toEqual(counts(2, 0, 0, 1));
    expect(countPairs(units([1, 1, 3], [4, 5, 6]))).toEqual(counts(2, 0, 1, 0));
    expect(countPairs(units([1, 1], [4, 4]))).toEqual(counts(0, 0, 0, 1));
    expect(concordance([counts(2, 0, 1)])).toBeCloseTo(2 / 3, 12);
  });
  test('a map that credits all alike scores 0, not nothing', () => expect(concordance([countPairs(units([2, 2, 2], [1, 2, 3]))])).toBe(0));
  test('effects within their noise are not compared: noise · √(3² + 4²) = 10 at noise 2', () => {
    expect(countPairs(units([1, 2], [0, 10], [3, 4]), 2)).toEqual(counts(0, 0, 0, 1));
    expect(countPairs(units([1, 2], [0, 10.001], [3, 4]), 2)).toEqual(counts(1, 0));
    expect(countPairs(units([1, 2], [0, 1e-9], [3, 4]), 0)).toEqual(counts(1, 0));
    expect(countPairs(units([1, 2], [0, 1e-9]), 2)).toEqual(counts(1, 0));
  });
  test("without ties it is Kendall's τ_a, written as the mean product of signs", () => {
    const below = draws(7);
    const [a, b] = [0, 1].map(() => Array.from({ length: 12 }, (_, i) => below(1e6) + i / 100));
    let product = 0;
    for (const i of a!.keys()) for (const j of a!.keys()) product += Math.sign(a![i]! - a![j]!) * Math.sign(b![i]! - b![j]!);
    expect(concordance([countPairs(units(a!, b!))])).toBeCloseTo(product / (12 * 11), 12);
  });
  test('every pair is of one kind', () => {
    const found = countPairs(units([1, 1, 2, 3, 3], [0, 4, 4, 1, 2], [1, 0, 1, 0, 1]), 1);
    expect(comparedPairs(found) + found.indistinct).toBe(10);
  });
  test('what is not finite is refused, by its place', () => expect(() => countPairs(units([1, NaN], [1, 2]))).toThrow('Unit 1 has credit NaN'));
});

describe('pooled over scenes', () => {
  test('pairs weigh alike, not scenes: (5 − 1 + 0 − 2) / 8, where the mean of the scenes would be −1/6', () => {
    expect(concordance([counts(5, 1), counts(0, 2)])).toBe(0.25);
  });
  test('no pair, no number', () => expect(concordance([counts(0, 0, 0, 3)])).toBeNaN());
  test('scenes that agree leave no width; n scenes of ±1 have that of a mean of signs', () => {
    const resamples = drawResamples(draws(1), 100, 2000);
    expect(pooledConcordance(Array.from({ length: 100 }, () => counts(3, 1)), resamples)).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    const even = Array.from({ length: 100 }, (_, i) => (i % 2 ? counts(1, 0) : counts(0, 1)));
    const { value, low, high } = pooledConcordance(even, resamples);
    // The mean of 100 fair signs: 0 ± 1.96 / √100, in steps of 0.02.
    expect(value).toBe(0);
    expect(low).toBeGreaterThan(-0.225);
    expect(low).toBeLessThan(-0.165);
    expect(high).toBeGreaterThan(0.165);
    expect(high).toBeLessThan(0.225);
  });
  test('a resample without a pair is left out; with none left the interval is not a number', () => {
    expect(pooledConcordance([counts(1, 0), counts(0, 0, 0, 1)], [[1, 1], [0, 0]])).toEqual({ value: 1, low: 1, high: 1 });
    expect(pooledConcordance([counts(0, 0, 0, 1)], [[0]])).toEqual({ value: NaN, low: NaN, high: NaN });
  });
  test('a difference is paired: what both share has no width, though each alone has much', () => {
    const first = Array.from({ length: 40 }, (_, i) => (i % 2 ? counts(4, 0) : counts(1, 3)));
    const second = Array.from({ length: 40 }, (_, i) => (i % 2 ? counts(3, 1) : counts(0, 4)));
    const resamples = drawResamples(draws(3), 40, 500);
    const { value, low, high } = concordanceDifference(first, second, resamples);
    expect([value, low, high]).toEqual([0.5, 0.5, 0.5].map((v) => expect.closeTo(v, 12) as number));
    const alone = pooledConcordance(first, resamples);
    expect(alone.high - alone.low).toBeGreaterThan(0.3);
  });
  test('says what does not fit', () => {
    expect(() => concordanceDifference([counts(1, 0)], [], [])).toThrow('1 scenes cannot be paired with 0');
    expect(() => pooledConcordance([counts(1, 0)], [[1]])).toThrow('numbers from 0 to 0, not 1');
  });
});
