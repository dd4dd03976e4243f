/** A photograph as the app keeps it: the decoded picture, its visible square, and what the models see of it. Not its decoding (photo.ts). */
import { sha256 } from '../engine/math/sha256.ts';
import { clampSquare, cropToField, type Square } from '../fields/picture.ts';
import type { Pixels } from '../worker/protocol.ts';
import { SCENE_SIZE, type Picture } from './store.ts';

/** A decoded file, no side longer than 2048. `notices` say what was done to it. */
export interface Photo {
  readonly name: string;
  /** Row-major [height, width, 4]; opaque. */
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly notices: readonly string[];
}

/** 128 bits of SHA-256 over the bytes, in hexadecimal: the same square of the same picture is the same picture, and no other is; what is kept of it is kept by this name. */
const fingerprint = ({ buffer, byteOffset, byteLength }: Float32Array): string => sha256(new Uint8Array(buffer, byteOffset, byteLength)).slice(0, 32);

/** The square of `photo` that is nearest to `square`, resized for the models. */
export function cropPicture(photo: Pick<Photo, 'name' | 'rgba' | 'width' | 'height'>, square: Square): Picture {
  const { name, rgba, width, height } = photo;
  const crop = clampSquare(square, photo);
  const { data } = cropToField({ data: rgba, width, height }, crop, SCENE_SIZE);
  return { id: fingerprint(data), name, rgba, width, height, crop, pixels: { data, size: SCENE_SIZE } };
}

/** Of models that the visitor brings; larger ones see it enlarged. */
const FINE_SIZE = 448;
const fine = new WeakMap<Picture, Pixels>();

/** What models see, with the square as finely as models of more pixels want it. Cost: about 20 ms, once per picture. */
export function finePixels(picture: Picture): Pixels {
  const before = fine.get(picture);
  if (before) return before;
  const { rgba, width, height, crop, pixels } = picture;
  const size = Math.min(FINE_SIZE, crop.size);
  const { data } = cropToField({ data: rgba, width, height }, crop, size);
  const made = { ...pixels, large: { rgb: Uint8Array.from(data, (value) => Math.round(255 * value)), size } };
  fine.set(picture, made);
  return made;
}
