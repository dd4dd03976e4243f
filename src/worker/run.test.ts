/** The worker's engine as a whole, on WASM in Node: a zoo of one freshly initialised model in memory. */
import { beforeAll, expect, test } from 'vitest';
import { registerWasmKernels } from '../engine/kernels/index.ts';
import type { ModelCard } from '../engine/models/manifest.ts';
import { ARCHITECTURES } from '../engine/models/architectures/index.ts';
import { METHODS } from '../engine/methods/index.ts';
import { packModel } from '../engine/models/zoo.ts';
import { Cancelled } from '../engine/job/job.ts';
import { packMask } from '../fields/maskBits.ts';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { stream } from '../engine/math/rng.ts';
import { makeScene, settingsOf } from '../engine/scenes/index.ts';
import { ensembleId } from './key.ts';
import type { ExplainRequest, PredictResult, Request, SceneChange, SceneResult } from './protocol.ts';
import { Unreachable } from './loadBytes.ts';
import { createEngine, type Surroundings } from './run.ts';
import { failureOf, type Engine, type RunHost } from './serve.ts';
import { breathe } from './testing.ts';

const CLASSES = Array.from({ length: 12 }, (_, i) => ({ id: `c${i}`, title: `C ${i}` }));
const { id: ID, build } = ARCHITECTURES[1];
const plain = build(1, CLASSES.length);
const packed = (id: string, title: string, network = plain) => packModel({ id, title, family: 'residual', inputSize: 64, classes: CLASSES, training: { seed: 1, scenes: 0, epochs: 0 } }, network);
const { file, bytes } = packed(ID, 'Residual net');
/** Another initialisation, for an ensemble. */
const TWIN = 'twin';
const twin = packed(TWIN, 'Twin', build(2, CLASSES.length));
const width = plain.nodes.find(({ op }) => op === 'dense')!.weights.kernel!.shape[0]!;
const cardOf = (sha256: string) => ({
  sha256,
  features: { means: [new Array<number>(width).fill(0)], deviation: new Array<number>(width).fill(1), quantiles: Array.from({ length: 101 }, (_, i) => i / 10) },
}) as unknown as ModelCard;
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer;

let damaged = 0;
const asked: string[] = [];
let offline = false;
/** There is a connection, but no answer. */
let connected = false;
const files: Record<string, () => ArrayBuffer> = {
  'index.json': () => text([[ID, 'Residual net'], [TWIN, 'Twin']].map(([id, title]) => ({ id, title, classes: CLASSES.map((entry) => entry.id) }))),
  [`${ID}/graph.json`]: () => text(file),
  [`${ID}/card.json`]: () => text(cardOf(file.weights.sha256)),
  [`${TWIN}/graph.json`]: () => text(twin.file),
  [`${TWIN}/card.json`]: () => text(cardOf(twin.file.weights.sha256)),
  [`${TWIN}/weights.bin`]: () => twin.bytes.slice().buffer as ArrayBuffer,
  [`${ID}/weights.bin`]: () => (damaged-- > 0 ? bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) : bytes.slice()).buffer as ArrayBuffer,
};

const around: Surroundings = {
  startBackend: async () => {
    await useBackend('wasm');
    await registerWasmKernels();
    return { backend: 'wasm', tried: [] };
  },
  zoo: () => async (name, expected, progress) => {
    asked.push(name);
    if (offline && name !== 'index.json') throw new Unreachable(name, 'Failed to fetch', !connected);
    if (expected) progress?.(expected.bytes / 2, expected.bytes);
    return files[name]?.() ?? Promise.reject(new Error(`${name} answered 404`));
  },
  now: () => performance.now(),
  heapBytes: () => 0,
  checkMemory: () => {},
};

async function started(): Promise<Engine> {
  const engine = createEngine(around);
  await engine.start({ type: 'start', zoo: '' });
  return engine;
}
const hostOf = (change: Partial<RunHost> = {}): RunHost => ({ batchShare: 1, breathe, cancelled: () => false, progress: () => {}, phase: () => {}, loading: () => {}, partial: () => {}, ...change });
const request: ExplainRequest = { kind: 'explain', model: ID, method: 'integrated-gradients', image: { kind: 'scene', seed: 3 }, target: 2, score: { kind: 'logit' }, seed: 0, params: { steps: 8 } };

