/**
 * Sums over leading or middle axes, rows gathered and scattered by index, normalisation by channel.
 * Not for sums over the last axis, which the stock kernel does well.
 */

/** Rows summed in registers before they join the total: keeps rounding errors of long sums small. */
const CHUNK: i32 = 128;

/** y[o, c] = Σ_r x[o, r, c] / divisor, four channels at a time; sums of 128 rows each are added up in order. */
export function sumMiddle(x: usize, y: usize, outer: i32, rows: i32, inner: i32, divisor: f32): void {
  const row = <usize>inner << 2;
  memory.fill(y, 0, <usize>outer * row);
  const by = f32x4.splat(divisor);
  for (let o = 0; o < outer; o++) {
    const to = y + <usize>o * row;
    for (let r0 = 0; r0 < rows; r0 += CHUNK) {
      const count = min(CHUNK, rows - r0);
      const from = x + <usize>(o * rows + r0) * row;
      let c = 0;
      for (; c + 16 <= inner; c += 16) {
        let p = from + (<usize>c << 2);
        let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
        for (let r = 0; r < count; r++) {
          s0 = f32x4.add(s0, v128.load(p)); s1 = f32x4.add(s1, v128.load(p, 16));
          s2 = f32x4.add(s2, v128.load(p, 32)); s3 = f32x4.add(s3, v128.load(p, 48));
          p += row;
        }
        const t = to + (<usize>c << 2);
        v128.store(t, f32x4.add(v128.load(t), s0)); v128.store(t, f32x4.add(v128.load(t, 16), s1), 16);
        v128.store(t, f32x4.add(v128.load(t, 32), s2), 32); v128.store(t, f32x4.add(v128.load(t, 48), s3), 48);
      }
      for (; c + 4 <= inner; c += 4) {
        let p = from + (<usize>c << 2);
        let s = f32x4.splat(0);
        for (let r = 0; r < count; r++) {
          s = f32x4.add(s, v128.load(p));
          p += row;
        }
        const t = to + (<usize>c << 2);
        v128.store(t, f32x4.add(v128.load(t), s));
      }
      for (; c < inner; c++) {
        let p = from + (<usize>c << 2);
        let s: f32 = 0;
        for (let r = 0; r < count; r++) {
          s += load<f32>(p);
          p += row;
        }
        const t = to + (<usize>c << 2);
        store<f32>(t, load<f32>(t) + s);
      }
    }
    if (divisor == 1) continue;
    let c = 0;
    for (; c + 4 <= inner; c += 4) v128.store(to + (<usize>c << 2), f32x4.div(v128.load(to + (<usize>c << 2)), by));
    for (; c < inner; c++) store<f32>(to + (<usize>c << 2), load<f32>(to + (<usize>c << 2)) / divisor);
  }
}

/** y[o, i, :] = x[o, ids[i], :]; returns −1, or the first position whose index is outside 0 … size−1. */
export function gather(x: usize, ids: usize, y: usize, outer: i32, size: i32, count: i32, inner: i32): i32 {
  const row = <usize>inner << 2;
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id < 0 || id >= size) return i;
    for (let o = 0; o < outer; o++) memory.copy(y + <usize>(o * count + i) * row, x + <usize>(o * size + id) * row, row);
  }
  return -1;
}

/** y[ids[i], :] += x[i, :] in the order of i; an index outside 0 … segments−1 is left out. */
export function segmentSum(x: usize, ids: usize, y: usize, count: i32, segments: i32, inner: i32): void {
  const row = <usize>inner << 2;
  memory.fill(y, 0, <usize>segments * row);
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (id < 0 || id >= segments) continue;
    const from = x + <usize>i * row, to = y + <usize>id * row;
    let c = 0;
    for (; c + 4 <= inner; c += 4) v128.store(to + (<usize>c << 2), f32x4.add(v128.load(to + (<usize>c << 2)), v128.load(from + (<usize>c << 2))));
    for (; c < inner; c++) store<f32>(to + (<usize>c << 2), load<f32>(to + (<usize>c << 2)) + load<f32>(from + (<usize>c << 2)));
  }
}

/** y[r, c] = (x[r, c] − mean[c]) · factor[c] + offset[c], factor = scale / √(variance + epsilon) written to scratch; scale, offset 0 where absent. */
export function normalise(x: usize, mean: usize, variance: usize, scale: usize, offset: usize, y: usize, scratch: usize, rows: i32, C: i32, epsilon: f32): void {
  const plain = scratch + (<usize>C << 2);
  for (let c = 0; c < C; c++) {
    const at = <usize>c << 2;
    store<f32>(scratch + at, (scale ? load<f32>(scale + at) : 1) / sqrt<f32>(load<f32>(variance + at) + epsilon));
    store<f32>(plain + at, offset ? load<f32>(offset + at) : 0);
  }
  for (let r = 0; r < rows; r++) {
    let c = 0;
    for (; c + 4 <= C; c += 4) {
      const at = <usize>c << 2;
      v128.store(y + at, f32x4.add(f32x4.mul(f32x4.sub(v128.load(x + at), v128.load(mean + at)), v128.load(scratch + at)), v128.load(plain + at)));
    }
    for (; c < C; c++) {
      const at = <usize>c << 2;
      store<f32>(y + at, (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(scratch + at) + load<f32>(plain + at));
    }
    x += <usize>C << 2; y += <usize>C << 2;
  }
}
