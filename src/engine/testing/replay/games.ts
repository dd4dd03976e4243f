/** Replays of the masked games: ablation, Shapley values and indices, KernelSHAP, LIME; and of the insertion and deletion curves. */
import { banzhafInteraction, shapleyInteraction, shapleyTaylor } from '../../interactions/indices.ts';
import type { Job } from '../../job/job.ts';
import { banzhafValues, harsanyiDividends, shapleyValues } from '../../math/games.ts';
import type { Segmentation } from '../../math/segments.ts';
import { ablate } from '../../methods/featureAblation.ts';
import { maskedGame, type Game } from '../../methods/game.ts';
import { allCoalitions, kernelRegression } from '../../methods/kernelShap.ts';
import { cosineDistance, fitLinear, nearness, pixelDistance, segmentSquares } from '../../methods/lime.ts';
import { enumerate, sampleShapley } from '../../methods/shapley.ts';
import { scores } from '../../methods/walk.ts';
import { ridge } from '../../math/regression.ts';
import { orderOf, rankedCurve } from '../../metrics/insertionDeletion.ts';
import * as tf from '../../tf.ts';
import { exampleOf, type Numbers } from '../oracle.ts';
import { baselineOf, number, requestOf, text, type Example, type Replay } from './example.ts';

type Segments = Example['net']['inputs']['segments'];

function segmentationOf({ net, x }: Example, name: keyof Segments = 'segments8'): Segmentation {
  const labels = Int32Array.from(net.inputs.segments[name].data);
  if (labels.length !== (x.rank === 4 ? x.shape[1]! * x.shape[2]! : x.size)) throw new Error(`${name} of '${net.name}' has ${labels.length} labels, which does not fit its input`);
  return { labels, count: labels.reduce((a, b) => Math.max(a, b)) + 1 };
}

const gameOf = (example: Example, job: Job, segments?: keyof Segments, fill = baselineOf(example, job)): Game =>
  maskedGame({ ...requestOf(example), fill }, segmentationOf(example, segments), job);

const column = (values: ArrayLike<number>) => tf.tensor1d(Float32Array.from(values));

/** Rows of a stored matrix. */
const rowsOf = ({ shape, data }: Numbers): Float64Array[] => Array.from({ length: shape[0]! }, (_, k) => data.subarray(k * shape[1]!, (k + 1) * shape[1]!));

function stored({ case: c }: Example, name: string): Numbers {
  const numbers = c.replay[name];
  if (!numbers) throw new Error(`case '${c.id}' stores no '${name}'`);
  return numbers;
}

export const ablated: Replay = async (example, job) => ({ perSegment: column(await ablate(gameOf(example, job, text(example.case, 'segments') as keyof Segments))) });

export const enumerated: Replay = async (example, job) => {
  const { case: c } = example;
  const background = 'background' in c.params ? stored(example, 'background') : undefined;
  const fill = background && job.own(tf.tensor(Float32Array.from(background.data), [...background.shape]));
  const game = await enumerate(gameOf(example, job, 'segments8', fill));
  const all = { shapley: shapleyValues, banzhaf: banzhafValues, harsanyi: harsanyiDividends, shapleyInteraction, shapleyTaylor2: shapleyTaylor, banzhafInteraction };
  return { game: column(game), ...Object.fromEntries(Object.entries(all).map(([name, index]) => [name, column(index(game))])) };
};

export const sampledOrders: Replay = async (example, job) => {
  const orders = rowsOf(stored(example, 'permutations')).map((order) => Array.from(order));
  return { perSegment: column((await sampleShapley(gameOf(example, job, text(example.case, 'segments') as keyof Segments), orders, 1)).values) };
};

/** Captum regresses with an intercept, ∅ and N being rows of weight 1e6: only nearly the constrained regression, so it is told to the shipped solver so. */
export const kernelRegressed: Replay = async (example, job) => {
  const game = gameOf(example, job);
  const { id } = example.case;
  if (id.endsWith('_exact')) return { perSegment: column(await kernelRegression(game, allCoalitions(game.players))) };
  const rows = rowsOf(stored(example, 'coalitions'));
  if (id.endsWith('_constrained')) return { perSegment: column(await kernelRegression(game, { rows: rows.slice(2), weights: new Float64Array(rows.length - 2).fill(1) })) };
  const y = await game.values(rows.length, (k) => rows[k]!);
  const weights = rows.map((_, k) => (k < 2 ? 1e6 : 1));
  return { perSegment: column(ridge({ data: rows.flatMap((row) => Array.from(row)), columns: game.players }, y, weights, 0).coefficients) };
};

export const surrogate: Replay = async (example, job) => {
  const { case: c, x } = example;
  const fill = baselineOf(example, job);
  const game = gameOf(example, job, 'segments8', fill);
  const rows = rowsOf(stored(example, 'samples'));
  const y = await game.values(rows.length, (k) => rows[k]!);
  const squares = segmentSquares(game, await x.data(), await fill.data());
  const weights = rows.map((z) => nearness(c.id.startsWith('captum') ? pixelDistance(z, squares) : cosineDistance(z), number(c, 'kernelWidth')));
  const { coefficients, intercept } = fitLinear(c.id.endsWith('lasso') ? 'lasso' : 'ridge', rows, y, weights, number(c, 'alpha'));
  return { coef: column(coefficients), intercept: column([intercept]), weights: column(weights), y: column(y) };
};

export const ranked: Replay = async (example, job) => {
  const { case: c, index, x, net, target } = example;
  const byEntry = 'classes' in c.params;
  const asked = byEntry ? (c.params.classes as number[])[index]! : target;
  const score = (images: tf.Tensor) => scores({ graph: net.graph, target: asked, score: { kind: 'probability' } }, images, job);
  const map = await job.own(exampleOf(stored(example, 'score'), index)).data();
  const substrate = job.own(text(c, 'substrate') === 'b1' ? exampleOf(net.inputs.b1, index) : tf.zerosLike(x));
  const curves = async (direction: 'insertion' | 'deletion') => rankedCurve(direction, { x, substrate, ranking: map }, number(c, byEntry ? 'entriesPerStep' : 'step'), score, job);
  const [insertion, deletion] = [await curves('insertion'), await curves('deletion')];
  return { order: column(orderOf(map)), insertion: column(insertion.curve), deletion: column(deletion.curve), insertionAuc: column([insertion.area]), deletionAuc: column([deletion.area]) };
};
