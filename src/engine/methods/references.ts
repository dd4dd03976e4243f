/** Which images of the training data a method compares with: drawn by the seed from a pool of fixed size, so that more of them keep the first. */
import { stream } from '../math/rng.ts';
import * as tf from '../tf.ts';

/** Images that a method asks for as its background; it draws from them. */
export const POOL_SIZE = 64;

/** The background of a request; throws where none is given. */
export function poolOf(background: tf.Tensor | undefined, title: string): tf.Tensor {
  if (!background) throw new Error(`${title} compares with images of the training data and none are given: set request.background`);
  return background;
}

/** `count` different rows of a pool of `size`, at (seed, purpose): a longer draw begins with the shorter one. */
export function drawRows(size: number, count: number, seed: number, purpose: string): number[] {
  if (count > size) throw new Error(`${count} different references out of ${size}: ask for at most ${size}`);
  return stream(seed, purpose).shuffle(Array.from({ length: size }, (_, i) => i)).slice(0, count);
}

/** Rows `indices` of `pool`, in that order. Call in a tidy. */
export const rowsOf = (pool: tf.Tensor, indices: readonly number[]): tf.Tensor => tf.concat(indices.map((i) => tf.slice(pool, i, 1)));
