/** The γ-rule in its general form, for inputs and outputs of either sign. Knows no composite. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { bySign, redistribute, STABILIZER, strengthened, type NonNegative, type Part } from './redistribute.ts';

export interface GammaOptions {
  readonly gamma: number;
  readonly bias?: boolean;
  readonly nonNegative?: NonNegative;
  /** Whether no relevance arrives at a node where its value is not above 0, so that the case z_j < 0 need not be computed. */
  readonly rectified?: (node: string) => boolean;
}

/**
 * Where z_j > 0: R_i = Σ_j (x_i w_ij + γ (x_i w_ij)⁺) / stab(z_j + γ z_j⁺) R_j; where z_j < 0 the same with ⁻ for ⁺; z_j = 0 passes nothing.
 * z is the recorded output with its bias. Montavon et al. 2019, section 10.2, is the case x, z ≥ 0; the general form is Zennit's.
 * Cost: four forwards and backwards of the layer; half for an input that is never negative, half before a rectifier.
 */
export const gammaRule = ({ gamma, bias = true, nonNegative, rectified }: GammaOptions): Policy => (step) => {
  const { node, y, signal } = step;
  const share = (own: Part, other: Part, relevance: tf.Tensor) => {
    const [up, down] = [strengthened(node.weights, own, gamma), strengthened(node.weights, other, gamma)];
    return redistribute(step, bySign(step, up, down, bias, nonNegative), STABILIZER, relevance);
  };
  if (rectified?.(node.id)) return [share('positive', 'negative', signal)];
  const above = tf.tidy(() => share('positive', 'negative', tf.mul(signal, tf.step(y))));
  const below = tf.tidy(() => share('negative', 'positive', tf.mul(signal, tf.step(tf.neg(y)))));
  return [tf.add(above, below)];
};
