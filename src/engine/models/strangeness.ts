/**
 * How far an image is from what a model was trained on: the distance of its pooled features from those of the validation images.
 * Not a probability of being wrong, and not the softmax's confidence, which is no distance.
 */
import { forward, type Graph } from '../graph/graph.ts';
import { quantilesOf, shareBelow } from '../math/statistics.ts';
import * as tf from '../tf.ts';
import type { FeatureStatistics } from './manifest.ts';

const QUANTILES = 101;
/** A feature that hardly varies on the validation images counts as if it varied this much of the average one. */
const FLOOR = 0.05;

/** The graph's features, averaged over places (or tokens): [N, H, W, 3] → [N, D]. The caller owns it. Cost: one forward pass. */
export function pooledFeatures(graph: Graph, x: tf.Tensor): tf.Tensor2D {
  const { features } = graph;
  if (!features) throw new Error('the graph names no features, so that no distance can be measured: set graph.features');
  return tf.tidy(() => {
    const y = forward(graph, x, features.node);
    if (!features.tokens) return tf.mean(y, [1, 2]) as tf.Tensor2D;
    const { skip } = features.tokens;
    return tf.mean(tf.slice(y, [0, skip, 0], [y.shape[0]!, y.shape[1]! - skip, y.shape[2]!]), 1) as tf.Tensor2D;
  });
}

/** √(mean over features of ((f − μ) / σ)²), row by row of `pooled` [n, D]. */
function distances(pooled: Float32Array, { mean, deviation }: Pick<FeatureStatistics, 'mean' | 'deviation'>): number[] {
  const d = mean.length;
  if (pooled.length % d !== 0) throw new Error(`${pooled.length} pooled features are no whole rows of ${d}: do they come from the same model?`);
  return Array.from({ length: pooled.length / d }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += ((pooled[i * d + k]! - mean[k]!) / deviation[k]!) ** 2;
    return Math.sqrt(sum / d);
  });
}

/** What the validation images' pooled features [n, width] are like. */
export function featureStatistics(pooled: Float32Array, width: number): FeatureStatistics {
  const n = pooled.length / width;
  const mean = new Array<number>(width).fill(0);
  const square = new Array<number>(width).fill(0);
  pooled.forEach((f, i) => {
    mean[i % width]! += f / n;
    square[i % width]! += (f * f) / n;
  });
  const raw = mean.map((m, k) => Math.sqrt(Math.max(0, square[k]! - m * m)));
  const floor = (FLOOR * raw.reduce((a, b) => a + b, 0)) / width || 1;
  const deviation = raw.map((s) => Math.max(s, floor));
  return { mean, deviation, quantiles: quantilesOf(distances(pooled, { mean, deviation }), QUANTILES) };
}

/** The share of validation images that lie nearer, 0 … 1, for each row of `pooled`. Mahalanobis distance with a diagonal covariance. */
export const strangeness = (pooled: Float32Array, statistics: FeatureStatistics): number[] =>
  distances(pooled, statistics).map((distance) => shareBelow(statistics.quantiles, distance));
