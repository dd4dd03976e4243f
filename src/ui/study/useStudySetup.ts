/** What the studies' shared choice asks, settled: not while a slider is held, the same object as long as it says the same. Models that cannot run the method are left out once they said so. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { SweepFailure } from '../../state/sweep.ts';
import { studySetup } from '../../state/study.ts';
import type { StudyChoice } from '../../state/view.ts';
import type { StudySetup } from '../../studies/setup.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { useAppState, useView } from '../app.ts';

export interface LeftOut {
  readonly model: ModelEntry;
  /** Why the method does not apply to it. */
  readonly reason: string;
}

export interface SharedSetup {
  readonly choice: StudyChoice;
  /** Nothing where no model, no method or no image is chosen. */
  readonly setup: StudySetup | undefined;
  readonly leftOut: readonly LeftOut[];
  /** Tell it what failed in the sweep: models to which the method does not apply leave the study. */
  heed(failed: readonly SweepFailure[]): void;
}

/** The choice as it was before a slider was taken up: a study that starts anew at every pixel would never end. */
export function useSettled<T>(value: T): T {
  const dragging = useAppState((state) => state.dragging !== undefined);
  const settled = useRef(value);
  if (!dragging) settled.current = value;
  return settled.current;
}

type Refusals = Readonly<Record<string, string>>;
const NO_REFUSALS: Refusals = {};

/** What each model said of a method with these parameters, in this visit. */
const keyOf = ({ method, params }: StudyChoice): string => `${method} ${JSON.stringify(params)}`;

export function useStudySetup(): SharedSetup {
  const choice = useSettled(useView((view) => view.study));
  const catalog = useAppState((state) => state.catalog);
  const pictures = useAppState((state) => state.folder?.pictures);
  const [refused, setRefused] = useState<Readonly<Record<string, Refusals>>>({});
  const key = keyOf(choice);
  const own = refused[key] ?? NO_REFUSALS;
  const setup = useMemo(() => studySetup(catalog, choice, { pictures: pictures ?? [], without: Object.keys(own) }), [catalog, choice, pictures, own]);
  const leftOut = useMemo(() => catalog.models.flatMap((model) => (own[model.id] !== undefined && choice.models.includes(model.id) ? [{ model, reason: own[model.id]! }] : [])), [catalog, choice, own]);
  const heed = useCallback(
    (failed: readonly SweepFailure[]) => {
      const news = failed.flatMap(({ item: { request }, reason, message }) => (request.kind === 'explain' && reason === 'not-applicable' ? [[request.model, message] as const] : []));
      setRefused((before) => {
        const fresh = news.filter(([model]) => before[key]?.[model] === undefined);
        return fresh.length === 0 ? before : { ...before, [key]: { ...before[key], ...Object.fromEntries(fresh) } };
      });
    },
    [key],
  );
  return { choice, setup, leftOut, heed };
}
