import { afterEach, describe, expect, it } from 'vitest';
import { createClient, type Client } from '../worker/client.ts';
import type { ExplainRequest, Result } from '../worker/protocol.ts';
import { breathe, explainRequest, explainResult, handClock, rig, ticking, until, type Rig } from '../worker/testing.ts';
import { sweepItem, type SweepPlan } from '../studies/plan.ts';
import { createSweep, type Sweep, type SweepMemory, type SweepOptions, type SweepState } from './sweep.ts';

const open: Client[] = [];
afterEach(() => open.splice(0).forEach((client) => client.close()));

const steps = (request: unknown) => Number((request as ExplainRequest).params.steps);
const firstOf = (result: Result) => (result.kind === 'explain' ? result.data[0]! : NaN);

/** Items of so many steps; kept is the first number of the field, which is the steps again. */
const planOf = (...all: number[]): SweepPlan<number> => ({
  first: all.map((n, order) => sweepItem(explainRequest(n), `${n} steps`, order)),
  reduce: (_, result) => firstOf(result),
  follow: () => [],
});

function start(made: Rig, plan: SweepPlan<number>, change: Partial<SweepOptions<number>> = {}) {
  const clock = handClock();
  const client = createClient({ ...made.spec, clock, onEntry: () => {} });
  open.push(client);
  const states: SweepState<number>[] = [];
  const sweep: Sweep<number> = createSweep({ plan, client, now: clock.now, onChange: (state) => states.push(state), ...change });
  const status = () => sweep.state().status;
  const asked = () => made.started.map(({ request }) => steps(request));
  return { client, clock, sweep, states, status, asked };
}

