/** What the bench times: one convolution's input gradient, and forward and gradient of each network of the zoo. Judges and prints nothing. */
import { backward, forward, gradient, record, type Graph } from '../../engine/graph/graph.ts';
import * as tf from '../../engine/tf.ts';

/** Milliseconds of CPU time: the backend has one thread, and a busy machine adds nothing to them. */
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

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
const timing = (values: readonly number[]): Timing => ({ best: Math.min(...values), median: median(values) });

/** CPU time in ms of one call of `body`, its tensors freed, its result read back. */
function once(body: () => tf.Tensor): number {
  const from = process.cpuUsage();
  tf.tidy(() => void body().dataSync());
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/** ∂/∂x of a 3×3 convolution, batch 32, 24×24, 32 → 64 channels: the backend's `Conv2DBackpropInput`. */
export function convolutionInputGradient(rounds: number): Timing {
  const dy = tf.randomNormal<tf.Rank.R4>([32, 24, 24, 64], 0, 1, 'float32', 1);
  const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 32, 64], 0, 1, 'float32', 2);
  const body = () => tf.conv2dTranspose(dy, kernel, [32, 24, 24, 32], 1, 'same');
  once(body);
  const times = Array.from({ length: rounds }, () => once(body));
  tf.dispose([dy, kernel]);
  return timing(times);
}

/** A bare forward pass against forward and backward of the sum of each image's first logit, in turns. */
export function forwardAndGradient(graph: Graph, shape: readonly number[], batch: number, rounds: number): PairTiming {
  const x = tf.randomUniform([batch, ...shape], 0, 1, 'float32', 3);
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
