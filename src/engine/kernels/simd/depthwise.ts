/**
 * The two gradients of a depthwise convolution, directly over channels, NHWC.
 * Not for a channel multiplier above 1, except in the plain loops marked so.
 */

/** dx[…, c] += dy[…, c] · w[tap, c], taps in the order of output pixels, so that no image depends on another. Cost 2·|dy|·kh·kw. */
export function depthwiseInputGradient(dy: usize, w: usize, dx: usize, images: i32, mult: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  memory.fill(dx, 0, <usize>(images * H * W * C) << 2);
  const vectors = <usize>(C & ~3) << 2, all = <usize>C << 2;
  for (let image = 0; image < images; image++) {
    for (let oy = 0; oy < oH; oy++) {
      for (let ox = 0; ox < oW; ox++) {
        const from = dy + (<usize>(((image * oH + oy) * oW + ox) * C * mult) << 2);
        for (let ky = 0; ky < kh; ky++) {
          const y = oy * sh - top + ky * dh;
          if (y < 0 || y >= H) continue;
          for (let kx = 0; kx < kw; kx++) {
            const column = ox * sw - left + kx * dw;
            if (column < 0 || column >= W) continue;
            const to = dx + (<usize>(((image * H + y) * W + column) * C) << 2);
            const tap = w + (<usize>((ky * kw + kx) * C * mult) << 2);
            if (mult == 1) {
              let c: usize = 0;
              for (; c < vectors; c += 16) v128.store(to + c, f32x4.add(v128.load(to + c), f32x4.mul(v128.load(from + c), v128.load(tap + c))));
              for (; c < all; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(from + c) * load<f32>(tap + c));
            } else {
              for (let c = 0; c < C; c++) {
                let sum: f32 = 0;
                for (let q = 0; q < mult; q++) {
                  const at = <usize>(c * mult + q) << 2;
                  sum += load<f32>(from + at) * load<f32>(tap + at);
                }
                const cell = to + (<usize>c << 2);
                store<f32>(cell, load<f32>(cell) + sum);
              }
            }
          }
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
