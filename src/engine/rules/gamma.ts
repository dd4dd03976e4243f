/** The γ-rule in its general form, for inputs and outputs of either sign. Knows no composite. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { bySign, redistribute, STABILIZER, strengthened, type NonNegative, type Part } from './redistribute.ts';

export interface GammaOptions {
  readonly gamma: number;
  readonly bias?: boolean;
  readonly nonNegative?: NonNegative;
}

/**
 * Where z_j > 0: R_i = Σ_j (x_i w_ij + γ (x_i w_ij)⁺) / stab(z_j + γ z_j⁺) R_j; where z_j < 0 the same with ⁻ for ⁺; z_j = 0 passes nothing.
 * z is the recorded output with its bias. Montavon et al. 2019, section 10.2, is the case x, z ≥ 0; the general form is Zennit's.
 * Cost: four forwards and backwards of the layer, half for an input that is never negative.
 */
export const gammaRule = ({ gamma, bias = true, nonNegative }: GammaOptions): Policy => (step) => {
  const weights = (part: Part) => strengthened(step.node.weights, part, gamma);
  const where = (side: () => tf.Tensor, own: Part, other: Part) =>
    tf.tidy(() => redistribute(step, bySign(step, weights(own), weights(other), bias, nonNegative), STABILIZER, tf.mul(step.signal, tf.step(side()))));
  const above = where(() => tf.clone(step.y), 'positive', 'negative');
  const below = where(() => tf.neg(step.y), 'negative', 'positive');
  return [tf.add(above, below)];
};
