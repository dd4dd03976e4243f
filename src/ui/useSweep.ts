/** Runs a plan as a sweep while its section is on the page, and tells how it stands a few times a second. What is found serves later sweeps of this visit, and of later visits. */
import { useEffect, useRef, useState } from 'react';
import { bytesOf, keptOutcomes } from '../state/outcomes.ts';
import type { Store } from '../state/store.ts';
import { createSweep, type Sweep, type SweepState } from '../state/sweep.ts';
import { namesOf } from '../studies/kept.ts';
import type { SweepPlan } from '../studies/plan.ts';
import type { Client } from '../worker/client.ts';
import type { Request } from '../worker/protocol.ts';
import { useApp } from './app.ts';

/** Between two drawings of a sweep that runs. */
const TELL_MS = 200;
/** Of outcomes in memory, when a new sweep begins; what it needs of those let go comes back from the browser's database. */
const MEMORY_BYTES = 250 * 2 ** 20;

/** How a sweep stands, and what can be done about it. */
export interface SweepControls {
  pause(): void;
  resume(): void;
  /** Ends it; what was found stays. */
  cancel(): void;
  /** After a cancel: from where it stood. */
  again(): void;
  /** Asks once more for what failed. */
  retry(): void;
}
export interface SweepRun<Outcome> extends SweepControls {
  readonly state: SweepState<Outcome>;
}

/** Of this visit, by what the outcomes are kept as. */
const memories = new WeakMap<Client, Map<string, Map<string, unknown>>>();

function memoryOf<Outcome>(client: Client, keeps: string): Map<string, Outcome> {
  const all = memories.get(client) ?? new Map<string, Map<string, unknown>>();
  memories.set(client, all);
  const kept = all.get(keeps);
  let bytes = 0;
  for (const outcome of kept?.values() ?? []) bytes += bytesOf(outcome);
  if (kept && bytes < MEMORY_BYTES) return kept as Map<string, Outcome>;
  const fresh = new Map<string, Outcome>();
  all.set(keeps, fresh);
  return fresh;
}

/** The names by the catalogue as it is when they are asked for. */
function namesBy(store: Store, keeps: string): (request: Request) => string | undefined {
  let [catalog, nameOf] = [store.getState().catalog, namesOf(keeps, store.getState().catalog.models)];
  return (request) => {
    const present = store.getState().catalog;
    if (present !== catalog) [catalog, nameOf] = [present, namesOf(keeps, present.models)];
    return nameOf(request);
  };
}

/** `undefined` without a plan. Another plan is another sweep; what both ask for is asked once. `keeps`: what outcomes are kept as (studies/kept.ts). */
export function useSweep<Outcome>(plan: SweepPlan<Outcome> | undefined, keeps: string): SweepRun<Outcome> | undefined {
  const { client, store } = useApp();
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
    const made = createSweep({
      plan, client,
      now: () => performance.now(),
      known: memoryOf<Outcome>(client, keeps),
      memory: keptOutcomes().memory<Outcome>(namesBy(store, keeps)),
      onChange: ({ status }) => {
        if (status === 'running') return void (timer ??= setTimeout(tell, TELL_MS));
        clearTimeout(timer);
        tell();
      },
    });
    sweep.current = made;
    setTold({ plan, state: made.state() });
    return () => {
      made.cancel();
      clearTimeout(timer);
    };
  }, [plan, keeps, client, store, run]);
  if (!plan || told?.plan !== plan) return undefined;
  return {
    state: told.state,
    pause: () => sweep.current?.pause(),
    resume: () => sweep.current?.resume(),
    cancel: () => sweep.current?.cancel(),
    again: () => setRun((n) => n + 1),
    retry: () => sweep.current?.retry(),
  };
}
