/** What there is, as plain data: models, methods, metrics, ops with their parameters. What depends on a model and on values is `describe.ts`'s. */
import { OPS, type Op } from './graph/ops/index.ts';
import { reference } from './methods/cite.ts';
import { METHODS } from './methods/index.ts';
import { METRICS } from './metrics/index.ts';
import { COMPOSITES, COMPOSITE_TITLES } from './rules/composites.ts';
import { scenesCatalog } from './scenes/index.ts';

/** The static part of the catalogue; `models` are the zoo's entries as they are. */
export function catalog<Model>(models: readonly Model[]) {
  const methods = METHODS.map(({ id, title, cite, family, signed, score, card, params, preview }) => ({
    id,
    title,
    cite,
    reference: reference(cite),
    family,
    signed,
    score,
    card,
    params,
    previews: preview !== undefined,
  }));
  const metrics = METRICS.map(({ id, title, cite, category, better, range, sensitiveTo, needs, card, params }) => ({ id, title, cite, reference: reference(cite), category, better, range, sensitiveTo, needs, card, params }));
  const ops = Object.entries(OPS as Record<string, Op>).map(([id, { kind }]) => ({ id, kind }));
  const composites = COMPOSITES.map((id) => ({ id, title: COMPOSITE_TITLES[id] }));
  return { scenes: scenesCatalog, models, methods, metrics, ops, composites };
}
