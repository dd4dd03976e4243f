/** Score-CAM against plain loops over numbers: the enlarging, the scaling and the softmax are written out again. */
import { describe, expect, test } from 'vitest';
import { explain } from '../explain.ts';
import { forward, record, type Graph } from '../graph/graph.ts';
import { architecture, ARCHITECTURES } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { toyCnn, toyImage, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { featureChannels, featuresOf, onGrid } from './grid.ts';
import { scoreCam, strongest } from './scoreCam.ts';

await useBackend('cpu');

const SIDE = 8;
const x = toyImage();
const pixels = Array.from(x.dataSync());
const PARAMS = { relu: false, layer: 1, upsampling: 'nearest', weights: 'softmax', baseline: 'black', channels: 256 };

/** Bilinear, half-pixel centres, clamped edges: entry (r, c) of an 8 × 8 image of an n × n map. */
function enlarged(map: readonly number[], n: number): number[] {
  const reach = (at: number) => {
    const place = ((at + 0.5) * n) / SIDE - 0.5;
    const low = Math.floor(place);
    const inside = (i: number) => Math.min(n - 1, Math.max(0, i));
    return { low: inside(low), high: inside(low + 1), share: place - low };
  };
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [row, column] = [reach(Math.floor(i / SIDE)), reach(i % SIDE)];
    const along = (r: number) => map[r * n + column.low]! * (1 - column.share) + map[r * n + column.high]! * column.share;
    return along(row.low) * (1 - row.share) + along(row.high) * row.share;
  });
}

const logitOf = (graph: Graph, image: readonly number[], target: number): number => tf.tidy(() => forward(graph, tf.tensor(image as number[], x.shape)).dataSync()[target]!);

/** A_k as n × n maps. */
function mapsOf(graph: Graph): { maps: number[][]; n: number } {
  return tf.tidy(() => {
    const features = onGrid(record(graph, x).value.get(graph.features!.node)!, graph.features!.tokens);
    const [, n, , channels] = features.shape;
    const data = features.dataSync();
    return { n, maps: Array.from({ length: channels }, (_, k) => Array.from({ length: n * n }, (__, p) => data[p * channels + k]!)) };
  });
}

const channelsOf = (graph: Graph, layer = 1) => featureChannels(graph, featuresOf(graph, layer), 3);

/** Scores of the masked images, and the map in blocks for given weights. */
function literal(graph: Graph, target: number, fill: number) {
  const { maps, n } = mapsOf(graph);
  const found = maps.map((map) => {
    const large = enlarged(map, n);
    const [low, high] = [Math.min(...large), Math.max(...large)];
    const mask = large.map((v) => (high > low ? (v - low) / (high - low) : 0));
    return logitOf(graph, pixels.map((v, i) => fill + mask[Math.floor(i / 3)]! * (v - fill)), target);
  });
  const block = SIDE / n;
  const painted = (weights: readonly number[]) =>
    Array.from({ length: SIDE * SIDE }, (_, i) => {
      const p = Math.floor(i / SIDE / block) * n + Math.floor((i % SIDE) / block);
      return maps.reduce((sum, map, k) => sum + (weights[k] ?? 0) * map[p]!, 0);
    });
  return { found, painted };
}

function softmax(values: readonly number[]): number[] {
  const powers = values.map((v) => Math.exp(v - Math.max(...values)));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((v) => v / total);
}

