/** RISE against a literal loop: each mask enlarged in full, cut, shown to the model alone; and controls against closed forms. */
import { describe, expect, test } from 'vitest';
import { forward } from '../graph/graph.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { linearNet, toyCnn, toyImage } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { edges, noiseControl, sobel } from './controls.ts';
import { gridOf, maskOf, rise } from './rise.ts';

await useBackend('cpu');

const x = toyImage();
const cnn = toyCnn();

/** Bilinear enlargement by tfjs (half-pixel centres), then cut. */
const literalMask = (seed: number, k: number, cells: number, on: number): Float32Array => {
  const size = Math.ceil(8 / cells);
  const { cells: values, down, right } = gridOf(seed, k, cells, on, size, size);
  return tf.tidy(() => {
    const grid = tf.tensor4d(Float32Array.from(values), [1, cells, cells, 1]);
    const large = tf.image.resizeBilinear(grid, [(cells + 1) * size, (cells + 1) * size], false, true);
    return tf.slice(large, [0, down, right, 0], [1, 8, 8, 1]).dataSync() as Float32Array;
  });
};

describe('RISE', () => {
  test('masks are the enlarged and shifted grids', () => {
    const shifts = new Set<string>();
    for (let k = 0; k < 12; k++)
      for (const cells of [2, 3, 7]) {
        const size = Math.ceil(8 / cells);
        const grid = gridOf(5, k, cells, 0.5, size, size);
        shifts.add(`${cells} ${grid.down} ${grid.right}`);
        expect(distance(maskOf(grid, cells, 8, 8), literalMask(5, k, cells, 0.5))).toBeLessThan(1e-6);
      }
    expect(shifts.size).toBeGreaterThan(15);
  });

  test('the field is the weighted mean of masks, as published and with its level off', async () => {
    const [samples, on] = [9, 0.4];
    const kept = new Float64Array(64);
    const plain = new Float64Array(64);
    const found: number[] = [];
    for (let k = 0; k < samples; k++) {
      const mask = literalMask(3, k, 3, on);
      const f = tf.tidy(() => tf.softmax(forward(cnn, tf.mul(x, tf.tensor4d(mask, [1, 8, 8, 1])))).dataSync()[2]!);
      found.push(f);
      mask.forEach((m, p) => (kept[p]! += (f * m) / (samples * on)));
      mask.forEach((m, p) => (plain[p]! += m / (samples * on)));
    }
    const params = { samples, cells: 3, on, fill: 'black', level: 'kept' };
    const published = await fieldOf(rise, cnn, x, { params });
    expect(published.shape).toEqual([1, 8, 8, 1]);
    expect(distance(published.data, kept)).toBeLessThan(1e-6);
    const mean = found.reduce((a, b) => a + b) / samples;
    const removed = await fieldOf(rise, cnn, x, { params: { ...params, level: 'removed' } });
    expect(distance(removed.data, kept.map((v, p) => v - mean * plain[p]!))).toBeLessThan(1e-6);
    expect(largest(removed.data)).toBeGreaterThan(1e-4);
  });

  test('a model that looks at one corner has its peak there', async () => {
    const corner = linearNet(tf.tensor2d(Float32Array.from({ length: 384 }, (_, at) => (Math.floor(at / 6) % 8 < 3 && at / 6 < 24 ? 1 : 0) * (at % 2)), [192, 2]), tf.zeros([2]));
    const { data } = await fieldOf(rise, corner, tf.ones([1, 8, 8, 3]), { target: 1, score: { kind: 'logit' }, params: { samples: 400, cells: 4, on: 0.5, fill: 'black', level: 'removed' } });
    const peak = data.indexOf(Math.max(...data));
    expect([Math.floor(peak / 8) < 3, peak % 8 < 3]).toEqual([true, true]);
    expect(Math.abs(data[63]!)).toBeLessThan(0.2 * data[peak]!);
  });

  test('shows the field as it grows', async () => {
    const seen: Float32Array[] = [];
    const viewer = { wants: () => true, take: (data: Float32Array) => void seen.push(data) };
    const { data } = await fieldOf(rise, cnn, x, { params: { samples: 32, cells: 3, on: 0.5, fill: 'black', level: 'removed' } }, testHost({ batch: 8, viewer }));
    expect(seen.length).toBe(3);
    expect(distance(seen[0]!, (await fieldOf(rise, cnn, x, { params: { samples: 8, cells: 3, on: 0.5, fill: 'black', level: 'removed' } })).data)).toBeLessThan(1e-7);
    expect(distance(seen[2]!, data)).toBeGreaterThan(0);
  });
});

describe('controls', () => {
  const grey = (value: (row: number, column: number) => number) => tf.tensor4d(Float32Array.from({ length: 192 }, (_, i) => value(Math.floor(i / 24), Math.floor(i / 3) % 8)), [1, 8, 8, 3]);
  const at = (field: Float32Array, row: number, column: number) => field[8 * row + column]!;
  test('Sobel: a ramp has its slope, a flat image none, a step of 1 has ½ on both sides', () => {
    const of = (image: tf.Tensor) => tf.tidy(() => sobel(image).dataSync() as Float32Array);
    const ramp = of(grey((row, column) => 0.03 * row + 0.04 * column));
    for (const [row, column] of [[1, 1], [3, 4], [6, 6]] as const) expect(at(ramp, row, column)).toBeCloseTo(0.05, 6);
    expect(largest(of(grey(() => 0.7)))).toBeLessThan(1e-6);
    const step = of(grey((_, column) => (column < 4 ? 0 : 1)));
    expect([2, 3, 4, 5].map((column) => at(step, 3, column))).toEqual([0, expect.closeTo(0.5, 6), expect.closeTo(0.5, 6), 0]);
    expect(largest(of(grey(() => 0)))).toBe(0);
  });
  test('Sobel reads luminance: equal steps of green count more than of blue', () => {
    const coloured = (channel: number) => tf.tidy(() => largest(sobel(tf.mul(grey((row) => (row < 4 ? 0 : 1)), tf.tensor1d([0, 1, 2].map((c) => (c === channel ? 1 : 0))))).dataSync()));
    expect([0, 1, 2].map(coloured)).toEqual([0.1063, 0.3576, 0.0361].map((v) => expect.closeTo(v, 5) as number));
    expect(() => sobel(tf.ones([1, 5]))).toThrow('edges need an image');
  });
  test('noise: another for each model and seed, the same for both the same; unit deviation', async () => {
    for (const grain of ['smooth', 'pixels']) {
      const of = async (model: string, seed = 1): Promise<Float32Array> => (await fieldOf(noiseControl, cnn, x, { model, seed, params: { grain } })).data;
      const [a, b] = [await of('a'), await of('b')];
      expect(distance(a, await of('a'))).toBe(0);
      expect(distance(a, b)).toBeGreaterThan(0.5);
      expect(distance(a, await of('a', 2))).toBeGreaterThan(0.5);
      const deviation = Math.sqrt(a.reduce((sum, v) => sum + v * v, 0) / a.length);
      expect(Math.abs(deviation - 1)).toBeLessThan(grain === 'smooth' ? 1e-5 : 0.2);
    }
  });
  test('neither asks the model', async () => {
    for (const method of [edges, noiseControl]) expect(method.passes({} as never, {} as never)).toEqual({ forward: 0, backward: 0, exact: true });
  });
});
