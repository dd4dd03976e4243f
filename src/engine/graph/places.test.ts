/** The spatial layers of the zoo and of toys, held against the shapes of a recorded pass. */
import { expect, test } from 'vitest';
import { registerWasmKernels } from '../kernels/index.ts';
import { featureChannels } from '../methods/grid.ts';
import { ARCHITECTURES, architecture, type Architecture } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { toyCnn, toyImage, toyImported, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { canonize } from './canonize.ts';
import { backward, gradient, record, type Features, type Graph, type Node } from './graph.ts';
import type { Attrs, OpName } from './ops/index.ts';
import { layerAt, placesOf, spatialLayers } from './places.ts';

await useBackend('wasm');
await registerWasmKernels();

const made = new Map<string, Graph>();
function zoo({ id }: Pick<Architecture, 'id'>): Graph {
  const graph = made.get(id) ?? canonize(toGraph(architecture(id).build(0, 12)));
  made.set(id, graph);
  return graph;
}
const SIDE = 64;

test.each(ARCHITECTURES)('$id: every layer has the places and channels that it tells, coarser and coarser, the features last', (one) => {
  const graph = zoo(one);
  const layers = spatialLayers(graph);
  expect(layers.at(-1)).toEqual(graph.features);
  expect(new Set(layers.map(({ node }) => node)).size).toBe(layers.length);
  tf.tidy(() => {
    const { value } = record(graph, tf.zeros([1, SIDE, SIDE, 3]));
    let before = Infinity;
    for (const layer of layers) {
      const { node, tokens } = layer;
      const { shape } = value.get(node)!;
      if (tokens) expect(shape.slice(0, 2)).toEqual([1, tokens.skip + tokens.rows * tokens.cols]);
      else expect(shape.length).toBe(4);
      const places = tokens ? tokens.rows * tokens.cols : shape[1]! * shape[2]!;
      expect(places).toBeLessThanOrEqual(before);
      expect(featureChannels(graph, layer, 3), node).toBe(shape.at(-1));
      before = places;
    }
  });
});

test.each(ARCHITECTURES)('$id: wherever places are at home, they have the shape of a map or of tokens', (one) => {
  const graph = zoo(one);
  tf.tidy(() => {
    const { value } = record(graph, tf.zeros([1, SIDE, SIDE, 3]));
    for (const [node, { layout: { tokens }, moves, shape }] of placesOf(graph)) {
      const real = value.get(node)!.shape;
      expect(real.length - 1, node).toBe(shape.length);
      shape.forEach((n, axis) => n !== undefined && expect(real[axis + 1], node).toBe(n));
      if (moves.length > 0) continue;
      if (tokens) expect(real[1], node).toBe(tokens.skip + tokens.rows * tokens.cols);
      else expect(real[1], node).toBe(real[2]);
    }
  });
});

/** The centre of the pixels on which the entry at (row, column) of this layer hangs, each as heavy as its squared slope; in shares of the side. */
function centreOf(graph: Graph, { node, tokens }: Features, at: readonly [row: number, column: number], x: tf.Tensor): [number, number] {
  return tf.tidy(() => {
    const cut = { ...graph, output: node, nodes: graph.nodes.slice(0, graph.nodes.findIndex(({ id }) => id === node) + 1) };
    const tape = record(cut, x);
    const { shape } = tape.value.get(node)!;
    const columns = tokens?.cols ?? shape[2]!;
    const place = (tokens?.skip ?? 0) + at[0] * columns + at[1];
    const hot = Float32Array.from({ length: shape.slice(1).reduce((a, b) => a * b, 1) }, (_, i) => (Math.floor(i / shape.at(-1)!) === place ? Math.cos(i) : 0));
    const slopes = node === cut.nodes[0]!.id ? tf.tensor(hot, shape) : backward(tape, tf.tensor(hot, shape), gradient).get(graph.input)!;
    const mass = tf.sum(tf.square(slopes), 3).dataSync();
    let [row, column, total] = [0, 0, 0];
    mass.forEach((m, i) => {
      row += m * (Math.floor(i / SIDE) + 0.5);
      column += m * ((i % SIDE) + 0.5);
      total += m;
    });
    return [row / total / SIDE, column / total / SIDE];
  });
}

test.each(ARCHITECTURES)('$id: an entry hangs on the pixels around its place, in every layer', (one) => {
  const graph = zoo(one);
  const x = toyImage(1, SIDE);
  const layers = spatialLayers(graph);
  const sides: number[] = [];
  tf.tidy(() => {
    const { value } = record(graph, x);
    for (const { node, tokens } of layers) sides.push(tokens?.rows ?? value.get(node)!.shape[1]!);
  });
  // The image's edge cuts windows off: coarse centres are drawn inwards, but not to another place's side.
  layers.forEach((layer, l) => {
    const side = sides[l]!;
    if (layer.node === 'stage-3-block-1-gelu') return; // ConvNeXt's 7×7 on 4×4 places sees all of them alike, before the sum brings the place back
    const places = [[0.25, 0.75], [0.75, 0.5]].map((at) => at.map((share) => Math.floor(share * side)) as [number, number]);
    const wanted = places.map((at) => at.map((place) => (place + 0.5) / side));
    const found = places.map((at) => centreOf(graph, layer, at, x));
    found.flat().forEach((v, i) => expect(Math.abs(v - wanted.flat()[i]!), layer.node).toBeLessThan(Math.max(0.16, 1.6 / side)));
    const way = ([from, to]: readonly number[][]) => to!.map((v, axis) => v - from![axis]!);
    const [a, b] = [way(found), way(wanted)];
    expect((a[0]! * b[0]! + a[1]! * b[1]!) / Math.hypot(...a) / Math.hypot(...b), `${layer.node}: the way from one place to another`).toBeGreaterThan(0.8);
  });
});

test('counts the layers of the zoo', () => {
  const count = Object.fromEntries(ARCHITECTURES.map((one) => [one.id, spatialLayers(zoo(one)).length]));
  expect(count).toEqual({
    'vgg-7': 6, 'resnet-10': 9, 'resnet-18': 17, 'densenet-16': 16, 'inception-s': 18, 'mobilenet-s': 15, 'mobilenet-xs': 15, 'efficientnet-s': 17,
    'convnext-s': 12, 'vit-s8': 12, 'vit-xs8': 10, 'swin-s': 17, 'hybrid-s': 16, 'mixer-s': 12, 'linear': 1,
  });
});

test('windows, heads and turned tokens are away from the map until they are back', () => {
  const at = (id: string, node: string) => {
    const found = placesOf(zoo({ id })).get(node);
    return found && { ...found.layout, away: found.moves.map(({ by }) => by) };
  };
  const block = 'stage-1-block-2-attention';
  expect(at('swin-s', `${block}-shifted`)).toEqual({ away: ['roll'] });
  expect(at('swin-s', `${block}-query-heads`)).toEqual({ away: ['roll', 'reshape', 'transpose', 'reshape', 'transpose', 'reshape'] });
  expect(at('swin-s', `${block}-mixed`)).toEqual(at('swin-s', `${block}-query-heads`));
  expect(at('swin-s', `${block}-merged-map`)).toEqual({ away: ['roll'] });
  expect(at('swin-s', `${block}-back`)).toEqual({ away: [] });
  expect(at('swin-s', 'stage-1-block-1-attention-merged-map')).toEqual({ away: [] });
  const tokens = { rows: 8, cols: 8, skip: 0 };
  expect(at('mixer-s', 'block-1-tokens-turned')).toEqual({ tokens, away: ['transpose'] });
  expect(at('mixer-s', 'block-1-tokens-back')).toEqual({ tokens, away: [] });
  expect(at('vit-s8', 'block-1-attention-mixed')).toEqual({ tokens, away: ['mergeHeads'] });
  expect(at('hybrid-s', 'block-1-attention-merged')).toEqual({ tokens, away: [] });
  expect(at('efficientnet-s', 'block-1-excite-gate')).toBeUndefined();
  expect(at('efficientnet-s', 'block-1-excite-gated')).toEqual({ away: [] });
  expect(at('linear', 'logits')).toBeUndefined();
});

test('a map that is cut in one way and then in another is whole again by one reshape', () => {
  const node = (id: string, op: OpName, input: string, attrs: Attrs = {}): Node => ({ id, op, inputs: [input], weights: {}, attrs });
  const cut = (id: string, input: string, shape: readonly number[]) => node(id, 'reshape', input, { shape });
  const nodes = [cut('windows', 'image', [2, 4, 2, 4, 3]), cut('grid', 'windows', [4, 2, 4, 2, 3]), node('active', 'relu', 'grid'), cut('whole', 'active', [8, 8, 3]), cut('other', 'active', [8, 8, 1, 3])];
  const places = placesOf({ input: 'image', output: 'whole', nodes });
  expect(['windows', 'grid', 'active', 'whole', 'other'].map((id) => places.get(id)?.moves.length)).toEqual([1, 1, 1, 0, 1]);
});

test('a share of the depth names a layer: the first, one between, the features', () => {
  const graph = toyCnn();
  expect([0, 0.5, 1].map((share) => layerAt(graph, share)!.node)).toEqual(['act1', 'act2', 'act3']);
  expect(layerAt({ ...graph, features: undefined }, 1)).toBeUndefined();
});

test('tokens after the class token was put first leave it out; what comes after the features is no layer', () => {
  const toy = toyTransformer();
  expect(spatialLayers(toy)).toEqual([toy.features]);
  const late = { ...toy, features: { ...toy.features!, node: 'norm2' } };
  expect(spatialLayers(late)).toEqual([{ node: 'sum', tokens: toy.features!.tokens }, { node: 'sum2', tokens: toy.features!.tokens }, late.features]);
});

/** Where places are behind each node of a chain that begins with a map, or with 1 + 2 × 2 tokens. */
function along(tokens: Features['tokens'], ...chain: readonly (readonly [op: OpName, attrs: Attrs])[]) {
  const stem: Node[] = tokens ? toyTransformer().nodes.slice(0, 4) : [{ id: 'positions', op: 'relu', inputs: ['image'], weights: {}, attrs: {} }];
  const added = chain.map(([op, attrs], i): Node => ({ id: `${i}`, op, inputs: [i === 0 ? 'positions' : `${i - 1}`], weights: {}, attrs }));
  const found = placesOf({ input: 'image', output: added.at(-1)!.id, nodes: [...stem, ...added], features: { node: 'positions', ...(tokens ? { tokens } : {}) } }).get(added.at(-1)!.id);
  return found && { ...found.layout, away: found.moves.length };
}

test('selections and reductions: channels may go, steps are strides, tokens without a place may be cut off', () => {
  const [map, tokens] = [{ away: 0 }, { rows: 2, cols: 2, skip: 1 }];
  const whole = { begin: [0, 0, 0], end: [99, 99, 99], step: [1, 1, 1] };
  expect(along(undefined, ['slice', { ...whole, begin: [0, 0, 4] }])).toEqual(map);
  expect(along(undefined, ['slice', { ...whole, begin: [1, 0, 0], step: [2, 2, 1] }])).toEqual(map);
  expect(along(undefined, ['slice', { ...whole, begin: [4, 0, 0] }])).toBeUndefined();
  expect(along(undefined, ['pad', { before: [1, 1, 0], after: [1, 1, 0], value: 0 }])).toEqual(map);
  expect(along(undefined, ['gather', { axis: 3, indices: [1, 0] }])).toEqual(map);
  expect(along(undefined, ['gather', { axis: 1, indices: [1, 0] }])).toBeUndefined();
  expect(along(undefined, ['reduceMean', { axes: [3], keepDims: true }])).toEqual(map);
  expect(along(undefined, ['reduceMean', { axes: [1, 2], keepDims: true }])).toBeUndefined();
  expect(along(undefined, ['concat', { axis: 3 }])).toEqual(map);
  expect(along(undefined, ['concat', { axis: 1 }])).toBeUndefined();
  expect(along(tokens, ['slice', { begin: [1, 0], end: [5, 6], step: [1, 1] }])).toEqual({ tokens: { ...tokens, skip: 0 }, away: 0 });
  expect(along(tokens, ['slice', { begin: [0, 2], end: [5, 6], step: [1, 1] }])).toEqual({ tokens, away: 0 });
  expect(along(tokens, ['slice', { begin: [0, 0], end: [1, 6], step: [1, 1] }])).toBeUndefined();
  expect(along(tokens, ['slice', { begin: [2, 0], end: [5, 6], step: [1, 1] }])).toBeUndefined();
  expect(along(tokens, ['pad', { before: [1, 0], after: [0, 0], value: 0 }])).toBeUndefined();
});

test('the layers of an imported network: its activations, the features last', () => {
  expect(spatialLayers(toyImported()).map(({ node }) => node)).toEqual(['leaky', 'swish', 'resized']);
});
