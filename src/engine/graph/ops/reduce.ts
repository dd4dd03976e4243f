/** Sums, means and maxima over axes, and repetition along axes, which is the adjoint of a sum. Not pools over windows (linear.ts, mixing.ts). */
import * as tf from '../../tf.ts';
import type { Attrs, Op } from './op.ts';

interface ReduceAttrs {
  /** Of the stored tensor: the batch is axis 0 and no axis of these. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

const reduceAttrs = (a: Attrs) => a as unknown as ReduceAttrs;

/** `shape` with 1 for every axis that is reduced. */
const keptShape = (shape: readonly number[], { axes }: ReduceAttrs) => shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

/** dy with its reduced axes back, each of length 1. */
const kept = (dy: tf.Tensor, x: tf.Tensor, a: ReduceAttrs) => tf.reshape(dy, keptShape(x.shape, a));

/** Repeated along the reduced axes and scaled. */
const spread = (dy: tf.Tensor, x: tf.Tensor, a: ReduceAttrs, factor: number) =>
  tf.mul(kept(dy, x, a), tf.fill(x.shape.map((n, axis) => (a.axes.includes(axis) ? n : 1)), factor));

const countOf = (x: tf.Tensor, { axes }: ReduceAttrs) => axes.reduce((product, axis) => product * x.shape[axis]!, 1);

/** The mean over `axes`. */
export const reduceMean: Op = {
  kind: 'linear',
  forward: ([x], _, a) => tf.mean(x, [...reduceAttrs(a).axes], reduceAttrs(a).keepDims),
  vjp: ([x], _, __, a, dy) => [spread(dy, x, reduceAttrs(a), 1 / countOf(x, reduceAttrs(a)))],
};

/** The sum over `axes`. */
export const reduceSum: Op = {
  kind: 'linear',
  forward: ([x], _, a) => tf.sum(x, [...reduceAttrs(a).axes], reduceAttrs(a).keepDims),
  vjp: ([x], _, __, a, dy) => [spread(dy, x, reduceAttrs(a), 1)],
};

/** Along one axis, kept; as [entries before it, the axis, entries behind it]: kernels see three axes, however many there are. */
function largestOn(x: tf.Tensor, axis: number): tf.Tensor {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const flat = tf.reshape(x, [before.reduce((a, b) => a * b, 1), x.shape[axis]!, after.reduce((a, b) => a * b, 1)]);
  return tf.reshape(tf.max(flat, 1), [...before, 1, ...after]);
}

/** The largest entry over `axes`; entries that tie share in equal parts, as in PyTorch's amax. */
export const reduceMax: Op = {
  kind: 'pool',
  forward([x], _, attrs) {
    const a = reduceAttrs(attrs);
    const most = a.axes.reduce(largestOn, x);
    return a.keepDims ? most : tf.reshape(most, x.shape.filter((_n, axis) => !a.axes.includes(axis)));
  },
  vjp([x], y, _, attrs, dy) {
    const a = reduceAttrs(attrs);
    return [amongLargest(kept(dy, x, a), x, kept(y, x, a), a.axes)];
  },
};

/** dy in equal parts to the entries of x that are y, the largest over `axes`. Linear in dy; with its adjoint, for a comparison has no derivative in TensorFlow.js. */
function amongLargest(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const shares = (at: tf.Tensor, largest: tf.Tensor) => {
    const hits = tf.cast(tf.equal(at, largest), 'float32');
    return tf.div(hits, tf.sum(hits, [...axes], true));
  };
  const run = tf.customGrad((...args) => {
    const [d, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([x, y]);
    return { value: tf.mul(shares(x, y), d), gradFunc: (up: tf.Tensor, saved: tf.Tensor[]) => [tf.sum(tf.mul(up, shares(saved[0]!, saved[1]!)), [...axes], true)] };
  });
  return run(dy);
}

/** Sums over the axes along which `shape` has 1 and t more: the pullback of repetition. */
export function summedTo(t: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = shape.flatMap((n, axis) => (n === 1 && t.shape[axis] !== 1 ? [axis] : []));
  return axes.length > 0 ? tf.sum(t, axes, true) : t;
}

/** Axis by axis, each as [entries before it, 1, entries behind it]: GPU kernels repeat few axes at most. */
const repeated = (x: tf.Tensor, shape: readonly number[]) =>
  shape.reduce((t, n, k) => {
    if (n === t.shape[k + 1]) return t;
    const [before, after] = [t.shape.slice(0, k + 1), t.shape.slice(k + 2)];
    const flat = tf.reshape(t, [before.reduce((a, b) => a * b, 1), 1, after.reduce((a, b) => a * b, 1)]);
    return tf.reshape(tf.tile(flat, [1, n, 1]), [...before, n, ...after]);
  }, tf.clone(x));

/** Axes of length 1 repeated, so that the result has `shape` behind the batch. */
export const expand: Op = {
  kind: 'shape',
  forward([x], _, a) {
    const shape = a.shape as readonly number[];
    const before = x.shape.slice(1);
    if (shape.length !== before.length || before.some((n, axis) => n !== 1 && n !== shape[axis])) throw new Error(`${before.join('×')} cannot be repeated to ${shape.join('×')}: only axes of length 1 are; reshape it first`);
    return repeated(x, shape);
  },
  vjp: ([x], _, __, ___, dy) => [summedTo(dy, x.shape)],
};
