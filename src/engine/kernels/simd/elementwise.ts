/**
 * exp, tanh, erf, GELU and SiLU to about one unit in the last place, comparisons, maxima and selection, four entries at a time.
 * Not for broadcasting beyond a single number. The polynomials are minimax fits (weighted least squares, relative error < 3e-8).
 */

/** eʳ = 1 + r + r²·P(r), |r| ≤ ln 2 / 2. */
@inline
function nearOne(r: v128): v128 {
  let p = f32x4.splat(0.0013813143596053123);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.008369418792426586));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166845604777336));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666515171527863));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.4999999403953552));
  return f32x4.add(f32x4.splat(1), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), p)));
}

/** eˣ = 2ⁿ·eʳ, n = round(x / ln 2), r = x − n ln 2; 0 below −104, ∞ above 89, NaN stays NaN. */
@inline
function expOf(x: v128): v128 {
  x = f32x4.max(f32x4.splat(-104), f32x4.min(f32x4.splat(89), x));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  const y = nearOne(r);
  const whole = i32x4.trunc_sat_f32x4_s(n), half = i32x4.shr_s(whole, 1); // 2ⁿ in two factors: n reaches −150 and 128
  const scale = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const rest = i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(127)), 23);
  return f32x4.mul(f32x4.mul(y, scale), rest);
}

/** eˣ for −87 ≤ x ≤ 88, where 2ⁿ is one factor; NaN stays NaN. */
@inline
function expWithin(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(nearOne(r), scale);
}

/** |x| < 0.625: x + x³·P(x²); beyond: 1 − 2 / (e^{2|x|} + 1), with the sign of x. */
@inline
function tanhOf(x: v128): v128 {
  const a = f32x4.abs(x), z = f32x4.mul(x, x);
  let p = f32x4.splat(-0.005704979877918959);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.020639080554246902));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.05373971164226532));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.13331441581249237));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.3333328068256378));
  const small = f32x4.add(x, f32x4.mul(x, f32x4.mul(z, p)));
  const b = f32x4.min(a, f32x4.splat(10));
  const e = expWithin(f32x4.add(b, b));
  let large = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  large = v128.or(large, v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(small, large, f32x4.lt(a, f32x4.splat(0.625)));
}

/** |x| < 0.92: x + x·P(x²); beyond: 1 − exp(Q(|x|)), Q fitted to log erfc, with the sign of x. */
@inline
function erfOf(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-0.0005999403074384);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.004994829650968313));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.02676771953701973));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.11281845718622208));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.3761249780654907));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.12837915122509003));
  const small = f32x4.add(x, f32x4.mul(x, p));
  const a = f32x4.min(f32x4.abs(x), f32x4.splat(4.2));
  let q = f32x4.splat(-0.0012401295825839043);
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(0.015488591976463795));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(-0.09083013981580734));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(-0.6511749625205994));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(-1.1198829412460327));
  q = f32x4.add(f32x4.mul(q, a), f32x4.splat(-0.001965861301869154));
  const large = v128.or(f32x4.sub(f32x4.splat(1), expWithin(q)), v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(small, large, f32x4.lt(a, f32x4.splat(0.92)));
}

/** Φ(x) = (1 + erf(x / √2)) / 2, the normal distribution. */
@inline
function normalOf(x: v128): v128 {
  return f32x4.mul(f32x4.add(erfOf(f32x4.mul(x, f32x4.splat(0.7071067811865476))), f32x4.splat(1)), f32x4.splat(0.5));
}

/** x·Φ(x); below −13 it is 0. */
@inline
function geluOf(x: v128): v128 {
  x = f32x4.max(x, f32x4.splat(-13));
  return f32x4.mul(x, normalOf(x));
}

