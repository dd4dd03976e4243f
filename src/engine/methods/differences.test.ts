/** The methods that compare with a reference or with training images: closed forms, their relation to one another, their draws. */
import { describe, expect, test } from 'vitest';
import { explain } from '../explain.ts';
import { forward, type Graph } from '../graph/graph.ts';
import { runJob } from '../job/job.ts';
import { quadrature } from '../math/quadrature.ts';
import { stream } from '../math/rng.ts';
import { defaults } from '../params.ts';
import { deepLift } from '../rules/deepLift.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { linearNet, toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { deepLiftRescale, deepLiftRevealCancel } from './deepLift.ts';
import { deepShap, meanOverReferences } from './deepShap.ts';
import { expectedGradients, expectGradients } from './expectedGradients.ts';
import { gradientMethod } from './gradient.ts';
import { integrate } from './integratedGradients.ts';
import { differenceOf, predictionDifference } from './predictionDifference.ts';
import { drawRows } from './references.ts';
import { SCORES } from './score.ts';

await useBackend('cpu');

const graph = toyCnn();
const x = toyImage();
const background = tf.concat(Array.from({ length: 64 }, (_, i) => toyImage(i + 1)));
const sum = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0);
const numbersOf = async (body: Parameters<typeof runJob<tf.Tensor>>[1]): Promise<Float32Array> => {
  const { result } = await runJob(testHost(), body);
  const data = (await result.data()) as Float32Array;
  result.dispose();
  return data;
};

describe('scores that are no logit', () => {
  const steep = linearNet(tf.mul(toyWeight('steep', [192, 5], 1), 6), tf.zeros([5]));
  test.each(SCORES)('are shared out in full where the softmax is saturated: %s', async (kind) => {
    for (const method of [deepLiftRescale, deepLiftRevealCancel]) {
      const found = await explain({ graph: steep, method, x, target: 1, score: { kind }, seed: 0, params: { baseline: 'white' } }, testHost());
      const rise = found.value - found.baselineValue!;
      expect(found.data.every(Number.isFinite)).toBe(true);
      expect(Math.abs(sum(found.data) - rise)).toBeLessThan(1e-4 * Math.max(1, Math.abs(rise)));
    }
  });
});

test('DeepLIFT declines a transformer in words, and runs on it where rules beyond the paper are allowed', async () => {
  const transformer = toyTransformer();
  for (const method of [deepLiftRescale, deepLiftRevealCancel, deepShap]) {
    const params = defaults(method.params) as never;
    expect(method.needs(transformer, params)).toBe(
      'DeepLIFT has no rule for layer normalisation, nor for products of two signals, as in attention, nor for softmax, which this model uses. Use AttnLRP, or allow “Rules beyond the paper”.',
    );
    expect(method.needs(graph, params)).toBeUndefined();
    const found = await explain({ graph: transformer, method, x, target: 1, seed: 0, params: { products: true }, background: () => Promise.resolve(background) }, testHost());
    expect(Math.abs(found.gap!)).toBeLessThan(1e-4);
  }
});

