/**
 * Sums, differences, products and quotients of a tensor with one number per channel (last axis) or one per row.
 * Not for other patterns of broadcasting, which the stock kernels do well.
 */

@inline
function combine(operation: i32, a: v128, b: v128): v128 {
  if (operation == 0) return f32x4.add(a, b);
  if (operation == 1) return f32x4.sub(a, b);
  if (operation == 2) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}

@inline
function periodic(operation: i32, x: usize, pattern: usize, y: usize, n: i32, period: i32): void {
  for (let start = 0; start < n; start += period) {
    const count = min(period, n - start), vectors = <usize>(count & ~3) << 2, end = <usize>count << 2;
    const from = x + (<usize>start << 2), to = y + (<usize>start << 2);
    let at: usize = 0;
    for (; at < vectors; at += 16) v128.store(to + at, combine(operation, v128.load(from + at), v128.load(pattern + at)));
    for (; at < end; at += 4) v128.store32_lane(to + at, combine(operation, v128.load32_splat(from + at), v128.load32_splat(pattern + at)), 0);
  }
}

/** Floats of the repeated channel numbers: whole vectors, and enough of them that the loop over one period pays. */
export function periodOf(channels: i32): i32 {
  const step = channels % 4 == 0 ? channels : channels % 2 == 0 ? channels * 2 : channels * 4;
  return step * ((255 + step) / step);
}

/** y[i] = x[i] ∘ b[i mod C], ∘ one of + − × ÷ by number. `scratch` holds `periodOf(C)` floats. */
export function perChannel(operation: i32, x: usize, b: usize, y: usize, scratch: usize, n: i32, channels: i32): void {
  const period = periodOf(channels);
  for (let i = 0; i < period; i++) store<f32>(scratch + (<usize>i << 2), load<f32>(b + (<usize>(i % channels) << 2)));
  if (operation == 0) periodic(0, x, scratch, y, n, period);
  else if (operation == 1) periodic(1, x, scratch, y, n, period);
  else if (operation == 2) periodic(2, x, scratch, y, n, period);
  else periodic(3, x, scratch, y, n, period);
}

@inline
function rowwise(operation: i32, x: usize, b: usize, y: usize, rows: i32, columns: i32): void {
  const vectors = <usize>(columns & ~3) << 2, row = <usize>columns << 2;
  for (let r = 0; r < rows; r++) {
    const value = v128.load32_splat(b + (<usize>r << 2));
    let at: usize = 0;
    for (; at < vectors; at += 16) v128.store(y + at, combine(operation, v128.load(x + at), value));
    for (; at < row; at += 4) v128.store32_lane(y + at, combine(operation, v128.load32_splat(x + at), value), 0);
    x += row; y += row;
  }
}

/** y[r, c] = x[r, c] ∘ b[r]. */
export function perRow(operation: i32, x: usize, b: usize, y: usize, rows: i32, columns: i32): void {
  if (operation == 0) rowwise(0, x, b, y, rows, columns);
  else if (operation == 1) rowwise(1, x, b, y, rows, columns);
  else if (operation == 2) rowwise(2, x, b, y, rows, columns);
  else rowwise(3, x, b, y, rows, columns);
}
