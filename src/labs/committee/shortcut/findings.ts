/** What the study found, in numbers: per method how much of it lies on the sticker, how often it names it first, and what the true intervention says. Pure. */
import { meanInterval, wilson, type MeanInterval } from '../../../engine/math/statistics.ts';
import type { MethodEntry } from '../../../worker/protocol.ts';
import { CHEAT, STICKER, TWIN, type Credit, type Observation, type Subject } from './study.ts';

/** `hits` of `n`, with Wilson's 95 % interval. */
export interface Count {
  readonly hits: number;
  readonly n: number;
  readonly interval: readonly [number, number];
}

/** How a list of units speaks of the sticker. */
export interface StickerPlace {
  /** Of the sticker by |value| among all units, 1 the first; those that are equal share the better place. */
  readonly rank: number;
  readonly units: number;
  /** The sticker alone has the largest |value|, and that is not 0. */
  readonly top: boolean;
}

export function placeOf(units: readonly { readonly id: number; readonly value: number }[]): StickerPlace | undefined {
  const own = units.find(({ id }) => id === STICKER);
  if (!own) return undefined;
  const size = Math.abs(own.value);
  const others = units.filter((unit) => unit !== own).map(({ value }) => Math.abs(value));
  return { rank: 1 + others.filter((other) => other > size).length, units: units.length, top: size > 0 && others.every((other) => other < size) };
}

/** What a map says of the sticker. Shares are `undefined` for a map that is zero everywhere. */
export interface MapReading extends StickerPlace {
  /** Σ|a| on the sticker's pixels / Σ|a|. */
  readonly share?: number;
  /** `share` / the sticker's share of the pixels: 1 is chance. */
  readonly enrichment?: number;
  /** Σa on the sticker's pixels / Σ|a|. */
  readonly credit?: number;
}

export function readMap(credits: readonly Credit[]): MapReading | undefined {
  const place = placeOf(credits.map(({ id, sum }) => ({ id, value: sum })));
  const own = credits.find(({ id }) => id === STICKER);
  if (!place || !own) return undefined;
  const mass = credits.reduce((total, unit) => total + unit.mass, 0);
  const pixels = credits.reduce((total, unit) => total + unit.pixels, 0);
  if (mass === 0) return { ...place, rank: place.units, top: false };
  const share = own.mass / mass;
  return { ...place, share, enrichment: share / (own.pixels / pixels), credit: own.sum / mass };
}

/** What taking the sticker away says. */
export interface TruthReading extends StickerPlace {
  /** On the logit of the class that the model names: positive where the sticker speaks for it. */
  readonly effect: number;
  /** |effect| / Σ|effect| over all units. */
  readonly share?: number;
}

export function readTruth(effects: NonNullable<Observation['effects']>): TruthReading | undefined {
  const place = placeOf(effects.map(({ id, effect }) => ({ id, value: effect })));
  const own = effects.find(({ id }) => id === STICKER);
  if (!place || !own) return undefined;
  const total = effects.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
  return { ...place, effect: own.effect, ...(total > 0 ? { share: Math.abs(own.effect) / total } : {}) };
}

export interface TruthSide {
  readonly n: number;
  readonly effect?: MeanInterval;
  /** Of |effect|: up and down do not cancel. */
  readonly size?: MeanInterval;
  readonly share?: MeanInterval;
  readonly rank?: MeanInterval;
  readonly units: number;
  readonly top: Count;
  /** Misleading stickers whose class the model names. */
  readonly misled: Count;
}

export interface MethodSide {
  readonly n: number;
  readonly share?: MeanInterval;
  readonly enrichment?: MeanInterval;
  readonly credit?: MeanInterval;
  readonly rank?: MeanInterval;
  /** Of a scene, on average. */
  readonly units: number;
}

export interface MethodFinding {
  readonly method: MethodEntry;
  readonly cheat: MethodSide;
  readonly twin: MethodSide;
  /** Scenes on which the cheat's sticker truly has the largest effect: how often the method puts it first. */
  readonly reveals: Count;
  /** Scenes on which the twin's sticker truly has not: how often the method puts it first all the same. */
  readonly falseAlarm: Count;
  /** Scenes of the cheat: how often the credit has the sign of the true effect. None for unsigned maps. */
  readonly rightSign: Count;
}

