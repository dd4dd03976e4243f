/** The worker's engine and its models, on WASM in Node: loading, what fails on the way, memory, ensembles. */
import { beforeAll, expect, test } from 'vitest';
import { Cancelled } from '../engine/job/job.ts';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { ensembleId } from './key.ts';
import type { PredictResult, Request } from './protocol.ts';
import { failureOf, type Engine } from './serve.ts';
import { hostOf, ID, REQUEST, testZoo, TWIN } from './testingZoo.ts';

const zoo = testZoo(async () => {
  await useBackend('wasm');
  await registerWasmKernels();
});
let engine: Engine;
beforeAll(async () => void (engine = await zoo.started()));

test('weights are loaded once, telling how far they are; damaged ones are refused by checksum, and a retry fetches them anew', async () => {
  const fresh = await zoo.started();
  const told: unknown[][] = [];
  const host = hostOf({ loading: (...about) => void told.push(about) });
  zoo.trouble.damaged = 1;
  await expect(fresh.run(REQUEST, host)).rejects.toThrow(/checksum .* damaged or of another version/);
  zoo.asked.length = told.length = 0;
  await fresh.run(REQUEST, host);
  await fresh.run(REQUEST, host);
  expect(zoo.asked.toSorted()).toEqual([`${ID}/card.json`, `${ID}/graph.json`, `${ID}/weights.bin`]);
  expect(told).toEqual([[ID, zoo.weights[ID]! / 2, zoo.weights[ID]]]);
});

test('what a model can do is said without its weights, the same as with them, and leaves no tensor', async () => {
  const fresh = await zoo.started();
  const before = tf.memory().numTensors;
  zoo.asked.length = 0;
  const outlined = await fresh.run({ kind: 'capabilities', model: ID }, hostOf());
  expect(zoo.asked).toEqual([`${ID}/graph.json`]);
  expect(tf.memory().numTensors).toBe(before);
  expect(outlined).toEqual(await engine.run({ kind: 'capabilities', model: ID }, hostOf()));
});

test('without a connection the model is named, with what to do', async () => {
  const fresh = await zoo.started();
  zoo.trouble.offline = true;
  await expect(fresh.run(REQUEST, hostOf())).rejects.toThrow('Residual net is not on this computer yet, and there is no connection: go online, then press Retry');
  zoo.trouble.connected = true;
  await expect(fresh.run(REQUEST, hostOf())).rejects.toThrow('Residual net could not be loaded, this site does not answer: check the connection, then press Retry');
  zoo.trouble.offline = zoo.trouble.connected = false;
  expect((await fresh.run(REQUEST, hostOf())).kind).toBe('explain');
});

test('what is too large for the memory is refused before it starts, in words; what only goes forward still runs', async () => {
  const small = await zoo.started({ room: () => 1.2e6 }); // the weights alone take 0.85 MB
  const refused = await small.run(REQUEST, hostOf()).catch((error: unknown) => error);
  expect(failureOf(refused)).toEqual({ reason: 'failed', message: expect.stringMatching(/^Residual net at 64×64 needs about \d\.\d MB for one image with Integrated Gradients, and this page can use about 1\.2 MB: choose a smaller image/) as string });
  const occluded = await small.run({ ...REQUEST, method: 'occlusion', params: { patch: 32, stride: 32 } }, hostOf());
  expect(occluded.kind).toBe('explain');
});

const BOTH = ensembleId([TWIN, ID]);

test('an ensemble: described without weights, loaded from its members with their progress, the mean of their logits', async () => {
  const fresh = await zoo.started();
  const before = tf.memory().numTensors;
  zoo.asked.length = 0;
  const outlined = await fresh.run({ kind: 'capabilities', model: BOTH }, hostOf());
  expect(zoo.asked.toSorted()).toEqual([`${ID}/graph.json`, `${TWIN}/graph.json`]);
  expect(tf.memory().numTensors).toBe(before);
  const told: unknown[][] = [];
  const phases: string[] = [];
  const host = hostOf({ loading: (...about) => void told.push(about), phase: (phase) => void phases.push(phase) });
  const predicted = async (model: string) => (await fresh.run({ kind: 'predict', model, image: { kind: 'scene', seed: 3 } }, host)) as PredictResult;
  const both = await predicted(BOTH);
  expect(phases[0]).toBe('loading');
  expect(told).toEqual([[ID, zoo.weights[ID]! / 2, zoo.weights[ID]], [TWIN, zoo.weights[TWIN]! / 2, zoo.weights[TWIN]]]);
  const weights = tf.memory().numTensors;
  zoo.asked.length = 0;
  const [a, b] = [await predicted(ID), await predicted(TWIN)];
  expect([zoo.asked, tf.memory().numTensors]).toEqual([[], weights]);
  expect(a.logits).not.toEqual(b.logits);
  both.logits.forEach((v, c) => expect(v).toBeCloseTo((a.logits[c]! + b.logits[c]!) / 2, 5));
  expect(both).not.toHaveProperty('strangeness');
  expect(await fresh.run({ kind: 'capabilities', model: BOTH }, hostOf())).toEqual(outlined);
  if (outlined.kind !== 'capabilities') throw new Error('wrong kind');
  expect(outlined.methods['grad-cam']!.reason).toContain('an ensemble has one map in each member');
  expect(outlined.methods['lrp-epsilon']!.reason).toBeUndefined();
});

test('an ensemble is explained, asked about parts and drawn like a model; what ends early leaves no tensor', async () => {
  const ask = { ...REQUEST, model: BOTH };
  const found = await engine.run(ask, hostOf());
  if (found.kind !== 'explain') throw new Error('wrong kind');
  const single = await Promise.all([ID, TWIN].map((model) => engine.run({ ...REQUEST, model }, hostOf())));
  const most = Math.max(...found.data.map(Math.abs));
  found.data.forEach((v, i) => expect(Math.abs(v - single.reduce((sum, one) => sum + (one as typeof found).data[i]! / 2, 0))).toBeLessThan(1e-4 * most));
  const before = engine.memory().tensors;
  await expect(engine.run({ ...ask, seed: 9, image: { kind: 'scene', seed: 8 } }, hostOf({ cancelled: () => true, batchShare: 0.25 }))).rejects.toThrow(Cancelled);
  expect(engine.memory().tensors).toBe(before);
  const drawn = await engine.run({ kind: 'graph', model: BOTH }, hostOf());
  if (drawn.kind !== 'graph') throw new Error('wrong kind');
  expect([drawn.output, drawn.features]).toEqual(['mean', undefined]);
});

test('what is no ensemble is refused in words', async () => {
  const run = (model: string, kind: 'predict' | 'capabilities' | 'card' = 'predict') => engine.run({ kind, model, image: { kind: 'scene', seed: 3 } } as Request, hostOf());
  await expect(run(`mean(${ID})`)).rejects.toThrow(`an ensemble of 1 model ('${ID}'): name at least two`);
  await expect(run(`mean(${ID},vgg-99)`)).rejects.toThrow(`there is no model 'vgg-99', which 'mean(${ID},vgg-99)' names: choose from ${ID}, ${TWIN}`);
  await expect(run('mean(,)', 'capabilities')).rejects.toThrow("there is no model ''");
  await expect(run(BOTH, 'card')).rejects.toThrow('is an ensemble and has no card: ask for those of its members');
});
