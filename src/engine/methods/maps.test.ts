/** Grad-CAM and occlusion, whose fields lie on places: closed forms on networks made for it. */
import { describe, expect, test } from 'vitest';
import type { Graph } from '../graph/graph.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest } from '../testing/laws.ts';
import { linearNet, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { gradCam } from './cams.ts';
import { occlusion, windowStarts } from './occlusion.ts';

await useBackend('cpu');

/** The image itself is the feature map (through a reshape); logits = mean over places, weighed by channel. */
const HEAD = [[1, -2], [0.5, 1], [-3, 4]];
const pooled: Graph = {
  input: 'image',
  output: 'logits',
  features: { node: 'map' },
  nodes: [
    { id: 'map', op: 'reshape', inputs: ['image'], weights: {}, attrs: { shape: [8, 8, 3] } },
    { id: 'pool', op: 'meanPool', inputs: ['map'], weights: {}, attrs: {} },
    { id: 'logits', op: 'dense', inputs: ['pool'], weights: { kernel: tf.tensor2d(HEAD) }, attrs: {} },
  ],
};

describe('Grad-CAM', () => {
  const x = toyImage();
  const params = { relu: false, layer: 1, upsampling: 'nearest', guided: false };
  const want = Array.from({ length: 64 }, (_, p) => HEAD.reduce((sum, row, c) => sum + (row[1]! / 64) * x.dataSync()[3 * p + c]!, 0));

  test('weighs each channel by its mean slope; the relu cuts off what speaks against', async () => {
    const raw = await fieldOf(gradCam, pooled, x, { target: 1, params });
    expect(raw.shape).toEqual([1, 8, 8, 1]);
    expect(distance(raw.data, want)).toBeLessThan(1e-7);
    const cut = await fieldOf(gradCam, pooled, x, { target: 1, params: { ...params, relu: true } });
    expect(distance(cut.data, want.map((v) => Math.max(0, v)))).toBeLessThan(1e-7);
    expect(want.some((v) => v < 0)).toBe(true);
  });

  test("lays a transformer's tokens out on their grid, without the class token", async () => {
    const { data, shape } = await fieldOf(gradCam, toyTransformer(), x, { params });
    expect(shape).toEqual([1, 8, 8, 1]);
    const at = (row: number, column: number) => data[8 * row + column]!;
    for (const [row, column] of [[0, 0], [0, 4], [4, 0], [4, 4]] as const) expect(at(row + 3, column + 3)).toBe(at(row, column)); // 2 × 2 blocks
    expect(new Set([at(0, 0), at(0, 4), at(4, 0), at(4, 4)]).size).toBe(4);
    expect(largest(data)).toBeGreaterThan(0);
  });

  test('says why it does not apply', () => {
    const relu = { relu: true, layer: 1, upsampling: 'nearest', guided: true } as const;
    expect(gradCam.needs({ ...pooled, features: undefined }, relu)).toContain('names none');
    expect(gradCam.needs(toyTransformer(), relu)).toContain('GELU');
    expect(gradCam.needs(toyTransformer(), { ...relu, guided: false })).toBeUndefined();
  });
});

describe('occlusion', () => {
  const x = toyImage();
  const w = toyWeight('linear-image', [192, 2]);
  const graph = linearNet(w, tf.zeros([2]));
  /** w x summed over the channels of a place: what covering it with black takes away. */
  const share = Array.from({ length: 64 }, (_, p) => [0, 1, 2].reduce((sum, c) => sum + w.dataSync()[(3 * p + c) * 2 + 1]! * x.dataSync()[3 * p + c]!, 0));
  const drop = (top: number, left: number, size: number) =>
    share.reduce((sum, v, p) => (Math.floor(p / 8) >= top && Math.floor(p / 8) < top + size && p % 8 >= left && p % 8 < left + size ? sum + v : sum), 0);

  test('single pixels of a linear model: w x', async () => {
    const { data } = await fieldOf(occlusion, graph, x, { target: 1, score: { kind: 'logit' }, params: { patch: 1, stride: 1, fill: 'black' } });
    expect(distance(data, share)).toBeLessThan(1e-5);
  });

  test('overlapping windows are averaged, the last one is cut at the border', async () => {
    expect(windowStarts(8, 5, 2)).toEqual([0, 2, 4]);
    const { data } = await fieldOf(occlusion, graph, x, { target: 1, score: { kind: 'logit' }, params: { patch: 5, stride: 2, fill: 'black' } });
    expect(data[0]).toBeCloseTo(drop(0, 0, 5), 5);
    expect(data[63]).toBeCloseTo(drop(4, 4, 5), 5);
    const covering = [0, 2, 4].flatMap((top) => [0, 2, 4].map((left) => drop(top, left, 5)));
    expect(data[8 * 4 + 4]).toBeCloseTo(covering.reduce((a, b) => a + b) / 9, 5);
  });

  test('a patch larger than the image covers all of it', async () => {
    const { data } = await fieldOf(occlusion, graph, x, { target: 1, score: { kind: 'logit' }, params: { patch: 32, stride: 4, fill: 'black' } });
    expect(distance(data, share.map(() => drop(0, 0, 8)))).toBeLessThan(1e-4);
  });
});
