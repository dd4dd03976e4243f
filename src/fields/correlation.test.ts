import { describe, expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { drawResamples } from './bootstrap.ts';
import { correlation, correlationEstimate, partialCorrelation, permutationP, type CorrelationKind } from './correlation.ts';

const KINDS: readonly CorrelationKind[] = ['pearson', 'spearman'];
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What is left of y after the straight line through (z, y). */
function residuals(y: readonly number[], z: readonly number[]): number[] {
  const [my, mz] = [mean(y), mean(z)];
  const slope = y.reduce((sum, v, i) => sum + (v - my) * (z[i]! - mz), 0) / z.reduce((sum, v) => sum + (v - mz) ** 2, 0);
  return y.map((v, i) => v - my - slope * (z[i]! - mz));
}

describe('correlation over models', () => {
  it('has known values; models without both numbers are left out', () => {
    expect(correlation([1, 2, 3], [1, 2, 4], 'pearson')).toBeCloseTo(0.981981, 6);
    expect(correlation([1, 2, 2, 3], [1, 3, 2, 4], 'spearman')).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(correlation([1, 9, 2, 3, 7], [1, Number.NaN, 2, 4, Infinity], 'pearson')).toBeCloseTo(0.981981, 6);
  });
  it('is not defined for two points or a constant, whose mean is not exact either', () => {
    expect(correlation([1, 2], [1, 2], 'pearson')).toBeNaN();
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 4], 'pearson')).toBeNaN();
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 4], 'spearman')).toBeNaN();
    expect(() => correlation([1, 2, 3], [1, 2], 'pearson')).toThrow('3 models cannot be correlated with 2');
  });
  it('given a third is the correlation of the residuals', () => {
    const draw = stream(3, 'partial');
    const z = Array.from({ length: 15 }, () => draw.normal());
    const [x, y] = [z.map((v) => v + draw.normal()), z.map((v) => 2 * v + draw.normal())];
    expect(partialCorrelation(x, y, z, 'pearson')).toBeCloseTo(correlation(residuals(x, z), residuals(y, z), 'pearson'), 12);
    expect(partialCorrelation(x, y, z, 'pearson')).not.toBeCloseTo(correlation(x, y, 'pearson'), 2);
    expect(partialCorrelation(x, y, x, 'pearson')).toBeNaN();
    expect(partialCorrelation([1, 2, 4], [1, 2, 3], [3, 1, 2], 'pearson')).toBeNaN();
  });
});

describe('intervals', () => {
  const draw = stream(4, 'models');
  const accuracy = Array.from({ length: 12 }, () => draw.uniform());
  const scores = accuracy.map((a) => Array.from({ length: 30 }, () => a + draw.normal()));
  const models = drawResamples(draw.below, 12, 500);
  const images = drawResamples(draw.below, 30, 500);

  it('are percentiles of what literal resampling gives, over models, over images, and over both', () => {
    for (const kind of KINDS) {
      for (const over of [{ models }, { images }, { models, images }]) {
        const draws = models.map((_, b) => {
          const chosen = 'models' in over ? models[b]! : accuracy.map((_, i) => i);
          const seen = 'images' in over ? images[b]! : scores[0]!.map((_, i) => i);
          return correlation(chosen.map((i) => mean(seen.map((d) => scores[i]![d]!))), chosen.map((i) => accuracy[i]!), kind);
        });
        const sorted = draws.filter((r) => !Number.isNaN(r)).sort((a, b) => a - b);
        const { value, low, high, n } = correlationEstimate(scores, accuracy, kind, over);
        expect(value).toBeCloseTo(correlation(scores.map(mean), accuracy, kind), 12);
        expect(low).toBeCloseTo(sorted[12]! + 0.475 * (sorted[13]! - sorted[12]!), 9);
        expect(high).toBeCloseTo(sorted[486]! + 0.525 * (sorted[487]! - sorted[486]!), 9);
        expect(n).toBe(12);
      }
    }
  });
  it('over both are wider than over either, and images without a value are left out', () => {
    const width = (over: Parameters<typeof correlationEstimate>[3]) => {
      const { low, high } = correlationEstimate(scores, accuracy, 'pearson', over);
      return high - low;
    };
    expect(width({ models, images })).toBeGreaterThan(Math.max(width({ models }), width({ images })));
    const holes = scores.map((row, i) => row.map((v, d) => (i === 0 && d > 3 ? Number.NaN : v)));
    expect(correlationEstimate(holes, accuracy, 'pearson', { images }).value).toBeCloseTo(correlation([mean(scores[0]!.slice(0, 4)), ...scores.slice(1).map(mean)], accuracy, 'pearson'), 12);
    expect(correlationEstimate(holes.map((row, i) => (i === 1 ? row.map(() => Number.NaN) : row)), accuracy, 'pearson', { models }).n).toBe(11);
  });
  it('know a third quantity, alike in resamples: with a copy of noise the partial one stays', () => {
    const entropy = accuracy.map(() => draw.uniform());
    const { value, low, high } = correlationEstimate(scores, accuracy, 'spearman', { models, images }, entropy);
    expect(value).toBeCloseTo(partialCorrelation(scores.map(mean), accuracy, entropy, 'spearman'), 12);
    expect([low < value, value < high]).toEqual([true, true]);
  });
  it('without draws are none; draws that do not fit are refused', () => {
    expect(correlationEstimate(accuracy, accuracy, 'pearson', {})).toEqual({ value: 1, low: Number.NaN, high: Number.NaN, n: 12 });
    expect(() => correlationEstimate(accuracy, accuracy, 'pearson', { images })).toThrow('rows over images');
    expect(() => correlationEstimate(scores, accuracy, 'pearson', { models, images: images.slice(1) })).toThrow('500 draws of models');
    expect(() => correlationEstimate([...scores.slice(1), [1]], accuracy, 'pearson', { models })).toThrow('30 and 1 images');
  });
});

describe('the permutation test', () => {
  it('comes near the exact value over all orders', () => {
    const [x, y] = [[1, 2, 3, 4, 5], [2, 1, 3, 5, 4]];
    const orders = (rest: readonly number[]): number[][] => (rest.length === 0 ? [[]] : rest.flatMap((v, i) => orders(rest.toSpliced(i, 1)).map((tail) => [v, ...tail])));
    const all = orders(y).map((order) => Math.abs(correlation(x, order, 'pearson')));
    const exact = all.filter((r) => r >= correlation(x, y, 'pearson') - 1e-9).length / 120;
    for (const kind of KINDS) expect(permutationP(x, y, kind, stream(1, 'shuffles').below, 20000)).toBeCloseTo(exact, 2);
  });
  it('never gives 0, is 1 at best evenness, and is even where nothing hangs together', () => {
    const line = Array.from({ length: 20 }, (_, i) => i);
    expect(permutationP(line, line.map((v) => -v), 'pearson', stream(1, 'shuffles').below, 99)).toBe(0.01);
    const ps = Array.from({ length: 200 }, (_, seed) => {
      const draw = stream(seed, 'null');
      return permutationP(line.map(() => draw.normal()), line.map(() => draw.normal()), 'spearman', draw.below, 99);
    });
    expect(mean(ps)).toBeCloseTo(0.5, 1);
    expect(ps.filter((p) => p <= 0.05).length / 200).toBeLessThan(0.1);
    expect(permutationP([1, 1, 1], [1, 2, 3], 'pearson', stream(1, 'shuffles').below)).toBeNaN();
  });
});
