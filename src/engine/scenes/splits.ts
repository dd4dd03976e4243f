/**
 * Which seeds belong to which split; a scene's seed says all. Not a list of images: scenes are rendered on demand.
 * Bases are multiples of 12, the number of classes, so that every split is balanced to within one scene per class.
 */

export type Split = 'train' | 'validation' | 'test';

export const SPLITS = {
  train: { first: 0, count: 20_000 },
  validation: { first: 30_000, count: 2_000 },
  test: { first: 36_000, count: 2_000 },
} satisfies Record<Split, { first: number; count: number }>;

/** The seed of scene `index` of a split. Throws outside the split. */
export function sceneSeed(split: Split, index: number): number {
  const { first, count } = SPLITS[split];
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`Scene ${index} is not in the ${split} split; choose an integer from 0 to ${count - 1}.`);
  }
  return first + index;
}

/** The split a seed belongs to; most seeds belong to none and are free for galleries. */
export function splitOf(seed: number): Split | undefined {
  return (Object.keys(SPLITS) as Split[]).find((split) => seed >= SPLITS[split].first && seed < SPLITS[split].first + SPLITS[split].count);
}
