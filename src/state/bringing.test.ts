/** From files to a row of the grid: what is kept, what is forgotten, what comes back. */
import { expect, test } from 'vitest';
import type { InspectRequest, InspectResult, Request } from '../worker/protocol.ts';
import { memoryShelf, UNIT } from '../worker/ownTesting.ts';
import { CATALOG } from '../worker/testing.ts';
import { setTarget } from './actions.ts';
import { addDraft, closeModels, dropDraft, inspectionOf, isModelFile, openModels, removeModel, setLabels, setReading, takeAddress, takeFiles, undoRemoval, type Bringer } from './bringing.ts';
import { classSpace } from './classes.ts';
import { createAppStore, SLOTS } from './store.ts';
import { receiveEntry } from './sync.ts';
import { readLink, writeLink } from './url.ts';

const found: InspectResult = {
  kind: 'inspect', format: 'Fake', facts: {}, remarks: [], anySize: false, channels: 3, outputs: 3, output: 'classes', outputWords: '', why: 'guessed', inputSize: 96, preprocessing: UNIT,
  operations: [], parameters: 5, multiplyAdds: 7, tapeBytes: 9, without: {}, ms: 1,
};

function bringer(labels?: readonly string[]) {
  const store = createAppStore(CATALOG);
  const shelf = memoryShelf();
  const shown: (Request | undefined)[] = [];
  const client = {
    show(slot: string, request: Request | undefined) {
      shown.push(request);
      const { preprocessing } = { ...found, ...(request as InspectRequest | undefined)?.reading };
      const result = { ...found, preprocessing, ...(labels ? { labels } : {}) };
      receiveEntry(store, slot, request && { status: 'done', request, shown: { request, result, preview: false, partial: false } });
    },
    put: () => {},
    ask: () => Promise.reject(new Error('https://x.example/a.onnx could not be read')),
  } as unknown as Bringer['client'];
  return { store, shelf, client, shown };
}
const file = (name: string, text = 'network') => ({ name, blob: new Blob([text]) });

test('files become a draft, the draft a row; labels, reading and name go with it', async () => {
  const app = bringer(['mug', 'tench', 'boat']);
  await takeFiles(app, [file('my_net.onnx')]);
  const { draft } = app.store.getState().bringing!;
  expect(draft).toMatchObject({ title: 'my net', bytes: 7, names: ['my_net.onnx'], labels: 'file' });
  setReading(app, { preprocessing: { ...UNIT, share: 0.5 } });
  expect(inspectionOf(app.store.getState())!.preprocessing.share).toBe(0.5);
  await addDraft(app);
  const { catalog, view, bringing } = app.store.getState();
  const [own] = catalog.own!;
  expect(bringing).toBeUndefined();
  expect(own).toMatchObject({ title: 'my net', family: 'imported', role: 'member', inputSize: 96, classes: ['mug', 'tench', 'boat'] });
  expect(own!.own.preprocessing.share).toBe(0.5);
  expect(view.models.at(-1)).toBe(own!.id);
  expect(await app.shelf.get(own!.id)).toEqual(own!.own);
  // A link names it, and finds it again, read in whichever way.
  const link = writeLink(view, catalog);
  expect(readLink(link, catalog).view.models).toEqual(view.models);
  expect(readLink(link.replace(/\.[0-9a-f]{6}/, '.000000'), catalog)).toMatchObject({ view: { models: view.models }, notices: [] });
  expect(readLink(link, CATALOG).notices.join()).toMatch(/not on this computer: get its file, choose “Add a model”/);
});

test('what is not added is forgotten; what is removed can come back until the dialog closes', async () => {
  const app = bringer();
  await takeFiles(app, [file('a.onnx', 'first')]);
  const first = app.store.getState().bringing!.draft!.files;
  await dropDraft(app);
  await expect(app.shelf.files(first)).rejects.toThrow();
  await takeFiles(app, [file('b.onnx', 'second')]);
  await addDraft(app);
  const { id, own } = app.store.getState().catalog.own![0]!;
  openModels(app.store);
  await removeModel(app, id);
  expect([app.store.getState().catalog.own, app.store.getState().view.models.includes(id)]).toEqual([[], false]);
  await undoRemoval(app);
  expect(app.store.getState().catalog.own!.map((entry) => entry.id)).toEqual([id]);
  await removeModel(app, id);
  expect((await app.shelf.files(own.files)).size).toBe(1);
  await closeModels(app);
  await expect(app.shelf.files(own.files)).rejects.toThrow();
});

test('another reading of the same files takes the place of the first, in the list and in the grid', async () => {
  const app = bringer();
  await takeFiles(app, [file('a.onnx')]);
  await addDraft(app);
  const [before] = app.store.getState().catalog.own!;
  openModels(app.store, { change: before!.id });
  setReading(app, { preprocessing: { ...UNIT, order: 'bgr' } });
  await addDraft(app);
  const { catalog, view } = app.store.getState();
  expect(catalog.own).toHaveLength(1);
  expect(catalog.own![0]!.id).not.toBe(before!.id);
  expect(view.models.filter((id) => id.startsWith('own:'))).toEqual([catalog.own![0]!.id]);
  expect((await app.shelf.list()).map(({ id }) => id)).toEqual([catalog.own![0]!.id]);
});

test('a class that is explained keeps its name when a model goes', async () => {
  const app = bringer(['tench', 'crane', 'boat']);
  await takeFiles(app, [file('a.onnx', '1')]);
  await addDraft(app);
  await takeFiles(app, [file('b.onnx', '2')]);
  await addDraft(app);
  const [first, second] = app.store.getState().catalog.own!;
  const crane = classSpace(app.store.getState().catalog).titles.indexOf('crane');
  setTarget(app.store, crane);
  openModels(app.store);
  await removeModel(app, first!.id);
  expect(classSpace(app.store.getState().catalog).titles[app.store.getState().view.target as number]).toBe('crane');
  await removeModel(app, second!.id);
  expect(app.store.getState().view.target).toBe('majority');
});

test('what goes wrong is said, and leaves the dialog open', async () => {
  const app = bringer();
  await takeFiles(app, [file('empty.onnx', '')]);
  expect(app.store.getState().bringing!.problem).toMatch(/empty.onnx is empty/);
  await takeAddress(app, 'https://x.example/a.onnx');
  expect(app.store.getState().bringing!.problem).toMatch(/could not be read/);
  await takeFiles(app, [file('a.onnx')]);
  await setLabels(app, 'own', { name: 'two.txt', text: () => Promise.resolve('one\ntwo') });
  expect(app.store.getState().bringing!.draft!.labelProblem).toMatch(/two.txt has 2 names, the network 3 outputs/);
  await setLabels(app, 'own', { name: 'three.txt', text: () => Promise.resolve('one\ntwo\nthree') });
  expect(app.store.getState().bringing!.draft).toMatchObject({ labels: 'own', given: ['one', 'two', 'three'] });
  expect(app.store.getState().bringing!.draft!.labelProblem).toBeUndefined();
  expect(app.store.getState().entries[SLOTS.inspection]!.status).toBe('done');
});

test('files of models are told from pictures by their names', () => {
  expect(['a.onnx', 'model.json', 'group1-shard1of2', 'x.zip', 'net.pt', 'a.ONNX'].every(isModelFile)).toBe(true);
  expect(['cat.png', 'dog.JPEG', 'pic', 'a.webp'].some(isModelFile)).toBe(false);
});
