/** DeepLIFT, by the Rescale rule and by RevealCancel: the difference from one reference, shared out in one walk. Deep SHAP, with many references, is not here. */
import type { Graph } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { choice } from '../params.ts';
import { deepLift } from '../rules/deepLift.ts';
import type { DifferenceRule } from '../rules/difference.ts';
import { REVEAL_CANCEL_PLACES, revealCancel } from '../rules/revealCancel.ts';
import type * as tf from '../tf.ts';
import { baselineOf, baselineParam } from './baselines.ts';
import { completeClaim, contributions, needsRules, poolParam, productsParam } from './differences.ts';
import { defineMethod, type AttributionRequest, type Claim } from './method.ts';
import { inOneBurst, type Question } from './walk.ts';

const reference = baselineParam({ title: 'Reference', help: 'The image that every activation is compared with.', default: 'black' });

/** What both rules have in common, given their parameters. */
const shared = {
  family: 'propagation',
  signed: true,
  score: 'logit',
  needs: needsRules,
  claims: (params: { pool: 'difference' | 'winner'; baseline: string }, graph: Graph): readonly Claim[] => [...completeClaim(graph, params), ...(params.baseline === 'noise' ? [] : (['deterministic'] as const))],
  passes: () => ({ forward: 2, backward: 1, exact: true }),
} as const;

/** The map of one reference. */
export const againstOne = (question: Question & { x: tf.Tensor }, baseline: () => tf.Tensor, rule: DifferenceRule, job: Job): Promise<tf.Tensor> =>
  inOneBurst(job, () => contributions(question, baseline(), rule, job));

const rescaleParams = { baseline: reference, pool: poolParam('difference'), products: productsParam() };

/** A = (x − b) ⊙ m, m = Δout / Δin at every activation.  Shrikumar et al. 2017, section 3.5.2.  Cost: two forward passes, one backward. */
export const deepLiftRescale = defineMethod({
  ...shared,
  id: 'deeplift-rescale',
  title: 'DeepLIFT Rescale',
  cite: 'shrikumar2017',
  card: {
    says: 'Runs the network on the image and on a reference and follows the difference of every activation back to the pixels. The map shares out the whole difference of the score, in a single pass.',
    formula: 'A = (x - b) \\odot m, \\quad m_{\\text{in}} = m_{\\text{out}} \\, \\frac{s(z) - s(z_b)}{z - z_b}',
    misleads: 'A pixel that equals the reference gets zero. Where two inputs act only together, such as in the smaller of two numbers, one of them may get everything. A different reference gives a different map.',
  },
  params: rescaleParams,
  baseline: (request: AttributionRequest<typeof rescaleParams>) => baselineOf(request.params.baseline, request),
  attribute: (request: AttributionRequest<typeof rescaleParams>, job) => againstOne(request, () => baselineOf(request.params.baseline, request), deepLift(request.params), job),
});

const revealCancelParams = {
  baseline: reference,
  places: choice(REVEAL_CANCEL_PLACES, {
    title: 'RevealCancel',
    help: 'At every activation, or only after dense layers with Rescale after convolutions, which the authors recommend for genomics.',
    labels: { everywhere: 'Everywhere', dense: 'After dense layers only' },
  }),
  pool: poolParam('winner'),
  products: productsParam(),
};

/** A = (x − b) ⊙ m with multipliers of their own for what raised and what lowered an activation.  Shrikumar et al. 2017, section 3.5.3.  Cost: two to four times Rescale: each layer twice more forward and once more backward. */
export const deepLiftRevealCancel = defineMethod({
  ...shared,
  id: 'deeplift-reveal-cancel',
  title: 'DeepLIFT RevealCancel',
  cite: 'shrikumar2017',
  card: {
    says: 'Like DeepLIFT Rescale, but at each activation the inputs that raised it and those that lowered it are treated as two players, and the difference is shared by their average effect in either order. Effects that cancel each other come to light.',
    formula: 'm^{+} = \\frac{1}{2\\Delta^{+}} \\Bigl( s(z_b + \\Delta^{+}) - s(z_b) + s(z_b + \\Delta^{-} + \\Delta^{+}) - s(z_b + \\Delta^{-}) \\Bigr)',
    misleads: 'Positive and negative contributions that cancel are both shown, so maps can be strong where nothing changed in sum. With max pooling as first published the map does not add up to the difference of the score.',
  },
  params: revealCancelParams,
  baseline: (request: AttributionRequest<typeof revealCancelParams>) => baselineOf(request.params.baseline, request),
  attribute: (request: AttributionRequest<typeof revealCancelParams>, job) => againstOne(request, () => baselineOf(request.params.baseline, request), revealCancel(request.params), job),
});
