/** Deep SHAP: the mean of DeepLIFT maps over images of the training data. Not the Shapley value of each layer: see the card. */
import { BLOCK, sum, type Job } from '../job/job.ts';
import { int } from '../params.ts';
import { deepLift } from '../rules/deepLift.ts';
import type { DifferenceRule } from '../rules/difference.ts';
import * as tf from '../tf.ts';
import { completeClaim, contributions, needsRules, poolParam, productsParam } from './differences.ts';
import { defineMethod, type AttributionRequest } from './method.ts';
import { drawRows, POOL_SIZE, poolOf, rowsOf } from './references.ts';
import type { Question } from './walk.ts';

/** The mean over references of (x − b) ⊙ m_b; `rows(from, to)` gives them, called in a tidy. Owned by the job. */
export async function meanOverReferences(question: Question & { x: tf.Tensor }, count: number, rows: (from: number, to: number) => tf.Tensor, rule: DifferenceRule, job: Job): Promise<tf.Tensor> {
  const mean = (total: tf.Tensor, n: number) => tf.reshape(tf.div(total, n), question.x.shape);
  const total = await sum(job, count, (from, to) => contributions(question, rows(from, to), rule, job), { estimate: mean });
  return job.own(tf.tidy(() => mean(total, count)));
}

const params = {
  references: int({ title: 'References', help: 'Images of the training data that are compared with: more make the map steadier.', min: 1, max: POOL_SIZE, default: 16, unit: 'samples', scale: 'log' }),
  pool: poolParam('difference'),
  products: productsParam(),
};

const referencesOf = ({ background, params: { references }, seed }: AttributionRequest<typeof params>): tf.Tensor => {
  const pool = poolOf(background, 'Deep SHAP');
  return rowsOf(pool, drawRows(pool.shape[0]!, references, seed, 'deep-shap'));
};

/** A = mean over b of DeepLIFT Rescale against b.  Lundberg & Lee 2017, section 4.2.  Cost: a forward and a backward pass per reference, and a forward pass per burst. */
export const deepShap = defineMethod({
  id: 'deep-shap',
  title: 'Deep SHAP',
  cite: 'lundberg2017deep',
  family: 'propagation',
  signed: true,
  score: 'logit',
  card: {
    says: 'DeepLIFT against many images of the training data instead of one reference, averaged. The map shares out how much the score lies above its mean over those images.',
    formula: 'A = \\frac{1}{n} \\sum_{b} (x - b) \\odot m_b',
    misleads: 'Despite the name these are not exact Shapley values: like the SHAP library it uses the Rescale rule at every activation. A few references leave noise, and all of them come from the training data.',
  },
  params,
  tiny: { references: 5 },
  preview: (values) => ({ ...values, references: Math.min(values.references, 4) }),
  needs: needsRules,
  claims: (values, graph) => completeClaim(graph, values),
  passes: ({ references }) => ({ forward: references + Math.ceil(references / BLOCK), backward: references, exact: false }),
  references: () => POOL_SIZE,
  baseline: referencesOf,
  async attribute(request, job) {
    const references = job.own(tf.tidy(() => referencesOf(request)));
    const rows = (from: number, to: number) => tf.slice(references, from, to - from);
    return meanOverReferences(request, request.params.references, rows, deepLift(request.params), job);
  },
});
