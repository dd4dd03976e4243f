/** The op table: every kind of node that a graph may have. A new op is one line here and does not compile until it is complete. */
import { preprocess, relu, relu6, sigmoid, softplus } from './elementwise.ts';
import { add, addParam, averagePool, batchNorm, conv2d, dense, depthwiseConv2d, meanPool, meanTokens } from './linear.ts';
import { layerNorm, matMul, maxPool, mul, softmax } from './mixing.ts';
import type { Op } from './op.ts';
import { concat, mergeHeads, prependToken, reshape, roll, splitHeads, takeToken, transpose } from './shape.ts';
import { gelu, silu } from './smoothUnits.ts';

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
} satisfies Record<string, Op>;

export type OpName = keyof typeof OPS;
