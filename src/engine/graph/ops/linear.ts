/** Ops that are affine in their input for fixed weights: the layers that relevance rules speak about. Not the products of two signals (bilinear.ts). */
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
