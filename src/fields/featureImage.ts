/** What a model is shown of an image: some places as they are, the rest replaced. Not which places those are, nor what a model makes of them. */
import { gaussianBlur } from './smooth.ts';

/** What stands where nothing is shown. */
export const FILLS = ['black', 'mean', 'grey', 'blurred', 'noise'] as const;
export type Fill = (typeof FILLS)[number];

/** RGB in [0, 1], row-major [size, size, 3]. */
export interface Rgb {
  readonly data: Float32Array;
  readonly size: number;
}

/** The mean sRGB colour of all pixels of the zoo's 20,000 training scenes, drawn at 64 × 64. */
export const TRAINING_MEAN = [0.5626, 0.5253, 0.5007] as const;

/** σ of the blur as a share of the image's side: 6.4 pixels of 64, as the blurred baseline of the methods. */
export const BLUR_SHARE = 0.1;

/** Where the noise is drawn: at (seed, this, 0), once for every model, image and mask. */
export const NOISE_PURPOSE = 'feature-noise';

/**
 * What stands where nothing of `image` is shown, its shape. 'noise' takes `draws`, uniform per pixel and channel: `stream(seed, NOISE_PURPOSE)`.
 * 'blurred' hangs on the image, and so tells of what is hidden.
 */
export function fillOf(fill: Fill, { data, size }: Rgb, draws: { uniform(): number }): Float32Array {
  switch (fill) {
    case 'black':
      return new Float32Array(data.length);
    case 'grey':
      return new Float32Array(data.length).fill(0.5);
    case 'mean':
      return data.map((_, i) => TRAINING_MEAN[i % 3]!);
    case 'blurred':
      return blurred(data, size);
    case 'noise':
      return Float32Array.from(data, () => draws.uniform());
    default:
      return fill satisfies never;
  }
}

function blurred(data: Float32Array, size: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let c = 0; c < 3; c++) {
    const plane = gaussianBlur({ data: Float32Array.from({ length: size * size }, (_, at) => data[3 * at + c]!), height: size, width: size }, BLUR_SHARE * size);
    plane.data.forEach((value, at) => (out[3 * at + c] = value));
  }
  return out;
}

/** Places of an image that are shown. */
export interface ShownPart {
  /** 1 inside, 0 outside; row-major [size, size]. */
  readonly mask: Uint8Array;
  /** In their mean colour, so that only the outline tells anything. */
  readonly flat?: boolean;
}

/** x̃ = M ⊙ content + (1 − M) ⊙ fill; the content is the image, or its mean colour over M. A full mask gives the image, an empty one the fill, to the bit. */
export function featureImage({ data, size }: Rgb, { mask, flat = false }: ShownPart, fill: Float32Array): Float32Array {
  if (mask.length !== size * size) throw new Error(`a mask of ${mask.length} places cannot lie on an image of ${size} × ${size}: make it at the image's size`);
  const colour = flat ? meanColour(data, mask) : undefined;
  return data.map((value, i) => (mask[Math.floor(i / 3)] ? (colour?.[i % 3] ?? value) : fill[i]!));
}

/** Of the places within `mask`; nothing for none. */
function meanColour(data: Float32Array, mask: Uint8Array): readonly number[] | undefined {
  const sums = [0, 0, 0];
  let places = 0;
  mask.forEach((inside, at) => {
    if (!inside) return;
    places++;
    for (let c = 0; c < 3; c++) sums[c]! += data[3 * at + c]!;
  });
  return places > 0 ? sums.map((sum) => sum / places) : undefined;
}
