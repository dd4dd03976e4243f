/** The sweep of a transfer study: once every map of a kept image is there, each model is asked what it makes of all regions. Pure. Not how it is run. */
import type { ReactRequest } from '../../worker/protocol.ts';
import { capabilityFor, capabilityItem, mapRequest, planStudy, STRIDE, type ImageFacts, type Outcome } from '../explanations.ts';
import { sweepItem, type Found, type SweepItem, type SweepPlan } from '../plan.ts';
import { nameOf, refOf, type StudySetup } from '../setup.ts';
import { regionsOf, shownTo, type LevelRegions } from './regions.ts';
import { votersOf } from './rows.ts';
import { CHOSEN, levelsOf, type TransferSettings } from './settings.ts';

/** What a model is asked of one level: all rows at once, every draw of each. */
export function reactRequest(facts: ImageFacts, setup: StudySetup, { fill }: Pick<TransferSettings, 'fill'>, { rows }: LevelRegions, tester: string): ReactRequest {
  const shown = rows.flatMap((row) => shownTo(row, tester)).map(({ mask, flat }) => ({ mask, ...(flat ? { flat } : {}) }));
  return { kind: 'react', model: tester, image: refOf(facts.image), target: facts.target!, shown, fill, seed: setup.seed };
}

/** Of one level and one model. */
export interface Ask {
  readonly level: LevelRegions;
  readonly tester: string;
  readonly item: SweepItem;
}

/** Everyone at the chosen region; those that the curve's means are over at its other points. */
const testersAt = ({ models }: StudySetup, level: string) => (level === CHOSEN ? models : votersOf(models));

/** Whether the method applies to each model: where it does not, no map is waited for. */
const capabilities = (setup: StudySetup, at: number): readonly SweepItem[] => setup.models.map(({ id }) => capabilityItem(setup, id, STRIDE * at + 1));

/** Ids of the models whose map is not there although the method applies to them, as far as is known. */
export const withoutMap = (facts: ImageFacts, setup: StudySetup, found: Found<Outcome>): readonly string[] =>
  capabilities(setup, facts.at).flatMap((item, m) => (facts.maps.has(setup.models[m]!.id) || capabilityFor(item, found) === false ? [] : [setup.models[m]!.id]));

/** Whether a map may still come: one that is not there, and not among the failures. */
export const waitsForMaps = (facts: ImageFacts, setup: StudySetup, found: Found<Outcome>, failed: ReadonlySet<string>): boolean =>
  facts.standing === 'kept' && !withoutMap(facts, setup, found).every((id) => failed.has(sweepItem(mapRequest(setup, id, facts.image, facts.target!), '', 0).key));

/**
 * Everything that is asked of a kept image once no map is waited for; nothing before, nor where there is no map at all. A map that is among the failures
 * is not waited for: its feature is missing. Level by level, so that the chosen region is answered first.
 */
export function asksOf(facts: ImageFacts, setup: StudySetup, settings: TransferSettings, found: Found<Outcome>, failed: ReadonlySet<string>): readonly Ask[] {
  if (facts.standing !== 'kept' || facts.maps.size === 0 || waitsForMaps(facts, setup, found, failed)) return [];
  const name = nameOf(facts.image);
  const order = STRIDE * facts.at + 1 + 2 * setup.models.length;
  return regionsOf(facts, setup, settings).flatMap((level, l) =>
    testersAt(setup, level.level.id).map(({ id }, m) => ({
      level,
      tester: id,
      item: sweepItem(reactRequest(facts, setup, settings, level, id), `what ${id} makes of parts of ${name}`, order + l * setup.models.length + m),
    })),
  );
}

/** Of the images that were asked for last; making them takes longer than anything else here. */
const KEPT = 6;

type Asking = (facts: ImageFacts, found: Found<Outcome>, failed: ReadonlySet<string>) => readonly Ask[];

/** `asksOf` for one study. The maps of a study are the same whenever they are asked for, so an image's number and whose maps there are stand for them. */
export function rememberAsks(setup: StudySetup, settings: TransferSettings): Asking {
  const known = new Map<string, readonly Ask[]>();
  return (facts, found, failed) => {
    const key = [facts.at, ...facts.maps.keys()].join(' ');
    const before = known.get(key);
    if (before) return before;
    const asks = asksOf(facts, setup, settings, found, failed);
    if (asks.length === 0) return asks;
    known.set(key, asks);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    return asks;
  };
}

/** Scene, answers, maps, then a `react` request for each level and model. */
export const planTransfer = (setup: StudySetup, settings: TransferSettings, asks = rememberAsks(setup, settings)): SweepPlan<Outcome> =>
  planStudy(setup, { more: (facts, found, _, failed) => [...capabilities(setup, facts.at), ...asks(facts, found, failed).map(({ item }) => item)], adds: levelsOf(settings).reduce((sum, { id }) => sum + testersAt(setup, id).length, 0) });
