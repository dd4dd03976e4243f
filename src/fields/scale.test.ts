import { describe, expect, it } from 'vitest';
import { percentile, percentileOfMagnitude } from './percentile.ts';
import { averageRanks, byMagnitude } from './rank.ts';
import { ordinal, scaleCells, scaleWords, type ScaleCell, type ScaleChoice } from './scale.ts';

const cell = (row: string, column: string, values: readonly number[], more: Partial<ScaleCell> = {}): ScaleCell => ({
  row,
  column,
  map: { data: Float32Array.from(values), height: 1, width: values.length },
  signed: true,
  ...more,
});
const raw: ScaleChoice = { scope: 'cell', unit: 'raw', percentile: 100 };
const share: ScaleChoice = { ...raw, unit: 'share', scope: 'column' };
const limits = (cells: readonly ScaleCell[], choice: ScaleChoice): number[] => scaleCells(cells, choice).map(({ limit }) => limit);

describe('scope', () => {
  const cells = [cell('a', 'x', [1, -2]), cell('a', 'y', [3]), cell('b', 'x', [-5]), cell('b', 'y', [4])];
  it('shares limits as asked', () => {
    expect(limits(cells, raw)).toEqual([2, 3, 5, 4]);
    expect(limits(cells, { ...raw, scope: 'row' })).toEqual([3, 3, 5, 5]);
    expect(limits(cells, { ...raw, scope: 'column' })).toEqual([5, 4, 5, 4]);
    expect(limits(cells, { ...raw, scope: 'all' })).toEqual([5, 5, 5, 5]);
  });
  it('is symmetric for signed maps and begins at 0 for unsigned ones', () => {
    const [signed, unsigned] = scaleCells([cells[0]!, cell('c', 'x', [0, 2], { signed: false })], raw);
    expect([signed!.low, signed!.high]).toEqual([-2, 2]);
    expect([unsigned!.low, unsigned!.high]).toEqual([0, 2]);
  });
});

describe('percentile', () => {
  it('interpolates between order statistics', () => {
    expect(percentile(Float32Array.of(4, 1, 3, 2), 50)).toBe(2.5);
    expect(percentile(Float32Array.of(0, 10), 90)).toBeCloseTo(9, 6);
    expect(percentileOfMagnitude(Float32Array.of(-4, 1, Number.NaN), 100)).toBe(4);
    expect(percentile(Float32Array.of(Number.NaN), 50)).toBeNaN();
    expect(() => percentile(Float32Array.of(1), 101)).toThrow('101');
  });
  it('clips at most its share in every cell of a scope', () => {
    const ramp = Array.from({ length: 101 }, (_, i) => i);
    const [first, second] = scaleCells([cell('a', 'x', ramp), cell('b', 'x', ramp.map((v) => v / 10))], { ...raw, scope: 'column', percentile: 95 });
    expect(first!.limit).toBeCloseTo(95, 4);
    expect(first!.clipped).toBeCloseTo(5 / 101, 6);
    expect(second!.clipped).toBe(0);
  });
  it('says so when a sparse map makes it 0, and then uses the largest value', () => {
    const [sparse] = scaleCells([cell('a', 'x', [...new Array<number>(200).fill(0), 7])], { ...raw, percentile: 99 });
    expect(sparse!.limit).toBe(7);
    expect(sparse!.notes).toEqual(['The 99th percentile of |value| is 0: the limit is the largest |value|.']);
  });
});

describe('unit', () => {
  it('shares of f(x) − f(b) make models with other logits comparable', () => {
    const scales = scaleCells([cell('a', 'x', [1, 1], { difference: 2 }), cell('b', 'x', [-10, -10], { difference: -20 })], share);
    expect(scales.map(({ basis, divisor, limit, rawLimit }) => [basis, divisor, limit, rawLimit])).toEqual([
      ['difference', 2, 0.5, 1],
      ['difference', 20, 0.5, 10],
    ]);
  });
  it('one basis for a whole scope: without a baseline somewhere, shares of Σ|a|, and it says so', () => {
    const scales = scaleCells([cell('a', 'x', [1, 3], { difference: 2 }), cell('b', 'x', [2, -2])], share);
    expect(scales.map(({ basis, divisor }) => [basis, divisor])).toEqual([['mass', 4], ['mass', 4]]);
    expect(scales[0]!.notes[0]).toContain('Not every map here has a baseline');
  });
  it('a difference near zero is named and not divided by', () => {
    const [scale] = scaleCells([cell('a', 'x', [1, 3], { difference: 1e-12, mass: 8 })], share);
    expect(scale).toMatchObject({ basis: 'mass', divisor: 8, limit: 0.375 });
    expect(scale!.notes[0]).toContain('near zero for a');
  });
});

describe('maps with nothing in them', () => {
  it('keep a limit that can be divided by, and are marked', () => {
    const [scale] = scaleCells([cell('a', 'x', [0, 0])], share);
    expect(scale).toMatchObject({ limit: 1, divisor: 1, nearZero: true });
  });
  it('marks a map that only the shared scale makes faint', () => {
    const scales = scaleCells([cell('a', 'x', [100]), cell('b', 'x', [0.5])], { ...raw, scope: 'column' });
    expect(scales.map(({ nearZero }) => nearZero)).toEqual([false, true]);
  });
  it('values that are not finite are left out and named', () => {
    const [scale] = scaleCells([cell('a', 'x', [Number.NaN, 2, Number.POSITIVE_INFINITY])], raw);
    expect(scale!.limit).toBe(2);
    expect(scale!.notes).toEqual(['Some values are not finite and are drawn grey.']);
  });
});

it('says the rule in words', () => {
  expect(scaleWords({ scope: 'column', unit: 'share', percentile: 99 }, 'difference')).toBe(
    'shared scale: column · clipped at the 99th percentile of |value| · share of f(x) − f(b)',
  );
  expect([91, 92, 93, 99.5].map(ordinal)).toEqual(['91st', '92nd', '93rd', '99.5th']);
});

it('ranks ties by their mean', () => {
  expect([...averageRanks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1]);
  expect([...byMagnitude(Float32Array.of(1, -3, 2, 3))]).toEqual([1, 3, 2, 0]);
  expect(() => averageRanks([1, Number.NaN])).toThrow('Value 1');
});
