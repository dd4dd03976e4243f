/** The αβ-rule, and z⁺ as its case β = 0. Knows no composite. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { negative, partOf, positive, redistribute, withoutBias } from './redistribute.ts';

export interface AlphaBetaOptions {
  /** α = 1 + β. */
  readonly beta: number;
  readonly epsilon?: number;
  readonly bias?: boolean;
}

/**
 * R_i = Σ_j ( α (x_i w_ij)⁺ / stab(z_j⁺ + b_j⁺) − β (x_i w_ij)⁻ / stab(z_j⁻ + b_j⁻) ) R_j,  α = 1 + β.
 * Bach et al. 2015, eq. 60; β = 0 is z⁺.  Cost: four forwards and backwards of the layer, two for β = 0.
 */
export const alphaBetaRule = ({ beta, epsilon = 1e-6, bias = true }: AlphaBetaOptions): Policy => (step) => {
  const [x] = step.xs;
  const [up, down] = [partOf(step.node.weights, 'positive'), partOf(step.node.weights, 'negative')];
  const keep = bias ? (w: typeof up) => w : withoutBias;
  const [plus, minus] = [() => positive(x), () => negative(x)];
  const support = redistribute(step, [{ x: plus, weights: keep(up) }, { x: minus, weights: withoutBias(down) }], epsilon);
  if (beta === 0) return [support];
  const against = redistribute(step, [{ x: plus, weights: keep(down) }, { x: minus, weights: withoutBias(up) }], epsilon);
  return [tf.sub(tf.mul(support, 1 + beta), tf.mul(against, beta))];
};

/** α = 1, β = 0: only what raises an entry carries relevance.  The z⁺ rule of Montavon et al. 2017, for inputs of either sign. */
export const zPlusRule = (options: Omit<AlphaBetaOptions, 'beta'> = {}): Policy => alphaBetaRule({ ...options, beta: 0 });
