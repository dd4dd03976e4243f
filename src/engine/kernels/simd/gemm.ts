/**
 * Register-tiled matrix products over packed panels. AssemblyScript: addresses are bytes in TensorFlow.js's WASM memory.
 * Not aware of tensors, batches or broadcasting: the caller passes addresses and strides in bytes.
 *
 * Every entry of a product is one sum in the order of k (in blocks of BLOCK_K), so it does not depend on how many rows there are.
 */

/** Columns of B to a panel, rows of A to a tile: 8 accumulators, 2 vectors of B and one of A fit the 16 registers of x86. */
const PANEL_N: i32 = 8;
const TILE_M: i32 = 4;
export const BLOCK_K: i32 = 512;
const BLOCK_M: i32 = 64;

/** Stores (or adds) the first `count` lanes of `v` at `c`. */
@inline
function put(c: usize, v: v128, count: i32, add: bool): void {
  if (count >= 4) {
    v128.store(c, add ? f32x4.add(v128.load(c), v) : v);
    return;
  }
  if (count & 2) {
    v128.store64_lane(c, add ? f32x4.add(v128.load64_zero(c), v) : v, 0);
    v = v128.shuffle<f32>(v, v, 2, 3, 2, 3);
    c += 8;
  }
  if (count & 1) v128.store32_lane(c, add ? f32x4.add(v128.load32_zero(c), v) : v, 0);
}

@inline
function putRow(c: usize, low: v128, high: v128, cols: i32, add: bool): void {
  put(c, low, cols, add);
  if (cols > 4) put(c + 16, high, cols - 4, add);
}

/** Four rows of A (row-major) times one panel of B. */
function tileOfRows(a: usize, aRow: usize, b: usize, k: i32, c: usize, cRow: usize, cols: i32, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  const end = b + (<usize>k << 5);
  const pairs = b + (<usize>(k & ~1) << 5);
  while (b < pairs) {
    let b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    x = v128.load32_splat(a, 4);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2, 4);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3, 4);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 8; a1 += 8; a2 += 8; a3 += 8; b += 64;
  }
  if (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
  }
  putRow(c, c00, c01, cols, add);
  putRow(c + cRow, c10, c11, cols, add);
  putRow(c + 2 * cRow, c20, c21, cols, add);
  putRow(c + 3 * cRow, c30, c31, cols, add);
}

/** One row of A (entries `aStep` bytes apart) times eight columns of B (rows `bStep` bytes apart, 32 in a panel). */
function tileOfOne(a: usize, aStep: usize, b: usize, bStep: usize, k: i32, c: usize, cols: i32, add: bool): void {
  let c0 = f32x4.splat(0), c1 = c0;
  for (let i = 0; i < k; i++) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(b, 16)));
    a += aStep; b += bStep;
  }
  putRow(c, c0, c1, cols, add);
}

/** A packed tile of A ([k][4]) times one panel of B. */
function tileOfPanel(a: usize, b: usize, k: i32, c: usize, cRow: usize, cols: i32, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const end = b + (<usize>k << 5);
  const pairs = b + (<usize>(k & ~1) << 5);
  while (b < pairs) {
    let b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    x = v128.load32_splat(a, 16);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 20);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 24);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 28);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 32; b += 64;
  }
  if (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
  }
  putRow(c, c00, c01, cols, add);
  putRow(c + cRow, c10, c11, cols, add);
  putRow(c + 2 * cRow, c20, c21, cols, add);
  putRow(c + 3 * cRow, c30, c31, cols, add);
}

/** Rows r0…r3 (4 floats each) to columns, stored 32 bytes apart. */
@inline
function turn4(r0: v128, r1: v128, r2: v128, r3: v128, to: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to, v128.shuffle<f64>(low01, low23, 1, 3), 32);
  v128.store(to, v128.shuffle<f64>(high01, high23, 0, 2), 64);
  v128.store(to, v128.shuffle<f64>(high01, high23, 1, 3), 96);
}

/** B (K × N, entry (k, n) at b + k·bK + n·bN) as panels [⌈N/8⌉][K][8], zeros behind the last column. */
export function packB(b: usize, bK: usize, bN: usize, K: i32, N: i32, to: usize): void {
  for (let n = 0; n < N; n += PANEL_N) {
    const from = b + <usize>n * bN;
    const cols = min(PANEL_N, N - n);
    let k = 0;
    if (cols == PANEL_N && bN == 4) {
      for (; k < K; k++) {
        const p = from + <usize>k * bK;
        v128.store(to, v128.load(p));
        v128.store(to, v128.load(p, 16), 16);
        to += 32;
      }
    } else if (cols == PANEL_N && bK == 4) {
      for (; k + 4 <= K; k += 4) {
        const p = from + (<usize>k << 2), q = p + 4 * bN;
        turn4(v128.load(p), v128.load(p + bN), v128.load(p + 2 * bN), v128.load(p + 3 * bN), to);
        turn4(v128.load(q), v128.load(q + bN), v128.load(q + 2 * bN), v128.load(q + 3 * bN), to + 16);
        to += 128;
      }
    }
    for (; k < K; k++) {
      const p = from + <usize>k * bK;
      for (let j = 0; j < PANEL_N; j++) store<f32>(to + (<usize>j << 2), j < cols ? load<f32>(p + <usize>j * bN) : 0);
      to += 32;
    }
  }
}

