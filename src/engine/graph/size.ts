/** How much a graph weighs: bytes of a tape, parameters, multiply-adds. Measured by one forward pass, not estimated. */
import * as tf from '../tf.ts';
import { record, type Graph } from './graph.ts';

export interface Size {
  /** Bytes of all values of one forward pass of one image. */
  readonly tapeBytes: number;
  readonly parameters: number;
  /** Multiply-adds of the convolutions and products of one image. */
  readonly multiplyAdds: number;
}

const known = new WeakMap<Graph, Map<string, Size>>();

/** The size of `graph` for one input of `shape` [H, W, C]. Cost: one forward pass, once per graph and shape. */
export function sizeOf(graph: Graph, shape: readonly number[]): Size {
  const key = shape.join('×');
  const found = known.get(graph)?.get(key);
  if (found) return found;
  const size = tf.tidy(() => {
    const { value } = record(graph, tf.zeros([1, ...shape]));
    let [tapeBytes, multiplyAdds] = [0, 0];
    for (const node of graph.nodes) {
      const y = value.get(node.id)!;
      tapeBytes += 4 * y.size;
      multiplyAdds += perOutput(node.op, node.weights, value.get(node.inputs[0]!)!) * y.size;
    }
    const parameters = graph.nodes.reduce((sum, node) => sum + Object.values(node.weights).reduce((s, w) => s + w.size, 0), 0);
    return { tapeBytes, parameters, multiplyAdds };
  });
  known.set(graph, (known.get(graph) ?? new Map<string, Size>()).set(key, size));
  return size;
}

/** Multiply-adds that one entry of the output costs. */
function perOutput(op: string, weights: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor): number {
  const kernel = weights.kernel;
  if (op === 'matMul') return x.shape.at(-1)!;
  if (!kernel) return 0;
  return op === 'depthwiseConv2d' ? kernel.shape[0]! * kernel.shape[1]! : kernel.size / kernel.shape.at(-1)!;
}
