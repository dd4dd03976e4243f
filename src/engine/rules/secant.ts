/** How steep an activation is between two points: the multiplier of difference-from-reference rules. Knows no rule and no network. */
import type { Node } from '../graph/graph.ts';
import { OPS, type Op, type OpName } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

/**
 * (s(from + step) − s(from)) / step, entry by entry, for two tensors of one shape; the derivative where step = 0.
 * Published code divides, and takes the gradient below a threshold (1e-10 in one library, 1e-7 in the other). In single precision the
 * quotient of a small step is noise long before that, so the secants here are accurate down to 0 and have no threshold.
 */
export type Secant = (from: tf.Tensor, step: tf.Tensor) => tf.Tensor;

/** Keeps a division by |step| finite; far below the resolution of activations. */
const LEAST_STEP = 1e-10;
const LARGEST = 3e38;

/** Of max(t, 0): the part of the way that lies above 0, max(from, from + step) / |step| cut to [0, 1]. No difference is taken, so nothing cancels. */
const rectifier: Secant = (from, step) =>
  tf.tidy(() => tf.clipByValue(tf.div(tf.maximum(from, tf.add(from, step)), tf.clipByValue(tf.abs(step), LEAST_STEP, LARGEST)), 0, 1));

/** Of min(max(t, 0), 6) = max(t, 0) − max(t − 6, 0). */
const rectifierTo6: Secant = (from, step) => tf.tidy(() => tf.sub(rectifier(from, step), rectifier(tf.sub(from, 6), step)));

/** Steps up to here are integrated, longer ones divided: either way the error stays near 1e-6. */
const SMALL_STEP = 0.2;
/** Nodes of the Gauss–Legendre rule of two nodes, as shares of the step. */
const GAUSS = [0.5 - Math.sqrt(1 / 12), 0.5 + Math.sqrt(1 / 12)] as const;

/** Of a smooth function: the quotient, for small steps the mean of the derivative at two Gauss–Legendre nodes (error step⁴ / 4320 · s⁗′). */
export const smoothSecant = (value: (t: tf.Tensor) => tf.Tensor, derivative: (t: tf.Tensor) => tf.Tensor): Secant => (from, step) =>
  tf.tidy(() => {
    const [first, second] = GAUSS.map((share) => derivative(tf.add(from, tf.mul(step, share)))) as [tf.Tensor, tf.Tensor];
    const quotient = tf.div(tf.sub(value(tf.add(from, step)), value(from)), step);
    return tf.where(tf.less(tf.abs(step), SMALL_STEP), tf.mul(tf.add(first, second), 0.5), quotient);
  });

export const expSecant = smoothSecant(tf.exp, tf.exp);

/** An elementwise op without weights as its function and its derivative. */
const smooth = (op: Op): Secant => {
  const value = (t: tf.Tensor) => op.forward([t], {}, {});
  return smoothSecant(value, (t) => op.vjp([t], value(t), {}, {}, tf.onesLike(t))[0]!);
};

const SECANTS: Partial<Readonly<Record<OpName, Secant>>> = { relu: rectifier, relu6: rectifierTo6, softplus: smooth(OPS.softplus), gelu: smooth(OPS.gelu), sigmoid: smooth(OPS.sigmoid), silu: smooth(OPS.silu) };

/** The secant of an activation; throws, naming the node, where none is known. */
export function secantOf(node: Pick<Node, 'id' | 'op'>): Secant {
  const secant = SECANTS[node.op];
  if (!secant) throw new Error(`no secant is known for '${node.id}' (${node.op}): add it to secant.ts`);
  return secant;
}
