/** Shapley values of segments: by enumeration for few players, by random orders with a standard error for many. The table's arithmetic is in math/games. */
import { shapleyValues } from '../math/games.ts';
import { stream } from '../math/rng.ts';
import { int } from '../params.ts';
import { fieldOf, gameOf, hasCommonFill, mostPlayers, paintParam, placed, segmentParams, sharedFrom, type Game } from './game.ts';
import { defineMethod } from './method.ts';

/** Up to so many players all 2^n coalitions are evaluated. */
export const MOST_ENUMERATED = 12;

/** v of all 2^n coalitions, by bitmask: bit i set, player i present. */
export const enumerate = (game: Game): Promise<Float64Array> =>
  game.values(2 ** game.players, (mask) => Uint8Array.from({ length: game.players }, (_, i) => (mask >> i) & 1));

export interface Sampled {
  readonly values: Float64Array;
  /** Of each value, from the spread between groups; NaN for a single group. */
  readonly standardError: Float64Array;
}

/** Players in the order in which they enter. */
export type Order = readonly number[];

/** Order k of a run: every second one is the reverse of the one before (antithetic). Drawn at (seed, 'shapley', ⌊k/2⌋). */
export function orderOf(seed: number, k: number, players: number): Order {
  const order = stream(seed, 'shapley', Math.floor(k / 2)).shuffle(Array.from({ length: players }, (_, i) => i));
  return k % 2 === 0 ? order : order.reverse();
}

/** Coalitions that a chunk of orders evaluates before the field is shown again. */
const CHUNK = 64;

/**
 * φ_i = mean over orders of the rise when i enters.  Castro, Gómez, Tejada 2009, algorithm 1. Each order's rises sum to v(N) − v(∅).
 * The standard error is that of the mean of `group` orders' means. Cost: (n − 1) passes an order, plus two.
 */
export async function sampleShapley(game: Game, orders: readonly Order[], group: number, after?: (soFar: Sampled) => Promise<void>): Promise<Sampled> {
  const { players } = game;
  const total = 2 + orders.length * (players - 1);
  const ends = await game.values(2, (k) => new Uint8Array(players).fill(k), { done: 0, total });
  const tally = createTally(players);
  const chunk = group * Math.max(1, Math.ceil(CHUNK / (group * Math.max(1, players - 1))));
  for (let from = 0; from < orders.length; from += chunk) {
    const some = orders.slice(from, from + chunk);
    const values = await game.values(some.length * (players - 1), (k) => entered(some[Math.floor(k / (players - 1))]!, (k % (players - 1)) + 1), { done: 2 + from * (players - 1), total });
    for (let g = 0; g < some.length; g += group) tally.add(some.slice(g, g + group).map((order, i) => rises(order, [ends[0]!, ...values.subarray((g + i) * (players - 1), (g + i + 1) * (players - 1)), ends[1]!])));
    await after?.(tally.result());
  }
  return tally.result();
}

/** The first `count` of an order, as a coalition. */
function entered(order: Order, count: number): Uint8Array {
  const present = new Uint8Array(order.length);
  for (let i = 0; i < count; i++) present[order[i]!] = 1;
  return present;
}

/** By player, from the values before and after each entry. */
function rises(order: Order, path: readonly number[]): Float64Array {
  const found = new Float64Array(order.length);
  order.forEach((player, at) => (found[player] = path[at + 1]! - path[at]!));
  return found;
}

/** Running mean and spread over groups (Welford 1962). */
function createTally(players: number) {
  const mean = new Float64Array(players);
  const squares = new Float64Array(players);
  let groups = 0;
  return {
    add(group: readonly Float64Array[]) {
      groups++;
      for (let i = 0; i < players; i++) {
        const value = group.reduce((sum, one) => sum + one[i]!, 0) / group.length;
        const off = value - mean[i]!;
        mean[i]! += off / groups;
        squares[i]! += off * (value - mean[i]!);
      }
    },
    result: (): Sampled => ({ values: Float64Array.from(mean), standardError: squares.map((s) => Math.sqrt(s / ((groups - 1) * groups))) }),
  };
}

const isExact = (players: number): boolean => players <= MOST_ENUMERATED;

/** φ_i = Σ_{S ∌ i} |S|!(n−|S|−1)!/n! (v(S+i) − v(S)).  Shapley 1953.  Cost: 2^n passes up to 12 segments, else 2 · pairs · (n − 1) + 2. */
export const shapley = defineMethod({
  id: 'shapley',
  title: 'Shapley value',
  cite: 'shapley1953',
  family: 'perturbation',
  signed: true,
  score: 'logit',
  card: {
    says: 'Puts the segments of the image back in every order and shows by how much each raises the score on average when it comes. With up to 12 segments the value is exact; with more it is sampled and comes with its standard error.',
    formula: '\\varphi_i = \\sum_{S \\not\\ni i} \\frac{|S|!\\,(n-|S|-1)!}{n!} \\bigl( v(S \\cup i) - v(S) \\bigr)',
    misleads: 'Most of the images that it asks about have large holes, and no network was trained on those. The values depend on how the image is cut and on what fills the holes.',
  },
  params: {
    ...segmentParams({ segmentation: 'slic', segments: 20, fill: 'mean-colour' }),
    pairs: int({ title: 'Pairs of orders', help: 'A random order and its reverse. More make the standard error smaller. Not used with up to 12 segments: there every coalition is evaluated.', min: 2, max: 500, default: 12, unit: 'samples', scale: 'log' }),
    paint: paintParam(),
  },
  tiny: { segmentation: 'grid', segments: 4 },
  preview: (params) => (isExact(params.segments) ? { ...params, segments: Math.min(params.segments, 6) } : { ...params, pairs: 2 }),
  needs: () => undefined,
  claims: (params) => [...(hasCommonFill(params) && params.paint === 'share' ? (['complete'] as const) : []), ...(isExact(params.segments) && params.fill !== 'noise' ? (['deterministic'] as const) : [])],
  passes(params, given) {
    const players = mostPlayers(params, given);
    return { forward: isExact(players) ? 2 ** players : 2 + 2 * params.pairs * (players - 1), backward: 0, exact: given.shape.length === 1 };
  },
  baseline: sharedFrom,
  async attribute(request, job) {
    const { params, seed, x } = request;
    const game = await gameOf(request, job);
    if (isExact(mostPlayers(params, { shape: x.shape.slice(1) }))) return job.own(fieldOf(game, shapleyValues(await enumerate(game)), params.paint));
    const orders = Array.from({ length: 2 * params.pairs }, (_, k) => orderOf(seed, k, game.players));
    const { values, standardError } = await sampleShapley(game, orders, 2, ({ values }) => job.offer(() => fieldOf(game, values, params.paint)));
    job.standardError(placed(game, standardError, params.paint));
    return job.own(fieldOf(game, values, params.paint));
  },
});
