/** `explain` and `catalog` on a small untrained zoo made in memory: what they compute, write and refuse. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METHODS } from '../../engine/methods/index.ts';
import { packModel } from '../../engine/models/zoo.ts';
import { toPlain } from '../../engine/models/plain.ts';
import { useBackend } from '../../engine/testing/backends.ts';
import { toyCnn } from '../../engine/testing/toy.ts';
import * as tf from '../../engine/tf.ts';
import { readArguments, UsageError } from '../command.ts';
import { readCatalog } from './catalog.ts';
import { explainCommand, explainImage, heatmapPng, writeReport } from './explain.ts';

await useBackend('cpu');

const CLASSES = ['mug', 'teapot', 'car', 'fish', 'house'].map((id) => ({ id, title: id }));
const { file, bytes } = packModel({ id: 'toy', title: 'Toy', family: 'plain', inputSize: 8, classes: CLASSES, training: { seed: 1, scenes: 0, epochs: 0 } }, toPlain(toyCnn()));
/** Another one: the second member of an ensemble. */
const twin = packModel({ id: 'twin', title: 'Twin', family: 'plain', inputSize: 8, classes: CLASSES, training: { seed: 1, scenes: 0, epochs: 0 } }, toPlain(toyCnn({ mirrored: true })));
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer;
const FILES: Readonly<Record<string, ArrayBuffer>> = {
  'toy/graph.json': encode(file),
  'toy/card.json': encode({ sha256: file.weights.sha256 }),
  'twin/graph.json': encode(twin.file),
  'twin/card.json': encode({ sha256: twin.file.weights.sha256 }),
  'twin/weights.bin': twin.bytes.slice().buffer as ArrayBuffer,
  'toy/weights.bin': bytes.slice().buffer as ArrayBuffer,
};
const read = async (name: string): Promise<ArrayBuffer> => {
  const found = FILES[name];
  if (!found) throw new UsageError(`no '${name}'`);
  return found;
};
const common = { model: 'toy', image: 'scene:3', target: 'top', seed: 0, params: {}, read };

test('explains the top class of a scene, with the method’s parameters, and leaves no tensor', async () => {
  const before = tf.memory().numTensors;
  const report = await explainImage({ ...common, method: 'integrated-gradients', params: { steps: '8', baseline: 'white' } });
  expect([report.height, report.width, report.channels, report.data.length]).toEqual([8, 8, 3, 192]);
  expect(report.passes).toEqual({ forward: 8, backward: 8 });
  expect(report.score.kind).toBe('logit');
  const best = Math.max(...Object.values(report.probabilities));
  expect(report.probabilities[report.class]).toBe(best);
  expect(Math.abs(report.gap!)).toBeLessThan(0.2);
  expect(tf.memory().numTensors).toBe(before);
});

test('an ensemble is explained as the mean of its members’ logits; a stranger in it is named, and no tensor is left', async () => {
  const before = tf.memory().numTensors;
  const of = (model: string) => explainImage({ ...common, model, method: 'gradient', target: 'car' });
  const [both, toy, other] = [await of('mean(toy,twin)'), await of('toy'), await of('twin')];
  expect(both.model).toBe('mean(toy,twin)');
  expect(toy.data).not.toEqual(other.data);
  both.data.forEach((value, i) => expect(value).toBeCloseTo((toy.data[i]! + other.data[i]!) / 2, 6));
  expect(both.value).toBeCloseTo((toy.value + other.value) / 2, 6);
  await expect(of('mean(toy,whale)')).rejects.toThrow("no 'whale/graph.json'");
  await expect(of('mean(toy)')).rejects.toThrow("an ensemble of 1 model ('toy'): name at least two");
  expect(tf.memory().numTensors).toBe(before);
});

test('takes a class by name or index, and names the classes there are', async () => {
  const named = await explainImage({ ...common, method: 'gradient', target: 'car' });
  const indexed = await explainImage({ ...common, method: 'gradient', target: '2' });
  expect(Array.from(named.data)).toEqual(Array.from(indexed.data));
  await expect(explainImage({ ...common, method: 'gradient', target: 'whale' })).rejects.toThrow("no class 'whale'");
  await expect(explainImage({ ...common, method: 'gradient', image: 'scene:x' })).rejects.toThrow('names no scene');
  await expect(explainImage({ ...common, method: 'gradient', image: '/nowhere.png' })).rejects.toThrow("cannot read '/nowhere.png'");
});

test('what weighs segments says which, in the file too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chorale-'));
  const out = join(folder, 'lime.json');
  await writeReport(out, await explainImage({ ...common, method: 'lime', params: { segmentation: 'grid', segments: '4', samples: '20' } }));
  const { data, segments } = JSON.parse(await readFile(out, 'utf8')) as { data: number[]; segments: number[] };
  expect([data.length, segments.length, new Set(segments).size, new Set(data).size]).toEqual([64, 64, 4, 4]);
  await rm(folder, { recursive: true });
});

test('draws a PNG', async () => {
  const png = await heatmapPng({ data: Float32Array.from([1, -1, 0, 0.5]), height: 2, width: 2, channels: 1 }, true);
  expect(Array.from(png.slice(1, 4))).toEqual([0x50, 0x4e, 0x47]);
});

test('flags: an unknown one, one given twice, a wrong number', () => {
  const parse = (...argv: string[]) => readArguments('explain', explainCommand, argv);
  expect(() => parse('--modle', 'x')).toThrow(/Unknown option '--modle'[\s\S]*--model ID/);
  expect(() => parse('--model', 'a', '--model', 'b')).toThrow('--model is given 2 times');
  expect(parse('--set', 'a=1', '--set', 'b=2').all('set')).toEqual(['a=1', 'b=2']);
  expect(() => parse('--seed', '1.5').integer('seed')).toThrow('--seed 1.5: give a whole number');
});

test('the catalogue holds every method with its source, and is plain data', async () => {
  const found = await readCatalog(read);
  expect(found.methods.map(({ id }) => id)).toEqual(METHODS.map(({ id }) => id));
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  expect(found.models).toEqual([]);
  expect(found.methods.find(({ id }) => id === 'local-attribution')!.reference).toContain('arXiv 2408.07736');
});
