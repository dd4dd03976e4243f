/** What the preview shows of an image: the features whose pictures stand in it, and which of them every model is asked about. Pure; regions are studies/transfer's. */
import { unpackMask } from '../../../fields/maskBits.ts';
import { featureImage, fillOf, NOISE_PURPOSE, type Fill } from '../../../fields/featureImage.ts';
import { stream } from '../../../engine/math/rng.ts';
import { SIDE } from '../../../studies/setup.ts';
import { harmonisedRow, randomRow, type Row } from '../../../studies/transfer/rows.ts';
import type { Raster } from '../../../ui/Picture.tsx';

export const HARMONISED_MEAN = harmonisedRow('mean');

/** Of the matched random regions the one that the harmonised mean must beat stands for all: they would double the wall. */
export const isSeen = (row: Row): boolean => row.kind !== 'random' || row.id === randomRow(HARMONISED_MEAN);
/** While maps are still to come nothing is harmonised: it would change with each. */
export const isOwn = (row: Row): boolean => row.kind === 'generator' || row.kind === 'control';

/** Pixels of an image as the models see it, and what stands where nothing of it is shown. */
export interface Canvas {
  readonly rgb: Float32Array;
  readonly fill: Float32Array;
}

/** `rgb`: sRGB bytes [SIDE, SIDE, 3]. The noise is the one that the engine draws. */
export function canvasOf(rgb: Uint8Array, fill: Fill, seed: number): Canvas {
  const data = Float32Array.from(rgb, (byte) => byte / 255);
  return { rgb: data, fill: fillOf(fill, { data, size: SIDE }, stream(seed, NOISE_PURPOSE)) };
}

const rasterOf = (rgb: Float32Array): Raster => {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4).fill(255);
  for (let at = 0; at < SIDE * SIDE; at++) for (let c = 0; c < 3; c++) data[4 * at + c] = 255 * rgb[3 * at + c]!;
  return { data, width: SIDE, height: SIDE };
};

/** The image alone. */
export const wholeRaster = ({ rgb }: Canvas): Raster => rasterOf(rgb);

/** What is left of the image when only a region of it is shown: to the bit what models are shown. */
export const featureRaster = ({ rgb, fill }: Canvas, { mask, flat }: { readonly mask: string; readonly flat?: boolean }): Raster =>
  rasterOf(featureImage({ data: rgb, size: SIDE }, { mask: unpackMask(mask, SIDE * SIDE), ...(flat ? { flat } : {}) }, fill));
