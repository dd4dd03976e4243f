/** The secant of every function of one number, against quotients of differences in double precision; at its limit, the derivative. */
import { describe, expect, test } from 'vitest';
import { OPS, type Attrs, type Op, type OpName } from '../graph/ops/index.ts';
import { useBackend } from '../testing/backends.ts';
import { distance } from '../testing/laws.ts';
import * as tf from '../tf.ts';
import { secantOf } from './secants.ts';

await useBackend('cpu');

/** The normal distribution by Simpson's rule from −12, 20,000 intervals. */
function phi(t: number): number {
  const n = 20_000;
  const h = (t + 12) / n;
  let total = 0;
  for (let i = 0; i <= n; i++) total += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * Math.exp(-0.5 * (-12 + i * h) ** 2);
  return (total * h) / 3 / Math.sqrt(2 * Math.PI);
}

interface Case {
  readonly value: (t: number) => number;
  readonly attrs?: Attrs;
  readonly weights?: Readonly<Record<string, tf.Tensor>>;
  /** Only for numbers above 0. */
  readonly positive?: boolean;
}

const below = (alpha: number, t: number) => (t > 0 ? t : alpha * t);
const expUnit = (alpha: number, t: number) => (t > 0 ? t : alpha * Math.expm1(t));

const FUNCTIONS: Partial<Readonly<Record<OpName, Case>>> = {
  relu: { value: (t) => Math.max(t, 0) },
  relu6: { value: (t) => Math.min(Math.max(t, 0), 6) },
  softplus: { value: (t) => (t > 30 ? t : Math.log1p(Math.exp(t))) },
  gelu: { value: (t) => t * phi(t) },
  sigmoid: { value: (t) => 1 / (1 + Math.exp(-t)) },
  silu: { value: (t) => t / (1 + Math.exp(-t)) },
  leakyRelu: { value: (t) => below(0.3, t), attrs: { alpha: 0.3 } },
  prelu: { value: (t) => below(-0.5, t), weights: { alpha: tf.tensor1d([-0.5]) } },
  elu: { value: (t) => expUnit(0.7, t), attrs: { alpha: 0.7 } },
  selu: { value: (t) => 1.0507009873554805 * expUnit(1.6732632423543772, t) },
  clip: { value: (t) => Math.min(Math.max(t, -1), 2.2), attrs: { min: -1, max: 2.2 } },
  hardSwish: { value: (t) => (t * Math.min(Math.max(t + 3, 0), 6)) / 6 },
  mish: { value: (t) => t * Math.tanh(Math.log1p(Math.exp(t))) },
  tanh: { value: Math.tanh },
  geluTanh: { value: (t) => 0.5 * t * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (t + 0.044715 * t ** 3))) },
  softsign: { value: (t) => t / (1 + Math.abs(t)) },
  erf: { value: (t) => 2 * phi(t * Math.SQRT2) - 1 },
  sin: { value: Math.sin },
  cos: { value: Math.cos },
  abs: { value: Math.abs },
  square: { value: (t) => t * t },
  log: { value: Math.log, positive: true },
  sqrt: { value: Math.sqrt, positive: true },
  reciprocal: { value: (t) => 1 / t, positive: true },
  power: { value: (t) => t ** -0.75, attrs: { exponent: -0.75 }, positive: true },
};
const CASES = Object.entries(FUNCTIONS) as [OpName, Case][];
const nodeOf = (op: OpName, { attrs = {}, weights = {} }: Case) => ({ id: 'a', op, attrs, weights });

const PAIRS = [-3, -0.2, -1e-3, 0, 0.4, 2.5, 5.9].flatMap((from) => [-7, -0.5, -0.12, -0.09, -1e-3, 1e-3, 0.05, 0.11, 0.7, 8].map((step) => [Math.fround(from), Math.fround(step)] as const));

describe.each(CASES)('%s', (name, given) => {
  test('the quotient of differences, for long and short steps', () => {
    const pairs = PAIRS.filter(([from, step]) => !given.positive || (from > 0.1 && from + step > 0.1));
    const [from, step] = [0, 1].map((k) => tf.tensor1d(pairs.map((pair) => pair[k]!))) as [tf.Tensor, tf.Tensor];
    const got = secantOf(nodeOf(name, given))(from, step).dataSync();
    // With the end as single precision has it: where a function is steep, rounding the end is no error of the secant.
    const want = pairs.map(([a, d]) => (given.value(a + d) - given.value(a)) / d);
    const scale = Math.max(1, ...want.map(Math.abs));
    expect(distance(got, want)).toBeLessThan(3e-6 * scale);
  });

  test('the derivative where the step is 0 or below what single precision resolves', () => {
    const at = tf.tensor1d(given.positive ? [0.2, 1, 5.5, 7] : [-4, -0.3, 0.2, 1, 5.5, 7]);
    const op: Op = OPS[name];
    const { attrs, weights } = nodeOf(name, given);
    const slope = op.vjp([at], op.forward([at], weights, attrs), weights, attrs, tf.onesLike(at))[0]!.dataSync();
    const scale = Math.max(1, ...Array.from(slope, Math.abs));
    for (const step of [0, 1e-12, 1e-8, -1e-8, 1e-6]) expect(distance(secantOf(nodeOf(name, given))(at, tf.fill(at.shape, step)).dataSync(), slope), `${step}`).toBeLessThan(1e-5 * scale);
  });
});

const at = (name: OpName, from: number[], step: number[], attrs: Attrs = {}) => Array.from(secantOf({ id: 'a', op: name, weights: {}, attrs })(tf.tensor1d(from), tf.tensor1d(step)).dataSync());

test('at its kink a rectifier has slope 0 without a step, and the one-sided slope with one', () => {
  expect(at('relu', [0, 0, 0], [0, 1e-7, -1e-7])).toEqual([0, 1, 0]);
  expect(at('abs', [0, 0, 0], [0, 1e-7, -1e-7])).toEqual([0, 1, -1]);
});

test('a staircase is climbed as a whole: the quotient, and 1 within its range where nothing changed', () => {
  const attrs = { scale: 0.5, zeroPoint: 0, min: -2, max: 2 };
  expect(at('quantize', [0, 0.2, 0.2, 3, 0.1], [1, 0.1, 0.01, 0, 0], attrs)).toEqual([1, 5, 0, 0, 1]);
});

test('an activation without a secant is named', () => {
  expect(() => secantOf({ id: 'act7', op: 'softmax', weights: {}, attrs: {} })).toThrow("no secant is known for 'act7' (softmax)");
});
