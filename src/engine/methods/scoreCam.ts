/** Score-CAM: each feature channel is weighed by how well the network does when it sees only where that channel is active. Takes no gradient. */
import { forward, type Features } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { choice, flag, int } from '../params.ts';
import * as tf from '../tf.ts';
import { baselineOf, baselineParam } from './baselines.ts';
import { featureChannels, featuresOf, lacksFeatures, layerParam, onGrid, upsample, upsamplingParam } from './grid.ts';
import { defineMethod } from './method.ts';
import { scores, type Question } from './walk.ts';

/** Indices of the `count` channels with the largest mean |A|, in their own order. */
export function strongest(strengths: ArrayLike<number>, count: number): number[] {
  const order = Array.from(strengths, (_, k) => k).sort((a, b) => strengths[b]! - strengths[a]! || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** Each map [n, H, W, 1] brought to [0, 1] by its own smallest and largest entry; 0 where they are equal. */
function unitRange(maps: tf.Tensor4D): tf.Tensor4D {
  const low = tf.min(maps, [1, 2], true);
  return tf.divNoNan(tf.sub(maps, low), tf.sub(tf.max(maps, [1, 2], true), low));
}

/** The features at x, the `count` strongest channels of them, as maps [count, h, w, 1]; owned by the job. Cost: one forward pass. */
async function channelMaps({ graph, x }: Question & { x: tf.Tensor }, { node, tokens }: Features, count: number, job: Job): Promise<tf.Tensor4D> {
  job.spend({ forward: 1 });
  const features = job.own(tf.tidy(() => tf.transpose(onGrid(forward(graph, x, node), tokens), [3, 1, 2, 0]))) as tf.Tensor4D;
  const [channels, h, w] = features.shape;
  if (count >= channels) return features;
  const strengths = job.own(tf.tidy(() => tf.mean(tf.abs(features), [1, 2, 3])));
  const kept = strongest(await strengths.data(), count);
  return job.own(tf.tidy(() => {
    const select = Float32Array.from({ length: count * channels }, (_, i) => (kept[Math.floor(i / channels)] === i % channels ? 1 : 0));
    return tf.reshape(tf.matMul(tf.tensor2d(select, [count, channels]), tf.reshape(features, [channels, h * w])), [count, h, w, 1]);
  }));
}

export interface MaskedScores extends Question {
  readonly x: tf.Tensor;
  /** [n, h, w, 1]. */
  readonly maps: tf.Tensor4D;
  /** What a place fades to where a channel is silent, shape of x. */
  readonly fill: tf.Tensor;
}

/** f(fill + H_k ⊙ (x − fill)) for each map [n], H_k the map enlarged (bilinear) and brought to [0, 1]; owned by the job. `seen` gets those so far, but not the whole. Cost: n forward passes. */
export async function maskedScores({ x, maps, fill, ...question }: MaskedScores, job: Job, seen: (so: tf.Tensor1D) => Promise<void>): Promise<tf.Tensor1D> {
  const count = maps.shape[0];
  let found: tf.Tensor1D | undefined;
  for (let from = 0; from < count; from += job.batch) {
    const to = Math.min(count, from + job.batch);
    const before = found;
    found = job.own(tf.tidy(() => {
      const mask = unitRange(upsample(tf.slice(maps, from, to - from), x, 'bilinear'));
      const burst = scores(question, tf.add(fill, tf.mul(mask, tf.sub(x, fill))), job);
      return before ? tf.concat([before, burst]) : burst;
    }));
    if (before) job.drop(before);
    await job.tick(to, count, found);
    if (to < count) await seen(found);
  }
  return found!;
}

/** Σ_k w_k A_k [1, h, w, 1] over the first maps, as many as there are weights. */
const weighed = (maps: tf.Tensor4D, weights: tf.Tensor1D): tf.Tensor4D =>
  tf.sum(tf.mul(tf.slice(maps, 0, weights.shape[0]), tf.reshape(weights, [-1, 1, 1, 1])), 0, true);

/** relu(Σ_k w_k A_k), w = softmax over k of f(x ⊙ H_k) − f(b), H_k = A_k enlarged and brought to [0, 1].  Wang et al. 2020, section 3.  Cost: a forward pass a channel, plus one or two. */
export const scoreCam = defineMethod({
  id: 'score-cam',
  title: 'Score-CAM',
  cite: 'wang2020',
  family: 'cam',
  signed: true,
  score: 'logit',
  card: {
    says: 'Shows the network only where one feature channel is active, once for each channel, and weighs the channel by the score that is left. No gradient is taken.',
    formula: 'A = \\mathrm{relu}\\Bigl(\\sum_k w_k A_k\\Bigr), \\quad w = \\mathrm{softmax}_k\\bigl( f(b + H_k \\odot (x - b)) - f(b) \\bigr), \\quad H_k = \\frac{A_k - \\min A_k}{\\max A_k - \\min A_k}',
    misleads: 'Faded images are not what the network was trained on. The softmax makes every weight positive and depends on the scale of the score: with probabilities all channels weigh nearly the same, whatever the class; with large logits a single channel can decide. Active channels are shown by where they fire, also if they fire for something else. Where features may be negative, as in a transformer, a map cut at zero can be empty.',
  },
  params: {
    relu: flag({ title: 'Only support', help: 'Cut off what is below zero, as published.', default: true }),
    layer: layerParam,
    upsampling: upsamplingParam,
    weights: choice(['softmax', 'increase'], { title: 'Weights', help: 'The softmax over channels, as published, or the rise of the score over the empty image itself.', labels: { softmax: 'Softmax over channels', increase: 'Rise of the score' } }),
    baseline: baselineParam({ title: 'Fade to', help: 'What a place turns into where the channel is silent.', default: 'black' }),
    channels: int({ title: 'Channels', help: 'How many channels are tried, those of the largest mean activation; all of them where the model has fewer.', min: 1, max: 256, default: 256, scale: 'log' }),
  },
  tiny: { channels: 3 },
  preview: (params) => ({ ...params, channels: Math.min(params.channels, 16) }),
  needs: (graph) => lacksFeatures('Score-CAM', graph),
  claims: ({ relu, baseline }) => [...(relu ? (['non-negative'] as const) : []), ...(baseline === 'noise' ? [] : (['deterministic'] as const))],
  passes({ channels, weights, layer }, { graph, shape }) {
    const count = graph.features ? Math.min(channels, featureChannels(graph, featuresOf(graph, layer), shape.at(-1)!)) : channels;
    return { forward: 1 + count + (weights === 'increase' ? 1 : 0), backward: 0, exact: graph.features !== undefined };
  },
  async attribute(request, job) {
    const { params, x } = request;
    const fill = job.own(tf.tidy(() => baselineOf(params.baseline, request)));
    const maps = await channelMaps(request, featuresOf(request.graph, params.layer), params.channels, job);
    const empty = params.weights === 'increase' ? job.own(scores(request, fill, job)) : undefined;
    const mapOf = (found: tf.Tensor1D) => {
      const raw = weighed(maps, empty ? tf.sub(found, empty) : tf.softmax(found)); // f(b) is the same for all channels: a softmax does not see it
      return upsample(params.relu ? tf.relu(raw) : raw, x, params.upsampling);
    };
    const found = await maskedScores({ ...request, maps, fill }, job, (some) => job.offer(() => mapOf(some)));
    return job.own(tf.tidy(() => mapOf(found)));
  },
});
