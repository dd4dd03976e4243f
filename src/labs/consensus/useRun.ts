/** The sweep of the page. How it is run and kept: ui/useSweep.ts. */
import { OUTCOMES, type Outcome } from '../../studies/explanations.ts';
import type { SweepPlan } from '../../studies/plan.ts';
import { useSweep, type SweepRun } from '../../ui/useSweep.ts';

export type Run = SweepRun<Outcome>;

export const useRun = (plan: SweepPlan<Outcome> | undefined): Run | undefined => useSweep(plan, OUTCOMES);
