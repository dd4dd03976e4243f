/**
 * A strided copy over a grid of up to five axes: transpose, slice, concat, tile, reverse and pad are all of this kind.
 * Not for elements other than 4 bytes.
 */

@inline
function run(from: usize, to: usize, n: i32): void {
  const end = to + (<usize>n << 2), vectors = to + (<usize>(n & ~3) << 2);
  while (to < vectors) {
    v128.store(to, v128.load(from));
    from += 16; to += 16;
  }
  while (to < end) {
    store<u32>(to, load<u32>(from));
    from += 4; to += 4;
  }
}

/** to[i, j] = from[j, i] for an n × m block: rows of `to` are `toStep` bytes apart, rows of `from` `fromStep`. */
function turn(from: usize, fromStep: usize, to: usize, toStep: usize, n: i32, m: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let j = 0;
    for (; j + 4 <= m; j += 4) {
      const p = from + <usize>j * fromStep + (<usize>i << 2), q = to + <usize>i * toStep + (<usize>j << 2);
      const r0 = v128.load(p), r1 = v128.load(p + fromStep), r2 = v128.load(p + 2 * fromStep), r3 = v128.load(p + 3 * fromStep);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(q, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(q + toStep, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(q + 2 * toStep, v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(q + 3 * toStep, v128.shuffle<f64>(high01, high23, 1, 3));
    }
    for (; j < m; j++) for (let k = i; k < i + 4; k++) store<u32>(to + <usize>k * toStep + (<usize>j << 2), load<u32>(from + <usize>j * fromStep + (<usize>k << 2)));
  }
  for (; i < n; i++) for (let j = 0; j < m; j++) store<u32>(to + <usize>i * toStep + (<usize>j << 2), load<u32>(from + <usize>j * fromStep + (<usize>i << 2)));
}

/** to[Σ i·t] = from[Σ i·f] over n0 × … × n4; steps in bytes, those of `from` may be 0 (repeat) or negative (reverse). */
export function copyGrid(from: usize, to: usize, n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, f0: i32, f1: i32, f2: i32, f3: i32, f4: i32, t0: i32, t1: i32, t2: i32, t3: i32, t4: i32): void {
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        const source = from + i0 * f0 + i1 * f1 + i2 * f2, target = to + i0 * t0 + i1 * t1 + i2 * t2;
        if (f3 == 4 && t4 == 4 && f4 > 4) {
          turn(source, f4, target, t3, n3, n4);
          continue;
        }
        for (let i3 = 0; i3 < n3; i3++) {
          let p = source + i3 * f3, q = target + i3 * t3;
          if (f4 == 4 && t4 == 4) {
            run(p, q, n4);
            continue;
          }
          for (let i4 = 0; i4 < n4; i4++) {
            store<u32>(q, load<u32>(p));
            p += f4; q += t4;
          }
        }
      }
    }
  }
}

/** n entries of 4 bytes, each with the bits of `value`. */
export function fill(to: usize, n: i32, value: f32): void {
  const v = f32x4.splat(value);
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(to + (<usize>i << 2), v);
  for (; i < n; i++) store<f32>(to + (<usize>i << 2), value);
}
