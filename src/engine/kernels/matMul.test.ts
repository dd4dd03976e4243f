/** Matrix products against the CPU backend, over shapes that hit the edges of the tiles; their bits against fewer rows. */
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.ts';
import { agree, values } from '../testing/kernelCase.ts';
import * as tf from '../tf.ts';

beforeEach(() => useBackend('wasm'));

describe('matMul', () => {
  const sizes = [[1, 1, 1], [3, 5, 7], [4, 8, 8], [17, 33, 10], [64, 16, 64], [9, 1030, 13], [130, 70, 21]] as const;
  for (const [M, K, N] of sizes)
    for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [true, true]] as const)
      for (const [left, right] of [[[1], [1]], [[3], [3]], [[3], [1]], [[1], [3]]] as const)
        test(`${left}×${M}×${K} · ${right}×${K}×${N}, transposed ${transposeA} ${transposeB}`, agree('BatchMatMul', {
          inputs: { a: transposeA ? [...left, K, M] : [...left, M, K], b: transposeB ? [...right, N, K] : [...right, K, N] },
          attrs: { transposeA, transposeB },
        }));

  test('repeats the leading axes of either operand', () => {
    const [a, b] = [tf.tensor(values([2, 1, 5, 3], 0), [2, 1, 5, 3]), tf.tensor(values([4, 3, 6], 1), [4, 3, 6])];
    const product = tf.matMul(a, b);
    expect(product.shape).toEqual([2, 4, 5, 6]);
    const one = tf.matMul(tf.slice(a, [1, 0, 0, 0], [1, 1, 5, 3]), tf.slice(b, [2, 0, 0], [1, 3, 6]));
    expect(tf.slice(product, [1, 2, 0, 0], [1, 1, 5, 6]).dataSync()).toEqual(one.dataSync());
    tf.dispose([a, b, product, one]);
  });

  test('gives a row the same bits whatever the number of rows', () => {
    const [K, N] = [700, 21];
    const [a, b] = [tf.tensor(values([13, K], 0), [13, K]), tf.tensor(values([K, N], 1), [K, N])];
    const whole = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D).dataSync();
    for (const [from, rows] of [[0, 1], [5, 2], [6, 7], [12, 1]] as const)
      expect(tf.matMul(tf.slice(a, [from, 0], [rows, K]) as tf.Tensor2D, b as tf.Tensor2D).dataSync()).toEqual(whole.slice(from * N, (from + rows) * N));
  });
});
