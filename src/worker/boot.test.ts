import { expect, test } from 'vitest';
import { isClearlyFaster, poolSize, startEngine } from './boot.ts';
import type { WorkerHandle } from './pool.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { breathe, CATALOG, handClock } from './testing.ts';

const ready = (backend: 'webgpu' | 'wasm', gpuMs?: number, wasmMs?: number) => ({ type: 'ready', backend, catalog: CATALOG, tried: [{ backend: 'webgpu', ms: gpuMs }, { backend: 'wasm', ms: wasmMs }] }) as const;

test('one worker on a GPU, one to four on WASM', () => {
  expect([poolSize('webgpu', 16), poolSize('webgl', 16), poolSize('wasm', 16), poolSize(undefined, 2), poolSize('cpu', 0)]).toEqual([1, 1, 4, 2, 1]);
});

test('a GPU must beat all WASM workers together, clearly', () => {
  expect(isClearlyFaster(ready('webgpu', 10, 60), 2)).toBe(true);
  expect(isClearlyFaster(ready('webgpu', 10, 20), 2)).toBe(false);
  expect(isClearlyFaster(ready('webgpu', 4000, 100), 2)).toBe(false); // a software adapter
  expect(isClearlyFaster(ready('wasm', undefined, 60), 1)).toBe(false);
});

/** Workers that answer `start` as told and remember what they were asked. */
function workers(answer: (message: Extract<ToWorker, { type: 'start' }>) => FromWorker | undefined) {
  const made: { starts: ToWorker[]; ended: boolean }[] = [];
  const spawn = (): WorkerHandle => {
    const log = { starts: [] as ToWorker[], ended: false };
    made.push(log);
    const handle: WorkerHandle = {
      onmessage: null,
      onerror: null,
      terminate: () => void (log.ended = true),
      postMessage(message) {
        if (message.type !== 'start') return;
        log.starts.push(message);
        const reply = answer(message);
        if (reply) queueMicrotask(() => handle.onmessage?.({ data: reply }));
      },
    };
    return handle;
  };
  return { made, spawn };
}

test('WASM starts at once; a GPU that proves faster takes over once the workers rest', async () => {
  const { made, spawn } = workers(({ backend }) => (backend === 'best' ? ready('webgpu', 1, 100) : ready('wasm')));
  const clock = handClock();
  const heard: string[] = [];
  const client = startEngine({ zoo: '', spawn, clock, cores: 2, onEntry: () => {}, onReady: ({ backend }) => void heard.push(backend) });
  expect(made.map(({ starts }) => (starts[0] as { backend?: string }).backend)).toEqual([undefined, undefined]);
  await breathe();
  clock.pass(5_000);
  await breathe();
  expect(made).toHaveLength(3);
  expect(made.map(({ ended }) => ended)).toEqual([true, true, false]);
  expect(heard.at(-1)).toBe('webgpu');
  client.close();
});

test('a trial that fails or hangs is ended, and nothing changes', async () => {
  for (const reply of [{ type: 'broken', message: 'no adapter' } as const, undefined]) {
    const { made, spawn } = workers(({ backend }) => (backend === 'best' ? reply : ready('wasm')));
    const clock = handClock();
    const client = startEngine({ zoo: '', spawn, clock, cores: 1, onEntry: () => {} });
    await breathe();
    clock.pass(5_000);
    await breathe();
    clock.pass(61_000);
    expect(made.map(({ ended }) => ended)).toEqual([false, true]);
    client.close();
  }
});

test('a forced backend is started as asked, and nothing else is tried', async () => {
  const { made, spawn } = workers(() => ready('wasm'));
  const clock = handClock();
  const client = startEngine({ zoo: '', backend: 'webgl', spawn, clock, cores: 4, onEntry: () => {} });
  await breathe();
  clock.pass(60_000);
  expect(made).toHaveLength(1);
  expect(made[0]!.starts).toEqual([{ type: 'start', backend: 'webgl', zoo: '' }]);
  client.close();
});
