/** What a trained model is worth: accuracy with its interval, confusion, golden numbers, feature statistics. Computed from the model as loaded. */
import { backward, forward, gradient, record, type Graph } from '../graph/graph.ts';
import { wilson } from '../math/statistics.ts';
import type { Accuracy, Calibration, FeatureStatistics, Golden } from '../models/manifest.ts';
import { featureStatistics, pooledFeatures } from '../models/strangeness.ts';
import * as tf from '../tf.ts';
import { plainBatch, type Images } from './images.ts';
import { logitsOf, predictions } from './trainer.ts';

export interface Assessment {
  readonly accuracy: Accuracy;
  /** Images of class [row] that were called [column]. */
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: Calibration;
}

const BINS = 10;

/** Of `count` rows of logits whose right classes are `labels`. */
export function calibrationOf(logits: Float32Array, labels: ArrayLike<number>, count: number): Calibration {
  const classes = logits.length / count;
  const bins = Array.from({ length: BINS }, () => ({ n: 0, confidence: 0, right: 0 }));
  predictions(logits, count).forEach((called, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const confidence = 1 / row.reduce((sum, z) => sum + Math.exp(z - row[called]!), 0);
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]!;
    bin.n++;
    bin.confidence += confidence;
    bin.right += called === labels[i] ? 1 : 0;
  });
  const means = bins.map(({ n, confidence, right }) => ({ n, confidence: n ? confidence / n : 0, accuracy: n ? right / n : 0 }));
  return { bins: means, error: means.reduce((sum, { n, confidence, accuracy }) => sum + (n / count) * Math.abs(accuracy - confidence), 0) };
}

/** Cost: one forward pass an image. */
export function assess(graph: Graph, images: Images, classes: number): Assessment {
  const logits = logitsOf(graph, images);
  const called = predictions(logits, images.count);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  called.forEach((k, i) => confusion[images.labels[i]!]![k]!++);
  const correct = confusion.reduce((sum, row, k) => sum + row[k]!, 0);
  return { accuracy: { correct, n: images.count, share: correct / images.count, interval: wilson(correct, images.count) }, confusion, calibration: calibrationOf(logits, images.labels, images.count) };
}

/** Cost: one forward pass an image. */
export function measureFeatures(graph: Graph, images: Images, classes: number, batch = 50): FeatureStatistics {
  const parts: Float32Array[] = [];
  for (let from = 0; from < images.count; from += batch) {
    const indices = Array.from({ length: Math.min(batch, images.count - from) }, (_, i) => from + i);
    parts.push(tf.tidy(() => Float32Array.from(pooledFeatures(graph, tf.tensor4d(plainBatch(images, indices), [indices.length, images.size, images.size, 3])).dataSync())));
  }
  const all = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  const { means, deviation, quantiles } = featureStatistics(all, images.labels, classes);
  return { means: means.map(shortened), deviation: shortened(deviation), quantiles: shortened(quantiles) };
}

/** Five significant digits are enough for a card. */
const shortened = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(5)));

const GOLDEN_ENTRIES = 16;

/** Logits, and the top logit's gradient by the pixels, of one picture (size × size × 3 bytes of scene `scene`). */
export function goldenOf(graph: Graph, scene: number, rgb: Uint8Array, size: number): Golden {
  return tf.tidy(() => {
    const x = tf.tensor4d(plainBatch({ rgb, size, count: 1, labels: new Uint8Array(1) }, [0]), [1, size, size, 3]);
    const logits = Array.from(forward(graph, x).dataSync());
    const target = logits.indexOf(Math.max(...logits));
    const seed = tf.tensor2d(logits.map((_, k) => (k === target ? 1 : 0)), [1, logits.length]);
    const values = Float32Array.from(backward(record(graph, x), seed, gradient).get(graph.input)!.dataSync());
    const entries = Array.from({ length: GOLDEN_ENTRIES }, (_, i) => values[Math.floor(((i + 0.5) * values.length) / GOLDEN_ENTRIES)]!);
    return { scene, logits, gradient: { target, sum: values.reduce((a, b) => a + b, 0), absoluteSum: values.reduce((a, b) => a + Math.abs(b), 0), entries } };
  });
}
