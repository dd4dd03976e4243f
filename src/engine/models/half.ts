/** IEEE 754 half precision (binary16) to and from single, in plain arithmetic on bits. Not a tensor type: models are computed in float32. */

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** The half nearest to `value`, ties to the even one; beyond 65504 it throws, since a weight that large is a mistake. */
export function halfOf(value: number): number {
  single[0] = value;
  const b = bits[0]!;
  const sign = (b >>> 16) & 0x8000;
  const magnitude = b & 0x7fffffff;
  if (magnitude >= 0x477ff000) throw new RangeError(`${value} does not fit half precision, whose largest number is 65504: was the training stable?`);
  if (magnitude < 0x33000001) return sign; // rounds to zero
  if (magnitude < 0x38800000) {
    // subnormal: the mantissa with its hidden one, shifted to steps of 2⁻²⁴
    const shift = 126 - (magnitude >>> 23);
    return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
  }
  return sign | roundShift(magnitude - 0x38000000, 13);
}

/** m / 2^shift, rounded to the nearest integer, ties to even. */
function roundShift(m: number, shift: number): number {
  const whole = m >>> shift;
  const rest = m & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (whole & 1) === 1) ? whole + 1 : whole;
}

/** The number that a half's 16 bits stand for. */
export function numberOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
}

/** Little-endian halves, whatever the machine. */
export function encodeHalves(values: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const h = halfOf(values[i]!);
    out[2 * i] = h & 255;
    out[2 * i + 1] = h >>> 8;
  }
  return out;
}

/** `count` numbers from little-endian halves beginning at byte `offset`. */
export function decodeHalves(bytes: Uint8Array, offset: number, count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = numberOf(bytes[offset + 2 * i]! | (bytes[offset + 2 * i + 1]! << 8));
  return out;
}
