/** One small call of every op, for the tests of ops and of rules: inputs away from kinks, weights, attributes. A new op does not compile without one. */
import { normals, stream } from '../math/rng.ts';
import type { Attrs, OpName } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

export interface OpSample {
  readonly inputs: () => tf.Tensor[];
  readonly weights: () => Record<string, tf.Tensor>;
  readonly attrs: Attrs;
  /** Other inputs to compare with, where not all numbers are in the op's domain. */
  readonly reference?: () => tf.Tensor[];
}

/** Normal numbers kept at least 0.1 from 0, so that finite differences cross no kink. */
export function sampleTensor(name: string, shape: number[], scale = 1): tf.Tensor {
  const draws = normals(9, name, 0, shape.reduce((a, b) => a * b, 1));
  return tf.tensor(draws.map((z) => scale * (z + Math.sign(z) * 0.1)), shape);
}

/** The numbers 0.1, 0.2, … shuffled: no two are near each other. */
function distinct(shape: number[]): tf.Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(stream(9, 'distinct').shuffle(Array.from({ length: n }, (_, i) => (i + 1) / 10)), shape);
}

/** The same about 0: … −0.15, −0.05, 0.05 …, so that tenths lie between them. */
const spaced = (shape: number[]) => tf.sub(distinct(shape), shape.reduce((a, b) => a * b, 1) / 20 + 0.05);

const none = () => ({});
const one = (shape: number[], weights: OpSample['weights'] = none, attrs: Attrs = {}): OpSample => ({ inputs: () => [sampleTensor('x', shape)], weights, attrs });
const kernel = (shape: number[], bias: number) => () => ({ kernel: sampleTensor('kernel', shape, 0.5), bias: sampleTensor('bias', [bias], 0.5) });
const statistics = () => ({ gamma: sampleTensor('gamma', [3]), beta: sampleTensor('beta', [3]), mean: sampleTensor('mean', [3]), variance: tf.abs(sampleTensor('variance', [3])) });
const value = (shape: number[], name = 'value') => () => ({ [name]: sampleTensor(name, shape) });
/** A function that is defined, or bounded, for numbers above 0 alone. */
const positive = (attrs: Attrs = {}): OpSample => {
  const above = (name: string) => () => [tf.add(tf.abs(sampleTensor(name, IMAGE)), 0.4)];
  return { inputs: above('x'), weights: none, attrs, reference: above('reference') };
};
const IMAGE = [2, 4, 4, 3];
const TOKENS = [2, 5, 4];

