/** Percentiles of values and of magnitudes. */

/**
 * The p-th percentile with linear interpolation between order statistics (Hyndman and Fan 1996, type 7; NumPy's default).
 * `percent` in 0 … 100. Values that are not finite are left out; NaN where none is left. O(n log n).
 */
export function percentile(values: Float32Array | Float64Array, percent: number): number {
  if (!(percent >= 0 && percent <= 100)) throw new Error(`Percentile ${percent} is outside 0 … 100.`);
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return Number.NaN;
  const position = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}

/** The p-th percentile of |value|. */
export const percentileOfMagnitude = (values: Float32Array, percent: number): number => percentile(values.map(Math.abs), percent);