let engine: Engine;
beforeAll(async () => void (engine = await started()));

test('an explanation: size, passes, completeness, and no tensor left', async () => {
  const phases: string[] = [];
  const bursts: number[] = [];
  const host = hostOf({ phase: (phase, burstMs) => void (burstMs === undefined ? phases.push(phase) : bursts.push(burstMs)) });
  const first = await engine.run(request, host);
  const before = tf.memory().numTensors;
  const found = await engine.run(request, host);
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
  const [whole, half] = [await (await started()).run(request, hostOf()), await (await started()).run(request, hostOf({ batchShare: 0.25 }))];
  if (whole.kind !== 'explain' || half.kind !== 'explain') throw new Error('wrong kind');
  expect(half.batch).toBeLessThan(whole.batch);
  expect(half.data).toEqual(whole.data);
});

test('more steps compute only what is new; recalled or computed, the field is the same to the bit', async () => {
  const ask = (steps: number, change: Partial<ExplainRequest> = {}): ExplainRequest => ({ ...request, image: { kind: 'scene', seed: 4 }, params: { steps, rule: 'nested' }, ...change });
  const run = async (on: Engine, what: ExplainRequest) => {
    const found = await on.run(what, hostOf());
    if (found.kind !== 'explain') throw new Error('wrong kind');
    return found;
  };
  const [first, more] = [await run(engine, ask(6)), await run(engine, ask(10))];
  expect([first.passes, more.passes]).toEqual([{ forward: 6, backward: 6 }, { forward: 4, backward: 4, recalled: 6 }]);
  const fresh = await run(await started(), ask(10));
  expect(fresh.passes).toEqual({ forward: 10, backward: 10 });
  expect(more.data).toEqual(fresh.data);
  const smooth = { method: 'smoothgrad', params: { samples: 5 } };
  await run(engine, ask(0, smooth));
  const grown = await run(engine, ask(0, { ...smooth, params: { samples: 7 } }));
  expect(grown.passes).toEqual({ forward: 2, backward: 2, recalled: 5 });
  expect(grown.data).toEqual((await run(await started(), ask(0, { ...smooth, params: { samples: 7 } }))).data);
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
  await expect(engine.run(request, hostOf({ progress: () => ticks++, cancelled: () => ticks > 0, batchShare: 0.25 }))).rejects.toThrow(Cancelled);
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

test('a scene for the eye comes in strips, coarse first, and ends as the whole', async () => {
  const strips: SceneResult[] = [];
  let time = 0;
  const quick = createEngine({ ...around, now: () => (time += 30) });
  await quick.start({ type: 'start', zoo: '' });
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

test('weights are loaded once, telling how far they are; damaged ones are refused by checksum, and a retry fetches them anew', async () => {
  const fresh = await started();
  const told: unknown[][] = [];
  const host = hostOf({ loading: (...about) => void told.push(about) });
  damaged = 1;
  await expect(fresh.run(request, host)).rejects.toThrow(/checksum .* damaged or of another version/);
  asked.length = told.length = 0;
  await fresh.run(request, host);
  await fresh.run(request, host);
  expect(asked.toSorted()).toEqual([`${ID}/card.json`, `${ID}/graph.json`, `${ID}/weights.bin`]);
  expect(told).toEqual([[ID, bytes.length / 2, bytes.length]]);
});

test('what a model can do is said without its weights, the same as with them, and leaves no tensor', async () => {
  const fresh = await started();
  const before = tf.memory().numTensors;
  asked.length = 0;
  const outlined = await fresh.run({ kind: 'capabilities', model: ID }, hostOf());
  expect(asked).toEqual([`${ID}/graph.json`]);
  expect(tf.memory().numTensors).toBe(before);
  expect(outlined).toEqual(await engine.run({ kind: 'capabilities', model: ID }, hostOf()));
});

test('without a connection the model is named, with what to do', async () => {
  const fresh = await started();
  offline = true;
  await expect(fresh.run(request, hostOf())).rejects.toThrow('Residual net is not on this computer yet, and there is no connection: go online, then press Retry');
  connected = true;
  await expect(fresh.run(request, hostOf())).rejects.toThrow('Residual net could not be loaded, this site does not answer: check the connection, then press Retry');
  offline = connected = false;
  expect((await fresh.run(request, hostOf())).kind).toBe('explain');
});

test('what is too large for the memory is refused before it starts, in words; what only goes forward still runs', async () => {
  const small = createEngine({ ...around, room: () => 1.2e6 }); // the weights alone take 0.85 MB
  await small.start({ type: 'start', zoo: '' });
  const refused = await small.run(request, hostOf()).catch((error: unknown) => error);
  expect(failureOf(refused)).toEqual({ reason: 'failed', message: expect.stringMatching(/^Residual net at 64×64 needs about \d\.\d MB for one image with Integrated Gradients, and this page can use about 1\.2 MB: choose a smaller image/) as string });
  const occluded = await small.run({ ...request, method: 'occlusion', params: { patch: 32, stride: 32 } }, hostOf());
  expect(occluded.kind).toBe('explain');
});

test('a picture that was never put is asked for again', async () => {
  await expect(engine.run({ kind: 'predict', model: ID, image: { kind: 'picture', id: 'x' } }, hostOf())).rejects.toThrow("the picture 'x' is no longer in memory: open the file again");
  engine.put('x', { data: new Float32Array(64 * 64 * 3).fill(0.5), size: 64 });
  expect((await engine.run({ kind: 'predict', model: ID, image: { kind: 'picture', id: 'x' } }, hostOf())).kind).toBe('predict');
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

const BOTH = ensembleId([TWIN, ID]);

test('an ensemble: described without weights, loaded from its members with their progress, the mean of their logits', async () => {
  const fresh = await started();
  const before = tf.memory().numTensors;
  asked.length = 0;
  const outlined = await fresh.run({ kind: 'capabilities', model: BOTH }, hostOf());
  expect(asked.toSorted()).toEqual([`${ID}/graph.json`, `${TWIN}/graph.json`]);
  expect(tf.memory().numTensors).toBe(before);
  const told: unknown[][] = [];
  const phases: string[] = [];
  const host = hostOf({ loading: (...about) => void told.push(about), phase: (phase) => void phases.push(phase) });
  const predicted = async (model: string) => (await fresh.run({ kind: 'predict', model, image: { kind: 'scene', seed: 3 } }, host)) as PredictResult;
  const both = await predicted(BOTH);
  expect(phases[0]).toBe('loading');
  expect(told).toEqual([[ID, bytes.length / 2, bytes.length], [TWIN, twin.bytes.length / 2, twin.bytes.length]]);
  const weights = tf.memory().numTensors;
  asked.length = 0;
  const [a, b] = [await predicted(ID), await predicted(TWIN)];
  expect([asked, tf.memory().numTensors]).toEqual([[], weights]);
  expect(a.logits).not.toEqual(b.logits);
  both.logits.forEach((v, c) => expect(v).toBeCloseTo((a.logits[c]! + b.logits[c]!) / 2, 5));
  expect(both).not.toHaveProperty('strangeness');
  expect(await fresh.run({ kind: 'capabilities', model: BOTH }, hostOf())).toEqual(outlined);
  if (outlined.kind !== 'capabilities') throw new Error('wrong kind');
  expect(outlined.methods['grad-cam']!.reason).toContain('an ensemble has one map in each member');
  expect(outlined.methods['lrp-epsilon']!.reason).toBeUndefined();
});

test('an ensemble is explained, asked about parts and drawn like a model; what ends early leaves no tensor', async () => {
  const ask = { ...request, model: BOTH };
  const found = await engine.run(ask, hostOf());
  if (found.kind !== 'explain') throw new Error('wrong kind');
  const single = await Promise.all([ID, TWIN].map((model) => engine.run({ ...request, model }, hostOf())));
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

test('a scene says what of it can be changed, as it stands and as it was', async () => {
  const found = await engine.run({ kind: 'scene', seed: 36_145, size: 64, changes: [{ type: 'turn', value: 90 }, { type: 'remove-part', part: 'handle' }] }, hostOf());
  if (found.kind !== 'scene') throw new Error('wrong kind');
  expect([found.state.settings.turn, found.state.own.turn]).toEqual([90, settingsOf(makeScene(36_145)).turn]);
  expect(found.state.settings.hue).toBe(found.state.own.hue);
  expect(found.state.parts.filter(({ there }) => !there)).toEqual([{ name: 'handle', title: 'Handle', there: false, absent: false }]);
});
