/** Gradient × input: of the logit as published, of the probability as Fast IG. Not Integrated Gradients: the gradient is taken at the image alone. */
import type { Job } from '../job/job.ts';
import * as tf from '../tf.ts';
import { defineMethod, type AttributionRequest } from './method.ts';
import { gradients, inOneBurst } from './walk.ts';

const single = {
  params: {},
  needs: () => undefined,
  claims: () => ['deterministic'] as const,
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request: AttributionRequest<Record<string, never>>, job: Job) => inOneBurst(job, () => tf.mul(request.x, gradients(request, request.x, job))),
};

/** A = x ⊙ ∂f/∂x.  Shrikumar et al. 2016, section 3 (as the comparison).  Cost: one forward and one backward pass. */
export const gradientTimesInput = defineMethod({
  id: 'gradient-x-input',
  title: 'Gradient × Input',
  cite: 'shrikumar2016',
  family: 'gradient',
  signed: true,
  score: 'logit',
  card: {
    says: 'The gradient weighed by how bright each pixel is: a first guess at how much the score would fall if the pixel turned black.',
    formula: 'A = x \\odot \\frac{\\partial f(x)}{\\partial x}',
    misleads: 'A black pixel gets exactly zero, however much the network looks at it. The guess is exact only for a linear model without an offset.',
  },
  ...single,
});

/** A = x ⊙ ∂p_y/∂x.  Hesse et al. 2021, with the sign of evidence for y.  Cost: one forward and one backward pass. */
export const fastIg = defineMethod({
  id: 'fast-ig',
  title: 'Fast IG',
  cite: 'hesse2021',
  family: 'path',
  signed: true,
  score: 'probability',
  card: {
    says: 'Integrated Gradients from black with a single gradient, taken at the image. On a network without offsets, for the logit, that is the whole integral; on others it is a guess.',
    formula: 'A = x \\odot \\frac{\\partial p_y(x)}{\\partial x}',
    misleads: 'It is Gradient × Input of the probability. Comparisons that take the gradient of the loss have its sign turned: there, evidence for the class comes out negative.',
  },
  ...single,
});
