/** Under which name an outcome is kept, on a disk or in a browser: equal names, equal outcomes. Not where it is kept: cli/studies/cache.ts, state/outcomes.ts. */
import { keyOf, membersOf, modelOf } from '../worker/key.ts';
import type { ModelEntry, Request } from '../worker/protocol.ts';

/** Raise it when any request is answered with other numbers than before: what was kept is then computed anew. */
export const ENGINE_VERSION = 1;

/**
 * The names of what is kept: `keeps` says what of an answer (with a version of its own), then come the engine's version, the weights' sha256 of every model
 * that the request needs, the request. `undefined`: must not be kept, since a model's weights are not known.
 */
export function namesOf(keeps: string, models: readonly Pick<ModelEntry, 'id' | 'sha256'>[]): (request: Request) => string | undefined {
  const sums = new Map(models.map(({ id, sha256 }) => [id, sha256]));
  return (request) => {
    const model = modelOf(request);
    const weights = model === undefined ? [] : membersOf(model).map((id) => sums.get(id));
    return weights.includes(undefined) ? undefined : JSON.stringify([keeps, ENGINE_VERSION, weights, keyOf(request)]);
  };
}
