/** How much a graph weighs: bytes of a tape, parameters, multiply-adds. Measured by one forward pass, not estimated. */
import * as tf from '../tf.ts';
import { record, type Graph, type Node } from './graph.ts';

export interface Size {
  /** Bytes of all values of one forward pass of one image. */
  readonly tapeBytes: number;
  /** Most that is alive at once in a forward pass that keeps nothing, of one image. */
  readonly forwardBytes: number;
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
  const nodes = nodeSizes(graph, shape);
  const bytes = new Map([[graph.input, bytesOf(shape)], ...nodes.map((node) => [node.id, bytesOf(node.shape)] as const)]);
  const sum = (of: (node: NodeSize) => number) => nodes.reduce((total, node) => total + of(node), 0);
  const size = {
    tapeBytes: sum((node) => bytesOf(node.shape)),
    forwardBytes: widest(graph, (id) => bytes.get(id)!),
    parameters: sum((node) => node.parameters),
    multiplyAdds: sum((node) => node.multiplyAdds),
  };
  known.set(graph, (known.get(graph) ?? new Map<string, Size>()).set(key, size));
  return size;
}

/** Of a float32 value of `shape`. */
const bytesOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 4);

/** How an image is resized is not learned. */
const parametersOf = ({ op, weights }: Node) => op === 'resample' ? 0 : Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);

export interface NodeSize {
  readonly id: string;
  /** Of the value for one image. */
  readonly shape: readonly number[];
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** Every node's size for one input of `shape` [H, W, C], in order. Cost: one forward pass. */
export function nodeSizes(graph: Graph, shape: readonly number[]): readonly NodeSize[] {
  return tf.tidy(() => {
    const { value } = record(graph, tf.zeros([1, ...shape]));
    return graph.nodes.map((node) => {
      const y = value.get(node.id)!;
      const multiplyAdds = perOutput(node.op, node.weights, value.get(node.inputs[0]!)!) * y.size;
      return { id: node.id, shape: y.shape.slice(1), parameters: parametersOf(node), multiplyAdds };
    });
  });
}

/** The most bytes of values that are still to be read, the one being made included; `forward` frees the others. */
function widest(graph: Graph, bytesOf: (id: string) => number): number {
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, i) => node.inputs.forEach((id) => lastUse.set(id, i)));
  let [alive, most] = [bytesOf(graph.input), 0];
  graph.nodes.forEach((node, i) => {
    alive += bytesOf(node.id);
    most = Math.max(most, alive);
    for (const id of new Set(node.inputs)) if (lastUse.get(id) === i) alive -= bytesOf(id);
  });
  return most;
}

/** Multiply-adds that one entry of the output costs. */
function perOutput(op: string, weights: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor): number {
  const kernel = weights.kernel;
  if (op === 'matMul') return x.shape.at(-1)!;
  if (op === 'resample') return x.shape[2]! + (x.shape[1]! * x.shape[2]!) / weights.columns!.shape[0]!; // rows first, then columns
  if (!kernel) return 0;
  return op === 'depthwiseConv2d' ? kernel.shape[0]! * kernel.shape[1]! : kernel.size / kernel.shape.at(-1)!;
}
