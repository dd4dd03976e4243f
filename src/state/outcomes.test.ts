/** What is kept of sweeps, over a shelf in memory: batches, forgetting, full and broken databases, two tabs. The real database: e2e/kept.spec.ts. */
import { afterEach, expect, test, vi } from 'vitest';
import { sweepItem } from '../studies/plan.ts';
import { explainRequest } from '../worker/testing.ts';
import type { Request } from '../worker/protocol.ts';
import { bytesOf, createOutcomes, type OutcomesOptions } from './outcomes.ts';
import { openShelf, type Shelf, type Thing, type Use } from './shelf.ts';

afterEach(() => void vi.useRealTimers());

function fakeShelf(change: Partial<Shelf> = {}) {
  const things = new Map<string, Thing>();
  const uses = new Map<string, Use>();
  const calls: string[] = [];
  const shelf: Shelf = {
    read: (names) => (calls.push(`read ${names.length}`), Promise.resolve(names.flatMap((name) => things.get(name) ?? []))),
    write: (added, wanted) => {
      calls.push(`write ${added.length}${wanted.length > 0 ? ` +${wanted.length}` : ''}`);
      for (const thing of added) things.set(thing.name, thing);
      for (const { name, bytes, used } of [...added, ...wanted]) uses.set(name, { name, bytes, used });
      return Promise.resolve();
    },
    uses: () => Promise.resolve([...uses.values()].sort((a, b) => a.used - b.used)),
    remove: (names) => (calls.push(`remove ${names.length}`), names.forEach((name) => (things.delete(name), uses.delete(name))), Promise.resolve()),
    clear: () => (things.clear(), uses.clear(), Promise.resolve()),
    ...change,
  };
  return { shelf, things, calls };
}

const nameOf = (request: Request) => (request.kind === 'explain' && request.model !== 'unnamed' ? String(request.params.steps) : undefined);
const item = (n: number) => sweepItem(explainRequest(n), `${n}`, n);
const open = (shelf: Shelf, change: Partial<OutcomesOptions> = {}) => {
  const outcomes = createOutcomes({ shelf, now: () => 1e12, ...change });
  return { outcomes, memory: outcomes.memory<Float32Array>(nameOf) };
};
const map = (n: number, size = 100) => new Float32Array(size).fill(n);

test('a thousand are kept in one go and read in one go', async () => {
  const { shelf, calls } = fakeShelf();
  const { outcomes, memory } = open(shelf);
  for (let n = 0; n < 1000; n++) memory.put(item(n), map(n));
  expect(calls).toEqual([]);
  await outcomes.flush();
  expect(calls).toEqual(['write 1000']);
  const other = open(shelf).memory;
  const found = await Promise.all(Array.from({ length: 1001 }, (_, n) => other.get(item(n))));
  expect(calls.slice(1)).toEqual(['read 1001']);
  expect(found.map((one) => one?.[0])).toEqual([...Array.from({ length: 1000 }, (_, n) => n), undefined]);
});

