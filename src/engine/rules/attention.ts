/** The rules of softmax and products: those of attention-aware LRP (AttnLRP) where two signals meet, and that of gates. Layers with weights have rules of their own. */
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

/**
 * y = x ⊙ g, g a gate: the signal x takes all, the gate counts as a constant.  Arras et al. 2017, section 3 ("signal-take-all"). So does SiLU, x σ(x), under
 * the identity rule. Half to the gate would go on through a sigmoid, whose value at 0 is ½: divided by scores near 0 it has no bound. Conserves ΣR.
 */
export const gateRule = (signalAt: 0 | 1): Policy => (step) => {
  const { xs, y, signal } = step;
  const x = xs[signalAt]!;
  const repeated = x.shape.some((n, axis) => n !== y.shape[axis]);
  const taken = repeated ? tf.mul(productRule(step)[signalAt]!, 2) : signal;
  return xs.map((factor, i) => (i === signalAt ? taken : tf.zerosLike(factor)));
};
