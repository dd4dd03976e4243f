/** Gradient × input. Not Integrated Gradients: it takes the gradient at the image alone. */
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { gradients, inOneBurst } from './walk.ts';

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
  params: {},
  needs: () => undefined,
  claims: () => ['deterministic'],
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request, job) => inOneBurst(job, () => tf.mul(request.x, gradients(request, request.x, job))),
});
