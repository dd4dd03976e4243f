/** The client and its workers: one job for all who want it, progress, lost workers, memory, the cache. Previews, asks, pauses: clientWants.test.ts. */
import { expect, test } from 'vitest';
import { keyOf } from './key.ts';
import type { ExplainResult } from './protocol.ts';
import { breathe, explainRequest, explainResult, handClock, rig, ticking, until, startClient as start, type FakeRun } from './testing.ts';

/** Never ticks again once the steps are 13. */
const stuckAt13: FakeRun = async (request, host, worker) => {
  if (request.kind === 'explain' && request.params.steps === 13) {
    host.phase('computing');
    await new Promise(() => {});
  }
  return ticking(request, host, worker);
};

test('a dragged slider ends with the last request; the ones on the way are cancelled', async () => {
  const { client, started, status, first } = start(rig());
  for (let steps = 100; steps <= 200; steps += 2) {
    client.show('a', explainRequest(steps));
    await breathe();
  }
  await until(() => status('a') === 'done');
  expect(first('a')).toBe(200);
  expect(started.length).toBeLessThanOrEqual(51);
  await until(client.idle);
});

test('slots that want the same share one job, and a revisit is free', async () => {
  const { client, started, status, first } = start(rig());
  client.show('a', explainRequest(5));
  client.show('b', explainRequest(5));
  await until(() => status('a') === 'done' && status('b') === 'done');
  client.show('a', explainRequest(6));
  await until(() => status('a') === 'done');
  client.show('a', explainRequest(5));
  expect([status('a'), first('a')]).toEqual(['done', 5]);
  expect(started.length).toBe(2);
});

test('a shared job goes on when one of its slots turns away', async () => {
  const { client, started, status, first } = start(rig());
  client.show('a', explainRequest(50));
  client.show('b', explainRequest(50));
  await until(() => status('a') === 'running');
  client.show('a', undefined);
  await until(() => status('b') === 'done');
  expect([first('b'), started.length, status('a')]).toEqual([50, 1, undefined]);
});

test('what is shown stays, with the request that made it, while the next is computed', async () => {
  const { client, entries, status } = start(rig());
  client.show('a', explainRequest(5));
  await until(() => status('a') === 'done');
  client.show('a', explainRequest(400));
  await until(() => status('a') === 'running');
  expect(entries.get('a')!.shown!.request).toEqual(explainRequest(5));
  expect(entries.get('a')!.request).toEqual(explainRequest(400));
});

test('progress comes with an estimate of the time left', async () => {
  const clock = handClock();
  const half: FakeRun = async (request, host) => {
    host.phase('computing');
    host.progress(2, 8);
    await new Promise(() => {});
    throw new Error('not reached');
  };
  const { client, entries, status } = start(rig(half), { clock });
  client.show('a', explainRequest(8));
  await until(() => status('a') === 'running' && entries.get('a')?.progress !== undefined);
  clock.pass(100);
  expect(client.entry('a')!.progress).toEqual({ done: 2, total: 8, msLeft: 300 });
});

test('a worker that falls silent is replaced and its work done again', async () => {
  let hang = true;
  const once: FakeRun = (request, host, worker) => {
    if (!hang) return ticking(request, host, worker);
    hang = false;
    host.phase('computing');
    return new Promise(() => {});
  };
  const { client, clock, status, first, spawned, terminated } = start(rig(once));
  client.show('a', explainRequest(4));
  await until(() => status('a') === 'running');
  await breathe();
  await breathe();
  clock.pass(9_000);
  expect(spawned()).toBe(1);
  clock.pass(2_000);
  await until(() => status('a') === 'done');
  expect([first('a'), spawned(), terminated()]).toEqual([4, 2, 1]);
});

test('silence while loading is no reason to end a worker', async () => {
  const loading: FakeRun = (_, host) => (host.phase('loading'), new Promise(() => {}));
  const { client, clock, status, spawned } = start(rig(loading));
  client.show('a', explainRequest(4));
  await until(() => status('a') === 'running');
  await new Promise((resolve) => setTimeout(resolve, 10));
  clock.pass(120_000);
  expect(spawned()).toBe(1);
});

