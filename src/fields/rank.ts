/** Ranks with ties averaged, and the order of places by magnitude. */

/** 1 … n by value, ascending; equal values get the mean of the ranks they span. NaN is refused. O(n log n). */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < n; i++) if (Number.isNaN(values[i])) throw new Error(`Value ${i} is not a number and has no rank: leave such maps out.`);
  order.sort((a, b) => values[a]! - values[b]! || a - b);
  const ranks = new Float64Array(n);
  for (let first = 0; first < n; ) {
    let last = first;
    while (last + 1 < n && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let i = first; i <= last; i++) ranks[order[i]!] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return ranks;
}

/** Indices of the values, the largest |value| first; ties in index order. */
export function byMagnitude(values: Float32Array): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b);
}
