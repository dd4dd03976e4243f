/** The op table crossed with what may be asked of it: every cell is 'yes' or a named reason; a new op does not compile without a row. Data only. */
import type { OpName } from '../graph/ops/index.ts';

export const CAPABILITIES = ['forward', 'vjp', 'secondDerivative', 'lrp', 'deepLift', 'attnLrp'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** 'yes' is exercised by the test beside this file; 'not for: …' is final; 'work to do: …' is open. */
export type Cell = 'yes' | `not for: ${string}` | `work to do: ${string}`;
type Row = Readonly<Record<Capability, Cell>>;

const RULES: Cell = 'work to do: rules as policies, with the issue of propagation methods';
const DEEP_TOKENS: Cell = 'not for: no published DeepLIFT rule for token networks in the reference set';

/** Attention-aware LRP speaks of all that LRP does: its composite differs in the linear layers alone. */
const row = (lrp: Cell, deepLift: Cell, secondDerivative: Cell = 'yes'): Row => ({ forward: 'yes', vjp: 'yes', secondDerivative, lrp, deepLift, attnLrp: lrp });

export const COVERAGE: Readonly<Record<OpName, Row>> = {
  preprocess: row('yes', RULES),
  conv2d: row('yes', RULES),
  depthwiseConv2d: row('yes', RULES),
  dense: row('yes', RULES),
  batchNorm: row('yes', RULES),
  meanPool: row('yes', RULES),
  meanTokens: row('yes', DEEP_TOKENS),
  add: row('yes', RULES),
  addParam: row('yes', DEEP_TOKENS),
  relu: row('yes', RULES),
  relu6: row('yes', RULES),
  softplus: row('yes', RULES),
  gelu: row('yes', DEEP_TOKENS),
  maxPool: row('yes', RULES),
  matMul: row('yes', DEEP_TOKENS),
  softmax: row('yes', DEEP_TOKENS),
  layerNorm: row('yes', DEEP_TOKENS),
  reshape: row('yes', RULES),
  transpose: row('yes', RULES),
  takeToken: row('yes', DEEP_TOKENS),
  prependToken: row('yes', DEEP_TOKENS),
  splitHeads: row('yes', DEEP_TOKENS),
  mergeHeads: row('yes', DEEP_TOKENS),
};