describe.each(Object.entries({ cnn: toyCnn(), 'tokens on their grid': toyTransformer() }))('against plain loops, %s', (_, graph) => {
  test('softmax of the scores, faded to black; f(b) cancels', async () => {
    const { found, painted } = literal(graph, 2, 0);
    const empty = logitOf(graph, pixels.map(() => 0), 2);
    const want = painted(softmax(found.map((v) => v - empty)));
    expect(distance((await fieldOf(scoreCam, graph, x, { params: PARAMS })).data, want)).toBeLessThan(1e-5 * largest(want));
    const cut = await fieldOf(scoreCam, graph, x, { params: { ...PARAMS, relu: true } });
    expect(distance(cut.data, want.map((v) => Math.max(0, v)))).toBeLessThan(1e-5 * largest(want));
  });

  test('the rise of the score itself, faded to white', async () => {
    const { found, painted } = literal(graph, 1, 1);
    const empty = logitOf(graph, pixels.map(() => 1), 1);
    const want = painted(found.map((v) => v - empty));
    const { data } = await fieldOf(scoreCam, graph, x, { target: 1, params: { ...PARAMS, weights: 'increase', baseline: 'white' } });
    expect(distance(data, want)).toBeLessThan(1e-4 * largest(want));
  });

  test('fewer channels: those of the largest mean activation, alone', async () => {
    const { maps } = mapsOf(graph);
    const strength = maps.map((map) => map.reduce((sum, v) => sum + Math.abs(v), 0) / map.length);
    const kept = [...strength.keys()].sort((a, b) => strength[b]! - strength[a]!).slice(0, 2);
    const { found, painted } = literal(graph, 2, 0);
    const share = softmax(kept.map((k) => found[k]!));
    const want = painted(maps.map((_map, k) => (kept.includes(k) ? share[kept.indexOf(k)]! : 0)));
    expect(distance((await fieldOf(scoreCam, graph, x, { params: { ...PARAMS, channels: 2 } })).data, want)).toBeLessThan(1e-5 * largest(want));
  });
});

test('a channel that is the same everywhere shows the empty image, and no NaN', async () => {
  const graph: Graph = { ...toyCnn(), nodes: toyCnn().nodes.map((node) => (node.id === 'depthwise' ? { ...node, weights: { ...node.weights, bias: tf.fill([4], -1e4) } } : node)) };
  expect(largest((await fieldOf(scoreCam, graph, x, { params: PARAMS })).data)).toBe(0);
});

test('ties go to the first channel, and the kept ones stand in their own order', () => {
  expect(strongest([1, 3, 3, 0, 3], 2)).toEqual([1, 2]);
  expect(strongest([1, 3, 2, 5], 3)).toEqual([1, 2, 3]);
});

test('the channels of the zoo’s features are read off their weights', () => {
  const widths = Object.fromEntries(ARCHITECTURES.map(({ id }) => [id, channelsOf(toGraph(architecture(id).build(0, 12)))]));
  expect(widths).toEqual({
    'vgg-7': 128, 'resnet-10': 96, 'resnet-18': 96, 'densenet-16': 176, 'inception-s': 192, 'mobilenet-s': 192, 'mobilenet-xs': 48, 'efficientnet-s': 160,
    'convnext-s': 128, 'vit-s8': 64, 'vit-xs8': 48, 'swin-s': 64, 'hybrid-s': 64, 'mixer-s': 64, 'linear': 3,
  });
  expect(channelsOf(toyCnn())).toBe(4);
  expect(channelsOf(toGraph(architecture('mobilenet-s').build(0, 12)), 0)).toBe(16);
  expect(channelsOf(toGraph(architecture('mobilenet-s').build(0, 12)), 1 / 14)).toBe(16); // after a depthwise layer
  expect(channelsOf(toGraph(architecture('vit-s8').build(0, 12)), 0.5)).toBe(64);
  const pixelsOnly: Graph = { input: 'image', output: 'pool', features: { node: 'act' }, nodes: [{ id: 'act', op: 'relu', inputs: ['image'], weights: {}, attrs: {} }, { id: 'pool', op: 'meanPool', inputs: ['act'], weights: {}, attrs: {} }] };
  expect(channelsOf(pixelsOnly)).toBe(3);
});

test('grows before the eye: a partial map comes before the whole, and the passes are those declared', async () => {
  const graph = toyCnn();
  let partials = 0;
  const host = { ...testHost({ batch: 2 }), partial: () => partials++ };
  const { passes } = await explain({ graph, method: scoreCam, x, target: 2, seed: 0, params: { weights: 'increase' } }, host);
  expect(partials).toBe(1);
  expect(passes).toEqual({ forward: 6, backward: 0 });
  expect(scoreCam.passes({ ...PARAMS, weights: 'increase' } as never, { graph, shape: [8, 8, 3], classes: 5 })).toEqual({ forward: 6, backward: 0, exact: true });
});