test('work handed to a worker that died while it rested goes to another', async () => {
  const { client, clock, status, spawned, terminated, silence } = start(rig());
  client.show('a', explainRequest(2));
  await until(() => status('a') === 'done');
  silence(0);
  client.show('b', explainRequest(3));
  await breathe();
  clock.pass(9_000);
  expect(spawned()).toBe(1);
  clock.pass(2_000);
  await until(() => status('b') === 'done');
  expect([spawned(), terminated()]).toEqual([2, 1]);
});

test('a burst that is known to be long may be silent for eight times as long', async () => {
  const long: FakeRun = (_, host) => (host.phase('computing', 5_000), new Promise(() => {}));
  const { client, clock, status, spawned } = start(rig(long));
  client.show('a', explainRequest(4));
  await until(() => status('a') === 'running');
  await new Promise((resolve) => setTimeout(resolve, 10));
  clock.pass(39_000);
  expect(spawned()).toBe(1);
  clock.pass(2_000);
  expect(spawned()).toBe(2);
});

test('a request that ends its worker twice has failed, everything else goes on, and a retry runs it again', async () => {
  const { client, clock, entries, status, started } = start(rig(stuckAt13));
  client.show('bad', explainRequest(13));
  client.show('good', explainRequest(3), { order: 1 });
  for (let i = 0; i < 2; i++) {
    await until(() => started.filter(({ request }) => request.kind === 'explain' && request.params.steps === 13).length === i + 1);
    await until(() => status('bad') === 'running');
    await new Promise((resolve) => setTimeout(resolve, 10));
    clock.pass(11_000);
  }
  await until(() => status('bad') === 'failed' && status('good') === 'done');
  expect(entries.get('bad')!.message).toMatch(/no sign of life .* 2 times/);
  client.show('other', explainRequest(13));
  expect(status('other')).toBe('failed');
  const before = started.length;
  client.retry(keyOf(explainRequest(13)));
  await until(() => started.length === before + 1);
  expect(status('bad')).toBe('running');
});

test('a crashed worker is replaced', async () => {
  const { client, status, crash, spawned } = start(rig());
  client.show('a', explainRequest(200));
  await until(() => status('a') === 'running');
  crash(0);
  await until(() => status('a') === 'done');
  expect(spawned()).toBe(2);
});

test('a cancel that finds no tick within a second ends the worker', async () => {
  const { client, clock, status, spawned } = start(rig(stuckAt13));
  client.show('a', explainRequest(13));
  await until(() => status('a') === 'running');
  await new Promise((resolve) => setTimeout(resolve, 10));
  client.show('a', explainRequest(3));
  clock.pass(800);
  expect(spawned()).toBe(1);
  clock.pass(800);
  expect(spawned()).toBe(2);
  await until(() => status('a') === 'done');
});

test('full memory: once more with half the batch in a fresh worker, then failed', async () => {
  const full: FakeRun = async (_, host) => {
    if (host.batchShare === 1) throw Object.assign(new Error('WASM memory is full'), { name: 'OutOfMemory' });
    return explainResult(1, 8 * host.batchShare);
  };
  const { client, entries, status, spawned } = start(rig(full));
  client.show('a', explainRequest(1));
  await until(() => status('a') === 'done');
  expect((entries.get('a')!.shown!.result as ExplainResult).batch).toBe(4);
  expect(spawned()).toBe(2);
  const always = start(rig(async () => Promise.reject(Object.assign(new Error('WASM memory is full'), { name: 'OutOfMemory' }))));
  always.client.show('a', explainRequest(1));
  await until(() => always.status('a') === 'failed');
  expect(always.started.length).toBe(2);
});

test('a method that does not apply says why, once and for all', async () => {
  const no: FakeRun = async () => Promise.reject(Object.assign(new Error('needs a convolution'), { name: 'NotApplicable' }));
  const { client, entries, status, started } = start(rig(no));
  client.show('a', explainRequest(1));
  await until(() => status('a') === 'not-applicable');
  expect(entries.get('a')!.message).toBe('needs a convolution');
  client.show('a', undefined);
  client.show('a', explainRequest(1));
  expect([status('a'), started.length]).toEqual(['not-applicable', 1]);
});

