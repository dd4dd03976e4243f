/** What is wanted for a while only: previews of a dragged slider or scene, asks that are withdrawn, pauses. The rest: client.test.ts. */
import { expect, test } from 'vitest';
import type { ExplainResult } from './protocol.ts';
import { breathe, explainRequest, explainResult, rig, ticking, until, startClient as start, type FakeRun } from './testing.ts';

test('previews are shown and marked, never kept: the exact request runs at the end of the drag', async () => {
  const { client, entries, status, started } = start(rig());
  client.show('a', explainRequest(4, { preview: true }));
  await until(() => status('a') === 'done');
  expect(entries.get('a')!.shown!.preview).toBe(true);
  client.show('a', explainRequest(4));
  expect(status('a')).not.toBe('done');
  await until(() => status('a') === 'done');
  expect(entries.get('a')!.shown!.preview).toBe(false);
  expect(started.length).toBe(2);
  client.show('a', explainRequest(4, { preview: true }));
  expect([status('a'), entries.get('a')!.shown!.preview, started.length]).toEqual(['done', false, 2]);
});

test('a preview that was overtaken is still shown if it comes soon', async () => {
  const seen: number[] = [];
  const { client } = start(rig(), {
    onEntry: (_, entry) => {
      const value = (entry?.shown?.result as ExplainResult | undefined)?.data[0];
      if (value !== undefined && value !== seen.at(-1)) seen.push(value);
    },
  });
  client.show('a', explainRequest(20, { preview: true }));
  await until(() => client.entry('a')?.status === 'running');
  client.show('a', explainRequest(21, { preview: true }));
  client.show('a', explainRequest(22, { preview: true }));
  await until(() => client.entry('a')?.status === 'done');
  expect(seen).toEqual([20, 22]);
});

test('a late preview does not overwrite the exact result', async () => {
  const { client, first, status } = start(rig(ticking, 2));
  client.show('a', explainRequest(60, { preview: true }));
  await until(() => status('a') === 'running');
  client.show('a', explainRequest(61, { preview: true }));
  client.show('a', explainRequest(5));
  await until(() => status('a') === 'done');
  await until(client.idle);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(first('a')).toBe(5);
});

test('ask resolves with the result and rejects with the failure', async () => {
  const { client } = start(rig(async (request, host, worker) => {
    if (request.kind === 'explain' && request.params.steps === 1) throw new Error('model cnn: weights are corrupt');
    return ticking(request, host, worker);
  }));
  expect((await client.ask(explainRequest(2))).data[0]).toBe(2);
  await expect(client.ask(explainRequest(1))).rejects.toThrow('weights are corrupt');
});

test('hold: what a slot wanted ends, what it shows stays', async () => {
  const { client, entries, status } = start(rig());
  client.show('a', explainRequest(3));
  await until(() => status('a') === 'done');
  client.show('a', explainRequest(500));
  await until(() => status('a') === 'running');
  client.hold('a');
  expect([status('a'), client.idle()]).toEqual(['queued', true]);
  expect(entries.get('a')!.shown!.request).toEqual(explainRequest(3));
  client.show('a', explainRequest(3));
  expect(status('a')).toBe('done');
});

test('pause: what ran is queued again and nothing starts until it goes on', async () => {
  const { client, status } = start(rig());
  client.show('a', explainRequest(40));
  await until(() => status('a') === 'running');
  client.pause(true);
  client.show('b', explainRequest(3));
  expect([status('a'), status('b'), client.idle()]).toEqual(['queued', 'queued', false]);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect([status('a'), status('b')]).toEqual(['queued', 'queued']);
  client.pause(false);
  await until(() => status('a') === 'done' && status('b') === 'done');
});

test('a scene that is dragged shows looks on the way; one that comes late never hides a newer', async () => {
  const scene = (turn: number) => ({ kind: 'scene', seed: 1, size: 8, changes: [{ type: 'turn', value: turn }] }) as const;
  const ends = new Map<number, () => void>();
  const drawn: FakeRun = async (request) => {
    const turn = request.kind === 'scene' && request.changes?.[0]?.type === 'turn' ? request.changes[0].value : 0;
    await new Promise<void>((resolve) => void ends.set(turn, resolve));
    return explainResult(turn); // what a scene's result holds is not looked at here
  };
  const { client, first, status, started } = start(rig(drawn, 2));
  client.show('s', scene(5));
  await until(() => ends.has(5));
  client.show('s', scene(10));
  await until(() => ends.has(10));
  ends.get(5)!();
  await until(() => first('s') === 5, 'a look on the way');
  client.show('s', scene(15));
  await until(() => ends.has(15));
  ends.get(15)!();
  await until(() => first('s') === 15);
  ends.get(10)!();
  await breathe();
  await breathe();
  expect([first('s'), status('s'), started.length]).toEqual([15, 'done', 3]);
});

test('what was asked for and is withdrawn ends, unless someone else wants it', async () => {
  const { client, status, started } = start(rig());
  const [alone, shared] = [new AbortController(), new AbortController()];
  const first = client.ask(explainRequest(500), { signal: alone.signal });
  const second = client.ask(explainRequest(6), { signal: shared.signal });
  client.show('a', explainRequest(6));
  alone.abort();
  shared.abort();
  await expect(first).rejects.toThrow(/abort/i);
  await expect(second).rejects.toThrow(/abort/i);
  await until(() => status('a') === 'done');
  await until(client.idle);
  expect(started.map(({ request }) => (request.kind === 'explain' ? request.params.steps : 0)).filter((steps) => steps === 6)).toEqual([6]);
  await expect(client.ask(explainRequest(5), { signal: new AbortController().signal })).resolves.toMatchObject({ kind: 'explain' });
});
