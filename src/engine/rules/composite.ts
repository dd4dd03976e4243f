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

/** The first row that speaks of `node`; `undefined` where none does. */
export const rowFor = ({ rows }: Composite, node: Node): Row | undefined => rows.find(({ match }) => match(node));

function rowOf(composite: Composite, node: Node): Row {
  const row = rowFor(composite, node);
  if (!row) throw new Error(`composite '${composite.id}' has no rule for '${node.id}' (${node.op})`);
  return row;
}

/** The table as a policy. */
export const follow = (composite: Composite): Policy => (step) => rowOf(composite, step.node).policy(step);

/** Which rule each node of `graph` gets, in order; throws where one has none. */
export const assignments = (composite: Composite, graph: Graph): readonly (readonly [node: string, rule: string])[] =>
  graph.nodes.map((node) => [node.id, rowOf(composite, node).rule] as const);

/** Functions that no row of `COMMON` speaks of, in words for the visitor. */
const FUNCTIONS: Partial<Readonly<Record<OpName, string>>> = {
  exp: 'exponentials', log: 'logarithms', sqrt: 'square roots', reciprocal: 'reciprocals', square: 'squares', abs: 'magnitudes', erf: 'the error function',
  sin: 'sines', cos: 'cosines', power: 'powers', clip: 'clipping that moves 0',
};

/** Why relevance cannot cross `graph` under this table, in words for the visitor; `undefined` where every node has a rule. */
export function withoutRule(composite: Composite, graph: Graph): string | undefined {
  const nodes = graph.nodes.filter((node) => !rowFor(composite, node));
  if (nodes.length === 0) return undefined;
  const names = new Set(nodes.map(({ op }) => FUNCTIONS[op] ?? `the op ${op}`));
  return `Relevance has no rule for ${[...names].join(', ')}, which this model computes on the way.`;
}

export const pass: Policy = ({ signal }) => [signal];

/** A constant of the architecture is added: no position, and nothing that an input could share with. */
export const addsConstant: Match = ({ op, attrs }) => (op === 'addParam' || op === 'affine') && attrs.fixed === true;

/** A number is added to every entry, and nothing else: what the sum shares in proportion. */
export const onlyShifts: Match = ({ op, weights }) => op === 'addParam' || (op === 'affine' && !weights.scale);

/** Products with a gate, which a graph alone can tell from other products. */
export function gateRows(graph: Graph): readonly Row[] {
  const gated = gatedSignals(graph);
  return ([0, 1] as const).map((at) => ({ match: ({ id }) => gated.get(id) === at, rule: 'gate', policy: gateRule(at) }));
}

/** Entries that are cut off between bounds that 0 lies in, so that 0 stays 0. */
const cutsAroundZero: Match = ({ op, attrs }) => {
  if (op !== 'clip') return false;
  const { min, max } = boundsOf(attrs);
  return min <= 0 && max >= 0;
};
/** A factor for every entry, and perhaps a number that is added, as in a normalisation that could not be folded. */
const scales: Match = ({ op, weights }) => op === 'affine' && weights.scale !== undefined;

const ENTRYWISE = is(
  'relu', 'relu6', 'softplus', 'gelu', 'sigmoid', 'silu', 'leakyRelu', 'prelu', 'elu', 'selu', 'hardSwish', 'mish', 'tanh', 'geluTanh', 'softsign', 'quantize',
  'preprocess', 'batchNorm',
);
/** One entry in, one out: activations, and what scales every entry. */
export const keepsEntries: Match = (node) => ENTRYWISE(node) || cutsAroundZero(node) || scales(node);
/** Means, and sums whose terms are entries of one input. */
export const averages = is('averagePool', 'meanPool', 'meanTokens', 'reduceMean', 'reduceSum', 'resample');
export const takesLargest = is('maxPool', 'reduceMax');
export const movesEntries = is('reshape', 'transpose', 'concat', 'roll', 'splitHeads', 'mergeHeads', 'takeToken', 'prependToken', 'expand', 'slice', 'gather', 'pad', 'constant');

/**
 * What all composites share. One entry in, one out (activations, a normalisation that could not be folded): relevance passes. Entries that only move take
 * it with them; a learned token or position keeps its share. A pool sends it to its winner, sums and means share it in proportion. Norms over channels count their
 * mean and deviation as constants and pass it on (Achtibat et al. 2024, proposition 3.4); softmax and products follow attention-aware LRP, products with a
 * gate `gateRows`. What is added and was never learned, such as the mask of a window, takes no share. Functions in which 0 does not stay 0 have no rule.
 */
export const COMMON: readonly Row[] = [
  { match: keepsEntries, rule: 'pass', policy: pass },
  { match: is('layerNorm', 'localResponseNorm'), rule: 'identity', policy: pass },
  { match: movesEntries, rule: 'move', policy: gradient },
  { match: addsConstant, rule: 'pass', policy: pass },
  { match: takesLargest, rule: 'winner takes all', policy: gradient },
  { match: (node) => averages(node) || onlyShifts(node) || node.op === 'add', rule: 'proportional', policy: proportional() },
  { match: is('softmax'), rule: 'softmax', policy: softmaxRule },
  { match: is('matMul', 'mul'), rule: 'product', policy: productRule },
];
