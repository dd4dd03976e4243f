/** The flat rule of the first layer: relevance spread evenly over the receptive field. It does not look at the pixels at all. */
import type { Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { onesLike, redistribute, STABILIZER, withoutBias } from './redistribute.ts';

/** R_i = Σ_j R_j / n_j, n_j the number of entries that output j sees; padding does not count.  Lapuschkin et al. 2019.  Cost: a forward and a backward. */
export const flatRule: Policy = (step) => [
  redistribute(step, [{ x: () => tf.fill(step.xs[0].shape, 1), weights: withoutBias(onesLike(step.node.weights)) }], STABILIZER),
];
