/** From the bytes of a decoded photograph to what a model reads: a square cut out and resized. Not decoding of files. */
import type { Field } from './field.ts';
import { resizeRows } from './resize.ts';

/** RGBA bytes, row-major, alpha not premultiplied: the shape of a canvas's ImageData. */
export interface Bytes {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}
/** A square of a picture, in its pixels. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}
export interface Bounds {
  readonly width: number;
  readonly height: number;
}

/** Side of the smallest square that can be cut out. */
export const SMALLEST_SQUARE = 16;

/** The centred largest square. */
export function largestSquare({ width, height }: Bounds): Square {
  const size = Math.min(width, height);
  return { x: Math.floor((width - size) / 2), y: Math.floor((height - size) / 2), size };
}

/** The nearest whole-pixel square within the picture. */
export function clampSquare(square: Square, { width, height }: Bounds): Square {
  const largest = Math.min(width, height);
  const size = Math.round(Math.min(largest, Math.max(Math.min(SMALLEST_SQUARE, largest), square.size)));
  const within = (start: number, side: number): number => Math.round(Math.min(side - size, Math.max(0, start)));
  return { x: within(square.x, width), y: within(square.y, height), size };
}

export const moveSquare = (square: Square, dx: number, dy: number, bounds: Bounds): Square =>
  clampSquare({ ...square, x: square.x + dx, y: square.y + dy }, bounds);

/** Another size about the same centre. */
export function sizeSquare(square: Square, size: number, bounds: Bounds): Square {
  const clamped = clampSquare({ ...square, size }, bounds).size;
  const shift = (square.size - clamped) / 2;
  return clampSquare({ x: square.x + shift, y: square.y + shift, size: clamped }, bounds);
}

/** Arrows move, + and − resize, Home restores; a hundredth of the shorter side, a tenth with `coarse` (Shift). `undefined` for other keys. */
export function squareByKey(square: Square, key: string, coarse: boolean, bounds: Bounds): Square | undefined {
  const step = Math.max(1, Math.round(Math.min(bounds.width, bounds.height) * (coarse ? 0.1 : 0.01)));
  switch (key) {
    case 'ArrowLeft':
      return moveSquare(square, -step, 0, bounds);
    case 'ArrowRight':
      return moveSquare(square, step, 0, bounds);
    case 'ArrowUp':
      return moveSquare(square, 0, -step, bounds);
    case 'ArrowDown':
      return moveSquare(square, 0, step, bounds);
    case '+':
    case '=':
      return sizeSquare(square, square.size + 2 * step, bounds);
    case '-':
    case '_':
      return sizeSquare(square, square.size - 2 * step, bounds);
    case 'Home':
      return largestSquare(bounds);
    default:
      return undefined;
  }
}

/** A part of a picture, in its pixels. */
interface Part extends Bounds {
  readonly x: number;
  readonly y: number;
}

/** RGB of one part in [0, 1], [size, size, 3]; both of its sides become `size`. */
function partToField(picture: Bytes, part: Part, size: number, ground: readonly [number, number, number]): Field {
  const read = (row: number, into: Float32Array): void => {
    const first = ((part.y + row) * picture.width + part.x) * 4;
    for (let column = 0; column < part.width; column++) {
      const from = first + column * 4;
      const alpha = picture.data[from + 3]! / 255;
      for (let c = 0; c < 3; c++) into[column * 3 + c] = (alpha * picture.data[from + c]!) / 255 + (1 - alpha) * ground[c]!;
    }
  };
  return resizeRows({ height: part.height, width: part.width, channels: 3, read }, size, size);
}

const WHITE = [1, 1, 1] as const;

/**
 * The square as RGB in [0, 1], [size, size, 3]. Transparent places are laid over `ground` (white) before resizing, so that hidden colours
 * do not bleed; sRGB values are averaged as they are stored, as the usual training pipelines do.
 */
export function cropToField(picture: Bytes, square: Square, size: number, ground: readonly [number, number, number] = WHITE): Field {
  const { x, y, size: side } = clampSquare(square, picture);
  return partToField(picture, { x, y, width: side, height: side }, size, ground);
}

/** How a whole photograph becomes a square: the central square of `share` of its shorter side is cut out, or all of it is squashed. */
export interface Framing {
  readonly resize: 'crop' | 'squash';
  readonly share: number;
}

/** The central square whose side is `share` of the shorter one, in whole pixels. */
export const centralSquare = (bounds: Bounds, share: number): Square => {
  const largest = largestSquare(bounds);
  return share === 1 ? largest : sizeSquare(largest, largest.size * share, bounds);
};

/** A photograph as a model of that framing reads it, [size, size, 3]: as `cropToField`, which the page's own square goes through too. */
export const photographToField = (picture: Bytes, { resize, share }: Framing, size: number): Field =>
  resize === 'squash' ? partToField(picture, { x: 0, y: 0, width: picture.width, height: picture.height }, size, WHITE) : cropToField(picture, centralSquare(picture, share), size);
