/** Small seeded networks for the tests: a residual CNN, one as importers give them, a transformer, a linear model on an image or a table. Not trained, and good for nothing else. */
import type { Graph, Node } from '../graph/graph.ts';
import type { OpName, Weights } from '../graph/ops/index.ts';
import { normals, stream } from '../math/rng.ts';
import * as tf from '../tf.ts';

export const TOY_SIDE = 8;
export const TOY_CLASSES = 5;

/** Normal numbers of deviation `scale`, addressed by name. */
export const toyWeight = (name: string, shape: number[], scale = 0.4): tf.Tensor =>
  tf.tensor(normals(5, name, 0, shape.reduce((a, b) => a * b, 1)).map((z) => scale * z), shape);

/** [1, side, side, 3], uniform in [0, 1). */
export function toyImage(index = 0, side = TOY_SIDE): tf.Tensor4D {
  const draws = stream(6, 'toy-image', index);
  return tf.tensor4d(Float32Array.from({ length: side * side * 3 }, () => draws.uniform()), [1, side, side, 3]);
}

const node = (id: string, op: OpName, inputs: string[], weights: Weights = {}, attrs: Node['attrs'] = {}): Node => ({ id, op, inputs, weights, attrs });
const SAME = { strides: [1, 1], pad: 'same' };

export interface ToyOptions {
  readonly activation?: 'relu' | 'softplus' | 'gelu';
  /** Every kernel reversed along the width: the mirror image of the network. */
  readonly mirrored?: boolean;
  readonly bias?: boolean;
}

/** Stride 1 throughout: preprocess, two 3×3 convolutions with a residual sum, a depthwise one, mean pooling, a dense head. */
export function toyCnn({ activation = 'relu', mirrored = false, bias = true }: ToyOptions = {}): Graph {
  const kernel = (name: string, shape: number[]) => (mirrored ? tf.tidy(() => tf.reverse(toyWeight(name, shape), 1)) : toyWeight(name, shape));
  const biased = (name: string, n: number): Weights => (bias ? { bias: toyWeight(`${name}/bias`, [n], 0.2) } : {});
  const centre: Weights = bias ? { mean: tf.fill([3], 0.5), std: tf.fill([3], 0.25) } : { mean: tf.zeros([3]), std: tf.fill([3], 0.25) };
  return {
    input: 'image',
    output: 'logits',
    features: { node: 'act3' },
    nodes: [
      node('preprocess', 'preprocess', ['image'], centre),
      node('conv1', 'conv2d', ['preprocess'], { kernel: kernel('conv1', [3, 3, 3, 4]), ...biased('conv1', 4) }, SAME),
      node('act1', activation, ['conv1']),
      node('conv2', 'conv2d', ['act1'], { kernel: kernel('conv2', [3, 3, 4, 4]), ...biased('conv2', 4) }, SAME),
      node('sum', 'add', ['act1', 'conv2']),
      node('act2', activation, ['sum']),
      node('depthwise', 'depthwiseConv2d', ['act2'], { kernel: kernel('depthwise', [3, 3, 4, 1]), ...biased('depthwise', 4) }, SAME),
      node('act3', activation, ['depthwise']),
      node('pool', 'meanPool', ['act3']),
      node('logits', 'dense', ['pool'], { kernel: toyWeight('head', [4, TOY_CLASSES], 1), ...biased('head', TOY_CLASSES) }),
    ],
  };
}