describe('a sweep', () => {
  it('runs every item once, in order, keeps what the plan reduces, and says how far it is', async () => {
    const { sweep, states, status, asked } = start(rig(), planOf(3, 4, 5), { inFlight: 1 });
    await until(() => status() === 'done');
    expect(asked()).toEqual([3, 4, 5]);
    expect([...sweep.state().found.values()]).toEqual([3, 4, 5]);
    expect(states.map(({ done }) => done)).toEqual([0, 1, 2, 3]);
    expect(states.every(({ total }) => total === 3)).toBe(true);
  });

  it('has no more requests at the client than it may', async () => {
    const asks: number[] = [];
    let most = 0;
    const client = { retry: () => {}, ask: async (request: unknown) => { asks.push(steps(request)); most = Math.max(most, asks.length); await breathe(); asks.pop(); return explainResult(1) as never; } };
    const sweep = createSweep({ plan: planOf(2, 3, 4, 5, 6, 7, 8), client, now: () => 0, inFlight: 3, onChange: () => {} });
    await until(() => sweep.state().status === 'done');
    expect(most).toBe(3);
  });

  it('is background work: what a slot wants comes first', async () => {
    const made = rig();
    const { client, status, asked } = start(made, planOf(40, 41, 42));
    await until(() => made.started.length === 1);
    client.show('a', explainRequest(5));
    await until(() => status() === 'done');
    expect(asked().slice(0, 2)).toEqual([40, 5]); // 40 gave its worker up
    expect(asked().slice(2).sort()).toEqual([40, 41, 42]);
  });

  it('asks for what outcomes ask for, and counts it before it is known', async () => {
    const plan: SweepPlan<number> = {
      first: [sweepItem(explainRequest(10), 'ten', 0, 2), sweepItem(explainRequest(20), 'twenty', 10, 2)],
      reduce: (_, result) => firstOf(result),
      follow: (item, outcome) => (item.adds > 0 ? [1, 2].map((more) => sweepItem(explainRequest(outcome + more), 'more', item.order + more)) : []),
    };
    const { sweep, states, status, asked } = start(rig(), plan, { inFlight: 1 });
    await until(() => status() === 'done');
    expect(asked()).toEqual([10, 11, 12, 20, 21, 22]); // by order, not breadth first
    expect(states.every(({ total }) => total === 6)).toBe(true);
    expect(sweep.state().done).toBe(6);
  });

  it('asks for what a failure leaves over, and what follows knows of the failure', async () => {
    const heard: number[] = [];
    const plan: SweepPlan<number> = {
      ...planOf(5, 10),
      follow: (_, outcome, __, failed) => (heard.push(failed.size), outcome === 10 ? [sweepItem(explainRequest(11), 'more', 3)] : []),
      without: ({ key }, _, failed) => (failed.has(key) ? [sweepItem(explainRequest(6), 'instead', 0.5)] : []),
    };
    const asks: number[] = [];
    const ask = (request: unknown) => (asks.push(steps(request)), steps(request) === 5 ? Promise.reject(new Error('no')) : Promise.resolve(explainResult(steps(request)) as never));
    const sweep = createSweep({ plan, client: { retry: () => {}, ask }, now: () => 0, inFlight: 1, onChange: () => {} });
    await until(() => sweep.state().status === 'done');
    expect([asks, heard]).toEqual([[5, 6, 10, 11], [1, 1, 1]]);
    expect([sweep.state().done, sweep.state().total, sweep.state().failed.length]).toEqual([4, 4, 1]);
  });

  it('is not asked again for what is known, and follows it all the same', async () => {
    const plan: SweepPlan<number> = { ...planOf(10), follow: (item, outcome) => (outcome === 10 ? [sweepItem(explainRequest(11), 'more', 1)] : []) };
    const known = new Map([[plan.first[0]!.key, 10]]);
    const { sweep, status, asked } = start(rig(), plan, { known });
    await until(() => status() === 'done');
    expect(asked()).toEqual([11]);
    expect([sweep.state().done, sweep.state().total, known.size]).toEqual([2, 2, 2]);
    const again = start(rig(), plan, { known });
    await until(() => again.status() === 'done');
    expect(again.asked()).toEqual([]);
  });

  it('paused, it withdraws what runs and asks for nothing; it goes on with all of it', async () => {
    const made = rig(ticking);
    const { sweep, status, client, asked } = start(made, planOf(60, 3, 4));
    await until(() => made.started.length === 1);
    sweep.pause();
    expect([status(), client.idle()]).toEqual(['paused', true]);
    for (let i = 0; i < 20; i++) await breathe();
    expect(asked()).toEqual([60]);
    sweep.resume();
    await until(() => status() === 'done');
    expect([...sweep.state().found.values()]).toEqual([60, 3, 4]);
    expect(asked()).toEqual([60, 60, 3, 4]);
  });

  it('cancelled, it keeps what it found and never goes on', async () => {
    const made = rig(ticking);
    const { sweep, states, status, client } = start(made, planOf(2, 200, 201), { inFlight: 1 });
    await until(() => sweep.state().done === 1);
    sweep.cancel();
    await until(client.idle);
    sweep.resume();
    sweep.retry();
    expect([status(), [...sweep.state().found.values()]]).toEqual(['cancelled', [2]]);
    expect(states.at(-1)!.status).toBe('cancelled');
    expect(made.started.length).toBeLessThanOrEqual(2);
  });

  it('cancelled at once, it asks for nothing', async () => {
    const { sweep, asked } = start(rig(), planOf(2));
    sweep.cancel();
    await breathe();
    expect([sweep.state().status, asked()]).toEqual(['cancelled', []]);
  });

  it('survives the death of a worker', async () => {
    const made = rig(async (request, host, worker) => { if (worker === 0 && steps(request) === 3) queueMicrotask(() => made.crash(0)); return ticking(request, host, worker); });
    const { sweep, status } = start(made, planOf(2, 3, 4));
    await until(() => status() === 'done');
    expect(made.spawned()).toBe(2);
    expect([...sweep.state().found.values()].sort()).toEqual([2, 3, 4]);
    expect(sweep.state().failed).toEqual([]);
  });

  it('names what failed, goes on, and asks again on request', async () => {
    let sick = true;
    const made = rig(async (request, host, worker) => {
      if (sick && steps(request) === 3) throw Object.assign(new Error('needs attention'), { name: 'NotApplicable' });
      return ticking(request, host, worker);
    });
    const { sweep, status } = start(made, planOf(2, 3, 4));
    await until(() => status() === 'done');
    expect(sweep.state().failed.map(({ item, reason, message }) => [item.name, reason, message])).toEqual([['3 steps', 'not-applicable', 'needs attention']]);
    expect([sweep.state().done, sweep.state().found.size]).toEqual([3, 2]);
    sick = false;
    sweep.retry();
    expect(status()).toBe('running');
    await until(() => status() === 'done');
    expect([sweep.state().failed, sweep.state().found.size, sweep.state().done]).toEqual([[], 3, 3]);
  });

  it('counts a result that cannot be reduced as a failure of its item', async () => {
    const plan = { ...planOf(2, 3), reduce: (_: unknown, result: Result) => { if (firstOf(result) === 3) throw new Error('not a number'); return firstOf(result); } };
    const { sweep, status } = start(rig(), plan);
    await until(() => status() === 'done');
    expect(sweep.state().failed.map(({ message }) => message)).toEqual(['not a number']);
  });

  it('foretells the time left from its own pace, pauses and known outcomes left out', async () => {
    let now = 0;
    const known = new Map([[planOf(2).first[0]!.key, 2]]);
    const asks: (() => void)[] = [];
    const client = { retry: () => {}, ask: (_: unknown, options?: { signal?: AbortSignal }) => new Promise<never>((resolve, reject) => { asks.push(() => resolve(explainResult(1) as never)); options?.signal?.addEventListener('abort', () => reject(new Error('withdrawn'))); }) };
    const sweep = createSweep({ plan: planOf(2, 3, 4, 5), client, known, now: () => now, inFlight: 1, onChange: () => {} });
    await until(() => asks.length === 1);
    expect(sweep.state().msLeft).toBeUndefined();
    now = 100;
    asks[0]!();
    await until(() => asks.length === 2);
    expect(sweep.state().msLeft).toBe(200);
    sweep.pause();
    now = 10_000;
    sweep.resume();
    expect(sweep.state().msLeft).toBe(200);
  });
});

