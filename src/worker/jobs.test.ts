/** Which job a worker gets: the first, or one near it on a model that it holds; work without a model never overtakes. */
import { expect, test } from 'vitest';
import { newJob, nextJob, type Job } from './jobs.ts';
import type { InspectRequest, PredictRequest, SceneRequest } from './protocol.ts';

const predict = (model: string, order: number, background = false): Job =>
  newJob({ kind: 'predict', model, image: { kind: 'scene', seed: 1 } } satisfies PredictRequest, order, background);
const scene = (order: number): Job => newJob({ kind: 'scene', seed: 1, size: 256 } satisfies SceneRequest, order, false);

test('a worker without models takes the first job', () => {
  const first = predict('a', -3);
  expect(nextJob([scene(0), predict('b', -2), first], new Set())).toBe(first);
});

test('a worker takes a job near the first whose model it holds', () => {
  const held = predict('b', -2);
  expect(nextJob([predict('a', -3), held], new Set(['b']))).toBe(held);
  expect(nextJob([predict('a', 0), predict('c', 1), predict('d', 2), predict('e', 3), predict('b', 4)], new Set(['b']))!.order).toBe(0);
});

test('a picture waits for the predictions before it, and comes at its turn', () => {
  const picture = scene(0);
  expect(nextJob([picture, predict('a', -1)], new Set())).not.toBe(picture);
  expect(nextJob([picture, predict('b', 1)], new Set(['b']))).toBe(picture);
});

test('the background waits for all that is not', () => {
  const wanted = predict('a', 5);
  expect(nextJob([predict('b', 0, true), wanted], new Set(['b']))).toBe(wanted);
});

test('an ensemble is near for a worker that holds all of its members', () => {
  const both = predict('mean(b,c)', 1);
  expect(nextJob([predict('a', 0), both], new Set(['b', 'c', 'd']))).toBe(both);
  expect(nextJob([predict('a', 0), both], new Set(['b']))!.order).toBe(0);
});

test('what a dialog waits for is not overtaken, also not by work on a model at hand that gave way to it', () => {
  const pressing = newJob({ kind: 'inspect', files: 'f' } satisfies InspectRequest, 5, false);
  expect(nextJob([predict('b', 0), pressing, predict('a', 1)], new Set(['b']))).toBe(pressing);
});
