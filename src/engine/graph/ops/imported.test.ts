/** The ops that only imported networks have: what they compute, entry by entry, and their slopes at kinks. Derivatives elsewhere are in ops.test.ts. */
import { describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { sampleTensor } from '../../testing/opSamples.ts';
import * as tf from '../../tf.ts';
import { OPS, type Attrs, type Op, type OpName, type Weights } from './index.ts';
import { copiesOf } from './select.ts';

await useBackend('cpu');

const numbers = (t: tf.Tensor) => Array.from(t.dataSync());
const run = (name: OpName, x: tf.Tensor, attrs: Attrs = {}, weights: Weights = {}) => (OPS[name] as Op).forward([x], weights, attrs);
const pull = (name: OpName, x: tf.Tensor, attrs: Attrs = {}, weights: Weights = {}, dy?: tf.Tensor) => {
  const y = run(name, x, attrs, weights);
  return (OPS[name] as Op).vjp([x], y, weights, attrs, dy ?? tf.onesLike(y))[0]!;
};
const expectClose = (got: tf.Tensor, want: readonly number[]) => {
  expect(got.size).toBe(want.length);
  numbers(got).forEach((v, i) => expect(v, `entry ${i}`).toBeCloseTo(want[i]!, 4));
};

describe('functions of one number', () => {
  const xs = [-4, -2.9, -1, -0.3, 0, 0.4, 1, 2, 3.5];
  const functions: Partial<Record<OpName, readonly [(t: number) => number, Attrs?]>> = {
    leakyRelu: [(t) => (t > 0 ? t : 0.3 * t), { alpha: 0.3 }],
    elu: [(t) => (t > 0 ? t : 0.7 * (Math.exp(t) - 1)), { alpha: 0.7 }],
    selu: [(t) => 1.0507 * (t > 0 ? t : 1.67326 * (Math.exp(t) - 1))],
    clip: [(t) => Math.min(Math.max(t, -1.5), 1.5), { min: -1.5, max: 1.5 }],
    hardSwish: [(t) => t * Math.min(Math.max(t / 6 + 0.5, 0), 1)],
    mish: [(t) => t * Math.tanh(Math.log(1 + Math.exp(t)))],
    tanh: [Math.tanh],
    geluTanh: [(t) => 0.5 * t * (1 + Math.tanh(0.7978845608 * (t + 0.044715 * t ** 3)))],
    softsign: [(t) => t / (1 + Math.abs(t))],
    abs: [Math.abs],
    power: [(t) => t ** 3, { exponent: 3 }],
    quantize: [(t) => (Math.min(Math.max(Math.round(t / 0.25) + 10, 2), 20) - 10) * 0.25, { scale: 0.25, zeroPoint: 10, min: 2, max: 20 }],
  };
  test.each(Object.entries(functions))('%s', (name, [value, attrs]) => expectClose(run(name as OpName, tf.tensor1d(xs), attrs), xs.map(value)));

  test('a bound that is absent is none', () => {
    expect(numbers(run('clip', tf.tensor1d([-1e9, 0, 1e9]), { min: 0 }))).toEqual([0, 0, 1e9]);
    expect(numbers(run('clip', tf.tensor1d([-1e9, 0, 1e9]), { max: 6 }))).toEqual([-1e9, 0, 6]);
    expect(numbers(pull('clip', tf.tensor1d([-1e9, 1, 1e9]), { min: 0 }))).toEqual([0, 1, 1]);
  });

  test('halves are rounded to the even neighbour', () => {
    expect(numbers(run('quantize', tf.tensor1d([0.5, 1.5, 2.5, -0.5, -1.5]), { scale: 1, zeroPoint: 0, min: -128, max: 127 })).map((v) => v + 0)).toEqual([0, 2, 2, 0, -2]);
  });

  test('prelu: a slope for each channel, and one for all', () => {
    const x = tf.tensor([-1, -2, 3, -4], [1, 1, 2, 2]);
    expectClose(run('prelu', x, {}, { alpha: tf.tensor([0.5, 0.25], [1, 1, 1, 2]) }), [-0.5, -0.5, 3, -1]);
    expectClose(run('prelu', x, {}, { alpha: tf.tensor([0.5], [1, 1, 1, 1]) }), [-0.5, -1, 3, -2]);
  });
});

test('slopes at kinks: as the units say', () => {
  const at = (name: OpName, x: number, attrs: Attrs = {}, weights: Weights = {}) => numbers(pull(name, tf.tensor1d([x]), attrs, weights))[0]!;
  expect(at('leakyRelu', 0, { alpha: 0.25 })).toBe(0.25);
  expect(at('prelu', 0, {}, { alpha: tf.tensor1d([0.25]) })).toBe(0.25);
  expect(at('elu', 0, { alpha: 0.5 })).toBe(0.5);
  expect([at('clip', -1, { min: -1, max: 2 }), at('clip', 2, { min: -1, max: 2 })]).toEqual([0, 0]);
  expect([at('hardSwish', -3), at('hardSwish', 3)]).toEqual([0, 1]);
  expect([at('abs', 0), at('softsign', 0), at('power', 0, { exponent: 0 })]).toEqual([0, 1, 0]);
  expect(numbers(tf.grad((x: tf.Tensor) => tf.sum(run('abs', x)))(tf.tensor1d([0])))).toEqual([0]);
});

/** Every index of `shape` in row-major order. */
const indicesOf = (shape: readonly number[]): number[][] => shape.reduce<number[][]>((all, n) => all.flatMap((at) => Array.from({ length: n }, (_, i) => [...at, i])), [[]]);
const read = (x: tf.Tensor, at: readonly number[]) => numbers(x)[at.reduce((offset, i, axis) => offset * x.shape[axis]! + i, 0)]!;

describe('entries that are chosen', () => {
  const x = sampleTensor('x', [2, 5, 4, 3]);

  test.each([
    { begin: [0, 0, 0], end: [5, 4, 3], step: [1, 1, 1], shape: [5, 4, 3] },
    { begin: [1, 2, 0], end: [4, 4, 2], step: [1, 1, 1], shape: [3, 2, 2] },
    { begin: [0, 1, 0], end: [5, 4, 99], step: [2, 2, 2], shape: [3, 2, 2] },
    { begin: [1, 3, 2], end: [5, 4, 3], step: [3, 5, 1], shape: [2, 1, 1] },
  ])('slice from $begin to $end by $step', ({ shape, ...attrs }) => {
    const y = run('slice', x, attrs);
    expect(y.shape).toEqual([2, ...shape]);
    const source = ([n, ...at]: readonly number[]) => [n!, ...at.map((i, axis) => attrs.begin[axis]! + i * attrs.step[axis]!)];
    expect(numbers(y)).toEqual(indicesOf(y.shape).map((at) => read(x, source(at))));
    const dy = sampleTensor('dy', y.shape);
    const places = new Map(indicesOf(y.shape).map((at) => [source(at).join(), read(dy, at)]));
    expect(numbers(pull('slice', x, attrs, {}, dy))).toEqual(indicesOf(x.shape).map((at) => places.get(at.join()) ?? 0));
  });

  test('a slice that takes nothing says so', () => {
    expect(() => run('slice', x, { begin: [3, 0, 0], end: [2, 4, 3], step: [1, 1, 1] })).toThrow('a slice from 3 to 2 by 1 takes nothing from axis 1 of 2×5×4×3');
  });

  test('gather: entries in another order, some of them more than once, one of them never', () => {
    const attrs = { axis: 1, indices: [4, 0, 0, 2, 0, 1] };
    const y = run('gather', x, attrs);
    expect(numbers(y)).toEqual(indicesOf(y.shape).map(([n, i, ...rest]) => read(x, [n!, attrs.indices[i!]!, ...rest])));
    const dy = sampleTensor('dy', y.shape);
    const want = indicesOf(x.shape).map(([n, i, ...rest]) => attrs.indices.reduce((sum, index, at) => sum + (index === i ? read(dy, [n!, at, ...rest]) : 0), 0));
    expectClose(pull('gather', x, attrs, {}, dy), want);
    expect(copiesOf([2, 0, 2], 3, 3)).toEqual([[1, 3, 0], [3, 3, 2]]);
  });

  test('padding has its value, a constant is there for every row, and hands nothing back', () => {
    const y = run('pad', tf.tensor([1, 2], [1, 2, 1]), { before: [1, 0], after: [0, 1], value: 9 });
    expect([y.shape, numbers(y)]).toEqual([[1, 3, 2], [9, 9, 1, 9, 2, 9]]);
    const value = tf.tensor([5, 6], [1, 2]);
    expect(numbers(run('constant', x, {}, { value }))).toEqual([5, 6, 5, 6]);
    expect(numbers(pull('constant', x, {}, { value }))).toEqual(numbers(tf.zeros(x.shape)));
  });

  test('concat along another axis than the last', () => {
    const [a, b] = [tf.tensor([1, 2, 3, 4], [1, 2, 2]), tf.tensor([5, 6], [1, 1, 2])];
    expect(numbers(OPS.concat.forward([a, b], {}, { axis: 1 }))).toEqual([1, 2, 3, 4, 5, 6]);
    const y = tf.zeros([1, 3, 2]);
    expect(OPS.concat.vjp([a, b], y, {}, { axis: 1 }, tf.tensor([1, 2, 3, 4, 5, 6], [1, 3, 2])).map(numbers)).toEqual([[1, 2, 3, 4], [5, 6]]);
  });

  test('only axes of length 1 are repeated, and affine weights never stretch their input', () => {
    expect(numbers(run('expand', tf.tensor([1, 2], [1, 2, 1]), { shape: [2, 3] }))).toEqual([1, 1, 1, 2, 2, 2]);
    expect(() => run('expand', x, { shape: [5, 8, 3] })).toThrow('5×4×3 cannot be repeated to 5×8×3');
    expect(() => run('affine', tf.ones([1, 1, 1, 3]), {}, { shift: tf.ones([1, 2, 2, 1]) })).toThrow('an affine node gives 2×2×3 for 1×1×3');
    expectClose(run('affine', tf.tensor([1, 2], [1, 2]), {}, { scale: tf.tensor([3, 4], [1, 2]) }), [3, 8]);
  });
});

describe('sums over entries', () => {
  const x = sampleTensor('x', [2, 3, 4, 5]);

  test.each([[[1], true], [[2, 3], false], [[1, 3], true], [[1, 2, 3], false]] as const)('mean, sum and maximum over %j', (axes, keepDims) => {
    const groups = new Map<string, number[]>();
    for (const at of indicesOf(x.shape)) {
      const key = at.filter((_, axis) => !(axes as readonly number[]).includes(axis)).join();
      groups.set(key, [...(groups.get(key) ?? []), read(x, at)]);
    }
    const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
    const shape = x.shape.flatMap((n, axis) => ((axes as readonly number[]).includes(axis) ? (keepDims ? [1] : []) : [n]));
    const want = { reduceSum: sum, reduceMean: (all: number[]) => sum(all) / all.length, reduceMax: (all: number[]) => Math.max(...all) };
    for (const [name, of] of Object.entries(want)) {
      const y = run(name as OpName, x, { axes, keepDims });
      expect(y.shape).toEqual(shape);
      expectClose(y, [...groups.values()].map(of));
    }
  });

  test('entries that tie for the maximum share in equal parts', () => {
    expect(numbers(pull('reduceMax', tf.tensor([1, 3, 3, 3, 0, 2], [1, 3, 2]), { axes: [1], keepDims: false }, {}, tf.tensor([6, 8], [1, 2])))).toEqual([0, 4, 6, 4, 0, 0]);
  });

  test('resample is two products with matrices', () => {
    const [rows, columns] = [sampleTensor('rows', [2, 3]), sampleTensor('columns', [6, 4])];
    const y = run('resample', x, {}, { rows, columns });
    expect(y.shape).toEqual([2, 2, 6, 5]);
    const at = ([n, i, j, c]: readonly number[]) => indicesOf([3, 4]).reduce((sum, [p, q]) => sum + read(rows, [i!, p!]) * read(columns, [j!, q!]) * read(x, [n!, p!, q!, c!]), 0);
    expectClose(y, indicesOf(y.shape).map(at));
  });

  test.each([3, 4, 9])('local response norm over %i channels, the longer half behind', (size) => {
    const attrs = { size, alpha: 0.9, beta: 0.6, bias: 1.5 };
    const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
    const want = indicesOf(x.shape).map(([n, i, j, c]) => {
      let squares = 0;
      for (let k = Math.max(0, c! - before); k <= Math.min(4, c! + after); k++) squares += read(x, [n!, i!, j!, k]) ** 2;
      return read(x, [n!, i!, j!, c!]) / (1.5 + (0.9 / size) * squares) ** 0.6;
    });
    expectClose(run('localResponseNorm', x, attrs), want);
  });
});
