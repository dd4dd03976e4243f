/**
 * The gradients of maximum and average pooling, over channels, NHWC.
 * Not the pooling itself, which the stock kernels do well.
 */

/** dx of the first maximum of each window (row by row) += dy; padding never wins, nor does NaN. */
export function maxPoolGradient(x: usize, dy: usize, dx: usize, images: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  memory.fill(dx, 0, <usize>(images * H * W * C) << 2);
  const taps = kh * kw;
  for (let p = 0; p < images * oH * oW; p++) {
    const image = p / (oH * oW), y0 = ((p / oW) % oH) * sh - top, x0 = (p % oW) * sw - left;
    const from = dy + (<usize>(p * C) << 2);
    for (let c = 0; c < C; c += 4) {
      const many = c + 4 <= C, lanes = many ? 1 : C - c;
      for (let lane = 0; lane < lanes; lane++) {
        const channel = c + lane;
        let best = f32x4.splat(-Infinity), winner = i32x4.splat(-1);
        for (let tap = 0; tap < taps; tap++) {
          const y = y0 + (tap / kw) * dh, column = x0 + (tap % kw) * dw;
          if (y < 0 || y >= H || column < 0 || column >= W) continue;
          const at = x + (<usize>(((image * H + y) * W + column) * C + channel) << 2);
          const value = many ? v128.load(at) : v128.load32_splat(at);
          const higher = f32x4.gt(value, best);
          best = v128.bitselect(value, best, higher);
          winner = v128.bitselect(i32x4.splat(tap), winner, higher);
        }
        const cell = from + (<usize>channel << 2);
        const signal = many ? v128.load(cell) : v128.load32_splat(cell);
        for (let tap = 0; tap < taps; tap++) {
          const y = y0 + (tap / kw) * dh, column = x0 + (tap % kw) * dw;
          if (y < 0 || y >= H || column < 0 || column >= W) continue;
          const at = dx + (<usize>(((image * H + y) * W + column) * C + channel) << 2);
          const share = v128.and(signal, i32x4.eq(winner, i32x4.splat(tap)));
          if (many) v128.store(at, f32x4.add(v128.load(at), share));
          else v128.store32_lane(at, f32x4.add(v128.load32_zero(at), share), 0);
        }
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
