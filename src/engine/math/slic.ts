/** SLIC superpixels: k-means over colour and position. Its pieces always hang together, and there are never more than asked for. */
import { labOfRgb } from './exact.ts';
import { components, gridSize, mergeSmall, type Pixels, type Segmentation } from './segments.ts';

export interface SlicOptions {
  /** At most so many; about so many where the image is not flat. */
  readonly segments: number;
  /** m: large ones give compact squares, small ones follow the colours. */
  readonly compactness?: number;
  readonly iterations?: number;
}

/** A k-means centre: mean L*, a*, b*, row, column. */
type Centre = Float64Array;

/**
 * Places go to the nearest centre by D² = d_Lab² + (m d_xy / S)², S² = places / segments, searched within 2S; centres become means; `iterations` times.
 * Achanta et al. 2012, algorithm 1, from grid centres as they are. Then pieces below S²/4 join the neighbour of nearest colour (ours: by colour, not by order).
 */
export function slic(pixels: Pixels, { segments, compactness = 10, iterations = 10 }: SlicOptions): Segmentation {
  const { height, width } = pixels;
  const lab = labOfRgb(pixels.data);
  const { rows, columns } = gridSize(height, width, segments);
  const spacing = Math.sqrt((height * width) / (rows * columns));
  const weight = (compactness / spacing) * (compactness / spacing);
  let labels = Int32Array.from({ length: height * width }, (_, p) => Math.floor((Math.floor(p / width) * rows) / height) * columns + Math.floor(((p % width) * columns) / width));
  const centres = Array.from({ length: rows * columns }, (_, k): Centre => {
    const [row, column] = [((Math.floor(k / columns) + 0.5) * height) / rows - 0.5, (((k % columns) + 0.5) * width) / columns - 0.5];
    const at = 3 * (Math.round(row) * width + Math.round(column));
    return Float64Array.of(lab[at]!, lab[at + 1]!, lab[at + 2]!, row, column);
  });
  for (let i = 0; i < iterations; i++) {
    labels = assign(labels, lab, centres, { height, width, reach: 2 * spacing, weight });
    recentre(centres, labels, lab, width);
  }
  return mergeSmall(components(labels, height, width), lab, pixels, { smallest: (spacing * spacing) / 4, atMost: segments });
}

/** Every place to the nearest centre within reach; one that no centre reaches keeps its label. */
function assign(before: Int32Array, lab: Float64Array, centres: readonly Centre[], { height, width, reach, weight }: { height: number; width: number; reach: number; weight: number }): Int32Array<ArrayBuffer> {
  const labels = Int32Array.from(before);
  const nearest = new Float64Array(height * width).fill(Infinity);
  centres.forEach((centre, k) => {
    const [l, a, b, row, column] = centre as unknown as [number, number, number, number, number];
    const [top, bottom] = [Math.max(0, Math.ceil(row - reach)), Math.min(height - 1, Math.floor(row + reach))];
    const [left, right] = [Math.max(0, Math.ceil(column - reach)), Math.min(width - 1, Math.floor(column + reach))];
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) {
        const p = y * width + x;
        const [dl, da, db] = [lab[3 * p]! - l, lab[3 * p + 1]! - a, lab[3 * p + 2]! - b];
        const distance = dl * dl + da * da + db * db + weight * ((y - row) * (y - row) + (x - column) * (x - column));
        if (!(distance < nearest[p]!)) continue;
        nearest[p] = distance;
        labels[p] = k;
      }
  });
  return labels;
}

/** Each centre becomes the mean of its places; one without places stays. */
function recentre(centres: readonly Centre[], labels: Int32Array, lab: Float64Array, width: number): void {
  const sums = centres.map(() => new Float64Array(5));
  const sizes = new Int32Array(centres.length);
  labels.forEach((k, p) => {
    const sum = sums[k]!;
    sizes[k]!++;
    for (let c = 0; c < 3; c++) sum[c]! += lab[3 * p + c]!;
    sum[3]! += Math.floor(p / width);
    sum[4]! += p % width;
  });
  centres.forEach((centre, k) => {
    if (sizes[k]! > 0) for (let c = 0; c < 5; c++) centre[c] = sums[k]![c]! / sizes[k]!;
  });
}
