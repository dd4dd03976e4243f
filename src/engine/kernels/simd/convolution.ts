/**
 * The two gradients of a convolution as matrix products over patches, in blocks that fit the cache.
 * Not the convolution itself (the stock kernel is as fast) and not for depthwise filters. Pixels are NHWC; output pixels are numbered p = (image, row, column); a patch has kh·kw·C entries.
 */
import { packB, rowsTimesPanels, tilesTimesPanels } from './gemm';

/** Floats of a block of patches: 256 kB. */
const BLOCK_FLOATS: i32 = 65536;

@inline
function blockOf(patch: i32): i32 {
  return max(16, min(256, (BLOCK_FLOATS / patch) & ~3));
}

@inline
function copy(from: usize, to: usize, floats: i32): void {
  const end = to + (<usize>floats << 2), vectors = to + (<usize>(floats & ~3) << 2);
  while (to < vectors) {
    v128.store(to, v128.load(from));
    from += 16; to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(from));
    from += 4; to += 4;
  }
}

@inline
function clear(to: usize, floats: i32): void {
  const end = to + (<usize>floats << 2), vectors = to + (<usize>(floats & ~3) << 2);
  const zero = f32x4.splat(0);
  while (to < vectors) {
    v128.store(to, zero);
    to += 16;
  }
  while (to < end) {
    store<f32>(to, 0);
    to += 4;
  }
}

@inline
function addTo(from: usize, to: usize, floats: i32): void {
  const end = to + (<usize>floats << 2), vectors = to + (<usize>(floats & ~3) << 2);
  while (to < vectors) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16; to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4; to += 4;
  }
}

/** The patches of output pixels p0 … p0+count−1, one row of kh·kw·C entries each. */
function patches(x: usize, to: usize, p0: i32, count: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  let ox = p0 % oW, oy = (p0 / oW) % oH, image = p0 / (oW * oH);
  for (let p = 0; p < count; p++) {
    for (let ky = 0; ky < kh; ky++) {
      const y = oy * sh - top + ky * dh;
      const x0 = ox * sw - left;
      if (y < 0 || y >= H) {
        clear(to, kw * C);
      } else if (dw == 1 && x0 >= 0 && x0 + kw <= W) {
        copy(x + (<usize>(((image * H + y) * W + x0) * C) << 2), to, kw * C);
      } else {
        for (let kx = 0; kx < kw; kx++) {
          const column = x0 + kx * dw, at = to + (<usize>(kx * C) << 2);
          if (column < 0 || column >= W) clear(at, C);
          else copy(x + (<usize>(((image * H + y) * W + column) * C) << 2), at, C);
        }
      }
      to += <usize>(kw * C) << 2;
    }
    if (++ox == oW) {
      ox = 0;
      if (++oy == oH) { oy = 0; image++; }
    }
  }
}

/** The transpose of `count` rows of `patch` entries as tiles [⌈patch/4⌉][count][4], zeros behind the last entry. */
function tilesOf(rows: usize, to: usize, count: i32, patch: i32): void {
  const tile = <usize>count << 4, whole = patch & ~3;
  for (let p = 0; p < count; p++) {
    let cell = to + (<usize>p << 4);
    for (let e = 0; e < whole; e += 4) {
      v128.store(cell, v128.load(rows + (<usize>e << 2)));
      cell += tile;
    }
    if (patch > whole) {
      v128.store(cell, f32x4.splat(0));
      for (let e = whole; e < patch; e++) store<f32>(cell + (<usize>(e - whole) << 2), load<f32>(rows + (<usize>e << 2)));
    }
    rows += <usize>patch << 2;
  }
}

/** Adds the patches back to the pixels they came from, in the order of p: the transpose of `patches`. */
function addPatches(from: usize, x: usize, p0: i32, count: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  let ox = p0 % oW, oy = (p0 / oW) % oH, image = p0 / (oW * oH);
  for (let p = 0; p < count; p++) {
    for (let ky = 0; ky < kh; ky++) {
      const y = oy * sh - top + ky * dh;
      const x0 = ox * sw - left;
      if (y >= 0 && y < H) {
        if (dw == 1 && x0 >= 0 && x0 + kw <= W) {
          addTo(from, x + (<usize>(((image * H + y) * W + x0) * C) << 2), kw * C);
        } else {
          for (let kx = 0; kx < kw; kx++) {
            const column = x0 + kx * dw;
            if (column >= 0 && column < W) addTo(from + (<usize>(kx * C) << 2), x + (<usize>(((image * H + y) * W + column) * C) << 2), C);
          }
        }
      }
      from += <usize>(kw * C) << 2;
    }
    if (++ox == oW) {
      ox = 0;
      if (++oy == oH) { oy = 0; image++; }
    }
  }
}

/** Bytes of scratch for either gradient (`patch` = kh·kw·C, D output channels). */
export function convolutionScratch(patch: i32, D: i32): usize {
  const block = blockOf(patch), padded = (patch + 7) & ~7, depth = (D + 7) & ~7;
  return <usize>(2 * block * padded + max(block, padded) * depth) * 4;
}

/** dw[e, d] = Σ_p patch[p, e] · dy[p, d], summed block by block. */
export function filterGradient(x: usize, dy: usize, dwOut: usize, scratch: usize, images: i32, D: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  const patch = kh * kw * C, pixels = images * oH * oW, block = blockOf(patch), row = <usize>D << 2;
  const rows = scratch + (<usize>(block * ((patch + 7) & ~7)) << 2), panels = rows + (<usize>(block * ((patch + 7) & ~7)) << 2);
  if (pixels == 0) memory.fill(dwOut, 0, <usize>patch * row);
  for (let p = 0; p < pixels; p += block) {
    const count = min(block, pixels - p);
    patches(x, rows, p, count, H, W, C, oH, oW, kh, kw, sh, sw, top, left, dh, dw);
    tilesOf(rows, scratch, count, patch);
    packB(dy + <usize>p * row, row, 4, count, D, panels);
    tilesTimesPanels(scratch, panels, dwOut, row, patch, D, count, p > 0);
  }
}

/** dx = patches added back of dy[p, d] · w[e, d]ᵀ. A 1 × 1 kernel of stride 1 without padding needs no patches. */
export function inputGradient(dy: usize, w: usize, dx: usize, scratch: usize, images: i32, D: i32, H: i32, W: i32, C: i32, oH: i32, oW: i32, kh: i32, kw: i32, sh: i32, sw: i32, top: i32, left: i32, dh: i32, dw: i32): void {
  const patch = kh * kw * C, pixels = images * oH * oW, block = blockOf(patch), row = <usize>D << 2;
  const panels = scratch + (<usize>(block * ((patch + 7) & ~7)) << 2);
  packB(w, 4, row, D, patch, panels);
  if (kh == 1 && kw == 1 && sh == 1 && sw == 1 && top == 0 && left == 0 && oH == H && oW == W) {
    rowsTimesPanels(dy, row, panels, dx, <usize>C << 2, pixels, C, D, false);
    return;
  }
  memory.fill(dx, 0, <usize>(images * H * W * C) << 2);
  for (let p = 0; p < pixels; p += block) {
    const count = min(block, pixels - p);
    rowsTimesPanels(dy + <usize>p * row, row, panels, scratch, <usize>patch << 2, count, patch, D, false);
    addPatches(scratch, dx, p, count, H, W, C, oH, oW, kh, kw, sh, sw, top, left, dh, dw);
  }
}
