import { describe, expect, it } from 'vitest';
import { cosine, pearson, rootMeanSquareDistance, spearman, structuralSimilarity, topOverlap } from './similarity.ts';

const f = (...values: number[]): Float32Array => Float32Array.from(values);

it('cosine, Pearson and Spearman of small vectors', () => {
  expect(cosine(f(1, 0), f(1, 1))).toBeCloseTo(Math.SQRT1_2, 6);
  expect(cosine(f(0, 0), f(1, 1))).toBeNaN();
  expect(pearson(f(1, 2, 3), f(1, 2, 4))).toBeCloseTo(0.981981, 6);
  expect(pearson(f(1, 2, 3), f(6, 4, 2))).toBeCloseTo(-1, 6);
  expect(spearman(f(1, 2, 3, 4), f(1, 10, 100, 1000))).toBeCloseTo(1, 9);
  expect(spearman(f(1, 2, 2, 3), f(1, 3, 2, 4))).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 9);
  expect(rootMeanSquareDistance(f(0, 0), f(3, 4))).toBeCloseTo(Math.sqrt(12.5), 9);
  expect(() => cosine(f(1), f(1, 2))).toThrow('1 and 2 values');
});

it('overlap of the strongest places, by magnitude', () => {
  expect(topOverlap(f(-9, 8, 0, 0), f(0, 8, 9, 0), 0.5)).toBeCloseTo(1 / 3, 9);
  expect(topOverlap(f(-9, 8, 0, 0), f(1, 2, 0, 0), 0.5)).toBe(1);
  expect(topOverlap(f(1, 0, 0, 0), f(0, 1, 0, 0), 0.01)).toBe(0);
});

describe('structural similarity', () => {
  const plane = (value: (x: number, y: number) => number, size = 16) => ({
    data: Float32Array.from({ length: size * size }, (_, i) => value(i % size, Math.floor(i / size))),
    height: size,
    width: size,
  });
  it('is 1 for equal maps and falls with noise', () => {
    const wave = plane((x, y) => Math.sin(x / 2) + y / 16);
    expect(structuralSimilarity(wave, wave)).toBeCloseTo(1, 6);
    expect(structuralSimilarity(wave, plane((x, y) => Math.cos(x / 2) + y / 16))).toBeLessThan(0.5);
  });
  it('has its closed form for constants: the luminance term alone', () => {
    const c1 = 0.01 ** 2;
    expect(structuralSimilarity(plane(() => 0.2), plane(() => 0.6), 1)).toBeCloseTo((2 * 0.12 + c1) / (0.04 + 0.36 + c1), 5);
  });
  it('takes a smaller window where the map is smaller', () => {
    const small = plane((x) => x, 4);
    expect(structuralSimilarity(small, small)).toBeCloseTo(1, 6);
  });
});