/** Φ(x) + x·exp(−x² / 2) / √(2π); beyond ±13 it is 0 and 1. */
@inline
function geluSlopeOf(x: v128): v128 {
  x = f32x4.max(f32x4.splat(-13), f32x4.min(f32x4.splat(13), x));
  const bell = f32x4.mul(expWithin(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5))), f32x4.splat(0.3989422804014327));
  return f32x4.add(normalOf(x), f32x4.mul(x, bell));
}

/** x·σ(x), σ(x) = 1 / (1 + e⁻ˣ); below −87 it is 0. */
@inline
function siluOf(x: v128): v128 {
  x = f32x4.max(x, f32x4.splat(-87));
  const e = expWithin(f32x4.neg(f32x4.min(x, f32x4.splat(87))));
  return f32x4.div(x, f32x4.add(f32x4.splat(1), e));
}

/** σ(x)·(1 + x·(1 − σ(x))), 1 − σ = e⁻ˣ·σ without a difference; beyond ±87 it is 0 and 1. */
@inline
function siluSlopeOf(x: v128): v128 {
  x = f32x4.max(f32x4.splat(-87), f32x4.min(f32x4.splat(87), x));
  const e = expWithin(f32x4.neg(x));
  const s = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), e));
  return f32x4.mul(s, f32x4.add(f32x4.splat(1), f32x4.mul(x, f32x4.mul(e, s))));
}

