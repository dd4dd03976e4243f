/**
 * A sweep: many ordinary requests as one piece of work in the background, of whose results only a reduction is kept.
 * Not a second protocol: whatever a slot wants overtakes it (worker/client.ts). Knows no study: what is asked and what is kept, the plan says (studies/plan.ts).
 */
import { RequestFailed } from '../worker/jobs.ts';
import type { Client } from '../worker/client.ts';
import type { Found, SweepItem, SweepPlan } from '../studies/plan.ts';
import type { Failure, Result } from '../worker/protocol.ts';

export interface SweepFailure {
  readonly item: SweepItem;
  readonly reason: Failure['reason'];
  readonly message: string;
}

export interface SweepState<Outcome> {
  readonly status: 'running' | 'paused' | 'cancelled' | 'done';
  /** Items that are settled: with an outcome or a failure. */
  readonly done: number;
  readonly total: number;
  /** At the pace so far; unknown before a round of requests has come back: the first ones also load models. */
  readonly msLeft?: number;
  readonly failed: readonly SweepFailure[];
  /** The same map throughout; it grows. */
  readonly found: Found<Outcome>;
}

export interface Sweep<Outcome> {
  state(): SweepState<Outcome>;
  /** What is on the way is withdrawn and waits. */
  pause(): void;
  /** After a pause. */
  resume(): void;
  /** For good. What was found stays, and serves a later sweep as `known`. */
  cancel(): void;
  /** Asks once more for what failed. */
  retry(): void;
}

/** Outcomes that survive the page (outcomes.ts). What it throws, or does not know, is computed. */
export interface SweepMemory<Outcome> {
  get(item: SweepItem): Promise<Outcome | undefined>;
  put(item: SweepItem, outcome: Outcome): void;
}

export interface SweepOptions<Outcome> {
  readonly plan: SweepPlan<Outcome>;
  readonly client: Pick<Client, 'ask' | 'retry'>;
  /** Milliseconds. */
  readonly now: () => number;
  /** Outcomes of an earlier sweep; those of this one are added to it. */
  readonly known?: Map<string, Outcome>;
  /** Asked before the client is. */
  readonly memory?: SweepMemory<Outcome>;
  /** How many requests are at the client at a time: enough for every worker, few enough to withdraw. */
  readonly inFlight?: number;
  onChange(state: SweepState<Outcome>): void;
}

/** Items that the memory is asked for at a time: it answers many together faster than one by one. */
const LOOKED_UP = 96;

