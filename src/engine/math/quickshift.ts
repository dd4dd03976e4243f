/** Quickshift superpixels: each pixel climbs to its nearest denser neighbour in colour and position. Its segments need not hang together. */
import { expOfMinus, labOfRgb } from './exact.ts';
import { normals } from './rng.ts';
import { mergeSmall, numbered, type Pixels, type Segmentation } from './segments.ts';

/** Named as in scikit-image, whose defaults these are. */
export interface QuickshiftOptions {
  /** Standard deviation of the density's Gaussian, in pixels; the window is cut at three of them. */
  readonly kernelSize?: number;
  /** Longer links are cut: larger ones give larger segments. In units of pixels and of L*a*b* · ratio. */
  readonly maxDistance?: number;
  /** Colour against position. */
  readonly ratio?: number;
  /** Of the blur beforehand, in pixels. */
  readonly sigma?: number;
  /** The smallest segments join the neighbour of nearest colour until there are at most so many. */
  readonly atMost?: number;
}

interface Plane {
  /** [places, 3]: L*a*b*, blurred, times the ratio. */
  readonly colours: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** Deviation of the noise that decides between equal densities, as in scikit-image. */
const TIE_BREAK = 1e-5;

/**
 * density(p) = Σ_q exp(−d(p,q)² / 2 kernelSize²) over the window; the parent of p is its nearest q of larger density, if nearer than maxDistance;
 * trees are segments. Vedaldi & Soatto 2008, section 4, discretised as in scikit-image. Cost: O(places · window).
 */
export function quickshift(pixels: Pixels, { kernelSize = 5, maxDistance = 10, ratio = 1, sigma = 0, atMost = Infinity }: QuickshiftOptions = {}): Segmentation {
  const { height, width } = pixels;
  const colours = blurred(labOfRgb(pixels.data), height, width, sigma).map((v) => v * ratio);
  const plane: Plane = { colours, height, width };
  const reach = Math.ceil(3 * kernelSize);
  const parent = parents(plane, densities(plane, kernelSize, reach), reach, maxDistance);
  const rootOf = (place: number): number => {
    let at = place;
    while (parent[at] !== at) at = parent[at]!;
    return at;
  };
  const trees = numbered(parent.map((_, p) => rootOf(p)));
  return mergeSmall(trees, colours, pixels, { smallest: 1, atMost });
}

/** Calls `visit(p, q, d²)` for each pair p < q within `reach` rows and columns; d² in colour and position. */
function pairs({ colours, height, width }: Plane, reach: number, visit: (p: number, q: number, squared: number) => void): void {
  for (let p = 0; p < height * width; p++) {
    const [row, column] = [Math.floor(p / width), p % width];
    const [l, a, b] = [colours[3 * p]!, colours[3 * p + 1]!, colours[3 * p + 2]!];
    const [left, right, bottom] = [Math.max(0, column - reach), Math.min(width - 1, column + reach), Math.min(height - 1, row + reach)];
    for (let y = row; y <= bottom; y++)
      for (let x = y === row ? column + 1 : left; x <= right; x++) {
        const q = y * width + x;
        const [dl, da, db, down, across] = [colours[3 * q]! - l, colours[3 * q + 1]! - a, colours[3 * q + 2]! - b, y - row, x - column];
        visit(p, q, dl * dl + da * da + db * db + down * down + across * across);
      }
  }
}

/** What e^−t adds beyond is lost in a density, which is 1 at least. */
const NEGLIGIBLE = 40;

/** Each place counts itself as 1. */
function densities(plane: Plane, kernelSize: number, reach: number): Float64Array {
  const density = new Float64Array(plane.height * plane.width).fill(1);
  pairs(plane, reach, (p, q, squared) => {
    const exponent = squared / (2 * kernelSize * kernelSize);
    if (exponent > NEGLIGIBLE) return;
    const weight = expOfMinus(exponent);
    density[p]! += weight;
    density[q]! += weight;
  });
  const noise = normals(0, 'quickshift', 0, density.length);
  return density.map((sum, p) => sum + TIE_BREAK * noise[p]!);
}

/** For each place the nearest denser one of its window (the first of equally near ones), or itself where that is further than `maxDistance`. */
function parents(plane: Plane, density: Float64Array, reach: number, maxDistance: number): Int32Array {
  const parent = Int32Array.from(density, (_, p) => p);
  const closest = new Float64Array(density.length).fill(Infinity);
  const offer = (to: number, from: number, squared: number) => {
    if (squared > closest[to]! || (squared === closest[to]! && from > parent[to]!)) return;
    closest[to] = squared;
    parent[to] = from;
  };
  pairs(plane, reach, (p, q, squared) => {
    if (density[q]! > density[p]!) offer(p, q, squared);
    else if (density[p]! > density[q]!) offer(q, p, squared);
  });
  return parent.map((from, p) => (Math.sqrt(closest[p]!) > maxDistance ? p : from));
}

/** Gaussian blur of [places, 3], cut at 4σ, the border mirrored (d c b a | a b c d | d c b a). */
function blurred(values: Float64Array, height: number, width: number, sigma: number): Float64Array {
  if (!(sigma > 0)) return values;
  const reach = Math.floor(4 * sigma + 0.5);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) => expOfMinus(((i - reach) * (i - reach)) / (2 * sigma * sigma)));
  const total = raw.reduce((a, b) => a + b);
  const mirror = (at: number, length: number): number => (at < 0 ? mirror(-1 - at, length) : at >= length ? mirror(2 * length - 1 - at, length) : at);
  const along = (source: Float64Array, step: (p: number, offset: number) => number) =>
    source.map((_, i) => {
      let sum = 0;
      for (let k = 0; k < raw.length; k++) sum += (raw[k]! / total) * source[3 * step(Math.floor(i / 3), k - reach) + (i % 3)]!;
      return sum;
    });
  const down = along(values, (p, offset) => mirror(Math.floor(p / width) + offset, height) * width + (p % width));
  return along(down, (p, offset) => Math.floor(p / width) * width + mirror((p % width) + offset, width));
}
