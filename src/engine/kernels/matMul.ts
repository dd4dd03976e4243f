/**
 * Batched, transposed and broadcast matrix products for WASM, where the stock kernel multiplies only one plain pair fast.
 * Not for integers: those go to the stock kernel.
 */
import * as tf from '../tf.ts';
import { sizeOf, type Context, type Kernel } from './context.ts';

interface Product {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** For every batch entry of the result, which entry of an operand with the leading shape `from` it reads (size 1 is repeated). */
function sources(from: readonly number[], batch: readonly number[]): (index: number) => number {
  const lead = batch.length - from.length;
  if (sizeOf(from) === 1) return () => 0;
  if (sizeOf(from) === sizeOf(batch)) return (index) => index;
  return (index) => {
    let source = 0;
    let stride = 1;
    for (let axis = batch.length - 1; axis >= lead; axis--) {
      const n = from[axis - lead]!;
      if (n > 1) source += (index % batch[axis]!) * stride;
      index = Math.floor(index / batch[axis]!);
      stride *= n;
    }
    return source;
  };
}

/** C[i] = op(A[i]) · op(B[i]), op the transpose or nothing, shapes […, M, K] and […, K, N]. Cost 2·M·N·K a batch entry, 16 to 30 GFLOP/s. */
export function multiply(context: Context, { a, b, transposeA, transposeB }: Product): tf.TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, N] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (inner !== K) throw new Error(`matMul: inner sizes ${K} and ${inner} of shapes ${a.shape.join('×')} and ${b.shape.join('×')} (transposeA ${transposeA}, transposeB ${transposeB}) must agree`);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const result = context.output([...batch, M, N]);
  const [aM, aK] = transposeA ? [4, 4 * M] : [4 * K, 4];
  const [bK, bN] = transposeB ? [4, 4 * K] : [4 * N, 4];
  const shared = sizeOf(b.shape) === K * N && !transposeA && sizeOf(a.shape) === sizeOf(batch) * M * K;
  const [count, rows] = shared ? [1, M * sizeOf(batch)] : [sizeOf(batch), M]; // one B for all: one tall product
  const aOf = sources(a.shape.slice(0, -2), batch);
  const bOf = sources(b.shape.slice(0, -2), batch);
  const [aAt, bAt, cAt] = [context.address(a), context.address(b), context.address(result)];
  context.scratch(context.simd.gemmScratch(N, K), (scratch) => {
    for (let i = 0; i < count; i++) {
      const from = shared ? 0 : aOf(i);
      context.simd.gemm(aAt + 4 * M * K * from, aM, aK, bAt + 4 * K * N * (shared ? 0 : bOf(i)), bK, bN, cAt + 4 * rows * N * i, rows, N, K, scratch);
    }
  });
  return result;
}

export const batchMatMul: Kernel = {
  name: tf.BatchMatMul,
  run(context, inputs, attrs) {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    return multiply(context, { a, b, transposeA: Boolean(attrs['transposeA']), transposeB: Boolean(attrs['transposeB']) });
  },
};
