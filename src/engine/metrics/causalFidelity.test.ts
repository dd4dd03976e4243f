/** Causal fidelity on models for which it must be 1, −1 or 0: effects are measured by taking units away, never assumed. */
import { describe, expect, test } from 'vitest';
import type { Field } from '../../fields/field.ts';
import { explain, predict } from '../explain.ts';
import type { Graph } from '../graph/graph.ts';
import { runJob } from '../job/job.ts';
import { noiseControl } from '../methods/controls.ts';
import { gradientTimesInput } from '../methods/gradientTimesInput.ts';
import type { Method } from '../methods/method.ts';
import { defaults } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { testHost } from '../testing/laws.ts';
import { linearNet } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { causalFidelity, creditedUnits, pairsOf } from './causalFidelity.ts';
import { pooledScore, type Measurement, type UnitTruth } from './metric.ts';

await useBackend('cpu');

const SIDE = 8;
const mask = (inside: (row: number, column: number) => boolean) => ({ data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => Number(inside(Math.floor(i / SIDE), i % SIDE))), height: SIDE, width: SIDE });

/** Bands of different widths, each of its own colour, on black. */
const BANDS = [1, 3, 2, 2].map((width, i, widths) => {
  const from = widths.slice(0, i).reduce((a, b) => a + b, 0);
  return { name: `band ${i}`, mask: mask((_, column) => column >= from && column < from + width) };
});
const COLOURS = [[0.9, 0.1, 0], [0, 0.8, 0.2], [0.1, 0, 1], [0.5, 0.5, 0.4]];
const image = (shown: (band: number) => boolean): tf.Tensor4D =>
  tf.tensor4d(Float32Array.from({ length: SIDE * SIDE * 3 }, (_, at) => BANDS.reduce((sum, band, i) => sum + band.mask.data[Math.floor(at / 3)]! * (shown(i) ? COLOURS[i]![at % 3]! : 0), 0)), [1, SIDE, SIDE, 3]);

/** logit 0 = Σ w(colour channel) · x: linear in each unit's area, with weights of both signs; logit 1 = 0. */
const graph: Graph = linearNet(tf.tensor2d(Float32Array.from({ length: SIDE * SIDE * 6 }, (_, at) => (at % 2 === 0 ? [1, -2, 0.5][(at >> 1) % 3]! : 0)), [SIDE * SIDE * 3, 2]), tf.zeros([2]));

/** f(x) − f(x with the band black), by the model itself. */
async function truths(): Promise<UnitTruth[]> {
  const logit = async (x: tf.Tensor) => (await predict(graph, x).finally(() => x.dispose())).logits[0]!;
  const whole = await logit(image(() => true));
  return Promise.all(BANDS.map(async (band, i) => ({ ...band, effect: whole - (await logit(image((other) => other !== i))) })));
}
async function mapOf(method: Method, seed = 0): Promise<Field> {
  const x = image(() => true);
  return explain({ graph, method, x, target: 0, score: { kind: 'logit' }, seed, params: {} }, testHost()).finally(() => x.dispose());
}
const scaled = (map: Field, by: number): Field => ({ ...map, data: map.data.map((v) => by * v) });

async function measure(map: Field, units: readonly UnitTruth[], { signed = true, noise = causalFidelity.params.noise.default } = {}): Promise<Measurement> {
  const x = tf.zeros([1, SIDE, SIDE, 3]);
  const { result } = await runJob(testHost(), (job) => causalFidelity.measure({ map, signed, units, x, target: 0, seed: 0, params: { noise } }, job));
  x.dispose();
  return result;
}

