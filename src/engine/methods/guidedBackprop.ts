/** Guided backpropagation: the gradient walk with a relu on the signal at every rectifier. Not the deconvnet, which ignores the forward mask. */
import { gradient, type Graph, type Policy } from '../graph/graph.ts';
import type { OpName } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { gradients, inOneBurst } from './walk.ts';

export const RECTIFIERS: readonly OpName[] = ['relu', 'relu6'];
/** Activations that the rule says nothing about; the first of them is named. */
const OTHERS: Partial<Record<OpName, string>> = {
  gelu: 'GELU, which lets negative values through',
  silu: 'SiLU, which lets negative values through',
  softplus: 'softplus, which is never off',
  sigmoid: 'sigmoid gates, which are never off',
  leakyRelu: 'leaky ReLU, which lets negative values through',
  prelu: 'PReLU, which lets negative values through',
  elu: 'ELU, which lets negative values through',
  selu: 'SELU, which lets negative values through',
  hardSwish: 'hard swish, which lets negative values through',
  mish: 'Mish, which lets negative values through',
  geluTanh: 'GELU, which lets negative values through',
  tanh: 'tanh, which lets negative values through',
  softsign: 'softsign, which lets negative values through',
};

/** Lets back only what raises the score through an active rectifier: the gradient of relu(signal). */
export const guided: Policy = (step) => gradient(RECTIFIERS.includes(step.node.op) ? { ...step, signal: tf.relu(step.signal) } : step);

/** Why the rule says nothing about `graph`; `undefined` where all of its activations are rectifiers. */
export function rectifiersOnly(graph: Graph): string | undefined {
  const has = new Set(graph.nodes.map(({ op }) => op));
  const other = Object.entries(OTHERS).find(([op]) => has.has(op as OpName));
  if (other) return `Needs ReLU. This model has ${other[1]}.`;
  if (!graph.nodes.some((node) => RECTIFIERS.includes(node.op))) return 'Needs ReLU, and this model has none.';
  return undefined;
}

/** The gradient with R ← relu(R) ⊙ 1[z > 0] at every ReLU.  Springenberg et al. 2015, section 3.4.  Cost: one forward and one backward pass. */
export const guidedBackprop = defineMethod({
  id: 'guided-backprop',
  title: 'Guided Backprop',
  cite: 'springenberg2015',
  family: 'gradient',
  signed: true,
  score: 'logit',
  card: {
    says: 'The gradient, but on its way back everything that would lower the score is cut off at each rectifier. What is left is crisp and shows strong features.',
    formula: 'R^{l} = \\mathbf 1[z^{l} > 0] \\odot \\mathbf 1[R^{l+1} > 0] \\odot R^{l+1}',
    misleads: 'It is sharp because it partly reconstructs the image: it changes little when the class, or even the weights of late layers, change. A beautiful map here is weak evidence.',
  },
  params: {},
  needs: rectifiersOnly,
  claims: () => ['deterministic'],
  passes: () => ({ forward: 1, backward: 1, exact: true }),
  attribute: (request, job) => inOneBurst(job, () => gradients(request, request.x, job, guided)),
});
