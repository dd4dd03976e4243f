/** The op table crossed with what may be asked of it: every cell is 'yes' or a named reason; a new op does not compile without a row. Data only. */
import type { OpName } from '../graph/ops/index.ts';

export const CAPABILITIES = ['forward', 'vjp', 'secondDerivative', 'lrp', 'deepLift', 'attnLrp'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** 'yes' is exercised by the test beside this file; 'not for: …' is final; 'work to do: …' is open. */
export type Cell = 'yes' | `not for: ${string}` | `work to do: ${string}`;
type Row = Readonly<Record<Capability, Cell>>;

const NO_DEEP_RULE: Cell = 'not for: the DeepLIFT paper has no rule for it; “Rules beyond the paper” shares products by their Shapley value';

const NO_RELEVANCE: Cell = 'not for: no relevance rule is published for this function; where 0 does not stay 0, or signs change, relevance cannot simply pass';

/** Attention-aware LRP speaks of all that LRP does: its composite differs in the linear layers alone. */
const row = (lrp: Cell, deepLift: Cell, secondDerivative: Cell = 'yes'): Row => ({ forward: 'yes', vjp: 'yes', secondDerivative, lrp, deepLift, attnLrp: lrp });

export const COVERAGE: Readonly<Record<OpName, Row>> = {
  preprocess: row('yes', 'yes'),
  conv2d: row('yes', 'yes'),
  depthwiseConv2d: row('yes', 'yes'),
  dense: row('yes', 'yes'),
  batchNorm: row('yes', 'yes'),
  meanPool: row('yes', 'yes'),
  meanTokens: row('yes', 'yes'),
  add: row('yes', 'yes'),
  addParam: row('yes', 'yes'),
  relu: row('yes', 'yes'),
  relu6: row('yes', 'yes'),
  softplus: row('yes', 'yes'),
  gelu: row('yes', 'yes'),
  sigmoid: row('yes', 'yes'),
  silu: row('yes', 'yes'),
  maxPool: row('yes', 'yes'),
  averagePool: row('yes', 'yes'),
  matMul: row('yes', NO_DEEP_RULE),
  mul: row('yes', NO_DEEP_RULE),
  softmax: row('yes', NO_DEEP_RULE),
  layerNorm: row('yes', NO_DEEP_RULE),
  reshape: row('yes', 'yes'),
  transpose: row('yes', 'yes'),
  concat: row('yes', 'yes'),
  roll: row('yes', 'yes'),
  takeToken: row('yes', 'yes'),
  prependToken: row('yes', 'yes'),
  splitHeads: row('yes', 'yes'),
  mergeHeads: row('yes', 'yes'),
  affine: row('yes', 'yes'),
  groupConv2d: row('yes', 'yes'),
  resample: row('yes', 'yes'),
  reduceMean: row('yes', 'yes'),
  reduceSum: row('yes', 'yes'),
  reduceMax: row('yes', 'yes'),
  expand: row('yes', 'yes'),
  slice: row('yes', 'yes'),
  gather: row('yes', 'yes'),
  pad: row('yes', 'yes'),
  constant: row('yes', 'yes'),
  leakyRelu: row('yes', 'yes'),
  prelu: row('yes', 'yes'),
  elu: row('yes', 'yes'),
  selu: row('yes', 'yes'),
  clip: row('yes', 'yes'),
  hardSwish: row('yes', 'yes'),
  mish: row('yes', 'yes'),
  tanh: row('yes', 'yes'),
  geluTanh: row('yes', 'yes'),
  softsign: row('yes', 'yes'),
  quantize: row('yes', 'yes'),
  exp: row(NO_RELEVANCE, 'yes'),
  log: row(NO_RELEVANCE, 'yes'),
  sqrt: row(NO_RELEVANCE, 'yes'),
  reciprocal: row(NO_RELEVANCE, 'yes'),
  square: row(NO_RELEVANCE, 'yes'),
  abs: row(NO_RELEVANCE, 'yes'),
  erf: row(NO_RELEVANCE, 'yes'),
  sin: row(NO_RELEVANCE, 'yes'),
  cos: row(NO_RELEVANCE, 'yes'),
  power: row(NO_RELEVANCE, 'yes'),
  localResponseNorm: row('yes', NO_DEEP_RULE),
};
