/** What the commands of studies share: runs a plan on the engine with the cache, tells how far it is, names what failed. Knows no study. */
import { OUTCOMES, type Outcome } from '../../studies/explanations.ts';
import { namesOf } from '../../studies/kept.ts';
import type { SweepPlan } from '../../studies/plan.ts';
import type { Arguments } from '../command.ts';
import { seconds } from '../time.ts';
import { openCache } from './cache.ts';
import type { Asked } from './engine.ts';
import { runPlan, type PlanRun } from './runPlan.ts';

/** Between two lines of progress. */
const TELL_MS = 10_000;

const minutes = () => (seconds() / 60).toFixed(1);

/** Runs until its end or for --minutes. Progress and failures go to the error stream, so that the result alone can be redirected. */
export async function runStudy(plan: SweepPlan<Outcome>, { catalog, ask }: Asked, args: Arguments): Promise<PlanRun<Outcome>> {
  const cache = openCache<Outcome>(namesOf(OUTCOMES, catalog.models));
  const budget = 60 * (args.integer('minutes', 1) ?? Infinity);
  let told = performance.now();
  const report = (done: number, total: number) => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    console.error(`${done} of ${total} answers, ${minutes()} core-minutes`);
  };
  try {
    const run = await runPlan(plan, ask, { cache, report, stop: () => seconds() > budget });
    console.error(`${run.asked} answers computed, ${run.kept} kept from before, ${minutes()} core-minutes`);
    for (const { item, message } of run.failed) console.error(`failed: ${item.name}: ${message}`);
    if (run.left > 0) console.error('stopped: the same command goes on from there');
    return run;
  } finally {
    cache.close();
  }
}

/** 1 where something failed, so that a script notices. */
export const statusOf = ({ failed }: Pick<PlanRun<unknown>, 'failed'>): number => (failed.length > 0 ? 1 : 0);
