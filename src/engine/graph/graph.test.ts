/** The walk: the gradient of whole networks, what it keeps and frees, and its errors. */
import { describe, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.ts';
import { distance, largest } from '../testing/laws.ts';
import { TOY_CLASSES, toyCnn, toyImage, toyImported, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { canonize } from './canonize.ts';
import { derived, disposeGraph } from './derived.ts';
import { backward, forward, gradient, record, type Graph } from './graph.ts';
import { nodeSizes, sizeOf } from './size.ts';

await useBackend('cpu');

const NETS = { cnn: toyCnn(), softplus: toyCnn({ activation: 'softplus' }), transformer: toyTransformer(), imported: toyImported() };
const seed = () => tf.tensor2d([[1, -2, 0.5, 3, 0]], [1, TOY_CLASSES]);

describe.each(Object.entries(NETS))('%s', (_, graph: Graph) => {
  const x = toyImage();

  test('its gradient is that of tf.grad', () => {
    const ours = tf.tidy(() => backward(record(graph, x), seed(), gradient).get(graph.input)!);
    const stock = tf.grad((z) => tf.sum(tf.mul(record(graph, z).value.get(graph.output)!, seed())))(x);
    expect(distance(ours.dataSync(), stock.dataSync())).toBeLessThan(1e-5 * largest(stock.dataSync()));
  });

  test('forward and record agree; forward leaves one tensor', () => {
    const before = tf.memory().numTensors;
    const y = forward(graph, x);
    expect(tf.memory().numTensors).toBe(before + 1);
    const recorded = tf.tidy(() => record(graph, x).value.get(graph.output)!.dataSync());
    expect(distance(y.dataSync(), recorded)).toBe(0);
    y.dispose();
  });

  test('two walks over one tape are two walks over two', () => {
    const alone = tf.tidy(() => backward(record(graph, x), seed(), gradient).get(graph.input)!.dataSync());
    tf.tidy(() => {
      const tape = record(graph, x);
      backward(tape, tf.ones([1, TOY_CLASSES]), gradient, { reuse: true });
      expect(distance(backward(tape, seed(), gradient).get(graph.input)!.dataSync(), alone)).toBe(0);
    });
  });

  test('differentiates a second time: the outer gradient of |∇f|² against finite differences', () => {
    const squared = (z: tf.Tensor) => tf.sum(tf.square(backward(record(graph, z), seed(), gradient, { free: false }).get(graph.input)!));
    const got = tf.grad(squared)(x).dataSync();
    const data = x.dataSync();
    const at = (i: number, h: number) => tf.tidy(() => squared(tf.tensor(data.map((v, n) => (n === i ? v + h : v)), x.shape)).dataSync()[0]!);
    for (const i of [0, 50, 100, 191]) expect(Math.abs(got[i]! - (at(i, 1e-3) - at(i, -1e-3)) / 2e-3)).toBeLessThan(2e-2 * largest(got) + 1e-4);
  });
});

test('keeps the value and the signal of the nodes asked for, and stops there', () => {
  const graph = NETS.cnn;
  tf.tidy(() => {
    const tape = record(graph, toyImage());
    const crossed: string[] = [];
    const signals = backward(tape, seed(), (step) => (crossed.push(step.node.id), gradient(step)), { keep: ['act3'] });
    expect([...signals.keys()]).toEqual(['act3']);
    expect(crossed).toEqual(['logits', 'pool']);
    expect(tape.value.get('act3')!.isDisposed).toBe(false);
    expect(tape.value.get('logits')!.isDisposed).toBe(true);
  });
});

test('frees values and signals on the way: what stays is the signal at the input', () => {
  const x = toyImage();
  const before = tf.memory().numTensors;
  const tape = record(NETS.cnn, x);
  const start = seed();
  const signal = backward(tape, start, gradient).get('image')!;
  tf.dispose([signal, start]);
  expect(tf.memory().numTensors).toBe(before);
});

test('names a node that reads what nobody gives, and an output that is not there', () => {
  const graph: Graph = { ...NETS.cnn, nodes: NETS.cnn.nodes.filter(({ id }) => id !== 'conv1') };
  expect(() => tf.tidy(() => void record(graph, toyImage()))).toThrow("node 'act1' (relu) reads 'conv1'");
  expect(() => tf.tidy(() => forward({ ...NETS.cnn, output: 'end' }, toyImage()))).toThrow("no node 'end'");
});

describe('canonize', () => {
  const norm = (id: string, input: string, n: number) => ({
    id,
    op: 'batchNorm' as const,
    inputs: [input],
    attrs: { epsilon: 1e-3 },
    weights: { gamma: toyWeight(`${id}/gamma`, [n]), beta: toyWeight(`${id}/beta`, [n]), mean: toyWeight(`${id}/mean`, [n]), variance: tf.abs(toyWeight(`${id}/variance`, [n])) },
  });
  /** The toy CNN with a normalisation after conv1, after the depthwise layer and after the residual sum (which cannot be folded). */
  const net = (): Graph => {
    const reread: Readonly<Record<string, string>> = { act1: 'norm1', act3: 'norm3', act2: 'norm2' };
    const nodes = toyCnn().nodes.flatMap((node) => {
      const own = reread[node.id] ? { ...node, inputs: [reread[node.id]!] } : node;
      const after = { conv1: norm('norm1', 'conv1', 4), depthwise: norm('norm3', 'depthwise', 4), sum: norm('norm2', 'sum', 4) }[node.id];
      return after ? [own, after] : [own];
    });
    return { ...toyCnn(), nodes };
  };

  test('gives the same logits with fewer nodes', () => {
    const graph = net();
    const folded = canonize(graph);
    expect(folded.nodes.map(({ id }) => id)).toEqual(['preprocess', 'norm1', 'act1', 'conv2', 'sum', 'norm2', 'act2', 'norm3', 'act3', 'pool', 'logits']);
    const [a, b] = [forward(graph, toyImage()), forward(folded, toyImage())];
    expect(distance(a.dataSync(), b.dataSync())).toBeLessThan(1e-5 * largest(a.dataSync()));
  });

  test('folds into a grouped convolution', () => {
    const { nodes, ...rest } = toyImported();
    const graph: Graph = { ...rest, nodes: nodes.flatMap((node) => (node.id === 'swish' ? [norm('normed', 'grouped', 4), { ...node, inputs: ['normed'] }] : [node])) };
    const folded = canonize(graph);
    expect(folded.nodes.find(({ id }) => id === 'normed')!.op).toBe('groupConv2d');
    expect(folded.nodes).toHaveLength(nodes.length);
    const [a, b] = [forward(graph, toyImage()), forward(folded, toyImage())];
    expect(distance(a.dataSync(), b.dataSync())).toBeLessThan(1e-5 * largest(a.dataSync()));
  });

  test('leaves a layer alone that is read elsewhere or is the feature node', () => {
    const graph = net();
    expect(canonize({ ...graph, features: { node: 'conv1' } }).nodes.map(({ id }) => id)).toContain('conv1');
    const reader = { id: 'other', op: 'add' as const, inputs: ['depthwise', 'depthwise'], weights: {}, attrs: {} };
    expect(canonize({ ...graph, nodes: [...graph.nodes, reader] }).nodes.map(({ id }) => id)).toContain('depthwise');
  });

  test('both graphs can be freed, in any order', () => {
    const before = tf.memory().numTensors;
    let graph = NETS.cnn;
    tf.tidy(() => {
      graph = net();
      graph.nodes.forEach((node) => Object.values(node.weights).forEach((w) => tf.keep(w)));
    });
    const folded = canonize(graph);
    disposeGraph(graph);
    disposeGraph(folded);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('derived weights are made once, and freed with the graph', () => {
  const graph = toyCnn();
  const kernel = graph.nodes[1]!.weights.kernel!;
  let made = 0;
  const positive = () => derived(kernel, 'test', (w) => (made++, tf.relu(w)));
  expect(positive()).toBe(positive());
  expect(made).toBe(1);
  const kept = positive();
  disposeGraph(graph);
  expect(kept.isDisposed).toBe(true);
});

test('the size of a network is that of its tape and weights', () => {
  const { tapeBytes, parameters, multiplyAdds } = sizeOf(NETS.cnn, [8, 8, 3]);
  expect(tapeBytes).toBe(4 * (64 * 3 + 7 * 64 * 4 + 4 + 5));
  expect(parameters).toBe(6 + 112 + 148 + 40 + 25);
  expect(multiplyAdds).toBe(64 * (108 + 144 + 36) + 20);
});

test('a grouped convolution costs what its groups cost; resizing multiplies, and has no parameters', () => {
  const sizes = new Map(nodeSizes(NETS.imported, [8, 8, 3]).map((size) => [size.id, size]));
  expect(sizes.get('grouped')).toMatchObject({ shape: [4, 4, 4], parameters: 9 * 2 * 4 + 4, multiplyAdds: 4 * 4 * 4 * 9 * 2 });
  expect(sizes.get('resized')).toMatchObject({ shape: [8, 8, 4], parameters: 0, multiplyAdds: 4 * (8 * 4 * 4 + 8 * 8 * 4) });
});
