/** Every op: its vjp against tf.grads where TensorFlow.js has one, and against finite differences; its second derivative against those of the first. */
import { describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { OP_SAMPLES, sampleTensor, type OpSample } from '../../testing/opSamples.ts';
import * as tf from '../../tf.ts';
import { maxPoolGradTurned } from './adjoint.ts';
import { OPS, type Inputs, type Op, type OpName } from './index.ts';

await useBackend('cpu');

type Field = (xs: tf.Tensor[]) => tf.Tensor;
const inputsOf = (xs: tf.Tensor[]): Inputs => xs as unknown as Inputs;

function closeTo(got: tf.Tensor, want: ArrayLike<number>, share: number): void {
  const expected = Array.from(want);
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  Array.from(got.dataSync()).forEach((v, i) => expect(Math.abs(v - expected[i]!), `entry ${i}: ${v} instead of ${expected[i]}`).toBeLessThan(share * scale));
}

/** d f / d x_k by central differences, in float32. */
function differences(f: Field, xs: tf.Tensor[], k: number, h = 1e-2): Float64Array {
  const data = xs[k]!.dataSync();
  return Float64Array.from(data, (_, i) => {
    const at = (step: number) => tf.tidy(() => f(xs.map((x, j) => (j === k ? tf.tensor(data.map((v, n) => (n === i ? v + step : v)), x.shape) : x))).dataSync()[0]!);
    return (at(h) - at(-h)) / (2 * h);
  });
}

/** Σ u ⊙ op(xs), and Σ_k v_k ⊙ vjp_k of it: what is differentiated. */
function fields(op: Op, { weights, attrs }: OpSample, xs: tf.Tensor[]) {
  const w = weights();
  const y0 = op.forward(inputsOf(xs), w, attrs);
  const u = sampleTensor('cotangent', y0.shape);
  const v = xs.map((x, k) => sampleTensor(`direction${k}`, x.shape));
  const value: Field = (z) => tf.sum(tf.mul(u, op.forward(inputsOf(z), w, attrs)));
  const slope: Field = (z) => {
    const y = op.forward(inputsOf(z), w, attrs);
    return tf.addN(op.vjp(inputsOf(z), y, w, attrs, tf.mul(u, tf.square(y))).map((part, k) => tf.sum(tf.mul(part, v[k]!))));
  };
  const vjp = (z: tf.Tensor[]) => op.vjp(inputsOf(z), op.forward(inputsOf(z), w, attrs), w, attrs, u);
  return { value, slope, vjp };
}

describe.each(Object.entries(OPS) as [OpName, Op][])('%s', (name, op) => {
  const sample = OP_SAMPLES[name];
  const xs = sample.inputs();
  const { value, slope, vjp } = fields(op, sample, xs);

  test('its vjp is the derivative: tf.grads and finite differences', () => {
    const got = vjp(xs);
    expect(got.map((part) => part.shape)).toEqual(xs.map((x) => x.shape));
    const stock = tf.grads((...z: tf.Tensor[]) => value(z))(xs);
    got.forEach((part, k) => {
      closeTo(part, stock[k]!.dataSync(), 1e-5);
      closeTo(part, differences(value, xs, k), 5e-3);
    });
  });

  test('its vjp differentiates right once more', () => {
    const got = tf.grads((...z: tf.Tensor[]) => slope(z))(xs);
    got.forEach((part, k) => closeTo(part, differences(slope, xs, k), 2e-2));
  });
});

test('a missing weight is named', () => {
  expect(() => OPS.dense.forward([tf.ones([1, 2])], { bias: tf.ones([3]) }, {})).toThrow("a weight called 'kernel' is missing: the node has [bias]");
});

describe.each([
  { size: [3, 3], strides: [1, 1], pad: 'same' },
  { size: [3, 2], strides: [2, 1], pad: 'same' },
])('average pooling $size by $strides, $pad: TensorFlow.js has it wrong at the borders', (attrs) => {
  const sample = { inputs: () => [sampleTensor('x', [2, 5, 4, 2])], weights: () => ({}), attrs };
  const xs = sample.inputs();
  const { value, vjp, slope } = fields(OPS.averagePool, sample, xs);

  test('its vjp is the derivative: finite differences', () => closeTo(vjp(xs)[0]!, differences(value, xs, 0), 5e-3));
  test('and differentiates right once more', () => closeTo(tf.grads((...z: tf.Tensor[]) => slope(z))(xs)[0]!, differences(slope, xs, 0), 2e-2));
});

test('relu and relu6 have slope 0 at 0, a pool gives a tie to its first entry', () => {
  for (const op of [OPS.relu, OPS.relu6]) expect(Array.from(op.vjp([tf.tensor([0, 1])], tf.tensor([0, 1]), {}, {}, tf.ones([2]))[0]!.dataSync())).toEqual([0, 1]);
  const x = tf.zeros([1, 2, 2, 1]);
  const attrs = { size: [2, 2], strides: [2, 2], pad: 'valid' };
  const dx = OPS.maxPool.vjp([x], OPS.maxPool.forward([x], {}, attrs), {}, attrs, tf.ones([1, 1, 1, 1]))[0]!;
  expect(Array.from(dx.dataSync())).toEqual([1, 0, 0, 0]);
});

/** Entries 0 … 4: ties in most windows of 2 × 2 and 3 × 3. */
const tied = (shape: [number, number, number, number]) => tf.floor(tf.mul(tf.abs(sampleTensor('tied', shape)), 3)) as tf.Tensor4D;

describe.each([
  { size: [2, 2], strides: [2, 2], pad: 'valid', shape: [2, 5, 7, 3] },
  { size: [3, 3], strides: [2, 2], pad: 'same', shape: [1, 6, 6, 2] },
  { size: [3, 2], strides: [2, 1], pad: 'valid', shape: [1, 8, 5, 2] },
] as const)('max pooling turned about: $size by $strides, $pad', ({ size, strides, pad, shape }) => {
  const a = { size: [...size] as [number, number], strides: [...strides] as [number, number], pad };
  const pulled = (x: tf.Tensor4D) => {
    const y = OPS.maxPool.forward([x], {}, a) as tf.Tensor4D;
    const dy = sampleTensor('cotangent', y.shape) as tf.Tensor4D;
    return { plain: OPS.maxPool.vjp([x], y, {}, a, dy)[0]!, turned: maxPoolGradTurned(dy, x, y, a) };
  };

  test('is the same where there are no ties', () => {
    const { plain, turned } = pulled(sampleTensor('distinct', [...shape]) as tf.Tensor4D);
    closeTo(turned, plain.dataSync(), 1e-6);
  });

  test('gives a tie to the other end of its window, and as much in all', () => {
    const { plain, turned } = pulled(tied([...shape]));
    expect(Array.from(turned.dataSync())).not.toEqual(Array.from(plain.dataSync()));
    expect(tf.sum(turned).dataSync()[0]).toBeCloseTo(tf.sum(plain).dataSync()[0]!, 4);
  });
});

test('max pooling turned about gives a tie of a whole window to its last entry, on a backend that gives it to the first', () => {
  const [x, y, dy] = [tf.zeros([1, 3, 5, 1]), tf.zeros([1, 1, 2, 1]), tf.tensor([7, 8], [1, 1, 2, 1])] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const turned = maxPoolGradTurned(dy, x, y, { size: [2, 2], strides: [2, 2], pad: 'valid' });
  expect(Array.from(turned.dataSync())).toEqual([0, 0, 0, 0, 0, 0, 7, 0, 8, 0, 0, 0, 0, 0, 0]);
});
