/** Whether the current backend computes right: a known network's logits and gradient against numbers checked in. Measures no speed. */
import { backward, gradient, record } from '../engine/graph/graph.ts';
import { normals } from '../engine/math/rng.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import { toGraph } from '../engine/models/plain.ts';
import * as tf from '../engine/tf.ts';
import { GRADIENT_PROBES, LOGITS } from './selfTest.golden.ts';
import { CLASSES, SIDE, selfTestImage, selfTestNet } from './selfTestNet.ts';

/** Of the largest expected number. A backend in half precision fails; float32 in any order of summation passes. */
const TOLERANCE = 2e-3;
export const PROBES = 6;

/** Logits of the self-test's image, and the gradient of Σ_c (c + 1) · logit_c seen through seeded random vectors (a wrong entry shows in all). */
export async function selfTestNumbers(): Promise<{ logits: number[]; probes: number[] }> {
  const graph = toGraph(selfTestNet());
  const [y, dx] = tf.tidy(() => {
    const x = tf.tensor4d(selfTestImage(), [1, SIDE, SIDE, 3]);
    const tape = record(graph, x);
    const logits = tf.clone(tape.value.get(graph.output)!);
    const seed = tf.tensor2d([Array.from({ length: CLASSES }, (_, c) => c + 1)]);
    return [logits, backward(tape, seed, gradient).get(graph.input)!] as const;
  });
  try {
    const [logits, slopes] = [await y.data(), await dx.data()];
    const probe = (index: number) => normals(2, 'self-test/probe', index, slopes.length).reduce((sum, z, i) => sum + z * slopes[i]!, 0);
    return { logits: [...logits], probes: Array.from({ length: PROBES }, (_, index) => probe(index)) };
  } finally {
    tf.dispose([y, dx]);
    disposeGraph(graph);
  }
}

/** What is wrong with the current backend, in words; `undefined` where nothing is. */
export async function selfTest(): Promise<string | undefined> {
  const { logits, probes } = await selfTestNumbers();
  return differ('logits', logits, LOGITS) ?? differ('gradient', probes, GRADIENT_PROBES);
}

export function differ(what: string, found: readonly number[], expected: readonly number[]): string | undefined {
  const scale = Math.max(...expected.map(Math.abs));
  const error = Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? NaN)))) / scale;
  if (error <= TOLERANCE) return undefined;
  return `it computes a wrong ${what} (${Number.isNaN(error) ? 'not a number' : `off by ${(100 * error).toPrecision(2)} %`} on a known network)`;
}
