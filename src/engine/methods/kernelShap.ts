/** KernelSHAP: Shapley values by a weighted regression on coalitions. Not LIME: the weights are those that make the answer the Shapley value. */
import { leastSquaresOfSum } from '../math/regression.ts';
import { stream } from '../math/rng.ts';
import { int } from '../params.ts';
import { fieldOf, gameOf, hasCommonFill, mostPlayers, paintParam, segmentParams, sharedFrom, type Game } from './game.ts';
import { defineMethod } from './method.ts';

/** Coalitions as rows of 0 and 1, each with its weight. */
export interface Coalitions {
  readonly rows: readonly ArrayLike<number>[];
  readonly weights: ArrayLike<number>;
}

/** All coalitions but ∅ and N, weighed (n−1) / (C(n, s) s (n−s)).  Lundberg & Lee 2017, theorem 2. */
export function allCoalitions(players: number): Coalitions {
  const rows = Array.from({ length: Math.max(0, 2 ** players - 2) }, (_, k) => Uint8Array.from({ length: players }, (_, i) => ((k + 1) >> i) & 1));
  const choose = Array.from({ length: players + 1 }, () => 1);
  for (let s = 1; s <= players; s++) choose[s] = (choose[s - 1]! * (players - s + 1)) / s;
  const weights = rows.map((row) => {
    const size = row.reduce((a, b) => a + b);
    return (players - 1) / (choose[size]! * size * (players - size));
  });
  return { rows, weights };
}

/** `samples` coalitions drawn as the kernel weighs them, so that each counts once: size s with p ∝ 1 / (s (n−s)); every second is the complement of the one before. */
export function drawnCoalitions(seed: number, samples: number, players: number): Coalitions {
  const shares = Array.from({ length: players - 1 }, (_, k) => 1 / ((k + 1) * (players - k - 1)));
  const total = shares.reduce((a, b) => a + b);
  const rows = Array.from({ length: samples }, (_, k) => {
    const draws = stream(seed, 'kernel-shap', Math.floor(k / 2));
    let rest = draws.uniform() * total;
    const found = shares.findIndex((share) => (rest -= share) < 0);
    const size = 1 + (found < 0 ? players - 2 : found);
    const row = new Uint8Array(players);
    for (const i of draws.shuffle(Array.from({ length: players }, (_, i) => i)).slice(0, size)) row[i] = 1;
    return k % 2 === 0 ? row : row.map((present) => 1 - present);
  });
  return { rows, weights: new Float64Array(samples).fill(1) };
}

/** Slight ridge that lets a few first coalitions give an estimate to show. */
const EARLY_RIDGE = 1e-3;

/** φ = argmin Σ w(S) (v(S) − v(∅) − Σ_{i∈S} φ_i)² subject to Σ φ_i = v(N) − v(∅).  Cost: one pass a coalition, plus two. */
export async function kernelRegression(game: Game, { rows, weights }: Coalitions, after?: (soFar: Float64Array) => Promise<void>): Promise<Float64Array> {
  const { players } = game;
  const data = Uint8Array.from({ length: rows.length * players }, (_, at) => rows[Math.floor(at / players)]![at % players]!);
  const fit = (values: Float64Array, known: number, penalty: number) => {
    const [empty, all] = [values[0]!, values[1]!];
    return leastSquaresOfSum({ data, columns: players }, values.subarray(2, known).map((v) => v - empty), weights, all - empty, penalty);
  };
  const coalition = (k: number) => (k < 2 ? new Uint8Array(players).fill(k) : rows[k - 2]!);
  const values = await game.values(rows.length + 2, coalition, undefined, async (known, soFar) => {
    if (after && known > 2) await after(fit(soFar, known, EARLY_RIDGE));
  });
  return fit(values, values.length, 0);
}

/** Coalitions that are drawn: enough for the regression to be determined. */
const drawnFor = (samples: number, players: number): number => Math.max(samples, 4 * players);

/** The Shapley value as the solution of a weighted regression.  Lundberg & Lee 2017, section 4.1.  Cost: `samples` + 2 forward passes, or 2^n where that is less. */
export const kernelShap = defineMethod({
  id: 'kernel-shap',
  title: 'KernelSHAP',
  cite: 'lundberg2017',
  family: 'perturbation',
  signed: true,
  score: 'logit',
  card: {
    says: 'Fits a sum of one number per segment to the scores of many images with segments missing, weighed so that the numbers are the Shapley values. Where all combinations fit into the samples, they are exact.',
    formula: '\\varphi = \\arg\\min_\\varphi \\sum_S \\frac{n-1}{\\binom{n}{|S|}\\,|S|\\,(n-|S|)} \\Bigl( v(S) - v(\\emptyset) - \\sum_{i \\in S} \\varphi_i \\Bigr)^2, \\quad \\sum_i \\varphi_i = v(N) - v(\\emptyset)',
    misleads: 'It always adds up to the rise of the score, also when there are far too few samples: adding up says nothing about accuracy. The images that it asks about have large holes.',
  },
  params: {
    ...segmentParams({ segmentation: 'slic', segments: 24, fill: 'mean-colour' }),
    samples: int({ title: 'Samples', help: 'Combinations of segments that are tried.', min: 32, max: 4000, default: 500, unit: 'samples', scale: 'log' }),
    paint: paintParam(),
  },
  tiny: { segmentation: 'grid', segments: 4 },
  preview: (params) => ({ ...params, samples: Math.min(params.samples, 96) }),
  needs: () => undefined,
  claims: (params) => [
    ...(hasCommonFill(params) && params.paint === 'share' ? (['complete'] as const) : []),
    ...(2 ** params.segments - 2 <= params.samples && params.fill !== 'noise' ? (['deterministic'] as const) : []),
  ],
  passes(params, given) {
    const players = mostPlayers(params, given);
    return { forward: Math.min(2 ** players, drawnFor(params.samples, players) + 2), backward: 0, exact: given.shape.length === 1 };
  },
  baseline: sharedFrom,
  async attribute(request, job) {
    const { params, seed } = request;
    const game = await gameOf(request, job);
    const samples = drawnFor(params.samples, game.players);
    const coalitions = 2 ** game.players - 2 <= samples ? allCoalitions(game.players) : drawnCoalitions(seed, samples, game.players);
    const values = await kernelRegression(game, coalitions, (soFar) => job.offer(() => fieldOf(game, soFar, params.paint)));
    return job.own(fieldOf(game, values, params.paint));
  },
});
