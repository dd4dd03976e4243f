/** Which rule each layer gets: an ordered table, the first match wins. A layer that no row speaks of is an error, never a silent gradient. */
import { gradient, type Graph, type Node, type Policy } from '../graph/graph.ts';
import type { OpName } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';
import { alphaBetaRule, zPlusRule, type AlphaBetaOptions } from './alphaBeta.ts';
import { epsilonRule, proportional, type EpsilonOptions } from './epsilon.ts';

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

const pass: Policy = ({ signal }) => [signal];

/** Layers with weights that are linear in one input. */
export const LINEAR = ['conv2d', 'depthwiseConv2d', 'dense'] as const satisfies readonly OpName[];

/** What all composites share: activations and preprocessing pass relevance on, a pool sends it to its winner, sums and means share it in proportion. */
export const COMMON: readonly Row[] = [
  { match: is('relu', 'relu6', 'softplus', 'gelu', 'preprocess'), rule: 'pass', policy: pass },
  { match: is('reshape', 'transpose'), rule: 'reshape', policy: gradient },
  { match: is('maxPool'), rule: 'winner takes all', policy: gradient },
  { match: is('add', 'meanPool'), rule: 'proportional', policy: proportional() },
];

/** LRP-ε on every linear layer. */
export const epsilonComposite = (options: EpsilonOptions = {}): Composite => ({ id: 'epsilon', rows: [{ match: is(...LINEAR), rule: 'ε', policy: epsilonRule(options) }, ...COMMON] });

/** LRP-αβ on every linear layer; β = 1 is α2β1. */
export const alphaBetaComposite = (options: AlphaBetaOptions = { beta: 1 }): Composite => ({
  id: `alpha${1 + options.beta}-beta${options.beta}`,
  rows: [{ match: is(...LINEAR), rule: 'αβ', policy: alphaBetaRule(options) }, ...COMMON],
});

/** LRP-z⁺ on every linear layer. */
export const zPlusComposite = (options: Omit<AlphaBetaOptions, 'beta'> = {}): Composite => ({
  id: 'z-plus',
  rows: [{ match: is(...LINEAR), rule: 'z⁺', policy: zPlusRule(options) }, ...COMMON],
});

/** The start of a relevance walk: the logit of `target` in each row, 0 elsewhere. */
export const logitSeed = (logits: tf.Tensor, target: number): tf.Tensor =>
  tf.tidy(() => tf.mul(logits, tf.oneHot(tf.fill([logits.shape[0]!], target, 'int32'), logits.shape[1]!)));
