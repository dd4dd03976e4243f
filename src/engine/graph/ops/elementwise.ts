/** Ops that act on every entry alone: y_i = s(x_i). Each is its function and its derivative. */
import * as tf from '../../tf.ts';
import { passBetween } from './adjoint.ts';
import { need, type Attrs, type Op } from './op.ts';
import { logistic } from './smoothUnits.ts';

/** An op from its function and its derivative, by plain ops of x, the recorded y and the node's attributes. */
export const elementwise = (forward: (x: tf.Tensor, a: Attrs) => tf.Tensor, derivative: (x: tf.Tensor, y: tf.Tensor, a: Attrs) => tf.Tensor): Op => ({
  kind: 'elementwise',
  forward: ([x], _, a) => forward(x, a),
  vjp: ([x], y, _, a, dy) => [tf.mul(dy, derivative(x, y, a))],
});

/** The identity between 0 and `high`, cut off outside; its derivative at both ends is 0. */
const rectifier = (forward: (x: tf.Tensor) => tf.Tensor, high: number): Op => ({
  kind: 'elementwise',
  forward: ([x]) => forward(x),
  vjp: ([x], _, __, ___, dy) => [passBetween(dy, x, 0, high)],
});

/** max(x, 0). */
export const relu = rectifier(tf.relu, Infinity);
/** min(max(x, 0), 6). */
export const relu6 = rectifier(tf.relu6, 6);
/** log(1 + eˣ). */
export const softplus = elementwise((x) => tf.softplus(x), (x) => tf.sigmoid(x));

/** σ(x) = 1 / (1 + e⁻ˣ): the gate of squeeze-and-excitation. */
export const sigmoid = elementwise(logistic, (_, y) => tf.mul(y, tf.sub(1, y)));
/** Pixel space [0, 1] → what the network was trained on: y = (x − mean) / std, per channel. The first node of every image model. */
export const preprocess: Op = {
  kind: 'elementwise',
  forward: ([x], w) => tf.div(tf.sub(x, need(w, 'mean')), need(w, 'std')),
  vjp: (_, __, w, ___, dy) => [tf.div(dy, need(w, 'std'))],
};
