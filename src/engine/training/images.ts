/** Labelled pictures in memory, and batches of them: augmented for training, plain for evaluation. Not where they come from. */
import { stream, type Stream } from '../math/rng.ts';

export interface Images {
  /** count × size × size × 3 sRGB bytes. */
  readonly rgb: Uint8Array;
  readonly labels: Uint8Array;
  readonly size: number;
  readonly count: number;
}

/** The pictures at `indices` in [0, 1], row-major [n, size, size, 3]. */
export function plainBatch({ rgb, size }: Images, indices: ArrayLike<number>): Float32Array {
  const each = size * size * 3;
  const out = new Float32Array(indices.length * each);
  for (let i = 0; i < indices.length; i++) for (let k = 0, from = indices[i]! * each; k < each; k++) out[i * each + k] = rgb[from + k]! / 255;
  return out;
}

/** The order in which epoch `epoch` sees `count` pictures. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  const draws = stream(seed, 'order', epoch);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** How a batch is made beyond the usual changes. */
export interface Changes {
  /** Of the pictures, in pixels. */
  readonly side: number;
  /** Cover random cells of most pictures. */
  readonly masking?: boolean;
}

/**
 * The pictures at `indices` at `side` × `side` pixels, each changed by draws at the address (seed, 'augment', first + its place):
 * the same again after a resume.
 */
export function augmentedBatch({ rgb, size }: Images, indices: ArrayLike<number>, { side, masking = false }: Changes, seed: number, first: number): Float32Array {
  const [from, to] = [size * size * 3, side * side * 3];
  const out = new Float32Array(indices.length * to);
  for (let i = 0; i < indices.length; i++) {
    const target = { values: out.subarray(i * to, (i + 1) * to), side };
    augment({ rgb: rgb.subarray(indices[i]! * from, (indices[i]! + 1) * from), size }, stream(seed, 'augment', first + i), target);
    if (masking) cover(target, stream(seed, 'masking', first + i));
  }
  return out;
}

interface Source {
  readonly rgb: Uint8Array;
  readonly size: number;
}
interface Target {
  readonly values: Float32Array;
  readonly side: number;
}

/** Mirror, zoom and shift (bilinear), exposure, contrast and tint, sometimes a grey square. No change depends on the class. */
function augment(source: Source, draws: Stream, target: Target): void {
  const mirrored = draws.uniform() < 0.5;
  const zoom = (draws.between(0.85, 1.15) * source.size) / target.side;
  const slack = source.size * 0.08;
  resample(source, [mirrored ? -zoom : zoom, zoom], [draws.between(-slack, slack), draws.between(-slack, slack)], target);
  recolour(target.values, draws);
  if (draws.uniform() < 0.25) erase(target, draws);
}

type Pair = readonly [x: number, y: number];

/** target(place) = the source at its centre + shift + zoom · (place − the target's centre), bilinear, edges repeated. A negative zoom mirrors. */
function resample({ rgb, size }: Source, zoom: Pair, shift: Pair, { values, side }: Target): void {
  const [centre, middle] = [(size - 1) / 2, (side - 1) / 2];
  const clamp = (v: number) => Math.min(size - 1, Math.max(0, v));
  for (let row = 0; row < side; row++) {
    const y = clamp(centre + shift[1] + zoom[1] * (row - middle));
    const top = Math.min(size - 2, Math.floor(y));
    const v = y - top;
    for (let column = 0; column < side; column++) {
      const x = clamp(centre + shift[0] + zoom[0] * (column - middle));
      const left = Math.min(size - 2, Math.floor(x));
      const u = x - left;
      const a = 3 * (top * size + left);
      const b = a + 3 * size;
      const to = 3 * (row * side + column);
      for (let c = 0; c < 3; c++) {
        const upper = rgb[a + c]! + u * (rgb[a + 3 + c]! - rgb[a + c]!);
        const lower = rgb[b + c]! + u * (rgb[b + 3 + c]! - rgb[b + c]!);
        values[to + c] = (upper + v * (lower - upper)) / 255;
      }
    }
  }
}

/** Per channel gain · tint around mid-grey, plus an offset, clipped to [0, 1]. */
function recolour(out: Float32Array, draws: Stream): void {
  const contrast = draws.between(0.75, 1.25);
  const offset = draws.between(-0.12, 0.12);
  for (let c = 0; c < 3; c++) {
    const gain = contrast * draws.between(0.9, 1.1);
    const shift = 0.5 - 0.5 * gain + offset + draws.between(-0.04, 0.04);
    for (let k = c; k < out.length; k += 3) out[k] = Math.min(1, Math.max(0, out[k]! * gain + shift));
  }
}

/** A square of an eighth to a quarter of the side becomes one colour. Random erasing (Zhong et al. 2020), small. */
function erase({ values, side }: Target, draws: Stream): void {
  const edge = Math.round(side * draws.between(0.125, 0.28));
  const [top, left] = [draws.below(side - edge), draws.below(side - edge)];
  const colour = [draws.uniform(), draws.uniform(), draws.uniform()];
  for (let row = top; row < top + edge; row++)
    for (let column = left; column < left + edge; column++) for (let c = 0; c < 3; c++) values[3 * (row * side + column) + c] = colour[c]!;
}

/** Cells across a picture, from coarse to fine. */
const CELLS = [4, 8, 16];

/** In three of four pictures, a random share of the cells of a random grid becomes black, grey, the mean colour or noise. */
function cover({ values, side }: Target, draws: Stream): void {
  if (draws.uniform() < 0.25) return;
  const cells = draws.pick(CELLS);
  const share = draws.between(0.05, 0.85);
  const fill = draws.pick(['black', 'grey', 'mean', 'noise'] as const);
  const mean = [0, 1, 2].map((c) => {
    let sum = 0;
    for (let k = c; k < values.length; k += 3) sum += values[k]!;
    return (3 * sum) / values.length;
  });
  const covered = Array.from({ length: cells * cells }, () => draws.uniform() < share);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      if (!covered[Math.floor((row * cells) / side) * cells + Math.floor((column * cells) / side)]) continue;
      for (let c = 0; c < 3; c++) values[3 * (row * side + column) + c] = fill === 'black' ? 0 : fill === 'grey' ? 0.5 : fill === 'mean' ? mean[c]! : draws.uniform();
    }
}
