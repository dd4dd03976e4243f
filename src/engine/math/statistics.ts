/** Small statistics of counts and samples. Nothing that needs a tensor. */

/** The 95 % interval of a share from `hits` of `n`. Wilson 1927; z = 1.96. */
export function wilson(hits: number, n: number): [number, number] {
  const z = 1.959964;
  const share = hits / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** Which share of a distribution, known by its evenly spaced quantiles (0 … 1), lies below `value`; linear in between. */
export function shareBelow(quantiles: ArrayLike<number>, value: number): number {
  const last = quantiles.length - 1;
  if (value <= quantiles[0]!) return 0;
  for (let i = 1; i <= last; i++) {
    const [low, high] = [quantiles[i - 1]!, quantiles[i]!];
    if (value < high) return (i - 1 + (value - low) / (high - low)) / last;
  }
  return 1;
}

/** `count` evenly spaced quantiles (0 … 1) of a sample, linear between order statistics. */
export function quantilesOf(sample: ArrayLike<number>, count: number): number[] {
  const sorted = Float64Array.from(sample).sort();
  return Array.from({ length: count }, (_, i) => {
    const at = (i / (count - 1)) * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(sorted.length - 1, low + 1);
    return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
  });
}
