/** What methods are on models, as far as the engine has told: read from the entries, asked for by the plan (request.ts). */
import type { AnyModel, Capability } from '../worker/protocol.ts';
import { SLOTS, type State } from './store.ts';

/** Every method on `model`, by id; `undefined` while it is not known. */
export function capabilitiesOf({ entries }: Pick<State, 'entries'>, model: string): Readonly<Record<string, Capability>> | undefined {
  const result = entries[SLOTS.capabilities(model)]?.shown?.result;
  return result?.kind === 'capabilities' ? result.methods : undefined;
}

/** Of `models`, those that are known not to run `method`, each with the reason. */
export function refusals(state: Pick<State, 'entries'>, models: readonly AnyModel[], method: string): { readonly model: AnyModel; readonly reason: string }[] {
  return models.flatMap((model) => {
    const reason = capabilitiesOf(state, model.id)?.[method]?.reason;
    return reason === undefined ? [] : [{ model, reason }];
  });
}
