/**
 * Multipliers for products, softmax and layer norm, which the DeepLIFT paper has no rule for. Not of that paper: each product is shared by
 * its Shapley value, as in the SHAP library's DeepExplainer, and every elementwise function in it by its secant. All of them are complete.
 */
import { channelWindow, type ResponseAttrs } from '../graph/ops/mixing.ts';
import { need } from '../graph/ops/op.ts';
import * as tf from '../tf.ts';
import type { DifferenceRule } from './difference.ts';
import { expSecant, logSecant, powerSecant } from './secant.ts';

const half = (a: tf.Tensor, b: tf.Tensor) => tf.mul(tf.add(a, b), 0.5);

/** Δ(ab) = ½(a + a₀) Δb + ½(b + b₀) Δa, the Shapley value of a product of two: the pullback at the midpoint. */
export const productRule: DifferenceRule = ({ op, node, xs, xs0, y, signal }) => {
  const [left, right] = xs.map((x, i) => half(x, xs0[i]!)) as [tf.Tensor, tf.Tensor];
  return op.vjp([left, right], y, node.weights, node.attrs, signal);
};

/** Where both exponentials are 0 in single precision, a sum of them would be 0 too. */
const LEAST_SUM = 1e-30;

/** e^x, e^x₀ with one shift for both, their sums S, S₀ over the last axis, and the secant of the exponential. */
function exponentials(x: tf.Tensor, x0: tf.Tensor) {
  const top = tf.maximum(tf.max(x, -1, true), tf.max(x0, -1, true));
  const [a, b] = [tf.sub(x, top), tf.sub(x0, top)];
  const sum = (t: tf.Tensor) => tf.maximum(tf.sum(t, -1, true), LEAST_SUM);
  const [e, e0] = [tf.exp(a), tf.exp(b)];
  return { e, e0, total: sum(e), total0: sum(e0), slope: expSecant(b, tf.sub(x, x0)) };
}

/** y_i = e_i · (1/S): m_j = secant(exp)_j · ( ½(1/S + 1/S₀) g_j − Σ_i g_i ½(e_i + e₀_i) / (S S₀) ), g the signal. */
export function softmaxMultipliers(x: tf.Tensor, x0: tf.Tensor, signal: tf.Tensor): tf.Tensor {
  const { e, e0, total, total0, slope } = exponentials(x, x0);
  const direct = tf.mul(signal, half(tf.reciprocal(total), tf.reciprocal(total0)));
  const through = tf.div(tf.div(tf.sum(tf.mul(signal, half(e, e0)), -1, true), total), total0);
  return tf.mul(slope, tf.sub(direct, through));
}

/** log S, S = Σ e^x: m_j = secant(exp)_j · secant(log). */
export function logSumExpMultipliers(x: tf.Tensor, x0: tf.Tensor): tf.Tensor {
  const { total, total0, slope } = exponentials(x, x0);
  return tf.mul(slope, logSecant(total0, total));
}

export const softmaxRule: DifferenceRule = ({ xs: [x], xs0: [x0], signal }) => [softmaxMultipliers(x, x0, signal)];

/**
 * y = γ c r + β with c = x − mean x, v = mean c² + ε, r = v^−½: the product c r by its Shapley value, c² by its secant c + c₀,
 * v^−½ by its secant −(r r₀)² / (r + r₀).
 */
export const layerNormRule: DifferenceRule = ({ node, xs: [x], xs0: [x0], signal }) => {
  const parts = (t: tf.Tensor) => {
    const c = tf.sub(t, tf.mean(t, -1, true));
    return { c, r: tf.rsqrt(tf.add(tf.mean(tf.square(c), -1, true), node.attrs.epsilon as number)) };
  };
  const [{ c, r }, { c: c0, r: r0 }] = [parts(x), parts(x0)];
  const d = tf.mul(signal, need(node.weights, 'gamma'));
  const toDeviation = tf.sum(tf.mul(d, half(c, c0)), -1, true);
  const toVariance = tf.neg(tf.div(tf.mul(toDeviation, tf.square(tf.mul(r, r0))), tf.add(r, r0)));
  const toCentred = tf.add(tf.mul(d, half(r, r0)), tf.mul(tf.div(toVariance, x.shape.at(-1)!), tf.add(c, c0)));
  return [tf.sub(toCentred, tf.mean(toCentred, -1, true))];
};

/** y = x r, r = b^−β, b = bias + α/size · S(x²): the product by its Shapley value, b^−β and x² by their secants; S sums over a window of channels. */
export const responseNormRule: DifferenceRule = ({ node, xs: [x], xs0: [x0], signal }) => {
  const { size, alpha, beta, bias } = node.attrs as unknown as ResponseAttrs;
  const base = (t: tf.Tensor) => tf.add(tf.mul(channelWindow(tf.square(t), size), alpha / size), bias);
  const [b, b0] = [base(x), base(x0)];
  const direct = tf.mul(signal, half(tf.pow(b, -beta), tf.pow(b0, -beta)));
  const toBase = tf.mul(tf.mul(signal, half(x, x0)), powerSecant(-beta)(b0, tf.sub(b, b0)));
  const toSquares = tf.mul(channelWindow(toBase, size, true), alpha / size);
  return [tf.add(direct, tf.mul(toSquares, tf.add(x, x0)))];
};
