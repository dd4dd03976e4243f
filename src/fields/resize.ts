/** Resizing of maps and of pictures in plain code: the same numbers in Node and in every browser. Not decoding of files. */
import type { Field, PlaneMap } from './field.ts';

/** For each output place: its first input place and the weights from there on. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly width: number;
}

/**
 * Triangle filter of half-width max(1, from/to) input places at half-pixel centres: bilinear when enlarging, antialiased when reducing.
 * Weights beyond the border are dropped and the rest sum to 1.
 */
function triangleTaps(from: number, to: number): Taps {
  const ratio = from / to;
  const radius = Math.max(1, ratio);
  const width = Math.ceil(2 * radius) + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float32Array(to * width);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio;
    const low = Math.max(0, Math.floor(centre - radius));
    const high = Math.min(from, Math.ceil(centre + radius));
    let total = 0;
    first[i] = low;
    for (let j = low; j < high; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / radius);
      weights[i * width + j - low] = weight;
      total += weight;
      if (weight > 0) count[i] = j - low + 1;
    }
    for (let k = 0; k < high - low; k++) weights[i * width + k]! /= total;
  }
  return { first, count, weights, width };
}

/** A picture that is read a row at a time, so that a large one is never held as floats. `read` fills [width · channels] values. */
export interface Rows {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  read(row: number, into: Float32Array): void;
}

/** → [height, width, C], separable triangle filter (see `triangleTaps`). Cost: one pass over the input, then over H · width · C values. */
export function resizeRows(input: Rows, height: number, width: number): Field {
  const { channels } = input;
  const across = triangleTaps(input.width, width);
  const down = triangleTaps(input.height, height);
  const stride = width * channels;
  const row = new Float32Array(input.width * channels);
  const rows = new Float32Array(input.height * stride);
  for (let y = 0; y < input.height; y++) {
    input.read(y, row);
    filterRow(row, across, channels, rows.subarray(y * stride, (y + 1) * stride));
  }
  const data = new Float32Array(height * stride);
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < down.count[y]!; k++) {
      const weight = down.weights[y * down.width + k]!;
      const from = (down.first[y]! + k) * stride;
      for (let i = 0; i < stride; i++) data[y * stride + i]! += weight * rows[from + i]!;
    }
  }
  return { data, height, width, channels };
}

function filterRow(from: Float32Array, taps: Taps, channels: number, to: Float32Array): void {
  const { first, count, weights, width } = taps;
  for (let x = 0; x < first.length; x++) {
    const start = first[x]! * channels;
    const taken = count[x]!;
    for (let c = 0; c < channels; c++) {
      let total = 0;
      for (let k = 0; k < taken; k++) total += weights[x * width + k]! * from[start + k * channels + c]!;
      to[x * channels + c] = total;
    }
  }
}

/** [H, W, C] → [height, width, C], as `resizeRows`. */
export function resizeField(field: Field, height: number, width: number): Field {
  const stride = field.width * field.channels;
  return resizeRows({ ...field, read: (row, into) => into.set(field.data.subarray(row * stride, (row + 1) * stride)) }, height, width);
}

/** The input place that covers the centre of each output place. */
export const nearestPlaces = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to }, (_, i) => Math.min(from - 1, Math.floor(((i + 0.5) * from) / to)));

/** 'nearest' shows coarse maps as the pixels they are; 'bilinear' interpolates (and averages when reducing). */
export function resizeMap(map: PlaneMap, height: number, width: number, kind: 'nearest' | 'bilinear'): PlaneMap {
  if (map.height === height && map.width === width) return map;
  if (kind === 'bilinear') return { data: resizeField({ ...map, channels: 1 }, height, width).data, height, width };
  const columns = nearestPlaces(map.width, width);
  const rows = nearestPlaces(map.height, height);
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = map.data[rows[y]! * map.width + columns[x]!]!;
  }
  return { data, height, width };
}
