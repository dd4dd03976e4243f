import { expect, test } from 'vitest';
import { featureImage, fillOf, FILLS, NOISE_PURPOSE, type Rgb, type ShownPart } from '../../fields/featureImage.ts';
import { predict } from '../explain.ts';
import type { Graph } from '../graph/graph.ts';
import { Cancelled } from '../job/job.ts';
import { stream } from '../math/rng.ts';
import { useBackend } from '../testing/backends.ts';
import { testHost } from '../testing/laws.ts';
import { linearNet, toyCnn, toyImage, TOY_SIDE } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { react } from './featureImages.ts';

await useBackend('wasm');

const SIZE = TOY_SIDE;
const PLACES = SIZE * SIZE;
const imageOf = (index = 0): Rgb => {
  const x = toyImage(index, SIZE);
  const data = x.dataSync().slice() as Float32Array;
  x.dispose();
  return { data, size: SIZE };
};
const image = imageOf();
const part = (inside: (at: number) => boolean, flat = false): ShownPart => ({ mask: Uint8Array.from({ length: PLACES }, (_, at) => Number(inside(at))), flat });
const parts = [part(() => true), part(() => false), part((at) => at % 3 === 0), part((at) => at < 20), part((at) => at >= 20), part((at) => at % 3 === 0, true), part(() => true, true)];

/** logits = [Σ red, Σ green, Σ blue, 0] · `scale`: a model that counts the colours it is shown. */
function counting(scale = 0.3): Graph {
  const kernel = Float32Array.from({ length: PLACES * 3 * 4 }, (_, i) => (Math.floor(i / 4) % 3 === i % 4 ? scale : 0));
  return linearNet(tf.tensor2d(kernel, [PLACES * 3, 4]), tf.zeros([4]));
}

test('a model that counts colours answers the closed form', async () => {
  const graph = counting();
  const { top, probability, passes } = await react({ graph, image, target: 1, shown: parts, fill: 'grey', seed: 0 }, testHost());
  parts.forEach(({ mask, flat }, k) => {
    const inside = [...mask.keys()].filter((at) => mask[at]);
    const sums = [0, 1, 2].map((c) => 0.3 * (inside.reduce((sum, at) => sum + image.data[3 * at + c]!, 0) + 0.5 * (PLACES - inside.length)));
    const exps = [...sums, 0].map(Math.exp);
    expect(probability[k], `part ${k}${flat ? ', flat' : ''}`).toBeCloseTo(exps[1]! / exps.reduce((a, b) => a + b), 4);
    expect(top[k]).toBe(sums.indexOf(Math.max(...sums)));
  });
  expect(passes).toEqual({ forward: parts.length, backward: 0 });
});

test.each(FILLS)('the whole image gives the prediction, no place at all the fill’s, whatever is shown is what the page shows (%s)', async (fill) => {
  const graph = toyCnn();
  const { top, probability } = await react({ graph, image, target: 2, shown: parts, fill, seed: 5 }, testHost());
  const filled = fillOf(fill, image, stream(5, NOISE_PURPOSE));
  for (const [k, shown] of parts.entries()) {
    const x = tf.tensor4d(featureImage(image, shown, filled), [1, SIZE, SIZE, 3]);
    const { logits, probabilities } = await predict(graph, x);
    expect(Math.abs(probability[k]! - probabilities[2]!)).toBeLessThan(1e-6);
    expect(top[k]).toBe(logits.indexOf(Math.max(...logits)));
    x.dispose();
  }
  const whole = await predict(graph, tf.tensor4d(image.data, [1, SIZE, SIZE, 3]));
  expect(Math.abs(probability[0]! - whole.probabilities[2]!)).toBeLessThan(1e-6);
});

test('what a part is answered does not hang on its burst; only noise hangs on the seed', async () => {
  const graph = toyCnn();
  const ask = (batch: number, seed = 5) => react({ graph, image, target: 2, shown: parts, fill: 'noise', seed }, testHost({ batch }));
  const one = await ask(1);
  for (const batch of [2, 3, 64]) (await ask(batch)).probability.forEach((p, k) => expect(Math.abs(p - one.probability[k]!)).toBeLessThan(1e-6));
  expect((await ask(4, 6)).probability[1]).not.toBe(one.probability[1]);
  const grey = (seed: number) => react({ graph, image, target: 2, shown: parts, fill: 'grey', seed }, testHost());
  expect((await grey(1)).probability).toEqual((await grey(2)).probability);
});

test('a cancel at any tick leaves no tensor, nor does the end; nothing shown takes no pass', async () => {
  const graph = toyCnn();
  const ask = (host: ReturnType<typeof testHost>, shown = parts) => react({ graph, image, target: 2, shown, fill: 'blurred', seed: 0 }, host);
  const before = tf.memory().numTensors;
  const steps: number[] = [];
  await ask(testHost({ batch: 2, progress: (done) => steps.push(done) }));
  expect(steps).toEqual([2, 4, 6, 7]);
  expect(tf.memory().numTensors).toBe(before);
  for (let at = 1; at <= steps.length; at++) {
    let seen = 0;
    await expect(ask(testHost({ batch: 2, cancelled: () => ++seen >= at }))).rejects.toBeInstanceOf(Cancelled);
    expect(tf.memory().numTensors).toBe(before);
  }
  expect(await ask(testHost(), [])).toEqual({ top: new Uint8Array(0), probability: new Float32Array(0), passes: { forward: 0, backward: 0 } });
});

test('a class that the model does not have is named', async () => {
  await expect(react({ graph: toyCnn(), image, target: 7, shown: parts, fill: 'black', seed: 0 }, testHost())).rejects.toThrow('class 7 does not exist: the model has classes 0 to 4');
});
