/** Boundary-based Integrated Gradients: the baseline is a point just beyond the decision boundary. Not Integrated Gradients from black: the baseline is searched for. */
import type { Job } from '../job/job.ts';
import { quadrature } from '../math/quadrature.ts';
import { choice, int } from '../params.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { integrate } from './integratedGradients.ts';
import { look, lossSeed, predictions, signOf, type Question } from './walk.ts';

export const SEARCHES = ['as-described', 'as-coded'] as const;
export type Search = (typeof SEARCHES)[number];

/** How far an entry may get from the image, the smallest first. */
export const RADII = [36, 64, 76.5, 127.5, 178.5, 229.5, 280.5].map((levels) => levels / 255);
/** Of a move of the search as coded. It takes more than 141 of them to reach the smallest radius, so all radii end at one point. */
const CODED_STEP = 0.001;

export interface BoundarySearch extends Pick<Question, 'graph'> {
  readonly target: number;
  /** [1, …] in [0, 1]. */
  readonly x: tf.Tensor;
  readonly search: Search;
  readonly moves: number;
}

/**
 * A point where another class than `target` is predicted, by moves x_{k+1} = clip(x + clip(x_k + a sign ∇loss − x, ±r), 0, 1).
 * 'as-described': loss −log p_y, a = 2r/moves; the first point beyond the boundary (one move at least), over growing radii r. 'as-coded': a = .001, the loss takes the softmax
 * twice, its gradients add up, all moves are made. Where no move gets there, the last point. Owned by the job.
 */
export async function boundaryPoint(search: BoundarySearch, job: Job, tick: (done: number) => Promise<void>): Promise<tf.Tensor> {
  const asCoded = search.search === 'as-coded';
  const radii = asCoded ? RADII.slice(0, 1) : RADII;
  let point = job.own(tf.clone(search.x));
  for (const [i, radius] of radii.entries()) {
    job.drop(point);
    const attempt = { ...search, radius, size: asCoded ? CODED_STEP : (2 * radius) / search.moves, accumulates: asCoded };
    const found = await attack(attempt, job, (moves) => tick(i * search.moves + moves));
    point = found.point;
    if (found.crossed) break;
  }
  return point;
}

interface Attempt extends BoundarySearch {
  readonly radius: number;
  readonly size: number;
  /** Gradients add up, and the search goes on beyond the boundary. */
  readonly accumulates: boolean;
}

async function attack({ graph, x, target, moves, radius, size, accumulates }: Attempt, job: Job, tick: (moves: number) => Promise<void>): Promise<{ point: tf.Tensor; crossed: boolean }> {
  let point = job.own(tf.clone(x));
  let direction = job.own(tf.zerosLike(x));
  for (let k = 0; k < moves; k++) {
    const { logits, gradients } = look(graph, point, [lossSeed({ target, score: { kind: 'log-probability' } }, accumulates)], job);
    [logits, ...gradients].forEach(job.own);
    const crossed = !accumulates && k > 0 && (await predictions(logits))[0] !== target;
    job.drop(logits);
    await tick(k + 1);
    if (crossed) {
      [direction, ...gradients].forEach(job.drop);
      return { point, crossed };
    }
    const [before, along] = [point, direction];
    direction = accumulates ? job.own(tf.add(along, gradients[0]!)) : gradients[0]!;
    const uphill = direction;
    point = job.own(tf.tidy(() => tf.clipByValue(tf.add(x, tf.clipByValue(tf.sub(tf.add(before, tf.mul(size, signOf(uphill))), x), -radius, radius)), 0, 1)));
    (accumulates ? [before, along, ...gradients] : [before, along]).forEach(job.drop);
  }
  job.drop(direction);
  return { point, crossed: !accumulates && (await isOutside(graph, point, target, job)) };
}

async function isOutside(graph: Question['graph'], point: tf.Tensor, target: number, job: Job): Promise<boolean> {
  const { logits } = look(graph, point, [], job);
  job.own(logits);
  const [predicted] = await predictions(logits);
  job.drop(logits);
  return predicted !== target;
}


const searchMoves = ({ search, moves }: Pick<BoundarySearch, 'search' | 'moves'>) => (search === 'as-coded' ? 1 : RADII.length) * moves;

/** A = (x − b) ⊙ ∫₀¹ ∇f(b + t(x − b)) dt, b just beyond the boundary of the class.  Wang et al. 2022.  Cost: the search, at most 7 · moves passes one after the other, and `steps`. */
export const big = defineMethod({
  id: 'big',
  title: 'Boundary-based IG',
  cite: 'wang2022',
  family: 'path',
  signed: true,
  score: 'probability',
  card: {
    says: 'Integrated Gradients from the nearest image that the model takes for something else. The map shares out what the image has and that neighbour lacks: it adds up to the difference of the two scores.',
    formula: 'A = (x - b) \\odot \\int_0^1 \\nabla p_y\\bigl(b + t\\,(x - b)\\bigr)\\,dt, \\quad b:\\ \\arg\\max f(b) \\ne y',
    misleads: 'The neighbour is the end of an attack, hardly different to the eye; nothing says that it is the nearest one. The attack in the code of published comparisons adds its gradients up and takes the softmax twice, and its radii all end at one point. Where the explained class is not the predicted one, a single move is made.',
  },
  params: {
    search: choice(SEARCHES, { title: 'Boundary', help: 'How the neighbour beyond the boundary is found.', labels: { 'as-described': 'First success over growing radii', 'as-coded': 'As coded in the comparisons' } }),
    moves: int({ title: 'Moves', help: 'Of the search, for each radius at most.', min: 1, max: 100, default: 50, unit: 'steps' }),
    steps: int({ title: 'Steps', help: 'Points on the line from the neighbour to the image.', min: 2, max: 256, default: 32, unit: 'steps', scale: 'log' }),
  },
  tiny: { moves: 2, steps: 4 },
  preview: (params) => ({ ...params, steps: Math.min(params.steps, 8), moves: Math.min(params.moves, 8) }),
  needs: () => undefined,
  claims: () => ['deterministic'],
  passes: ({ steps, ...search }) => ({ forward: searchMoves(search) + (search.search === 'as-coded' ? 0 : RADII.length) + steps, backward: searchMoves(search) + steps, exact: false }),
  async attribute(request, job) {
    const { search, moves, steps } = request.params;
    const name = `boundary ${search} in ${moves} moves`;
    const progress = { done: searchMoves({ search, moves }), total: searchMoves({ search, moves }) + steps };
    const known = job.memo?.recall(name);
    const baseline = known ? job.own(tf.clone(known)) : await boundaryPoint({ ...request, search, moves }, job, (done) => job.tick(done, progress.total));
    if (!known) job.memo?.keep(name, baseline);
    return integrate({ ...request, baseline, name: `line from ${name}` }, quadrature('nested', steps), job, progress);
  },
});
