/** What the DeepLIFT methods share: contributions of an image against references, for every score, and how their parameters read. No method itself. */
import { record, type Graph } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { choice, flag } from '../params.ts';
import { isComplete, lacking, POOL_RULES, type DeepLiftOptions, type PoolRule } from '../rules/deepLift.ts';
import { multipliers, type DifferenceRule } from '../rules/difference.ts';
import { logSumExpMultipliers, softmaxMultipliers } from '../rules/products.ts';
import * as tf from '../tf.ts';
import type { Claim } from './method.ts';
import { scoreSeed } from './score.ts';
import type { Question } from './walk.ts';

/** Δscore / Δlogits: logits and margins are linear; a probability is not, and its softmax is taken apart by the rules of `products.ts`. */
function seedOf(logits: tf.Tensor, logits0: tf.Tensor, { target, score }: Question): tf.Tensor {
  switch (score.kind) {
    case 'logit':
    case 'margin':
      return scoreSeed(logits0, target, score);
    case 'probability':
      return softmaxMultipliers(logits, logits0, scoreSeed(logits0, target, { kind: 'logit' }));
    case 'log-probability':
      return tf.sub(scoreSeed(logits0, target, { kind: 'logit' }), logSumExpMultipliers(logits, logits0));
    default:
      return score satisfies never;
  }
}

/**
 * (x − b) ⊙ m for each row b of `references` [k, …], m the multipliers under `rule`. → [k, …].
 * x [1, …] is recorded once. Cost: k + 1 forward and k backward passes. Call in a tidy.
 */
export function contributions(question: Question & { x: tf.Tensor }, references: tf.Tensor, rule: DifferenceRule, job: Job): tf.Tensor {
  const { graph, x } = question;
  const rows = references.shape[0]!;
  job.spend({ forward: rows + 1, backward: rows });
  const [image, reference] = [record(graph, x), record(graph, references)];
  const seed = seedOf(image.value.get(graph.output)!, reference.value.get(graph.output)!, question);
  return tf.mul(tf.sub(x, references), multipliers(image, reference, seed, rule));
}

/** How multipliers cross a max pool. */
export const poolParam = (standard: PoolRule) =>
  choice(POOL_RULES, {
    title: 'Max pooling',
    help: 'Share the change of the maximum between both images, so that the map adds up; or send all of it to the largest entry at the image.',
    labels: { difference: 'Change of the maximum (Captum)', winner: 'Winner (as first published)' },
    default: standard,
  });

/** The name says whose rules they are: the paper has none. */
export const productsParam = () =>
  flag({ title: 'Rules beyond the paper', help: "For softmax, layer norm and products, which DeepLIFT has no rule for: each product shared by its Shapley value, as SHAP's DeepExplainer does.", default: false });

/** Why a DeepLIFT method cannot run on `graph`, in words; `undefined` where it can. */
export function needsRules(graph: Graph, params: Pick<DeepLiftOptions, 'products'>): string | undefined {
  const without = lacking(graph, params);
  return without.length === 0 ? undefined : `DeepLIFT has no rule for ${without.join(', nor for ')}, which this model uses. Use AttnLRP, or allow “Rules beyond the paper”.`;
}

/** 'complete' where every rule is. */
export const completeClaim = (graph: Graph, params: Pick<DeepLiftOptions, 'pool'>): readonly Claim[] => (isComplete(graph, params) ? ['complete'] : []);