test('what is on its way is found before it is written; writes gather for a moment, large ones do not', async () => {
  vi.useFakeTimers();
  const { shelf, calls } = fakeShelf();
  const { memory } = open(shelf);
  memory.put(item(1), map(1));
  const found = memory.get(item(1));
  await vi.advanceTimersByTimeAsync(0);
  expect((await found)?.[0]).toBe(1);
  expect(calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(500);
  expect(calls).toEqual(['write 1']);
  memory.put(item(2), map(2, 3e6));
  await vi.advanceTimersByTimeAsync(0);
  expect(calls.at(-1)).toBe('write 1');
});

test('what has no name is neither kept nor looked for', async () => {
  const { shelf, calls } = fakeShelf();
  const { outcomes, memory } = open(shelf);
  const unnamed = sweepItem(explainRequest(1, { model: 'unnamed' }), '', 0);
  memory.put(unnamed, map(1));
  await outcomes.flush();
  expect([await memory.get(unnamed), calls]).toEqual([undefined, []]);
});

test('beyond the limit the longest unused are forgotten; a use counts', async () => {
  const { shelf, things } = fakeShelf();
  let now = 1e12;
  const hour = 3_600_001;
  const options = { now: () => now, limitBytes: 10 * 404, idle: (work: () => void) => work() };
  const { outcomes, memory } = open(shelf, options);
  for (let n = 0; n < 9; n++) {
    now += hour;
    memory.put(item(n), map(n));
    await outcomes.flush();
  }
  expect(things.size).toBe(9);
  now += hour;
  expect((await memory.get(item(0)))?.[0]).toBe(0);
  await outcomes.flush();
  now += hour;
  for (const n of [9, 10]) memory.put(item(n), map(n));
  await outcomes.flush();
  await vi.waitFor(() => expect([...things.keys()].sort()).toEqual(['0', '10', '3', '4', '5', '6', '7', '8', '9']));
  expect((await outcomes.usage()).bytes).toBeLessThanOrEqual(0.9 * options.limitBytes);
});

test('a full disk: half is forgotten and the write is tried again; where that does not help, it says so and goes on in memory', async () => {
  const full = () => Promise.reject(Object.assign(new Error('the disk is full'), { name: 'QuotaExceededError' }));
  const base = fakeShelf();
  let refusals = 1;
  const { outcomes, memory } = open({ ...base.shelf, write: (things, uses) => (things.length === 2 && refusals-- > 0 ? full() : base.shelf.write(things, uses)) });
  for (const n of [1, 2, 3, 4]) {
    memory.put(item(n), map(n));
    await outcomes.flush();
  }
  for (const n of [5, 6]) memory.put(item(n), map(n));
  await outcomes.flush();
  expect([base.calls.includes('remove 2'), outcomes.problem(), [...base.things.keys()]]).toEqual([true, undefined, ['3', '4', '5', '6']]);
  const never = open({ ...fakeShelf().shelf, write: full });
  never.memory.put(item(1), map(1));
  await never.outcomes.flush();
  expect(never.outcomes.problem()).toBe('What is computed is not kept beyond this visit (the disk is full).');
  expect(await never.memory.get(item(1))).toBeUndefined();
});

test('no database at all: nothing is found, nothing fails, it is said once', async () => {
  const { outcomes, memory } = open(openShelf(undefined));
  expect(await memory.get(item(1))).toBeUndefined();
  expect(outcomes.problem()).toContain('this browser offers no database here');
  memory.put(item(1), map(1));
  await outcomes.flush();
  await expect(outcomes.usage()).rejects.toThrow('no database');
});

test('a database that never answers holds nobody up', async () => {
  vi.useFakeTimers();
  const reads = vi.fn(() => new Promise<never>(() => {}));
  const { outcomes, memory } = open({ ...fakeShelf().shelf, read: reads });
  for (let n = 0; n < 12; n++) {
    const found = memory.get(item(n));
    await vi.advanceTimersByTimeAsync(3000);
    expect(await found).toBeUndefined();
  }
  expect(reads).toHaveBeenCalledTimes(10);
  expect(outcomes.problem()).toContain('does not answer');
});

test('two tabs keep on one shelf; one sees what the other kept, and clears it', async () => {
  const { shelf, things } = fakeShelf();
  const [a, b] = [open(shelf), open(shelf)];
  a.memory.put(item(1), map(1));
  b.memory.put(item(2), map(2));
  await Promise.all([a.outcomes.flush(), b.outcomes.flush()]);
  expect([(await a.memory.get(item(2)))?.[0], (await b.memory.get(item(1)))?.[0]]).toEqual([2, 1]);
  expect((await b.outcomes.usage()).count).toBe(2);
  await a.outcomes.clear();
  expect([things.size, await b.memory.get(item(1))]).toEqual([0, undefined]);
});

test('bytes are those of the arrays, and a little for the rest', () => {
  expect(bytesOf(new Float32Array(10))).toBe(40);
  const bytes = bytesOf({ kind: 'map', data: new Float32Array(1000), segments: new Uint8Array(50) });
  expect(bytes).toBeGreaterThanOrEqual(4050);
  expect(bytes).toBeLessThan(4500);
});
