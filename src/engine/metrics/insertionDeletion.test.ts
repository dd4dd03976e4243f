/** Insertion and deletion: the worked example of a softmax-linear model, and models for which the area must be 1, 0 or ½. */
import { describe, expect, test } from 'vitest';
import { runJob } from '../job/job.ts';
import { scores } from '../methods/walk.ts';
import { useBackend } from '../testing/backends.ts';
import { testHost } from '../testing/laws.ts';
import { linearNet } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { areaUnder, orderOf, rankedCurve, type Direction } from './insertionDeletion.ts';
import type { Scorer } from './metric.ts';

await useBackend('cpu');

async function curveOf(direction: Direction, x: tf.Tensor, ranking: ArrayLike<number>, score: Scorer, { perStep = 1, batch = 8, substrate = tf.zerosLike(x) } = {}) {
  const { result } = await runJob(testHost({ batch }), (job) => rankedCurve(direction, { x, substrate, ranking }, perStep, score, job));
  return result;
}
const close = (values: readonly number[], digits = 6) => values.map((v) => expect.closeTo(v, digits) as number);

test('the worked example: Local Attribution on a softmax-linear model, one input a step, from black', async () => {
  const w = [[1.2, -0.7, 0.4, 0.9, -0.3], [-0.5, 1.1, 0.3, -0.8, 0.6], [0.2, 0.6, -1.3, 0.5, 1.0], [-0.9, -0.4, 0.8, 1.3, -1.1]];
  const graph = linearNet(tf.transpose(tf.tensor2d(w)), tf.tensor1d([0.4, 0, -0.1, 0.2]));
  const x = tf.tensor2d([[0.9, 0.2, 0.0, 0.97, 0.5]]);
  const attribution = [0.3404705, 0.0347123, 0, 0.0756797, 0.0641952];
  const { result: curves } = await runJob(testHost(), async (job) => {
    const score: Scorer = (images) => scores({ graph, target: 0, score: { kind: 'probability' } }, images, job);
    return Promise.all((['insertion', 'deletion'] as const).map((direction) => rankedCurve(direction, { x, substrate: tf.zerosLike(x), ranking: attribution }, 1, score, job)));
  });
  expect([...curves[0]!.curve]).toEqual(close([0.3230411, 0.6598777, 0.7259441, 0.6727517, 0.6218492, 0.6218492]));
  expect(curves[0]!.area).toBeCloseTo(0.6305736, 6);
  expect([...curves[1]!.curve]).toEqual(close([0.6218492, 0.3153673, 0.2175623, 0.2764894, 0.3230411, 0.3230411]));
  expect(curves[1]!.area).toBeCloseTo(0.320981, 6);
});

describe('areas that must be so', () => {
  const x = tf.ones([1, 2, 2, 3]);
  /** 1 where the first pixel shows, else 0. */
  const first: Scorer = (images) => tf.mean(tf.reshape(tf.slice(images, [0, 0, 0, 0], [images.shape[0]!, 1, 1, 3]), [images.shape[0]!, 3]), -1);
  /** The share of entries that show. */
  const share: Scorer = (images) => tf.mean(tf.reshape(images, [images.shape[0]!, 12]), -1);
  test('the score is all in the pixel ranked first: inserted at once, deleted at once', async () => {
    expect(await curveOf('insertion', x, [9, 1, 2, 3], first)).toEqual({ curve: Float64Array.of(0, 1, 1, 1, 1), area: 0.875 });
    expect(await curveOf('deletion', x, [9, 1, 2, 3], first)).toEqual({ curve: Float64Array.of(1, 0, 0, 0, 0), area: 0.125 });
    expect((await curveOf('insertion', x, [0, 1, 2, 3], first)).area).toBe(0.125);
  });
  test('a score that counts what shows: ½, whatever the ranking; the last step is cut', async () => {
    expect([...(await curveOf('insertion', x, [3, 1, 2, 0], share)).curve]).toEqual(close([0, 0.25, 0.5, 0.75, 1]));
    const three = await curveOf('deletion', x, [3, 1, 2, 0], share, { perStep: 3 });
    expect([...three.curve]).toEqual(close([1, 0.25, 0]));
    expect(three.area).toBeCloseTo(0.375, 6);
  });
  test('entries in turn: the channels of a pixel switch at different steps', async () => {
    const ranking = Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 20 - i : -i));
    const { curve } = await curveOf('insertion', x, ranking, first);
    expect([...curve.slice(0, 7)]).toEqual(close([0, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 1]));
  });
  test('starts and ends at the substrate that was given, and does not hang on the batch', async () => {
    const substrate = tf.fill([1, 2, 2, 3], 0.5);
    const { curve } = await curveOf('insertion', x, [1, 2, 3, 4], share, { substrate, batch: 1 });
    expect([...curve]).toEqual(close([0.5, 0.625, 0.75, 0.875, 1]));
    expect((await curveOf('insertion', x, [1, 2, 3, 4], share, { substrate, batch: 3 })).curve).toEqual(curve);
  });
});

test('ranks are signed, and equal ones keep their place', () => expect([...orderOf([0, -5, 2, 2, 0])]).toEqual([2, 3, 0, 4, 1]));

test('says what does not fit', async () => {
  expect(() => areaUnder([1])).toThrow('a curve of 1 point has no area');
  await expect(curveOf('insertion', tf.ones([1, 2, 2, 3]), [1, 2, 3, 4, 5], (images) => tf.mean(images))).rejects.toThrow('a ranking of 5 places does not fit an image of 12 entries');
});
