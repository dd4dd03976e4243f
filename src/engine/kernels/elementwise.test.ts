/** Functions of one entry against float64, pairs of entries and broadcasting against the CPU backend. */
import { beforeEach, describe, expect, test } from 'vitest';
import { OPS } from '../graph/ops/index.ts';
import { useBackend } from '../testing/backends.ts';
import { agree, largest, values } from '../testing/kernelCase.ts';
import * as tf from '../tf.ts';
import { RECOMPOSED } from './recomposed.ts';

beforeEach(() => useBackend('wasm'));

describe('functions of one entry', () => {
  /** erf by its Taylor series in float64 (|x| < 3), 1 − the continued fraction of erfc beyond. */
  const erf64 = (x: number): number => {
    if (Math.abs(x) > 3) {
      let fraction = 0;
      for (let k = 80; k > 0; k--) fraction = k / 2 / (Math.abs(x) + fraction);
      return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction));
    }
    let [term, sum] = [x, x];
    for (let k = 1; k < 90; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  };
  const xs = Float32Array.from({ length: 40_003 }, (_, i) => (i - 20_000) / 1900 + 1e-4);
  const table = {
    Exp: [tf.exp, Math.exp], Tanh: [tf.tanh, Math.tanh], Erf: [tf.erf, erf64],
  } as const;
  for (const [name, [op, exact]] of Object.entries(table))
    test(`${name} is right to 2·10⁻⁷ of each value`, () => {
      const y = op(tf.tensor1d(xs)).dataSync();
      const worst = largest(Array.from(y, (v, i) => v / exact(xs[i]!) - 1));
      expect(worst).toBeLessThan(2e-7);
    });

  const normal = (x: number) => (1 + erf64(x * Math.SQRT1_2)) / 2;
  const gelu64 = (x: number) => x * normal(x);
  const slope64 = (x: number) => normal(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  const logistic64 = (x: number) => 1 / (1 + Math.exp(-x));
  const silu64 = (x: number) => x * logistic64(x);
  const siluSlope64 = (x: number) => logistic64(x) * (1 + x * (1 - logistic64(x)));
  const runUnit = (kernel: string, inputs: Record<string, tf.Tensor>) => (tf.engine().runKernel(kernel, inputs, {}) as tf.Tensor).dataSync();
  const UNITS = [['Gelu', gelu64, slope64], ['Silu', silu64, siluSlope64]] as const;
  test.each(UNITS)('%s and its pullback are right to 2·10⁻⁷ of the largest value, and of each value above 0', (kernel, value64, slopeOf64) => {
    const near = xs.filter((x) => Math.abs(x) < 6);
    const x = tf.tensor1d(near);
    for (const [got, exact] of [[runUnit(kernel, { x }), value64], [runUnit(`${kernel}Pullback`, { x, dy: tf.fill([near.length], 1) }), slopeOf64]] as const) {
      expect(largest(Array.from(got, (v, i) => v - exact(near[i]!)))).toBeLessThan(2e-7 * largest(got));
      expect(largest(Array.from(got, (v, i) => (near[i]! > 0 ? v / exact(near[i]!) - 1 : 0)))).toBeLessThan(3e-7);
    }
  });

  test('GELU keeps its limits, and its pullback the signal', () => {
    const ends = tf.tensor1d([-Infinity, -200, -13, 0, 13, 200, NaN]);
    expect([...runUnit('Gelu', { x: ends })].map((v) => v + 0)).toEqual([0, 0, 0, 0, 13, 200, NaN]);
    expect([...runUnit('GeluPullback', { x: ends, dy: tf.fill([7], 3) })].map((v) => Math.round(1e6 * v) / 1e6 + 0)).toEqual([0, 0, 0, 1.5, 3, 3, NaN]);
  });

  test.each(['Gelu', 'GeluPullback', 'Silu', 'SiluPullback'])('without SIMD %s is the same, put together', (kernel) => {
    const [x, dy] = [tf.tensor1d(xs.filter((v) => Math.abs(v) < 6)), tf.fill([xs.filter((v) => Math.abs(v) < 6).length], 0.7)];
    const inputs: Record<string, tf.Tensor> = kernel.endsWith('Pullback') ? { x, dy } : { x };
    const expected = runUnit(kernel, inputs);
    const found = (RECOMPOSED[kernel]!(inputs, {}) as tf.Tensor).dataSync();
    expect(largest(Array.from(found, (v, i) => v - expected[i]!))).toBeLessThan(1e-6 * largest(expected));
  });

  test('SiLU keeps its limits, and its pullback the signal', () => {
    const ends = tf.tensor1d([-Infinity, -200, 0, 200, NaN]);
    const rounded = (values: ArrayLike<number>) => Array.from(values, (v) => Math.round(1e6 * v) / 1e6 + 0);
    expect(rounded(runUnit('Silu', { x: ends }))).toEqual([0, 0, 0, 200, NaN]);
    expect(rounded(runUnit('SiluPullback', { x: ends, dy: tf.fill([5], 3) }))).toEqual([0, 0, 1.5, 3, NaN]);
  });

  test('keep their limits', () => {
    const ends = tf.tensor1d([-Infinity, -200, 0, 200, Infinity, NaN]);
    expect([...tf.exp(ends).dataSync()]).toEqual([0, 0, 1, Infinity, Infinity, NaN]);
    expect([...tf.tanh(ends).dataSync()]).toEqual([-1, -1, 0, 1, 1, NaN]);
    expect([...tf.erf(ends).dataSync()]).toEqual([-1, -1, 0, 1, 1, NaN]);
    expect(tf.exp(tf.scalar(-100)).dataSync()[0]).toBe(Math.fround(Math.exp(-100))); // subnormal
  });
});

