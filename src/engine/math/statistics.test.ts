import { describe, expect, it } from 'vitest';
import { quantilesOf, shareBelow, wilson } from './statistics.ts';

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
