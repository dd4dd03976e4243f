/** Expected Gradients: Integrated Gradients averaged over images of the training data, both by random draws. Not complete for a finite number of them. */
import { sum, type Job } from '../job/job.ts';
import { normals, stream } from '../math/rng.ts';
import { float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { POOL_SIZE, poolOf, rowsOf } from './references.ts';
import { gradients, type Question } from './walk.ts';

/** What sample k starts from, how far it is on the way to the image, and the noise that is added to the image. Rows are samples. */
export interface Draws {
  readonly references: tf.Tensor;
  readonly alpha: readonly number[];
  readonly noise?: tf.Tensor;
}

/** The mean over k of (x_k − b_k) ⊙ ∇f(b_k + α_k (x_k − b_k)), x_k = x + noise_k; `draw(from, to)` is called in a tidy. Owned by the job. */
export async function expectGradients(question: Question & { x: tf.Tensor }, samples: number, draw: (from: number, to: number) => Draws, job: Job): Promise<tf.Tensor> {
  const { x } = question;
  const mean = (total: tf.Tensor, n: number) => tf.reshape(tf.div(total, n), x.shape);
  const total = await sum(
    job,
    samples,
    (from, to) => {
      const { references, alpha, noise } = draw(from, to);
      const way = tf.sub(noise ? tf.add(x, noise) : x, references);
      const points = tf.add(references, tf.mul(way, tf.tensor([...alpha], [alpha.length, ...x.shape.slice(1).map(() => 1)])));
      return tf.mul(way, gradients(question, points, job));
    },
    { estimate: mean },
  );
  return job.own(tf.tidy(() => mean(total, samples)));
}

/** A = E_{b, α} (x − b) ⊙ ∇f(b + α (x − b)), b from the training data, α uniform in [0, 1].  Erion et al. 2021.  Cost: `samples` forward and backward passes. */
export const expectedGradients = defineMethod({
  id: 'expected-gradients',
  title: 'Expected Gradients',
  cite: 'erion2021',
  family: 'path',
  signed: true,
  score: 'logit',
  card: {
    says: 'Instead of fading the image in from one baseline, it fades it in from images of the training data and averages the gradients on the way. No single image has to stand for “no information”.',
    formula: 'A = \\mathop{\\mathbb E}_{b,\\; \\alpha \\sim U(0, 1)} \\bigl[ (x - b) \\odot \\nabla f\\bigl(b + \\alpha\\,(x - b)\\bigr) \\bigr]',
    misleads: 'It is an average of random draws: with few samples much of the fine structure is noise, and the map adds up to the rise of the score only on average. Shapes of the images that were drawn may shine through.',
  },
  params: {
    samples: int({ title: 'Samples', help: 'Draws of a training image and of a point on the way: more make the map steadier.', min: 1, max: 512, default: 100, unit: 'samples', scale: 'log' }),
    noise: float({ title: 'Noise', help: 'Standard deviation of noise added to the image in each draw, in units of black to white. None as published; some, and it is GradientSHAP.', min: 0, max: 0.5, step: 0.01, default: 0, unit: 'percent' }),
  },
  tiny: { samples: 10 },
  preview: (params) => ({ ...params, samples: Math.min(params.samples, 12) }),
  needs: () => undefined,
  claims: () => [],
  passes: ({ samples }) => ({ forward: samples, backward: samples, exact: true }),
  references: () => POOL_SIZE,
  attribute(request, job) {
    const { x, seed, params, background } = request;
    const pool = poolOf(background, 'Expected Gradients');
    const draw = (from: number, to: number): Draws => {
      const indices = Array.from({ length: to - from }, (_, i) => from + i);
      const streams = indices.map((k) => stream(seed, 'expected-gradients', k));
      const rows = streams.map((draws) => draws.below(pool.shape[0]!));
      const noise = () => tf.mul(tf.concat(indices.map((k) => tf.tensor(normals(seed, 'expected-gradients-noise', k, x.size), x.shape))), params.noise);
      return { references: rowsOf(pool, rows), alpha: streams.map((draws) => draws.uniform()), noise: params.noise > 0 ? noise() : undefined };
    };
    return expectGradients(request, params.samples, draw, job);
  },
});
