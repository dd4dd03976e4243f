/** The peak of memory of a walk: at most 2.2 times the tape, for every composite on every family of networks. */
import { describe, expect, test } from 'vitest';
import { backward, gradient, record, type Graph, type Node } from '../graph/graph.ts';
import { canonize } from '../graph/canonize.ts';
import type { OpName } from '../graph/ops/index.ts';
import { registerWasmKernels } from '../kernels/index.ts';
import { architecture } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { toyImage, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { follow } from './composite.ts';
import { compositeOf, COMPOSITES } from './composites.ts';
import { transformerRelevance } from './transformerRelevance.ts';

await useBackend('wasm');
await registerWasmKernels();

const SIDE = 32;
const node = (id: string, op: OpName, inputs: string[], attrs: Node['attrs'] = {}, weights: Node['weights'] = {}): Node => ({ id, op, inputs, weights, attrs });
const conv = (id: string, input: string, from: number, to: number, { stride = 1, size = 3 } = {}): Node =>
  node(id, 'conv2d', [input], { strides: [stride, stride], pad: 'same' }, { kernel: toyWeight(id, [size, size, from, to], 0.2), bias: toyWeight(`${id}/b`, [to], 0.1) });
const dense = (id: string, input: string, from: number, to: number): Node => node(id, 'dense', [input], {}, { kernel: toyWeight(id, [from, to], 0.2), bias: toyWeight(`${id}/b`, [to], 0.1) });
const finish = (nodes: Node[]): Graph => ({ input: 'image', output: 'logits', nodes });

/** Like VGG: pairs of convolutions, pooled, channels doubled. */
function vggLike(): Graph {
  const step = (id: string, input: string, from: number, to: number) => [conv(id, input, from, to), node(`${id}-act`, 'relu', [id])];
  const pool = (id: string, input: string) => node(id, 'maxPool', [input], { size: [2, 2], strides: [2, 2], pad: 'valid' });
  return finish([
    ...step('c1', 'image', 3, 8), ...step('c2', 'c1-act', 8, 8), pool('p1', 'c2-act'),
    ...step('c3', 'p1', 8, 16), ...step('c4', 'c3-act', 16, 16), pool('p2', 'c4-act'),
    ...step('c5', 'p2', 16, 32), ...step('c6', 'c5-act', 32, 32), ...step('c7', 'c6-act', 32, 32),
    node('gap', 'meanPool', ['c7-act']), dense('logits', 'gap', 32, 5),
  ]);
}

/** Like ResNet: stages of two blocks, the first with a projected short cut. */
function resnetLike(): Graph {
  const block = (id: string, x: string, from: number, to: number, stride: number): Node[] => [
    conv(`${id}-1`, x, from, to, { stride }), node(`${id}-act`, 'relu', [`${id}-1`]), conv(`${id}-2`, `${id}-act`, to, to),
    ...(from === to ? [] : [conv(`${id}-short`, x, from, to, { stride, size: 1 })]),
    node(`${id}-sum`, 'add', [`${id}-2`, from === to ? x : `${id}-short`]), node(id, 'relu', [`${id}-sum`]),
  ];
  return finish([
    conv('stem', 'image', 3, 8), node('stem-act', 'relu', ['stem']),
    ...block('a', 'stem-act', 8, 8, 1), ...block('b', 'a', 8, 16, 2), ...block('c', 'b', 16, 16, 1), ...block('d', 'c', 16, 32, 2),
    node('gap', 'meanPool', ['d']), dense('logits', 'gap', 32, 5),
  ]);
}

/** Like ViT: 64 tokens of 24, two blocks of attention with two heads. */
function vitLike(): Graph {
  const norm = (id: string, x: string) => node(id, 'layerNorm', [x], { epsilon: 1e-6 }, { gamma: tf.fill([24], 1), beta: tf.zeros([24]) });
  const block = (id: string, x: string): Node[] => [
    norm(`${id}-norm1`, x),
    ...['q', 'k', 'v'].flatMap((part) => [dense(`${id}-${part}`, `${id}-norm1`, 24, 24), node(`${id}-${part}s`, 'splitHeads', [`${id}-${part}`], { heads: 2 })]),
    node(`${id}-scores`, 'matMul', [`${id}-qs`, `${id}-ks`], { transposeB: true, scale: 1 / Math.sqrt(12) }), node(`${id}-weights`, 'softmax', [`${id}-scores`]),
    node(`${id}-mixed`, 'matMul', [`${id}-weights`, `${id}-vs`]), node(`${id}-merged`, 'mergeHeads', [`${id}-mixed`]), dense(`${id}-out`, `${id}-merged`, 24, 24),
    node(`${id}-sum1`, 'add', [x, `${id}-out`]), norm(`${id}-norm2`, `${id}-sum1`),
    dense(`${id}-wide`, `${id}-norm2`, 24, 48), node(`${id}-gelu`, 'gelu', [`${id}-wide`]), dense(`${id}-narrow`, `${id}-gelu`, 48, 24), node(id, 'add', [`${id}-sum1`, `${id}-narrow`]),
  ];
  const patches = node('patches', 'conv2d', ['image'], { strides: [4, 4], pad: 'valid' }, { kernel: toyWeight('patches', [4, 4, 3, 24], 0.2) });
  return finish([patches, node('tokens', 'reshape', ['patches'], { shape: [64, 24] }), ...block('a', 'tokens'), ...block('b', 'a'), node('mean', 'meanTokens', ['b']), dense('logits', 'mean', 24, 5)]);
}

/** Those of the zoo whose ops the three before do not have. */
const ofZoo = (['densenet-16', 'inception-s', 'efficientnet-s', 'convnext-s', 'swin-s', 'mixer-s'] as const).map((id) => [id, () => canonize(toGraph(architecture(id).build(1, 5))), 64] as const);
const likes = Object.entries({ vggLike, resnetLike, vitLike }).map(([name, make]) => [name, make, SIDE] as const);

describe.each<readonly [string, () => Graph, number]>([...likes, ...ofZoo])('%s', (_, make, side) => {
  const graph = make();
  const image = toyImage(0, side);
  const places = { graph, shape: [side, side, 3] };
  const policies = { gradient, 'transformer-relevance': transformerRelevance(graph), ...Object.fromEntries(COMPOSITES.map((id) => [id, follow(compositeOf(id, places))])) };
  test.each(Object.entries(policies))('%s', async (__, policy) => {
    const walk = () => tf.tidy(() => backward(record(graph, image), tf.ones([1, 5]), policy).get('image')!);
    walk().dispose(); // what is derived from the weights stays with the model
    const before = tf.memory().numBytes;
    let tape = 0;
    tf.tidy(() => {
      record(graph, image);
      tape = tf.memory().numBytes - before;
    });
    const { peakBytes } = await tf.profile(walk);
    expect((peakBytes - before) / tape).toBeLessThan(2.2);
    expect((peakBytes - before) / tape).toBeGreaterThan(1);
  });
});
