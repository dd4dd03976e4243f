/**
 * Sums over leading or middle axes, gather and its gradient, and batch normalisation, for WASM.
 * Not for sums over the last axis, which the stock kernel does well.
 */
import * as tf from '../tf.ts';
import { sizeOf, type Kernel } from './context.ts';

/** Sum or mean over axes that stand together and end before the last axis; other axes go to the stock kernel. */
const reduction = (name: string, mean: boolean): Kernel => ({
  name,
  run({ simd, address, output }, inputs, attrs) {
    const x = inputs['x']!;
    const axes = tf.util.parseAxisParam((attrs['axis'] ?? []) as number[], x.shape).sort((a, b) => a - b);
    const [first, last] = [axes[0] ?? 0, axes[axes.length - 1] ?? 0];
    const inner = sizeOf(x.shape.slice(last + 1));
    if (x.dtype !== 'float32' || axes.length === 0 || last - first + 1 !== axes.length || inner === 1) return undefined;
    const rows = sizeOf(x.shape.slice(first, last + 1));
    const shape = x.shape.flatMap((n, axis) => (axis < first || axis > last ? [n] : attrs['keepDims'] ? [1] : []));
    const y = output(shape);
    simd.sumMiddle(address(x), address(y), sizeOf(x.shape.slice(0, first)), rows, inner, mean ? rows : 1);
    return y;
  },
});
export const reductions: readonly Kernel[] = [reduction(tf.Sum, false), reduction(tf.Mean, true)];

/** y[…, i, …] = x[…, ids[i], …] along `axis`. Throws on an index outside the axis. */
export const gather: Kernel = {
  name: tf.GatherV2,
  run(context, inputs, attrs) {
    const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const axis = tf.util.parseAxisParam(attrs['axis'] as number, x.shape)[0]!;
    if (attrs['batchDims'] || indices.dtype !== 'int32' || x.dtype === 'bool' || x.dtype === 'string') return undefined;
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const y = context.output([...before, ...indices.shape, ...after], x.dtype);
    const { address } = context;
    const size = x.shape[axis]!;
    const wrong = context.simd.gather(address(x), address(indices), address(y), sizeOf(before), size, sizeOf(indices.shape), sizeOf(after));
    if (wrong < 0) return y;
    context.free(y);
    throw new Error(`gather: the index at position ${wrong} lies outside 0 … ${size - 1} of axis ${axis}; clip the indices first`);
  },
};

/** y[s] = Σ of the rows x[i] with segmentIds[i] = s, in the order of i: the gradient of gather. */
export const segmentSum: Kernel = {
  name: tf.UnsortedSegmentSum,
  run({ simd, address, output }, inputs, attrs) {
    const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
    if (x.dtype !== 'float32' || segmentIds.shape.length !== 1) throw new Error(`unsortedSegmentSum on WASM takes float32 rows and a list of ids, not ${x.dtype} and ids of shape ${segmentIds.shape.join('×')}`);
    const segments = attrs['numSegments'] as number;
    const y = output([segments, ...x.shape.slice(1)]);
    simd.segmentSum(address(x), address(segmentIds), address(y), x.shape[0]!, segments, sizeOf(x.shape.slice(1)));
    return y;
  },
};

/** (x − mean)·scale/√(variance + ε) + offset, statistics given per channel (last axis). */
export const batchNorm: Kernel = {
  name: tf.FusedBatchNorm,
  run(context, inputs, attrs) {
    const { x, mean, variance, offset, scale } = inputs;
    const channels = x!.shape[x!.shape.length - 1]!;
    const perChannel = (t: tf.TensorInfo | undefined) => !t || (t.shape.length === 1 && t.shape[0] === channels);
    if (x!.dtype !== 'float32' || ![mean, variance, offset, scale].every(perChannel)) return undefined;
    const y = context.output(x!.shape);
    const at = (t: tf.TensorInfo | undefined) => (t ? context.address(t) : 0);
    context.scratch(8 * channels, (scratch) =>
      context.simd.normalise(at(x), at(mean), at(variance), at(scale), at(offset), at(y), scratch, sizeOf(x!.shape) / Math.max(channels, 1), channels, attrs['varianceEpsilon'] as number),
    );
    return y;
  },
};
