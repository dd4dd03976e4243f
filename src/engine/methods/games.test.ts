/** The methods on segments: axioms and closed forms on models made for it, and sampling against enumeration. */
import { describe, expect, test } from 'vitest';
import { segmentMeans } from '../../fields/segments.ts';
import { explain } from '../explain.ts';
import { forward, type Graph } from '../graph/graph.ts';
import { runJob, type Job } from '../job/job.ts';
import { shapleyValues } from '../math/games.ts';
import { gridSegments, segmentSizes } from '../math/segments.ts';
import { defaults } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { linearNet, toyCnn, toyImage, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { featureAblation } from './featureAblation.ts';
import { maskedGame, segmentationOf, type Game } from './game.ts';
import { allCoalitions, drawnCoalitions, kernelRegression, kernelShap } from './kernelShap.ts';
import { gradientMethod } from './gradient.ts';
import { cosineDistance, fitLinear, lime, nearness, sampleOf } from './lime.ts';
import type { Method } from './method.ts';
import { enumerate, orderOf, sampleShapley, shapley } from './shapley.ts';

await useBackend('wasm');

const x = toyImage();
const pixels = x.dataSync() as Float32Array;
const cnn = toyCnn();
const CELLS = 6;
const segmentation = gridSegments(8, 8, CELLS);
const LOGIT = { kind: 'logit' } as const;

async function play<T>(graph: Graph, use: (game: Game, job: Job) => Promise<T>, { fill = tf.zerosLike(x), cells = CELLS, input = x as tf.Tensor } = {}): Promise<T> {
  const { result } = await runJob(testHost(), async (job) => ({ kept: await use(maskedGame({ graph, target: 2, score: LOGIT, x: input, fill }, gridSegments(8, 8, cells), job), job) }));
  return result.kept;
}

/** f(x) of one image, by hand. */
const scoreOfImage = (graph: Graph, image: ArrayLike<number>) => tf.tidy(() => forward(graph, tf.tensor(Float32Array.from(image), x.shape)).dataSync()[2]!);
/** x where `keep` says so of the place's segment, else `fill`. */
const composed = (keep: (segment: number) => boolean, fill = 0) => pixels.map((v, i) => (keep(segmentation.labels[Math.floor(i / 3)]!) ? v : fill));

const kernel = toyWeight('games-linear', [192, 5]);
const linear = linearNet(kernel, tf.tensor1d([1, 2, 3, 4, 5]));
/** Σ w x over each segment: what it adds to a linear score over black. */
const shares = Array.from({ length: CELLS }, (_, s) => pixels.reduce((sum, v, i) => (segmentation.labels[Math.floor(i / 3)] === s ? sum + v * kernel.dataSync()[5 * i + 2]! : sum), 0));

describe('the masked game', () => {
  test('v is the score of x on the coalition and of the fill elsewhere, to the bit', async () => {
    const masks = [0, 1, 5, 37, 63];
    const got = await play(cnn, (game) => game.values(masks.length, (k) => Array.from({ length: CELLS }, (_, i) => (masks[k]! >> i) & 1)), { fill: tf.fill(x.shape, 0.3) });
    const fill = Math.fround(0.3);
    masks.forEach((mask, k) => expect(got[k]).toBe(scoreOfImage(cnn, composed((s) => ((mask >> s) & 1) === 1, fill))));
  });
  test('with several fills it is the mean over them', async () => {
    const two = tf.concat([tf.zerosLike(x), tf.onesLike(x)]);
    const [got] = await play(cnn, (game) => game.values(1, () => [1, 0, 1, 0, 0, 1]), { fill: two });
    const keep = (s: number) => [0, 2, 5].includes(s);
    expect(got).toBeCloseTo((scoreOfImage(cnn, composed(keep, 0)) + scoreOfImage(cnn, composed(keep, 1))) / 2, 5);
  });
  test("segments in their own mean colour; a table's features are its segments", async () => {
    const { data } = await fieldOf(featureAblation, linear, x, { score: LOGIT, params: { segmentation: 'grid', segments: CELLS, fill: 'segment-mean' } });
    const { labels } = segmentation;
    const meanOf = (segment: number, channel: number) => {
      const own = [...labels.keys()].filter((p) => labels[p] === segment).map((p) => pixels[3 * p + channel]!);
      return own.reduce((a, b) => a + b) / own.length;
    };
    const want = Array.from({ length: CELLS }, (_, s) => pixels.reduce((sum, v, i) => (labels[Math.floor(i / 3)] === s ? sum + (v - meanOf(s, i % 3)) * kernel.dataSync()[5 * i + 2]! : sum), 0));
    expect(distance(data, Array.from(labels, (s) => want[s]!))).toBeLessThan(1e-5);
    expect(segmentationOf({ segmentation: 'slic', segments: 3 }, [1, 2, 3, 4], [1, 4])).toEqual({ labels: Int32Array.of(0, 1, 2, 3), count: 4 });
    const table = linearNet(toyWeight('table', [4, 5]), tf.zeros([5]));
    await expect(fieldOf(featureAblation, table, tf.ones([1, 4]), { params: { segmentation: 'grid', segments: 4, fill: 'segment-mean' } })).rejects.toThrow('the input is a table');
  });
});

describe('on a linear model every value is the share of its segment', () => {
  test('Shapley, enumerated and sampled, KernelSHAP and ablation', async () => {
    expect(distance(await play(linear, async (game) => shapleyValues(await enumerate(game))), shares)).toBeLessThan(1e-5);
    const sampled = await play(linear, (game) => sampleShapley(game, [orderOf(1, 0, CELLS), orderOf(1, 1, CELLS), orderOf(1, 2, CELLS), orderOf(1, 3, CELLS)], 2));
    expect(distance(sampled.values, shares)).toBeLessThan(1e-5);
    expect(largest(sampled.standardError)).toBeLessThan(1e-5);
    expect(distance(await play(linear, (game) => kernelRegression(game, drawnCoalitions(2, 24, CELLS))), shares)).toBeLessThan(1e-5);
    const { data } = await fieldOf(featureAblation, linear, x, { score: LOGIT, params: { segmentation: 'grid', segments: CELLS, fill: 'black' } });
    expect(distance(data, Array.from(segmentation.labels, (s) => shares[s]!))).toBeLessThan(1e-5);
  });
  test('LIME recovers the coefficients by every regression, whatever the kernel', async () => {
    for (const [regression, penalty, within] of [['least-squares', 1, 1e-4], ['ridge', 1e-4, 1e-3], ['lasso', 1e-4, 2e-3]] as const) {
      const params = { segmentation: 'grid', segments: CELLS, fill: 'black', samples: 64, width: 0.4, regression, penalty };
      const { data } = await fieldOf(lime, linear, x, { score: LOGIT, params });
      expect(distance(data, Array.from(segmentation.labels, (s) => shares[s]!))).toBeLessThan(within);
    }
  });
});

/** The score reads only the pixels of segment 4, and not linearly: max(0, w x) of that segment. */
const one: Graph = {
  input: 'x',
  output: 'logits',
  nodes: [
    { id: 'flat', op: 'reshape', inputs: ['x'], weights: {}, attrs: { shape: [192] } },
    { id: 'seen', op: 'dense', inputs: ['flat'], weights: { kernel: tf.tensor2d(Float32Array.from({ length: 384 }, (_, at) => (segmentation.labels[Math.floor(at / 6)] === 4 ? 0.1 * (1 + (at % 7)) : 0)), [192, 2]), bias: tf.tensor1d([-2, -1]) }, attrs: {} },
    { id: 'relu', op: 'relu', inputs: ['seen'], weights: {}, attrs: {} },
    { id: 'logits', op: 'dense', inputs: ['relu'], weights: { kernel: tf.tensor2d([[1, 2, 3], [4, 5, 6]]) }, attrs: {} },
  ],
};

test('a model that looks at one segment only gives everything to it', async () => {
  const rise = scoreOfImage(one, pixels) - scoreOfImage(one, new Float32Array(192));
  expect(rise).toBeGreaterThan(1);
  const want = Array.from({ length: CELLS }, (_, s) => (s === 4 ? rise : 0));
  expect(distance(await play(one, async (game) => shapleyValues(await enumerate(game))), want)).toBeLessThan(1e-5);
  expect(distance(await play(one, (game) => kernelRegression(game, allCoalitions(CELLS))), want)).toBeLessThan(1e-5);
  expect(distance(await play(one, async (game) => (await sampleShapley(game, [orderOf(0, 0, CELLS), orderOf(0, 1, CELLS)], 1)).values), want)).toBeLessThan(1e-5);
  const params = { segmentation: 'grid', segments: CELLS, fill: 'black', samples: 80, width: 0.25, regression: 'least-squares', penalty: 1 };
  const { data } = await fieldOf(lime, one, x, { score: LOGIT, params });
  expect(distance(data, Array.from(segmentation.labels, (s) => want[s]!))).toBeLessThan(1e-4);
});

describe('Shapley values', () => {
  test('segments with the same content are treated alike where the model does not tell them apart', async () => {
    const pool = linearNet(tf.tensor2d(Float32Array.from({ length: 576 }, () => 1), [192, 3]), tf.zeros([3]));
    const tiled = tf.tidy(() => tf.tile(tf.slice(x, [0, 0, 0, 0], [1, 4, 4, 3]), [1, 2, 2, 1]));
    const values = await play(pool, async (game) => shapleyValues(await enumerate(game)), { cells: 4, input: tiled });
    expect(distance(values, values.map(() => values[0]!))).toBeLessThan(1e-5);
    expect(values[0]).toBeGreaterThan(1);
  });
  test('KernelSHAP with all coalitions is the Shapley value', async () => {
    const exact = await play(cnn, async (game) => shapleyValues(await enumerate(game)));
    const regressed = await play(cnn, (game) => kernelRegression(game, allCoalitions(CELLS)));
    expect(distance(exact, regressed)).toBeLessThan(1e-9);
  });
  test('KernelSHAP on drawn coalitions comes near and always adds up', async () => {
    const exact = await play(cnn, async (game) => shapleyValues(await enumerate(game)));
    const values = await play(cnn, (game) => kernelRegression(game, drawnCoalitions(5, 40, CELLS)));
    const rise = scoreOfImage(cnn, pixels) - scoreOfImage(cnn, new Float32Array(192));
    expect(values.reduce((a, b) => a + b)).toBeCloseTo(rise, 5);
    expect(distance(values, exact)).toBeLessThan(0.15 * largest(exact));
  });

  test('sampled: within four standard errors of the exact ones, adding up, and the error falls as 1 / √n', async () => {
    const [players, rise] = [10, scoreOfImage(cnn, pixels) - scoreOfImage(cnn, new Float32Array(192))];
    const exact = await play(cnn, async (game) => shapleyValues(await enumerate(game)), { cells: players });
    const run = (pairs: number) => play(cnn, (game) => sampleShapley(game, Array.from({ length: 2 * pairs }, (_, k) => orderOf(7, k, game.players)), 2), { cells: players });
    const [few, many] = [await run(12), await run(108)];
    for (const { values, standardError } of [few, many]) {
      values.forEach((v, i) => expect(Math.abs(v - exact[i]!)).toBeLessThan(4 * standardError[i]! + 1e-5));
      expect(values.reduce((a, b) => a + b)).toBeCloseTo(rise, 4);
    }
    const size = ({ standardError }: { standardError: Float64Array }) => Math.sqrt(standardError.reduce((sum, e) => sum + e * e, 0));
    expect(size(few) / size(many)).toBeGreaterThan(3 / 1.35);
    expect(size(few) / size(many)).toBeLessThan(3 * 1.35);
    expect(size(many)).toBeGreaterThan(0);
  });
  test('the standard error is that of the mean over pairs, by its definition', async () => {
    const pairs = 5;
    const orders = Array.from({ length: 2 * pairs }, (_, k) => orderOf(3, k, CELLS));
    const each: Float64Array[] = [];
    for (let g = 0; g < pairs; g++) each.push((await play(cnn, (game) => sampleShapley(game, orders.slice(2 * g, 2 * g + 2), 2))).values);
    const { values, standardError } = await play(cnn, (game) => sampleShapley(game, orders, 2));
    for (let i = 0; i < CELLS; i++) {
      const mean = each.reduce((sum, one) => sum + one[i]!, 0) / pairs;
      expect(values[i]).toBeCloseTo(mean, 9);
      expect(standardError[i]).toBeCloseTo(Math.sqrt(each.reduce((sum, one) => sum + (one[i]! - mean) ** 2, 0) / (pairs - 1) / pairs), 9);
    }
  });
  test('orders come in pairs, a permutation and its reverse, and stay when more are drawn', () => {
    const [first, second] = [orderOf(9, 4, 7), orderOf(9, 5, 7)];
    expect([...first].reverse()).toEqual(second);
    expect([...first].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(orderOf(9, 6, 7)).not.toEqual(first);
    expect(orderOf(10, 4, 7)).not.toEqual(first);
  });

  test('the method: shares add up over the map, the error lies beside it; exact ones have none', async () => {
    const ask = { graph: cnn, method: shapley, x, target: 2, seed: 3 };
    const sampled = await explain({ ...ask, params: { segmentation: 'grid', segments: 16, pairs: 4 } }, testHost());
    expect(Math.abs(sampled.gap!)).toBeLessThan(1e-5);
    expect(sampled.standardError!.length).toBe(64);
    expect(largest(sampled.standardError!)).toBeGreaterThan(0);
    const value = await explain({ ...ask, params: { segmentation: 'grid', segments: 16, pairs: 4, paint: 'value' } }, testHost());
    expect(value.gap).toBeUndefined();
    const ownMeans = await explain({ ...ask, params: { segmentation: 'grid', segments: 16, pairs: 2, fill: 'segment-mean' } }, testHost());
    expect(ownMeans.gap).toBeUndefined();
    expect(largest(ownMeans.data)).toBeGreaterThan(0);
    const size = segmentSizes(gridSegments(8, 8, 16))[0]!;
    expect(value.data[0]).toBeCloseTo(size * sampled.data[0]!, 6);
    expect(value.standardError![0]).toBeCloseTo(size * sampled.standardError![0]!, 6);
    const exact = await explain({ ...ask, params: { segmentation: 'slic', segments: 8 } }, testHost());
    expect(exact.standardError).toBeUndefined();
    expect(Math.abs(exact.gap!)).toBeLessThan(1e-5);
  });
});

describe('the segments come with the map', () => {
  const ask = { graph: cnn, x, target: 2, seed: 3 };
  test("LIME's map, one number for each of them, is the weights of its regression", async () => {
    const params = { segmentation: 'slic', segments: 6, samples: 64 };
    const found = await explain({ ...ask, method: lime, params }, testHost());
    const cut = segmentationOf({ segmentation: 'slic', segments: 6 }, pixels, x.shape);
    expect([...found.segments!]).toEqual([...cut.labels]);
    const rows = Array.from({ length: 64 }, (_, k) => sampleOf(3, k, cut.count));
    const meanOf = (label: number, c: number) => pixels.reduce((sum, v, i) => (i % 3 === c && cut.labels[Math.floor(i / 3)] === label ? sum + v : sum), 0) / cut.labels.filter((other) => other === label).length;
    const y = rows.map((z) => {
      const image = pixels.map((v, i) => (z[cut.labels[Math.floor(i / 3)]!] ? v : meanOf(cut.labels[Math.floor(i / 3)]!, i % 3)));
      return tf.tidy(() => tf.softmax(forward(cnn, tf.tensor(image, x.shape))).dataSync()[2]!);
    });
    const { coefficients } = fitLinear('least-squares', rows, y, rows.map((z) => nearness(cosineDistance(z), 0.25)), 0);
    const weights = segmentMeans(found.data, found.segments!);
    expect(weights).toHaveLength(cut.count);
    expect(distance(weights, coefficients)).toBeLessThan(1e-4 * largest(coefficients));
    found.data.forEach((v, at) => expect(v).toBeCloseTo(weights[found.segments![at]!]!, 6));
  });
  test.each([kernelShap, shapley, featureAblation])('also with $id: the map is constant on each', async (method) => {
    const { data, segments } = await explain({ ...ask, method: method as Method, params: { segmentation: 'grid', segments: 4 } }, testHost());
    expect(new Set(segments).size).toBe(4);
    const means = segmentMeans(data, segments!);
    data.forEach((v, at) => expect(v).toBeCloseTo(means[segments![at]!]!, 6));
  });
  test('methods that weigh pixels have none', async () => expect(await explain({ ...ask, method: gradientMethod, params: {} }, testHost())).not.toHaveProperty('segments'));
});

test.each([
  ['shapley', shapley, { segments: 16, pairs: 7 }],
  ['kernel-shap', kernelShap, { segments: 16, samples: 80 }],
  ['lime', lime, { segments: 16, samples: 80, width: 0.25, regression: 'least-squares', penalty: 1 }],
] as const)('%s, sampled: shows estimates from the first burst on; the batch changes nothing', async (_, method, own) => {
  const params = { segmentation: 'grid', fill: 'black', paint: 'share', ...own };
  const seen: Float32Array[] = [];
  const viewer = { wants: () => true, take: (data: Float32Array) => void seen.push(data) };
  const run = (batch: number) => fieldOf(method as Method, cnn, x, { params }, testHost({ batch, ...(batch === 4 && { viewer }) }));
  const { data } = await run(4);
  for (const batch of [1, 7, 64]) expect(distance((await run(batch)).data, data)).toBe(0);
  expect(seen.length).toBeGreaterThan(1);
  for (const field of seen) expect(field.every(Number.isFinite)).toBe(true);
  expect(distance(seen.at(-1)!, data)).toBeLessThan(0.2 * largest(data));
});

describe('KernelSHAP', () => {
  test('draws sizes as the kernel weighs them, each followed by its complement', () => {
    const players = 5;
    const { rows } = drawnCoalitions(1, 4000, players);
    const counts = [0, 0, 0, 0, 0, 0];
    rows.forEach((row, k) => {
      counts[Array.from(row).reduce((a, b) => a + b)]!++;
      if (k % 2 === 1) expect(Array.from(row, (v, i) => v + rows[k - 1]![i]!)).toEqual([1, 1, 1, 1, 1]);
    });
    const weights = [1, 2, 3, 4].map((s) => 1 / (s * (players - s)));
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((w, k) => expect(Math.abs(counts[k + 1]! / 4000 - w / total)).toBeLessThan(0.03));
    expect([counts[0], counts[5]]).toEqual([0, 0]);
  });
  test('two segments are enough, and the claims follow what is asked', async () => {
    const { data } = await fieldOf(kernelShap, cnn, x, { params: { ...defaults(kernelShap.params), segmentation: 'grid', segments: 2, fill: 'black', paint: 'value' } });
    expect(new Set(data).size).toBe(2);
    const params = { ...defaults(kernelShap.params), segments: 5 };
    expect(kernelShap.claims(params, cnn)).toEqual(['complete', 'deterministic']);
    expect(kernelShap.claims({ ...params, segments: 20, fill: 'segment-mean' }, cnn)).toEqual([]);
  });
});

describe('LIME', () => {
  test('samples: the first has all on, the others half; distance and kernel as published', () => {
    expect([...sampleOf(4, 0, 5)]).toEqual([1, 1, 1, 1, 1]);
    const on = Array.from({ length: 400 }, (_, k) => sampleOf(4, k + 1, 10).reduce((a, b) => a + b)).reduce((a, b) => a + b);
    expect(Math.abs(on / 4000 - 0.5)).toBeLessThan(0.03);
    expect(cosineDistance([1, 0, 0, 1])).toBeCloseTo(1 - 2 / (Math.sqrt(2) * 2), 12); // z·1 / (‖z‖ ‖1‖)
    expect([cosineDistance([0, 0]), cosineDistance([1, 1])]).toEqual([1, 0]);
    expect(nearness(0.3, 0.25)).toBeCloseTo(Math.sqrt(Math.exp(-(0.3 ** 2) / 0.25 ** 2)), 12);
  });
  test('near samples decide: with a narrow kernel the fit is that of the nearest', () => {
    const rows = [[1, 1], [0, 1], [1, 0], [0, 0]];
    const y = [4, 1, 2, -50];
    const narrow = rows.map((z) => nearness(cosineDistance(z), 0.1));
    const wide = rows.map((z) => nearness(cosineDistance(z), 100));
    const [near, far] = [fitLinear('least-squares', rows, y, narrow, 0).coefficients, fitLinear('least-squares', rows, y, wide, 0).coefficients];
    expect(distance(near, [3, 2])).toBeLessThan(1e-3);
    expect(distance(far, [27.5, 26.5])).toBeLessThan(0.1);
  });
});