test('the cache forgets the least recently used by bytes', async () => {
  const { client, started, status } = start(rig(), { cacheBytes: 2 * (1024 + 16) });
  for (const steps of [1, 2, 3]) {
    client.show('a', explainRequest(steps));
    await until(() => status('a') === 'done');
  }
  client.show('a', explainRequest(2));
  expect(status('a')).toBe('done');
  client.show('a', explainRequest(1));
  expect(status('a')).not.toBe('done');
  await until(() => status('a') === 'done');
  expect(started.length).toBe(4);
});

test('work is spread over the pool, each model where it is loaded', async () => {
  const { client, started, status } = start(rig(ticking, 2));
  await breathe();
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (let i = 0; i < 6; i++) client.show(`s${i}`, explainRequest(10 + i, { model: i % 2 ? 'vit' : 'cnn' }), { order: i });
  await until(() => [0, 1, 2, 3, 4, 5].every((i) => status(`s${i}`) === 'done'));
  const byModel = (model: string) => new Set(started.filter(({ request }) => request.kind === 'explain' && request.model === model).map(({ worker }) => worker));
  expect([byModel('cnn').size, byModel('vit').size]).toEqual([1, 1]);
  expect(byModel('cnn')).not.toEqual(byModel('vit'));
});

test('a slot’s request overtakes the background, which is done again later', async () => {
  const { client, first, status, started } = start(rig());
  const background = client.ask(explainRequest(300), { background: true });
  await until(() => started.length === 1);
  await breathe();
  client.show('a', explainRequest(3));
  await until(() => status('a') === 'done');
  expect(first('a')).toBe(3);
  expect((await background).data[0]).toBe(300);
  expect(started.length).toBe(3);
});

test('a heap beyond a gibibyte is given back by starting the worker anew', async () => {
  const made = rig();
  made.heapBytes = 2 ** 30 + 1;
  const { client, status, spawned } = start(made);
  client.show('a', explainRequest(1));
  await until(() => status('a') === 'done');
  expect(spawned()).toBe(2);
});

test('pictures are given to workers that start later', async () => {
  const { client, crash, pictures, status } = start(rig());
  client.put('p1', { data: new Float32Array(3), size: 1 });
  client.show('a', explainRequest(1));
  await until(() => status('a') === 'done');
  crash(0);
  await until(() => pictures[1]?.has('p1') === true);
});

test('an engine that cannot start fails everything with its message', async () => {
  const { client, entries, status } = start(rig(ticking, 2, 'the backend webgpu was asked for and is not there'));
  client.show('a', explainRequest(1));
  await until(() => status('a') === 'failed');
  expect(entries.get('a')!.message).toMatch(/webgpu was asked for/);
  await expect(client.ask(explainRequest(2))).rejects.toThrow('webgpu');
});

test('a better worker takes over; the old ones end; if it is lost and cannot start again, the old kind comes back', async () => {
  const { client, status, terminated, crash, spawned, first } = start(rig(ticking, 2));
  client.show('a', explainRequest(3));
  await until(() => status('a') === 'done');
  const gpu = rig(ticking, 1, 'no adapter');
  const fast = rig();
  client.adopt({ ...gpu.spec }, fast.spec.spawn());
  expect(terminated()).toBe(2);
  client.show('a', explainRequest(4));
  await until(() => status('a') === 'done');
  expect(fast.started.length).toBe(1);
  fast.crash(0);
  client.show('a', explainRequest(5));
  await until(() => first('a') === 5);
  expect(spawned()).toBe(4);
  expect(crash).toBeTypeOf('function');
});

test('a map gives way to what a dialog waits for, and is computed again afterwards', async () => {
  const made = rig(async (request, host, worker) => (request.kind === 'text' ? { kind: 'text', text: 'names' } : ticking(request, host, worker)));
  const { client, status, started } = start(made);
  client.show('a', explainRequest(200));
  await until(() => status('a') === 'running');
  await expect(client.ask({ kind: 'text', file: 'labels/imagenet.txt' })).resolves.toEqual({ kind: 'text', text: 'names' });
  expect(status('a')).not.toBe('done');
  await until(() => status('a') === 'done');
  expect(started.map(({ request }) => request.kind)).toEqual(['explain', 'text', 'explain']);
});
