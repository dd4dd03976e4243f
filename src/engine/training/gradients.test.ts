import { beforeAll, describe, expect, it } from 'vitest';
import { OPS, type Attrs, type Inputs, type Op, type Weights } from '../graph/ops/index.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { draft, filled } from '../models/draft.ts';
import { disposeGraph } from '../graph/derived.ts';
import { toGraph, type PlainGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { lossGradients } from './gradients.ts';

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
