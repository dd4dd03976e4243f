import { afterEach, expect, test } from 'vitest';
import { createClient, type Client } from '../worker/client.ts';
import { stateOf } from '../worker/images.ts';
import type { Request } from '../worker/protocol.ts';
import { CATALOG, explainResult, handClock, rig, until, type FakeRun } from '../worker/testing.ts';
import * as act from './actions.ts';
import { createAppStore, SLOTS } from './store.ts';
import { collectEntries, receiveEntry, startSync } from './sync.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const answering: FakeRun = async (request, host) => {
  host.phase('computing');
  await host.breathe();
  switch (request.kind) {
    case 'explain':
      return explainResult(Number(request.params.steps ?? 1));
    case 'predict':
      return { kind: 'predict', logits: Float32Array.of(0, 1, 0), probabilities: Float32Array.of(0.2, 0.6, 0.2) };
    case 'scene':
      return { kind: 'scene', size: request.size, rgb: new Uint8Array(3), ids: new Uint8Array(1), legend: [], classId: 'mug', classTitle: 'Mug', state: stateOf(request.seed, request.changes), rowsDone: request.size };
    case 'describe':
      return { kind: 'describe', passes: { forward: 0, backward: 1, exact: true }, claims: ['deterministic'] };
    case 'capabilities':
      return { kind: 'capabilities', methods: {} };
    case 'card':
    case 'effects':
    case 'react':
    case 'graph':
    case 'inspect':
    case 'download':
    case 'text':
      throw new Error(`this fake has no ${request.kind}`);
  }
};

/** The whole app but for its pixels: store, sync, client, workers. Frames are run by hand. */
function app() {
  const made = rig(answering, 2);
  const store = createAppStore(CATALOG);
  const client: Client = createClient({ ...made.spec, clock: handClock(), onEntry: (slot, entry) => receiveEntry(store, slot, entry) });
  const frames: (() => void)[] = [];
  const written: string[] = [];
  let query = '';
  let back = () => {};
  const stop = startSync({
    store,
    client,
    frame: (work) => void frames.push(work),
    address: {
      read: () => query,
      write: (next, how) => (written.push(`${how} ${next}`), (query = next)),
      listen: (listener) => ((back = listener), () => {}),
    },
  });
  closing.push(stop, client.close);
  const frame = () => frames.splice(0).forEach((work) => work());
  const settled = () => (frame(), client.idle() && frames.length === 0 && store.getState().entries['vit/smoothgrad']?.status === 'done');
  const explained = () => made.started.map(({ request }) => request).filter((request): request is Extract<Request, { kind: 'explain' }> => request.kind === 'explain');
  return { ...made, store, client, frame, settled, explained, written, frames, goBack: (to: string) => ((query = to), back()) };
}

test('the first view: predictions, then every cell with the majority’s class', async () => {
  const { store, settled, explained } = app();
  await until(settled);
  expect(explained()).toHaveLength(9);
  expect(new Set(explained().map(({ target }) => target))).toEqual(new Set([1]));
  expect(explained()[0]!.method).toBe('gradient');
  expect(store.getState().entries[SLOTS.largeScene]?.status).toBe('done');
});

test('a drag asks once per frame, previews on the way, the exact request at its end; the address follows', async () => {
  const { store, settled, explained, frame, frames, written } = app();
  await until(settled);
  const before = explained().length;
  for (const steps of [40, 41, 42]) act.setParam(store, 'integrated-gradients', 'steps', steps, { dragging: true });
  expect(frames).toHaveLength(1);
  frame();
  await until(settled);
  expect(explained().slice(before).every(({ preview, params }) => preview && params.steps === 42)).toBe(true);
  act.endDrag(store);
  await until(settled);
  expect(explained().at(-1)).toMatchObject({ params: { steps: 42 } });
  expect(explained().at(-1)!.preview).toBeUndefined();
  act.setTarget(store, 0);
  await until(settled);
  expect(written).toEqual(['push integrated-gradients.steps=42', 'push integrated-gradients.steps=42&target=mug']);
});

test('what only redraws computes nothing', async () => {
  const { store, settled, started, frame } = app();
  await until(settled);
  const before = started.length;
  act.setDisplay(store, { percentile: 95, overlay: false });
  act.setConsensus(store, { vote: 'rank' });
  frame();
  await until(settled);
  expect(started.length).toBe(before);
});

test('another image: cells keep what they show until their class is known, and end with the new image', async () => {
  const { store, settled, frame } = app();
  await until(settled);
  act.setImage(store, { kind: 'scene', seed: 5 });
  frame();
  const cell = () => store.getState().entries['cnn/gradient']!;
  expect(cell().status).toBe('queued');
  expect(cell().shown).toBeDefined();
  await until(() => settled() && cell().status === 'done');
  expect(cell().shown!.request).toMatchObject({ image: { seed: 5 } });
});

test('going back restores the view without writing the address', async () => {
  const { store, settled, written, goBack } = app();
  await until(settled);
  act.setTarget(store, 0);
  await until(settled);
  goBack('');
  await until(settled);
  expect(store.getState().view.target).toBe('majority');
  expect(written).toEqual(['push target=mug']);
  goBack('target=dragon');
  expect(store.getState().notices[0]!.message).toMatch(/target=dragon is no class/);
});

test('a model that is taken out takes its slots along; a picture is put before it is asked for', async () => {
  const { store, settled, frame, pictures } = app();
  await until(settled);
  act.toggleModel(store, 'vit');
  frame();
  expect(Object.keys(store.getState().entries).filter((slot) => slot.includes('vit'))).toEqual([]);
  act.openPhoto(store, { name: 'p', rgba: new Uint8ClampedArray(32 * 32 * 4).fill(200), width: 32, height: 32, notices: [] });
  frame();
  const { image } = store.getState().view;
  await until(() => pictures.every((known) => known.has((image as { id: string }).id)));
});

test('what is told within a frame is one change of the store, the last word on each slot', () => {
  const store = createAppStore(CATALOG);
  const frames: (() => void)[] = [];
  let changes = 0;
  store.subscribe(() => changes++);
  const tell = collectEntries(store, (work) => void frames.push(work));
  const request = { kind: 'predict', model: 'cnn', image: { kind: 'scene', seed: 1 } } as const;
  tell('a', { status: 'queued', request });
  tell('b', { status: 'queued', request });
  tell('a', { status: 'running', request });
  expect([changes, frames.length]).toEqual([0, 1]);
  frames.shift()!();
  expect([changes, store.getState().entries['a']?.status, store.getState().entries['b']?.status]).toEqual([1, 'running', 'queued']);
  tell('b', undefined);
  tell('a', { status: 'done', request });
  frames.shift()!();
  expect([changes, Object.keys(store.getState().entries), store.getState().entries['a']?.status]).toEqual([2, ['a'], 'done']);
});
