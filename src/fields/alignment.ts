/** How well a map points at a true mask, and the controls that know no model. Not which map: the caller reduces signs and resizes. */
import type { Field, PlaneMap } from './field.ts';
import { sortKeys } from './rank.ts';

export interface Alignment {
  /** Σ (Rₙ − Rₙ₋₁) Pₙ; its chance level is the prevalence. */
  readonly averagePrecision: number;
  /** P(value inside > value outside), ties ½; its chance level is ½. */
  readonly rocAuc: number;
  /** The mask's share of the places. */
  readonly prevalence: number;
}

/** The share of places that are inside. NaN for no places. */
export const prevalence = (mask: Uint8Array): number => mask.reduce((count, inside) => count + (inside ? 1 : 0), 0) / mask.length;

/**
 * Average precision and ROC AUC of the values as scores for "inside", signed, one threshold for each distinct value: those of a tie enter at once
 * (scikit-learn's `average_precision_score`; Mann and Whitney 1947 with ties ½). Both NaN for an empty or a full mask. One sort, O(n log n).
 */
export function alignment(mask: Uint8Array, values: Float32Array): Alignment {
  const n = values.length;
  if (mask.length !== n) throw new Error(`A mask of ${mask.length} places cannot judge a map of ${n}: resize one first.`);
  const keys = sortKeys(values);
  const sorted = new Float64Array(n);
  let inside = 0;
  for (let i = 0; i < n; i++) {
    const label = mask[i] ? 1 : 0;
    sorted[i] = keys[i]! * 2 + label;
    inside += label;
  }
  sorted.sort();
  const outside = n - inside;
  const share = inside / n;
  if (inside === 0 || outside === 0) return { averagePrecision: Number.NaN, rocAuc: Number.NaN, prevalence: share };
  let [hits, misses, precision, pairs] = [0, 0, 0, 0];
  for (let i = n - 1; i >= 0; ) {
    const miss = Math.floor(sorted[i]! / 2) * 2;
    const [hitsBefore, missesBefore] = [hits, misses];
    for (; i >= 0 && sorted[i]! >= miss; i--) {
      if (sorted[i] === miss) misses++;
      else hits++;
    }
    const [tiedHits, tiedMisses] = [hits - hitsBefore, misses - missesBefore];
    precision += (tiedHits * hits) / (hits + misses);
    pairs += tiedHits * (outside - misses + tiedMisses / 2);
  }
  return { averagePrecision: precision / inside, rocAuc: pairs / (inside * outside), prevalence: share };
}

export const averagePrecision = (mask: Uint8Array, values: Float32Array): number => alignment(mask, values).averagePrecision;
export const rocAuc = (mask: Uint8Array, values: Float32Array): number => alignment(mask, values).rocAuc;

/** exp(−½ ((x/w)² + (y/h)²) / s²) from the centre, s = ¼ of the side by default: what a photographer's habit alone points at. */
export function centreGaussian(height: number, width: number, s = 0.25): PlaneMap {
  const squares = (size: number): Float64Array => Float64Array.from({ length: size }, (_, i) => ((i + 0.5 - size / 2) / (s * size)) ** 2);
  const [down, across] = [squares(height), squares(width)];
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = Math.exp(-0.5 * (down[y]! + across[x]!));
  return { data, height, width };
}

/** Rec. 709 weights of red, green and blue. */
const LUMINANCE = [0.2126, 0.7152, 0.0722] as const;

/** √(gₓ² + g_y²) of the luminance of an RGB picture by Sobel's 3 × 3 differences (÷ 8: a ramp of slope 1 gives 1), its border continued: the method `sobel`. Bytes or shares: only the scale differs. */
export function edges({ data, height, width, channels }: Omit<Field, 'data'> & { readonly data: ArrayLike<number> }): PlaneMap {
  if (channels !== 3) throw new Error(`Edges need an RGB picture, this one has ${channels} channels: hand in the picture that the model saw.`);
  const light = new Float32Array(height * width);
  for (let i = 0; i < light.length; i++) light[i] = LUMINANCE.reduce((sum, weight, channel) => sum + weight * data[i * 3 + channel]!, 0);
  const out = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const [above, row, below] = [Math.max(0, y - 1) * width, y * width, Math.min(height - 1, y + 1) * width];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      const across = light[above + right]! - light[above + left]! + 2 * (light[row + right]! - light[row + left]!) + light[below + right]! - light[below + left]!;
      const down = light[below + left]! - light[above + left]! + 2 * (light[below + x]! - light[above + x]!) + light[below + right]! - light[above + right]!;
      out[row + x] = Math.sqrt(across * across + down * down) / 8;
    }
  }
  return { data: out, height, width };
}
