/** The worker's engine and scenes, on WASM in Node: drawn for the eye, changed, and what models make of parts of them. */
import { beforeAll, expect, test } from 'vitest';
import { Cancelled } from '../engine/job/job.ts';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import { stream } from '../engine/math/rng.ts';
import { makeScene, settingsOf } from '../engine/scenes/index.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { packMask } from '../fields/maskBits.ts';
import type { ExplainRequest, PredictResult, SceneChange, SceneResult } from './protocol.ts';
import type { Engine } from './serve.ts';
import { hostOf, ID, testZoo } from './testingZoo.ts';

const zoo = testZoo(async () => {
  await useBackend('wasm');
  await registerWasmKernels();
});
let engine: Engine;
beforeAll(async () => {
  engine = await zoo.started();
  // Loads the weights, so that what a request leaves behind can be counted.
  await engine.run({ kind: 'predict', model: ID, image: { kind: 'scene', seed: 3 } }, hostOf());
});

test('a scene for the eye comes in strips, coarse first, and ends as the whole', async () => {
  const strips: SceneResult[] = [];
  let time = 0;
  const quick = await zoo.started({ now: () => (time += 30) });
  const found = await quick.run({ kind: 'scene', seed: 3, size: 64 }, hostOf({ partial: (result) => result.kind === 'scene' && strips.push({ ...result, rgb: result.rgb.slice() }) }));
  if (found.kind !== 'scene') throw new Error('wrong kind');
  expect(strips.length).toBeGreaterThan(5);
  expect(strips[0]!.rowsDone).toBe(0);
  expect(strips.at(-1)!.rowsDone).toBeGreaterThan(32);
  expect([found.rowsDone, found.legend.some(({ name }) => name === 'ground')]).toEqual([64, true]);
  expect(strips[0]!.rgb).not.toEqual(found.rgb);
});

test('an intervention changes the image, and a part that the class lacks is an error that lists those it has', async () => {
  const run = (changes: ExplainRequest['image'] & { kind: 'scene' }) => engine.run({ kind: 'scene', seed: 3, size: 64, changes: changes.changes }, hostOf()) as Promise<SceneResult>;
  const [whole, empty] = [await run({ kind: 'scene', seed: 3 }), await run({ kind: 'scene', seed: 3, changes: [{ type: 'remove-object' }] })];
  expect(whole.ids.some((id) => id >= 4)).toBe(true);
  expect(empty.ids.some((id) => id >= 4)).toBe(false);
  await expect(run({ kind: 'scene', seed: 3, changes: [{ type: 'remove-part', part: 'wing' }] })).rejects.toThrow(/has no part 'wing'; its parts are/);
});

test('a scene says what of it can be changed, as it stands and as it was', async () => {
  const found = await engine.run({ kind: 'scene', seed: 36_145, size: 64, changes: [{ type: 'turn', value: 90 }, { type: 'remove-part', part: 'handle' }] }, hostOf());
  if (found.kind !== 'scene') throw new Error('wrong kind');
  expect([found.state.settings.turn, found.state.own.turn]).toEqual([90, settingsOf(makeScene(36_145)).turn]);
  expect(found.state.settings.hue).toBe(found.state.own.hue);
  expect(found.state.parts.filter(({ there }) => !there)).toEqual([{ name: 'handle', title: 'Handle', there: false, absent: false }]);
});

