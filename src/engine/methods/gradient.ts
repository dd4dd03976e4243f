/** The plain gradient of the score, and its size (saliency). How either is drawn is not decided here. */
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { gradients, inOneBurst } from './walk.ts';

/** A = ∂f/∂x.  Simonyan et al. 2014, section 3.1 (there |·| is drawn).  Cost: one forward and one backward pass. */
export const gradientMethod = defineMethod({
  id: 'gradient',
  title: 'Gradient',
  cite: 'simonyan2014',
  family: 'gradient',
  signed: true,
  score: 'logit',
  card: {
    says: 'How the score would change if a pixel changed by a very small amount. Positive: brighter raises the score.',
    formula: 'A = \\frac{\\partial f(x)}{\\partial x}',
    misleads: 'It speaks of tiny changes only: where the network is saturated, a decisive region can have a gradient near zero. Neighbouring pixels often disagree in sign, so the map looks noisy.',
  },
  params: {},
  needs: () => undefined,
  claims: () => ['deterministic'],
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request, job) => inOneBurst(job, () => gradients(request, request.x, job)),
});

/** A = |∂p_y/∂x|.  Simonyan et al. 2014, section 3.1, for the probability: 'SM' of Local Attribution's comparison.  Cost: one forward and one backward pass. */
export const saliency = defineMethod({
  id: 'saliency',
  title: 'Saliency',
  cite: 'simonyan2014',
  family: 'gradient',
  signed: false,
  score: 'probability',
  card: {
    says: 'How strongly the score reacts when a pixel changes by a very small amount, in whichever direction: the size of the gradient.',
    formula: 'A = \\left| \\frac{\\partial p_y(x)}{\\partial x} \\right|',
    misleads: 'It does not say whether a pixel speaks for the class or against it. Where the network is saturated, a decisive region can have a gradient near zero.',
  },
  params: {},
  needs: () => undefined,
  claims: () => ['deterministic', 'non-negative'],
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request, job) => inOneBurst(job, () => tf.abs(gradients(request, request.x, job))),
});
