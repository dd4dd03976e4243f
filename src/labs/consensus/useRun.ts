/** Runs a sweep while its page is open, and tells how it stands a few times a second. What was found serves later sweeps of this visit. */
import { useEffect, useRef, useState } from 'react';
import { createSweep, type Sweep, type SweepState } from '../../state/sweep.ts';
import type { Outcome } from '../../studies/explanations.ts';
import type { SweepPlan } from '../../studies/plan.ts';
import { useApp } from '../../ui/app.ts';

const TELL_MS = 200;
const memory = new Map<string, Outcome>();

export interface Run {
  readonly state: SweepState<Outcome>;
  pause(): void;
  resume(): void;
  cancel(): void;
  again(): void;
  retry(): void;
}

export function useRun(plan: SweepPlan<Outcome> | undefined): Run | undefined {
  const { client } = useApp();
  const [run, setRun] = useState(0);
  const [told, setTold] = useState<{ readonly plan: SweepPlan<Outcome>; readonly state: SweepState<Outcome> }>();
  const sweep = useRef<Sweep<Outcome>>(undefined);
  useEffect(() => {
    if (!plan) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      setTold({ plan, state: made.state() });
    };
    const made = createSweep({ plan, client, now: () => performance.now(), known: memory, onChange: ({ status }) => {
      if (status === 'running') return void (timer ??= setTimeout(tell, TELL_MS));
      clearTimeout(timer);
      tell();
    } });
    sweep.current = made;
    setTold({ plan, state: made.state() });
    return () => {
      made.cancel();
      clearTimeout(timer);
    };
  }, [plan, client, run]);
  if (!plan || told?.plan !== plan) return undefined;
  return { state: told.state, pause: () => sweep.current?.pause(), resume: () => sweep.current?.resume(), cancel: () => sweep.current?.cancel(), again: () => setRun((n) => n + 1), retry: () => sweep.current?.retry() };
}
