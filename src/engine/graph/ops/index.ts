/** The op table: every kind of node that a graph may have. A new op is one line here and does not compile until it is complete. */
import { preprocess, relu, relu6, sigmoid, softplus } from './elementwise.ts';
import { abs, cos, erf, exp, log, power, reciprocal, sin, sqrt, square } from './functions.ts';
import { add, addParam, affine, averagePool, batchNorm, conv2d, dense, depthwiseConv2d, groupConv2d, meanPool, meanTokens, resample } from './linear.ts';
import { layerNorm, localResponseNorm, matMul, maxPool, mul, softmax } from './mixing.ts';
import type { Op } from './op.ts';
import { expand, reduceMax, reduceMean, reduceSum } from './reduce.ts';
import { constant, gather, pad, slice } from './select.ts';
import { concat, mergeHeads, prependToken, reshape, roll, splitHeads, takeToken, transpose } from './shape.ts';
import { gelu, silu } from './smoothUnits.ts';
import { clip, elu, geluTanh, hardSwish, leakyRelu, mish, prelu, quantize, selu, softsign, tanh } from './units.ts';

export type { Attrs, Inputs, Op, OpKind, Weights } from './op.ts';

export const OPS = {
  preprocess,
  conv2d,
  depthwiseConv2d,
  dense,
  batchNorm,
  meanPool,
  meanTokens,
  add,
  addParam,
  relu,
  relu6,
  softplus,
  gelu,
  sigmoid,
  silu,
  maxPool,
  averagePool,
  matMul,
  mul,
  softmax,
  layerNorm,
  reshape,
  transpose,
  concat,
  roll,
  takeToken,
  prependToken,
  splitHeads,
  mergeHeads,
  affine,
  groupConv2d,
  resample,
  reduceMean,
  reduceSum,
  reduceMax,
  expand,
  slice,
  gather,
  pad,
  constant,
  leakyRelu,
  prelu,
  elu,
  selu,
  clip,
  hardSwish,
  mish,
  tanh,
  geluTanh,
  softsign,
  quantize,
  exp,
  log,
  sqrt,
  reciprocal,
  square,
  abs,
  erf,
  sin,
  cos,
  power,
  localResponseNorm,
} satisfies Record<string, Op>;

export type OpName = keyof typeof OPS;
