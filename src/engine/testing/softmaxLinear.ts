/** The softmax of a linear model of five inputs and four classes, as a graph and in plain double precision: what slow re-derivations are written on. */
import * as tf from '../tf.ts';
import { linearNet } from './toy.ts';

/** [class][input] */
export const WEIGHTS: readonly (readonly number[])[] = [
  [1.2, -0.7, 0.4, 0.9, -0.3],
  [-0.5, 1.1, 0.3, -0.8, 0.6],
  [0.2, 0.6, -1.3, 0.5, 1.0],
  [-0.9, -0.4, 0.8, 1.3, -1.1],
];
export const OFFSETS: readonly number[] = [0.4, 0, -0.1, 0.2];
/** Of class 0, with probabilities .6218492, .0390053, .2584488, .0806967. */
export const IMAGE: readonly number[] = [0.9, 0.2, 0, 0.97, 0.5];

export const softmaxLinear = () => linearNet(tf.transpose(tf.tensor2d(WEIGHTS.map((row) => [...row]))), tf.tensor1d([...OFFSETS]));

export const softmax = (z: readonly number[]): number[] => {
  const total = z.reduce((sum, v) => sum + Math.exp(v), 0);
  return z.map((v) => Math.exp(v) / total);
};

/** Probabilities of the four classes. */
export const probabilities = (image: readonly number[]) => softmax(WEIGHTS.map((row, c) => row.reduce((sum, w, i) => sum + w * image[i]!, OFFSETS[c]!)));

/** ∂p_y/∂x. */
export const slope = (image: readonly number[], y: number): number[] => {
  const p = probabilities(image);
  return image.map((_, i) => p[y]! * (WEIGHTS[y]![i]! - WEIGHTS.reduce((sum, row, c) => sum + p[c]! * row[i]!, 0)));
};

export const predicted = (image: readonly number[]) => probabilities(image).indexOf(Math.max(...probabilities(image)));
export const clip = (v: number, low = 0, high = 1) => Math.min(high, Math.max(low, v));
