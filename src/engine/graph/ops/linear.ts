/** Ops that are affine in their input for fixed weights: the layers that relevance rules speak about. Not the products of two signals (mixing.ts), nor sums over axes (reduce.ts). */
import * as tf from '../../tf.ts';
import { averagePooled, averagePoolTranspose, depthwiseTranspose } from './adjoint.ts';
import { need, type Attrs, type Op, type Weights } from './op.ts';
import { convAttrs, poolAttrs } from './window.ts';

const withBias = (y: tf.Tensor, w: Weights) => (w.bias ? tf.add(y, w.bias) : y);

/** y = x ∗ kernel + bias; kernel [kh, kw, in, out]. */
export const conv2d: Op = {
  kind: 'linear',
  forward: ([x], w, a) => {
    const { strides, pad } = convAttrs(a);
    return withBias(tf.conv2d(x as tf.Tensor4D, need<tf.Tensor4D>(w, 'kernel'), strides, pad), w);
  },
  vjp: ([x], _, w, a, dy) => {
    const { strides, pad } = convAttrs(a);
    return [tf.conv2dTranspose(dy as tf.Tensor4D, need<tf.Tensor4D>(w, 'kernel'), (x as tf.Tensor4D).shape, strides, pad)];
  },
};

/** Each channel convolved with its own kernel [kh, kw, channels, 1], + bias. */
export const depthwiseConv2d: Op = {
  kind: 'linear',
  forward: ([x], w, a) => {
    const { strides, pad } = convAttrs(a);
    return withBias(tf.depthwiseConv2d(x as tf.Tensor4D, need<tf.Tensor4D>(w, 'kernel'), strides, pad as 'same'), w);
  },
  vjp: ([x], _, w, a, dy) => [depthwiseTranspose(dy as tf.Tensor4D, need<tf.Tensor4D>(w, 'kernel'), (x as tf.Tensor4D).shape, convAttrs(a))],
};

const inGroups = (t: tf.Tensor, a: Attrs) => tf.split(t, a.groups as number, 3) as tf.Tensor4D[];

/** The channels in `groups` parts of equal size, each convolved with the filters that are its own; kernel [kh, kw, in / groups, out], + bias. */
export const groupConv2d: Op = {
  kind: 'linear',
  forward: ([x], w, a) => {
    const { strides, pad } = convAttrs(a);
    const kernels = inGroups(need(w, 'kernel'), a);
    const parts = inGroups(x, a).map((part, i) => tf.conv2d(part, kernels[i]!, strides, pad));
    return withBias(tf.concat(parts, 3), w);
  },
  vjp: ([x], _, w, a, dy) => {
    const { strides, pad } = convAttrs(a);
    const kernels = inGroups(need(w, 'kernel'), a);
    const [n, height, width] = (x as tf.Tensor4D).shape;
    const parts = inGroups(dy, a).map((part, i) => tf.conv2dTranspose(part, kernels[i]!, [n, height, width, kernels[i]!.shape[2]], strides, pad));
    return [tf.concat(parts, 3)];
  },
};

const rows = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]) as tf.Tensor2D;

/** y = x · kernel + bias on the last axis; kernel [in, out]. */
export const dense: Op = {
  kind: 'linear',
  forward: ([x], w) => {
    const kernel = need<tf.Tensor2D>(w, 'kernel');
    return withBias(tf.reshape(tf.matMul(rows(x), kernel), [...x.shape.slice(0, -1), kernel.shape[1]]), w);
  },
  vjp: ([x], _, w, __, dy) => [tf.reshape(tf.matMul(rows(dy), need<tf.Tensor2D>(w, 'kernel'), false, true), x.shape)],
};

const slope = (w: Weights, a: Attrs) => tf.mul(need(w, 'gamma'), tf.rsqrt(tf.add(need(w, 'variance'), a.epsilon as number)));

