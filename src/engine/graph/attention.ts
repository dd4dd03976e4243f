/** Finds attention in a graph, as data: which nodes hold attention weights, and which tokens the head reads. Computes nothing. */
import type { Graph, Node } from './graph.ts';
import { placesOf } from './places.ts';

/** Ids of the nodes that hold attention weights A [N, heads, queries, keys], the first layer first: softmaxes that weigh the rows of a product. */
export function attentionNodes(graph: Graph): string[] {
  const weighs = (id: string) => graph.nodes.some(({ op, inputs, attrs }) => op === 'matMul' && inputs[0] === id && attrs.transposeB !== true);
  return graph.nodes.filter(({ op, id }) => op === 'softmax' && weighs(id)).map(({ id }) => id);
}

/** Axes of a batch of maps whose rows and columns have both been cut: [N, rows, within, columns, within · C]. */
const CUT = 5;

/**
 * Whether any attention stays inside windows of a map, so that its tokens are not all tokens: what asks had its rows and columns cut and regrouped, which
 * takes a transposition of five axes or more. Heads, which also are a transposition, take four.
 */
export function isWindowed(graph: Graph): boolean {
  const places = placesOf(graph);
  return attentionNodes(graph).some((id) => places.get(id)?.moves.some((move) => move.by === 'transpose' && move.perm.length >= CUT) ?? false);
}

/** Which of the last tokens the head reads: the one at this index, or the mean of all. */
export type Readout = number | 'mean';

/** The read-out nearest to the output; `undefined` where the head takes tokens in another way. */
export function readoutOf(graph: Graph): Readout | undefined {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  let node: Node | undefined = byId.get(graph.output);
  while (node) {
    if (node.op === 'meanTokens') return 'mean';
    if (node.op === 'takeToken') return node.attrs.index as number;
    node = node.inputs.length === 1 ? byId.get(node.inputs[0]!) : undefined;
  }
  return undefined;
}
