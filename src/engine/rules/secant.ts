/** How steep a function of one number is between two points, accurate down to a step of 0. Knows no node: which op has which secant is in secants.ts. */
import * as tf from '../tf.ts';

/**
 * (s(from + step) − s(from)) / step, entry by entry, for two tensors of one shape; the derivative where step = 0.
 * Published code divides, and takes the gradient below a threshold (1e-10 in one library, 1e-7 in the other). In single precision the
 * quotient of a small step is noise long before that, so the secants here are accurate down to 0 and have no threshold.
 */
export type Secant = (from: tf.Tensor, step: tf.Tensor) => tf.Tensor;

/** Keeps a division by |step| finite; far below the resolution of activations. */
export const LEAST_STEP = 1e-10;
const LARGEST = 3e38;

/** Of max(t, 0): the part of the way that lies above 0, max(from, from + step) / |step| cut to [0, 1]. No difference is taken, so nothing cancels. */
export const rectifier: Secant = (from, step) =>
  tf.tidy(() => tf.clipByValue(tf.div(tf.maximum(from, tf.add(from, step)), tf.clipByValue(tf.abs(step), LEAST_STEP, LARGEST)), 0, 1));

/** Of min(max(t, min), max) = min + max(t − min, 0) − max(t − max, 0). */
export const clipped = (min: number, max: number): Secant => (from, step) => tf.tidy(() => tf.sub(rectifier(tf.sub(from, min), step), rectifier(tf.sub(from, max), step)));

/** Of a function that is `above` for t > 0 and `below` for t < 0 and 0 at 0: each on its share of the way. */
export const halves = (above: Secant, below: Secant): Secant => (from, step) =>
  tf.tidy(() => {
    const share = rectifier(from, step);
    const part = (side: (t: tf.Tensor) => tf.Tensor) => [side(from), tf.sub(side(tf.add(from, step)), side(from))] as const;
    return tf.add(tf.mul(share, above(...part(tf.relu))), tf.mul(tf.sub(1, share), below(...part((t) => tf.minimum(t, 0)))));
  });

/** Of f · g for the secants of the two: ½ (f + f₀) secant(g) + ½ (g + g₀) secant(f), exact. */
export const ofProduct = (f: (t: tf.Tensor) => tf.Tensor, g: (t: tf.Tensor) => tf.Tensor, secantF: Secant, secantG: Secant): Secant => (from, step) =>
  tf.tidy(() => {
    const mean = (of: (t: tf.Tensor) => tf.Tensor) => tf.mul(tf.add(of(from), of(tf.add(from, step))), 0.5);
    return tf.add(tf.mul(mean(f), secantG(from, step)), tf.mul(mean(g), secantF(from, step)));
  });

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

/** Below it the series of log((1 + q) / (1 − q)) is exact to single precision after two terms. */
const SMALL_RATIO = 0.03;

/** Of log t, t > 0, by the ratio q = (b − a) / (b + a), which does not depend on the scale: (2 + ⅔ q² …) / (b + a). */
export const logSecant = (from: tf.Tensor, to: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const [both, rise] = [tf.add(from, to), tf.sub(to, from)];
    const q = tf.div(rise, both);
    const near = tf.div(tf.add(tf.mul(tf.square(q), 2 / 3), 2), both);
    return tf.where(tf.less(tf.abs(q), SMALL_RATIO), near, tf.div(tf.sub(tf.log(to), tf.log(from)), rise));
  });

/** Of t^p for t > 0, as exp(p log t): the secant of the exponential, times p, times that of the logarithm. */
export const powerSecant = (exponent: number): Secant => (from, step) =>
  tf.tidy(() => {
    const to = tf.add(from, step);
    const slope = logSecant(from, to);
    const start = tf.mul(tf.log(from), exponent);
    return tf.mul(tf.mul(expSecant(start, tf.mul(tf.mul(slope, step), exponent)), slope), exponent);
  });