export function exp(x: usize, y: usize, n: i32): void {
  const shift = y - x, end = x + (<usize>n << 2), vectors = x + (<usize>(n & ~3) << 2);
  for (; x < vectors; x += 16) v128.store(x + shift, expOf(v128.load(x)));
  for (; x < end; x += 4) v128.store32_lane(x + shift, expOf(v128.load32_splat(x)), 0);
}
export function tanh(x: usize, y: usize, n: i32): void {
  const shift = y - x, end = x + (<usize>n << 2), vectors = x + (<usize>(n & ~3) << 2);
  for (; x < vectors; x += 16) v128.store(x + shift, tanhOf(v128.load(x)));
  for (; x < end; x += 4) v128.store32_lane(x + shift, tanhOf(v128.load32_splat(x)), 0);
}
export function erf(x: usize, y: usize, n: i32): void {
  const shift = y - x, end = x + (<usize>n << 2), vectors = x + (<usize>(n & ~3) << 2);
  for (; x < vectors; x += 16) v128.store(x + shift, erfOf(v128.load(x)));
  for (; x < end; x += 4) v128.store32_lane(x + shift, erfOf(v128.load32_splat(x)), 0);
}
export function gelu(x: usize, y: usize, n: i32): void {
  const shift = y - x, end = x + (<usize>n << 2), vectors = x + (<usize>(n & ~3) << 2);
  for (; x < vectors; x += 16) v128.store(x + shift, geluOf(v128.load(x)));
  for (; x < end; x += 4) v128.store32_lane(x + shift, geluOf(v128.load32_splat(x)), 0);
}
/** y = d · gelu′(x). */
export function geluPullback(x: usize, d: usize, y: usize, n: i32): void {
  const end = <usize>n << 2, vectors = <usize>(n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(y + at, f32x4.mul(v128.load(d + at), geluSlopeOf(v128.load(x + at))));
  for (; at < end; at += 4) v128.store32_lane(y + at, f32x4.mul(v128.load32_splat(d + at), geluSlopeOf(v128.load32_splat(x + at))), 0);
}
export function silu(x: usize, y: usize, n: i32): void {
  const shift = y - x, end = x + (<usize>n << 2), vectors = x + (<usize>(n & ~3) << 2);
  for (; x < vectors; x += 16) v128.store(x + shift, siluOf(v128.load(x)));
  for (; x < end; x += 4) v128.store32_lane(x + shift, siluOf(v128.load32_splat(x)), 0);
}
/** y = d · silu′(x). */
export function siluPullback(x: usize, d: usize, y: usize, n: i32): void {
  const end = <usize>n << 2, vectors = <usize>(n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(y + at, f32x4.mul(v128.load(d + at), siluSlopeOf(v128.load(x + at))));
  for (; at < end; at += 4) v128.store32_lane(y + at, f32x4.mul(v128.load32_splat(d + at), siluSlopeOf(v128.load32_splat(x + at))), 0);
}

@inline
function operand(p: usize, step: i32, at: usize): v128 {
  return step ? v128.load(p + at) : v128.load32_splat(p);
}

/** y = max(a, b) or, where `least`, min(a, b); an operand with step 0 is one number. */
export function extreme(a: usize, aStep: i32, b: usize, bStep: i32, y: usize, n: i32, least: i32): void {
  const end = <usize>n << 2, vectors = <usize>(n & ~3) << 2;
  let at: usize = 0;
  if (least) for (; at < vectors; at += 16) v128.store(y + at, f32x4.min(operand(a, aStep, at), operand(b, bStep, at)));
  else for (; at < vectors; at += 16) v128.store(y + at, f32x4.max(operand(a, aStep, at), operand(b, bStep, at)));
  for (; at < end; at += 4) {
    const left = v128.load32_splat(a + (aStep ? at : 0)), right = v128.load32_splat(b + (bStep ? at : 0));
    v128.store32_lane(y + at, least ? f32x4.min(left, right) : f32x4.max(left, right), 0);
  }
}

/** y = d where low < x < high, else 0; NaN in x gives 0. */
export function passBetween(x: usize, d: usize, y: usize, n: i32, low: f32, high: f32): void {
  const least = f32x4.splat(low), most = f32x4.splat(high), end = <usize>n << 2, vectors = <usize>(n & ~3) << 2;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    const values = v128.load(x + at);
    v128.store(y + at, v128.and(v128.load(d + at), v128.and(f32x4.gt(values, least), f32x4.lt(values, most))));
  }
  for (; at < end; at += 4) {
    const value = load<f32>(x + at);
    store<f32>(y + at, value > low && value < high ? load<f32>(d + at) : 0);
  }
}

@inline
function holds(relation: i32, a: v128, b: v128): v128 {
  if (relation == 0) return f32x4.gt(a, b);
  if (relation == 1) return f32x4.ge(a, b);
  if (relation == 2) return f32x4.eq(a, b);
  return f32x4.ne(a, b);
}

/** y (one byte each) = a > b, a ≥ b, a = b or a ≠ b by `relation` 0 … 3; an operand with step 0 is one number. */
export function compare(a: usize, aStep: i32, b: usize, bStep: i32, y: usize, n: i32, relation: i32): void {
  let i = 0;
  const one = v128.load32_splat(a), other = v128.load32_splat(b);
  for (; i + 4 <= n; i += 4) {
    const at = <usize>i << 2;
    const mask = holds(relation, aStep ? v128.load(a + at) : one, bStep ? v128.load(b + at) : other);
    const words = i16x8.narrow_i32x4_s(mask, mask);
    v128.store32_lane(y + <usize>i, v128.and(i8x16.narrow_i16x8_s(words, words), i8x16.splat(1)), 0);
  }
  for (; i < n; i++) {
    const at = <usize>i << 2;
    const mask = holds(relation, aStep ? v128.load32_splat(a + at) : one, bStep ? v128.load32_splat(b + at) : other);
    store<u8>(y + <usize>i, <u8>(i32x4.extract_lane(mask, 0) & 1));
  }
}

/** y = condition ? a : b, the condition one byte an entry. */
export function select(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize>i << 2;
    const bytes = v128.load32_zero(condition + <usize>i);
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    v128.store(y + at, v128.bitselect(v128.load(b + at), v128.load(a + at), i32x4.eq(words, i32x4.splat(0))));
  }
  for (; i < n; i++) {
    const at = <usize>i << 2;
    store<f32>(y + at, load<u8>(condition + <usize>i) ? load<f32>(a + at) : load<f32>(b + at));
  }
}
