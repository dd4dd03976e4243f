/**
 * How much of the class leaks outside the object's shape: held-out accuracy of simple models on the colour histogram, and on
 * scenes whose object is gone. Not used in rendering or training; the tests call it small, a study may call it large.
 */
import { makeScene } from './draw.ts';
import { intervene } from './intervene.ts';
import { CLASSES } from './objects/index.ts';
import { renderScene } from './render.ts';

export interface Sample {
  readonly features: Float64Array;
  readonly label: number;
}

/** The share of each of 4 × 4 × 4 colour cells (64 features). */
export function histogramOf(rgb: Uint8Array): Float64Array {
  const out = new Float64Array(64);
  const share = 3 / rgb.length;
  for (let i = 0; i < rgb.length; i += 3) {
    const cell = (rgb[i]! >> 6) * 16 + (rgb[i + 1]! >> 6) * 4 + (rgb[i + 2]! >> 6);
    out[cell] = out[cell]! + share;
  }
  return out;
}

/** The means of grid × grid blocks in each channel (3 · grid² features). */
export function thumbnailOf(rgb: Uint8Array, size: number, grid: number): Float64Array {
  const out = new Float64Array(grid * grid * 3);
  const side = size / grid;
  for (let i = 0; i < size * size; i++) {
    const block = Math.floor(Math.floor(i / size) / side) * grid + Math.floor((i % size) / side);
    for (let c = 0; c < 3; c++) out[3 * block + c] = out[3 * block + c]! + rgb[3 * i + c]! / (255 * side * side);
  }
  return out;
}

/** Histogram (64) and 8 × 8 thumbnail (192) of `count` scenes from seed `first` on, `size` pixels wide, with or without the object. */
export function samplesOf(first: number, count: number, size: number, object: 'there' | 'gone'): Sample[] {
  return Array.from({ length: count }, (_, i) => {
    const scene = makeScene(first + i);
    const shown = object === 'gone' ? intervene(scene, { kind: 'remove-object' }) : scene;
    const { rgb } = renderScene(shown, size, { samples: 1 });
    return {
      label: CLASSES.findIndex(({ id }) => id === scene.classId),
      features: Float64Array.of(...histogramOf(rgb), ...thumbnailOf(rgb, size, 8)),
    };
  });
}

/** The same samples with the histogram alone. */
export const histogramsOf = (samples: readonly Sample[]): Sample[] =>
  samples.map(({ features, label }) => ({ label, features: features.slice(0, 64) }));

/** Held-out accuracy of least squares on one-hot labels with a ridge: the linear model, in closed form. */
export function linearAccuracy(train: readonly Sample[], test: readonly Sample[], ridge: number): number {
  const scale = standardiser(train);
  const width = train[0]!.features.length + 1;
  const gram = Array.from({ length: width }, (_, i) => {
    const row = new Float64Array(width);
    row[i] = ridge * train.length;
    return row;
  });
  const targets = Array.from({ length: width }, () => new Float64Array(CLASSES.length));
  for (const { features, label } of train) {
    const x = scale(features);
    for (let i = 0; i < width; i++) {
      const row = gram[i]!;
      for (let j = 0; j <= i; j++) row[j] = row[j]! + x[i]! * x[j]!;
      targets[i]![label] = targets[i]![label]! + x[i]!;
    }
  }
  const weights = solve(gram, targets);
  let right = 0;
  for (const { features, label } of test) {
    const x = scale(features);
    const scores = CLASSES.map((_, k) => x.reduce((sum, value, i) => sum + value * weights[i]![k]!, 0));
    if (scores.indexOf(Math.max(...scores)) === label) right++;
  }
  return right / test.length;
}

/** Held-out accuracy of the label of the nearest training sample (standardised Euclidean). */
export function neighbourAccuracy(train: readonly Sample[], test: readonly Sample[]): number {
  const scale = standardiser(train);
  const known = train.map(({ features }) => scale(features));
  let right = 0;
  for (const { features, label } of test) {
    const x = scale(features);
    let best = 1e300;
    let found = -1;
    known.forEach((y, n) => {
      let d = 0;
      for (let i = 0; i < x.length && d < best; i++) d += (x[i]! - y[i]!) * (x[i]! - y[i]!);
      if (d < best) {
        best = d;
        found = train[n]!.label;
      }
    });
    if (found === label) right++;
  }
  return right / test.length;
}

/** Maps features to mean 0 and variance 1 on the training set, and appends a 1. */
function standardiser(train: readonly Sample[]): (features: Float64Array) => Float64Array {
  const width = train[0]!.features.length;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const { features } of train) {
    for (let i = 0; i < width; i++) {
      mean[i] = mean[i]! + features[i]! / train.length;
      square[i] = square[i]! + (features[i]! * features[i]!) / train.length;
    }
  }
  const spread = square.map((value, i) => Math.sqrt(Math.max(value - mean[i]! * mean[i]!, 0)) + 1e-6);
  return (features) => {
    const out = new Float64Array(width + 1);
    for (let i = 0; i < width; i++) out[i] = (features[i]! - mean[i]!) / spread[i]!;
    out[width] = 1;
    return out;
  };
}

/** Solves A X = B for a symmetric positive A given by its lower triangle (Cholesky); A and B are overwritten, X returned in B. */
function solve(a: Float64Array[], b: Float64Array[]): Float64Array[] {
  const n = a.length;
  const columns = b[0]!.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= a[i]![k]! * a[j]![k]!;
      a[i]![j] = i === j ? Math.sqrt(sum) : sum / a[j]![j]!;
    }
  }
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = b[i]![c]!;
      for (let k = 0; k < i; k++) sum -= a[i]![k]! * b[k]![c]!;
      b[i]![c] = sum / a[i]![i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[i]![c]!;
      for (let k = i + 1; k < n; k++) sum -= a[k]![i]! * b[k]![c]!;
      b[i]![c] = sum / a[i]![i]!;
    }
  }
  return b;
}