/** A CNN of ops that imported networks have: padding that is given, groups, a hard gate, resizing, channels in another order, reductions. */
export function toyImported(): Graph {
  const kernel = (name: string, shape: number[]): Weights => ({ kernel: toyWeight(`imported/${name}`, shape), bias: toyWeight(`imported/${name}/bias`, [shape[3]!], 0.2) });
  const around = [[0, 0], [1, 1], [1, 1], [0, 0]];
  return {
    input: 'image',
    output: 'logits',
    features: { node: 'resized' },
    nodes: [
      node('centred', 'affine', ['image'], { scale: tf.fill([1, 1, 1, 3], 4), shift: tf.fill([1, 1, 1, 3], -2) }),
      node('conv', 'conv2d', ['centred'], kernel('conv', [3, 3, 3, 4]), { strides: [1, 1], pad: around }),
      node('leaky', 'leakyRelu', ['conv'], {}, { alpha: 0.1 }),
      node('norm', 'localResponseNorm', ['leaky'], {}, { size: 3, alpha: 0.3, beta: 0.75, bias: 1 }),
      node('pool', 'maxPool', ['norm'], {}, { size: [3, 3], strides: [2, 2], pad: [[0, 0], [0, 1], [0, 1], [0, 0]] }),
      node('grouped', 'groupConv2d', ['pool'], kernel('grouped', [3, 3, 2, 4]), { strides: [1, 1], pad: around, groups: 2 }),
      node('swish', 'hardSwish', ['grouped']),
      node('squeezed', 'reduceMean', ['swish'], {}, { axes: [1, 2], keepDims: true }),
      node('excited', 'affine', ['squeezed'], { scale: toyWeight('imported/excited', [1, 1, 1, 4], 1), shift: tf.fill([1, 1, 1, 4], 0.5) }),
      node('gate', 'clip', ['excited'], {}, { min: 0, max: 1 }),
      node('gated', 'mul', ['swish', 'gate']),
      node('shuffled', 'gather', ['gated'], {}, { axis: 3, indices: [2, 0, 3, 1] }),
      node('resized', 'resample', ['shuffled'], { rows: toyWeight('imported/rows', [8, 4], 0.5), columns: toyWeight('imported/columns', [8, 4], 0.5) }),
      node('places', 'reduceSum', ['resized'], {}, { axes: [1], keepDims: false }),
      node('mean', 'reduceMean', ['places'], {}, { axes: [1], keepDims: false }),
      node('logits', 'dense', ['mean'], { kernel: toyWeight('imported/head', [4, TOY_CLASSES], 1), bias: toyWeight('imported/head/bias', [TOY_CLASSES], 0.2) }),
    ],
  };
}

/** Patches of 4, class token, one attention block with two heads, GELU, class-token head; its features are the input of the attention. */
export function toyTransformer(): Graph {
  const dense = (id: string, input: string, from: number, to: number) => node(id, 'dense', [input], { kernel: toyWeight(id, [from, to]), bias: toyWeight(`${id}/bias`, [to], 0.1) });
  const norm = (id: string, input: string) => node(id, 'layerNorm', [input], { gamma: tf.ones([6]), beta: tf.zeros([6]) }, { epsilon: 1e-6 });
  return {
    input: 'image',
    output: 'logits',
    features: { node: 'positions', tokens: { rows: 2, cols: 2, skip: 1 } },
    nodes: [
      node('patches', 'conv2d', ['image'], { kernel: toyWeight('patches', [4, 4, 3, 6]) }, { strides: [4, 4], pad: 'valid' }),
      node('tokens', 'reshape', ['patches'], {}, { shape: [4, 6] }),
      node('class', 'prependToken', ['tokens'], { value: toyWeight('class', [1, 1, 6]) }),
      node('positions', 'addParam', ['class'], { value: toyWeight('positions', [1, 5, 6]) }),
      norm('norm1', 'positions'),
      ...['q', 'k', 'v'].flatMap((part) => [dense(part, 'norm1', 6, 6), node(`${part}-heads`, 'splitHeads', [part], {}, { heads: 2 })]),
      node('scores', 'matMul', ['q-heads', 'k-heads'], {}, { transposeB: true, scale: 1 / Math.sqrt(3) }),
      node('attention', 'softmax', ['scores']),
      node('mixed', 'matMul', ['attention', 'v-heads']),
      node('merged', 'mergeHeads', ['mixed']),
      dense('out', 'merged', 6, 6),
      node('sum', 'add', ['positions', 'out']),
      dense('hidden', 'sum', 6, 12),
      node('gelu', 'gelu', ['hidden']),
      dense('shrunk', 'gelu', 12, 6),
      node('sum2', 'add', ['sum', 'shrunk']),
      norm('norm2', 'sum2'),
      node('taken', 'takeToken', ['norm2'], {}, { index: 0 }),
      dense('logits', 'taken', 6, TOY_CLASSES),
    ],
  };
}

/** logits = flatten(x) · kernel + bias. `kernel` [inputs, classes] row-major by input. */
export function linearNet(kernel: tf.Tensor, bias: tf.Tensor): Graph {
  return {
    input: 'x',
    output: 'logits',
    nodes: [node('flat', 'reshape', ['x'], {}, { shape: [kernel.shape[0]!] }), node('logits', 'dense', ['flat'], { kernel, bias })],
  };
}
