/** Which sub-committees of the voters are compared: the same for every image, addressed by the seed. Not what they say: gram.ts and record.ts. */
import { stream } from '../../engine/math/rng.ts';
import type { ModelEntry } from '../../worker/protocol.ts';

/** Sizes that are tried, those that leave somebody out. */
const SIZES = [1, 2, 3, 5, 8, 10, 15, 20, 30] as const;
/** Of each size. */
export const DRAWS = 20;

export interface Draws {
  readonly size: number;
  /** Model ids. */
  readonly committees: readonly (readonly string[])[];
}
export interface Halves {
  readonly size: number;
  /** Of two disjoint committees. */
  readonly pairs: readonly (readonly [readonly string[], readonly string[]])[];
}

const shuffled = (voters: readonly string[], seed: number, size: number, draw: number): string[] => stream(seed, `sub-committee of ${size}`, draw).shuffle(voters);

/** `DRAWS` random committees of each size below that of the whole. */
export const subCommittees = (voters: readonly string[], seed: number): Draws[] =>
  SIZES.filter((size) => size < voters.length).map((size) => ({ size, committees: Array.from({ length: DRAWS }, (_, draw) => shuffled(voters, seed, size, draw).slice(0, size)) }));

/** `DRAWS` random pairs of disjoint committees of each size of which two fit in, and of halves. */
export function disjointHalves(voters: readonly string[], seed: number): Halves[] {
  const half = Math.floor(voters.length / 2);
  const sizes = [...SIZES.filter((size) => size < half), ...(half > 0 ? [half] : [])];
  return sizes.map((size) => ({
    size,
    pairs: Array.from({ length: DRAWS }, (_, draw) => {
      const order = shuffled(voters, seed, size, draw);
      return [order.slice(0, size), order.slice(size, 2 * size)] as const;
    }),
  }));
}

export interface Drop {
  readonly id: 'best' | 'worst' | `family:${string}`;
  /** In words: 'without the best, Plain CNN'. */
  readonly title: string;
  readonly dropped: readonly string[];
  /** Who is left. */
  readonly committee: readonly string[];
}

type Voter = Pick<ModelEntry, 'id' | 'title' | 'family' | 'familyTitle' | 'accuracy'>;

/** The voters without the most, the least accurate (on test images, by their cards) and without each family that has others beside it. */
export function drops(voters: readonly Voter[]): Drop[] {
  if (voters.length < 2) return [];
  const ranked = [...voters].sort((a, b) => b.accuracy.test - a.accuracy.test);
  const without = (id: Drop['id'], title: string, gone: (voter: Voter) => boolean): Drop => ({
    id, title,
    dropped: voters.filter(gone).map((voter) => voter.id),
    committee: voters.filter((voter) => !gone(voter)).map((voter) => voter.id),
  });
  const [best, worst] = [ranked[0]!, ranked.at(-1)!];
  const families = [...new Map(voters.map(({ family, familyTitle }) => [family, familyTitle]))];
  return [
    without('best', `without the most accurate, ${best.title}`, ({ id }) => id === best.id),
    without('worst', `without the least accurate, ${worst.title}`, ({ id }) => id === worst.id),
    ...(families.length < 2 ? [] : families.map(([family, title]) => without(`family:${family}`, `without ${title}`, (voter) => voter.family === family))),
  ];
}
