/** The op table crossed with what may be asked of it: every cell is 'yes' or a named reason; a new op does not compile without a row. Data only. */
import type { OpName } from '../graph/ops/index.ts';

export const CAPABILITIES = ['forward', 'vjp', 'secondDerivative', 'lrp', 'deepLift', 'attnLrp'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** 'yes' is exercised by the test beside this file; 'not for: …' is final; 'work to do: …' is open. */
export type Cell = 'yes' | `not for: ${string}` | `work to do: ${string}`;
type Row = Readonly<Record<Capability, Cell>>;

const RULES: Cell = 'work to do: rules as policies, with the issue of propagation methods';
const ATTENTION: Cell = 'not for: stands in attention or token mixing only, which attention LRP speaks of';
const ATTN_RULE: Cell = 'work to do: attention LRP is not built';
const DEEP_TOKENS: Cell = 'not for: no published DeepLIFT rule for token networks in the reference set';

const row = (lrp: Cell, deepLift: Cell, secondDerivative: Cell = 'yes'): Row => ({ forward: 'yes', vjp: 'yes', secondDerivative, lrp, deepLift, attnLrp: ATTN_RULE });

export const COVERAGE: Readonly<Record<OpName, Row>> = {
  preprocess: row('yes', RULES),
  conv2d: row('yes', RULES),
  depthwiseConv2d: row('yes', RULES),
  dense: row('yes', RULES),
  batchNorm: row('not for: canonize folds it into the layer before it first', RULES),
  meanPool: row('yes', RULES),
  meanTokens: row(ATTENTION, DEEP_TOKENS),
  add: row('yes', RULES),
  addParam: row(ATTENTION, DEEP_TOKENS),
  relu: row('yes', RULES),
  relu6: row('yes', RULES),
  softplus: row('yes', RULES),
  gelu: row('yes', DEEP_TOKENS),
  maxPool: row('yes', RULES),
  matMul: row(ATTENTION, DEEP_TOKENS),
  softmax: row(ATTENTION, DEEP_TOKENS),
  layerNorm: row(ATTENTION, DEEP_TOKENS),
  reshape: row('yes', RULES),
  transpose: row('yes', RULES),
  takeToken: row(ATTENTION, DEEP_TOKENS),
  prependToken: row(ATTENTION, DEEP_TOKENS),
  splitHeads: row(ATTENTION, DEEP_TOKENS),
  mergeHeads: row(ATTENTION, DEEP_TOKENS),
};
