/** A few functions from + − × ÷ alone, so that every engine gives the same bits: e^−t, roots, CIE L*a*b*. Not a general maths library. */

const LN2 = 0.6931471805599453;

/** 2^−k, exactly. */
const HALVES = Float64Array.from({ length: 1075 }, () => 1);
for (let k = 1; k < HALVES.length; k++) HALVES[k] = HALVES[k - 1]! / 2;

/** 1 / k! for k = 13 … 0. */
const TAYLOR = Float64Array.from({ length: 14 }, (_, i) => Array.from({ length: 13 - i }, (_, k) => k + 1).reduce((product, k) => product / k, 1));

/** e^−t for t ≥ 0: t = k ln 2 − r with |r| ≤ ½ ln 2, then the Taylor polynomial of degree 13 (error below 1e-15); 0 from t = 740. */
export function expOfMinus(t: number): number {
  if (!(t < 740)) return 0;
  const halvings = Math.floor(t / LN2 + 0.5);
  const r = halvings * LN2 - t;
  let sum = 0;
  for (let i = 0; i < 14; i++) sum = sum * r + TAYLOR[i]!;
  return sum * HALVES[halvings]!;
}

/** The n-th root of a in [0, 1]: Newton's method from 1 falls onto it and ends where it no longer falls. */
export function rootOf(a: number, n: number): number {
  if (!(a > 0)) return 0;
  let y = 1;
  for (;;) {
    let power = 1;
    for (let k = 1; k < n; k++) power *= y;
    const next = y - (power * y - a) / (n * power);
    if (!(next < y)) return y;
    y = next;
  }
}

/** sRGB decoding (IEC 61966-2-1) of a component, clipped to [0, 1]. u^2.4 = u² (u²)^(1/5). */
function linearOf(component: number): number {
  const c = component > 0 ? (component < 1 ? component : 1) : 0;
  if (c <= 0.04045) return c / 12.92;
  const u = (c + 0.055) / 1.055;
  return u * u * rootOf(u * u, 5);
}

const labOf = (t: number): number => (t > 0.008856 ? rootOf(t > 1 ? 1 : t, 3) : 7.787 * t + 16 / 116);

/** sRGB pixels [n, 3] in [0, 1] → CIE 1976 L*a*b* under D65, [n, 3]: L* in [0, 100]. */
export function labOfRgb(rgb: ArrayLike<number>): Float64Array {
  const lab = new Float64Array(rgb.length);
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    const [r, g, b] = [linearOf(rgb[i]!), linearOf(rgb[i + 1]!), linearOf(rgb[i + 2]!)];
    const x = labOf((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.95047);
    const y = labOf(0.212671 * r + 0.71516 * g + 0.072169 * b);
    const z = labOf((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
    lab[i] = 116 * y - 16;
    lab[i + 1] = 500 * (x - y);
    lab[i + 2] = 200 * (y - z);
  }
  return lab;
}