/** A memory whose answers come when they are let. */
function heldMemory(kept: ReadonlyMap<number, number> = new Map()) {
  const wanted: number[] = [];
  const put: [number, number][] = [];
  const release: (() => void)[] = [];
  const memory: SweepMemory<number> = {
    get: ({ request }) => new Promise((resolve) => { wanted.push(steps(request)); release.push(() => resolve(kept.get(steps(request)))); }),
    put: ({ request }, outcome) => void put.push([steps(request), outcome]),
  };
  return { memory, wanted, put, releaseAll: () => release.splice(0).forEach((one) => one()) };
}

describe('a sweep with a memory', () => {
  const remembering = (kept: Record<number, number>): SweepMemory<number> => ({ get: ({ request }) => Promise.resolve(kept[steps(request)]), put: ({ request }, outcome) => void (kept[steps(request)] = outcome) });

  it('asks the client for nothing that is kept, follows it, and keeps what it computes', async () => {
    const kept: Record<number, number> = { 10: 10 };
    const plan: SweepPlan<number> = { ...planOf(10, 20), follow: (_, outcome) => (outcome < 100 ? [sweepItem(explainRequest(outcome + 100), 'more', 1)] : []) };
    const first = start(rig(), plan, { memory: remembering(kept) });
    await until(() => first.status() === 'done');
    expect(first.asked().sort()).toEqual([110, 120, 20]);
    expect(kept).toEqual({ 10: 10, 20: 20, 110: 110, 120: 120 });
    const again = start(rig(), plan, { memory: remembering(kept) });
    await until(() => again.status() === 'done');
    expect(again.asked()).toEqual([]);
    expect([again.sweep.state().done, again.sweep.state().found.size]).toEqual([4, 4]);
  });

  it('computes what a memory that fails does not give', async () => {
    const broken: SweepMemory<number> = { get: () => Promise.reject(new Error('no database')), put: () => { throw new Error('no database'); } };
    const { sweep, status } = start(rig(), planOf(2, 3), { memory: broken });
    await until(() => status() === 'done');
    expect([[...sweep.state().found.values()], sweep.state().failed]).toEqual([[2, 3], []]);
  });

  it('waits for a slow memory, many at a time, and is not done before', async () => {
    const held = heldMemory(new Map([[2, 2], [3, 3]]));
    const { status, asked, sweep } = start(rig(), planOf(2, 3, 4), { memory: held.memory });
    await until(() => held.wanted.length === 3);
    expect([status(), asked()]).toEqual(['running', []]);
    held.releaseAll();
    await until(() => status() === 'done');
    expect([asked(), held.put, sweep.state().done]).toEqual([[4], [[4, 4]], 3]);
  });

  it('cancelled or paused while the memory is asked, it takes nothing that comes late', async () => {
    const held = heldMemory(new Map([[2, 2]]));
    const { sweep, status, asked } = start(rig(), planOf(2, 3), { memory: held.memory });
    await until(() => held.wanted.length === 2);
    sweep.pause();
    held.releaseAll();
    for (let i = 0; i < 5; i++) await breathe();
    expect([status(), sweep.state().done, asked()]).toEqual(['paused', 0, []]);
    sweep.resume();
    await until(() => held.wanted.length === 4);
    sweep.cancel();
    held.releaseAll();
    for (let i = 0; i < 5; i++) await breathe();
    expect([status(), sweep.state().done, asked()]).toEqual(['cancelled', 0, []]);
  });
});
