/** A network as plain numbers: what is initialised, trained, saved and loaded. Not what is run: `toGraph` makes that, on the current backend. */
import type { Features, Graph } from '../graph/graph.ts';
import type { Attrs, OpName } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface PlainNode {
  readonly id: string;
  readonly op: OpName;
  readonly inputs: readonly string[];
  readonly weights: Readonly<Record<string, Weight>>;
  readonly attrs: Attrs;
}

export interface PlainGraph {
  readonly input: string;
  readonly output: string;
  readonly nodes: readonly PlainNode[];
  readonly features: Features;
}

/** One whose features may not be known: a network that a visitor brought. */
export type PlainNetwork = Omit<PlainGraph, 'features'> & Partial<Pick<PlainGraph, 'features'>>;

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));

/** The graph with its weights as tensors on the current backend; the caller disposes them (`disposeGraph` of graph/derived). */
export const toGraph = (plain: PlainNetwork): Graph => ({
  ...plain,
  nodes: plain.nodes.map((node) => ({ ...node, weights: mapValues(node.weights, ({ shape, values }) => tf.tensor(values, [...shape], 'float32')) })),
});

/** The same network with its weights read back from the backend. The graph must name its features. */
export function toPlain(graph: Graph): PlainGraph {
  if (!graph.features) throw new Error('the graph names no features: set graph.features to the node of the last feature map');
  const read = (tensor: tf.Tensor): Weight => ({ shape: tensor.shape, values: Float32Array.from(tensor.dataSync()) });
  return { ...graph, features: graph.features, nodes: graph.nodes.map((node) => ({ ...node, weights: mapValues(node.weights, read) })) };
}

/** Numbers that training adjusts; running statistics, preprocessing and nodes that are `fixed` do not count. */
export const parameterCount = (plain: PlainGraph): number =>
  plain.nodes.reduce((sum, node) => sum + Object.entries(node.weights).reduce((s, [name, w]) => s + (isTrainable(node, name) ? w.values.length : 0), 0), 0);

/** Whether training by gradient adjusts this weight. */
export const isTrainable = (node: Pick<PlainNode, 'op'> & Partial<Pick<PlainNode, 'attrs'>>, name: string): boolean =>
  node.op !== 'preprocess' && node.attrs?.fixed !== true && !(node.op === 'batchNorm' && (name === 'mean' || name === 'variance'));
