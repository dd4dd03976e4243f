/** The rules of attention-aware LRP (AttnLRP) for what only transformers have: softmax and products of two signals. Layers with weights have rules of their own. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { STABILIZER, stabilize } from './redistribute.ts';

/**
 * R_i = x_i (R_i − s_i Σ_j R_j), s = softmax(x) over the last axis.  Achtibat et al. 2024, proposition 3.1: the Taylor expansion at x.
 * It does not conserve: what the softmax would give at x = 0 belongs to no input.
 */
export const softmaxRule: Policy = ({ xs: [x], y, signal }) => {
  const spread = tf.tidy(() => tf.mul(y, tf.sum(signal, -1, true)));
  return [tf.mul(x, tf.sub(signal, spread))];
};

/**
 * O = c · A V: R_A = A ⊙ c (S Vᵀ), R_V = V ⊙ c (Aᵀ S), S = R / stab(2 O): each factor gets half.  Achtibat et al. 2024, proposition 3.3.
 * The other operand may come transposed. Conserves ΣR for ε → 0.
 */
export const productRule: Policy = ({ op, xs, y, node, signal }) => {
  const share = tf.tidy(() => tf.div(signal, stabilize(tf.mul(y, 2), STABILIZER)));
  const parts = op.vjp(xs, y, node.weights, node.attrs, share);
  share.dispose();
  return parts.map((part, i) => {
    const relevance = tf.mul(xs[i]!, part);
    part.dispose();
    return relevance;
  });
};
