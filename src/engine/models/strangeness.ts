/**
 * How far an image is from what a model was trained on: the distance of its pooled features from the nearest class's on validation images.
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

/** min over classes of √(mean over features of ((f − μ_class) / σ)²), row by row of `pooled` [n, D]. */
function distances(pooled: Float32Array, { means, deviation }: Pick<FeatureStatistics, 'means' | 'deviation'>): number[] {
  const d = deviation.length;
  if (pooled.length % d !== 0) throw new Error(`${pooled.length} pooled features are no whole rows of ${d}: do they come from the same model?`);
  return Array.from({ length: pooled.length / d }, (_, i) => {
    const squares = means.map((mean) => mean.reduce((sum, m, k) => sum + ((pooled[i * d + k]! - m) / deviation[k]!) ** 2, 0));
    return Math.sqrt(Math.min(...squares) / d);
  });
}

/** What the validation images' pooled features [n, D] are like, given their classes. */
export function featureStatistics(pooled: Float32Array, labels: ArrayLike<number>, classes: number): FeatureStatistics {
  const n = labels.length;
  const d = pooled.length / n;
  const counts = new Array<number>(classes).fill(0);
  const sums = counts.map(() => new Array<number>(d).fill(0));
  for (let i = 0; i < n; i++) {
    counts[labels[i]!]!++;
    for (let k = 0; k < d; k++) sums[labels[i]!]![k]! += pooled[i * d + k]!;
  }
  const absent = counts.indexOf(0);
  if (absent >= 0) throw new Error(`class ${absent} has no image, so that it has no mean features: measure on more images`);
  const means = sums.map((sum, c) => sum.map((s) => s / counts[c]!));
  const squares = new Array<number>(d).fill(0);
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) squares[k]! += (pooled[i * d + k]! - means[labels[i]!]![k]!) ** 2 / n;
  const raw = squares.map(Math.sqrt);
  const floor = (FLOOR * raw.reduce((a, b) => a + b, 0)) / d || 1;
  const deviation = raw.map((s) => Math.max(s, floor));
  return { means, deviation, quantiles: quantilesOf(distances(pooled, { means, deviation }), QUANTILES) };
}

/**
 * The share of validation images that lie nearer to their nearest class, 0 … 1, for each row of `pooled`.
 * Mahalanobis distance to the nearest class (Lee et al. 2018, eq. 2) with a diagonal covariance that the classes share.
 */
export const strangeness = (pooled: Float32Array, statistics: FeatureStatistics): number[] =>
  distances(pooled, statistics).map((distance) => shareBelow(statistics.quantiles, distance));