/** The transpose of A' (K × M row-major, rows `aK` bytes apart) as tiles [⌈M/4⌉][K][4], zeros behind the last row. */
function packA(a: usize, aK: usize, M: i32, K: i32, to: usize): void {
  for (let m = 0; m < M; m += TILE_M) {
    const rows = min(TILE_M, M - m);
    let from = a + (<usize>m << 2);
    for (let k = 0; k < K; k++) {
      if (rows == TILE_M) v128.store(to, v128.load(from));
      else for (let i = 0; i < TILE_M; i++) store<f32>(to + (<usize>i << 2), i < rows ? load<f32>(from + (<usize>i << 2)) : 0);
      from += aK;
      to += 16;
    }
  }
}

/** C (M × N) = or += A (M × K, row-major) · B (panels). */
export function rowsTimesPanels(a: usize, aRow: usize, b: usize, c: usize, cRow: usize, M: i32, N: i32, K: i32, add: bool): void {
  const block = max(TILE_M, (32768 / max(K, 1)) & ~3);
  const panel = <usize>K << 5;
  for (let m0 = 0; m0 < M; m0 += block) {
    const m1 = min(M, m0 + block);
    for (let n = 0; n < N; n += PANEL_N) {
      const bn = b + <usize>(n >> 3) * panel, cn = c + (<usize>n << 2), cols = min(PANEL_N, N - n);
      let m = m0;
      for (; m + TILE_M <= m1; m += TILE_M) tileOfRows(a + <usize>m * aRow, aRow, bn, K, cn + <usize>m * cRow, cRow, cols, add);
      for (; m < m1; m++) tileOfOne(a + <usize>m * aRow, 4, bn, 32, K, cn + <usize>m * cRow, cols, add);
    }
  }
}

/** C (M × N) = or += A (tiles of 4 rows) · B (panels). */
export function tilesTimesPanels(a: usize, b: usize, c: usize, cRow: usize, M: i32, N: i32, K: i32, add: bool): void {
  const panel = <usize>K << 5, tile = <usize>K << 4;
  for (let n = 0; n < N; n += PANEL_N) {
    const bn = b + <usize>(n >> 3) * panel, cn = c + (<usize>n << 2), cols = min(PANEL_N, N - n);
    for (let m = 0; m < M; m += TILE_M) {
      const am = a + <usize>(m >> 2) * tile, cm = cn + <usize>m * cRow;
      if (m + TILE_M <= M) tileOfPanel(am, bn, K, cm, cRow, cols, add);
      else for (let i = 0; i < M - m; i++) tileOfOne(am + (<usize>i << 2), 16, bn, 32, K, cm + <usize>i * cRow, cols, add);
    }
  }
}

/** The same for so few rows that packing B would cost more than the product: B is read where it stands. */
function fewRows(a: usize, aM: usize, aK: usize, b: usize, bK: usize, c: usize, cRow: usize, M: i32, N: i32, K: i32, scratch: usize, add: bool): void {
  const whole = N & ~7;
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < whole; n += PANEL_N) {
      const at = <usize>n << 2;
      tileOfOne(a + <usize>m * aM, aK, b + at, bK, K, c + <usize>m * cRow + at, PANEL_N, add);
    }
  }
  if (whole == N) return;
  const at = <usize>whole << 2;
  packB(b + at, bK, 4, K, N - whole, scratch);
  for (let m = 0; m < M; m++) tileOfOne(a + <usize>m * aM, aK, scratch, 32, K, c + <usize>m * cRow + at, N - whole, add);
}

/** Bytes that `gemm` needs for its panels. */
export function gemmScratch(N: i32, K: i32): usize {
  return <usize>min(K, BLOCK_K) * <usize>(((N + 7) & ~7) + BLOCK_M) * 4;
}

/** C (M × N, dense) = A · B; entry (m, k) of A at a + m·aM + k·aK, one of aM, aK being 4; (k, n) of B at b + k·bK + n·bN. Cost 2·M·N·K. */
export function gemm(a: usize, aM: usize, aK: usize, b: usize, bK: usize, bN: usize, c: usize, M: i32, N: i32, K: i32, scratch: usize): void {
  const cRow = <usize>N << 2;
  if (K == 0) memory.fill(c, 0, <usize>M * cRow);
  for (let k0 = 0; k0 < K; k0 += BLOCK_K) {
    const k = min(BLOCK_K, K - k0), add = k0 > 0;
    const from = a + <usize>k0 * aK;
    if (M < TILE_M && bN == 4) {
      fewRows(from, aM, aK, b + <usize>k0 * bK, bK, c, cRow, M, N, k, scratch, add);
      continue;
    }
    packB(b + <usize>k0 * bK, bK, bN, k, N, scratch);
    if (aK == 4) {
      rowsTimesPanels(from, aM, scratch, c, cRow, M, N, k, add);
      continue;
    }
    const tiles = scratch + <usize>k * <usize>((N + 7) & ~7) * 4;
    for (let m = 0; m < M; m += BLOCK_M) {
      const rows = min(BLOCK_M, M - m);
      packA(from + <usize>m * aM, aK, rows, k, tiles);
      tilesTimesPanels(tiles, scratch, c + <usize>m * cRow, cRow, rows, N, k, add);
    }
  }
}