describe('Deep SHAP', () => {
  test('of a linear model is w ⊙ (x − mean of the references)', async () => {
    const [F, n] = [6, 3];
    const kernel = toyWeight('kernel', [F, 4], 1);
    const [table, image] = [toyWeight('table', [5, F], 1), toyWeight('row', [1, F], 1)];
    const got = await fieldOf(deepShap, linearNet(kernel, tf.zeros([4])), image, { background: table, target: 2, params: { references: n, pool: 'difference', products: false } });
    const [w, rows, values] = [kernel, table, image].map((t) => t.dataSync()) as [Float32Array, Float32Array, Float32Array];
    const chosen = drawRows(5, n, 3, 'deep-shap');
    const want = Array.from({ length: F }, (_, i) => w[4 * i + 2]! * (values[i]! - chosen.reduce((s, row) => s + rows[F * row + i]!, 0) / n));
    expect(distance(got.data, want)).toBeLessThan(1e-6);
    await expect(fieldOf(deepShap, linearNet(kernel, tf.zeros([4])), image, { background: table, params: { references: 6, pool: 'difference', products: false } })).rejects.toThrow('6 different references out of 5');
  });

  test('is the mean of DeepLIFT against each reference, and adds up to f(x) − mean f(b)', async () => {
    const params = { references: 6, pool: 'difference', products: false } as const;
    const found = await explain({ graph, method: deepShap, x, target: 1, seed: 3, params, background: () => Promise.resolve(background) }, testHost({ batch: 4 }));
    const rows = drawRows(64, 6, 3, 'deep-shap');
    expect(new Set(rows).size).toBe(6);
    const maps = await Promise.all(rows.map((row) => fieldOf(deepLiftRescale, graph, x, { target: 1, score: { kind: 'logit' }, baselineImage: tf.slice(background, row, 1), params: { baseline: 'image', pool: 'difference', products: false } })));
    expect(distance(found.data, maps[0]!.data.map((_, i) => sum(maps.map(({ data }) => data[i]!)) / 6))).toBeLessThan(1e-6 * Math.max(1, largest(found.data)));
    const logits = tf.tidy(() => forward(graph, background).dataSync());
    expect(found.baselineValue).toBeCloseTo(sum(rows.map((row) => logits[5 * row + 1]!)) / 6, 5);
    expect(Math.abs(found.gap!)).toBeLessThan(1e-5);
  });

  test('more references keep the first, another seed draws others', () => {
    expect(drawRows(64, 40, 3, 'deep-shap').slice(0, 7)).toEqual(drawRows(64, 7, 3, 'deep-shap'));
    expect(drawRows(64, 7, 4, 'deep-shap')).not.toEqual(drawRows(64, 7, 3, 'deep-shap'));
  });

  test('with one reference is DeepLIFT', async () => {
    const question = { graph, x, target: 1, score: { kind: 'logit' } as const };
    const one = await numbersOf((job) => meanOverReferences(question, 1, () => toyImage(5), deepLift({ pool: 'difference', products: false }), job));
    const map = await fieldOf(deepLiftRescale, graph, x, { ...question, baselineImage: toyImage(5), params: { baseline: 'image', pool: 'difference', products: false } });
    expect(distance(one, map.data)).toBe(0);
  });
});

describe('Expected Gradients', () => {
  const question = { graph, x, target: 1, score: { kind: 'logit' } as const };
  const run = async (samples: number, noise = 0) => (await fieldOf(expectedGradients, graph, x, { ...question, seed: 3, background, params: { samples, noise } })).data;

  test('with one reference and points at the nodes of a quadrature is Integrated Gradients', async () => {
    const nodes = quadrature('midpoint', 10);
    const got = await numbersOf((job) => expectGradients(question, 10, (from, to) => ({ references: tf.tile(toyImage(5), [to - from, 1, 1, 1]), alpha: nodes.slice(from, to).map((n) => n.node) }), job));
    const want = await numbersOf((job) => integrate({ ...question, baseline: job.own(toyImage(5)) }, nodes, job));
    expect(distance(got, want)).toBeLessThan(2e-6 * largest(want));
  });

  test('sample k is drawn at its own address, whatever the number of samples', async () => {
    const draws = stream(3, 'expected-gradients', 1);
    const b = tf.slice(background, draws.below(64), 1);
    const point = tf.add(b, tf.mul(tf.sub(x, b), draws.uniform()));
    const slope = (await fieldOf(gradientMethod, graph, point, { target: 1, score: { kind: 'logit' } })).data;
    const way = tf.sub(x, b).dataSync();
    const [one, two] = [await run(1), await run(2)];
    expect(distance(two, one.map((v, i) => (v + way[i]! * slope[i]!) / 2))).toBeLessThan(1e-6 * Math.max(1, largest(two)));
  });

  test('grows before the eyes: each estimate is the field of so many samples', async () => {
    const seen: Float32Array[] = [];
    await fieldOf(expectedGradients, graph, x, { ...question, seed: 3, background, params: { samples: 10, noise: 0 } }, testHost({ batch: 4, viewer: { wants: () => true, take: (data) => seen.push(data) } }));
    expect(seen.length).toBe(2);
    expect(distance(seen[0]!, await run(4))).toBeLessThan(1e-6);
    expect(distance(seen[1]!, await run(8))).toBeLessThan(1e-6);
  });

  test('noise is added to the image, at its own address', async () => {
    const [plain, noisy] = [await run(2), await run(2, 0.1)];
    expect(distance(plain, noisy)).toBeGreaterThan(1e-3);
    expect(distance(noisy, await run(2, 0.1))).toBe(0);
  });
});

