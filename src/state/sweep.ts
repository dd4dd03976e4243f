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

export interface SweepOptions<Outcome> {
  readonly plan: SweepPlan<Outcome>;
  readonly client: Pick<Client, 'ask' | 'retry'>;
  /** Milliseconds. */
  readonly now: () => number;
  /** Outcomes of an earlier sweep; those of this one are added to it. */
  readonly known?: Map<string, Outcome>;
  /** How many requests are at the client at a time: enough for every worker, few enough to withdraw. */
  readonly inFlight?: number;
  onChange(state: SweepState<Outcome>): void;
}

/** Starts at once. */
export function createSweep<Outcome>({ plan, client, now, known = new Map<string, Outcome>(), inFlight = 6, onChange }: SweepOptions<Outcome>): Sweep<Outcome> {
  const entered = new Set<string>();
  let waiting: SweepItem[] = [];
  const flying = new Map<SweepItem, AbortController>();
  let failed: readonly SweepFailure[] = [];
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
    if (outcome === undefined) waiting.push(item);
    else settle(item, outcome);
  }

  function settle(item: SweepItem, outcome: Outcome): void {
    done++;
    announced -= item.adds;
    for (const next of plan.follow(item, outcome, known)) enter(next);
  }

  function arrive(item: SweepItem, result: Result): void {
    const outcome = plan.reduce(item, result, known);
    known.set(item.key, outcome);
    settle(item, outcome);
    waiting.sort((a, b) => a.order - b.order);
  }

  function fail(item: SweepItem, error: unknown): void {
    done++;
    announced -= item.adds;
    const message = error instanceof Error ? error.message : String(error);
    failed = [...failed, { item, reason: error instanceof RequestFailed ? error.failure.reason : 'failed', message }];
  }

  async function fly(item: SweepItem, controller: AbortController): Promise<void> {
    try {
      const result = await client.ask(item.request as never, { background: true, order: item.order, signal: controller.signal });
      if (flying.delete(item)) arrive(item, result);
      else return;
    } catch (error) {
      if (controller.signal.aborted) return;
      flying.delete(item);
      fail(item, error);
    }
    pace.settled++;
    pump();
  }

  function pump(): void {
    while (status === 'running' && flying.size < inFlight && waiting.length > 0) {
      const item = waiting.shift()!;
      const controller = new AbortController();
      flying.set(item, controller);
      void fly(item, controller);
    }
    if (status === 'running' && flying.size === 0) halt('done');
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
    waiting = [...withdrawn.map(([item]) => item), ...waiting];
    for (const [, controller] of withdrawn) controller.abort();
  }

  function start(): void {
    status = 'running';
    pace.since = now();
    waiting.sort((a, b) => a.order - b.order);
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
      waiting = [];
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
      if (status !== 'paused') start();
    },
  };
}
