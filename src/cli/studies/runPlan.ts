/** Runs a study's sweep in this process, item by item in their order, as state/sweep.ts does in the browser. Knows no study and no engine. */
import type { SweepItem, SweepPlan } from '../../studies/plan.ts';
import type { Request, Result } from '../../worker/protocol.ts';

/** Outcomes that survive the process. */
export interface Cache<Outcome> {
  get(request: Request): Outcome | undefined;
  put(request: Request, outcome: Outcome): void;
}

export interface RunOptions<Outcome> {
  /** Outcomes of an earlier run; those of this one are added to it. */
  readonly known?: Map<string, Outcome>;
  readonly cache?: Cache<Outcome>;
  /** After every item that was asked: how many are settled, of how many as far as is known. */
  report?(done: number, total: number): void;
  /** Asked before every item that would have to be asked: what is kept is always taken. */
  stop?(): boolean;
}

export interface PlanFailure {
  readonly item: SweepItem;
  readonly message: string;
}

export interface PlanRun<Outcome> {
  readonly found: Map<string, Outcome>;
  readonly failed: readonly PlanFailure[];
  /** Items that were computed, and those that were kept. */
  readonly asked: number;
  readonly kept: number;
  /** Items that are known and were not reached: 0 unless it was stopped. */
  readonly left: number;
}

/** A failure of one item is noted and the rest goes on without it; a stop leaves what is kept settled. */
export async function runPlan<Outcome>(plan: SweepPlan<Outcome>, ask: (request: Request) => Promise<Result>, options: RunOptions<Outcome> = {}): Promise<PlanRun<Outcome>> {
  const { known: found = new Map<string, Outcome>(), cache, report = () => {}, stop = () => false } = options;
  const entered = new Set<string>();
  const failed: PlanFailure[] = [];
  const failedKeys = new Set<string>();
  const count = { asked: 0, kept: 0, settled: 0, announced: 0 };
  const waiting: SweepItem[] = [];

  function enter(items: readonly SweepItem[]): void {
    for (const item of items) {
      if (entered.has(item.key)) continue;
      entered.add(item.key);
      count.announced += item.adds;
      const outcome = found.get(item.key) ?? cache?.get(item.request);
      if (outcome === undefined) {
        waiting.push(item);
        continue;
      }
      count.kept++;
      found.set(item.key, outcome);
      settle(item, outcome);
    }
    waiting.sort((a, b) => a.order - b.order);
  }

  function settle(item: SweepItem, outcome: Outcome): void {
    count.settled++;
    count.announced -= item.adds;
    enter(plan.follow(item, outcome, found, failedKeys));
  }

  async function compute(item: SweepItem): Promise<void> {
    count.asked++;
    let outcome: Outcome;
    try {
      outcome = plan.reduce(item, await ask(item.request), found);
    } catch (error) {
      count.settled++;
      count.announced -= item.adds;
      failed.push({ item, message: error instanceof Error ? error.message : String(error) });
      failedKeys.add(item.key);
      enter(plan.without?.(item, found, failedKeys) ?? []);
      return;
    }
    found.set(item.key, outcome);
    cache?.put(item.request, outcome);
    settle(item, outcome);
  }

  enter(plan.first);
  while (waiting.length > 0 && !stop()) {
    await compute(waiting.shift()!);
    report(count.settled, entered.size + count.announced);
  }
  return { found, failed, asked: count.asked, kept: count.kept, left: waiting.length };
}
