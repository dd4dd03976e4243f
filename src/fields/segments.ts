/** A map that is constant on segments, as one number for each of them: what the explanation of a method that weighs segments truly is. Cuts no image. */

/**
 * Σ of a segment's places / how many they are, for labels 0, 1, …, row-major. The weight of the segment where each pixel shows it (LIME); where each pixel shows
 * its share (KernelSHAP and Shapley with paint 'share'), the segment's value is that times its size. Throws where map and labels differ in size.
 */
export function segmentMeans(map: ArrayLike<number>, segments: ArrayLike<number>): Float64Array {
  if (map.length !== segments.length) throw new Error(`a map of ${map.length} places and labels of ${segments.length}: take both from the same result`);
  const sizes = segmentSizes(segments);
  const sums = new Float64Array(sizes.length);
  for (let at = 0; at < map.length; at++) sums[segments[at]!]! += map[at]!;
  return sums.map((sum, label) => sum / sizes[label]!);
}

/** Places of each segment. */
export function segmentSizes(segments: ArrayLike<number>): Float64Array {
  let count = 0;
  for (let at = 0; at < segments.length; at++) count = Math.max(count, segments[at]! + 1);
  const sizes = new Float64Array(count);
  for (let at = 0; at < segments.length; at++) sizes[segments[at]!]!++;
  return sizes;
}
