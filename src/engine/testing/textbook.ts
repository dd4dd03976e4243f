/** The relevance rules as the textbook writes them: plain sums over a dense matrix, in double precision. Slow, and independent of the rules that they judge. */
import type { Step } from '../graph/graph.ts';
import * as tf from '../tf.ts';

/** z_j = Σ_i x_i w[i][j] + b_j. */
export interface DenseLayer {
  readonly w: readonly (readonly number[])[];
  readonly b: readonly number[];
}
export type BookRule = (x: readonly number[], layer: DenseLayer, r: readonly number[]) => number[];

const up = (v: number) => Math.max(v, 0);
const down = (v: number) => Math.min(v, 0);

/** R_i = Σ_j c(i, j) / stab(Σ_k c(k, j) + d(j)) · r_j. */
function shared(inputs: number, r: readonly number[], c: (i: number, j: number) => number, d: (j: number) => number, epsilon = 1e-6): number[] {
  const result = Array.from({ length: inputs }, () => 0);
  r.forEach((rj, j) => {
    let z = d(j);
    for (let k = 0; k < inputs; k++) z += c(k, j);
    const denominator = z >= 0 ? z + epsilon : z - epsilon;
    for (let i = 0; i < inputs; i++) result[i]! += (c(i, j) / denominator) * rj;
  });
  return result;
}

export const bookEpsilon = (epsilon = 1e-6): BookRule => (x, { w, b }, r) => shared(x.length, r, (i, j) => x[i]! * w[i]![j]!, (j) => b[j]!, epsilon);

const bookSupport: BookRule = (x, { w, b }, r) => shared(x.length, r, (i, j) => up(x[i]! * w[i]![j]!), (j) => up(b[j]!));
const bookAgainst: BookRule = (x, { w, b }, r) => shared(x.length, r, (i, j) => down(x[i]! * w[i]![j]!), (j) => down(b[j]!));

export const bookAlphaBeta = (beta: number): BookRule => (x, layer, r) => {
  const against = bookAgainst(x, layer, r);
  return bookSupport(x, layer, r).map((v, i) => (1 + beta) * v - beta * against[i]!);
};

/** Each output is asked for its sign, with its bias; `bias` says whether it counts in the denominator. */
export const bookGamma = (gamma: number, bias = true): BookRule => (x, { w, b }, r) => {
  const sign = b.map((bj, j) => Math.sign(x.reduce((z, xi, i) => z + xi * w[i]![j]!, bj)));
  const part = (j: number) => (sign[j]! > 0 ? up : down);
  const live = r.map((rj, j) => (sign[j] === 0 ? 0 : rj));
  const favoured = (v: number, j: number) => v + gamma * part(j)(v);
  return shared(x.length, live, (i, j) => favoured(x[i]! * w[i]![j]!, j), (j) => (bias ? favoured(b[j]!, j) : 0));
};

/** One bound for each input. */
export const bookBox = (low: readonly number[], high: readonly number[]): BookRule => (x, { w }, r) =>
  shared(x.length, r, (i, j) => x[i]! * w[i]![j]! - low[i]! * up(w[i]![j]!) - high[i]! * down(w[i]![j]!), () => 0);

/** An input that output j does not see has weight 0. */
export const bookFlat: BookRule = (x, { w }, r) => shared(x.length, r, (i, j) => (w[i]![j] === 0 ? 0 : 1), () => 0);

/** The layer of `step` for one row as a dense matrix: its answer to every unit vector. */
export function denseLayerOf({ op, node, xs: [x], y }: Step): DenseLayer {
  const weights = { ...node.weights };
  delete (weights as Record<string, tf.Tensor>).bias;
  const size = x.size;
  const w = Array.from({ length: size }, (_, i) =>
    tf.tidy(() => Array.from(op.forward([tf.tensor(Array.from({ length: size }, (__, k) => (k === i ? 1 : 0)), x.shape)], weights, node.attrs).dataSync())),
  );
  const bias = node.weights.bias?.dataSync();
  return { w, b: Array.from({ length: y.size }, (_, j) => (bias ? bias[j % bias.length]! : 0)) };
}
