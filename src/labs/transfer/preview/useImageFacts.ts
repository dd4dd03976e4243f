/** What is known of one image of the study, asked before everything else: its pixels, every model's answer, every model's map. Draws nothing. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { keptOutcomes } from '../../../state/outcomes.ts';
import { createSweep, type Sweep, type SweepFailure } from '../../../state/sweep.ts';
import { factsOf, OUTCOMES, planStudy, type ImageFacts, type Outcome } from '../../../studies/explanations.ts';
import { namesOf } from '../../../studies/kept.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import type { Client } from '../../../worker/client.ts';
import { useApp } from '../../../ui/app.ts';

export interface Watched {
  readonly facts: ImageFacts;
  readonly failed: readonly SweepFailure[];
  retry(): void;
}

/** Asks as for something in sight: before the sweep of the whole study, which then finds the answers. */
const inSight = (client: Client): Pick<Client, 'ask' | 'retry'> => ({
  ask: (request, options) => client.ask(request, { ...options, background: false }),
  retry: (key) => client.retry(key),
});

/** Outcomes of the last images that were looked at. */
const memories = new WeakMap<Client, Map<string, Outcome>>();
/** About 100 MB of maps. */
const MOST_KEPT = 2_000;

function memoryOf(client: Client): Map<string, Outcome> {
  const kept = memories.get(client);
  if (kept && kept.size < MOST_KEPT) return kept;
  const fresh = new Map<string, Outcome>();
  memories.set(client, fresh);
  return fresh;
}

/** `at` counts the images of the setup; nothing for a setup without it. */
export function useImageFacts(setup: StudySetup | undefined, at: number): Watched | undefined {
  const { client } = useApp();
  const single = useMemo(() => (setup?.images[at] ? { ...setup, images: [setup.images[at]] } : undefined), [setup, at]);
  const [told, setTold] = useState<{ readonly setup: StudySetup; readonly facts: ImageFacts; readonly failed: readonly SweepFailure[] }>();
  const sweep = useRef<Sweep<Outcome>>(undefined);
  useEffect(() => {
    if (!single) return;
    let frame = 0;
    const made = createSweep({
      plan: planStudy(single),
      client: inSight(client),
      now: () => performance.now(),
      known: memoryOf(client),
      memory: keptOutcomes().memory<Outcome>(namesOf(OUTCOMES, single.models)),
      inFlight: 2 * single.models.length,
      onChange: () => {
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          const { found, failed } = made.state();
          setTold({ setup: single, facts: factsOf(single, 0, found), failed });
        });
      },
    });
    sweep.current = made;
    return () => {
      made.cancel();
      cancelAnimationFrame(frame);
    };
  }, [single, client]);
  return told?.setup === single && told ? { facts: told.facts, failed: told.failed, retry: () => sweep.current?.retry() } : undefined;
}
