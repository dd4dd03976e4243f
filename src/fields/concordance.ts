/** How well credits order units as their true effects do: concordance of pairs, pooled over scenes, with intervals. Not how credits or effects are come by. */
import { estimate, type Estimate, type Resamples } from './bootstrap.ts';

/** A unit of one scene: what a map credits it with, and what it truly does. */
export interface CreditedUnit {
  readonly credit: number;
  readonly effect: number;
  /** Standard error of `effect`, where it is a mean over redraws; 0 where absent. */
  readonly error?: number;
}

/** The pairs of one scene's units, each in exactly one of four kinds. */
export interface PairCounts {
  /** (cᵢ − cⱼ)(eᵢ − eⱼ) > 0. */
  readonly concordant: number;
  /** (cᵢ − cⱼ)(eᵢ − eⱼ) < 0. */
  readonly discordant: number;
  /** cᵢ = cⱼ although the effects differ: compared, and counted for neither side. */
  readonly even: number;
  /** The effects are equal, or differ by no more than their noise: there is no order to be found, so the pair is not compared. */
  readonly indistinct: number;
}

/**
 * Sorts the n(n − 1)/2 pairs of a scene's units. A pair is indistinct where |eᵢ − eⱼ| ≤ noise · √(uᵢ² + uⱼ²), u the standard errors:
 * with noise 0, and for effects known exactly, only equal effects are. Throws where a number is not finite. O(n²).
 */
export function countPairs(units: readonly CreditedUnit[], noise = 0): PairCounts {
  units.forEach(({ credit, effect, error = 0 }, i) => {
    if (![credit, effect, error].every(Number.isFinite)) throw new Error(`Unit ${i} has credit ${credit}, effect ${effect} ± ${error}: a pair needs finite numbers, leave the unit out.`);
  });
  const counts = { concordant: 0, discordant: 0, even: 0, indistinct: 0 };
  for (let i = 0; i < units.length; i++)
    for (let j = i + 1; j < units.length; j++) {
      const [a, b] = [units[i]!, units[j]!];
      const effect = a.effect - b.effect;
      if (Math.abs(effect) <= noise * Math.hypot(a.error ?? 0, b.error ?? 0)) counts.indistinct++;
      else if (a.credit === b.credit) counts.even++;
      else if (a.credit > b.credit === effect > 0) counts.concordant++;
      else counts.discordant++;
    }
  return counts;
}

/** Pairs that are compared: C + D + E. */
export const comparedPairs = ({ concordant, discordant, even }: PairCounts): number => concordant + discordant + even;

/**
 * Σ(C − D) / Σ(C + D + E) over scenes, −1 … 1: Somers' D of credit given effect (Somers 1962, eq. 10), pairs pooled. It is Kendall's τ_a where
 * nothing is tied; τ_b would divide by √((C + D + E)(C + D + indistinct)) and reward a map for ties. NaN where no pair is compared.
 */
export function concordance(scenes: readonly PairCounts[]): number {
  let difference = 0;
  let pairs = 0;
  for (const scene of scenes) {
    difference += scene.concordant - scene.discordant;
    pairs += comparedPairs(scene);
  }
  return difference / pairs;
}

/** The pooled concordance with the 95 % percentile bootstrap over scenes (Efron 1979): a scene's pairs hang together, scenes do not. */
export const pooledConcordance = (scenes: readonly PairCounts[], resamples: Resamples): Estimate => estimate(scenes.length, resamples, (chosen) => concordance(chosen.map((i) => scenes[i]!)));

/**
 * concordance(first) − concordance(second), scene by scene the same ones in both and in each resample: what is hard about a scene is hard
 * for both and cancels. An interval that leaves out 0 separates them. Throws where the lists differ in length.
 */
export function concordanceDifference(first: readonly PairCounts[], second: readonly PairCounts[], resamples: Resamples): Estimate {
  if (first.length !== second.length) throw new Error(`${first.length} scenes cannot be paired with ${second.length}: compare both on the same scenes.`);
  return estimate(first.length, resamples, (chosen) => concordance(chosen.map((i) => first[i]!)) - concordance(chosen.map((i) => second[i]!)));
}
