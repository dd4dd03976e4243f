/** Grad-CAM++ and LayerCAM against plain loops over numbers, closed forms, and the deconvnet's walk by hand. */
import { describe, expect, test } from 'vitest';
import { backward, gradient, record, type Graph } from '../graph/graph.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest } from '../testing/laws.ts';
import { toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { gradCam, gradCamPlusPlus, layerCam } from './cams.ts';
import { deconvnet } from './deconvnet.ts';
import { scoreSeed } from './score.ts';

await useBackend('cpu');

const SIDE = 8;
const RAW = { relu: false, layer: 1, upsampling: 'nearest', guided: false };

/** Convolution, ReLU, then a dense layer over every place, so that slopes differ from place to place. */
function flatNet(): Graph {
  return {
    input: 'image',
    output: 'logits',
    features: { node: 'map' },
    nodes: [
      { id: 'conv', op: 'conv2d', inputs: ['image'], weights: { kernel: toyWeight('cam/conv', [3, 3, 3, 4]) }, attrs: { strides: [1, 1], pad: 'same' } },
      { id: 'map', op: 'relu', inputs: ['conv'], weights: {}, attrs: {} },
      { id: 'flat', op: 'reshape', inputs: ['map'], weights: {}, attrs: { shape: [SIDE * SIDE * 4] } },
      { id: 'hidden', op: 'dense', inputs: ['flat'], weights: { kernel: toyWeight('cam/hidden', [SIDE * SIDE * 4, 6], 0.1) }, attrs: {} },
      { id: 'active', op: 'relu', inputs: ['hidden'], weights: {}, attrs: {} },
      { id: 'logits', op: 'dense', inputs: ['active'], weights: { kernel: toyWeight('cam/logits', [6, 5]) }, attrs: {} },
    ],
  };
}

/** A[place][channel] and ∂logit/∂A of the feature node, as plain numbers. */
function featuresAndSlopes(graph: Graph, x: tf.Tensor, target: number): { A: number[][]; g: number[][] } {
  const { node } = graph.features!;
  return tf.tidy(() => {
    const tape = record(graph, x);
    const slopes = backward(tape, scoreSeed(tape.value.get(graph.output)!, target, { kind: 'logit' }), gradient, { keep: [node] }).get(node)!;
    const rowsOf = (t: tf.Tensor) => tf.reshape(t, [-1, t.shape.at(-1)!]).arraySync() as number[][];
    return { A: rowsOf(tape.value.get(node)!), g: rowsOf(slopes) };
  });
}

/** The papers' sums, written out over numbers; `wanted` of a place is Σ_k w_k[p] A_k[p]. */
function literal(kind: 'plus-plus' | 'layer', { A, g }: { A: number[][]; g: number[][] }): number[] {
  const channels = A[0]!.length;
  const total = Array.from({ length: channels }, (_, k) => A.reduce((sum, row) => sum + row[k]!, 0));
  const weight = (k: number): number => {
    let w = 0;
    for (const row of g) {
      const slope = row[k]!;
      const below = 2 * slope ** 2 + slope ** 3 * total[k]!;
      const alpha = below === 0 ? 0 : slope ** 2 / below;
      w += alpha * Math.max(slope, 0);
    }
    return w;
  };
  return A.map((row, p) => row.reduce((sum, a, k) => sum + a * (kind === 'layer' ? Math.max(g[p]![k]!, 0) : weight(k)), 0));
}

const NETS = { 'pooled head': toyCnn(), 'dense head': flatNet() };

describe.each(Object.entries(NETS))('against plain loops, %s', (_, graph) => {
  const x = toyImage();
  test.each([['grad-cam-plus-plus', gradCamPlusPlus, 'plus-plus'], ['layer-cam', layerCam, 'layer']] as const)('%s', async (_id, method, kind) => {
    const want = literal(kind, featuresAndSlopes(graph, x, 2));
    const { data } = await fieldOf(method, graph, x, { params: RAW });
    expect(largest(want)).toBeGreaterThan(0);
    expect(distance(data, want)).toBeLessThan(1e-5 * largest(want));
    const cut = await fieldOf(method, graph, x, { params: { ...RAW, relu: true } });
    expect(distance(cut.data, want.map((v) => Math.max(v, 0)))).toBeLessThan(1e-5 * largest(want));
  });
});

test.each([gradCamPlusPlus, layerCam])('$id of an earlier layer is that of a model which names that layer', async (method) => {
  const graph = toyCnn();
  const early = { ...graph, features: { node: 'act1' } };
  const want = literal(method === layerCam ? 'layer' : 'plus-plus', featuresAndSlopes(early, toyImage(), 2));
  const { data } = await fieldOf(method, graph, toyImage(), { params: { ...RAW, layer: 0 } });
  expect(distance(data, want)).toBeLessThan(1e-5 * largest(want));
});

describe('closed forms', () => {
  const x = toyImage();
  /** With the mean over all places and one dense layer: ∂f/∂A_k[p] = W[k, c] / 64 everywhere. */
  const graph = toyCnn();
  const HEAD = graph.nodes.at(-1)!.weights.kernel!.arraySync() as number[][];
  const { A } = featuresAndSlopes(graph, x, 2);

  test('Grad-CAM of a pooled head is the class activation map, over the number of places', async () => {
    const { data } = await fieldOf(gradCam, graph, x, { params: RAW });
    const cam = A.map((row) => row.reduce((sum, a, k) => sum + a * HEAD[k]![2]!, 0) / 64);
    expect(distance(data, cam)).toBeLessThan(1e-6 * largest(cam) + 1e-8);
  });

  test('LayerCAM of a pooled head is Grad-CAM without its negative weights', async () => {
    const { data } = await fieldOf(layerCam, graph, x, { params: RAW });
    const cam = A.map((row) => row.reduce((sum, a, k) => sum + a * Math.max(HEAD[k]![2]!, 0), 0) / 64);
    expect(HEAD.some((row) => row[2]! < 0)).toBe(true);
    expect(distance(data, cam)).toBeLessThan(1e-6 * largest(cam) + 1e-8);
  });

  test('Grad-CAM++ of a pooled head: w_k = relu(W) / (2 + W · mean A_k)', async () => {
    const { data } = await fieldOf(gradCamPlusPlus, graph, x, { params: RAW });
    const mean = (k: number) => A.reduce((sum, row) => sum + row[k]!, 0) / 64;
    const cam = A.map((row) => row.reduce((sum, a, k) => sum + (a * Math.max(HEAD[k]![2]!, 0)) / (2 + HEAD[k]![2]! * mean(k)), 0));
    expect(distance(data, cam)).toBeLessThan(1e-5 * largest(cam));
  });

  test('Grad-CAM++ keeps its weights where cubes of slopes are below the smallest float', async () => {
    const faint: Graph = { ...graph, nodes: graph.nodes.map((node) => (node.id === 'logits' ? { ...node, weights: { kernel: tf.mul(node.weights.kernel!, 1e-16) } } : node)) };
    const { data } = await fieldOf(gradCamPlusPlus, faint, x, { params: RAW });
    const cam = A.map((row) => row.reduce((sum, a, k) => sum + (a * 1e-16 * Math.max(HEAD[k]![2]!, 0)) / 2, 0));
    expect(distance(data, cam)).toBeLessThan(1e-5 * largest(cam));
  });

  test.each([gradCamPlusPlus, layerCam])('$id is 0, and no NaN, where no feature is active', async (method) => {
    const dead: Graph = { ...graph, nodes: graph.nodes.map((node) => (node.id === 'depthwise' ? { ...node, weights: { ...node.weights, bias: tf.fill([4], -1e4) } } : node)) };
    const { data } = await fieldOf(method, dead, x, { params: RAW });
    expect(largest(data)).toBe(0);
  });
});

test.each([gradCamPlusPlus, layerCam])("$id lays a transformer's tokens on their grid, and says why it does not apply", async (method) => {
  const { data } = await fieldOf(method, toyTransformer(), toyImage(), { params: RAW });
  for (const [row, column] of [[0, 0], [0, 4], [4, 0], [4, 4]] as const) expect(data[SIDE * (row + 3) + column + 3]).toBe(data[SIDE * row + column]);
  expect(method.needs({ ...toyCnn(), features: undefined }, { ...RAW, relu: true } as never)).toContain(`${method.title} needs spatial features`);
  expect(method.needs(toyTransformer(), { ...RAW, guided: true } as never)).toContain('GELU');
});

test('deconvnet lets positive signals through a rectifier that is off, and no negative ones through one that is on', async () => {
  const graph: Graph = {
    input: 'x',
    output: 'logits',
    nodes: [
      { id: 'z', op: 'dense', inputs: ['x'], weights: { kernel: tf.tensor2d([[1, -1, 2]]) }, attrs: {} },
      { id: 'a', op: 'relu', inputs: ['z'], weights: {}, attrs: {} },
      { id: 'logits', op: 'dense', inputs: ['a'], weights: { kernel: tf.tensor2d([[3, -3], [5, 5], [-4, 4]]) }, attrs: {} },
    ],
  };
  const one = tf.tensor2d([[0.5]]); // z = [.5, −.5, 1]: the second rectifier is off
  expect(Array.from((await fieldOf(deconvnet, graph, one, { target: 0 })).data)).toEqual([3 - 5]);
  expect(Array.from((await fieldOf(deconvnet, graph, one, { target: 1 })).data)).toEqual([-5 + 8]);
  expect(deconvnet.needs(toyTransformer(), {})).toContain('GELU');
});

test('deconvnet gives a window of equal entries to its first', async () => {
  const graph: Graph = {
    input: 'x',
    output: 'logits',
    nodes: [
      { id: 'a', op: 'relu', inputs: ['x'], weights: {}, attrs: {} },
      { id: 'pool', op: 'maxPool', inputs: ['a'], weights: {}, attrs: { size: [2, 2], strides: [2, 2], pad: 'valid' } },
      { id: 'flat', op: 'reshape', inputs: ['pool'], weights: {}, attrs: { shape: [4] } },
      { id: 'logits', op: 'dense', inputs: ['flat'], weights: { kernel: tf.tensor2d([[1, 0], [2, 0], [3, 0], [4, 0]]) }, attrs: {} },
    ],
  };
  const { data } = await fieldOf(deconvnet, graph, tf.zeros([1, 4, 4, 1]), { target: 0 });
  expect(Array.from(data)).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]);
});
