import { beforeAll, describe, expect, it } from 'vitest';
import { OPS, type Attrs, type Inputs, type Op, type Weights } from '../graph/ops/index.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { normals } from '../math/rng.ts';
import { draft, filled } from '../models/draft.ts';
import { disposeGraph } from '../graph/derived.ts';
import { toGraph, type PlainGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { lossGradients, type Sink } from './gradients.ts';

/** One of every op that has weights, small. */
function small(): PlainGraph {
  const d = draft(3);
  let x = d.node('a', 'relu', [d.conv('conv', 'preprocess', { from: 3, to: 4, stride: 2 })]);
  x = d.node('b', 'relu6', [d.depthwise('depthwise', x, 4, 1)]);
  x = d.node('tokens', 'reshape', [x], {}, { shape: [16, 4] });
  x = d.node('class', 'prependToken', [x], { value: d.random('class', [1, 1, 4], 1) });
  x = d.node('position', 'addParam', [x], { value: d.random('position', [1, 17, 4], 1) });
  x = d.node('norm', 'layerNorm', [x], { gamma: d.random('gamma', [4], 1), beta: filled([4], 0.1) }, { epsilon: 1e-5 });
  x = d.node('gelu', 'gelu', [d.dense('dense', x, 4, 6)]);
  return d.finish(d.dense('logits', d.node('pool', 'meanTokens', [x]), 6, 3), { node: 'gelu' });
}

/** The ops without weights that newer architectures have, between layers that have some: a concatenation, a roll, a pool of means, a gate. All smooth. */
function branched(): PlainGraph {
  const d = draft(4);
  const stem = d.node('a', 'silu', [d.conv('stem', 'preprocess', { from: 3, to: 4, stride: 2 })]);
  const branch = d.node('b', 'silu', [d.conv('branch', stem, { from: 4, to: 3 })]);
  const both = d.node('both', 'concat', [stem, branch]);
  const pooled = d.node('pooled', 'averagePool', [d.node('rolled', 'roll', [both], {}, { by: [1, -1] })], {}, { size: [2, 2], strides: [2, 2], pad: 'valid' });
  const gate = d.node('gate', 'sigmoid', [d.dense('squeeze', d.node('mean', 'meanPool', [pooled]), 7, 7, 2)]);
  const gated = d.node('gated', 'mul', [pooled, d.node('gate-map', 'reshape', [gate], {}, { shape: [1, 1, 7] })]);
  const flat = d.node('flat', 'reshape', [gated], {}, { shape: [28] }); // not the mean, which would not see the roll
  return d.finish(d.dense('logits', flat, 28, 3), { node: 'gated' });
}

/** The same loss written for TensorFlow.js's own gradients: training-mode normalisation by tf.moments. */
function reference(graph: Graph, x: tf.Tensor, labels: readonly number[], smoothing: number): { loss: tf.Scalar } {
  const value = new Map([[graph.input, x]]);
  const moments = (node: Node, y: tf.Tensor) => {
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    return tf.batchNorm(y as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, node.weights.beta as tf.Tensor1D, node.weights.gamma as tf.Tensor1D, node.attrs.epsilon as number);
  };
  for (const node of graph.nodes) {
    const xs = node.inputs.map((id) => value.get(id)!) as unknown as Inputs;
    value.set(node.id, node.op === 'batchNorm' ? moments(node, xs[0]) : (OPS[node.op] as Op).forward(xs, node.weights as Weights, node.attrs as Attrs));
  }
  const wanted = tf.add(tf.mul(tf.oneHot(tf.tensor1d([...labels], 'int32'), 3), 1 - smoothing), smoothing / 3);
  return { loss: tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(value.get(graph.output)!)), -1))) };
}

/** The graph that the trainer sees: without its first node. */
const afterPreprocess = (plain: PlainGraph): PlainGraph => ({ ...plain, input: 'preprocess', nodes: plain.nodes.slice(1) });