describe('Prediction Difference', () => {
  /** Looks at the right half of an 8 × 8 image only. */
  const halfBlind = (scale = 0.4): Graph => {
    const seen = tf.concat([tf.zeros([8, 4, 3]), tf.ones([8, 4, 3])], 1);
    return linearNet(tf.mul(toyWeight('half', [192, 5], scale), tf.reshape(seen, [192, 1])), toyWeight('half/bias', [5], 0.3));
  };
  const settings = { window: 2, stride: 2, samples: 3 };

  test.each(['weight-of-evidence', 'information', 'score'] as const)('is 0 where the model does not look, and follows the definition elsewhere: %s', async (difference) => {
    const net = halfBlind();
    const got = await fieldOf(predictionDifference, net, x, { background, target: 1, seed: 3, score: { kind: 'probability' }, params: { ...settings, difference } });
    expect(got.shape).toEqual([1, 8, 8, 1]);
    const [image, ...fillings] = [x, ...drawRows(64, 3, 3, 'prediction-difference').map((row) => tf.slice(background, row, 1))].map((t) => t.dataSync());
    const [kernel, bias] = [net.nodes[1]!.weights.kernel!, net.nodes[1]!.weights.bias!].map((t) => t.dataSync()) as [Float32Array, Float32Array];
    const p = (pixels: ArrayLike<number>) => {
      const logits = Array.from(bias, (b, c) => Array.from(pixels).reduce((z, v, i) => z + v * kernel[5 * i + c]!, b)).map(Math.exp);
      return logits[1]! / sum(logits);
    };
    const odds = (q: number) => {
      const corrected = (q * 1e5 + 1) / (1e5 + 5);
      return Math.log2(corrected / (1 - corrected));
    };
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++) {
        const inWindow = (i: number) => Math.floor(i / 24) >> 1 === row >> 1 && (Math.floor(i / 3) % 8) >> 1 === column >> 1;
        const q = sum(fillings.map((filling) => p(image!.map((v, i) => (inWindow(i) ? filling[i]! : v))))) / 3;
        const want = { 'weight-of-evidence': odds(p(image!)) - odds(q), information: Math.log2(p(image!) / q), score: p(image!) - q }[difference];
        expect(got.data[8 * row + column]).toBeCloseTo(want, 4);
        if (column < 4) expect(got.data[8 * row + column]).toBe(0);
        else expect(got.data[8 * row + column]).not.toBe(0);
      }
  });

  test('a pixel gets the mean of the windows that cover it, and windows at the border are cut', async () => {
    const at = async (stride: number) => (await fieldOf(predictionDifference, halfBlind(), x, { background, target: 1, params: { window: 3, stride, samples: 1, difference: 'score' } })).data;
    const [fine, coarse] = [await at(1), await at(3)];
    expect(predictionDifference.passes({ window: 3, stride: 3, samples: 2, difference: 'score' }, { shape: [8, 8, 3], classes: 5, graph }).forward).toBe(1 + 2 * 9);
    expect(coarse[0]).toBe(fine[0]); // the corner is covered by one window only
    expect(coarse[7]).not.toBe(fine[7]);
  });

  test('does not lose its digits where the model is sure', () => {
    // p = 1 − 4e-9 against 1 − 4e-6, which single precision can hardly tell from 1: their complements can.
    const sure = { logP: Math.log1p(-4e-9), rest: 4e-9, score: 0, classes: 5 };
    const less = { ...sure, logP: Math.log1p(-4e-6), rest: 4e-6 };
    const corrected = (rest: number) => ((1 - rest) * 1e5 + 1) / (rest * 1e5 + 4);
    expect(differenceOf('weight-of-evidence', sure, [less])).toBeCloseTo(Math.log2(corrected(4e-9) / corrected(4e-6)), 12);
    const gone = { logP: -800, rest: 1, score: 0, classes: 5 };
    expect(differenceOf('information', { ...gone, logP: -802 }, [gone, gone])).toBeCloseTo(-2 / Math.LN2, 9);
    expect(Number.isFinite(differenceOf('weight-of-evidence', gone, [sure]))).toBe(true);
  });

  test('shows the whole image after each sample', async () => {
    const seen: Float32Array[] = [];
    const viewer = { wants: () => true, take: (data: Float32Array) => seen.push(data) };
    const params = { ...settings, difference: 'score' };
    await fieldOf(predictionDifference, halfBlind(), x, { background, target: 1, params }, testHost({ batch: 16, viewer }));
    expect(seen.length).toBe(2);
    for (const [i, estimate] of seen.entries())
      expect(distance(estimate, (await fieldOf(predictionDifference, halfBlind(), x, { background, target: 1, params: { ...params, samples: i + 1 } })).data)).toBe(0);
  });
});
