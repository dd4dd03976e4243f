/** Records of the images that are complete, made one after the other between frames, so that the page stays quick however much comes in. Each is made once. */
import { useEffect, useRef, useState } from 'react';
import type { SweepState } from '../../state/sweep.ts';
import type { Outcome } from '../../studies/explanations.ts';
import { polledAt, type Polled, type Polling } from './polled.ts';

/** After so many images in a row that are not ready, the rest is not looked at while the sweep runs: it goes image by image. */
const PATIENCE = 4;

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

const nextTask = () => new Promise<void>((go) => setTimeout(go));

export interface Records {
  /** In the order of the study; those that are ready. */
  readonly polled: readonly Polled[];
  /** Some that are ready have not been made yet. */
  readonly busy: boolean;
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
    let gone = false;
    const made = new Map<number, Polled>();
    const prefix = keyOf(polling);
    const tell = (busy: boolean) => !gone && setTold({ of: polling, records: { polled: [...made.entries()].sort(([a], [b]) => a - b).map(([, polled]) => polled), busy } });
    polling.setup.images.forEach((_, at) => {
      const before = known.get(`${prefix} ${imageKey(polling.setup, at)}`);
      if (before) made.set(at, before);
    });
    tell(true);
    void (async () => {
      while (!gone) {
        const state = latest.current;
        const news = state && (await sweepOver(state));
        if (gone) return;
        tell(false);
        if (!news) await new Promise<void>((go) => (wake.current = go));
      }
    })();
    /** Whether one was made. */
    async function sweepOver({ found, failed, status }: SweepState<Outcome>): Promise<boolean> {
      const lost = new Set(failed.map(({ item }) => item.key));
      let [waited, any, since] = [0, false, performance.now()];
      for (let at = 0; at < polling!.setup.images.length && !gone && (waited < PATIENCE || status !== 'running'); at++) {
        if (made.has(at)) continue;
        const polled = polledAt(polling!, at, found, lost);
        if (polled) {
          made.set(at, polled);
          // What lacks a map for a failure may get it when it is asked again.
          if (lost.size === 0) remember(`${prefix} ${imageKey(polling!.setup, at)}`, polled);
          any = true;
        } else waited++;
        if (performance.now() - since > TELL_MS) {
          tell(true);
          since = performance.now();
        }
        await nextTask();
      }
      return any;
    }
    return () => {
      gone = true;
      wake.current?.();
    };
  }, [polling]);
  return polling && told?.of === polling ? told.records : NONE;
}

/** Between two drawings while many records are made. */
const TELL_MS = 250;
