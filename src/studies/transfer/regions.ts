/** What every model is shown of one image: the region of each row at each level, as masks. Not what a model makes of it (record.ts). */
import { stream } from '../../engine/math/rng.ts';
import { edges } from '../../fields/alignment.ts';
import { featureMap, placesOf, topPlaces } from '../../fields/features.ts';
import type { PlaneMap } from '../../fields/field.ts';
import { harmony, type Harmoniser, type Harmony } from '../../fields/harmonise.ts';
import { packMask } from '../../fields/maskBits.ts';
import { areaOf, centreRegion, compactness, complement, matchedRandom } from '../../fields/regionControls.ts';
import type { Mask } from '../../fields/regions.ts';
import { resizeMap } from '../../fields/resize.ts';
import { imageKey } from '../../worker/key.ts';
import type { ImageFacts, MapOutcome } from '../explanations.ts';
import { refOf, SIDE, type StudySetup } from '../setup.ts';
import { CHOSEN, levelsOf, type Level, type TransferSettings } from './settings.ts';
import { harmonisedRow, rowsOf, votersOf, type Control, type Row } from './rows.ts';

export interface Region {
  /** `packMask` of [SIDE, SIDE]. */
  readonly mask: string;
  /** Shown in its mean colour. */
  readonly flat?: true;
  /** Share of the image. */
  readonly area: number;
  /** NaN for an empty one. */
  readonly compactness: number;
}

/** One region for each draw, a single one except in random rows. */
export interface RowRegions {
  readonly row: Row;
  readonly common: readonly Region[];
  /** Of testers that see others than `common`: what is harmonised without their own map. */
  readonly own?: ReadonlyMap<string, readonly Region[]>;
}

export interface LevelRegions {
  readonly level: Level;
  /** Those that the image has: without a mask there is no true object, and a map that singles out nothing has no feature. */
  readonly rows: readonly RowRegions[];
}

export const shownTo = ({ common, own }: RowRegions, tester: string): readonly Region[] => own?.get(tester) ?? common;

const REDUCTIONS = { absolute: 'abs', positive: 'relu' } as const satisfies Record<TransferSettings['reduction'], string>;

/** By map and reduction: while a slider is held the same maps are asked for again and again. */
const features = new WeakMap<MapOutcome, Partial<Record<TransferSettings['reduction'], { readonly plane: PlaneMap | undefined }>>>();

/** A model's map as one number 0 … 1 per pixel; coarse maps as the blocks they are. `undefined`: it singles out nothing. Made once for each map. */
export function featureOf(map: MapOutcome, { reduction }: Pick<TransferSettings, 'reduction'>): PlaneMap | undefined {
  const known = features.get(map) ?? {};
  if (known[reduction]) return known[reduction].plane;
  const feature = featureMap(map, REDUCTIONS[reduction]);
  const plane = feature && resizeMap(feature, SIDE, SIDE, 'nearest');
  features.set(map, { ...known, [reduction]: { plane } });
  return plane;
}

/** A map that is harmonised with nothing is itself; its order of places is found once. */
const alone = new WeakMap<PlaneMap, Harmony>();
function aloneOf(feature: PlaneMap): Harmony {
  const known = alone.get(feature) ?? harmony([feature]);
  alone.set(feature, known);
  return known;
}

/** By model id, those that single out something. */
export const featuresOf = (facts: Pick<ImageFacts, 'maps'>, settings: Pick<TransferSettings, 'reduction'>): ReadonlyMap<string, PlaneMap> =>
  new Map([...facts.maps].flatMap(([id, map]) => { const feature = featureOf(map, settings); return feature ? [[id, feature] as const] : []; }));

const regionOf = (mask: Mask, flat = false): Region => ({ mask: packMask(mask.data), area: areaOf(mask) / mask.data.length, compactness: compactness(mask), ...(flat ? { flat } : {}) });

/** Masks of a row before they are packed: for every tester, and for those that see their own. */
interface Masks {
  readonly common: Mask;
  readonly own?: ReadonlyMap<string, Mask>;
}
const through = ({ common, own }: Masks, change: (mask: Mask) => Mask): Masks => ({ common: change(common), ...(own ? { own: new Map([...own].map(([id, mask]) => [id, change(mask)])) } : {}) });

/** What an image is asked with, found once for all levels. */
interface Given {
  readonly facts: ImageFacts;
  readonly setup: StudySetup;
  readonly settings: TransferSettings;
  /** By model id, of those whose map singles out something. */
  readonly own: (model: string, level: Level) => Mask | undefined;
  readonly harmonised: (kind: Harmoniser, level: Level) => Masks | undefined;
  /** The place counts of the voters' own regions, on average. */
  readonly places: (level: Level) => number;
  readonly edges: () => PlaneMap;
}