export interface Findings {
  /** Scenes on which both models have answered. */
  readonly scenes: number;
  readonly truth: { readonly cheat: TruthSide; readonly twin: TruthSide };
  /** The most telling first; those without a map last, as they came. */
  readonly methods: readonly MethodFinding[];
}

const countOf = (hits: readonly boolean[]): Count => {
  const n = hits.length;
  const k = hits.filter(Boolean).length;
  return { hits: k, n, interval: n === 0 ? [0, 1] : wilson(k, n) };
};

const known = (values: readonly (number | undefined)[]): MeanInterval | undefined => meanInterval(values.filter((value) => value !== undefined));
const meanUnits = (readings: readonly StickerPlace[]): number => meanInterval(readings.map(({ units }) => units))?.mean ?? 0;

function truthSide(observations: readonly Observation[], classIndex: (id: string) => number): TruthSide {
  const readings = observations.flatMap(({ effects }) => (effects && readTruth(effects)) ?? []);
  const misleading = observations.filter(({ sticker, classId }) => sticker !== classId);
  return {
    n: readings.length,
    effect: known(readings.map(({ effect }) => effect)),
    size: known(readings.map(({ effect }) => Math.abs(effect))),
    share: known(readings.map(({ share }) => share)),
    rank: known(readings.map(({ rank }) => rank)),
    units: meanUnits(readings),
    top: countOf(readings.map(({ top }) => top)),
    misled: countOf(misleading.map(({ answer, sticker }) => answer === classIndex(sticker))),
  };
}

interface Pair {
  readonly map: MapReading;
  readonly truth: TruthReading | undefined;
}

function methodSide(pairs: readonly Pair[]): MethodSide {
  const maps = pairs.map(({ map }) => map);
  return {
    n: maps.length,
    share: known(maps.map(({ share }) => share)),
    enrichment: known(maps.map(({ enrichment }) => enrichment)),
    credit: known(maps.map(({ credit }) => credit)),
    rank: known(maps.map(({ rank }) => rank)),
    units: meanUnits(maps),
  };
}

/** `classes`: ids in label order. Means carry Student's 95 % interval over scenes, counts Wilson's. */
export function findingsOf(observations: readonly Observation[], methods: readonly MethodEntry[], classes: readonly string[]): Findings {
  const of = (subject: Subject) => observations.filter((observation) => observation.subject === subject);
  const pairsOf = (subject: Subject, id: string): Pair[] =>
    of(subject).flatMap(({ credits, effects }) => {
      const map = credits.get(id);
      const reading = map && readMap(map);
      return reading ? [{ map: reading, truth: effects && readTruth(effects) }] : [];
    });
  const index = (id: string) => classes.indexOf(id);
  const found = methods.map((method): MethodFinding => {
    const [cheat, twin] = [pairsOf(CHEAT, method.id), pairsOf(TWIN, method.id)];
    return {
      method,
      cheat: methodSide(cheat),
      twin: methodSide(twin),
      reveals: countOf(cheat.filter(({ truth }) => truth?.top).map(({ map }) => map.top)),
      falseAlarm: countOf(twin.filter(({ truth }) => truth && !truth.top).map(({ map }) => map.top)),
      rightSign: countOf(method.signed ? cheat.flatMap(({ map, truth }) => (truth && map.credit !== undefined ? [Math.sign(map.credit) === Math.sign(truth.effect)] : [])) : []),
    };
  });
  const weight = ({ cheat }: MethodFinding) => cheat.enrichment?.mean ?? -1;
  const seeds = (subject: Subject) => new Set(of(subject).map(({ scene }) => scene.seed));
  return {
    scenes: [...seeds(CHEAT)].filter((seed) => seeds(TWIN).has(seed)).length,
    truth: { cheat: truthSide(of(CHEAT), index), twin: truthSide(of(TWIN), index) },
    methods: found.sort((a, b) => weight(b) - weight(a)),
  };
}
