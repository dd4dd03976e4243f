/** SmoothGrad and its relatives: a statistic of the gradient under noise. The noise comes in as an argument, seeded by default. */
import type { Job } from '../job/job.ts';
import { normals } from '../math/rng.ts';
import { choice, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { recalledSum } from './recall.ts';
import { gradients, type Question } from './walk.ts';

export const STATISTICS = ['mean', 'square', 'variance'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** Rows [from, to) of the noise, [to − from, …]: already scaled, added to the image as it is. Called in a tidy. */
export type Noise = (from: number, to: number) => tf.Tensor;

/**
 * `statistic` over k of g_k = ∇f(x + noise_k). The noisy input is not clipped; 'variance' is that of the population.
 * `name` states what the noise is, so that g_k can be recalled; absent: nothing is kept.
 */
export async function smooth(question: Question & { x: tf.Tensor; name?: string }, samples: number, statistic: Statistic, noise: Noise, job: Job): Promise<tf.Tensor> {
  const { x, name } = question;
  const terms = Array.from({ length: samples }, (_, k) => ({ weight: 1, name: name && `${name} ${k}` }));
  const compute = (rows: readonly number[]) => gradients(question, tf.add(x, rowsOf(noise, rows)), job);
  const contribute = (g: tf.Tensor) => (statistic === 'mean' ? g : statistic === 'square' ? tf.square(g) : tf.stack([g, tf.square(g)], 1));
  const estimate = (total: tf.Tensor, count: number) => finish(tf.div(total, count), statistic, x.shape);
  const total = await recalledSum({ terms, compute, contribute, estimate }, job);
  return job.own(tf.tidy(() => estimate(total, samples)));
}

/** The noise of rows that need not follow one another. */
const rowsOf = (noise: Noise, rows: readonly number[]) =>
  rows.at(-1)! - rows[0]! === rows.length - 1 ? noise(rows[0]!, rows.at(-1)! + 1) : tf.concat(rows.map((row) => noise(row, row + 1)));

function finish(mean: tf.Tensor, statistic: Statistic, shape: number[]): tf.Tensor {
  if (statistic !== 'variance') return tf.reshape(mean, shape);
  const [first, second] = tf.unstack(mean) as [tf.Tensor, tf.Tensor];
  return tf.reshape(tf.relu(tf.sub(second, tf.square(first))), shape);
}

/** A = mean over k of ∇f(x + ε_k), ε_k ~ N(0, σ²), σ = noise · (max x − min x).  Smilkov et al. 2017, section 3.  Cost: `samples` forward and backward passes. */
export const smoothGrad = defineMethod({
  id: 'smoothgrad',
  title: 'SmoothGrad',
  cite: 'smilkov2017',
  family: 'gradient',
  signed: true,
  score: 'logit',
  card: {
    says: 'The gradient averaged over many slightly noisy copies of the image, so that what only flickers cancels and what stays remains.',
    formula: 'A = \\frac{1}{n} \\sum_{k=1}^{n} \\nabla f(x + \\varepsilon_k), \\quad \\varepsilon_k \\sim \\mathcal N(0, \\sigma^2)',
    misleads: 'It explains a blurred version of the network. Much noise makes smooth, pleasing maps of inputs that the network was never trained on. The square and the variance have lost the sign.',
  },
  params: {
    samples: int({ title: 'Samples', help: 'Noisy copies that are averaged.', min: 1, max: 200, default: 32, unit: 'samples', scale: 'log' }),
    noise: float({ title: 'Noise', help: "Standard deviation, as a share of the image's range from darkest to brightest.", min: 0.01, max: 0.5, step: 0.01, default: 0.15, unit: 'percent' }),
    statistic: choice(STATISTICS, {
      title: 'Statistic',
      help: 'What is kept of the gradients of all copies.',
      labels: { mean: 'Mean (SmoothGrad)', square: 'Mean square', variance: 'Variance (VarGrad)' },
    }),
  },
  tiny: { samples: 5 },
  preview: (params) => ({ ...params, samples: Math.min(params.samples, 8) }),
  needs: () => undefined,
  claims: ({ statistic }) => (statistic === 'mean' ? [] : ['non-negative']),
  passes: ({ samples }) => ({ forward: samples, backward: samples, exact: true }),
  attribute(request, job) {
    const { x, seed, params } = request;
    const draw: Noise = (from, to) => {
      const rows = Array.from({ length: to - from }, (_, i) => tf.tensor(normals(seed, 'smoothgrad', from + i, x.size), x.shape));
      return tf.mul(tf.concat(rows), tf.mul(tf.sub(tf.max(x), tf.min(x)), params.noise));
    };
    return smooth({ ...request, name: `noise ${params.noise} sample` }, params.samples, params.statistic, draw, job);
  },
});
