/** Small seeded networks for the tests: a residual CNN, a transformer, a linear model on an image or a table. Not trained, and good for nothing else. */
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
