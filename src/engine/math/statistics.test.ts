import { describe, expect, it } from 'vitest';
import { meanInterval, quantilesOf, shareBelow, studentT95, wilson } from './statistics.ts';

describe('wilson', () => {
  it('gives the published interval of 81 hits in 263', () => {
    const [low, high] = wilson(81, 263); // Newcombe 1998, table I: 0.2553 to 0.3662
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });
  it('stays in [0, 1] at the ends', () => {
    expect(wilson(0, 10)[0]).toBe(0);
    expect(wilson(10, 10)[1]).toBeCloseTo(1, 12);
    expect(wilson(10, 10)[0]).toBeLessThan(0.75);
  });
});

describe('quantiles', () => {
  it('are the order statistics where they fall on them', () => {
    expect(quantilesOf([3, 1, 2, 5, 4], 5)).toEqual([1, 2, 3, 4, 5]);
    expect(quantilesOf([0, 10], 3)).toEqual([0, 5, 10]);
  });
  it('are inverted by shareBelow', () => {
    const quantiles = quantilesOf(Array.from({ length: 1000 }, (_, i) => Math.sqrt(i)), 101);
    expect(shareBelow(quantiles, Math.sqrt(250))).toBeCloseTo(0.25, 2);
    expect(shareBelow(quantiles, -1)).toBe(0);
    expect(shareBelow(quantiles, 99)).toBe(1);
  });
});

describe('the mean of a sample', () => {
  it('has the quantiles of Student that tables print', () => {
    const printed: [number, number][] = [[1, 12.706], [4, 2.776], [10, 2.228], [11, 2.201], [15, 2.131], [30, 2.042], [99, 1.984]];
    for (const [freedom, t] of printed) expect(studentT95(freedom)).toBeCloseTo(t, 3);
    expect(() => studentT95(0)).toThrow(/degrees of freedom/);
  });
  it('has an interval of t standard errors', () => {
    const { n, mean, low, high } = meanInterval([1, 2, 3, 4, 5])!; // s² = 2.5, s/√n = 0.70711
    expect([n, mean]).toEqual([5, 3]);
    expect(high).toBeCloseTo(3 + 2.77645 * 0.707107, 4);
    expect(low + high).toBeCloseTo(6, 12);
  });
  it('is nothing without values, and no interval with one', () => {
    expect(meanInterval([])).toBeUndefined();
    expect(meanInterval([4])).toEqual({ n: 1, mean: 4, low: 4, high: 4 });
  });
});
