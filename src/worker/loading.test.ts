/** What the client tells of a worker's download. */
import { expect, test } from 'vitest';
import { createClient, type Entry } from './client.ts';
import { explainRequest, handClock, rig, ticking, until, type FakeRun } from './testing.ts';

test('a download is told by model, and is over with the worker’s next word, or with the worker', async () => {
  const told: unknown[][] = [];
  const loading: FakeRun = async (request, host, worker) => {
    host.phase('loading');
    host.loading('cnn', 0, 100);
    host.loading('cnn', 40, 100);
    host.loading('cnn', 100, 100);
    if (worker === 0 && request.kind === 'explain' && request.params.steps === 13) await new Promise(() => {});
    return ticking(request, host, worker);
  };
  const made = rig(loading);
  const entries = new Map<string, Entry | undefined>();
  const client = createClient({ ...made.spec, clock: handClock(), onEntry: (slot, entry) => void entries.set(slot, entry), onLoading: (...about) => void told.push(about) });
  client.show('a', explainRequest(4));
  await until(() => entries.get('a')?.status === 'done');
  expect(told[0]).toEqual(['cnn', { done: 0, total: 100 }]);
  expect(told).toContainEqual(['cnn', { done: 100, total: 100 }]); // the one in between comes too soon
  expect(told.at(-1)).toEqual(['cnn', undefined]);
  expect(told).toHaveLength(3);
  client.show('b', explainRequest(13));
  await until(() => told.length > 4);
  client.show('b', undefined); // cancelled: the worker loads on, and says so
  made.crash(0);
  expect(told.at(-1)).toEqual(['cnn', undefined]);
  client.close();
});
