/**
 * A depthwise convolution and its two gradients, directly over channels, NHWC.
 * Not for a channel multiplier above 1, except in the plain loops of the gradients marked so.
 */

/** Sixteen (`wide`) or four channels of one pixel: Σ over `taps` (pairs of byte offsets into the values and w). */
@inline
function gatherTaps(dy: usize, w: usize, dx: usize, taps: usize, end: usize, wide: bool): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; taps < end; taps += 8) {
    const p = dy + load<usize>(taps), q = w + load<usize>(taps, 4);
    s0 = f32x4.add(s0, f32x4.mul(v128.load(p), v128.load(q)));
    if (wide) {
      s1 = f32x4.add(s1, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(p, 32), v128.load(q, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(p, 48), v128.load(q, 48)));
    }
  }
  v128.store(dx, s0);
  if (wide) {
    v128.store(dx, s1, 16);
    v128.store(dx, s2, 32);
    v128.store(dx, s3, 48);
  }
}

/** The taps that read input pixel (y, x), as pairs of byte offsets into dy's image and w; returns the list's end. */
function tapsOf(list: usize, y: i32, x: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): usize {
  for (let ky = 0; ky < kh; ky++) {
    const down = y + top - ky * dh, oy = down / sh;
    if (down < 0 || oy >= oH || oy * sh != down) continue;
    for (let kx = 0; kx < kw; kx++) {
      const across = x + left - kx * dw, ox = across / sw;
      if (across < 0 || ox >= oW || ox * sw != across) continue;
      store<usize>(list, <usize>((oy * oW + ox) * C) << 2);
      store<usize>(list, <usize>((ky * kw + kx) * C) << 2, 4);
      list += 8;
    }
  }
  return list;
}

/** dx[p, c] = Σ over taps of dy[…, c·q] · w[tap, c, q], taps in one order, so that no image depends on another. `list`: 8 bytes a tap. Cost 2·|dy|·kh·kw. */
export function depthwiseInputGradient(dy: usize, w: usize, dx: usize, list: usize, images: i32, mult: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  const D = C * mult, image = <usize>(oH * oW * D) << 2;
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      const end = tapsOf(list, y, x, D, oH, oW, kh, kw, sh, sw, top, left, dh, dw);
      for (let i = 0; i < images; i++) {
        const from = dy + <usize>i * image, to = dx + (<usize>(((i * H + y) * W + x) * C) << 2);
        let c = 0;
        if (mult == 1) {
          for (; c + 16 <= C; c += 16) gatherTaps(from + (<usize>c << 2), w + (<usize>c << 2), to + (<usize>c << 2), list, end, true);
          for (; c + 4 <= C; c += 4) gatherTaps(from + (<usize>c << 2), w + (<usize>c << 2), to + (<usize>c << 2), list, end, false);
        }
        for (; c < C; c++) {
          let sum: f32 = 0;
          for (let tap = list; tap < end; tap += 8) {
            const p = from + load<usize>(tap), q = w + load<usize>(tap, 4);
            for (let d = c * mult; d < c * mult + mult; d++) sum += load<f32>(p + (<usize>d << 2)) * load<f32>(q + (<usize>d << 2));
          }
          store<f32>(to + (<usize>c << 2), sum);
        }
      }
    }
  }
}

/** The taps that output pixel (oy, ox) reads, as pairs of byte offsets into x's image and w; returns the list's end. */
function tapsRead(list: usize, oy: i32, ox: i32, C: i32, H: i32, W: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): usize {
  for (let ky = 0; ky < kh; ky++) {
    const y = oy * sh - top + ky * dh;
    if (y < 0 || y >= H) continue;
    for (let kx = 0; kx < kw; kx++) {
      const x = ox * sw - left + kx * dw;
      if (x < 0 || x >= W) continue;
      store<usize>(list, <usize>((y * W + x) * C) << 2);
      store<usize>(list, <usize>((ky * kw + kx) * C) << 2, 4);
      list += 8;
    }
  }
  return list;
}

