/** Folds batch normalisation into the layer before it: the same function with fewer nodes, which relevance rules need. Changes nothing else. */
import * as tf from '../tf.ts';
import type { Graph, Node } from './graph.ts';
import type { Weights } from './ops/index.ts';
import { need } from './ops/op.ts';

/** Axis of the kernel that holds the output channels. */
const CHANNEL_AXIS = { conv2d: 3, depthwiseConv2d: 2, groupConv2d: 3, dense: 1 } as const;
type Foldable = keyof typeof CHANNEL_AXIS;

const isFoldable = (op: string): op is Foldable => op in CHANNEL_AXIS;

/**
 * y = ((x ∗ k + b) − mean) · s + beta  =  x ∗ (k s) + ((b − mean) s + beta),  s = gamma / √(variance + ε): exact algebra.
 * Folds only where the layer feeds that normalisation alone and is not the feature node. The fused node bears the normalisation's id.
 * The new weights belong to the new graph, all others are shared: dispose both when both are done.
 */
export function canonize(graph: Graph): Graph {
  const uses = new Map<string, number>();
  for (const id of [...graph.nodes.flatMap((node) => node.inputs), graph.output, graph.features?.node ?? '']) uses.set(id, (uses.get(id) ?? 0) + 1);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const before = (node: Node): Node | undefined => {
    if (node.op !== 'batchNorm') return undefined;
    const layer = byId.get(node.inputs[0]!);
    return layer && isFoldable(layer.op) && uses.get(layer.id) === 1 ? layer : undefined;
  };
  const folded = new Set(graph.nodes.map(before));
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (folded.has(node)) return [];
    const layer = before(node);
    return [layer ? { ...layer, id: node.id, weights: fold(layer, node) } : node];
  });
  return { ...graph, nodes };
}

function fold(layer: Node, norm: Node): Weights {
  const kernel = need(layer.weights, 'kernel');
  const { weights: w } = norm;
  return tf.tidy(() => {
    const slope = tf.div(need(w, 'gamma'), tf.sqrt(tf.add(need(w, 'variance'), norm.attrs.epsilon as number)));
    const shape = kernel.shape.map((n, axis) => (axis === CHANNEL_AXIS[layer.op as Foldable] ? n : 1));
    const centred = layer.weights.bias ? tf.sub(layer.weights.bias, need(w, 'mean')) : tf.neg(need(w, 'mean'));
    return { kernel: tf.keep(tf.mul(kernel, tf.reshape(slope, shape))), bias: tf.keep(tf.add(tf.mul(centred, slope), need(w, 'beta'))) };
  });
}
