/** A map of a model that reads the middle of an image, as a map of the whole image: the border that it does not see has the value 0. Computes nothing. */
import type { Explanation } from '../engine/explain.ts';
import { nearestPlaces } from '../fields/resize.ts';
import type { Loaded } from './models.ts';

interface Frame {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Side of what is read, and of the whole, in pixels of the model. */
  readonly size: number;
  readonly whole: number;
}

/** [h, w, C] → [whole, whole, C]: the blocks of a coarse map stay blocks. `border`: what stands where nothing is read. */
function inFrame<A extends Float32Array | Uint8Array>(data: A, { height, width, channels, size, whole }: Frame, border = 0): A {
  const out = new (data.constructor as new (length: number) => A)(whole * whole * channels).fill(border) as A;
  const start = Math.floor((whole - size) / 2);
  const [rows, columns] = [nearestPlaces(height, size), nearestPlaces(width, size)];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < channels; c++) out[((start + y) * whole + start + x) * channels + c] = data[(rows[y]! * width + columns[x]!) * channels + c]!;
  return out;
}

/** As it is where the model reads the whole image. */
export function framed<E extends Explanation>(found: E, { inputSize, share = 1 }: Pick<Loaded, 'inputSize' | 'share'>): E {
  const whole = Math.round(inputSize / share);
  if (whole === inputSize) return found;
  const { data, height, width, channels, standardError, segments } = found;
  const frame = { height, width, channels, size: inputSize, whole };
  const border = segments && segments.reduce((most, label) => Math.max(most, label), 0) + 1;
  const { segments: _, ...rest } = found;
  return {
    ...(rest as E),
    data: inFrame(data, frame),
    height: whole,
    width: whole,
    ...(standardError ? { standardError: inFrame(standardError, frame) } : {}),
    ...(segments && border! < 256 ? { segments: inFrame(segments, { ...frame, channels: 1 }, border) } : {}),
  };
}
