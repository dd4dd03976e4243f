/**
 * The gradient of the loss by all weights. Training is one more signal walked back over the tape: the gradient policy, which on
 * its way writes down what each node's weights receive. Not the optimiser. Batch normalisation uses the batch's own statistics here.
 */
import { backward, gradient, type Graph, type Policy, type Tape } from '../graph/graph.ts';
import { OPS, type Attrs, type Inputs, type Op, type OpName, type Weights } from '../graph/ops/index.ts';
import { convAttrs } from '../graph/ops/window.ts';
import * as tf from '../tf.ts';
import { columnSums, normalizeBatch, normalizeBatchVjp, type BatchStatistics } from './batchNorm.ts';
import { crossEntropy } from './loss.ts';

type WeightVjp = (x: tf.Tensor, dy: tf.Tensor, w: Weights, a: Attrs) => Record<string, tf.Tensor>;

const rows = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]) as tf.Tensor2D;
const biasOf = (dy: tf.Tensor, w: Weights): Record<string, tf.Tensor> => (w.bias ? { bias: columnSums(dy) } : {});

/** A kernel that tfjs keeps to its own gradients. */
function filterGradient(name: string, x: tf.Tensor, dy: tf.Tensor, filterShape: number[], a: Attrs): tf.Tensor {
  const { strides, pad } = convAttrs(a);
  const attrs = { strides, pad, dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: undefined, filterShape };
  return tf.engine().runKernel(name, { x, dy }, attrs as unknown as tf.NamedAttrMap);
}

/** dL/dw of each op that has weights; `batchNorm` is apart, since it also needs the batch's statistics. */
const WEIGHT_VJPS: Partial<Record<OpName, WeightVjp>> = {
  conv2d: (x, dy, w, a) => ({ kernel: filterGradient(tf.Conv2DBackpropFilter, x, dy, w.kernel!.shape, a), ...biasOf(dy, w) }),
  depthwiseConv2d: (x, dy, w, a) => ({ kernel: filterGradient(tf.DepthwiseConv2dNativeBackpropFilter, x, dy, w.kernel!.shape, a), ...biasOf(dy, w) }),
  dense: (x, dy, w) => ({ kernel: tf.matMul(rows(x), rows(dy), true, false), ...biasOf(dy, w) }),
  addParam: (_, dy, w) => ({ value: tf.sum(dy, 0, w.value!.rank === dy.rank) }),
  prependToken: (_, dy) => ({ value: tf.sum(tf.slice(dy, [0, 0, 0], [dy.shape[0]!, 1, dy.shape[2]!]), 0, true) }),
  layerNorm: (x, dy, _, a) => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), a.epsilon as number));
    return { gamma: columnSums(tf.mul(dy, tf.mul(centred, inverse))), beta: columnSums(dy) };
  },
};

export interface Step {
  /** The mean loss over the batch. */
  readonly loss: number;
  /** How many images the network got right. */
  readonly correct: number;
}

export interface Sink {
  /** dL/dw; the values are the callee's to keep. */
  gradient(node: string, weight: string, values: Float32Array): void;
  /** Mean and variance of a batch normalisation's input over this batch. */
  statistics(node: string, mean: Float32Array, variance: Float32Array): void;
}

/**
 * Forward in training mode, mean smoothed cross-entropy, and back: every weight's gradient goes to `sink`.
 * x [N, H, W, 3] is the value of `graph.input`, labels N class indices. Cost: one forward and one backward with weight gradients. Leaves no tensor.
 */
export function lossGradients(graph: Graph, x: tf.Tensor, labels: ArrayLike<number>, smoothing: number, sink: Sink): Step {
  return tf.tidy(() => {
    const { tape, statistics } = recordTraining(graph, x);
    for (const [node, { mean, variance }] of statistics) sink.statistics(node, mean.dataSync() as Float32Array, variance.dataSync() as Float32Array);
    const logits = tape.value.get(graph.output)!;
    const { loss, correct, signal } = crossEntropy(logits.dataSync() as Float32Array, labels, smoothing);
    backward(tape, tf.tensor(signal, logits.shape), trainingPolicy(graph.input, statistics, sink));
    return { loss, correct };
  });
}

/** `record` with batch normalisation by the batch's own statistics. */
function recordTraining(graph: Graph, x: tf.Tensor): { tape: Tape; statistics: Map<string, BatchStatistics> } {
  const value = new Map([[graph.input, x]]);
  const statistics = new Map<string, BatchStatistics>();
  for (const node of graph.nodes) {
    const xs = node.inputs.map((id) => value.get(id)!) as unknown as Inputs;
    if (node.op !== 'batchNorm') {
      value.set(node.id, tf.tidy(() => (OPS[node.op] as Op).forward(xs, node.weights, node.attrs)));
      continue;
    }
    const { y, mean, variance } = normalizeBatch(xs[0], node.weights, node.attrs.epsilon as number);
    value.set(node.id, y);
    statistics.set(node.id, { mean, variance });
  }
  return { tape: { graph, value }, statistics };
}

/** The gradient policy that also hands out weight gradients. Nodes that read the input pass nothing on: nobody asks for it. */
const trainingPolicy = (input: string, statistics: ReadonlyMap<string, BatchStatistics>, sink: Sink): Policy => (step) => {
  const { node, xs, signal } = step;
  const batch = statistics.get(node.id);
  if (batch) {
    const { dx, gamma, beta } = normalizeBatchVjp(xs[0], node.weights, node.attrs.epsilon as number, batch, signal);
    sink.gradient(node.id, 'gamma', gamma.dataSync() as Float32Array);
    sink.gradient(node.id, 'beta', beta.dataSync() as Float32Array);
    return [dx];
  }
  const weightVjp = node.attrs.fixed === true ? undefined : WEIGHT_VJPS[node.op];
  if (!weightVjp && node.attrs.fixed !== true && Object.keys(node.weights).length > 0) throw new Error(`training cannot adjust the weights of '${node.id}' (${node.op}): gradients.ts has no entry for this op`);
  if (weightVjp) for (const [name, t] of Object.entries(weightVjp(xs[0], signal, node.weights, node.attrs))) sink.gradient(node.id, name, t.dataSync() as Float32Array);
  return node.inputs[0] === input ? [tf.zeros([1])] : gradient(step);
};
