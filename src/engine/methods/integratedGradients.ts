/** Integrated Gradients along the straight line from a baseline. Not Expected Gradients: there is one baseline. */
import type { Job } from '../job/job.ts';
import { coarseToFine, quadrature, QUADRATURES, type QuadratureNode } from '../math/quadrature.ts';
import { choice, int } from '../params.ts';
import * as tf from '../tf.ts';
import { baselineOf, baselineParam } from './baselines.ts';
import { defineMethod } from './method.ts';
import { recalledSum, type Progress } from './recall.ts';
import { gradients, type Question } from './walk.ts';

export interface Line extends Question {
  /** [1, …], like `baseline`. Borrowed. */
  readonly x: tf.Tensor;
  readonly baseline: tf.Tensor;
  /** States what the baseline is, so that gradients on the line can be recalled; absent: nothing is kept. */
  readonly name?: string;
}

/** (x − b) ⊙ Σ_k w_k ∇f(b + t_k (x − b)), visited coarse to fine; gradients that are known by the line's name and t_k are not computed again. Owned by the job. */
export async function integrate(line: Line, nodes: readonly QuadratureNode[], job: Job, progress?: Progress): Promise<tf.Tensor> {
  const { x, baseline, name } = line;
  const visited = coarseToFine(nodes);
  const gradientsAt = (indices: readonly number[]) => {
    const shares = tf.tensor(indices.map((k) => visited[k]!.node), [indices.length, ...x.shape.slice(1).map(() => 1)]);
    return gradients(line, tf.add(baseline, tf.mul(shares, tf.sub(x, baseline))), job);
  };
  const terms = visited.map(({ node, weight }) => ({ weight, name: name && `${name} at ${node}` }));
  const estimate = (total: tf.Tensor, weight: number) => tf.mul(tf.sub(x, baseline), tf.div(total, weight));
  const mean = await recalledSum({ terms, compute: gradientsAt, estimate, progress }, job);
  return job.own(tf.tidy(() => tf.mul(tf.sub(x, baseline), mean)));
}

/** A = (x − b) ⊙ ∫₀¹ ∇f(b + t(x − b)) dt.  Sundararajan et al. 2017, eq. 1.  Cost: `steps` forward and backward passes. */
export const integratedGradients = defineMethod({
  id: 'integrated-gradients',
  title: 'Integrated Gradients',
  cite: 'sundararajan2017',
  family: 'path',
  signed: true,
  score: 'logit',
  card: {
    says: 'Fades the image in from a baseline and adds up the gradients on the way. The map shares out the whole rise of the score between baseline and image among the pixels.',
    formula: 'A = (x - b) \\odot \\int_0^1 \\nabla f\\bigl(b + t\\,(x - b)\\bigr)\\,dt',
    misleads: 'A pixel that equals the baseline gets zero: with a black baseline, black objects cannot be seen. The faded images are unlike anything the network was trained on.',
  },
  params: {
    steps: int({ title: 'Steps', help: 'Points on the line: more make the sum match the rise of the score.', min: 2, max: 256, default: 32, unit: 'steps', scale: 'log' }),
    rule: choice(QUADRATURES, {
      title: 'Quadrature',
      help: 'Where on the line the gradients are taken and how they are weighed. The nested rule keeps its points when steps are added.',
      default: 'nested',
      labels: { midpoint: 'Midpoint', 'gauss-legendre': 'Gauss–Legendre', left: 'Left', right: 'Right', trapezoid: 'Trapezoid', nested: 'Nested trapezoid' },
    }),
    baseline: baselineParam({ title: 'Baseline', help: 'The image without information that the path starts from.', default: 'black' }),
  },
  tiny: { steps: 6 },
  preview: (params) => ({ ...params, steps: Math.min(params.steps, 8) }),
  needs: () => undefined,
  claims: ({ baseline }) => (baseline === 'noise' ? ['complete'] : ['complete', 'deterministic']),
  passes: ({ steps }) => ({ forward: steps, backward: steps, exact: true }),
  baseline: (request) => baselineOf(request.params.baseline, request),
  async attribute(request, job) {
    const baseline = job.own(tf.tidy(() => baselineOf(request.params.baseline, request)));
    return integrate({ ...request, baseline, name: `line from ${request.params.baseline}` }, quadrature(request.params.rule, request.params.steps), job);
  },
});
