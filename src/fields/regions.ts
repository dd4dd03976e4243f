/** Places of a map: discs, masks, their sums and outlines, and the level that encloses a share of the mass. */
import type { PlaneMap } from './field.ts';
import { nearestPlaces } from './resize.ts';

/** In pixels of the model's input; the centre of the first pixel is at (0.5, 0.5). */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}
/** 1 inside, 0 outside; row-major [height, width]. */
export interface Mask {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}
/** A closed line along pixel edges; corner (0, 0) is the map's upper left. The inside lies to the right of the walk. */
export type Outline = readonly (readonly [x: number, y: number])[];

/** Pixels whose centres lie in the disc, and always the one under its centre. */
export function discMask(disc: Disc, height: number, width: number): Mask {
  const data = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const within = (x + 0.5 - disc.x) ** 2 + (y + 0.5 - disc.y) ** 2 <= disc.radius ** 2;
      const under = x === Math.floor(disc.x) && y === Math.floor(disc.y);
      if (within || under) data[y * width + x] = 1;
    }
  }
  return { data, height, width };
}

/** Pixels of an id map whose id is wanted: the object's true mask. */
export const idMask = (ids: Uint8Array, wanted: ReadonlySet<number>, height: number, width: number): Mask => ({
  data: Uint8Array.from(ids, (id) => (wanted.has(id) ? 1 : 0)),
  height,
  width,
});

export interface RegionSum {
  readonly sum: number;
  /** Per pixel of the mask. */
  readonly mean: number;
  /** Σ|v| within / Σ|v| of the map; NaN for an empty map. */
  readonly massShare: number;
  readonly pixels: number;
}

/**
 * Sum and mean of a map within a mask. A map coarser (or finer) than the mask is spread evenly over the pixels that each place covers, so that the sum over
 * a full mask is the map's sum; exact where one size divides the other.
 */
export function sumWithin(map: PlaneMap, mask: Mask): RegionSum {
  const height = Math.max(map.height, mask.height);
  const width = Math.max(map.width, mask.width);
  const [mapRows, mapColumns] = [nearestPlaces(map.height, height), nearestPlaces(map.width, width)];
  const [maskRows, maskColumns] = [nearestPlaces(mask.height, height), nearestPlaces(mask.width, width)];
  const share = (map.height * map.width) / (height * width);
  let sum = 0;
  let within = 0;
  let mass = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = map.data[mapRows[y]! * map.width + mapColumns[x]!]! * share;
      mass += Math.abs(value);
      if (!mask.data[maskRows[y]! * mask.width + maskColumns[x]!]) continue;
      sum += value;
      within += Math.abs(value);
    }
  }
  const pixels = mask.data.reduce((count, inside) => count + inside, 0);
  return { sum, mean: sum / pixels, massShare: within / mass, pixels };
}

export interface IdSum {
  /** Σv and Σ|v| over the id's pixels. */
  readonly sum: number;
  readonly mass: number;
  readonly pixels: number;
}

/** Sums of a map over the pixels of each id of an id map [size, size], coarse maps spread as in `sumWithin`: Σ over all ids is the map's sum. One pass. */
export function sumsById(map: PlaneMap, ids: Uint8Array, size: number): ReadonlyMap<number, IdSum> {
  const [height, width] = [Math.max(map.height, size), Math.max(map.width, size)];
  const [mapRows, mapColumns] = [nearestPlaces(map.height, height), nearestPlaces(map.width, width)];
  const [idRows, idColumns] = [nearestPlaces(size, height), nearestPlaces(size, width)];
  const share = (map.height * map.width) / (height * width);
  const [sums, masses, pixels] = [new Float64Array(256), new Float64Array(256), new Uint32Array(256)];
  for (const id of ids) pixels[id]!++;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = map.data[mapRows[y]! * map.width + mapColumns[x]!]! * share;
      const id = ids[idRows[y]! * size + idColumns[x]!]!;
      sums[id]! += value;
      masses[id]! += Math.abs(value);
    }
  return new Map(Array.from(pixels.keys()).filter((id) => pixels[id]! > 0).map((id) => [id, { sum: sums[id]!, mass: masses[id]!, pixels: pixels[id]! }]));
}

/** The value under a point given in shares of width and height, 0 … 1. */
export function valueAt(map: PlaneMap, across: number, down: number): number {
  const place = (share: number, size: number): number => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
  return map.data[place(down, map.height) * map.width + place(across, map.width)]!;
}

/** The |value| at and above which the places hold `share` (0 … 1) of Σ|v|. Infinity for an empty map: no place is enclosed. */
export function massLevel(map: PlaneMap, share: number): number {
  const sorted = map.data.map(Math.abs).filter(Number.isFinite).sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (total === 0) return Number.POSITIVE_INFINITY;
  let held = 0;
  for (const value of sorted) {
    held += value;
    if (held >= share * total * (1 - 1e-9)) return value;
  }
  return sorted.at(-1)!;
}

/** The fewest places, as a share of all, that hold `share` of Σ|v|. NaN for an empty map. */
export function massArea(map: PlaneMap, share: number): number {
  const level = massLevel(map, share);
  return Number.isFinite(level) ? map.data.reduce((count, value) => count + (Math.abs(value) >= level ? 1 : 0), 0) / map.data.length : Number.NaN;
}

/** Closed lines along the mask's pixel edges: outer borders and holes. Straight runs are one segment. */
export function maskOutline(mask: Mask): Outline[] {
  const { height, width } = mask;
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && mask.data[y * width + x] !== 0;
  const corner = (x: number, y: number): number => y * (width + 1) + x;
  const edges = new Map<number, number[]>();
  const add = (from: number, to: number): void => void edges.set(from, [...(edges.get(from) ?? []), to]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      if (!inside(x, y - 1)) add(corner(x, y), corner(x + 1, y));
      if (!inside(x + 1, y)) add(corner(x + 1, y), corner(x + 1, y + 1));
      if (!inside(x, y + 1)) add(corner(x + 1, y + 1), corner(x, y + 1));
      if (!inside(x - 1, y)) add(corner(x, y + 1), corner(x, y));
    }
  }
  const loops: Outline[] = [];
  for (const start of edges.keys()) {
    while (edges.get(start)?.length) loops.push(straighten(walk(edges, start), width + 1));
  }
  return loops;
}

/** Takes edges from the map until the walk is back at its start. Where two pixels touch at a corner, either way closes. */
function walk(edges: Map<number, number[]>, start: number): number[] {
  const corners: number[] = [];
  for (let at = start; ; ) {
    corners.push(at);
    at = edges.get(at)!.pop()!;
    if (at === start) return corners;
  }
}

function straighten(corners: readonly number[], stride: number): Outline {
  const points = corners.map((corner) => [corner % stride, Math.floor(corner / stride)] as const);
  return points.filter(([x, y], i) => {
    const before = points.at(i - 1)!;
    const after = points[(i + 1) % points.length]!;
    return (x - before[0]) * (after[1] - y) !== (y - before[1]) * (after[0] - x);
  });
}
