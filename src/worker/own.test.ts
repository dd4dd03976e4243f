/** Models of one's own in the worker's engine: they see the middle of the image at their size, and answer with maps of the whole. */
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import type { OwnModel } from './catalog.ts';
import { fingerprintOf, idOf, filesOf, isOwn } from './ownModels.ts';
import { fakeImporter, memoryShelf, UNIT } from './ownTesting.ts';
import type { Pixels, Request, ResultOf } from './protocol.ts';
import { createEngine } from './run.ts';
import type { RunHost } from './serve.ts';
import { breathe } from './testing.ts';

const shelf = memoryShelf();
const { importer, opened } = fakeImporter();
const host: RunHost = { batchShare: 1, breathe, cancelled: () => false, progress: () => {}, phase: () => {}, loading: () => {}, partial: () => {} };
const engine = createEngine({
  startBackend: async () => (await useBackend('wasm'), { backend: 'wasm', tried: [] }),
  zoo: () => async () => new TextEncoder().encode('[]').buffer as ArrayBuffer,
  now: () => performance.now(),
  heapBytes: () => 0,
  checkMemory: () => {},
  own: { shelf, importer, now: () => performance.now(), fetchTyped: () => Promise.reject(new Error('no network')), file: () => Promise.reject(new Error('no site')) },
});
const run = async <K extends Request['kind']>(request: Extract<Request, { kind: K }>) => (await engine.run(request, host)) as ResultOf<K>;

/** Red on top, blue below, at 256 pixels; the border of 32 pixels is green. */
function striped(): Pixels {
  const rgb = new Uint8Array(256 * 256 * 3);
  for (let y = 0; y < 256; y++)
    for (let x = 0; x < 256; x++) rgb[3 * (256 * y + x) + (Math.min(x, y, 255 - x, 255 - y) < 32 ? 1 : y < 128 ? 0 : 2)] = 255;
  return { data: new Float32Array(64 * 64 * 3), size: 64, large: { rgb, size: 256 } };
}

let model: OwnModel;
const add = async (share: number): Promise<OwnModel> => {
  const given = [{ name: 'a.onnx', blob: new Blob(['network']) }];
  const files = await fingerprintOf(given);
  await shelf.keepFiles(files, given);
  const reading = { preprocessing: { ...UNIT, share }, inputSize: 96 };
  const made: OwnModel = { id: await idOf(files, reading), files, title: 'Mine', format: 'Fake', bytes: 7, classes: ['red', 'green'], parameters: 1, multiplyAdds: 1, added: 0, ...reading };
  await shelf.put(made);
  return made;
};
beforeAll(async () => {
  await engine.start({ type: 'start', zoo: '' });
  engine.put('stripes', striped());
  model = await add(0.75);
});
const image = { kind: 'picture', id: 'stripes' } as const;

test('the id tells files and reading apart, and names the files', async () => {
  const other = await idOf(model.files, { preprocessing: UNIT, inputSize: 96 });
  expect(other).not.toBe(model.id);
  expect([model.id, other].map(filesOf)).toEqual([model.files, model.files]);
  expect([isOwn(model.id), isOwn('vgg-7'), filesOf('own:short')]).toEqual([true, false, undefined]);
  const file = (name: string, text: string) => ({ name, blob: new Blob([text]) });
  expect(await fingerprintOf([file('b.onnx', 'network')])).toBe(model.files);
  expect(await fingerprintOf([file('a', '1'), file('b', '2')])).not.toBe(await fingerprintOf([file('a', '2'), file('b', '1')]));
  expect(await fingerprintOf([file('b', '2'), file('a', '1')])).toBe(await fingerprintOf([file('a', '1'), file('b', '2')]));
});

test('it sees the middle of the picture as finely as that is known', async () => {
  const { logits } = await run({ kind: 'predict', model: model.id, image });
  // Three quarters of the side: no green at all. Half of the middle is red, half blue; each half's window is summed and the two are averaged.
  expect(logits[0]).toBeCloseTo(0.5, 2);
  expect(logits[1]).toBe(0);
  expect(logits[2]).toBeCloseTo(0.5, 2);
  const whole = await add(1);
  const all = await run({ kind: 'predict', model: whole.id, image });
  expect(all.logits[1]).toBeCloseTo(1 - 0.75 ** 2, 2);
});

test('its map is one of the whole picture: what it does not see counts nothing', async () => {
  const found = await run({ kind: 'explain', model: model.id, method: 'gradient', image, target: 0, score: { kind: 'logit' }, seed: 0, params: {} });
  expect([found.height, found.width, found.channels]).toEqual([128, 128, 3]);
  const at = (y: number, x: number) => Math.abs(found.data[3 * (128 * y + x)]!);
  expect([at(15, 64), at(64, 15), at(112, 64), at(64, 112)]).toEqual([0, 0, 0, 0]);
  expect(Math.min(at(16, 16), at(111, 111), at(16, 111))).toBeGreaterThan(0);
});

test('scenes are rendered at its size, and every method says whether it runs', async () => {
  const { logits } = await run({ kind: 'predict', model: model.id, image: { kind: 'scene', seed: 3 } });
  expect(logits).toHaveLength(4);
  expect([...logits].every(Number.isFinite)).toBe(true);
  const { methods } = await run({ kind: 'capabilities', model: model.id });
  expect(methods['gradient']!.reason).toBeUndefined();
  expect(methods['attention-rollout']!.reason).toMatch(/attention/);
});

test('an inspection says what it is, what it would see, and follows another reading without opening the file again', async () => {
  const first = await run({ kind: 'inspect', files: model.files, image });
  expect(first).toMatchObject({ format: 'Fake', inputSize: 96, outputs: 4, why: 'guessed', preprocessing: UNIT, operations: [{ op: 'conv2d', count: 1 }, { op: 'meanPool', count: 1 }, { op: 'preprocess', count: 1 }] });
  expect(first.tapeBytes).toBeGreaterThan(96 * 96 * 3 * 4);
  expect(first.without['attention-rollout']).toMatch(/attention/);
  const before = { opened: opened(), tensors: tf.memory().numTensors };
  const next = await run({ kind: 'inspect', files: model.files, image, reading: { preprocessing: { ...UNIT, share: 0.75, std: [0.1, 1, 1] } } });
  expect(next.top![0]!.index).toBe(0);
  expect(next.top![0]!.value).toBeCloseTo(5, 1);
  expect(next.top!.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(next.why).toBe('');
  expect({ opened: opened(), tensors: tf.memory().numTensors }).toEqual(before);
});

test('what is not there, or no model, or speaks no numbers, says so', async () => {
  await expect(run({ kind: 'predict', model: 'own:0123456789abcdef.000000', image })).rejects.toThrow(/not on this computer.*Add a model/);
  await shelf.keepFiles('ffffffffffffffff', [{ name: 'x.onnx', blob: new Blob(['picture']) }]);
  await expect(run({ kind: 'inspect', files: 'ffffffffffffffff' })).rejects.toThrow('x.onnx is no model: give another');
  const wild = { ...UNIT, std: [0, 1, 1] } as const;
  await expect(run({ kind: 'inspect', files: model.files, image, reading: { preprocessing: wild } })).rejects.toThrow(/Output 0 of this model is (NaN|Infinity).*preprocessing/);
});

test('files stay as long as a model reads them', async () => {
  await shelf.remove((await add(1)).id);
  expect((await shelf.files(model.files)).get('a.onnx')).toBeDefined();
  await shelf.remove(model.id);
  await expect(shelf.files(model.files)).rejects.toThrow();
});
