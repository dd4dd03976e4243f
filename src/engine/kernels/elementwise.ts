/**
 * Entry-by-entry kernels whose stock versions on WASM are slow or inexact: exp, tanh, erf, maxima, comparisons, selection.
 * Not for broadcasting, except of a single number: other shapes and types go to the stock kernel.
 */
import * as tf from '../tf.ts';
import { sizeOf, type Kernel } from './context.ts';

const isFloat = (t: tf.TensorInfo) => t.dtype === 'float32';

const unary = (name: string, routine: 'exp' | 'tanh' | 'erf' | 'gelu' | 'silu'): Kernel => ({
  name,
  run({ simd, address, output }, inputs) {
    const x = inputs['x']!;
    if (!isFloat(x)) return undefined;
    const y = output(x.shape);
    simd[routine](address(x), address(y), sizeOf(x.shape));
    return y;
  },
});

/** About one unit in the last place (relative error under 2·10⁻⁷), where the stock erf is off by 1.5·10⁻⁷ of 1 near 0. */
export const functions: readonly Kernel[] = [unary(tf.Exp, 'exp'), unary(tf.Tanh, 'tanh'), unary(tf.Erf, 'erf')];

const pullback = (name: string, routine: 'geluPullback' | 'siluPullback'): Kernel => ({
  name,
  run({ simd, address, output }, inputs) {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const y = output(x.shape);
    simd[routine](address(x), address(dy), address(y), sizeOf(x.shape));
    return y;
  },
});

/** x·Φ(x), x·σ(x) and their pullbacks, each in one pass: kernels of our own, as `PassBetween` below. */
export const smoothUnits: readonly Kernel[] = [unary('Gelu', 'gelu'), pullback('GeluPullback', 'geluPullback'), unary('Silu', 'silu'), pullback('SiluPullback', 'siluPullback')];

/** The result's shape and the operands' steps (0 for one number) where the SIMD loops apply: equal shapes, or one operand a single number. */
function pairing(a: tf.TensorInfo, b: tf.TensorInfo): { readonly shape: number[]; readonly steps: readonly [number, number] } | undefined {
  if (!isFloat(a) || !isFloat(b)) return undefined;
  if (tf.util.arraysEqual(a.shape, b.shape)) return { shape: a.shape, steps: [1, 1] };
  if (sizeOf(b.shape) === 1 && b.shape.length <= a.shape.length) return { shape: a.shape, steps: [1, 0] };
  if (sizeOf(a.shape) === 1 && a.shape.length <= b.shape.length) return { shape: b.shape, steps: [0, 1] };
  return undefined;
}

const extreme = (name: string, least: 0 | 1): Kernel => ({
  name,
  run({ simd, address, output }, inputs) {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const pair = pairing(a, b);
    if (!pair) return undefined;
    const y = output(pair.shape);
    simd.extreme(address(a), pair.steps[0], address(b), pair.steps[1], address(y), sizeOf(pair.shape), least);
    return y;
  },
});
export const extremes: readonly Kernel[] = [extreme(tf.Maximum, 0), extreme(tf.Minimum, 1)];

/** `swap`: a < b is computed as b > a. Relations by number: >, ≥, =, ≠. */
const comparison = (name: string, relation: 0 | 1 | 2 | 3, swap = false): Kernel => ({
  name,
  run({ simd, address, output }, inputs) {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const [left, right] = swap ? [b, a] : [a, b];
    const pair = pairing(left, right);
    if (!pair) return undefined;
    const y = output(pair.shape, 'bool');
    simd.compare(address(left), pair.steps[0], address(right), pair.steps[1], address(y), sizeOf(pair.shape), relation);
    return y;
  },
});
export const comparisons: readonly Kernel[] = [
  comparison(tf.Greater, 0), comparison(tf.GreaterEqual, 1), comparison(tf.Less, 0, true),
  comparison(tf.LessEqual, 1, true), comparison(tf.Equal, 2), comparison(tf.NotEqual, 3),
];

/** y = dy where low < x < high, else 0: a rectifier's pullback in one pass. A kernel of our own: graph/ops does the same by ops on other backends. */
export const passBetween: Kernel = {
  name: 'PassBetween',
  run({ simd, address, output }, inputs, attrs) {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const y = output(x.shape);
    simd.passBetween(address(x), address(dy), address(y), sizeOf(x.shape), attrs['low'] as number, attrs['high'] as number);
    return y;
  },
};

/** y = condition ? t : e for equal shapes; a condition by rows goes to the stock kernel. */
export const select: Kernel = {
  name: tf.Select,
  run({ simd, address, output }, inputs) {
    const { condition, t, e } = inputs as { condition: tf.TensorInfo; t: tf.TensorInfo; e: tf.TensorInfo };
    const same = tf.util.arraysEqual(condition.shape, t.shape) && tf.util.arraysEqual(t.shape, e.shape);
    if (!same || condition.dtype !== 'bool' || !isFloat(t) || !isFloat(e)) return undefined;
    const y = output(t.shape);
    simd.select(address(condition), address(t), address(e), address(y), sizeOf(t.shape));
    return y;
  },
};
