/** Numbers of half precision, as files store them. Not a number type of the engine, which computes in float32. */

/** IEEE 754 binary16 → float32, exact. */
export function halves(words: Uint16Array): Float32Array {
  const out = new Float32Array(words.length);
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const exponent = (word >> 10) & 31;
    const fraction = word & 1023;
    const sign = word & 0x8000 ? -1 : 1;
    if (exponent === 31) out[index] = fraction ? NaN : sign * Infinity;
    else out[index] = sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : (fraction / 1024) * 2 ** -14);
  }
  return out;
}