function createGiven(facts: ImageFacts, setup: StudySetup, settings: TransferSettings): Given {
  const features = featuresOf(facts, settings);
  const voters = votersOf(setup.models).map(({ id }) => id).filter((id) => features.has(id));
  const of = (ids: readonly string[]) => harmony(ids.map((id) => features.get(id)!));
  const all = voters.length > 0 ? of(voters) : undefined;
  // A single voter has nobody to be harmonised with once it is left out.
  const without = new Map(settings.leaveOut && voters.length > 1 ? voters.map((left) => [left, of(voters.filter((id) => id !== left))]) : []);
  const own = (model: string, { rule }: Level) => features.has(model) ? aloneOf(features.get(model)!).region('mean', rule) : undefined;
  return {
    facts, setup, settings, own,
    harmonised: (kind, { rule }) => all && { common: all.region(kind, rule), own: new Map([...without].map(([id, others]) => [id, others.region(kind, rule)])) },
    places: (level) => (level.rule.kind === 'top' ? placesOf(level.rule.share, SIDE * SIDE) : Math.round(voters.reduce((sum, id) => sum + areaOf(own(id, level)!), 0) / Math.max(1, voters.length))),
    edges: () => edges({ data: Float32Array.from(facts.rgb!, (byte) => byte / 255), height: SIDE, width: SIDE, channels: 3 }),
  };
}

/** Whether a row is asked at every point of the curve: what its lines are made of (curves.ts). The others are what they are, or are asked once. */
function onCurve(row: Row, members: ReadonlySet<string>): boolean {
  switch (row.kind) {
    case 'generator':
      return members.has(row.model);
    case 'harmonised':
      return true;
    case 'random':
      return members.has(row.of) || row.of === harmonisedRow('mean');
    case 'control':
      return row.id === 'centre' || row.id === 'edges';
    default:
      return row satisfies never;
  }
}

function levelRegions(given: Given, level: Level, wanted: (row: Row) => boolean = () => true): LevelRegions {
  const { facts, setup, settings } = given;
  const masks = new Map<string, Masks>();
  const image = imageKey(refOf(facts.image));
  const members = new Set(votersOf(setup.models).map(({ id }) => id));
  const rows = rowsOf(setup.models).filter((row) => wanted(row) && (level.id === CHOSEN || onCurve(row, members))).flatMap((row): RowRegions[] => {
    if (row.kind === 'random') {
      const of = masks.get(row.of);
      if (!of) return [];
      // Every tester, and every level, the same moves: what differs is not the draw.
      const moved = Array.from({ length: settings.draws ?? 1 }, (_, draw) => through(of, (mask) => matchedRandom(mask, stream(setup.seed, `transfer ${image} ${row.of}`, draw).below)));
      return [packed(row, moved)];
    }
    const found = masksOf(given, row, level, masks);
    if (!found) return [];
    masks.set(row.id, found);
    return [packed(row, [found])];
  });
  return { level, rows };
}

function masksOf(given: Given, row: Exclude<Row, { kind: 'random' }>, level: Level, before: ReadonlyMap<string, Masks>): Masks | undefined {
  switch (row.kind) {
    case 'generator': {
      const common = given.own(row.model, level);
      return common && { common };
    }
    case 'harmonised':
      return given.harmonised(row.harmoniser, level);
    case 'control':
      return controlOf(given, row.id, given.places(level), before);
    default:
      return row satisfies never;
  }
}

function controlOf({ facts, edges: edgeMap }: Given, control: Control, places: number, before: ReadonlyMap<string, Masks>): Masks | undefined {
  switch (control) {
    case 'centre':
      return { common: centreRegion(SIDE, SIDE, places) };
    case 'edges':
      return facts.rgb && { common: topPlaces(edgeMap(), places) };
    case 'inverted': {
      const mean = before.get(harmonisedRow('mean'));
      return mean && through(mean, complement);
    }
    case 'object':
    case 'outline':
      return facts.mask && { common: { data: facts.mask, height: SIDE, width: SIDE } };
    default:
      return control satisfies never;
  }
}

function packed(row: Row, draws: readonly Masks[]): RowRegions {
  const flat = row.id === 'outline';
  const testers = [...(draws[0]?.own?.keys() ?? [])];
  const own = new Map(testers.map((tester) => [tester, draws.map((masks) => regionOf(masks.own!.get(tester)!, flat))]));
  return { row, common: draws.map(({ common }) => regionOf(common, flat)), ...(own.size > 0 ? { own } : {}) };
}

/** All regions of a kept image whose maps are all there. Cost: about a tenth of a second for twenty models and five levels. */
export function regionsOf(facts: ImageFacts, setup: StudySetup, settings: TransferSettings): readonly LevelRegions[] {
  const given = createGiven(facts, setup, settings);
  return levelsOf(settings).map((level) => levelRegions(given, level));
}

/** The chosen region at one setting after the other while the maps stay the same: for a slider that is held. Of the rows that are `wanted`, for all testers alike. */
export function regionFinder(facts: ImageFacts, setup: StudySetup, settings: TransferSettings, wanted: (row: Row) => boolean): (settings: TransferSettings) => LevelRegions {
  const given = createGiven(facts, setup, { ...settings, leaveOut: false });
  return (next) => levelRegions(given, levelsOf(next)[0]!, wanted);
}
