/** Runs the study as a sweep while the section is on the page, and tells how it stands a few times a second. What was found serves later studies of this visit. */
import { useEffect, useRef, useState } from 'react';
import { createSweep, type Sweep, type SweepState } from '../../../state/sweep.ts';
import type { Client } from '../../../worker/client.ts';
import { useApp } from '../../../ui/app.ts';
import { planStudy, type Outcome, type Setup } from './study.ts';

/** Between two drawings of a study that runs. */
const TELL_MS = 200;
/** About 40 MB of id maps and credits. */
const MOST_KEPT = 20_000;

const memories = new WeakMap<Client, Map<string, Outcome>>();

function memoryOf(client: Client): Map<string, Outcome> {
  const kept = memories.get(client);
  if (kept && kept.size <= MOST_KEPT) return kept;
  const fresh = new Map<string, Outcome>();
  memories.set(client, fresh);
  return fresh;
}

export interface Study {
  readonly state: SweepState<Outcome>;
  pause(): void;
  resume(): void;
  /** Ends it; what was found stays. */
  cancel(): void;
  /** After a cancel: from where it stood. */
  again(): void;
  /** Asks once more for what failed. */
  retry(): void;
}

/** `undefined` until `started`. Another setup is another sweep; what both ask for is asked once. */
export function useStudy(setup: Setup, started: boolean): Study | undefined {
  const { client } = useApp();
  const [run, setRun] = useState(0);
  const [told, setTold] = useState<{ readonly setup: Setup; readonly state: SweepState<Outcome> }>();
  const sweep = useRef<Sweep<Outcome>>(undefined);
  useEffect(() => {
    if (!started) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      setTold({ setup, state: made.state() });
    };
    const made = createSweep({ plan: planStudy(setup), client, now: () => performance.now(), known: memoryOf(client), onChange: ({ status }) => {
      if (status === 'running') return void (timer ??= setTimeout(tell, TELL_MS));
      clearTimeout(timer);
      tell();
    } });
    sweep.current = made;
    setTold({ setup, state: made.state() });
    return () => {
      made.cancel();
      clearTimeout(timer);
    };
  }, [setup, started, client, run]);
  if (told?.setup !== setup) return undefined;
  return {
    state: told.state,
    pause: () => sweep.current?.pause(),
    resume: () => sweep.current?.resume(),
    cancel: () => sweep.current?.cancel(),
    again: () => setRun((n) => n + 1),
    retry: () => sweep.current?.retry(),
  };
}
