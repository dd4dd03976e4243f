/** The order of places by value or magnitude, and ranks with ties averaged. */

/**
 * A number for each value that orders as the values do, 0 … 2³² − 1; −0 counts as 0. With the value's index (or its label) in lower digits
 * these sort as plain numbers, five times as fast as indices under a comparator. Values are taken as float32; NaN is refused.
 */
export function sortKeys(values: Float32Array): Uint32Array {
  const keys = new Uint32Array(Float32Array.from(values, (value) => value + 0).buffer);
  for (let i = 0; i < keys.length; i++) {
    if (Number.isNaN(values[i])) throw new Error(`Value ${i} is not a number and has no rank: leave such maps out.`);
    const bits = keys[i]!;
    keys[i] = bits & 0x80000000 ? ~bits : bits | 0x80000000;
  }
  return keys;
}

/** Indices of the values, the least first; ties in index order. */
function ascending(values: ArrayLike<number>): Uint32Array {
  const n = values.length;
  if (values instanceof Float32Array && n <= 2 ** 20) {
    const sorted = Float64Array.from(sortKeys(values), (key, i) => key * 2 ** 20 + i).sort();
    return Uint32Array.from(sorted, (value) => value % 2 ** 20);
  }
  for (let i = 0; i < n; i++) if (Number.isNaN(values[i])) throw new Error(`Value ${i} is not a number and has no rank: leave such maps out.`);
  return Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** 1 … n by value, ascending; equal values get the mean of the ranks they span. NaN is refused. O(n log n). */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = ascending(values);
  const ranks = new Float64Array(n);
  for (let first = 0; first < n; ) {
    let last = first;
    while (last + 1 < n && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let i = first; i <= last; i++) ranks[order[i]!] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}

/** Indices of the values, the largest first; ties in index order. NaN is refused. */
export const descending = (values: Float32Array): Uint32Array => ascending(values.map((value) => -value));

/** Indices of the values, the largest |value| first; ties in index order. NaN is refused. */
export const byMagnitude = (values: Float32Array): Uint32Array => descending(values.map(Math.abs));
