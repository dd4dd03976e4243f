/** What every model makes of the features on show, as they are now: asked again while a slider moves, one request a model at a time. Draws nothing. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ImageFacts } from '../../../studies/explanations.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import { reactRequest } from '../../../studies/transfer/plan.ts';
import type { LevelRegions } from '../../../studies/transfer/regions.ts';
import type { TransferSettings } from '../../../studies/transfer/settings.ts';
import type { Client } from '../../../worker/client.ts';
import type { ReactResult } from '../../../worker/protocol.ts';
import { useApp } from '../../../ui/app.ts';
import { createLatest, type Lane, type Latest } from './latest.ts';

/** All features of an image, as one model is asked about them. */
export interface Wish {
  readonly model: string;
  readonly facts: ImageFacts;
  readonly setup: StudySetup;
  readonly fill: TransferSettings['fill'];
  readonly regions: LevelRegions;
}
/** By model id. */
export type Lanes = ReadonlyMap<string, Lane<Wish, ReactResult>>;

export interface Reactions {
  readonly lanes: Lanes;
  retry(): void;
}

/** After the answers and maps that features are made of. */
const ORDER = 1_000;
const NONE: Lanes = new Map();
const NO_WISHES: ReadonlyMap<string, Wish> = new Map();

/** A request is made only once its turn has come, and between frames: making them all would hold up the slider. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve));
const asking = (client: Client) => async ({ model, facts, setup, fill, regions }: Wish, at: number, signal: AbortSignal): Promise<ReactResult> => {
  await nextTask();
  signal.throwIfAborted();
  return client.ask(reactRequest(facts, setup, { fill }, regions, model), { signal, order: ORDER + at });
};

/** `undefined`: nothing can be asked yet. */
export function useReactions(about: Omit<Wish, 'model'> | undefined): Reactions {
  const { client } = useApp();
  const [lanes, setLanes] = useState(NONE);
  const latest = useRef<Latest<Wish>>(undefined);
  const wishes = useMemo(() => (about ? new Map(about.setup.models.map(({ id }) => [id, { ...about, model: id }])) : NO_WISHES), [about]);
  useEffect(() => {
    const made = createLatest({ ask: asking(client), onChange: setLanes });
    latest.current = made;
    return () => made.close();
  }, [client]);
  useEffect(() => latest.current?.want(wishes), [wishes, client]);
  return { lanes, retry: () => latest.current?.retry() };
}

/** What one model makes of one feature; `late`: of how the feature was a moment ago. */
export interface Reaction {
  readonly top: number;
  readonly probability: number;
  readonly late: boolean;
}

/** By row id, then by model id. Rows that an answer does not speak of are missing. */
export function reactionsOf(lanes: Lanes): ReadonlyMap<string, ReadonlyMap<string, Reaction>> {
  const byRow = new Map<string, Map<string, Reaction>>();
  for (const [model, { wanted, answer, answered }] of lanes) {
    if (!answer || !answered) continue;
    answered.regions.rows.forEach(({ row }, i) => {
      const own = byRow.get(row.id) ?? new Map<string, Reaction>();
      byRow.set(row.id, own.set(model, { top: answer.top[i]!, probability: answer.probability[i]!, late: answered !== wanted }));
    });
  }
  return byRow;
}
