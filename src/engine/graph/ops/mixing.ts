/** Ops in which entries meet without weights of their own: max pooling, products of two signals, softmax, normalisation. */
import * as tf from '../../tf.ts';
import { maxPoolTranspose } from './adjoint.ts';
import { need, type Op } from './op.ts';
import { summedTo } from './reduce.ts';
import { poolAttrs } from './window.ts';

/** The largest entry of each window; a tie belongs to the first entry in row-major order. */
export const maxPool: Op = {
  kind: 'pool',
  forward: ([x], _, a) => {
    const { size, strides, pad } = poolAttrs(a);
    return tf.maxPool(x as tf.Tensor4D, size, strides, pad as 'valid');
  },
  vjp: ([x], y, _, a, dy) => [maxPoolTranspose(dy as tf.Tensor4D, x as tf.Tensor4D, y as tf.Tensor4D, poolAttrs(a))],
};

/** y = scale · a · b, or scale · a · bᵀ with `transposeB`; batched over the leading axes. Attention's two products. */
export const matMul: Op = {
  kind: 'bilinear',
  forward: (xs, _, a) => tf.mul(tf.matMul(xs[0], xs[1]!, false, a.transposeB === true), (a.scale as number | undefined) ?? 1),
  vjp: (xs, _, __, a, dy) => {
    const [left, right] = [xs[0], xs[1]!];
    const d = tf.mul(dy, (a.scale as number | undefined) ?? 1);
    return a.transposeB === true
      ? [tf.matMul(d, right), tf.matMul(d, left, true, false)]
      : [tf.matMul(d, right, false, true), tf.matMul(left, d, true, false)];
  },
};

/** y = a ⊙ b; both of one rank, an axis of length 1 is repeated: a gate [N, 1, 1, C] on a map [N, H, W, C]. */
export const mul: Op = {
  kind: 'bilinear',
  forward: (xs) => tf.mul(xs[0], xs[1]!),
  vjp: (xs, _, __, ___, dy) => {
    const [left, right] = [xs[0], xs[1]!];
    return [summedTo(tf.mul(dy, right), left.shape), summedTo(tf.mul(dy, left), right.shape)];
  },
};

/** Over the last axis. */
export const softmax: Op = {
  kind: 'softmax',
  forward: ([x]) => tf.softmax(x),
  vjp: (_, y, __, ___, dy) => {
    const weighted = tf.mul(dy, y);
    return [tf.sub(weighted, tf.mul(y, tf.sum(weighted, -1, true)))];
  },
};

function standardize(x: tf.Tensor, epsilon: number) {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  return { hat: tf.mul(centred, inverse), inverse };
}

/** y = (x − mean) / √(variance + ε) · gamma + beta over the last axis, biased variance. */
export const layerNorm: Op = {
  kind: 'norm',
  forward: ([x], w, a) => tf.add(tf.mul(standardize(x, a.epsilon as number).hat, need(w, 'gamma')), need(w, 'beta')),
  vjp: ([x], _, w, a, dy) => {
    const { hat, inverse } = standardize(x, a.epsilon as number);
    const d = tf.mul(dy, need(w, 'gamma'));
    const along = tf.mul(hat, tf.mean(tf.mul(d, hat), -1, true));
    return [tf.mul(tf.sub(tf.sub(d, tf.mean(d, -1, true)), along), inverse)];
  },
};

export interface ResponseAttrs {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
}

/** S_c = Σ t_c′ over the window of `size` channels around c, the longer half behind it; `transposed` sums what sees c. */
export function channelWindow(t: tf.Tensor, size: number, transposed = false): tf.Tensor {
  const channels = t.shape.at(-1)!;
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const sees = (from: number, to: number) => to - from <= after && from - to <= before;
  const band = tf.tensor2d(Array.from({ length: channels ** 2 }, (_, at) => Number(sees(at % channels, Math.floor(at / channels)))), [channels, channels]);
  return tf.reshape(tf.matMul(tf.reshape(t, [-1, channels]), band, false, transposed), t.shape);
}

/** y = x / (bias + alpha / size · S)^beta, S the sum of squares over a window of channels.  Krizhevsky et al. 2012, section 3.3. */
export const localResponseNorm: Op = {
  kind: 'norm',
  forward([x], _, attrs) {
    const { size, alpha, beta, bias } = attrs as unknown as ResponseAttrs;
    return tf.mul(x, tf.pow(tf.add(tf.mul(channelWindow(tf.square(x), size), alpha / size), bias), -beta));
  },
  vjp([x], _, __, attrs, dy) {
    const { size, alpha, beta, bias } = attrs as unknown as ResponseAttrs;
    const base = tf.add(tf.mul(channelWindow(tf.square(x), size), alpha / size), bias);
    const power = tf.pow(base, -beta);
    const through = channelWindow(tf.div(tf.mul(tf.mul(dy, x), power), base), size, true);
    return [tf.sub(tf.mul(dy, power), tf.mul(tf.mul(x, through), (2 * alpha * beta) / size))];
  },
};
