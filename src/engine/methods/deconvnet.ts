/** The deconvnet: the gradient walk in which a rectifier cuts off negative signals and forgets what it did forwards. Not guided backprop, which minds both. */
import { gradient, type Policy } from '../graph/graph.ts';
import * as tf from '../tf.ts';
import { RECTIFIERS, rectifiersOnly } from './guidedBackprop.ts';
import { defineMethod } from './method.ts';
import { gradients, inOneBurst } from './walk.ts';

/** relu of the signal at every rectifier, whether it was active or not; the gradient elsewhere. */
export const deconvolve: Policy = (step) => (RECTIFIERS.includes(step.node.op) ? [tf.relu(step.signal)] : gradient(step));

/** The gradient with R ← relu(R) at every ReLU; pools unpool to the place of their (first) maximum.  Zeiler & Fergus 2014, section 2.1.  Cost: one forward and one backward pass. */
export const deconvnet = defineMethod({
  id: 'deconvnet',
  title: 'Deconvnet',
  cite: 'zeiler2014deconvnet',
  family: 'gradient',
  signed: true,
  score: 'logit',
  card: {
    says: 'Runs the network backwards as if it made images: at each rectifier negative signals are cut off, and whether the rectifier was on plays no part.',
    formula: 'R^{l} = \\mathbf 1[R^{l+1} > 0] \\odot R^{l+1}',
    misleads: 'Only the places of the pooled maxima tie the map to this image; a network without max pooling draws nearly the same pattern for any image of the class. It shows what the class looks like to the network more than what is in the image.',
  },
  params: {},
  needs: rectifiersOnly,
  claims: () => ['deterministic'],
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request, job) => inOneBurst(job, () => gradients(request, request.x, job, deconvolve)),
});
