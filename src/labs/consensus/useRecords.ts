/** Records of the images that are complete, made one after the other by a worker, so that the page stays quick however much comes in. Each is made once. */
import { useEffect, useRef, useState } from 'react';
import type { SweepState } from '../../state/sweep.ts';
import { completeAt } from '../../studies/consensus/plan.ts';
import type { Outcome } from '../../studies/explanations.ts';
import type { Polled, Polling } from './polled.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** After so many images in a row that are not ready, the rest is not looked at while the sweep runs: it goes image by image. */
const PATIENCE = 4;
/** Between two drawings while many records are made. */
const TELL_MS = 250;

/** By image and by what its record hangs on. Of this visit; about 10 kB each. */
const known = new Map<string, Polled>();
const MOST_KNOWN = 4000;

const keyOf = ({ setup, settings }: Polling): string =>
  JSON.stringify([setup.models.map(({ id }) => id), setup.method.id, setup.params, setup.score, setup.seed, settings]);
const imageKey = ({ images }: Polling['setup'], at: number): string => { const image = images[at]!; return `${at} ${image.kind === 'scene' ? image.seed : `${image.id} ${image.mask ? 'masked' : ''}`}`; };

function remember(key: string, polled: Polled): void {
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value!);
  known.set(key, polled);
}

export interface Records {
  /** In the order of the study; those that are ready. */
  readonly polled: readonly Polled[];
  /** Some that are ready have not been made yet. */
  readonly busy: boolean;
  /** Why one could not be made. */
  readonly problem?: string;
}
const NONE: Records = { polled: [], busy: false };

export function useRecords(polling: Polling | undefined, state: SweepState<Outcome> | undefined): Records {
  const [told, setTold] = useState<{ readonly of: Polling; readonly records: Records }>();
  const latest = useRef(state);
  latest.current = state;
  const wake = useRef<() => void>(undefined);
  useEffect(() => wake.current?.(), [state]);
  useEffect(() => {
    if (!polling) return;
    const recorder = createRecorder();
    const run = createRun(polling, recorder, (records) => setTold({ of: polling, records }));
    void (async () => {
      while (!run.gone()) {
        const news = latest.current && (await run.sweepOver(latest.current));
        if (!news && !run.gone()) await new Promise<void>((go) => (wake.current = go));
      }
    })();
    return () => {
      run.end();
      recorder.close();
      wake.current?.();
    };
  }, [polling]);
  return polling && told?.of === polling ? told.records : NONE;
}

/** The records of one study under one setting. */
function createRun(polling: Polling, recorder: Recorder, tell: (records: Records) => void) {
  const { setup, settings } = polling;
  const prefix = keyOf(polling);
  const made = new Map<number, Polled>();
  const broken = new Map<number, string>();
  let gone = false;
  setup.images.forEach((_, at) => {
    const before = known.get(`${prefix} ${imageKey(setup, at)}`);
    if (before) made.set(at, before);
  });
  const report = (busy: boolean) => {
    const [problem] = broken.values();
    if (!gone) tell({ polled: [...made].sort(([a], [b]) => a - b).map(([, polled]) => polled), busy, ...(problem === undefined ? {} : { problem }) });
  };
  report(true);

  async function make(at: number, keys: readonly string[], { found }: SweepState<Outcome>, lost: ReadonlySet<string>): Promise<void> {
    const outcomes = keys.flatMap((key): [string, Outcome][] => { const outcome = found.get(key); return outcome ? [[key, outcome]] : []; });
    try {
      const polled = await recorder.make(polling, at, outcomes, lost);
      made.set(at, polled);
      // What lacks a map for a failure may get it when it is asked again.
      if (lost.size === 0) remember(`${prefix} ${imageKey(setup, at)}`, polled);
    } catch (error) {
      broken.set(at, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    gone: () => gone,
    end: () => void (gone = true),
    /** Whether one was made. */
    async sweepOver(state: SweepState<Outcome>): Promise<boolean> {
      const lost = new Set(state.failed.map(({ item }) => item.key));
      let [waited, any, since] = [0, false, performance.now()];
      for (let at = 0; at < setup.images.length && !gone && (waited < PATIENCE || state.status !== 'running'); at++) {
        if (made.has(at) || broken.has(at)) continue;
        const keys = completeAt(setup, settings, at, state.found, lost);
        if (!keys) {
          waited++;
          continue;
        }
        await make(at, keys, state, lost);
        any = true;
        if (performance.now() - since > TELL_MS) {
          report(true);
          since = performance.now();
        }
      }
      report(false);
      return any;
    },
  };
}
