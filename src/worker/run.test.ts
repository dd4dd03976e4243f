/** The worker's engine on WASM in Node: explanations, predictions, what can be described. Loading is runModels.test.ts, scenes are runScenes.test.ts. */
import { beforeAll, expect, test } from 'vitest';
import { Cancelled } from '../engine/job/job.ts';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import { METHODS } from '../engine/methods/index.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import type { ExplainRequest } from './protocol.ts';
import type { Engine } from './serve.ts';
import { hostOf, ID, REQUEST, testZoo } from './testingZoo.ts';

const zoo = testZoo(async () => {
  await useBackend('wasm');
  await registerWasmKernels();
});
let engine: Engine;
beforeAll(async () => void (engine = await zoo.started()));

test('an explanation: size, passes, completeness, and no tensor left', async () => {
  const phases: string[] = [];
  const bursts: number[] = [];
  const host = hostOf({ phase: (phase, burstMs) => void (burstMs === undefined ? phases.push(phase) : bursts.push(burstMs)) });
  const first = await engine.run(REQUEST, host);
  const before = tf.memory().numTensors;
  const found = await engine.run(REQUEST, host);
  if (first.kind !== 'explain' || found.kind !== 'explain') throw new Error('wrong kind');
  expect([found.height, found.width, found.channels, first.passes.backward, found.backend]).toEqual([64, 64, 3, 8, 'wasm']);
  expect(found.data).toHaveLength(64 * 64 * 3);
  expect(Math.abs(found.gap!)).toBeLessThan(0.5);
  expect(phases).toEqual(['loading', 'computing', 'computing']);
  expect(bursts).toHaveLength(2);
  expect(Math.min(...bursts)).toBeGreaterThan(0);
  expect(tf.memory().numTensors).toBe(before);
});

test('half the batch gives the same field, to the bit', async () => {
  // Two engines that know nothing yet: neither how fast this machine is, nor a gradient.
  const [whole, half] = [await (await zoo.started()).run(REQUEST, hostOf()), await (await zoo.started()).run(REQUEST, hostOf({ batchShare: 0.25 }))];
  if (whole.kind !== 'explain' || half.kind !== 'explain') throw new Error('wrong kind');
  expect(half.batch).toBeLessThan(whole.batch);
  expect(half.data).toEqual(whole.data);
});

test('more steps compute only what is new; recalled or computed, the field is the same to the bit', async () => {
  const ask = (steps: number, change: Partial<ExplainRequest> = {}): ExplainRequest => ({ ...REQUEST, image: { kind: 'scene', seed: 4 }, params: { steps, rule: 'nested' }, ...change });
  const run = async (on: Engine, what: ExplainRequest) => {
    const found = await on.run(what, hostOf());
    if (found.kind !== 'explain') throw new Error('wrong kind');
    return found;
  };
  const [first, more] = [await run(engine, ask(6)), await run(engine, ask(10))];
  expect([first.passes, more.passes]).toEqual([{ forward: 6, backward: 6 }, { forward: 4, backward: 4, recalled: 6 }]);
  const fresh = await run(await zoo.started(), ask(10));
  expect(fresh.passes).toEqual({ forward: 10, backward: 10 });
  expect(more.data).toEqual(fresh.data);
  const smooth = { method: 'smoothgrad', params: { samples: 5 } };
  await run(engine, ask(0, smooth));
  const grown = await run(engine, ask(0, { ...smooth, params: { samples: 7 } }));
  expect(grown.passes).toEqual({ forward: 2, backward: 2, recalled: 5 });
  expect(grown.data).toEqual((await run(await zoo.started(), ask(0, { ...smooth, params: { samples: 7 } }))).data);
  const others = [{ seed: 1 }, { target: 3 }, { score: { kind: 'probability' } }, { image: { kind: 'scene', seed: 5 } }] as const;
  for (const change of others) expect((await run(engine, ask(6, change))).passes).toEqual({ forward: 6, backward: 6 });
  expect((await run(engine, ask(6, { params: { steps: 6, rule: 'nested', baseline: 'white' } }))).passes).toEqual({ forward: 6, backward: 6 });
});

test('what is kept is told apart from what is left behind', async () => {
  const [tensors, { kept }] = [tf.memory().numTensors, engine.memory()];
  expect(kept!.tensors).toBeGreaterThan(10);
  expect(kept!.bytes).toBe(kept!.tensors * 64 * 64 * 3 * 4);
  expect(engine.memory().tensors).toBe(tensors - kept!.tensors);
});

test('a prediction: probabilities that sum to one, and how strange the image is', async () => {
  const found = await engine.run({ kind: 'predict', model: ID, image: { kind: 'scene', seed: 3 } }, hostOf());
  if (found.kind !== 'predict') throw new Error('wrong kind');
  expect(found.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(found.strangeness).toBeGreaterThanOrEqual(0);
  expect(found.strangeness).toBeLessThanOrEqual(1);
});

test('a cancel in the middle leaves no tensor', async () => {
  const before = tf.memory().numTensors;
  let ticks = 0;
  await expect(engine.run(REQUEST, hostOf({ progress: () => ticks++, cancelled: () => ticks > 0, batchShare: 0.25 }))).rejects.toThrow(Cancelled);
  expect(tf.memory().numTensors).toBe(before);
});

test('a description says passes and claims without computing', async () => {
  const found = await engine.run({ kind: 'describe', model: ID, method: 'integrated-gradients', params: { steps: 16 } }, hostOf());
  expect(found).toMatchObject({ kind: 'describe', passes: { backward: 16, exact: true } });
});

test('capabilities describe every method with its defaults, in one answer', async () => {
  const found = await engine.run({ kind: 'capabilities', model: ID }, hostOf());
  if (found.kind !== 'capabilities') throw new Error('wrong kind');
  expect(Object.keys(found.methods)).toEqual(METHODS.map(({ id }) => id));
  const one = await engine.run({ kind: 'describe', model: ID, method: 'integrated-gradients', params: {} }, hostOf());
  expect({ kind: 'describe', ...found.methods['integrated-gradients'] }).toEqual(one);
});

test('a picture that was never put is asked for again', async () => {
  await expect(engine.run({ kind: 'predict', model: ID, image: { kind: 'picture', id: 'x' } }, hostOf())).rejects.toThrow("the picture 'x' is no longer in memory: open the file again");
  engine.put('x', { data: new Float32Array(64 * 64 * 3).fill(0.5), size: 64 });
  expect((await engine.run({ kind: 'predict', model: ID, image: { kind: 'picture', id: 'x' } }, hostOf())).kind).toBe('predict');
});
