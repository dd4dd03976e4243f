/**
 * The gradients of maximum and average pooling, over channels, NHWC.
 * Not the pooling itself, which the stock kernels do well.
 */

/** Four channels of one window (or one, `lane` only): finds the first maximum among the taps (byte offsets) and adds the signal there. */
@inline
function sendToMaximum(x: usize, dy: usize, dx: usize, taps: usize, end: usize, whole: bool): void {
  let best = f32x4.splat(-Infinity), winner = i32x4.splat(-1);
  for (let tap = taps; tap < end; tap += 4) {
    const at = load<usize>(tap);
    const value = whole ? v128.load(x + at) : v128.load32_splat(x + at);
    const higher = f32x4.gt(value, best);
    best = v128.bitselect(value, best, higher);
    winner = v128.bitselect(i32x4.splat(<i32>at), winner, higher);
  }
  const signal = whole ? v128.load(dy) : v128.load32_splat(dy);
  for (let tap = taps; tap < end; tap += 4) {
    const at = load<usize>(tap);
    const share = v128.and(signal, i32x4.eq(winner, i32x4.splat(<i32>at)));
    if (whole) v128.store(dx + at, f32x4.add(v128.load(dx + at), share));
    else v128.store32_lane(dx + at, f32x4.add(v128.load32_zero(dx + at), share), 0);
  }
}

/** dx of the first maximum of each window (row by row) += dy; padding never wins, nor does NaN. `list`: 4 bytes a tap. */
export function maxPoolGradient(x: usize, dy: usize, dx: usize, list: usize, images: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  memory.fill(dx, 0, <usize>(images * H * W * C) << 2);
  for (let oy = 0; oy < oH; oy++) {
    for (let ox = 0; ox < oW; ox++) {
      let end = list;
      for (let ky = 0; ky < kh; ky++) {
        const y = oy * sh - top + ky * dh;
        if (y < 0 || y >= H) continue;
        for (let kx = 0; kx < kw; kx++) {
          const column = ox * sw - left + kx * dw;
          if (column < 0 || column >= W) continue;
          store<usize>(end, <usize>((y * W + column) * C) << 2);
          end += 4;
        }
      }
      for (let i = 0; i < images; i++) {
        const image = <usize>(i * H * W * C) << 2, from = dy + (<usize>(((i * oH + oy) * oW + ox) * C) << 2);
        let c = 0;
        for (; c + 4 <= C; c += 4) sendToMaximum(x + image + (<usize>c << 2), from + (<usize>c << 2), dx + image + (<usize>c << 2), list, end, true);
        for (; c < C; c++) sendToMaximum(x + image + (<usize>c << 2), from + (<usize>c << 2), dx + image + (<usize>c << 2), list, end, false);
      }
    }
  }
}

/** Every entry of a window that lies inside the image gets dy / (their number), as the pooling divides by that number. */
export function averagePoolGradient(dy: usize, dx: usize, images: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  memory.fill(dx, 0, <usize>(images * H * W * C) << 2);
  for (let p = 0; p < images * oH * oW; p++) {
    const image = p / (oH * oW), y0 = ((p / oW) % oH) * sh - top, x0 = (p % oW) * sw - left;
    const from = dy + (<usize>(p * C) << 2);
    let high = 0, wide = 0;
    for (let ky = 0; ky < kh; ky++) if (y0 + ky * dh >= 0 && y0 + ky * dh < H) high++;
    for (let kx = 0; kx < kw; kx++) if (x0 + kx * dw >= 0 && x0 + kx * dw < W) wide++;
    const share: f32 = 1 / <f32>(high * wide);
    const shares = f32x4.splat(share);
    for (let ky = 0; ky < kh; ky++) {
      const y = y0 + ky * dh;
      if (y < 0 || y >= H) continue;
      for (let kx = 0; kx < kw; kx++) {
        const column = x0 + kx * dw;
        if (column < 0 || column >= W) continue;
        const to = dx + (<usize>(((image * H + y) * W + column) * C) << 2);
        let c = 0;
        for (; c + 4 <= C; c += 4) {
          const at = <usize>c << 2;
          v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(from + at), shares)));
        }
        for (; c < C; c++) {
          const at = <usize>c << 2;
          store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at) * share);
        }
      }
    }
  }
}
