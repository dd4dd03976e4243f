/** CPU time of small pieces of work, and of a gradient against a bare forward pass. Judges and prints nothing. */
import { backward, forward, gradient, record, type Graph } from '../../engine/graph/graph.ts';
import * as tf from '../../engine/tf.ts';

/** Milliseconds of CPU time: the backend has one thread, and a busy machine adds little to them. */
export interface Timing {
  readonly best: number;
  readonly median: number;
}

export interface PairTiming {
  readonly forward: Timing;
  readonly gradient: Timing;
  /** Median over rounds of gradient / forward, both of the same round: what slows the machine slows both. */
  readonly ratio: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
const timing = (values: readonly number[]): Timing => ({ best: Math.min(...values), median: median(values) });

/** CPU time in ms since `from`, a reading of `process.cpuUsage()`. */
export function cpuSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/** CPU time in ms of one call of `body`, its tensors freed. The WASM backend computes before it returns; `read` waits for one that does not. */
function once(body: () => tf.Tensor, read = true): number {
  const from = process.cpuUsage();
  tf.tidy(() => {
    const result = body();
    if (read) result.dataSync();
  });
  return cpuSince(from);
}

/** `rounds` calls after one that is not counted. */
export function timed(body: () => tf.Tensor, rounds: number, read = true): Timing {
  once(body, read);
  return timing(Array.from({ length: rounds }, () => once(body, read)));
}

export const randomImages = (batch: number, shape: readonly number[]): tf.Tensor => tf.randomUniform([batch, ...shape], 0, 1, 'float32', 3);

/** A bare forward pass of `batch` images. */
export function bareForward(graph: Graph, shape: readonly number[], batch: number, rounds: number): Timing {
  const x = randomImages(batch, shape);
  const found = timed(() => forward(graph, x), rounds);
  x.dispose();
  return found;
}

/** A bare forward pass against forward and backward of the sum of each image's first logit, in turns. */
export function forwardAndGradient(graph: Graph, shape: readonly number[], batch: number, rounds: number): PairTiming {
  const x = randomImages(batch, shape);
  const bare = () => forward(graph, x);
  const full = () => {
    const tape = record(graph, x);
    const logits = tape.value.get(graph.output)!;
    const [rows, classes] = logits.shape as [number, number];
    const seed = tf.oneHot(tf.zeros([rows], 'int32'), classes);
    return backward(tape, tf.cast(seed, 'float32'), gradient).get(graph.input)!;
  };
  once(bare);
  once(full);
  const pairs = Array.from({ length: rounds }, () => ({ forward: once(bare), gradient: once(full) }));
  x.dispose();
  return {
    forward: timing(pairs.map((pair) => pair.forward)),
    gradient: timing(pairs.map((pair) => pair.gradient)),
    ratio: median(pairs.map((pair) => pair.gradient / pair.forward)),
  };
}

/** The same gradient by TensorFlow.js's own `tf.grad` over the recorded pass. Throws where the backend lacks a kernel for it. */
export function stockGradient(graph: Graph, shape: readonly number[], batch: number, rounds: number): Timing {
  const x = randomImages(batch, shape);
  try {
    const first = (images: tf.Tensor) => tf.sum(tf.slice(record(graph, images).value.get(graph.output)!, [0, 0], [batch, 1]));
    return timed(() => tf.grad(first)(x), rounds);
  } finally {
    x.dispose();
  }
}