test('effects: what each unit does to the logit, as the models themselves say of the scene without it', async () => {
  const image = { kind: 'scene', seed: 36_145 } as const;
  const ask = { kind: 'effects', model: ID, image, target: 2, draws: 2, seed: 7 } as const;
  const steps: [number, number][] = [];
  const before = tf.memory().numTensors;
  const found = await engine.run(ask, hostOf({ progress: (done, total) => void steps.push([done, total]) }));
  expect(tf.memory().numTensors).toBe(before);
  if (found.kind !== 'effects') throw new Error('wrong kind');
  const logit = async (changes: SceneChange[]) => ((await engine.run({ kind: 'predict', model: ID, image: { ...image, changes } }, hostOf())) as PredictResult).logits[2]!;
  const whole = await logit([]);
  expect(found.value).toBeCloseTo(whole, 4);
  const unit = (name: string) => found.units.find((entry) => entry.name === name)!;
  expect(unit('handle').effect).toBeCloseTo(whole - (await logit([{ type: 'remove-part', part: 'handle' }])), 4);
  expect(unit('shadow').effect).toBeCloseTo(whole - (await logit([{ type: 'remove-shadow' }])), 4);
  expect(unit('handle').deviation).toBeUndefined();
  expect(unit('ground').deviation).toBeGreaterThan(0);
  const seeds = [0, 1].map((k) => stream(7, 'other-ground', k).bits());
  const others = await Promise.all(seeds.map((seed) => logit([{ type: 'ground', seed }])));
  expect(unit('ground').effect).toBeCloseTo(whole - (others[0]! + others[1]!) / 2, 4);
  expect(found.units.reduce((sum, { pixels }) => sum + pixels, 0)).toBe(64 * 64);
  expect(found.units.every(({ id, pixels }) => found.ids.filter((value) => value === id).length === pixels)).toBe(true);
  expect(steps.at(-1)![0]).toBe(steps.at(-1)![1]);
  let ticks = 0;
  await expect(engine.run({ ...ask, seed: 8 }, hostOf({ progress: () => ticks++, cancelled: () => ticks > 1 }))).rejects.toThrow(Cancelled);
  expect(tf.memory().numTensors).toBe(before);
  await expect(engine.run({ ...ask, target: 12 }, hostOf())).rejects.toThrow(/class 12 does not exist/);
});

test('reactions: the whole image is the prediction, an empty mask the fill; ticks, cancels, no tensor left', async () => {
  const image = { kind: 'scene', seed: 3 } as const;
  const places = 64 * 64;
  const half = Uint8Array.from({ length: places }, (_, at) => Number(at % 64 < 32));
  const shown = [new Uint8Array(places).fill(1), new Uint8Array(places), half, half.map((v) => 1 - v), half].map((mask, i) => ({ mask: packMask(mask), flat: i === 4 }));
  const ask = { kind: 'react', model: ID, image, target: 2, shown, fill: 'grey', seed: 0 } as const;
  const seen = (await engine.run({ kind: 'predict', model: ID, image }, hostOf())) as PredictResult;
  const before = tf.memory().numTensors;
  const steps: [number, number][] = [];
  const found = await engine.run(ask, hostOf({ progress: (done, total) => void steps.push([done, total]) }));
  expect(tf.memory().numTensors).toBe(before);
  if (found.kind !== 'react') throw new Error('wrong kind');
  expect([found.top.length, found.probability.length, found.top[0]]).toEqual([5, 5, seen.logits.indexOf(Math.max(...seen.logits))]);
  expect(Math.abs(found.probability[0]! - seen.probabilities[2]!)).toBeLessThan(1e-6);
  expect(new Set(found.probability).size).toBe(5);
  engine.put('grey', { data: new Float32Array(places * 3).fill(0.5), size: 64 });
  const grey = (await engine.run({ kind: 'predict', model: ID, image: { kind: 'picture', id: 'grey' } }, hostOf())) as PredictResult;
  expect(Math.abs(found.probability[1]! - grey.probabilities[2]!)).toBeLessThan(1e-6);
  expect(steps.at(-1)).toEqual([5, 5]);
  await expect(engine.run({ ...ask, shown: [...shown, ...shown] }, hostOf({ batchShare: 0.01, cancelled: () => true }))).rejects.toThrow(Cancelled);
  expect(tf.memory().numTensors).toBe(before);
  await expect(engine.run({ ...ask, target: 12 }, hostOf())).rejects.toThrow(/class 12 does not exist/);
  await expect(engine.run({ ...ask, shown: [{ mask: packMask([1]) }] }, hostOf())).rejects.toThrow(/is not one of 4096 places/);
});
