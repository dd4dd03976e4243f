/** What the Consensus study asks: every model's map of every kept image, and the ensemble's; and when an image has all of it. Not what is made of it: record.ts. */
import { factsOf, mapFor, mapRequest, planStudy, sceneItem, type ImageFacts, type Outcome } from '../explanations.ts';
import { sweepItem, type Found, type SweepItem, type SweepPlan } from '../plan.ts';
import { nameOf, refOf, type StudySetup } from '../setup.ts';
import { recordOf, type ConsensusRecord } from './record.ts';
import { ensembleOf, type RecordSettings } from './settings.ts';

type Ensembled = Pick<RecordSettings, 'weak'>;

function ensembleItem(setup: StudySetup, settings: Ensembled, { image, target }: Pick<ImageFacts, 'image' | 'target'>, order = 0): SweepItem | undefined {
  const id = ensembleOf(setup, settings);
  return id === undefined || target === undefined ? undefined : sweepItem(mapRequest(setup, id, image, target), `${setup.method.title} of the ensemble on ${nameOf(image)}`, order);
}

/** The sweep: the shared part, and on each kept image the explanation of the voters' mean logits. */
export const planConsensus = (setup: StudySetup, settings: Ensembled): SweepPlan<Outcome> =>
  planStudy(setup, {
    more: (facts, _, order) => { const item = ensembleItem(setup, settings, facts, order); return item ? [item] : []; },
    adds: ensembleOf(setup, settings) === undefined ? 0 : 1,
  });

/** The map of the ensemble, once it is there. */
export function ensembleMap(setup: StudySetup, settings: Ensembled, facts: Pick<ImageFacts, 'image' | 'target'>, found: Found<Outcome>) {
  const request = ensembleItem(setup, settings, facts)?.request;
  return request?.kind === 'explain' ? mapFor(request, found) : undefined;
}

/**
 * Keys of everything that is asked about image `at`, once each is there or among the failures, so that no number changes when a later answer comes.
 * `undefined` until then.
 */
export function completeAt(setup: StudySetup, settings: Ensembled, at: number, found: Found<Outcome>, failed: ReadonlySet<string> = new Set()): readonly string[] | undefined {
  const facts = factsOf(setup, at, found);
  const { standing, image, target } = facts;
  if (standing === 'waiting') return undefined;
  const scene = image.kind === 'scene' ? [sceneItem(image, 0).key] : [];
  const answers = setup.models.map(({ id }) => sweepItem({ kind: 'predict', model: id, image: refOf(image) }, '', 0).key);
  const maps = standing === 'kept' ? setup.models.map(({ id }) => sweepItem(mapRequest(setup, id, image, target!), '', 0).key) : [];
  const ensemble = standing === 'kept' ? ensembleItem(setup, settings, facts)?.key : undefined;
  const keys = [...scene, ...answers, ...maps, ...(ensemble === undefined ? [] : [ensemble])];
  return keys.every((key) => found.has(key) || failed.has(key)) ? keys : undefined;
}

/**
 * The record of image `at`, once everything of it is there or, by its key, among the failures (a method that does not apply to a model).
 * `undefined` until then.
 */
export function recordAt(setup: StudySetup, settings: RecordSettings, at: number, found: Found<Outcome>, failed: ReadonlySet<string> = new Set()): ConsensusRecord | undefined {
  if (!completeAt(setup, settings, at, found, failed)) return undefined;
  const facts = factsOf(setup, at, found);
  if (facts.standing === 'left out') return recordOf(facts, setup, settings);
  return recordOf(facts, setup, settings, ensembleMap(setup, settings, facts, found));
}