export const OP_SAMPLES: Readonly<Record<OpName, OpSample>> = {
  preprocess: one(IMAGE, () => ({ mean: tf.fill([3], 0.4), std: tf.tensor([0.2, 0.3, 0.4]) })),
  conv2d: one(IMAGE, kernel([3, 3, 3, 2], 2), { strides: [2, 2], pad: 'same' }),
  depthwiseConv2d: one(IMAGE, kernel([3, 3, 3, 1], 3), { strides: [2, 2], pad: 'same' }),
  dense: one(TOKENS, kernel([4, 3], 3)),
  batchNorm: one(IMAGE, statistics, { epsilon: 1e-3 }),
  meanPool: one(IMAGE),
  meanTokens: one(TOKENS),
  add: { inputs: () => [sampleTensor('x', IMAGE), sampleTensor('second', IMAGE)], weights: none, attrs: {} },
  addParam: one(TOKENS, () => ({ value: sampleTensor('value', [1, 5, 4]) })),
  relu: one(IMAGE),
  relu6: { inputs: () => [sampleTensor('x', IMAGE, 5)], weights: none, attrs: {} },
  softplus: one(IMAGE),
  gelu: one(TOKENS),
  sigmoid: one(IMAGE),
  silu: one(IMAGE),
  maxPool: { inputs: () => [distinct(IMAGE)], weights: none, attrs: { size: [2, 2], strides: [2, 2], pad: 'valid' } },
  averagePool: one(IMAGE, none, { size: [2, 2], strides: [2, 2], pad: 'valid' }),
  matMul: { inputs: () => [sampleTensor('x', [2, 2, 3, 4]), sampleTensor('second', [2, 2, 5, 4])], weights: none, attrs: { transposeB: true, scale: 0.5 } },
  mul: { inputs: () => [sampleTensor('x', IMAGE), sampleTensor('gate', [2, 1, 1, 3])], weights: none, attrs: {} },
  softmax: one([2, 2, 3, 4]),
  layerNorm: one(TOKENS, () => ({ gamma: sampleTensor('gamma', [4]), beta: sampleTensor('beta', [4]) }), { epsilon: 1e-6 }),
  reshape: one(IMAGE, none, { shape: [16, 3] }),
  transpose: one(TOKENS, none, { perm: [0, 2, 1] }),
  concat: { inputs: () => [sampleTensor('x', IMAGE), sampleTensor('second', [2, 4, 4, 2])], weights: none, attrs: {} },
  roll: one(IMAGE, none, { by: [1, -2] }),
  takeToken: one(TOKENS, none, { index: 1 }),
  prependToken: one(TOKENS, () => ({ value: sampleTensor('value', [1, 1, 4]) })),
  splitHeads: one(TOKENS, none, { heads: 2 }),
  mergeHeads: one([2, 2, 5, 3]),
  affine: one(IMAGE, () => ({ scale: sampleTensor('scale', [1, 1, 1, 3]), shift: sampleTensor('shift', [1, 4, 4, 1]) })),
  groupConv2d: one([2, 4, 4, 6], kernel([3, 2, 3, 4], 4), { strides: [2, 1], pad: [[0, 0], [1, 0], [0, 1], [0, 0]], groups: 2 }),
  resample: one(IMAGE, () => ({ rows: sampleTensor('rows', [3, 4], 0.5), columns: sampleTensor('columns', [5, 4], 0.5) })),
  reduceMean: one(IMAGE, none, { axes: [1, 3], keepDims: false }),
  reduceSum: one(IMAGE, none, { axes: [2], keepDims: true }),
  reduceMax: { inputs: () => [distinct(IMAGE)], weights: none, attrs: { axes: [1, 3], keepDims: false } },
  expand: one([2, 1, 4, 1], none, { shape: [3, 4, 2] }),
  slice: one(IMAGE, none, { begin: [1, 0, 1], end: [4, 9, 3], step: [2, 3, 1] }),
  gather: one(IMAGE, none, { axis: 2, indices: [3, 0, 3, 1, 3] }),
  pad: one(IMAGE, none, { before: [1, 0, 0], after: [0, 2, 1], value: 0.5 }),
  constant: one(IMAGE, value([1, 5, 4])),
  leakyRelu: one(IMAGE, none, { alpha: 0.2 }),
  prelu: one(IMAGE, value([1, 1, 1, 3], 'alpha')),
  elu: one(IMAGE, none, { alpha: 0.7 }),
  selu: one(IMAGE),
  clip: { inputs: () => [spaced(IMAGE)], weights: none, attrs: { min: -0.9, max: 1.3 } },
  hardSwish: { inputs: () => [sampleTensor('x', IMAGE, 3.1)], weights: none, attrs: {} },
  mish: one(IMAGE),
  tanh: one(IMAGE),
  geluTanh: one(TOKENS),
  softsign: one(IMAGE),
  // So fine a grid that the steps are far below what differences see: what is tested is the derivative straight through.
  quantize: { inputs: () => [spaced(IMAGE)], weights: none, attrs: { scale: 2 ** -16, zeroPoint: 1000, min: -59000, max: 86000 } },
  exp: one(IMAGE),
  log: positive(),
  sqrt: positive(),
  reciprocal: positive(),
  square: one(IMAGE),
  abs: one(IMAGE),
  erf: one(IMAGE),
  sin: one(IMAGE),
  cos: one(IMAGE),
  power: positive({ exponent: 1.7 }),
  localResponseNorm: one([2, 3, 3, 5], none, { size: 3, alpha: 0.3, beta: 0.75, bias: 1.2 }),
};
