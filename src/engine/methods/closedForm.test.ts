/** Methods of the gradient and path families on a linear model, where their fields are known; guided backprop on one rectifier; the baselines. */
import { describe, expect, test } from 'vitest';
import { normals } from '../math/rng.ts';
import type { Graph } from '../graph/graph.ts';
import { explain } from '../explain.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, testHost } from '../testing/laws.ts';
import { linearNet, toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { baselineOf, gaussianBlur } from './baselines.ts';
import { gradientMethod } from './gradient.ts';
import { gradientTimesInput } from './gradientTimesInput.ts';
import { guidedBackprop } from './guidedBackprop.ts';
import { integratedGradients } from './integratedGradients.ts';
import { smoothGrad } from './smoothGrad.ts';

await useBackend('cpu');

const [F, CLASSES] = [6, 3];
const w = toyWeight('linear', [F, CLASSES], 1);
const net = linearNet(w, tf.tensor1d([0.5, -1, 2]));
const x = tf.tensor2d([[0.9, 0.2, 0, 0.7, 0.5, 1]]);
const column = (c: number) => Array.from({ length: F }, (_, i) => w.dataSync()[i * CLASSES + c]!);
const values = x.dataSync();
const ask = { target: 1, score: { kind: 'logit' } as const };

describe('on a linear model', () => {
  test('the gradient is the weight; that of a margin a difference; that of a probability Jacobian-weighed', async () => {
    expect(distance((await fieldOf(gradientMethod, net, x, ask)).data, column(1))).toBeLessThan(1e-6);
    const margin = await fieldOf(gradientMethod, net, x, { target: 1, score: { kind: 'margin', rival: 2 } });
    expect(distance(margin.data, column(1).map((v, i) => v - column(2)[i]!))).toBeLessThan(1e-6);
    const p = tf.tidy(() => tf.softmax(tf.add(tf.matMul(x, w as tf.Tensor2D), [0.5, -1, 2])).dataSync());
    const slope = column(1).map((_, i) => p[1]! * (column(1)[i]! - [0, 1, 2].reduce((s, c) => s + p[c]! * column(c)[i]!, 0)));
    expect(distance((await fieldOf(gradientMethod, net, x, { target: 1, score: { kind: 'probability' } })).data, slope)).toBeLessThan(1e-6);
  });

  test('gradient × input and Integrated Gradients from black are w x, by every rule', async () => {
    const want = column(1).map((v, i) => v * values[i]!);
    expect(distance((await fieldOf(gradientTimesInput, net, x, ask)).data, want)).toBeLessThan(1e-6);
    for (const rule of ['midpoint', 'gauss-legendre', 'left', 'right', 'trapezoid'] as const) {
      const field = await fieldOf(integratedGradients, net, x, { ...ask, params: { steps: 9, rule, baseline: 'black' } });
      expect(distance(field.data, want)).toBeLessThan(2e-6);
    }
  });

  test('Integrated Gradients from white and from an image of the visitor measure from there', async () => {
    const white = await fieldOf(integratedGradients, net, x, { ...ask, params: { steps: 4, rule: 'midpoint', baseline: 'white' } });
    expect(distance(white.data, column(1).map((v, i) => v * (values[i]! - 1)))).toBeLessThan(1e-6);
    const image = await fieldOf(integratedGradients, net, x, { ...ask, baselineImage: tf.fill([1, F], 0.25), params: { steps: 4, rule: 'midpoint', baseline: 'image' } });
    expect(distance(image.data, column(1).map((v, i) => v * (values[i]! - 0.25)))).toBeLessThan(1e-6);
    await expect(fieldOf(integratedGradients, net, x, { params: { steps: 4, rule: 'midpoint', baseline: 'image' } })).rejects.toThrow("baseline 'image' is chosen but no image is given");
    await expect(fieldOf(integratedGradients, net, x, { params: { steps: 4, rule: 'midpoint', baseline: 'blur' } })).rejects.toThrow("baseline 'blur' needs an image");
  });

  test('SmoothGrad is the weight, its square the square, its variance 0', async () => {
    const run = async (statistic: string) => (await fieldOf(smoothGrad, net, x, { ...ask, params: { samples: 6, noise: 0.2, statistic } })).data;
    expect(distance(await run('mean'), column(1))).toBeLessThan(1e-6);
    expect(distance(await run('square'), column(1).map((v) => v * v))).toBeLessThan(1e-5);
    expect(distance(await run('variance'), column(1).map(() => 0))).toBeLessThan(1e-5);
  });
});

test('sample k is drawn at its own address, whatever the number of samples', async () => {
  const graph = toyCnn();
  const image = toyImage();
  const run = async (samples: number) => (await fieldOf(smoothGrad, graph, image, { seed: 3, params: { samples, noise: 0.2, statistic: 'mean' } })).data;
  const range = tf.tidy(() => tf.sub(tf.max(image), tf.min(image)).dataSync()[0]!);
  const at = async (k: number) => (await fieldOf(gradientMethod, graph, tf.add(image, tf.tensor(normals(3, 'smoothgrad', k, 192).map((z) => 0.2 * range * z), image.shape)))).data;
  const [first, second, third] = [await at(0), await at(1), await at(2)];
  expect(distance(await run(1), first)).toBeLessThan(1e-6);
  expect(distance(await run(3), first.map((v, i) => (v + second[i]! + third[i]!) / 3))).toBeLessThan(1e-6);
});

test('guided backprop lets only positive signals through an active rectifier', async () => {
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
  expect(Array.from((await fieldOf(guidedBackprop, graph, one, { target: 0 })).data)).toEqual([3]); // gradient: 3 − 8
  expect(Array.from((await fieldOf(guidedBackprop, graph, one, { target: 1 })).data)).toEqual([8]); // gradient: −3 + 8
  expect(guidedBackprop.needs(toyTransformer(), {})).toContain('GELU');
  expect(guidedBackprop.needs(net, {})).toContain('has none');
});

describe('baselines', () => {
  const image = toyImage();
  test('a blur keeps a constant image, and the mean of any image roughly', () => {
    tf.tidy(() => {
      expect(distance(gaussianBlur(tf.fill([1, 8, 8, 3], 0.3), 0.8).dataSync(), new Float32Array(192).fill(0.3))).toBeLessThan(1e-6);
      const blurred = gaussianBlur(image, 0.8);
      expect(Math.abs(tf.mean(tf.sub(blurred, image)).dataSync()[0]!)).toBeLessThan(0.02);
      const spread = (t: tf.Tensor) => tf.moments(t).variance.dataSync()[0]!;
      expect(spread(blurred)).toBeLessThan(0.5 * spread(image));
    });
  });
  test('the mean colour is one colour; noise is uniform, and the same for the same seed', () => {
    tf.tidy(() => {
      const mean = baselineOf('mean-colour', { x: image, seed: 0 });
      expect(distance(tf.moments(mean, [1, 2]).variance.dataSync(), [0, 0, 0])).toBeLessThan(1e-10);
      const [a, b, c] = [1, 1, 2].map((seed) => baselineOf('noise', { x: image, seed }).dataSync());
      expect(distance(a!, b!)).toBe(0);
      expect(distance(a!, c!)).toBeGreaterThan(0.1);
      expect(Math.min(...a!)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...a!)).toBeLessThan(1);
    });
  });
});

