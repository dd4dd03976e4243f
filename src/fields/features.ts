/** The feature of a map: the part of the image that it singles out (Kadir et al. 2023, arXiv 2307.02150). Not the combining of several: `harmonise.ts`. */
import type { ChannelPooling } from './choices.ts';
import type { Field, PlaneMap } from './field.ts';
import { minMax } from './normalize.ts';
import { chooseSign, pool } from './pool.ts';
import { descending } from './rank.ts';
import type { Mask } from './regions.ts';

/** |w|, or max(w, 0): the evidence of either sign, or only what speaks for the class. */
export type Reduction = 'abs' | 'relu';

/**
 * 'top': the `share` of places with the largest values, to the place; 'threshold': value ≥ `level` · max; 'windows': the `count` squares of `side` places with the
 * largest means, at every `stride` and flush with the far borders, apart from each other unless `overlap`.
 */
export type FeatureRule =
  | { readonly kind: 'top'; readonly share: number }
  | { readonly kind: 'threshold'; readonly level: number }
  | { readonly kind: 'windows'; readonly side: number; readonly stride: number; readonly count: number; readonly overlap?: boolean };

/**
 * [H, W, C] → [H, W] in 0 … 1: channels pooled (summed), made non-negative, scaled by least and largest value.
 * undefined for a map that is the same everywhere or not finite: it singles out nothing.
 */
export function featureMap(field: Field, reduction: Reduction, pooling: ChannelPooling = 'sum'): PlaneMap | undefined {
  const reduced = chooseSign(pool(field, pooling), reduction === 'abs' ? 'absolute' : 'positive');
  if (!reduced.data.every(Number.isFinite)) return undefined;
  const data = minMax(reduced.data);
  return data.some((value) => value > 0) ? { ...reduced, data } : undefined;
}

/** Sums over rectangles in four look-ups: entry (y, x) of [H + 1, W + 1] is Σ of what lies above and left of it. */
function cumulative({ data, height, width }: PlaneMap): Float64Array {
  const sums = new Float64Array((height + 1) * (width + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  return sums;
}

/** Mean over the rows top … bottom − 1 and columns left … right − 1. */
const meanIn = (sums: Float64Array, width: number, top: number, bottom: number, left: number, right: number): number =>
  (sums[bottom * (width + 1) + right]! - sums[top * (width + 1) + right]! - sums[bottom * (width + 1) + left]! + sums[top * (width + 1) + left]!) / ((bottom - top) * (right - left));

/** Mean over the square of `reach` places to each side, as far as it lies in the map. Sums and quotients only: the same bits everywhere. */
export function boxMean(map: PlaneMap, reach: number): PlaneMap {
  const { height, width } = map;
  const sums = cumulative(map);
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[y * width + x] = meanIn(sums, width, Math.max(0, y - reach), Math.min(height, y + reach + 1), Math.max(0, x - reach), Math.min(width, x + reach + 1));
    }
  }
  return { data, height, width };
}

/** How far around a place decides between equal ones, as a share of the smaller side: a block of a coarse map sees its neighbours whole. */
const NEAR = 1 / 8;

/**
 * All places, the largest value first: every prefix is a region. Coarse maps are full of ties; those are broken by `then` (by default the mean of the map around a
 * place), then by closeness to the centre of mass of the map's excess over its least value, then in index order, so that regions stay compact. O(n log n).
 */
export function placeOrder(map: PlaneMap, then: PlaneMap = boxMean(map, Math.max(1, Math.round(NEAR * Math.min(map.height, map.width))))): Uint32Array {
  const { data, width } = map;
  const [cy, cx] = centreOfMass(map);
  const near = data.map((_, place) => -((Math.floor(place / width) - cy) ** 2) - ((place % width) - cx) ** 2);
  return descending(data, descending(then.data, descending(near)));
}

/** The first `count` places of an order as a region of exactly that area: each holds every smaller one. */
export function firstPlaces(order: Uint32Array, count: number, height: number, width: number): Mask {
  if (!Number.isInteger(count) || count < 0 || count > order.length) throw new Error(`${count} of ${order.length} places cannot be chosen: ask for 0 … ${order.length}.`);
  const data = new Uint8Array(order.length);
  for (let i = 0; i < count; i++) data[order[i]!] = 1;
  return { data, height, width };
}

/** Exactly `count` places, those with the largest values; ties as in `placeOrder`. */
export const topPlaces = (map: PlaneMap, count: number, then?: PlaneMap): Mask => firstPlaces(placeOrder(map, then), count, map.height, map.width);

/** Of the excess over the least value; the middle of a map that is the same everywhere. */
function centreOfMass({ data, height, width }: PlaneMap): [y: number, x: number] {
  const least = data.reduce((a, b) => Math.min(a, b), Infinity);
  let [total, down, across] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const mass = data[y * width + x]! - least;
      total += mass;
      down += mass * y;
      across += mass * x;
    }
  }
  return total > 0 ? [down / total, across / total] : [(height - 1) / 2, (width - 1) / 2];
}

/** How many places a share is: the nearest whole number, at least one. */
export const placesOf = (share: number, places: number): number => Math.min(places, Math.max(1, Math.round(share * places)));

/** The map's feature under a rule; its area is exact only for 'top' (`prevalence` tells). */
export function featureRegion(map: PlaneMap, rule: FeatureRule): Mask {
  const { data, height, width } = map;
  switch (rule.kind) {
    case 'top':
      return topPlaces(map, placesOf(rule.share, data.length));
    case 'threshold': {
      const largest = data.reduce((most, value) => Math.max(most, value), -Infinity);
      return { data: Uint8Array.from(data, (value) => (value >= Math.fround(rule.level * largest) ? 1 : 0)), height, width };
    }
    case 'windows':
      return bestWindows(map, rule);
    default:
      return rule satisfies never;
  }
}

/** 0, s, 2s … and, so that every place is covered, the last start that fits. */
function starts(length: number, side: number, stride: number): number[] {
  const last = length - side;
  const regular = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
  return regular.at(-1) === last ? regular : [...regular, last];
}

/** Windows of mean 0 are no feature and are left out; ties in the order of rows. O(places + windows log windows). */
function bestWindows(map: PlaneMap, { side, stride, count, overlap = false }: Extract<FeatureRule, { kind: 'windows' }>): Mask {
  const { height, width } = map;
  if (!(side >= 1 && side <= Math.min(height, width) && stride >= 1)) throw new Error(`Windows of ${side} places at every ${stride} do not fit a map of ${height} × ${width}: choose a side of 1 … ${Math.min(height, width)} and a stride from 1.`);
  const sums = cumulative(map);
  const windows = starts(height, side, stride).flatMap((y) => starts(width, side, stride).map((x) => ({ y, x, mean: meanIn(sums, width, y, y + side, x, x + side) })));
  const chosen: { y: number; x: number }[] = [];
  for (const { y, x, mean } of windows.sort((a, b) => b.mean - a.mean)) {
    if (chosen.length === count || !(mean > 0)) break;
    if (overlap || chosen.every((other) => Math.abs(other.y - y) >= side || Math.abs(other.x - x) >= side)) chosen.push({ y, x });
  }
  const data = new Uint8Array(height * width);
  for (const { y, x } of chosen) for (let row = y; row < y + side; row++) data.fill(1, row * width + x, row * width + x + side);
  return { data, height, width };
}
