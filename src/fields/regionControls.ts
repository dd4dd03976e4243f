/** Regions that a feature must beat: of its area and its shape, and blind to what the model saw. Not the true object mask: the scene has it. */
import { centreGaussian } from './alignment.ts';
import { topPlaces } from './features.ts';
import type { PlaneMap } from './field.ts';
import type { Mask } from './regions.ts';

/** Number of places inside. */
export const areaOf = ({ data }: Mask): number => data.reduce((count, inside) => count + inside, 0);

export const complement = (mask: Mask): Mask => ({ ...mask, data: mask.data.map((inside) => 1 - inside) });

/** The `count` places nearest to the centre, as a centre Gaussian orders them. */
export const centreRegion = (height: number, width: number, count: number): Mask => topPlaces(centreGaussian(height, width), count);

/** The `count` places with the least values: the inverted feature at the same area. (The other inversion is `complement`.) */
export const leastRegion = (map: PlaneMap, count: number): Mask => topPlaces({ ...map, data: map.data.map((value) => -value) }, count);

/** Pixel edges between inside and outside. What lies beyond the border counts as outside or, on a `torus`, as the other end of the map. */
export function perimeter({ data, height, width }: Mask, torus = false): number {
  const at = (y: number, x: number): number => (torus ? data[((y + height) % height) * width + ((x + width) % width)]! : y < 0 || x < 0 || y >= height || x >= width ? 0 : data[y * width + x]!);
  let edges = 0;
  for (let y = torus ? 1 : 0; y <= height; y++) for (let x = 0; x < width; x++) if (at(y - 1, x) !== at(y, x)) edges++;
  for (let x = torus ? 1 : 0; x <= width; x++) for (let y = 0; y < height; y++) if (at(y, x - 1) !== at(y, x)) edges++;
  return edges;
}

/** 16 area / perimeter²: 1 for a square, the most compact region of whole pixels, and towards 0 for dust. NaN for an empty region. */
export const compactness = (mask: Mask): number => (16 * areaOf(mask)) / perimeter(mask) ** 2;

/**
 * The region itself, at random mirrored, turned by quarters (by halves where the map is not square) and shifted around the torus: its area is exact, and so is its perimeter
 * on the torus; where the border cuts it, up to the cut's length is added. `below(n)`: uniform integers in [0, n); four are drawn.
 */
export function matchedRandom(mask: Mask, below: (n: number) => number): Mask {
  const { data, height, width } = mask;
  const square = height === width;
  const mirrored = below(2) === 1;
  const turns = square ? below(4) : 2 * below(2);
  const [down, across] = [below(height), below(width)];
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!data[y * width + x]) continue;
      let [v, u] = [y, mirrored ? width - 1 - x : x];
      for (let turn = 0; turn < turns; turn += square ? 1 : 2) [v, u] = square ? [u, width - 1 - v] : [height - 1 - v, width - 1 - u];
      out[((v + down) % height) * width + ((u + across) % width)] = 1;
    }
  }
  return { data: out, height, width };
}