describe('scores that must be so', () => {
  test('a linear model and its exact explanation: 1; the explanation reversed: −1; no credit at all: 0', async () => {
    const [units, map] = [await truths(), await mapOf(gradientTimesInput)];
    expect(new Set(units.map(({ effect }) => Math.sign(effect)))).toEqual(new Set([1, -1]));
    expect(await measure(map, units)).toEqual({ score: 1, detail: { concordant: 6, discordant: 0, even: 0, indistinct: 0 } });
    expect((await measure(scaled(map, -3), units)).score).toBe(-1);
    expect(await measure(scaled(map, 0), units)).toEqual({ score: 0, detail: { concordant: 0, discordant: 0, even: 6, indistinct: 0 } });
  });
  test('a map that knows nothing: about 0 over 400 seeds, by the metric’s own pooling', async () => {
    const units = await truths();
    const images: Measurement[] = [];
    for (let seed = 0; seed < 400; seed++) images.push(await measure(await mapOf(noiseControl, seed), units));
    // 400 draws of τ of 4 units: standard deviation √(2·(2·4+5)/(9·4·3)) / √400 = 0.025.
    expect(Math.abs(pooledScore(causalFidelity, images)!)).toBeLessThan(0.075);
    expect(new Set(images.map(({ score }) => score)).size).toBeGreaterThan(4);
  });
  test('without a sign, held against the size of the effects: |map| is right there and wrong against signed ones', async () => {
    const units = await truths();
    const plane = creditedUnits({ map: await mapOf(gradientTimesInput), signed: true }, units).map(({ credit }) => Math.abs(credit));
    const map: Field = { data: Float32Array.from({ length: SIDE * SIDE }, (_, i) => BANDS.reduce((sum, band, k) => sum + (band.mask.data[i]! * plane[k]!) / band.mask.data.reduce((a, b) => a + b, 0), 0)), height: SIDE, width: SIDE, channels: 1 };
    expect((await measure(map, units, { signed: false })).score).toBe(1);
    expect((await measure(map, units)).score).toBeLessThan(1);
  });
});

test('credits are sums over pixels and channels, of a coarser map too', async () => {
  const units = await truths();
  const full: Field = { data: new Float32Array(SIDE * SIDE * 3).fill(0.5), height: SIDE, width: SIDE, channels: 3 };
  expect(creditedUnits({ map: full, signed: true }, units).map(({ credit }) => credit)).toEqual([12, 36, 24, 24]);
  const coarse: Field = { data: Float32Array.of(8, 16, 8, 16), height: 2, width: 2, channels: 1 };
  expect(creditedUnits({ map: coarse, signed: true }, units).map(({ credit }) => credit)).toEqual([4, 12, 16, 16]);
});

test('a unit without a pixel is left out, and pairs within the noise are not compared', async () => {
  const map = await mapOf(gradientTimesInput);
  const [first, second, third] = await truths();
  const hidden = { name: 'hidden', mask: mask(() => false), effect: 1e6 };
  expect((await measure(map, [first!, second!, hidden])).detail).toEqual({ concordant: 1, discordant: 0, even: 0, indistinct: 0 });
  const gap = Math.abs(first!.effect - third!.effect);
  const unsure = [{ ...first!, error: gap * 0.6 }, third!];
  expect(await measure(map, unsure, { noise: 2 })).toEqual({ score: undefined, detail: { concordant: 0, discordant: 0, even: 0, indistinct: 1 } });
  expect((await measure(map, unsure, { noise: 1.5 })).score).toBe(1);
  expect(pooledScore(causalFidelity, [await measure(map, unsure)])).toBeUndefined();
});

test('pools pairs, not scores: a scene with one pair counts a sixth of one with six', () => {
  const image = (concordant: number, discordant: number): Measurement => ({ score: (concordant - discordant) / (concordant + discordant), detail: { concordant, discordant, even: 0, indistinct: 2 } });
  expect(pooledScore(causalFidelity, [image(6, 0), image(0, 1)])).toBeCloseTo(5 / 7, 12);
  expect(pairsOf(image(6, 0))).toEqual({ concordant: 6, discordant: 0, even: 0, indistinct: 2 });
});

test('the declared parameters are those that are read', () => expect(defaults(causalFidelity.params)).toEqual({ noise: 2 }));

