/** Grad-CAM on a model's last spatial features: a map, or the tokens of a transformer laid out on their grid; plain or guided. */
import { backward, gradient, record, type Features, type Graph } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { choice, flag } from '../params.ts';
import * as tf from '../tf.ts';
import { guided, rectifiersOnly } from './guidedBackprop.ts';
import { defineMethod } from './method.ts';
import { scoreSeed } from './score.ts';
import { gradients, inOneBurst, type Question } from './walk.ts';

/** Features or their signal as [1, h, w, C]: tokens lose those that stand for no place (the class token) and go to their grid. */
function onGrid(t: tf.Tensor, tokens: Features['tokens']): tf.Tensor {
  if (!tokens) return t;
  const { rows, cols, skip } = tokens;
  const width = t.shape.at(-1)!;
  return tf.reshape(tf.slice(t, [0, skip, 0], [1, rows * cols, width]), [1, rows, cols, width]);
}

function featuresOf(graph: Graph): Features {
  if (!graph.features) throw new Error('this model names no spatial features: Grad-CAM has nothing to weigh');
  return graph.features;
}

/** Σ_k w_k A_k [1, h, w, 1], w_k the mean over places of ∂f/∂A_k. At the resolution of the features, before any relu. Call in a tidy. */
export function cam({ graph, x, target, score }: Question & { x: tf.Tensor }, job: Job): tf.Tensor {
  const { node, tokens } = featuresOf(graph);
  job.spend({ forward: 1, backward: 1 });
  const tape = record(graph, x);
  const seed = scoreSeed(tape.value.get(graph.output)!, target, score);
  const signal = onGrid(backward(tape, seed, gradient, { keep: [node] }).get(node)!, tokens);
  const features = onGrid(tape.value.get(node)!, tokens);
  return tf.sum(tf.mul(features, tf.mean(signal, [1, 2], true)), 3, true);
}

/** [1, h, w, 1] → the size of `x`. Bilinear with half-pixel centres and clamped edges; nearest takes source ⌊i·h/H⌋. */
export function upsample(map: tf.Tensor, x: tf.Tensor, mode: 'bilinear' | 'nearest'): tf.Tensor {
  const size: [number, number] = [x.shape[1]!, x.shape[2]!];
  return mode === 'bilinear'
    ? tf.image.resizeBilinear(map as tf.Tensor4D, size, false, true)
    : tf.image.resizeNearestNeighbor(map as tf.Tensor4D, size);
}

/** A = relu(Σ_k w_k A_k), w_k = mean over places of ∂f/∂A_k, enlarged to the image.  Selvaraju et al. 2017, eq. 1 and 2.  Cost: one pass, guided two. */
export const gradCam = defineMethod({
  id: 'grad-cam',
  title: 'Grad-CAM',
  cite: 'selvaraju2017',
  family: 'cam',
  signed: true,
  score: 'logit',
  card: {
    says: "Which places of the network's last spatial features speak for the class. Each feature channel is weighed by how much the score depends on it.",
    formula: 'A = \\mathrm{relu}\\Bigl(\\sum_k w_k A_k\\Bigr), \\quad w_k = \\frac{1}{hw} \\sum_{p} \\frac{\\partial f}{\\partial A_k[p]}',
    misleads: 'The map is as coarse as the features and only looks smooth because it is enlarged. One weight per channel cannot tell places apart, and with the relu a class without support shows nothing. On a transformer, tokens have already mixed with one another.',
  },
  params: {
    relu: flag({ title: 'Only support', help: 'Cut off what speaks against the class, as published.', default: true }),
    upsampling: choice(['nearest', 'bilinear'], { title: 'Enlarge', help: 'How the coarse map is brought to the size of the image.', labels: { bilinear: 'Smooth (bilinear)', nearest: 'As blocks (nearest)' } }),
    guided: flag({ title: 'Guided', help: 'Multiply with guided backprop, for fine detail (Guided Grad-CAM).', default: false }),
  },
  needs: (graph, params) => (!graph.features ? 'Grad-CAM needs spatial features; this model names none.' : params.guided ? rectifiersOnly(graph) : undefined),
  claims: ({ relu, guided: isGuided }) => (relu && !isGuided ? ['non-negative', 'deterministic'] : ['deterministic']),
  passes: ({ guided: isGuided }) => ({ forward: isGuided ? 2 : 1, backward: isGuided ? 2 : 1, exact: true }),
  attribute: (request, job) =>
    inOneBurst(job, () => {
      const { params, x } = request;
      const raw = cam(request, job);
      const map = upsample(params.relu ? tf.relu(raw) : raw, x, params.upsampling);
      return params.guided ? tf.mul(map, gradients(request, x, job, guided)) : map;
    }),
});
