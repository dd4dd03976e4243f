/** The cosine transform, resizing and padding as matrices, against their sums written out; AttEXplore's draws and its single step. */
import { describe, expect, test } from 'vitest';
import { runJob } from '../job/job.ts';
import { defaults } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { toyCnn, toyImage, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { attexplore, exploreFrequencies, gaussianKernel, type Copy, type FrequencyExploration } from './attexplore.ts';
import { alongBoth, cosineMatrix, multiply, padMatrix, resizeMatrix, stacked } from './frequency.ts';
import { gradientMethod } from './gradient.ts';
import { smooth } from './smoothGrad.ts';
import { lossSeed } from './walk.ts';

await useBackend('cpu');

describe('matrices', () => {
  test('the cosine matrix is orthogonal, and its rows are cosines', () => {
    const c = cosineMatrix(6);
    const product = multiply(c, { rows: 6, columns: 6, data: Float64Array.from(c.data, (_, i) => c.data[(i % 6) * 6 + Math.floor(i / 6)]!) });
    product.data.forEach((v, i) => expect(v).toBeCloseTo(i % 7 === 0 ? 1 : 0, 12));
    expect(c.data[6 + 2]).toBeCloseTo(Math.sqrt(2 / 6) * Math.cos((Math.PI * 5) / 12), 12);
  });

  test('resizing is that of TensorFlow.js with half-pixel centres; padding puts zeros around', () => {
    const image = toyImage();
    for (const to of [5, 8, 11]) {
      const stock = tf.image.resizeBilinear(image, [to, to], false, true).dataSync();
      const map = stacked([resizeMatrix(8, to)]);
      expect(distance(alongBoth(image, map, map).dataSync(), stock)).toBeLessThan(1e-6);
    }
    const [down, across] = [stacked([padMatrix(8, 11, 2)]), stacked([padMatrix(8, 12, 4)])];
    expect(Array.from(alongBoth(image, down, across).dataSync())).toEqual(Array.from(tf.pad(image, [[0, 0], [2, 1], [4, 0], [0, 0]]).dataSync()));
  });

  test('the transposed map is the adjoint, with one map for all images or one for each', () => {
    const [a, b] = [tf.concat([toyImage(1), toyImage(2)]), toyWeight('adjoint', [2, 8, 8, 3]) as tf.Tensor4D];
    for (const maps of [stacked([resizeMatrix(8, 8)]), stacked([multiply(resizeMatrix(10, 8), resizeMatrix(8, 10)), cosineMatrix(8)])]) {
      const inner = (u: tf.Tensor, v: tf.Tensor) => tf.sum(tf.mul(u, v)).dataSync()[0]!;
      expect(inner(alongBoth(a, maps, maps), b)).toBeCloseTo(inner(a, alongBoth(b, maps, maps, true)), 3);
    }
  });
});

test('the kernel sums to 1 and falls off like a Gaussian over three deviations', () => {
  const kernel = gaussianKernel(7);
  expect(kernel.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect(kernel[24]! / kernel[21]!).toBeCloseTo(Math.exp(4.5), 8);
});

describe('AttEXplore', () => {
  const graph = toyCnn();
  const x = toyImage();
  const plain: Copy = { noise: new Float32Array(192), spectrum: new Float32Array(192).fill(1) };
  async function run(change: Partial<FrequencyExploration>): Promise<Float32Array> {
    const question = { graph, x, target: 2, score: { kind: 'log-probability' } as const, radius: 0.06, steps: 1, copies: 1, twice: false, draw: () => plain, kernel: [1] };
    const { result } = await runJob(testHost(), async (job) => (await exploreFrequencies({ ...question, ...change }, job)).data());
    return result as Float32Array;
  }

  test('one step with plain copies and no blur is ε |g| / mean|g|, where nothing is clipped', async () => {
    const g = (await fieldOf(gradientMethod, graph, x, { target: 2, score: { kind: 'log-probability' } })).data;
    const mean = g.reduce((sum, v) => sum + Math.abs(v), 0) / g.length;
    const values = x.dataSync();
    const field = await run({});
    g.forEach((v, i) => {
      const to = Math.min(1, Math.max(0, values[i]! + 0.06 * Math.sign(v)));
      expect(Math.abs(field[i]! - (Math.abs(to - values[i]!) * Math.abs(v)) / mean)).toBeLessThan(1e-6 * largest(field) + 1e-6);
    });
  });

  test('copies with noise alone are those of SmoothGrad', async () => {
    const noise = [0, 1, 2].map((k) => Float32Array.from(toyWeight(`noise${k}`, [192], 0.05).dataSync()));
    const { result } = await runJob(testHost(), async (job) => (await smooth({ graph, x, target: 2, score: { kind: 'log-probability' } }, 3, 'mean', (from, to) => tf.tensor(noise.slice(from, to).flatMap((n) => Array.from(n)), [to - from, 8, 8, 3]), job)).data());
    const smoothed = Array.from(result as Float32Array);
    const mean = smoothed.reduce((sum, v) => sum + Math.abs(v), 0) / 192;
    const field = await run({ copies: 3, radius: 1e-3, draw: (_, k) => ({ ...plain, noise: noise[k]! }) });
    const inside = x.dataSync().map((v) => Number(v > 0.01 && v < 0.99));
    expect(distance(field.map((v, i) => v * inside[i]!), smoothed.map((v, i) => (inside[i]! * 1e-3 * Math.abs(v)) / mean))).toBeLessThan(1e-3 * largest(field));
  });

  test('the loss that takes the softmax twice, by finite differences', async () => {
    const logits = [1.2, -0.3, 0.5, 2];
    const softmax = (z: number[]) => z.map((v) => Math.exp(v) / z.reduce((sum, u) => sum + Math.exp(u), 0));
    for (const twice of [false, true]) {
      const loss = (z: number[]) => -Math.log(softmax(twice ? softmax(z) : z)[1]!);
      const want = logits.map((_, i) => {
        const at = (h: number) => loss(logits.map((v, j) => (j === i ? v + h : v)));
        return (at(1e-5) - at(-1e-5)) / 2e-5;
      });
      expect(distance(lossSeed({ target: 1, score: { kind: 'log-probability' } }, twice)(tf.tensor2d([logits])).dataSync(), want)).toBeLessThan(1e-6);
    }
    expect(distance(await run({}), await run({ twice: true }))).toBeGreaterThan(1e-3 * largest(await run({})));
  });

  test('more copies and more steps keep the first draws', async () => {
    const params = { ...defaults(attexplore.params), steps: 1, copies: 1 };
    const one = (await fieldOf(attexplore, graph, x, { params })).data;
    expect(distance(one, (await fieldOf(attexplore, graph, x, { params: { ...params, copies: 2 } })).data)).toBeGreaterThan(0);
    expect(largest(one)).toBeGreaterThan(0);
    await expect(fieldOf(attexplore, graph, tf.zeros([1, 5]), { params })).rejects.toThrow('the frequencies of an image');
  });

  test('a model that says the same of every image gives an empty map, not NaN', async () => {
    expect(largest(await run({ graph: { ...graph, nodes: graph.nodes.map((node) => (node.id === 'logits' ? { ...node, weights: { ...node.weights, kernel: tf.zeros([4, 5]) } } : node)) } }))).toBe(0);
  });
});
