/** The command line and the page give the same numbers: one plan through the runner, and through a sweep over the client and a worker. */
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { Graph } from '../../engine/graph/graph.ts';
import { CLASSES, classOf, makeScene, renderScene, scenesCatalog } from '../../engine/scenes/index.ts';
import { linearNet } from '../../engine/testing/toy.ts';
import * as tf from '../../engine/tf.ts';
import { createSweep, type Sweep } from '../../state/sweep.ts';
import type { planStudy, Outcome } from '../../studies/explanations.ts';
import { protocolOf, mergeFiles, studyText, type StudyFile } from '../../studies/file.ts';
import { drawScenes, SIDE, type StudySetup } from '../../studies/setup.ts';
import { planOfPlaces, recordsOf, type StudyRecord } from '../../studies/study.ts';
import { createClient } from '../../worker/client.ts';
import type { WorkerHandle } from '../../worker/pool.ts';
import { createEngine } from '../../worker/run.ts';
import { serve } from '../../worker/serve.ts';
import { breathe, handClock, until } from '../../worker/testing.ts';
import { seeing, zooOf } from '../../worker/testingZoo.ts';
import { startBackend } from '../backend.ts';
import { startAsked } from './engine.ts';
import { runPlan } from './runPlan.ts';
import { RUNNABLE, splitSettings, type Runnable } from './studies.ts';

const SIDES = SIDE * SIDE * 3;
await startBackend('wasm');

/** Four scenes of four classes, and networks that are right on them: a template of each, nearest wins, behind a layer whose features can be pooled. */
const images = drawScenes(scenesCatalog, 4, 5);
function templates(scale: number, seed: number): Graph {
  const kernel = new Float32Array(SIDES * CLASSES.length);
  const bias = new Float32Array(CLASSES.length).fill(-500);
  for (const { seed: scene } of images) {
    const { rgb } = renderScene(makeScene(scene), SIDE);
    const k = CLASSES.findIndex(({ id }) => id === classOf(scene));
    rgb.forEach((byte, i) => void (kernel[i * CLASSES.length + k] = 2 * scale * (byte / 255)));
    bias[k] = -scale * rgb.reduce((sum, byte) => sum + (byte / 255) ** 2, 0);
  }
  return seeing(linearNet(tf.add(tf.tensor2d(kernel, [SIDES, CLASSES.length]), tf.randomNormal([SIDES, CLASSES.length], 0, 1e-3, 'float32', seed)), tf.tensor1d(bias)));
}

const read = zooOf(Object.fromEntries(['a', 'b', 'c'].map((id, seed) => [id, templates(0.004 * (seed + 1), seed + 1)])), { classes: CLASSES, inputSize: SIDE });
const around = { zoo: () => read, heapBytes: () => 0, checkMemory: () => {}, now: () => performance.now(), startBackend: () => Promise.resolve({ backend: 'wasm' as const, tried: [] }) };
const engine = await startAsked({ around });
const method = engine.catalog.methods.find(({ id }) => id === 'smoothgrad')!;
const setup: StudySetup = { models: engine.catalog.models, method, params: { samples: 4, noise: 0.2, statistic: 'mean' }, score: 'logit', images, seed: 5 };

/** As the page runs it: client, pool, a worker behind a message channel, a sweep. */
async function sweepAll(plan: ReturnType<typeof planStudy>): Promise<Sweep<Outcome>> {
  const spawn = (): WorkerHandle => {
    const { port1, port2 } = new MessageChannel();
    serve(port2 as never, createEngine(around), { breathe, now: around.now });
    return Object.assign(port1 as unknown as WorkerHandle, { onerror: null, terminate: () => port1.close() });
  };
  const client = createClient({ spawn, size: 1, start: { type: 'start', zoo: '' }, clock: handClock(), onEntry: () => {} });
  onTestFinished(() => client.close());
  const sweep = createSweep<Outcome>({ plan, client, now: () => 0, onChange: () => {} });
  for (let i = 0; i < 60 && sweep.state().status === 'running'; i++) await until(() => sweep.state().status === 'done').catch(() => {});
  return sweep;
}

/** Every number of both to 1e-5 of 1 or of itself; times of computation aside. */
function expectSame(a: unknown, b: unknown, path: string): void {
  if (typeof a === 'number' && typeof b === 'number') expect(Math.abs(a - b), path).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(a)));
  else if (typeof a === 'object' && a !== null) {
    expect(Object.keys(b as object), path).toEqual(Object.keys(a));
    for (const [name, part] of Object.entries(a)) if (name !== 'ms') expectSame(part, (b as Record<string, unknown>)[name], `${path}.${name}`);
  } else expect(b, path).toEqual(a);
}

async function compare<Settings extends object, Kept extends StudyRecord>(study: Runnable<Settings, Kept>): Promise<void> {
  const settings = study.settings(splitSettings(study, {}).record);
  const places = images.map((_, at) => at);
  const open = study.open(setup, settings);
  const run = await runPlan(open.plan, engine.ask);
  expect(run.failed).toEqual([]);
  const records = recordsOf(open, places, run.found, new Set());
  expect(records).toHaveLength(images.length);
  expect([...run.found.values()].filter(({ kind }) => kind === 'map').length, 'maps').toBeGreaterThanOrEqual(images.length * setup.models.length);
  const paged = study.open(setup, settings);
  const { status, failed, found } = (await sweepAll(paged.plan)).state();
  expect([status, failed]).toEqual(['done', []]);
  expectSame(records, recordsOf(paged, places, found, new Set()), study.id);

  const fileOf = (some: readonly Kept[]): StudyFile<Kept> => ({ format: 1, study: study.id, protocol: protocolOf(setup, settings), records: some });
  const shards = await Promise.all([[0, 2], [1, 3]].map(async (some) => {
    const part = study.open(setup, settings);
    const { found: own } = await runPlan(planOfPlaces(part.plan, some), () => Promise.reject(new Error('everything is known')), { known: run.found });
    return fileOf(recordsOf(part, some, own, new Set()));
  }));
  for (const order of [[0, 1], [1, 0]]) expect(studyText(mergeFiles(order.map((i) => ({ name: String(i), file: shards[i]! }))))).toBe(studyText(fileOf(records)));
}

test('the Consensus study', () => compare(RUNNABLE.consensus), 300_000);
test('the Transfer study', () => compare(RUNNABLE.transfer), 300_000);
