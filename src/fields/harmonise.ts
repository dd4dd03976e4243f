/** One feature from several models' maps (Kadir et al. 2023, arXiv 2307.02150). Not who takes part: the caller leaves out models without a feature. */
import { featureRegion, firstPlaces, placeOrder, placesOf, type FeatureRule } from './features.ts';
import type { PlaneMap } from './field.ts';
import { minMax, rankShare } from './normalize.ts';
import type { Mask } from './regions.ts';

/** How maps, or the regions made of them, become one. */
export type Harmoniser = 'mean' | 'mean-rank' | 'majority' | 'intersection' | 'product';
export const HARMONISERS: readonly Harmoniser[] = ['mean', 'mean-rank', 'majority', 'intersection', 'product'];

function checkAlike(maps: readonly PlaneMap[]): { height: number; width: number } {
  const [first] = maps;
  if (!first) throw new Error('No map to harmonise: at least one model needs a feature.');
  for (const { height, width } of maps) {
    if (height !== first.height || width !== first.width) throw new Error(`Maps of ${first.height}×${first.width} and ${height}×${width} cannot be harmonised: resize one first.`);
  }
  return { height: first.height, width: first.width };
}

/** One number for each place from the maps' numbers there, in a list that is used again. */
function placeByPlace(maps: readonly Float32Array[], combine: (values: Float64Array) => number): Float32Array {
  const values = new Float64Array(maps.length);
  return maps[0]!.map((_, place) => {
    for (let i = 0; i < maps.length; i++) values[i] = maps[i]![place]!;
    return combine(values);
  });
}

const mean = (values: Float64Array): number => {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
};

/** The value that more than half of the list reaches: of m, the (⌊m/2⌋ + 1)-th largest. */
const reachedByMost = (values: Float64Array): number => values.sort()[Math.ceil(values.length / 2) - 1]!;
const least = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b));

/** m-th root of the product: its order, without its underflow, and on the scale of one map. A single 0 is a veto. */
const geometricMean = (values: Float64Array): number => values.reduce((a, b) => a * b) ** (1 / values.length);

/** Places that at least `needed` of the masks hold. */
export function votedRegion(masks: readonly Mask[], needed: number): Mask {
  const { height, width } = masks[0]!;
  return { data: masks[0]!.data.map((_, place) => (masks.reduce((votes, { data }) => votes + data[place]!, 0) >= needed ? 1 : 0)), height, width };
}

export interface Harmony {
  /**
   * Mean of values, of rank shares, or the geometric mean. 'majority' and 'intersection' combine regions, not maps: theirs orders places as they enter
   * when all regions grow alike, by the rank share that more than half, or all, of the maps reach there.
   */
  readonly map: (kind: Harmoniser) => PlaneMap;
  /**
   * Mean, mean rank and product: the rule on the harmonised map (scaled to 0 … 1). Majority (more than half) and intersection: the vote of the maps' own
   * regions, whose area is what comes of it, 0 too. With `sameArea` (the default) and the rule 'top' they grow until the vote holds exactly the rule's
   * share, ties by the mean map, so that all five, and single generators, show equally much of the image.
   */
  readonly region: (kind: Harmoniser, rule: FeatureRule, sameArea?: boolean) => Mask;
}

/** Rank shares, kept as long as the map lives: leaving out one model after another asks for the same ones. Maps are never written to after they are made. */
const known = new WeakMap<Float32Array, Float32Array>();
function ranksOf(values: Float32Array): Float32Array {
  const ranks = known.get(values) ?? rankShare(values);
  known.set(values, ranks);
  return ranks;
}

/** Feature maps (`featureMap`) of one image, made ready to be harmonised: ranks and orders are found once and kept. Throws without a map and for unequal sizes. */
export function harmony(maps: readonly PlaneMap[]): Harmony {
  const { height, width } = checkAlike(maps);
  const values = maps.map(({ data }) => data);
  const ranks = once(() => values.map(ranksOf));
  const made = {
    mean: once(() => placeByPlace(values, mean)),
    'mean-rank': once(() => placeByPlace(ranks(), mean)),
    majority: once(() => placeByPlace(ranks(), reachedByMost)),
    intersection: once(() => placeByPlace(ranks(), least)),
    product: once(() => placeByPlace(values, geometricMean)),
  } satisfies Record<Harmoniser, () => Float32Array>;
  const map = (kind: Harmoniser): PlaneMap => ({ data: made[kind](), height, width });
  const orderOf = (kind: Harmoniser) => once(() => placeOrder(map(kind), kind === 'mean' ? undefined : map('mean')));
  const orders = Object.fromEntries(HARMONISERS.map((kind) => [kind, orderOf(kind)])) as Record<Harmoniser, () => Uint32Array>;
  return {
    map,
    region(kind, rule, sameArea = true) {
      const votes = kind === 'majority' || kind === 'intersection';
      if (votes && !(sameArea && rule.kind === 'top')) return votedRegion(maps.map((own) => featureRegion(own, rule)), kind === 'majority' ? Math.floor(maps.length / 2) + 1 : maps.length);
      if (rule.kind === 'top') return firstPlaces(orders[kind](), placesOf(rule.share, height * width), height, width);
      return featureRegion({ data: minMax(map(kind).data), height, width }, rule);
    },
  };
}

/** `make` at the first call, what it made ever after. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
