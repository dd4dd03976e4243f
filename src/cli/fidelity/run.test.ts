/** The run on a toy zoo: balanced, resumable, sharded, honest about what it left out; and the tables that are made of its rows. */
import { expect, test } from 'vitest';
import { methodOf } from '../../engine/methods/index.ts';
import { toPlain } from '../../engine/models/plain.ts';
import { packModel } from '../../engine/models/zoo.ts';
import { CLASSES, classOf } from '../../engine/scenes/index.ts';
import { useBackend } from '../../engine/testing/backends.ts';
import { linearNet } from '../../engine/testing/toy.ts';
import * as tf from '../../engine/tf.ts';
import { keyOf, mergeRows, type MapRow, type ProtocolRow, type Row, type SceneRow } from './rows.ts';
import { measureFidelity, type FidelityAsked } from './run.ts';
import { effectsBy, tabulate } from './table.ts';
import { chosenScenes, effectsOn, truthOf } from './truth.ts';

await useBackend('cpu');

const SIDE = 16;
/** Linear in the pixels, and sure of the first six classes in turn: it takes every scene for the class named `favourite`. */
function toyZoo(ids: Readonly<Record<string, string>>) {
  const files = new Map<string, ArrayBuffer>();
  for (const [id, favourite] of Object.entries(ids)) {
    const bias = tf.tensor1d(CLASSES.map((c) => (c.id === favourite ? 100 : 0)));
    const graph = { ...linearNet(tf.randomNormal([SIDE * SIDE * 3, CLASSES.length], 0, 0.1, 'float32', 7), bias), features: { node: 'flat' } };
    const { file, bytes } = packModel({ id, title: id, family: 'plain', inputSize: SIDE, classes: CLASSES.map((c) => ({ id: c.id, title: c.title })), training: { seed: 1, scenes: 0, epochs: 0 } }, toPlain(graph));
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer;
    files.set(`${id}/graph.json`, encode(file)).set(`${id}/card.json`, encode({ sha256: file.weights.sha256 })).set(`${id}/weights.bin`, bytes.slice().buffer as ArrayBuffer);
  }
  return (name: string) => Promise.resolve(files.get(name)!);
}

const protocol: ProtocolRow = { kind: 'protocol', metric: 'causal-fidelity', score: 'logit', seed: 1, draws: 2, noise: 2 };
const scenes = chosenScenes(1, 12);
const [first, last] = [classOf(scenes[0]!), classOf(scenes[11]!)];
const read = toyZoo({ a: first, b: last });
const methods = ['gradient-x-input', 'sobel', 'lime'].map(methodOf);

async function run(change: Partial<FidelityAsked> = {}, before: readonly Row[] = [], stopAfter = Infinity): Promise<{ rows: Row[]; ended: boolean }> {
  const rows: Row[] = [];
  const ended = await measureFidelity({
    backend: 'cpu', models: ['a', 'b'], methods, scenes, protocol, read, preview: Infinity, limit: 500,
    known: mergeRows([{ name: 'before', rows: before }]), write: (row) => rows.push(row), stop: () => rows.length >= stopAfter, ...change,
  });
  return { rows, ended };
}
const withoutTime = (rows: readonly Row[]) => rows.map((row) => ({ ...row, seconds: undefined }));

test('scenes hold each class in turn, and more of them keep the first', () => {
  expect(new Set(scenes.map(classOf)).size).toBe(12);
  expect(chosenScenes(1, 30).slice(0, 12)).toEqual(scenes);
  expect(chosenScenes(2, 12)).not.toEqual(scenes);
  expect(() => chosenScenes(1, 2000)).toThrow('choose from 1 to 1992');
});

test('effects are what the model says with and without; redraws carry their error', async () => {
  const truth = truthOf(scenes[0]!, SIDE, 2, 1);
  const w = Float64Array.from({ length: SIDE * SIDE * 3 }, (_, i) => Math.sin(i));
  const graph = linearNet(tf.tensor2d(Float32Array.from(w), [w.length, 1]), tf.zeros([1]));
  const f = (image: Float32Array) => image.reduce((sum, v, i) => sum + v * Math.fround(w[i]!), 0);
  const { logit, units, right } = await effectsOn(graph, 0, truth);
  expect(right).toBe(true);
  expect(logit).toBeCloseTo(f(truth.picture), 3);
  for (const [i, { without }] of truth.units.entries()) {
    const values = without.map(f);
    expect(units[i]!.effect).toBeCloseTo(f(truth.picture) - values.reduce((a, b) => a + b, 0) / values.length, 3);
    if (values.length === 2) expect(units[i]!.error).toBeCloseTo(Math.abs(values[0]! - values[1]!) / 2, 3);
    else expect(units[i]!.error).toBeUndefined();
  }
  expect(truth.units.some(({ without }) => without.length === 2)).toBe(true);
  expect(truth.units.reduce((sum, { pixels }) => sum + pixels, 0)).toBe(SIDE * SIDE);
});

