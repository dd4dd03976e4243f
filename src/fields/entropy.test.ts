import { expect, it } from 'vitest';
import { mapEntropy } from './entropy.ts';

const f = (...values: number[]): Float32Array => Float32Array.from(values);

it('is 1 for an even map, 0 for a single place, and the closed form between, whatever sign and scale', () => {
  expect(mapEntropy(new Float32Array(4096).fill(0.3))).toBeCloseTo(1, 12);
  expect(mapEntropy(f(0, 0, 5, 0))).toBe(0);
  expect(mapEntropy(f(1, 1, 0, 0))).toBeCloseTo(0.5, 12);
  const h = -(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)) / Math.log(3);
  expect(mapEntropy(f(5, -3, 2))).toBeCloseTo(h, 12);
  expect(mapEntropy(f(-5e3, 3e3, 2e3))).toBeCloseTo(h, 12);
});

it('is not defined for a map of zeros, of what is not finite, or of one place', () => {
  for (const map of [f(0, 0), f(Number.NaN, 1), f(Infinity, 1), f(3), f()]) expect(mapEntropy(map)).toBeNaN();
});