describe('explain', () => {
  const common = { graph: net, x, target: 1, seed: 0 };
  test('gives f(x), f(b) and the gap, fixes the rival of a margin, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const found = await explain({ ...common, method: integratedGradients, params: {}, score: { kind: 'margin' } }, testHost());
    const logits = [0.5, -1, 2].map((b, c) => b + column(c).reduce((s, v, i) => s + v * values[i]!, 0));
    const rival = logits[0]! > logits[2]! ? 0 : 2;
    expect(found.score).toEqual({ kind: 'margin', rival });
    expect(found.value).toBeCloseTo(logits[1]! - logits[rival]!, 5);
    expect(found.baselineValue).toBeCloseTo(-1 - [0.5, 0, 2][rival]!, 5);
    expect(Math.abs(found.gap!)).toBeLessThan(1e-5);
    expect([found.height, found.width, found.channels]).toEqual([1, F, 1]);
    expect(tf.memory().numTensors).toBe(before);
  });
  test('names what is wrong with a request', async () => {
    const run = (params: object, over: object = {}) => explain({ ...common, method: integratedGradients, params: params as Record<string, unknown>, ...over }, testHost());
    await expect(run({ stepz: 3 })).rejects.toThrow("no parameter 'stepz': choose from steps, rule, baseline");
    await expect(run({ rule: 'simpson' })).rejects.toThrow("parameter 'rule' cannot be 'simpson': choose from midpoint");
    await expect(run({}, { target: 3 })).rejects.toThrow('class 3 does not exist: the model has classes 0 to 2');
    await expect(run({}, { method: guidedBackprop })).rejects.toMatchObject({ name: 'NotApplicable' });
  });
});