/** y[p, c] = Σ over taps of x[…, c] · w[tap, c], taps in one order, so that no image depends on another. `list`: 8 bytes a tap. Multiplier 1. Cost |y|·kh·kw. */
export function depthwise(x: usize, w: usize, y: usize, list: usize, images: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  const image = <usize>(H * W * C) << 2;
  for (let oy = 0; oy < oH; oy++) {
    for (let ox = 0; ox < oW; ox++) {
      const end = tapsRead(list, oy, ox, C, H, W, kh, kw, sh, sw, top, left, dh, dw);
      for (let i = 0; i < images; i++) {
        const from = x + <usize>i * image, to = y + (<usize>(((i * oH + oy) * oW + ox) * C) << 2);
        let c = 0;
        for (; c + 16 <= C; c += 16) gatherTaps(from + (<usize>c << 2), w + (<usize>c << 2), to + (<usize>c << 2), list, end, true);
        for (; c + 4 <= C; c += 4) gatherTaps(from + (<usize>c << 2), w + (<usize>c << 2), to + (<usize>c << 2), list, end, false);
        for (; c < C; c++) {
          const at = <usize>c << 2;
          let sum: f32 = 0;
          for (let tap = list; tap < end; tap += 8) sum += load<f32>(from + load<usize>(tap) + at) * load<f32>(w + load<usize>(tap, 4) + at);
          store<f32>(to + at, sum);
        }
      }
    }
  }
}

/** One row of outputs for one tap: dw[c] += Σ_ox x[ox·sw + …, c] · dy[ox, c], multiplier 1. */
function rowOfTap(x: usize, xStep: usize, dy: usize, count: i32, C: i32, to: usize): void {
  const step = <usize>C << 2;
  let c = 0;
  for (; c + 16 <= C; c += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let p = x + (<usize>c << 2), q = dy + (<usize>c << 2);
    for (let i = 0; i < count; i++) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(p), v128.load(q)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(p, 16), v128.load(q, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(p, 32), v128.load(q, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(p, 48), v128.load(q, 48)));
      p += xStep; q += step;
    }
    const t = to + (<usize>c << 2);
    v128.store(t, f32x4.add(v128.load(t), s0));
    v128.store(t, f32x4.add(v128.load(t, 16), s1), 16);
    v128.store(t, f32x4.add(v128.load(t, 32), s2), 32);
    v128.store(t, f32x4.add(v128.load(t, 48), s3), 48);
  }
  for (; c + 4 <= C; c += 4) {
    let s0 = f32x4.splat(0);
    let p = x + (<usize>c << 2), q = dy + (<usize>c << 2);
    for (let i = 0; i < count; i++) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(p), v128.load(q)));
      p += xStep; q += step;
    }
    const t = to + (<usize>c << 2);
    v128.store(t, f32x4.add(v128.load(t), s0));
  }
  for (; c < C; c++) {
    let sum: f32 = 0;
    let p = x + (<usize>c << 2), q = dy + (<usize>c << 2);
    for (let i = 0; i < count; i++) {
      sum += load<f32>(p) * load<f32>(q);
      p += xStep; q += step;
    }
    const t = to + (<usize>c << 2);
    store<f32>(t, load<f32>(t) + sum);
  }
}

/** dw[tap, c] = Σ_p x[p + tap, c] · dy[p, c]; rows of outputs are summed apart, then together. Cost 2·|dy|·kh·kw. */
export function depthwiseFilterGradient(x: usize, dy: usize, dwOut: usize, images: i32, mult: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  memory.fill(dwOut, 0, <usize>(kh * kw * C * mult) << 2);
  for (let image = 0; image < images; image++) {
    for (let oy = 0; oy < oH; oy++) {
      const row = dy + (<usize>((image * oH + oy) * oW * C * mult) << 2);
      for (let ky = 0; ky < kh; ky++) {
        const y = oy * sh - top + ky * dh;
        if (y < 0 || y >= H) continue;
        for (let kx = 0; kx < kw; kx++) {
          const shift = kx * dw - left;
          const first = shift >= 0 ? 0 : (sw - 1 - shift) / sw;
          const last = shift >= W ? -1 : min(oW - 1, (W - 1 - shift) / sw);
          if (last < first) continue;
          const from = x + (<usize>(((image * H + y) * W + first * sw + shift) * C) << 2);
          const to = dwOut + (<usize>((ky * kw + kx) * C * mult) << 2);
          if (mult == 1) {
            rowOfTap(from, <usize>(sw * C) << 2, row + (<usize>(first * C) << 2), last - first + 1, C, to);
            continue;
          }
          for (let ox = first; ox <= last; ox++) { // a multiplier above 1
            for (let d = 0; d < C * mult; d++) {
              const t = to + (<usize>d << 2);
              const value = load<f32>(from + (<usize>((ox - first) * sw * C + d / mult) << 2)) * load<f32>(row + (<usize>(ox * C * mult + d) << 2));
              store<f32>(t, load<f32>(t) + value);
            }
          }
        }
      }
    }
  }
}
