/** The order of places by value or magnitude, and ranks with ties averaged. */

/**
 * For each value a whole number below 2³² that orders as the values do; −0 counts as 0. With a value's index (or its label) in lower digits
 * these sort as plain numbers, some times faster than indices under a comparator. NaN is refused.
 */
export function sortKeys(values: Float32Array): Uint32Array {
  const n = values.length;
  const plain = new Float32Array(n);
  const keys = new Uint32Array(plain.buffer);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (value !== value) throw noRank(i);
    plain[i] = value + 0;
    const bits = keys[i]!;
    keys[i] = bits & 0x80000000 ? ~bits : bits | 0x80000000;
  }
  return keys;
}

const noRank = (i: number): Error => new Error(`Value ${i} is not a number and has no rank: leave such maps out.`);

/** Keys and indices share a float64's 53 bits. */
const INDICES = 2 ** 21;

/** Indices by key, the least first; ties in index order, or in that of `before`, an order of all indices. For up to 2²¹ of them. */
export function orderByKeys(keys: Uint32Array, before?: Uint32Array): Uint32Array {
  const n = keys.length;
  if (n > INDICES) throw new Error(`${n} places are more than the ${INDICES} that can be ordered by key: make the map smaller.`);
  const sorted = new Float64Array(n);
  for (let i = 0; i < n; i++) sorted[i] = keys[before ? before[i]! : i]! * INDICES + i;
  sorted.sort();
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const place = sorted[i]! - Math.floor(sorted[i]! / INDICES) * INDICES;
    order[i] = before ? before[place]! : place;
  }
  return order;
}

/** Indices of the values, the least first; ties in index order. */
function ascending(values: ArrayLike<number>): Uint32Array {
  if (values instanceof Float32Array && values.length <= INDICES) return orderByKeys(sortKeys(values));
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) throw noRank(i);
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** Up to so many values are counted, which is faster than to sort them. */
const FEW = 40;

/** 1 + #{less} + (#{equal} − 1) / 2 of each. */
function countedRanks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) throw noRank(i);
    let doubled = 1;
    for (let j = 0; j < values.length; j++) doubled += values[j]! < value ? 2 : values[j]! === value ? 1 : 0;
    ranks[i] = doubled / 2;
  }
  return ranks;
}

/** 1 … n by value, ascending; equal values get the mean of the ranks they span. NaN is refused. O(n log n). */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  if (n <= FEW) return countedRanks(values);
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

/** Indices of the values, the largest first; ties in index order, or in that of `before`. NaN is refused. */
export const descending = (values: Float32Array, before?: Uint32Array): Uint32Array => orderByKeys(sortKeys(values.map((value) => -value)), before);

/** Indices of the values, the largest |value| first; ties in index order. NaN is refused. */
export const byMagnitude = (values: Float32Array): Uint32Array => descending(values.map(Math.abs));
