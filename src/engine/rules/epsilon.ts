/** The ε-rule for layers that are linear in one input, and its form for sums and means. Knows no composite. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { redistribute, STABILIZER, stabilize, withoutBias } from './redistribute.ts';

export interface EpsilonOptions {
  readonly epsilon?: number;
  /** Off: the bias takes no part, so that none of the relevance is absorbed by it. */
  readonly bias?: boolean;
}

/** R_i = Σ_j x_i w_ij R_j / stab(z_j), z_j = Σ_i x_i w_ij + b_j.  Bach et al. 2015, eq. 58.  Cost: a forward and a backward of the layer. */
export const epsilonRule = ({ epsilon = STABILIZER, bias = true }: EpsilonOptions = {}): Policy => (step) => [
  redistribute(step, [{ x: () => tf.clone(step.xs[0]), weights: bias ? step.node.weights : withoutBias(step.node.weights) }], epsilon),
];

/** R_i = x_i (∂z/∂x_i) R / stab(z) for every input: shares a sum among its summands, a mean among its places. z is the recorded output. */
export const proportional = (epsilon = STABILIZER): Policy => ({ op, xs, y, node, signal }) => {
  const share = tf.tidy(() => tf.div(signal, stabilize(y, epsilon)));
  return op.vjp(xs, y, node.weights, node.attrs, share).map((part, i) => tf.mul(xs[i]!, part));
};
