/** What nodes and rules of a network are called on the page. Pure; which node gets which rule the engine says. */
import type { OpName } from '../../../engine/graph/ops/index.ts';
import type { DiagramNode } from '../../../engine/rules/diagram.ts';

const times = (sides: readonly number[]) => sides.join(' × ');

/** [32, 32, 48] → 32 × 32 × 48. */
export const shapeWords = (shape: readonly number[]): string => (shape.length > 0 ? times(shape) : 'one number');

const OPS = {
  preprocess: 'pixels, scaled',
  conv2d: 'convolution',
  depthwiseConv2d: 'depthwise convolution',
  dense: 'dense layer',
  batchNorm: 'batch normalisation',
  layerNorm: 'layer normalisation',
  add: 'sum',
  addParam: 'sum with learned values',
  mul: 'product',
  matMul: 'matrix product',
  softmax: 'softmax',
  relu: 'ReLU',
  relu6: 'ReLU6',
  softplus: 'softplus',
  gelu: 'GELU',
  sigmoid: 'sigmoid',
  silu: 'SiLU',
  maxPool: 'max pooling',
  averagePool: 'mean pooling',
  meanPool: 'mean over places',
  meanTokens: 'mean over tokens',
  reshape: 'reshape',
  transpose: 'transpose',
  concat: 'concatenation',
  roll: 'shift around',
  takeToken: 'one token',
  prependToken: 'token put in front',
  splitHeads: 'split into heads',
  mergeHeads: 'heads joined',
  affine: 'scale and shift',
  groupConv2d: 'grouped convolution',
  resample: 'resizing',
  reduceMean: 'mean over axes',
  reduceSum: 'sum over axes',
  reduceMax: 'maximum over axes',
  expand: 'repetition',
  slice: 'slice',
  gather: 'entries chosen',
  pad: 'padding',
  constant: 'constant',
  leakyRelu: 'leaky ReLU',
  prelu: 'PReLU',
  elu: 'ELU',
  selu: 'SELU',
  clip: 'clipping',
  hardSwish: 'hard swish',
  mish: 'Mish',
  tanh: 'tanh',
  geluTanh: 'GELU by tanh',
  softsign: 'softsign',
  quantize: 'rounding to integers',
  exp: 'exponential',
  log: 'logarithm',
  sqrt: 'square root',
  reciprocal: 'reciprocal',
  square: 'square',
  abs: 'magnitude',
  erf: 'error function',
  sin: 'sine',
  cos: 'cosine',
  power: 'power',
  localResponseNorm: 'local response normalisation',
} as const satisfies Record<OpName, string>;

const pair = (value: unknown): readonly [number, number] | undefined => (Array.isArray(value) && value.length === 2 && value.every((side) => typeof side === 'number') ? (value as [number, number]) : undefined);

/** Height and width of what slides over the image, where something does. */
export function windowOf({ op, attrs, weights }: Pick<DiagramNode, 'op' | 'attrs' | 'weights'>): readonly [number, number] | undefined {
  if (op === 'conv2d' || op === 'depthwiseConv2d' || op === 'groupConv2d') return pair(weights.find(({ name }) => name === 'kernel')?.shape.slice(0, 2));
  return pair(attrs.size);
}

export const strideOf = ({ attrs }: Pick<DiagramNode, 'attrs'>): readonly [number, number] | undefined => pair(attrs.strides);

/** "3×3 convolution", "2×2 max pooling", "dense layer". */
export function opWords(node: Pick<DiagramNode, 'op' | 'attrs' | 'weights'>): string {
  const size = windowOf(node);
  return size ? `${size.join('×')} ${OPS[node.op]}` : OPS[node.op];
}

/** What must agree for two nodes to count as the same in a repeated block: the window, its stride, the places of the image; not the channels. */
export const likenessOf = (node: DiagramNode): string => [windowOf(node)?.join('×'), strideOf(node)?.join('×'), node.shape.slice(0, -1).join('×')].join(' ');

/** Everything else that the node declares, in words. */
export function settingsOf({ attrs }: Pick<DiagramNode, 'attrs'>): readonly (readonly [name: string, value: string])[] {
  return Object.entries(attrs).flatMap(([name, value]) => {
    const text = typeof value === 'number' ? String(Number(value.toPrecision(4))) : typeof value === 'string' || typeof value === 'boolean' ? String(value) : Array.isArray(value) ? JSON.stringify(value).replaceAll('"', '') : '';
    return text === '' ? [] : [[name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`), text] as const];
  });
}

/** Each rule: the colour's name in the sheet, and what it does with the relevance that arrives. */
const RULES: Readonly<Record<string, readonly [tone: string, says: string]>> = {
  'ε': ['epsilon', 'Each input gets the share that it contributed, weaker where contributions nearly cancel.'],
  'αβ': ['alpha', 'Contributions for and against are shared out apart.'],
  'z⁺': ['plus', 'Only contributions that raise a unit carry relevance.'],
  'γ': ['gamma', 'Contributions that agree with a unit weigh more.'],
  'zᴮ': ['box', 'As seen from the darkest and the brightest image that there can be.'],
  'flat': ['flat', 'Spread evenly over everything that a unit sees.'],
  'pass': ['none', 'Handed on unchanged, entry by entry.'],
  'identity': ['none', 'Handed on unchanged: mean and deviation count as constants.'],
  'move': ['none', 'Entries only move, and take their relevance with them.'],
  'winner takes all': ['none', 'All of it to the largest entry of each window.'],
  'proportional': ['none', 'Shared in proportion to the values that were added.'],
  'softmax': ['none', 'Expanded at its scores (Achtibat et al. 2024).'],
  'gate': ['none', 'All of it to the signal; the gate counts as a constant (Arras et al. 2017).'],
  'none': ['none', 'No rule is known: this composite cannot explain this model.'],
  'product': ['none', 'Half to each factor (Achtibat et al. 2024).'],
};

export const ruleTone = (rule: string): string => RULES[rule]?.[0] ?? 'none';
export const ruleSays = (rule: string): string => RULES[rule]?.[1] ?? '';
