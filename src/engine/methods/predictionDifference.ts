/** Prediction difference: how the answer changes when a window is filled from other images. Not Occlusion: no colour is chosen to cover with. */
import { forward } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import { choice, int } from '../params.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { placesOf, windowStarts } from './occlusion.ts';
import { drawRows, POOL_SIZE, poolOf, rowsOf } from './references.ts';
import { scoreOf } from './score.ts';
import type { Question } from './walk.ts';

export const DIFFERENCES = ['weight-of-evidence', 'information', 'score'] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** What the network says to one input: log p and 1 − p of the class, the explained score, and how many classes there are. */
interface Answer {
  readonly logP: number;
  readonly rest: number;
  readonly score: number;
  readonly classes: number;
}

/** Reads the answers to `xs`; 1 − p is summed over the other classes, since 1 − p in single precision loses its digits where the model is sure. */
async function ask({ graph, target, score }: Question & { target: number }, rows: () => tf.Tensor, job: Job, tick: (seen: tf.Tensor) => Promise<void>): Promise<Answer[]> {
  let classes = 0;
  const seen = job.own(
    tf.tidy(() => {
      const xs = rows();
      job.spend({ forward: xs.shape[0]! });
      const logits = forward(graph, xs);
      classes = logits.shape[1]!;
      const others = Float32Array.from({ length: classes }, (_, c) => (c === target ? 0 : 1));
      const rest = tf.sum(tf.mul(tf.softmax(logits), tf.tensor1d(others)), -1);
      return tf.stack([scoreOf(logits, target, { kind: 'log-probability' }), rest, scoreOf(logits, target, score)], 1);
    }),
  );
  await tick(seen);
  const data = (await seen.data()) as Float32Array;
  job.drop(seen);
  return Array.from({ length: data.length / 3 }, (_, i) => ({ logP: data[3 * i]!, rest: data[3 * i + 1]!, score: data[3 * i + 2]!, classes }));
}

/** The number of training images in the paper's Laplace correction (p N + 1) / (N + K); the published code's value. */
const LAPLACE_N = 1e5;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** How much `clear` says more for the class than the mean of `filled`. Evidence and information are in bits.  Zintgraf et al. 2017, section 3.1. */
export function differenceOf(kind: Difference, clear: Answer, filled: readonly Answer[]): number {
  const { classes } = clear;
  switch (kind) {
    case 'weight-of-evidence': {
      // odds((p N + 1) / (N + K)), with 1 − p at hand.
      const logOdds = (p: number, rest: number) => Math.log2((p * LAPLACE_N + 1) / (rest * LAPLACE_N + classes - 1));
      return logOdds(Math.exp(clear.logP), clear.rest) - logOdds(mean(filled.map(({ logP }) => Math.exp(logP))), mean(filled.map(({ rest }) => rest)));
    }
    case 'information': {
      const top = filled.reduce((most, { logP }) => Math.max(most, logP), -Infinity);
      return (clear.logP - top - Math.log(mean(filled.map(({ logP }) => Math.exp(logP - top))))) / Math.LN2;
    }
    case 'score':
      return clear.score - mean(filled.map(({ score }) => score));
    default:
      return kind satisfies never;
  }
}

export interface WindowGrid {
  readonly size: number;
  readonly stride: number;
}

/** Top left corners of the windows on an input [1, …]. */
const cornersOf = (shape: readonly number[], { size, stride }: WindowGrid): (readonly [number, number])[] => {
  const [height, width] = placesOf(shape);
  return windowStarts(height, size, stride).flatMap((top) => windowStarts(width, size, stride).map((left) => [top, left] as const));
};

/** Calls `visit` with every place (row-major index) of the window at a corner; a table is one row. */
function eachPlace(shape: readonly number[], size: number, [top, left]: readonly [number, number], visit: (place: number) => void): void {
  const [height, width] = placesOf(shape);
  for (let row = top; row < Math.min(top + size, height); row++) for (let column = left; column < Math.min(left + size, width); column++) visit(row * width + column);
}

/** The mean over the windows that cover a place of a number for each window → [1, H, W, 1], a table [1, F]. Summed in double precision. */
function paint(shape: readonly number[], grid: WindowGrid, perWindow: readonly number[]): tf.Tensor {
  const [height, width] = placesOf(shape);
  const [sums, counts] = [new Float64Array(height * width), new Float64Array(height * width)];
  cornersOf(shape, grid).forEach((corner, w) =>
    eachPlace(shape, grid.size, corner, (place) => {
      sums[place]! += perWindow[w]!;
      counts[place]! += 1;
    }),
  );
  return tf.tensor(Float32Array.from(sums, (sum, i) => (counts[i] ? sum / counts[i] : 0)), shape.length === 4 ? [1, height, width, 1] : [1, width]);
}

/**
 * A_p = mean over the windows W ∋ p of D( f(x), mean over k of f(x with W from sample k) ), D as `kinds` say, one map for each; owned by the job.
 * `samples` [m, …] is borrowed. Rows go sample by sample, so that the first estimate covers the whole image. Cost: 1 + windows · m forward passes.
 */
