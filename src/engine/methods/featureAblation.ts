/** Feature ablation: how much the score falls when a segment is taken away. Not occlusion: segments follow the image. */
import { fieldOf, gameOf, mostPlayers, segmentParams, type Game } from './game.ts';
import { defineMethod } from './method.ts';

/** v(N) − v(N without i) for each player i. Cost: one pass a player, plus one. */
export async function ablate(game: Game): Promise<Float64Array> {
  const { players } = game;
  const [all, ...without] = await game.values(players + 1, (k) => Uint8Array.from({ length: players }, (_, i) => (i === k - 1 ? 0 : 1)));
  return Float64Array.from(without, (v) => all! - v);
}

/** A_p = f(x) − f(x without the segment of p).  Covert, Lundberg, Lee 2021, section 4.  Cost: one forward pass a segment, plus one. */
export const featureAblation = defineMethod({
  id: 'feature-ablation',
  title: 'Feature ablation',
  cite: 'covert2021',
  family: 'perturbation',
  signed: true,
  score: 'logit',
  card: {
    says: 'Takes the segments of the image away, one at a time, and measures how much the score falls. Each pixel shows the fall of its segment.',
    formula: 'A_p = f(x) - f(x_{s(p) \\leftarrow \\text{fill}})',
    misleads: 'Evidence that two segments carry both is missed: without one of them the other still speaks. What is put in place of a segment can itself look like something.',
  },
  params: segmentParams({ segmentation: 'slic', segments: 40, fill: 'mean-colour' }),
  tiny: { segmentation: 'grid', segments: 4 },
  preview: (params) => ({ ...params, segments: Math.min(params.segments, 16) }),
  needs: () => undefined,
  claims: ({ fill }) => (fill === 'noise' ? [] : ['deterministic']),
  passes: (params, given) => ({ forward: mostPlayers(params, given) + 1, backward: 0, exact: given.shape.length === 1 }),
  async attribute(request, job) {
    const game = await gameOf(request, job);
    return job.own(fieldOf(game, await ablate(game)));
  },
});
