/** The normalisations under which maps of different models are averaged. Not the choice of who votes: `vote.ts`. */
import { averageRanks } from './rank.ts';

/**
 * w² / ‖w‖₂, as for LIME in Li et al. 2023 (Cross-Model Consensus of Explanations). All-zero stays zero.
 * It keeps the unit of w: maps of different models enter as shares (`scale.ts`), or the largest logit decides.
 */
export function square(values: Float32Array): Float32Array {
  let total = 0;
  for (const value of values) total += value * value;
  const norm = Math.sqrt(total);
  return norm === 0 ? new Float32Array(values.length) : values.map((value) => (value * value) / norm);
}

/** (w − min w) / (max w − min w), as for SmoothGrad there (on absolute, channel-reduced maps: `vote.ts` sees to that). Constant maps become zeros. */
export function minMax(values: Float32Array): Float32Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = high - low;
  return range > 0 ? values.map((value) => (value - low) / range) : new Float32Array(values.length);
}

/** (average rank − 1) / (n − 1): 0 for the least, 1 for the largest, ½ everywhere in a constant map and for a single place. */
export function rankShare(values: Float32Array): Float32Array {
  const n = values.length;
  return n < 2 ? new Float32Array(n).fill(0.5) : Float32Array.from(averageRanks(values), (rank) => (rank - 1) / (n - 1));
}
