/** Which rule each layer gets: an ordered table, the first match wins. A layer that no row speaks of is an error, never a silent gradient. */
import { gradient, type Graph, type Node, type Policy } from '../graph/graph.ts';
import type { OpName } from '../graph/ops/index.ts';
import { boundsOf } from '../graph/ops/units.ts';
import { gateRule, productRule, softmaxRule } from './attention.ts';
import { proportional } from './epsilon.ts';
import { gatedSignals } from './structure.ts';

export type Match = (node: Node) => boolean;
export interface Row {
  readonly match: Match;
  /** What the row is called where the table is shown. */
  readonly rule: string;
  readonly policy: Policy;
}
export interface Composite {
  readonly id: string;
  readonly rows: readonly Row[];
}

export const is = (...ops: readonly OpName[]): Match => (node) => ops.includes(node.op);

function rowOf({ id, rows }: Composite, node: Node): Row {
  const row = rows.find(({ match }) => match(node));
  if (!row) throw new Error(`composite '${id}' has no rule for '${node.id}' (${node.op})`);
  return row;
}

/** The table as a policy. */
export const follow = (composite: Composite): Policy => (step) => rowOf(composite, step.node).policy(step);

/** Which rule each node of `graph` gets, in order; throws where one has none. */
export const assignments = (composite: Composite, graph: Graph): readonly (readonly [node: string, rule: string])[] =>
  graph.nodes.map((node) => [node.id, rowOf(composite, node).rule] as const);

export const pass: Policy = ({ signal }) => [signal];

/** A constant of the architecture is added: no position, and nothing that an input could share with. */
export const addsConstant: Match = ({ op, attrs }) => (op === 'addParam' || op === 'affine') && attrs.fixed === true;

/** A number is added to every entry, and nothing else: what the sum shares in proportion. */
export const onlyShifts: Match = ({ op, weights }) => op === 'addParam' || (op === 'affine' && !weights.scale);

/** Entries that are cut off between bounds that 0 lies in, so that 0 stays 0. */
const cutsAroundZero: Match = ({ op, attrs }) => {
  if (op !== 'clip') return false;
  const { min, max } = boundsOf(attrs);
  return min <= 0 && max >= 0;
};
const scales: Match = ({ op, weights }) => op === 'affine' && weights.scale !== undefined;

/** Products with a gate, which a graph alone can tell from other products. */
export function gateRows(graph: Graph): readonly Row[] {
  const gated = gatedSignals(graph);
  return ([0, 1] as const).map((at) => ({ match: ({ id }) => gated.get(id) === at, rule: 'gate', policy: gateRule(at) }));
}

/**
 * What all composites share. One entry in, one out (activations, a normalisation that could not be folded): relevance passes. Entries that only move take
 * it with them; a learned token or position keeps its share. A pool sends it to its winner, sums and means share it in proportion. Layer norm counts its
 * mean and deviation as constants and passes it on (Achtibat et al. 2024, proposition 3.4); softmax and products follow attention-aware LRP, products with a
 * gate `gateRows`. What is added and was never learned, such as the mask of a window, takes no share.
 */
export const COMMON: readonly Row[] = [
  { match: is('relu', 'relu6', 'softplus', 'gelu', 'sigmoid', 'silu', 'preprocess', 'batchNorm'), rule: 'pass', policy: pass },
  { match: is('leakyRelu', 'prelu', 'elu', 'selu', 'hardSwish', 'mish', 'tanh', 'geluTanh', 'softsign', 'quantize'), rule: 'pass', policy: pass },
  { match: cutsAroundZero, rule: 'pass', policy: pass },
  { match: scales, rule: 'pass', policy: pass },
  { match: is('layerNorm', 'localResponseNorm'), rule: 'identity', policy: pass },
  { match: is('reshape', 'transpose', 'concat', 'roll', 'splitHeads', 'mergeHeads', 'takeToken', 'prependToken'), rule: 'move', policy: gradient },
  { match: is('expand', 'slice', 'gather', 'pad', 'constant'), rule: 'move', policy: gradient },
  { match: addsConstant, rule: 'pass', policy: pass },
  { match: is('maxPool', 'reduceMax'), rule: 'winner takes all', policy: gradient },
  { match: is('add', 'addParam', 'affine', 'averagePool', 'meanPool', 'meanTokens', 'reduceMean', 'reduceSum', 'resample'), rule: 'proportional', policy: proportional() },
  { match: is('softmax'), rule: 'softmax', policy: softmaxRule },
  { match: is('matMul', 'mul'), rule: 'product', policy: productRule },
];