/** Starts at once. */
export function createSweep<Outcome>({ plan, client, now, known = new Map<string, Outcome>(), memory, inFlight = 6, onChange }: SweepOptions<Outcome>): Sweep<Outcome> {
  const entered = new Set<string>();
  /** Not known, and the memory was not asked yet; asked just now; not in the memory. */
  let fresh: SweepItem[] = [];
  const lookedUp = new Set<SweepItem>();
  let waiting: SweepItem[] = [];
  const flying = new Map<SweepItem, AbortController>();
  let failed: readonly SweepFailure[] = [];
  const failedKeys = new Set<string>();
  let status: SweepState<Outcome>['status'] = 'running';
  let done = 0;
  /** Announced by items that are not settled yet. */
  let announced = 0;
  /** Of this run: what was settled by asking, and how long that took, pauses left out. */
  const pace = { settled: 0, ms: 0, since: now() };

  function enter(item: SweepItem): void {
    if (entered.has(item.key)) return;
    entered.add(item.key);
    announced += item.adds;
    const outcome = known.get(item.key);
    if (outcome !== undefined) settle(item, outcome);
    else (memory ? fresh : waiting).push(item);
  }

  function settle(item: SweepItem, outcome: Outcome): void {
    const next = plan.follow(item, outcome, known, failedKeys);
    done++;
    announced -= item.adds;
    next.forEach(enter);
  }

  function arrive(item: SweepItem, result: Result): Outcome {
    const outcome = plan.reduce(item, result, known);
    known.set(item.key, outcome);
    settle(item, outcome);
    sort();
    return outcome;
  }

  function sort(): void {
    for (const list of [fresh, waiting]) list.sort((a, b) => a.order - b.order);
  }

  function fail(item: SweepItem, error: unknown): void {
    done++;
    announced -= item.adds;
    const message = error instanceof Error ? error.message : String(error);
    failed = [...failed, { item, reason: error instanceof RequestFailed ? error.failure.reason : 'failed', message }];
    failedKeys.add(item.key);
    plan.without?.(item, known, failedKeys).forEach(enter);
    sort();
  }

  /** Whatever the memory does, the item goes on: settled where it is kept, else to be asked. */
  async function lookUp(item: SweepItem, store: SweepMemory<Outcome>): Promise<void> {
    const outcome = await store.get(item).catch(() => undefined);
    if (!lookedUp.delete(item)) return; // paused or cancelled meanwhile
    if (outcome === undefined) waiting.push(item);
    else {
      known.set(item.key, outcome);
      settle(item, outcome);
    }
    sort();
    pump();
  }

  function keep(item: SweepItem, outcome: Outcome): void {
    try {
      memory?.put(item, outcome);
    } catch {
      // it is computed anew another time
    }
  }

  async function fly(item: SweepItem, controller: AbortController): Promise<void> {
    try {
      const result = await client.ask(item.request as never, { background: true, order: item.order, signal: controller.signal });
      if (!flying.delete(item)) return;
      keep(item, arrive(item, result));
    } catch (error) {
      if (controller.signal.aborted) return;
      flying.delete(item);
      fail(item, error);
    }
    pace.settled++;
    pump();
  }

  function pump(): void {
    while (memory && status === 'running' && lookedUp.size < LOOKED_UP && fresh.length > 0) {
      const item = fresh.shift()!;
      lookedUp.add(item);
      void lookUp(item, memory);
    }
    while (status === 'running' && flying.size < inFlight && waiting.length > 0) {
      const item = waiting.shift()!;
      const controller = new AbortController();
      flying.set(item, controller);
      void fly(item, controller);
    }
    if (status === 'running' && flying.size + lookedUp.size === 0) halt('done');
    onChange(state());
  }

  const elapsed = () => pace.ms + (status === 'running' ? now() - pace.since : 0);

  function state(): SweepState<Outcome> {
    const total = entered.size + announced;
    const msLeft = pace.settled >= inFlight && done < total ? (elapsed() / pace.settled) * (total - done) : undefined;
    return { status, done, total, failed, found: known, ...(msLeft === undefined ? {} : { msLeft }) };
  }

  function halt(next: typeof status): void {
    pace.ms = elapsed();
    status = next;
    const withdrawn = [...flying];
    flying.clear();
    fresh = [...lookedUp, ...fresh];
    lookedUp.clear();
    waiting = [...withdrawn.map(([item]) => item), ...waiting];
    for (const [, controller] of withdrawn) controller.abort();
  }

  function start(): void {
    status = 'running';
    pace.since = now();
    sort();
    pump();
  }

  plan.first.forEach(enter);
  // Not within the caller: it has not got its sweep yet.
  queueMicrotask(() => status === 'running' && start());

  return {
    state,
    pause() {
      if (status !== 'running') return;
      halt('paused');
      onChange(state());
    },
    resume: () => (status === 'paused' ? start() : undefined),
    cancel() {
      if (status === 'cancelled') return;
      halt('cancelled');
      [fresh, waiting] = [[], []];
      onChange(state());
    },
    retry() {
      if (status === 'cancelled' || failed.length === 0) return;
      for (const { item } of failed) {
        client.retry(item.key);
        done--;
        announced += item.adds;
        waiting.push(item);
      }
      failed = [];
      failedKeys.clear();
      if (status !== 'paused') start();
    },
  };
}
