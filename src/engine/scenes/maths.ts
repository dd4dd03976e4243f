/**
 * The few functions the renderer needs beyond + − × ÷ √, as polynomials and Newton steps, so every engine gives the same bits.
 * Not a general maths library: arguments are what scenes need (angles within a few turns, colours in [0, 1]).
 */

export type Rgb = readonly [number, number, number];

export const clamp = (value: number, low: number, high: number) => (value < low ? low : value > high ? high : value);
export const clamp01 = (value: number) => (value < 0 ? 0 : value > 1 ? 1 : value);
export const mix = (a: number, b: number, t: number) => a + (b - a) * t;
export const mixRgb = (a: Rgb, b: Rgb, t: number): Rgb => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
export const luminance = (c: Rgb) => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];

/** 0 below `low`, 1 above `high`, the cubic 3t² − 2t³ between. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = clamp01((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

/** sin(2π · turns): reduced to a quarter turn, then the Taylor polynomial of degree 11 (error below 1e-7). */
export function sineOfTurns(turns: number): number {
  let t = turns - Math.floor(turns);
  let sign = 1;
  if (t >= 0.5) {
    t -= 0.5;
    sign = -1;
  }
  if (t > 0.25) t = 0.5 - t;
  const x = t * 6.283185307179586;
  const s = x * x;
  return sign * x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - s / 110)))));
}

export const cosineOfTurns = (turns: number) => sineOfTurns(turns + 0.25);

/** The n-th root of a in [0, 1] by Newton's method from 1, which falls monotonically onto it. */
function root(a: number, n: number): number {
  if (a <= 0) return 0;
  let y = 1;
  for (let i = 0; i < 90; i++) {
    let power = 1;
    for (let k = 1; k < n; k++) power *= y;
    y -= (power * y - a) / (n * power);
  }
  return y;
}

/** sRGB decoding of a component in [0, 1] (IEC 61966-2-1): ((c + 0.055) / 1.055)^2.4. */
function linearOf(component: number): number {
  if (component <= 0.04045) return component / 12.92;
  const u = (component + 0.055) / 1.055;
  return u * u * root(u * u, 5);
}

const encoded = 4096;
const srgbTable = new Uint8Array(encoded + 1);
for (let i = 0; i <= encoded; i++) {
  const v = i / encoded;
  const half = Math.sqrt(v);
  const curve = v <= 0.0031308 ? 12.92 * v : 1.055 * Math.sqrt(half) * root(half, 3) - 0.055; // v^(1/4 + 1/6) = v^(1/2.4)
  srgbTable[i] = Math.floor(clamp01(curve) * 255 + 0.5);
}

/** A linear component (clipped to [0, 1]) as an sRGB byte, from a table of 4097 entries. */
export const srgbByte = (linear: number) => srgbTable[Math.floor(clamp01(linear) * encoded + 0.5)]!;

/** '#rrggbb' in linear light. */
export function linearRgb(hex: string): Rgb {
  const n = parseInt(hex.slice(1), 16);
  return [linearOf((n >> 16) / 255), linearOf(((n >> 8) & 255) / 255), linearOf((n & 255) / 255)];
}

/** A pseudo-random number in [0, 1) per cell of an integer lattice. */
export function cellNoise(i: number, j: number, k: number): number {
  let h = Math.imul(i | 0, 0x27d4eb2f) ^ Math.imul(j | 0, 0x165667b1) ^ Math.imul(k | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Value noise in the plane: cell noise, smoothly interpolated; in [0, 1). */
export function valueNoise(x: number, y: number, layer: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const u = smoothstep(0, 1, x - i);
  const v = smoothstep(0, 1, y - j);
  const low = mix(cellNoise(i, j, layer), cellNoise(i + 1, j, layer), u);
  const high = mix(cellNoise(i, j + 1, layer), cellNoise(i + 1, j + 1, layer), u);
  return mix(low, high, v);
}
