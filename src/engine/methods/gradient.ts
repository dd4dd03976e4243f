/** The plain gradient of the score. Not its absolute value: that is a matter of drawing. */
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
