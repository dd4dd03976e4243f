/** The zᴮ-rule of the first layer: relevance to pixels that stay within known bounds. Not for hidden layers, whose values have none. */
import { forward, type Graph, type Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { partOf, redistribute, STABILIZER, withoutBias } from './redistribute.ts';

/** One bound for all, or one for each channel (the last axis). */
export type Bound = number | readonly number[];

export interface BoxOptions {
  readonly graph: Graph;
  /** Of one input of the graph, [H, W, C] or [F]. */
  readonly shape: readonly number[];
  /** In pixel space; 0 and 1 where absent. Carried through what stands before the layer. */
  readonly low?: Bound;
  readonly high?: Bound;
}

/**
 * R_i = Σ_j (x_i w_ij − l_i w_ij⁺ − h_i w_ij⁻) / stab(Σ_i x_i w_ij − l_i w_ij⁺ − h_i w_ij⁻) R_j,  l ≤ x ≤ h.
 * Montavon et al. 2017, the zᴮ-rule. Padding counts 0; the biases cancel.  Cost: three forwards and backwards of the layer.
 */
export const boxRule = ({ graph, shape, low = 0, high = 1 }: BoxOptions): Policy => (step) => {
  const { node, xs: [x] } = step;
  /** −(the image of a constant input at this layer), for as many rows as x has. */
  const minus = (bound: Bound) => () =>
    tf.tidy(() => {
      if (typeof bound !== 'number' && bound.length !== shape.at(-1)) throw new Error(`a box with ${bound.length} bounds for an input of shape [${shape.join(', ')}]: give one for each of its ${shape.at(-1)} channels, or a single one`);
      const image = tf.add(tf.zeros([1, ...shape]), typeof bound === 'number' ? bound : tf.tensor1d([...bound]));
      const here = node.inputs[0] === graph.input ? image : forward(graph, image, node.inputs[0]);
      return tf.neg(tf.tile(here, x.shape.map((n, axis) => (axis === 0 ? n : 1))));
    });
  const terms = [
    { x: () => tf.clone(x), weights: node.weights },
    { x: minus(low), weights: partOf(node.weights, 'positive') },
    { x: minus(high), weights: partOf(node.weights, 'negative') },
  ];
  return [redistribute(step, terms.map((term) => ({ ...term, weights: withoutBias(term.weights) })), STABILIZER)];
};
