/** Linear maps of an image along its rows and columns, as matrices: the cosine transform, resizing, padding. Draws nothing at random. */
import * as tf from '../tf.ts';

/** Row-major [rows, columns]. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

const matrix = (rows: number, columns: number, at: (row: number, column: number) => number): Matrix => ({
  rows,
  columns,
  data: Float64Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns)),
});

export function multiply(a: Matrix, b: Matrix): Matrix {
  const product = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const left = a.data[i * a.columns + k]!;
      if (left !== 0) for (let j = 0; j < b.columns; j++) product[i * b.columns + j]! += left * b.data[k * b.columns + j]!;
    }
  return { rows: a.rows, columns: b.columns, data: product };
}

/** C with C Cᵀ = 1, C_kn = s_k cos(π k (2n + 1) / 2N): the orthonormal DCT-II of N values. */
export const cosineMatrix = (n: number): Matrix => matrix(n, n, (k, i) => Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * k * (2 * i + 1)) / (2 * n)));

/** `from` values to `to`, linear between pixel centres, the ends continued (half-pixel centres, no smoothing). */
export function resizeMatrix(from: number, to: number): Matrix {
  return matrix(to, from, (row, column) => {
    const at = Math.max(0, ((row + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(at), from - 1);
    const high = Math.min(low + 1, from - 1);
    return (column === low ? 1 - (at - low) : 0) + (column === high ? at - low : 0);
  });
}

/** `from` values with `before` zeros before them, `to` in all. */
export const padMatrix = (from: number, to: number, before: number): Matrix => matrix(to, from, (row, column) => (row - before === column ? 1 : 0));

/** [n, rows, columns], one matrix after the other; of one matrix [rows, columns]. */
export const stacked = (all: readonly Matrix[]): tf.Tensor3D => tf.tensor3d(all.flatMap(({ data }) => Array.from(data)), [all.length, all[0]!.rows, all[0]!.columns]);

/**
 * images [n, H, W, C] ↦ L X Rᵀ per image and channel; `left` [n or 1, H′, H], `right` [n or 1, W′, W].
 * With `transposed` the adjoint Lᵀ X R, which carries gradients back.
 */
export function alongBoth(images: tf.Tensor4D, left: tf.Tensor3D, right: tf.Tensor3D, transposed = false): tf.Tensor4D {
  const columns = alongLast(tf.transpose(images, [0, 3, 1, 2]), right, transposed);
  const rows = alongLast(tf.transpose(columns, [0, 1, 3, 2]), left, transposed);
  return tf.transpose(rows, [0, 3, 2, 1]) as tf.Tensor4D;
}

/** [n, C, A, B] ↦ [n, C, A, B′]: each last axis through its image's matrix. */
function alongLast(x: tf.Tensor, maps: tf.Tensor3D, transposed: boolean): tf.Tensor4D {
  const [n, channels, a, b] = x.shape as [number, number, number, number];
  const count = maps.shape[0];
  const flat = tf.reshape(x, [count, (n / count) * channels * a, b]);
  return tf.reshape(tf.matMul(flat, maps, false, !transposed), [n, channels, a, -1]);
}
