/** LIME on superpixels: a linear model of the score around the image, with segments switched on and off. Not KernelSHAP: the kernel says what is near. */
import { lasso, ridge, type Fit } from '../math/regression.ts';
import { stream } from '../math/rng.ts';
import { choice, float, int } from '../params.ts';
import type * as tf from '../tf.ts';
import { fieldOf, gameOf, mostPlayers, segmentParams, type Game } from './game.ts';
import { defineMethod } from './method.ts';

export const REGRESSIONS = ['least-squares', 'ridge', 'lasso'] as const;
export type Regression = (typeof REGRESSIONS)[number];

/** Row k of a run: each segment on or off with even odds at (seed, 'lime', k); row 0 has all on. */
export function sampleOf(seed: number, k: number, players: number): Uint8Array {
  if (k === 0) return new Uint8Array(players).fill(1);
  const draws = stream(seed, 'lime', k);
  return Uint8Array.from({ length: players }, () => (draws.uniform() < 0.5 ? 1 : 0));
}

/** 1 − cos(z, 1) = 1 − √(|z| / n); 1 for nothing on. */
export function cosineDistance(z: ArrayLike<number>): number {
  let on = 0;
  for (let i = 0; i < z.length; i++) on += z[i]!;
  return 1 - Math.sqrt(on / z.length);
}

/** ‖x − x_z‖₂ from ‖x − fill‖² of each segment. */
export function pixelDistance(z: ArrayLike<number>, squares: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < z.length; i++) if (z[i] === 0) total += squares[i]!;
  return Math.sqrt(total);
}

/** √(exp(−d² / width²)), which is exp(−d² / 2 width²). */
export const nearness = (distance: number, width: number): number => Math.exp(-(distance * distance) / (2 * width * width));

/** Fits y ≈ c + z·b with these weights. `penalty` is not read by least squares. */
export function fitLinear(regression: Regression, rows: readonly ArrayLike<number>[], y: ArrayLike<number>, weights: ArrayLike<number>, penalty: number): Fit {
  const columns = rows[0]!.length;
  const z = { data: Uint8Array.from({ length: rows.length * columns }, (_, at) => rows[Math.floor(at / columns)]![at % columns]!), columns };
  switch (regression) {
    case 'least-squares':
      return ridge(z, y, weights, 0);
    case 'ridge':
      return ridge(z, y, weights, penalty);
    case 'lasso':
      return lasso(z, y, weights, penalty);
    default:
      return regression satisfies never;
  }
}

/** ‖x − fill‖² over the places of each segment. */
export function segmentSquares({ segmentation: { labels, count } }: Pick<Game, 'segmentation'>, x: ArrayLike<number>, fill: ArrayLike<number>): Float64Array {
  const squares = new Float64Array(count);
  const channels = x.length / labels.length;
  for (let i = 0; i < x.length; i++) squares[labels[Math.floor(i / channels)]!]! += (x[i]! - fill[i]!) ** 2;
  return squares;
}

/** Slight ridge that lets a few first samples give an estimate to show. */
const EARLY_RIDGE = 1e-2;

/** Samples that are taken: enough for the regression to be determined. */
const takenFor = (samples: number, players: number): number => Math.max(samples, 4 * (players + 1));

/**
 * b of argmin Σ_z π(z) (f(x_z) − c − z·b)² + penalty.  Ribeiro, Singh, Guestrin 2016, eq. 1, with Li et al. 2023's setting as the default
 * (they scale the columns first: without a penalty that changes nothing).  Cost: `samples` forward passes.
 */
export const lime = defineMethod({
  id: 'lime',
  title: 'LIME',
  cite: 'ribeiro2016',
  family: 'perturbation',
  signed: true,
  score: 'probability',
  card: {
    says: 'Switches segments of the image on and off at random and fits a linear model to the scores, with nearer images counting more. Each pixel shows the weight of its segment.',
    formula: '\\arg\\min_{b, c} \\sum_z \\pi(z) \\bigl( f(x_z) - c - z^\\top b \\bigr)^2, \\quad \\pi(z) = \\sqrt{\\exp(-d(z)^2 / w^2)}',
    misleads: 'With half of the segments off every image is far from the original, so the linear model is hardly local. Two runs differ with few samples, and another segmentation tells another story.',
  },
  params: {
    ...segmentParams({ segmentation: 'quickshift', segments: 60, fill: 'segment-mean' }),
    samples: int({ title: 'Samples', help: 'Images with segments switched off. 1,000 in the consensus paper.', min: 16, max: 2000, default: 1000, unit: 'samples', scale: 'log' }),
    width: float({ title: 'Kernel width', help: 'Of the weights, in units of 1 − cos. Narrow ones count only images with nearly all segments on.', min: 0.05, max: 2, step: 0.05, default: 0.25, scale: 'log' }),
    regression: choice(REGRESSIONS, { title: 'Regression', help: 'Least squares is the consensus paper’s; a ridge shrinks all weights, a lasso sets small ones to zero.', labels: { 'least-squares': 'Least squares', ridge: 'Ridge', lasso: 'Lasso' } }),
    penalty: float({ title: 'Penalty', help: 'Of ridge and lasso. Least squares has none.', min: 0.0001, max: 10, default: 0.01, scale: 'log' }),
  },
  tiny: { segmentation: 'grid', segments: 4, samples: 20 },
  preview: (params) => ({ ...params, samples: Math.min(params.samples, 64), segments: Math.min(params.segments, 15) }),
  needs: () => undefined,
  claims: () => [],
  passes(params, given) {
    const most = takenFor(params.samples, mostPlayers(params, given));
    return { forward: most, backward: 0, exact: most === params.samples || given.shape.length === 1 };
  },
  async attribute(request, job) {
    const { params, seed } = request;
    const game = await gameOf(request, job);
    const rows = Array.from({ length: takenFor(params.samples, game.players) }, (_, k) => sampleOf(seed, k, game.players));
    const weights = rows.map((z) => nearness(cosineDistance(z), params.width));
    const early = (known: number, y: Float64Array) => (): tf.Tensor => fieldOf(game, fitLinear('ridge', rows.slice(0, known), y, weights, EARLY_RIDGE).coefficients);
    const y = await game.values(rows.length, (k) => rows[k]!, undefined, (known, values) => job.offer(early(known, values.subarray(0, known))));
    return job.own(fieldOf(game, fitLinear(params.regression, rows, y, weights, params.penalty).coefficients));
  },
});
