/** The αβ-rule, and z⁺ as its case β = 0. Knows no composite. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { bySign, partOf, redistribute, STABILIZER, type NonNegative } from './redistribute.ts';

export interface AlphaBetaOptions {
  /** α = 1 + β. */
  readonly beta: number;
  /** Of the stabiliser, which only avoids a division by 0. */
  readonly epsilon?: number;
  readonly bias?: boolean;
  readonly nonNegative?: NonNegative;
}

/**
 * R_i = Σ_j ( α (x_i w_ij)⁺ / stab(z_j⁺ + b_j⁺) − β (x_i w_ij)⁻ / stab(z_j⁻ + b_j⁻) ) R_j,  α = 1 + β.
 * Bach et al. 2015, eq. 60; β = 0 is z⁺.  Cost: four forwards and backwards of the layer; half for β = 0, half for an input that is never negative.
 */
export const alphaBetaRule = ({ beta, epsilon = STABILIZER, bias = true, nonNegative }: AlphaBetaOptions): Policy => (step) => {
  const [up, down] = [partOf(step.node.weights, 'positive'), partOf(step.node.weights, 'negative')];
  const support = redistribute(step, bySign(step, up, down, bias, nonNegative), epsilon);
  if (beta === 0) return [support];
  const against = redistribute(step, bySign(step, down, up, bias, nonNegative), epsilon);
  return [tf.sub(tf.mul(support, 1 + beta), tf.mul(against, beta))];
};

/** α = 1, β = 0: only what raises an entry carries relevance.  The z⁺ rule of Montavon et al. 2017, for inputs of either sign. */
export const zPlusRule = (options: Omit<AlphaBetaOptions, 'beta'> = {}): Policy => alphaBetaRule({ ...options, beta: 0 });
