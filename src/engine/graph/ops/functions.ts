/** Elementary functions of every entry alone, which networks use in formulas of their own. Not activations (elementwise.ts, units.ts). */
import * as tf from '../../tf.ts';
import { elementwise } from './elementwise.ts';
import type { Attrs } from './op.ts';

/** eˣ. */
export const exp = elementwise((x) => tf.exp(x), (_, y) => y);
/** The natural logarithm, x > 0. */
export const log = elementwise((x) => tf.log(x), (x) => tf.reciprocal(x));
/** √x, x ≥ 0; its slope at 0 is infinite. */
export const sqrt = elementwise((x) => tf.sqrt(x), (_, y) => tf.div(0.5, y));
/** 1 / x. */
export const reciprocal = elementwise((x) => tf.reciprocal(x), (_, y) => tf.neg(tf.square(y)));
/** x². */
export const square = elementwise((x) => tf.square(x), (x) => tf.mul(x, 2));
/** |x|; slope 0 at 0, as in PyTorch. Not tf.abs, whose slope there is −1, nor tf.sign, which is 0 below 1e-9 on WASM. */
export const abs = elementwise((x) => tf.add(tf.relu(x), tf.relu(tf.neg(x))), (x) => tf.sub(tf.step(x), tf.step(tf.neg(x))));
/** 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = elementwise((x) => tf.erf(x), (x) => tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)));
/** sin x, in radians. */
export const sin = elementwise((x) => tf.sin(x), (x) => tf.cos(x));
/** cos x, in radians. */
export const cos = elementwise((x) => tf.cos(x), (x) => tf.neg(tf.sin(x)));

export const exponentOf = (a: Attrs) => a.exponent as number;
/** x^exponent; x > 0 unless the exponent is a whole number. */
export const power = elementwise(
  (x, a) => tf.pow(x, exponentOf(a)),
  (x, _, a) => (exponentOf(a) === 0 ? tf.zerosLike(x) : tf.mul(tf.pow(x, exponentOf(a) - 1), exponentOf(a))),
);
