/** DeepLIFT on a dense net as loops over plain numbers, written from the paper's definitions. Shares no code with the rules that it judges. */
import type { Graph, Node } from '../graph/graph.ts';
import type { Stream } from '../math/rng.ts';
import * as tf from '../tf.ts';

export type Activation = 'relu' | 'relu6' | 'softplus' | 'gelu';

/** weights[i][j] from input i to output j. */
export interface DenseLayer {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** Layers of these widths, uniform in [−1, 1), in single precision. */
export const denseWeights = (draws: Stream, widths: readonly number[]): DenseLayer[] =>
  widths.slice(1).map((to, k) => {
    const row = () => Array.from({ length: to }, () => Math.fround(draws.between(-1, 1)));
    return { weights: Array.from({ length: widths[k]! }, row), bias: row() };
  });

/** The same layers as a graph, an activation between each two of them. */
export const denseNet = (layers: readonly DenseLayer[], activation: Activation): Graph => ({
  input: 'x',
  output: `dense${layers.length - 1}`,
  nodes: layers.flatMap(({ weights, bias }, k): Node[] => [
    ...(k === 0 ? [] : [{ id: `act${k}`, op: activation, inputs: [`dense${k - 1}`], weights: {}, attrs: {} }]),
    { id: `dense${k}`, op: 'dense', inputs: [k === 0 ? 'x' : `act${k}`], attrs: {}, weights: { kernel: tf.tensor2d(weights.map((row) => [...row])), bias: tf.tensor1d([...bias]) } },
  ]),
});

/** erf by its Maclaurin series, which converges everywhere and is exact to 1e-12 for |t| < 4. */
function erf(t: number): number {
  let [term, total] = [t, t];
  for (let n = 1; n < 120; n++) {
    term *= (-t * t) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const FUNCTIONS: Readonly<Record<Activation, (t: number) => number>> = {
  relu: (t) => Math.max(t, 0),
  relu6: (t) => Math.min(Math.max(t, 0), 6),
  softplus: (t) => Math.log1p(Math.exp(t)),
  gelu: (t) => (t / 2) * (1 + erf(t / Math.SQRT2)),
};

const apply = ({ weights, bias }: DenseLayer, x: readonly number[]) => bias.map((b, j) => weights.reduce((z, row, i) => z + row[j]! * x[i]!, b));

/** Inputs of every layer, and the last output, of one forward pass. */
function run(layers: readonly DenseLayer[], s: (t: number) => number, x: readonly number[]): { inputs: number[][]; sums: number[][] } {
  const [inputs, sums]: [number[][], number[][]] = [[], []];
  let values = [...x];
  for (const layer of layers) {
    inputs.push(values);
    const z = apply(layer, values);
    sums.push(z);
    values = z.map(s);
  }
  return { inputs, sums };
}

/**
 * Contributions of x − b to logit `target`. Both multipliers of every quantity are carried, as in the paper: `plus` for what raised it, `minus` for
 * what lowered it. Parts that are 0 have no multiplier of their own and take that of a part of 1e-6.
 */
export function literalDeepLift(layers: readonly DenseLayer[], activation: Activation, x: readonly number[], b: readonly number[], target: number, mode: 'rescale' | 'reveal-cancel'): number[] {
  const s = FUNCTIONS[activation];
  const [image, reference] = [run(layers, s, x), run(layers, s, b)];
  let plus: number[] = image.sums.at(-1)!.map((_, j) => (j === target ? 1 : 0));
  let minus = [...plus];
  for (let k = layers.length - 1; k >= 0; k--) {
    const { weights } = layers[k]!;
    const steps = image.inputs[k]!.map((v, i) => v - reference.inputs[k]![i]!);
    // The linear rule: w Δx raises the sum where it is positive and lowers it where it is negative.
    const back = steps.map((step, i) =>
      weights[i]!.reduce((m, w, j) => m + w * (step === 0 ? (plus[j]! + minus[j]!) / 2 : w * step > 0 ? plus[j]! : minus[j]!), 0),
    );
    if (k === 0) return back.map((m, i) => m * steps[i]!);
    const before = layers[k - 1]!;
    const deltas = image.inputs[k - 1]!.map((v, i) => v - reference.inputs[k - 1]![i]!);
    [plus, minus] = [[], []];
    back.forEach((m, j) => {
      const [z0, z] = [reference.sums[k - 1]![j]!, image.sums[k - 1]![j]!];
      if (mode === 'rescale') {
        const slope = z === z0 ? (s(z + 1e-6) - s(z - 1e-6)) / 2e-6 : (s(z) - s(z0)) / (z - z0);
        plus.push(m * slope);
        minus.push(m * slope);
        return;
      }
      const parts = before.weights.map((row, i) => row[j]! * deltas[i]!);
      const up = parts.reduce((total, v) => total + Math.max(v, 0), 0) || 1e-6;
      const down = parts.reduce((total, v) => total + Math.min(v, 0), 0) || 1e-6;
      plus.push((m * (s(z0 + up) - s(z0) + (s(z0 + down + up) - s(z0 + down)))) / (2 * up));
      minus.push((m * (s(z0 + down) - s(z0) + (s(z0 + up + down) - s(z0 + up)))) / (2 * down));
    });
  }
  throw new Error('a net without layers');
}
