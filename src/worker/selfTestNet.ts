/** The self-test's network: small, and with every op of the zoo's models in it. Not those of imported networks (selfTestOps.ts). Its weights are seeded draws. */
import type { OpName } from '../engine/graph/ops/index.ts';
import type { Attrs } from '../engine/graph/ops/index.ts';
import { normals } from '../engine/math/rng.ts';
import type { PlainGraph, PlainNode, Weight } from '../engine/models/plain.ts';

export const SIDE = 8;
export const CLASSES = 3;
const CHANNELS = 8;
const TOKENS = 16;

export function weight(name: string, shape: readonly number[], deviation: number, mean = 0): Weight {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: normals(1, `self-test/${name}`, 0, size).map((z) => mean + deviation * z) };
}

/** An image that excites the network on both sides of its kinks. */
export const selfTestImage = (): Float32Array => normals(1, 'self-test/image', 0, SIDE * SIDE * 3).map((z) => Math.min(1, Math.max(0, 0.5 + 0.25 * z)));

/** A convolutional stem with a gate, two kinds of pooling, one transformer block with a class token, and four heads that are added. */
export function selfTestNet(): PlainGraph {
  const nodes: PlainNode[] = [];
  const node = (id: string, op: OpName, inputs: readonly string[], weights: Readonly<Record<string, Weight>> = {}, attrs: Attrs = {}) =>
    void nodes.push({ id, op, inputs, weights, attrs });
  const dense = (id: string, from: string, outputs: number) =>
    node(id, 'dense', [from], { kernel: weight(id, [CHANNELS, outputs], 0.35), bias: weight(`${id}/bias`, [outputs], 0.1) });
  const vector = (name: string, deviation: number, mean = 0) => weight(name, [CHANNELS], deviation, mean);
  const one = { strides: [1, 1], pad: 'same' };
  node('preprocess', 'preprocess', ['image'], { mean: weight('mean', [3], 0.02, 0.5), std: weight('std', [3], 0.01, 0.25) });
  node('conv', 'conv2d', ['preprocess'], { kernel: weight('conv', [3, 3, 3, CHANNELS], 0.25), bias: vector('conv/bias', 0.1) }, one);
  const norm = { gamma: vector('gamma', 0.1, 1), beta: vector('beta', 0.1), mean: vector('moving-mean', 0.1), variance: weight('variance', [CHANNELS], 0.05, 1) };
  node('batch-norm', 'batchNorm', ['conv'], norm, { epsilon: 1e-3 });
  node('relu', 'relu', ['batch-norm']);
  node('depthwise', 'depthwiseConv2d', ['relu'], { kernel: weight('depthwise', [3, 3, CHANNELS, 1], 0.4) }, one);
  node('relu6', 'relu6', ['depthwise']);
  node('softplus', 'softplus', ['depthwise']);
  node('sum', 'add', ['relu6', 'softplus']);
  node('squeezed', 'meanPool', ['relu']);
  dense('excited', 'squeezed', CHANNELS);
  node('gate', 'sigmoid', ['excited']);
  node('gate-map', 'reshape', ['gate'], {}, { shape: [1, 1, CHANNELS] });
  node('gated', 'mul', ['sum', 'gate-map']);
  node('rolled', 'roll', ['gated'], {}, { by: [1, -2] });
  node('pool', 'maxPool', ['rolled'], {}, { size: [2, 2], strides: [2, 2], pad: 'valid' });
  node('tokens', 'reshape', ['pool'], {}, { shape: [TOKENS, CHANNELS] });
  node('with-class', 'prependToken', ['tokens'], { value: weight('class', [1, 1, CHANNELS], 0.5) });
  node('placed', 'addParam', ['with-class'], { value: weight('place', [1, TOKENS + 1, CHANNELS], 0.2) });
  node('layer-norm', 'layerNorm', ['placed'], { gamma: vector('scale', 0.1, 1), beta: vector('shift', 0.1) }, { epsilon: 1e-5 });
  for (const name of ['query', 'key', 'value']) {
    dense(name, 'layer-norm', CHANNELS);
    node(`${name}-heads`, 'splitHeads', [name], {}, { heads: 2 });
  }
  node('scores', 'matMul', ['query-heads', 'key-heads'], {}, { transposeB: true, scale: 0.5 });
  node('attention', 'softmax', ['scores']);
  node('mixed', 'matMul', ['attention', 'value-heads']);
  node('merged', 'mergeHeads', ['mixed']);
  node('gelu', 'gelu', ['merged']);
  node('residual', 'add', ['placed', 'gelu']);
  node('class-token', 'takeToken', ['residual'], {}, { index: 0 });
  node('mean-token', 'meanTokens', ['residual']);
  node('turned', 'transpose', ['pool'], {}, { perm: [0, 2, 1, 3] });
  node('mean-place', 'meanPool', ['turned']);
  node('averaged', 'averagePool', ['rolled'], {}, { size: [3, 3], strides: [2, 2], pad: 'same' });
  node('silu', 'silu', ['averaged']);
  node('both', 'concat', ['pool', 'silu']);
  node('mean-both', 'meanPool', ['both']);
  node('head-both', 'dense', ['mean-both'], { kernel: weight('head-both', [2 * CHANNELS, CLASSES], 0.35) });
  for (const from of ['class-token', 'mean-token', 'mean-place']) dense(`head-${from}`, from, CLASSES);
  node('logits', 'add', ['head-class-token', 'head-mean-token', 'head-mean-place', 'head-both']);
  return { input: 'image', output: 'logits', nodes, features: { node: 'pool' } };
}
