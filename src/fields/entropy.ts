/** How spread out a map is. Not how right: diffuse maps agree with each other for trivial reasons, so this number stands beside every agreement. */

/**
 * −Σ p log p / log N with p = |w| / Σ|w| over N places (Shannon 1948, as a share of its maximum): 0 for a single place, 1 for an even map.
 * Signs and scale do not matter. NaN for a map that is zero everywhere or not finite, and for fewer than two places.
 */
export function mapEntropy(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += Math.abs(value);
  if (!(total > 0 && total < Infinity) || values.length < 2) return Number.NaN;
  let entropy = 0;
  for (const value of values) {
    const p = Math.abs(value) / total;
    if (p > 0) entropy -= p * Math.log(p);
  }
  return entropy / Math.log(values.length);
}
