/** The study's thread: what it asks, tells and keeps, with models whose answers are known. */
import { expect, test, vi } from 'vitest';
import { CATALOG } from '../../../worker/testing.ts';
import type { Request, Result } from '../../../worker/protocol.ts';
import { SIDE, type StudySetup } from '../../../studies/setup.ts';
import { defaultSettings, type TransferSettings } from '../../../studies/transfer/settings.ts';
import type { FromDesk, ToDesk } from './desk.ts';
import { createDesk } from './serve.ts';

const PLACES = SIDE * SIDE;
const setup: StudySetup = { models: CATALOG.models, method: CATALOG.methods[0]!, params: {}, score: 'logit', images: [{ kind: 'scene', seed: 36_001 }, { kind: 'scene', seed: 36_002 }], seed: 7 };
const settings: TransferSettings = { ...defaultSettings(), shares: [] };

/** Every model is right on scene 36001; the first errs on scene 36002. Shown a feature, everyone is right. */
function answer(request: Request): Result {
  switch (request.kind) {
    case 'scene':
      return { kind: 'scene', size: SIDE, rgb: new Uint8Array(3 * PLACES), ids: Uint8Array.from({ length: PLACES }, (_, at) => Number(at < 800)), legend: [{ id: 0, name: 'background' }, { id: 1, name: 'handle' }], classId: 'x', classTitle: CATALOG.models[0]!.classes[1]!, rowsDone: SIDE } as unknown as Result;
    case 'describe':
      return { kind: 'describe', passes: { forward: 0, backward: 1, exact: true }, claims: [] };
    case 'predict': {
      const errs = request.model === CATALOG.models[0]!.id && request.image.kind === 'scene' && request.image.seed === 36_002;
      return { kind: 'predict', logits: new Float32Array(3), probabilities: errs ? Float32Array.of(0.8, 0.1, 0.1) : Float32Array.of(0.1, 0.8, 0.1) };
    }
    case 'explain':
      return { kind: 'explain', data: Float32Array.from({ length: PLACES }, (_, at) => (at * 7919) % 997), height: SIDE, width: SIDE, channels: 1, score: { kind: 'logit' }, value: 1, passes: { forward: 0, backward: 1 }, ms: 1, backend: 'cpu', batch: 1 };
    case 'react':
      return { kind: 'react', top: new Uint8Array(request.shown.length).fill(1), probability: new Float32Array(request.shown.length).fill(0.75) };
    default:
      throw new Error(request.kind);
  }
}

/** A page that answers at once, or, while `silent`, not at all. */
function trial(refuses: (request: Request) => boolean = () => false) {
  const heard: FromDesk[] = [];
  const state = { silent: false };
  const take: (message: ToDesk) => void = createDesk({
    now: () => performance.now(),
    later: (work, ms) => void setTimeout(work, Math.min(ms, 5)),
    post: (message) => {
      heard.push(message);
      if (message.type !== 'ask' || state.silent) return;
      const { id, request } = message;
      setTimeout(() => take(refuses(request) ? { type: 'refuse', id, failure: { reason: 'failed', message: 'the worker was lost' } } : { type: 'answer', id, result: answer(request) }));
    },
  });
  const last = <T extends FromDesk['type']>(type: T) => heard.findLast((message): message is Extract<FromDesk, { type: T }> => message.type === type);
  const asked = () => heard.flatMap((message) => (message.type === 'ask' ? [message.request] : []));
  const end = (status: string) => vi.waitFor(() => expect(last('progress')?.progress.status).toBe(status), { timeout: 10_000 });
  return { take, heard, last, asked, end, state };
}

test('records and findings of the run come before word of its end; an image that a good model gets wrong is counted, and no more', async () => {
  const { take, heard, last, end } = trial();
  take({ type: 'open', run: 1, setup, settings });
  await end('done');
  expect(last('found')).toMatchObject({ run: 1, findings: { drawn: 2, kept: 1 } });
  expect(last('found')!.records.map(({ standing }) => standing)).toEqual(['kept', 'left out']);
  expect(last('found')!.findings.offDiagonal.kept.value).toBe(1);
  expect(heard.at(-1)!.type).toBe('progress');
});

test('another region asks for no map again', async () => {
  const { take, asked, end, last } = trial();
  take({ type: 'open', run: 1, setup, settings });
  await end('done');
  const before = asked().length;
  take({ type: 'open', run: 2, setup, settings: { ...settings, share: 0.4 } });
  await vi.waitFor(() => expect(last('progress')).toMatchObject({ run: 2, progress: { status: 'done' } }), { timeout: 10_000 });
  expect(new Set(asked().slice(before).map(({ kind }) => kind))).toEqual(new Set(['react']));
});

test('a pause withdraws what is on the way, and a stop keeps what was found', async () => {
  const { take, heard, end, state, asked } = trial();
  state.silent = true;
  take({ type: 'open', run: 1, setup, settings });
  await vi.waitFor(() => expect(asked().length).toBeGreaterThan(0));
  take({ type: 'pause' });
  await end('paused');
  expect(heard.filter(({ type }) => type === 'withdraw')).toHaveLength(asked().length);
  take({ type: 'cancel' });
  await end('cancelled');
  state.silent = false;
  take({ type: 'again' });
  await end('done');
});

test('a failure is told, and a retry asks once more', async () => {
  let broken = true;
  const { take, last, end, heard } = trial((request) => broken && request.kind === 'react' && request.model === CATALOG.models[1]!.id);
  take({ type: 'open', run: 1, setup, settings });
  await end('done');
  expect(last('progress')!.progress.failed.map(({ message }) => message)).toEqual(['the worker was lost']);
  expect(last('found')!.findings).toMatchObject({ kept: 1, lost: [{ name: 'scene 36001', maps: [], reactions: [CATALOG.models[1]!.id] }] });
  broken = false;
  take({ type: 'retry' });
  await vi.waitFor(() => expect(last('found')!.findings).toMatchObject({ kept: 1, lost: [] }), { timeout: 10_000 });
  expect(last('found')!.records).toHaveLength(2);
  expect(heard.some(({ type }) => type === 'forget')).toBe(true);
});

test('records of a file say what they said; those of other models are a problem that is told', async () => {
  const { take, last, end } = trial();
  take({ type: 'open', run: 1, setup, settings });
  await end('done');
  const { records, findings } = last('found')!;
  take({ type: 'read', run: 2, records, models: setup.models, seed: setup.seed });
  expect(last('found')).toEqual({ type: 'found', run: 2, records, findings });
  take({ type: 'read', run: 3, records, models: setup.models.slice(1), seed: setup.seed });
  expect(last('problem')).toMatchObject({ run: 3, message: expect.stringContaining('open records together with the models') as string });
});
