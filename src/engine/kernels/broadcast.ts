/**
 * x ∘ b for one number per channel (last axis) or one per row: preprocessing, bias, batch and layer normalisation.
 * Not for equal shapes, single numbers or other patterns, which the stock kernels do well.
 */
import * as tf from '../tf.ts';
import { sizeOf, type Context, type Kernel } from './context.ts';

/** The smaller operand's pattern: its numbers follow the last axis, or stand for all of the last axis. */
function patternOf(x: tf.TensorInfo, b: tf.TensorInfo): 'channel' | 'row' | undefined {
  const channels = x.shape.at(-1);
  if (x.dtype !== 'float32' || b.dtype !== 'float32' || channels === undefined || channels < 2 || b.shape.length > x.shape.length) return undefined;
  const numbers = sizeOf(b.shape);
  if (numbers === sizeOf(x.shape) || numbers < 2) return undefined;
  if (b.shape.at(-1) === channels && numbers === channels) return 'channel';
  const sameRows = b.shape.length === x.shape.length && b.shape.every((n, axis) => n === (axis === x.shape.length - 1 ? 1 : x.shape[axis]));
  return sameRows ? 'row' : undefined;
}

function apply({ simd, address, output, scratch }: Context, operation: number, x: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo | undefined {
  const pattern = patternOf(x, b);
  if (!pattern) return undefined;
  const y = output(x.shape);
  const channels = x.shape.at(-1)!;
  if (pattern === 'row') simd.perRow(operation, address(x), address(b), address(y), sizeOf(b.shape), channels);
  else scratch(4 * simd.periodOf(channels), (room) => simd.perChannel(operation, address(x), address(b), address(y), room, sizeOf(x.shape), channels));
  return y;
}

/** `commutes`: the first operand may be the smaller one. */
const arithmetic = (name: string, operation: 0 | 1 | 2 | 3, commutes: boolean): Kernel => ({
  name,
  run(context, inputs) {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    return apply(context, operation, a, b) ?? (commutes ? apply(context, operation, b, a) : undefined);
  },
});

export const arithmetics: readonly Kernel[] = [arithmetic(tf.Add, 0, true), arithmetic(tf.Sub, 1, false), arithmetic(tf.Multiply, 2, true), arithmetic(tf.RealDiv, 3, false)];