test('only scenes that a model has right are judged; what is dear is left for another run; no tensor stays', async () => {
  const before = tf.memory().numTensors;
  const { rows, ended } = await run();
  expect(tf.memory().numTensors).toBe(before);
  expect(ended).toBe(true);
  const found = rows.filter((row): row is SceneRow => row.kind === 'scene');
  expect(found.filter(({ right }) => right).map(({ model, scene }) => [model, scene])).toEqual([['a', scenes[0]], ['b', scenes[11]]]);
  const maps = rows.filter((row): row is MapRow => row.kind === 'map');
  expect(maps.filter(({ model }) => model === 'a').map(({ method, signed }) => `${method} ${String(signed)}`)).toEqual([
    'area-only true', 'area-only false', 'object-only true', 'object-only false', 'gradient-x-input true', 'sobel false',
  ]);
  const { units } = found.find(({ right }) => right)!;
  expect(maps[0]!.credits).toEqual(units.map(({ pixels }) => pixels));
  expect(maps[2]!.credits).toEqual(units.map(({ pixels, part }) => (part ? pixels : 0)));
});

test('stopped at any row and run again it leaves the same rows; so do shards', async () => {
  const two = { scenes: [scenes[0]!, scenes[11]!] };
  const { rows } = await run(two);
  for (const at of [1, 6, 8, rows.length - 1]) {
    const begun = await run(two, [], at);
    expect(begun.ended).toBe(false);
    const { rows: more, ended } = await run(two, begun.rows);
    expect(ended).toBe(true);
    expect(withoutTime(mergeAll([...begun.rows, ...more]))).toEqual(withoutTime(mergeAll(rows)));
  }
  const shards = await Promise.all([0, 1].map((shard) => run({ scenes: [two.scenes[shard]!] })));
  expect(withoutTime(mergeAll(shards.flatMap((shard) => shard.rows)))).toEqual(withoutTime(mergeAll(rows)));
});
const mergeAll = (rows: readonly Row[]): Row[] => {
  const { scenes: found, maps } = mergeRows([{ name: 'all', rows }]);
  return [...found, ...maps].sort((a, b) => (`${a.kind} ${keyOf(a)}` < `${b.kind} ${keyOf(b)}` ? -1 : 1));
};

test('tables: pooled over scenes, held against the control of the same kind on the same scenes', () => {
  const scene = (at: number, right = true): SceneRow => ({ kind: 'scene', scene: at, model: 'a', weights: 'w', class: 'mug', right, logit: 1, seconds: 1, units: right ? [{ name: 'body', title: 'Body', part: true, pixels: 30, effect: -2 }, { name: 'ground', title: 'Ground', part: false, pixels: 70, effect: 1, error: 0.1 }] : [] });
  const map = (at: number, method: string, signed: boolean, concordant: number, discordant: number): MapRow => ({ kind: 'map', scene: at, model: 'a', method, signed, setting: method.endsWith('-only') ? 'control' : 'default', detail: { concordant, discordant, even: 0, indistinct: 0 }, seconds: 2 });
  const rows = [0, 1, 2].flatMap((at) => [map(at, 'area-only', true, 1, 3), map(at, 'area-only', false, 4, 0), ...(at < 2 ? [map(at, 'gradient', true, 3, 1)] : []), map(at, 'saliency', false, 2, 2)]);
  const refused: MapRow = { kind: 'map', scene: 0, model: 'a', method: 'attn-lrp', signed: true, setting: 'default', reason: 'no attention' };
  const [table] = tabulate([scene(0), scene(1), scene(2), scene(3, false)], [...rows, refused], 1);
  expect([table!.right, table!.wrong]).toEqual([3, 1]);
  expect(table!.absent).toEqual([{ method: 'attn-lrp', reason: 'no attention', scenes: 1 }]);
  expect(table!.lines.map(({ method, signed, scenes: n, pairs, fidelity, overArea, seconds }) => [method, signed, n, pairs, fidelity.value, overArea?.value, seconds])).toEqual([
    ['gradient', true, 2, 8, 0.5, 1, 2],
    ['area-only', true, 3, 12, -0.5, undefined, 2],
    ['area-only', false, 3, 12, 1, undefined, 2],
    ['saliency', false, 3, 12, 0, -1, 2],
  ]);
  expect(effectsBy([scene(0), scene(1), scene(3, false)])).toEqual([
    { model: 'a', unit: 'parts', n: 2, effect: -2, size: 2, area: 0.3 },
    { model: 'a', unit: 'ground', n: 2, effect: 1, size: 1, area: 0.7 },
  ]);
});
