/** What a study may say of a statement: that its data supports it, contradicts it, or cannot tell. Not in words, and no statement: the studies' claims.ts. */
import type { CountedEstimate } from '../fields/bootstrap.ts';

export type Verdict = 'supports' | 'contradicts' | 'cannot tell';

/** With fewer images a percentile interval is too short to be believed: values and intervals stand, no study says yes or no. */
export const IMAGES_FOR_VERDICT = 8;

/** By which side of `zero` the whole interval lies on; `n` counts images. */
export function verdictOf({ low, high, n }: Pick<CountedEstimate, 'low' | 'high' | 'n'>, zero = 0): Verdict {
  if (n < IMAGES_FOR_VERDICT) return 'cannot tell';
  if (low > zero) return 'supports';
  return high < zero ? 'contradicts' : 'cannot tell';
}

/** ' It takes 8 images to say: 5 are too few.', or nothing where they are enough. */
export const tooFewToSay = (n: number): string => (n < IMAGES_FOR_VERDICT ? ` It takes ${IMAGES_FOR_VERDICT} images to say: ${n} ${n === 1 ? 'is' : 'are'} too few.` : '');