/** Inference: y = (x − mean) / √(variance + ε) · gamma + beta, per channel. Canonizing folds it into the layer before it. */
export const batchNorm: Op = {
  kind: 'linear',
  forward: ([x], w, a) => tf.add(tf.mul(tf.sub(x, need(w, 'mean')), slope(w, a)), need(w, 'beta')),
  vjp: (_, __, w, a, dy) => [tf.mul(dy, slope(w, a))],
};

/** [N, H, W, C] → [N, C], the mean over all places. */
export const meanPool: Op = {
  kind: 'linear',
  forward: ([x]) => tf.mean(x, [1, 2]),
  vjp: ([x], _, __, ___, dy) => {
    const [n, h, w, c] = (x as tf.Tensor4D).shape;
    return [tf.mul(tf.reshape(dy, [n, 1, 1, c]), tf.fill([n, h, w, 1], 1 / (h * w)))];
  },
};

/** [N, H, W, C] → [N, h, w, C], the mean over each window; what lies outside the image does not count. */
export const averagePool: Op = {
  kind: 'linear',
  forward: ([x], _, a) => averagePooled(x as tf.Tensor4D, poolAttrs(a)),
  vjp: ([x], _, __, a, dy) => [averagePoolTranspose(dy as tf.Tensor4D, (x as tf.Tensor4D).shape, poolAttrs(a))],
};

/** [N, T, D] → [N, D], the mean over all tokens. */
export const meanTokens: Op = {
  kind: 'linear',
  forward: ([x]) => tf.mean(x, 1),
  vjp: ([x], _, __, ___, dy) => {
    const [n, t, d] = (x as tf.Tensor3D).shape;
    return [tf.mul(tf.reshape(dy, [n, 1, d]), tf.fill([n, t, 1], 1 / t))];
  },
};

/** The sum of its inputs, which have one shape: a residual connection. */
export const add: Op = {
  kind: 'linear',
  forward: (xs) => tf.addN([...xs]),
  vjp: (xs, _, __, ___, dy) => xs.map(() => dy),
};

/** y = x + value, a learned constant such as a positional embedding. */
export const addParam: Op = {
  kind: 'linear',
  forward: ([x], w) => tf.add(x, need(w, 'value')),
  vjp: (_, __, ___, ____, dy) => [dy],
};

/** y = x ⊙ scale + shift, each a weight with a leading 1 that is repeated along x; either may be absent. */
export const affine: Op = {
  kind: 'linear',
  forward([x], w) {
    const y = shifted(w.scale ? tf.mul(x, w.scale) : x, w);
    if (y.size !== x.size) throw new Error(`an affine node gives ${y.shape.slice(1).join('×')} for ${x.shape.slice(1).join('×')}: scale and shift may be repeated along x, not x along them; expand x first`);
    return y;
  },
  vjp: (_, __, w, ___, dy) => [w.scale ? tf.mul(dy, w.scale) : dy],
};

const shifted = (x: tf.Tensor, w: Weights) => (w.shift ? tf.add(x, w.shift) : tf.clone(x));

/** Σ_q matrix[p, q] x[…, q, …] along one axis. */
function along(x: tf.Tensor, matrix: tf.Tensor2D, axis: number, transposed: boolean): tf.Tensor {
  const order = [...x.shape.keys()].filter((k) => k !== axis);
  const last = tf.transpose(x, [...order, axis]);
  const y = tf.matMul(rows(last), matrix, false, !transposed);
  return tf.transpose(tf.reshape(y, [...last.shape.slice(0, -1), y.shape[1]!]), x.shape.map((_, k) => (k === axis ? order.length : order.indexOf(k))));
}

/** [N, h, w, C] → [N, H, W, C]: y[i, j] = Σ_pq rows[i, p] columns[j, q] x[p, q], the weights `rows` [H, h] and `columns` [W, w]. Every resizing that is linear. */
export const resample: Op = {
  kind: 'linear',
  forward: ([x], w) => along(along(x, need(w, 'rows'), 1, false), need(w, 'columns'), 2, false),
  vjp: (_, __, w, ___, dy) => [along(along(dy, need(w, 'columns'), 2, true), need(w, 'rows'), 1, true)],
};