describe.each(['cpu', 'wasm'] as const)('loss gradients on %s', (backend) => {
  beforeAll(() => useBackend('cpu'));

  it('are those of tf.grads for every weight of every op, and leave no tensor', async () => {
    const plain = afterPreprocess(small());
    const labels = [0, 2, 1];
    const expected = new Map<string, Float32Array>();
    let loss = NaN;
    tf.tidy(() => {
      const graph = toGraph(plain);
      const x = tf.randomNormal([3, 8, 8, 3], 0, 1, 'float32', 5);
      const names = graph.nodes.flatMap((node) => Object.keys(node.weights).filter((n) => node.op !== 'batchNorm' || n === 'gamma' || n === 'beta').map((n) => [node.id, n] as const));
      const weights = names.map(([id, n]) => graph.nodes.find((node) => node.id === id)!.weights[n]!);
      const f = (...args: tf.Tensor[]) => {
        const at = new Map(names.map((name, i) => [name.join('/'), args[i]!]));
        const nodes = graph.nodes.map((node) => ({ ...node, weights: Object.fromEntries(Object.entries(node.weights).map(([n, w]) => [n, at.get(`${node.id}/${n}`) ?? w])) }));
        return reference({ ...graph, nodes }, x, labels, 0.1).loss;
      };
      const { value, grads } = tf.valueAndGrads(f)(weights);
      names.forEach((name, i) => expected.set(name.join('/'), Float32Array.from(grads[i]!.dataSync())));
      loss = value.dataSync()[0]!;
    });

    await useBackend(backend);
    const graph = toGraph(plain);
    const x = tf.randomNormal([3, 8, 8, 3], 0, 1, 'float32', 5);
    const before = tf.memory().numTensors;
    const got = new Map<string, Float32Array>();
    const step = lossGradients(graph, x, labels, 0.1, { gradient: (node, name, values) => got.set(`${node}/${name}`, values.slice()), statistics: () => {} });
    expect(tf.memory().numTensors).toBe(before);
    disposeGraph(graph);
    x.dispose();
    await useBackend('cpu');

    expect(step.loss).toBeCloseTo(loss, 5);
    expect([...got.keys()].sort()).toEqual([...expected.keys()].sort());
    const largest = Math.max(...[...expected.values()].flatMap((v) => Array.from(v, Math.abs)));
    for (const [name, values] of expected) values.forEach((value, i) => expect(Math.abs(got.get(name)![i]! - value), name).toBeLessThanOrEqual(2e-5 * largest));
  });
});

describe('loss gradients through branches, gates and pools', () => {
  it('are the slopes of the loss along a random direction in every weight', async () => {
    await useBackend('cpu');
    const plain = afterPreprocess(branched());
    const labels = [0, 2, 1];
    const x = tf.randomNormal([3, 8, 8, 3], 0, 1, 'float32', 5);
    const run = (network: PlainGraph, gradient: Sink['gradient'] = () => {}): number => {
      const graph = toGraph(network);
      const { loss } = lossGradients(graph, x, labels, 0.1, { gradient, statistics: () => {} });
      disposeGraph(graph);
      return loss;
    };
    const got = new Map<string, Float32Array>();
    run(plain, (node, name, values) => got.set(`${node}/${name}`, values.slice()));
    const STEP = 0.01;
    const moved = (id: string, name: string, along: Float32Array, step: number): PlainGraph => ({
      ...plain,
      nodes: plain.nodes.map((node) => (node.id === id ? { ...node, weights: { ...node.weights, [name]: { ...node.weights[name]!, values: node.weights[name]!.values.map((v, i) => v + step * along[i]!) } } } : node)),
    });
    expect([...got.keys()].sort()).toEqual(['branch-linear/kernel', 'branch/beta', 'branch/gamma', 'logits/bias', 'logits/kernel', 'squeeze/bias', 'squeeze/kernel', 'stem-linear/kernel', 'stem/beta', 'stem/gamma']);
    for (const [at, values] of got) {
      const [id, name] = at.split('/') as [string, string];
      const along = normals(11, at, 0, values.length).map((z) => z / Math.sqrt(values.length));
      const rise = (h: number) => (run(moved(id, name, along, h)) - run(moved(id, name, along, -h))) / (2 * h);
      const slope = (4 * rise(STEP) - rise(2 * STEP)) / 3; // Richardson: the error falls with the fourth power of the step
      const expected = values.reduce((sum, v, i) => sum + v * along[i]!, 0);
      const size = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
      expect(size, at).toBeGreaterThan(1e-4);
      expect(Math.abs(slope - expected), at).toBeLessThan(2e-5 + 1e-2 * size);
    }
    x.dispose();
  });
});
