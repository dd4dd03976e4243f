/** Generic attention explainability: attention weighed by its own gradient, layer upon layer. Without relevance rules, which the transformer attribution has. */
import { backward, gradient, record } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import * as tf from '../tf.ts';
import { attentionOf, carried, lacksAttention, readMap, weightsOf, withoutBatch } from './attentionMaps.ts';
import { upsample, upsamplingParam } from './grid.ts';
import { defineMethod } from './method.ts';
import { scoreSeed } from './score.ts';
import { inOneBurst, type Question } from './walk.ts';

/** C_l = mean over heads of relu(∂f/∂A_l ⊙ A_l), [T, T] for each layer. Call in a tidy. Cost: one forward and one backward pass. */
export function gradientWeighted({ graph, x, target, score }: Question & { x: tf.Tensor }, layers: readonly string[], job: Job): tf.Tensor2D[] {
  job.spend({ forward: 1, backward: 1 });
  const tape = record(graph, x);
  const slopes = backward(tape, scoreSeed(tape.value.get(graph.output)!, target, score), gradient, { keep: layers });
  return weightsOf(tape, layers).map((a, l) => tf.mean(tf.relu(tf.mul(withoutBatch(slopes.get(layers[l]!)!), a)), 0));
}

/** The head's row of R, R ← R + C_l R from R = I, C_l = mean over heads of relu(∂f/∂A_l ⊙ A_l).  Chefer et al. 2021 (ICCV), section 3.  Cost: one pass. */
export const genericAttention = defineMethod({
  id: 'generic-attention',
  title: 'Generic Attention',
  cite: 'chefer2021generic',
  family: 'attention',
  signed: false,
  score: 'logit',
  card: {
    says: 'Attention that matters for the class: each attention weight is multiplied by how much the score depends on it, and what is positive is carried from layer to layer. Where the head reads the mean over tokens, the map is the mean over all of them, without the constant that each token owes to itself.',
    formula: 'R \\leftarrow R + C_l R, \\quad C_l = \\frac{1}{H} \\sum_h \\mathrm{relu}\\Bigl(\\frac{\\partial f}{\\partial A_l^h} \\odot A_l^h\\Bigr)',
    misleads: 'As coarse as the patches. Only what reaches the score through attention weights counts: what a patch contributes through the values, with the attention as it is, is left out. Attention against the class is cut off.',
  },
  params: { upsampling: upsamplingParam },
  needs: lacksAttention,
  claims: () => ['deterministic', 'non-negative'],
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request, job) =>
    inOneBurst(job, () => {
      const attention = attentionOf(request.graph);
      const relevance = carried(gradientWeighted(request, attention.layers, job));
      return upsample(readMap(relevance, attention), request.x, request.params.upsampling);
    }),
});