export async function predictionDifferences(question: Question & { x: tf.Tensor; target: number }, samples: tf.Tensor, grid: WindowGrid, kinds: readonly Difference[], job: Job): Promise<tf.Tensor[]> {
  const { x } = question;
  const corners = cornersOf(x.shape, grid);
  const total = corners.length * samples.shape[0]!;
  const [clear] = await ask(question, () => tf.clone(x), job, async () => {});
  const answers: Answer[] = [];
  const mapOf = (kind: Difference, count: number) =>
    paint(x.shape, grid, corners.map((_, w) => differenceOf(kind, clear!, Array.from({ length: count }, (_s, s) => answers[s * corners.length + w]!))));
  for (let from = 0; from < total; from += job.batch) {
    const to = Math.min(total, from + job.batch);
    const rows = () => filledRows(x, samples, corners, grid.size, from, to);
    answers.push(...(await ask(question, rows, job, (seen) => job.tick(to, total, seen))));
    const whole = Math.floor(to / corners.length);
    if (whole > 0 && to < total) await job.offer(() => mapOf(kinds[0]!, whole));
  }
  return kinds.map((kind) => job.own(mapOf(kind, samples.shape[0]!)));
}

/** Rows [from, to) of the sweep: x with window (row mod windows) copied from sample (row div windows). */
function filledRows(x: tf.Tensor, samples: tf.Tensor, corners: readonly (readonly [number, number])[], size: number, from: number, to: number): tf.Tensor {
  const [height, width] = placesOf(x.shape);
  const masks = new Float32Array((to - from) * height * width);
  for (let row = from; row < to; row++) eachPlace(x.shape, size, corners[row % corners.length]!, (place) => (masks[(row - from) * height * width + place] = 1));
  const mask = tf.tensor(masks, x.rank === 4 ? [to - from, height, width, 1] : [to - from, width]);
  const filling = rowsOf(samples, Array.from({ length: to - from }, (_, i) => Math.floor((from + i) / corners.length)));
  return tf.add(tf.mul(x, tf.sub(1, mask)), tf.mul(filling, mask));
}

/** A_p = mean over windows W ∋ p of log₂ odds p(x) − log₂ odds E_b p(x with W from b).  Zintgraf et al. 2017, section 3, marginal sampling.  Cost: windows · samples forward passes, plus one. */
export const predictionDifference = defineMethod({
  id: 'prediction-difference',
  title: 'Prediction Difference',
  cite: 'zintgraf2017',
  family: 'perturbation',
  signed: true,
  score: 'probability',
  card: {
    says: 'Fills a window of the image with the same place of other training images and measures how the answer changes on average. The window is not blotted out, it only stops telling about this image.',
    formula: 'A_p = \\frac{1}{|\\{W \\ni p\\}|} \\sum_{W \\ni p} \\Bigl( \\log_2 \\tfrac{p}{1 - p}(x) - \\log_2 \\tfrac{q_W}{1 - q_W} \\Bigr), \\quad q_W = \\mathbb E_b\\, p(x_{W \\leftarrow b})',
    misleads: 'What is filled in does not fit its surroundings, so edges of windows can act as features. Evidence that is there twice is missed. Few samples leave noise.',
  },
  params: {
    window: int({ title: 'Window', help: 'Side of the square that is filled.', min: 1, max: 32, default: 12, unit: 'px' }),
    stride: int({ title: 'Stride', help: 'How far the window moves: 1 as published, which costs the most passes.', min: 1, max: 32, default: 6, unit: 'px' }),
    samples: int({ title: 'Samples', help: 'Training images that each window is filled from.', min: 1, max: POOL_SIZE, default: 8, unit: 'samples', scale: 'log' }),
    difference: choice(DIFFERENCES, {
      title: 'Difference',
      help: 'How the answers with and without the window are compared.',
      labels: { 'weight-of-evidence': 'Weight of evidence (log odds)', information: 'Information (log probability)', score: 'The score itself' },
    }),
  },
  tiny: { window: 4, stride: 4, samples: 5 },
  preview: (params) => ({ ...params, stride: Math.max(params.stride, params.window), samples: Math.min(params.samples, 2) }),
  needs: () => undefined,
  claims: ({ difference }) => (difference === 'score' ? [] : ['score-free']),
  passes({ window: size, stride, samples }, { shape }) {
    return { forward: 1 + samples * cornersOf(shape.length === 3 ? [1, ...shape] : shape, { size, stride }).length, backward: 0, exact: true };
  },
  references: () => POOL_SIZE,
  async attribute(request, job) {
    const { params, background, seed } = request;
    const pool = poolOf(background, 'Prediction Difference');
    const samples = job.own(tf.tidy(() => rowsOf(pool, drawRows(pool.shape[0]!, params.samples, seed, 'prediction-difference'))));
    const [map] = await predictionDifferences(request, samples, { size: params.window, stride: params.stride }, [params.difference], job);
    return map!;
  },
});
