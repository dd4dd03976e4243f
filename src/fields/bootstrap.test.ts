import { describe, expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { drawResamples, estimate, meanEstimate, pairedDifference, ratioOfMeans } from './bootstrap.ts';

const resamples = (n: number, count = 2000) => drawResamples(stream(7, 'bootstrap test').below, n, count);

describe('the bootstrap of a mean', () => {
  it('draws with replacement, repeats the same with the same seed, and its interval has the width of the normal one', () => {
    const draw = stream(1, 'values');
    const values = Array.from({ length: 200 }, () => draw.normal() + 3);
    const { value, low, high, n } = meanEstimate(values, resamples(200));
    const mean = values.reduce((a, b) => a + b) / 200;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 200);
    expect(value).toBeCloseTo(mean, 12);
    expect(n).toBe(200);
    expect((high - low) / (2 * 1.96 * (deviation / Math.sqrt(200)))).toBeCloseTo(1, 1);
    expect(meanEstimate(values, resamples(200))).toEqual({ value, low, high, n });
  });
  it('covers the true mean in about 95 of 100 samples', () => {
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const draw = stream(seed, 'coverage');
      const { low, high } = meanEstimate(Array.from({ length: 40 }, () => draw.uniform()), drawResamples(draw.below, 40, 200));
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
    expect(covered / 200).toBeLessThan(0.98);
  });
  it('leaves out what is not a number, here and in the resamples', () => {
    expect(meanEstimate([2, Number.NaN, 4], [[0, 1, 1], [1, 1, 1], [2, 2, 1]])).toEqual({ value: 3, low: 2.05, high: 3.95, n: 2 });
    expect(meanEstimate([Number.NaN], [[0]])).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 });
  });
  it('refuses resamples of other units', () => {
    expect(() => estimate(2, [[0, 2]], () => 0)).toThrow('from 0 to 1, not 0, 2');
    expect(() => estimate(2, [[0]], () => 0)).toThrow('2 units');
  });
});

describe('two lists over the same images', () => {
  it('their difference is paired: what they share cancels', () => {
    const draw = stream(2, 'pairs');
    const hard = Array.from({ length: 60 }, () => 100 * draw.normal());
    const better = hard.map((value) => value + 1 + 0.1 * draw.normal());
    const { value, low, high } = pairedDifference(better, hard, resamples(60));
    expect(value).toBeCloseTo(1, 1);
    expect([low > 0.9, high < 1.1]).toEqual([true, true]);
  });
  it('a ratio of means is not a mean of ratios, and uses only images that have both', () => {
    expect(ratioOfMeans([1, 0, Number.NaN], [1, 3, 5], [[0, 1, 2]])).toEqual({ value: 0.25, low: 0.25, high: 0.25, n: 2 });
    expect(ratioOfMeans([1, 1], [0.5, 1], [[0, 0], [1, 1]]).value).toBeCloseTo(4 / 3, 12);
    expect(() => pairedDifference([1], [1, 2], [])).toThrow('1 images cannot be paired with 2');
  });
});
