/** Attention rollout: the attention of all layers multiplied out. Looks at no class: what the attention feeds is not asked. */
import { record } from '../graph/graph.ts';
import { choice } from '../params.ts';
import * as tf from '../tf.ts';
import { attentionOf, identityLike, lacksAttention, readMap, weightsOf } from './attentionMaps.ts';
import { upsample, upsamplingParam } from './grid.ts';
import { defineMethod } from './method.ts';
import { inOneBurst } from './walk.ts';

/** How the heads of a layer become one matrix [heads, T, T] → [T, T]. */
export const HEADS = { mean: (a: tf.Tensor3D) => tf.mean(a, 0), max: (a: tf.Tensor3D) => tf.max(a, 0), min: (a: tf.Tensor3D) => tf.min(a, 0) } satisfies Record<string, (a: tf.Tensor3D) => tf.Tensor>;

/** Â_L ⋯ Â_1 [T, T], Â = A + I with every row divided by its sum: how much of each token's input ends in each token. Rows sum to 1. */
export function rollout(layers: readonly tf.Tensor2D[]): tf.Tensor2D {
  const mixed = layers.map((a) => {
    const withItself = tf.add(a, identityLike(a));
    return tf.div(withItself, tf.sum(withItself, 1, true)) as tf.Tensor2D;
  });
  return mixed.slice(1).reduce((before, layer) => tf.matMul(layer, before), mixed[0]!);
}

/** The head's row of Â_L ⋯ Â_1, Â = rows of (A + I) to sum 1, A the mean over heads.  Abnar & Zuidema 2020, section 3.  Cost: one forward pass. */
export const attentionRollout = defineMethod({
  id: 'attention-rollout',
  title: 'Attention Rollout',
  cite: 'abnar2020',
  family: 'attention',
  signed: false,
  score: 'logit',
  card: {
    says: "Where the transformer looks: how much of each patch reaches the head when the attention of all layers is multiplied out. Half of each layer's output is taken to be the token itself. Where the head reads the mean over tokens and no class token, the map is the mean over all of them.",
    formula: 'R = \\hat A_L \\cdots \\hat A_2 \\hat A_1, \\quad \\hat A_l = \\text{rows of } (A_l + I) \\text{ to sum } 1',
    misleads: 'It is the same for every class and score: it shows what is mixed, not what speaks for the class. What the values carry and what the layers between do is left out, and patches that serve as scratch space can shine.',
  },
  params: {
    heads: choice(['mean', 'max', 'min'], { title: 'Heads', help: 'How the heads of a layer become one: the mean, as published, or the strongest or weakest of them.', labels: { mean: 'Mean', max: 'Strongest', min: 'Weakest' } }),
    upsampling: upsamplingParam,
  },
  needs: lacksAttention,
  claims: () => ['deterministic', 'non-negative', 'class-free'],
  passes: () => ({ forward: 1, backward: 0, exact: true }),
  attribute: ({ graph, x, params }, job) =>
    inOneBurst(job, () => {
      const attention = attentionOf(graph);
      job.spend({ forward: 1 });
      const layers = weightsOf(record(graph, x), attention.layers).map((a) => HEADS[params.heads](a) as tf.Tensor2D);
      return upsample(readMap(rollout(layers), attention), x, params.upsampling);
    }),
});
