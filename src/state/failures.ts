/** What has failed, by what failed with it. Reads the entries; retries nothing itself. */
import { keyOf, modelOf } from '../worker/key.ts';
import { SLOTS, type State } from './store.ts';

/** Keys of all that failed on a model: one cause (its weights could not be loaded) fails them together, so they are retried together. */
export const failedKeys = ({ entries }: Pick<State, 'entries'>, model: string): string[] => [
  ...new Set(Object.values(entries).flatMap(({ status, request }) => (status === 'failed' && modelOf(request) === model ? [keyOf(request)] : []))),
];

/** What a cell's retry runs again: where not even the prediction came, everything on that model; else the cell alone. */
export function retryKeys(state: Pick<State, 'entries'>, slot: string): string[] {
  const request = state.entries[slot]?.request;
  const model = request && modelOf(request);
  if (model !== undefined && state.entries[SLOTS.prediction(model)]?.status === 'failed') return failedKeys(state, model);
  return request ? [keyOf(request)] : [];
}