describe('pairs of entries', () => {
  const shapes = [[[3, 7], [3, 7]], [[3, 7], []], [[], [2, 9]], [[4, 3], [3]]] as const;
  for (const kernel of ['Maximum', 'Minimum', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'])
    for (const [a, b] of shapes) test(`${kernel} of ${a.join('×')} and ${b.join('×')}`, agree(kernel, { inputs: { a, b }, make: (data) => data.map(Math.round) }, 0));

  const patterns = [[[2, 5, 7, 3], [3]], [[4, 9, 16], [16]], [[3, 700, 6], [1, 1, 6]], [[6], [2, 3, 6]], [[2, 5, 9], [2, 5, 1]], [[4, 64], [4, 1]], [[2, 1, 3], [2, 4, 3]]] as const;
  for (const kernel of ['Add', 'Sub', 'Multiply', 'RealDiv'])
    for (const [a, b] of patterns) test(`${kernel} of ${a.join('×')} and ${b.join('×')}`, agree(kernel, { inputs: { a, b } }, 1e-7));

  test('select takes t where the condition holds', () => {
    for (const n of [1, 4, 11]) {
      const condition = Array.from({ length: n }, (_, i) => i % 3 === 1);
      const [t, e] = [values([n], 0), values([n], 1)];
      expect([...tf.where(tf.tensor1d(condition, 'bool'), tf.tensor1d(t), tf.tensor1d(e)).dataSync()]).toEqual(condition.map((c, i) => (c ? t[i] : e[i])));
    }
  });
});

test('what passes between two bounds, against a literal loop', () => {
  const [x, dy] = [1, 2].map((index) => tf.tensor(values([3, 5, 7], index), [3, 5, 7])) as [tf.Tensor, tf.Tensor];
  for (const [low, high] of [[0, Infinity], [0, 0.5], [-0.3, 0.3]] as const) {
    const got = (tf.engine().runKernel('PassBetween', { x, dy }, { low, high }) as tf.Tensor).dataSync();
    const [xs, ds] = [x.dataSync(), dy.dataSync()];
    got.forEach((value, i) => expect(value).toBe(xs[i]! > low && xs[i]! < high ? ds[i]! : 0));
  }
});

test('GELU and SiLU by their kernels differentiate twice', () => {
  tf.env().set('IS_TEST', false); // else what a gradient saves counts as a leak: a clone on WASM is a copy
  const x = tf.tensor1d(values([41], 0));
  const logistic = (v: number) => 1 / (1 + Math.exp(-v));
  const bends = {
    gelu: (v: number) => (Math.exp((-v * v) / 2) / Math.sqrt(2 * Math.PI)) * (2 - v ** 2),
    silu: (v: number) => logistic(v) * (1 - logistic(v)) * (2 + v * (1 - 2 * logistic(v))),
  };
  for (const name of ['gelu', 'silu'] as const) {
    const slope = (at: tf.Tensor) => OPS[name].vjp([at], at, {}, {}, tf.fill([41], 1))[0]!;
    const bend = tf.grad((at: tf.Tensor) => tf.sum(slope(at)))(x).dataSync();
    bend.forEach((value, i) => expect(value).toBeCloseTo(bends[name](x.dataSync()[i]!), 5));
    expect(largest(tf.sub(tf.grad((at: tf.Tensor) => tf.sum(OPS[name].forward([at], {}, {})))(x), slope(x)).dataSync())).toBe(0);
  }
});
