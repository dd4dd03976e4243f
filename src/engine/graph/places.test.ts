/** The spatial layers of the zoo and of toys, held against the shapes of a recorded pass. */
import { expect, test } from 'vitest';
import { ARCHITECTURES, architecture } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { toyCnn, toyTransformer } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { record } from './graph.ts';
import { layerAt, spatialLayers } from './places.ts';

await useBackend('cpu');

test.each(ARCHITECTURES)('$id: every layer has the places that it tells, coarser and coarser, the features last', ({ id }) => {
  const graph = toGraph(architecture(id).build(0, 12));
  const layers = spatialLayers(graph);
  expect(layers.at(-1)).toEqual(graph.features);
  expect(new Set(layers.map(({ node }) => node)).size).toBe(layers.length);
  tf.tidy(() => {
    const { value } = record(graph, tf.zeros([1, 64, 64, 3]));
    let before = Infinity;
    for (const { node, tokens } of layers) {
      const { shape } = value.get(node)!;
      if (tokens) expect(shape.slice(0, 2)).toEqual([1, tokens.skip + tokens.rows * tokens.cols]);
      else expect(shape.length).toBe(4);
      const places = tokens ? tokens.rows * tokens.cols : shape[1]! * shape[2]!;
      expect(places).toBeLessThanOrEqual(before);
      before = places;
    }
  });
});

test('counts the layers of the zoo: activations on maps, additions to the stream of tokens', () => {
  const count = Object.fromEntries(ARCHITECTURES.map(({ id }) => [id, spatialLayers(toGraph(architecture(id).build(0, 12))).length]));
  expect(count).toEqual({ 'vgg-7': 6, 'resnet-10': 9, 'mobilenet-s': 15, 'vit-s8': 12 });
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
