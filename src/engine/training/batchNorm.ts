/** Batch normalisation in training: statistics of the batch, and the pullback through them. Not the inference op (graph/ops/linear.ts). */
import type { Weights } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

export interface BatchStatistics {
  /** [C], over all places and images; the variance is the biased one. */
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/** Σ over all axes but the last, [C]. As a product with ones: TensorFlow.js's WASM sums over outer axes transpose first. */
export function columnSums(x: tf.Tensor): tf.Tensor {
  const columns = x.shape.at(-1)!;
  const rows = x.size / columns;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(x, [rows, columns]) as tf.Tensor2D), [columns]);
}

/** y = (x − μ) / √(σ² + ε) · γ + β with μ, σ² of the batch. Ioffe & Szegedy 2015, algorithm 1. */
export function normalizeBatch(x: tf.Tensor, w: Weights, epsilon: number): BatchStatistics & { readonly y: tf.Tensor } {
  const count = x.size / x.shape.at(-1)!;
  const [y, mean, variance] = tf.tidy(() => {
    const mu = tf.div(columnSums(x), count);
    const sigma2 = tf.sub(tf.div(columnSums(tf.square(x)), count), tf.square(mu));
    const slope = tf.mul(w.gamma!, tf.rsqrt(tf.add(sigma2, epsilon)));
    return [tf.add(tf.mul(x, slope), tf.sub(w.beta!, tf.mul(mu, slope))), mu, sigma2] as [tf.Tensor, tf.Tensor, tf.Tensor];
  });
  return { y, mean, variance };
}

/** With x̂ the normed x: dβ = Σ dy, dγ = Σ dy x̂, dx = γ/√(σ² + ε) · (dy − dβ/n − x̂ dγ/n), n the number of rows. */
export function normalizeBatchVjp(x: tf.Tensor, w: Weights, epsilon: number, { mean, variance }: BatchStatistics, dy: tf.Tensor) {
  const count = x.size / x.shape.at(-1)!;
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const beta = columnSums(dy);
  const gamma = tf.mul(inverse, tf.sub(columnSums(tf.mul(dy, x)), tf.mul(mean, beta)));
  const slope = tf.mul(w.gamma!, inverse);
  const perX = tf.mul(slope, tf.div(tf.mul(inverse, gamma), -count));
  const constant = tf.sub(tf.mul(slope, tf.div(beta, -count)), tf.mul(perX, mean));
  return { dx: tf.add(tf.add(tf.mul(dy, slope), tf.mul(x, perX)), constant), gamma, beta };
}
