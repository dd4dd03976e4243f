/** Class activation maps that differ by how the gradient weighs the features: Grad-CAM and its kin, plain or guided. Not Score-CAM, which takes no gradient. */
import { backward, gradient, record, type Features } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { flag } from '../params.ts';
import * as tf from '../tf.ts';
import { featuresOf, lacksFeatures, layerParam, onGrid, upsample, upsamplingParam } from './grid.ts';
import { guided, rectifiersOnly } from './guidedBackprop.ts';
import { defineMethod, type MethodCard } from './method.ts';
import { scoreSeed } from './score.ts';
import { gradients, inOneBurst, type Question } from './walk.ts';

/** The weight of each channel, or of each place in each channel, from the slopes g = ∂f/∂A and the features A, all [1, h, w, C]. */
export type Weighing = (slopes: tf.Tensor4D, features: tf.Tensor4D) => tf.Tensor;

const PLACES = [1, 2];

/** w_k = mean over places of g_k. */
export const meanSlope: Weighing = (slopes) => tf.mean(slopes, PLACES, true);

/**
 * w_k = Σ_p α_k[p] relu(g_k[p]), α = g² / (2 g² + g³ Σ_p A_k[p]). Where g ≠ 0 that is 1 / (2 + g Σ A), and where g = 0 the relu is 0:
 * so it is computed, for g³ is below the smallest float from |g| = 10⁻¹³ on.
 */
export const secondOrder: Weighing = (slopes, features) =>
  tf.sum(tf.divNoNan(tf.relu(slopes), tf.add(tf.mul(slopes, tf.sum(features, PLACES, true)), 2)), PLACES, true);

/** w_k[p] = relu(g_k[p]). */
export const positiveSlope: Weighing = (slopes) => tf.relu(slopes);

/** Σ_k w_k A_k [1, h, w, 1]. At the resolution of the features, before any relu. Call in a tidy. Cost: one forward and one backward pass. */
export function cam({ graph, x, target, score }: Question & { x: tf.Tensor }, { node, tokens }: Features, weigh: Weighing, job: Job): tf.Tensor {
  job.spend({ forward: 1, backward: 1 });
  const tape = record(graph, x);
  const seed = scoreSeed(tape.value.get(graph.output)!, target, score);
  const slopes = onGrid(backward(tape, seed, gradient, { keep: [node] }).get(node)!, tokens);
  const activation = onGrid(tape.value.get(node)!, tokens);
  return tf.sum(tf.mul(activation, weigh(slopes, activation)), 3, true);
}

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly weigh: Weighing;
  readonly card: MethodCard;
}

/** A = relu(Σ_k w_k A_k), enlarged to the image; the members differ by w alone. Cost: one forward and one backward pass, guided two. */
const defineCam = ({ weigh, ...kind }: Kind) =>
  defineMethod({
    ...kind,
    family: 'cam',
    signed: true,
    score: 'logit',
    params: {
      relu: flag({ title: 'Only support', help: 'Cut off what speaks against the class, as published.', default: true }),
      layer: layerParam,
      upsampling: upsamplingParam,
      guided: flag({ title: 'Guided', help: `Multiply with guided backprop, for fine detail (Guided ${kind.title}).`, default: false }),
    },
    needs: (graph, params) => lacksFeatures(kind.title, graph) ?? (params.guided ? rectifiersOnly(graph) : undefined),
    claims: ({ relu, guided: isGuided }) => (relu && !isGuided ? ['non-negative', 'deterministic'] : ['deterministic']),
    passes: ({ guided: isGuided }) => ({ forward: isGuided ? 2 : 1, backward: isGuided ? 2 : 1, exact: true }),
    attribute: (request, job) =>
      inOneBurst(job, () => {
        const { params, x } = request;
        const raw = cam(request, featuresOf(request.graph, params.layer), weigh, job);
        const map = upsample(params.relu ? tf.relu(raw) : raw, x, params.upsampling);
        return params.guided ? tf.mul(map, gradients(request, x, job, guided)) : map;
      }),
  });

/** w_k = mean over places of ∂f/∂A_k.  Selvaraju et al. 2017, eq. 1 and 2. */
export const gradCam = defineCam({
  id: 'grad-cam',
  title: 'Grad-CAM',
  cite: 'selvaraju2017',
  weigh: meanSlope,
  card: {
    says: "Which places of the network's last spatial features speak for the class. Each feature channel is weighed by how much the score depends on it.",
    formula: 'A = \\mathrm{relu}\\Bigl(\\sum_k w_k A_k\\Bigr), \\quad w_k = \\frac{1}{hw} \\sum_{p} \\frac{\\partial f}{\\partial A_k[p]}',
    misleads: 'The map is as coarse as the features and only looks smooth because it is enlarged. One weight per channel cannot tell places apart, and with the relu a class without support shows nothing. On a transformer, tokens have already mixed with one another.',
  },
});

/** w_k = Σ_p α_k[p] relu(g_k[p]), α = g² / (2 g² + g³ Σ A_k).  Chattopadhay et al. 2018, section 3 (their exponential score, in terms of the score itself). */
export const gradCamPlusPlus = defineCam({
  id: 'grad-cam-plus-plus',
  title: 'Grad-CAM++',
  cite: 'chattopadhay2018',
  weigh: secondOrder,
  card: {
    says: 'Grad-CAM with another weight per channel: only places where the channel raises the score count, and small or repeated objects are not outvoted by large ones.',
    formula: 'w_k = \\sum_p \\alpha_k[p]\\, \\mathrm{relu}(g_k[p]), \\quad \\alpha_k = \\frac{g_k^2}{2 g_k^2 + g_k^3 \\sum_q A_k[q]}, \\quad g_k = \\frac{\\partial f}{\\partial A_k}',
    misleads: 'The weights are never negative where features are not, so evidence against the class cannot show, and maps of different classes look more alike than those of Grad-CAM. Where features may be negative, as in a transformer, the denominator can come near zero and one channel take over.',
  },
});

/** w_k[p] = relu(g_k[p]), place by place.  Jiang et al. 2021, section III. */
export const layerCam = defineCam({
  id: 'layer-cam',
  title: 'LayerCAM',
  cite: 'jiang2021',
  weigh: positiveSlope,
  card: {
    says: 'Weighs every place of every channel by its own slope, where Grad-CAM takes one weight for the whole channel. So it can tell places apart, and its maps stay readable at earlier, finer layers.',
    formula: 'A[p] = \\mathrm{relu}\\Bigl(\\sum_k \\mathrm{relu}\\bigl(g_k[p]\\bigr)\\, A_k[p]\\Bigr), \\quad g_k = \\frac{\\partial f}{\\partial A_k}',
    misleads: 'Negative slopes are dropped, and with them all evidence against the class. Where the network ends in the mean over all places, the slopes are the same everywhere, and what is left is Grad-CAM without its negative weights.',
  },
});
