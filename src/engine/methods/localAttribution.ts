/** Local Attribution: adversarial moves inside a small box around the image. Not a path method: every state restarts from the image. */
import { addBlocks, BLOCK, type Job } from '../job/job.ts';
import { stream } from '../math/rng.ts';
import { choice, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import type { Score } from './score.ts';
import { twoGradients, type Question } from './walk.ts';

export interface Exploration extends Question {
  readonly target: number;
  /** [1, …] in [0, 1]. */
  readonly x: tf.Tensor;
  /** Half the side of the box at each entry, shape of x. */
  readonly radius: tf.Tensor;
  /** Classes that the image is moved towards; a class may come twice. One untargeted exploration, away from `target`, is always added. */
  readonly towards: readonly number[];
  readonly iterations: number;
}

/**
 * A = Σ over explorations and iterations of −∇f_y(x_k) ⊙ (x_{k+1} − x),  x_{k+1} = clip(x + ρ ⊙ sign(∇f_t(x_k)), 0, 1);
 * the untargeted one moves by −ρ ⊙ sign(∇f_y(x_k)). Rows of a burst are explorations.
 */
export async function explore(question: Exploration, job: Job): Promise<tf.Tensor> {
  const { towards, iterations } = question;
  const rows = towards.length + 1; // the last one is untargeted
  const size = Math.max(BLOCK, Math.floor(job.batch / BLOCK) * BLOCK);
  let total = job.own(tf.zerosLike(question.x));
  for (let from = 0; from < rows; from += size) {
    const to = Math.min(rows, from + size);
    const sums = await exploreRows(question, from, to, job, { done: from * iterations, total: rows * iterations });
    const before = total;
    total = job.own(tf.tidy(() => addBlocks(before, sums)));
    job.drop(before);
    job.drop(sums);
  }
  return total;
}

/** The sums over the iterations of explorations [from, to), one row each; owned by the job. */
async function exploreRows(question: Exploration, from: number, to: number, job: Job, progress: { done: number; total: number }): Promise<tf.Tensor> {
  const { x, towards, iterations } = question;
  const towardsHere = Array.from({ length: to - from }, (_, i) => towards[from + i] ?? question.target);
  const untargeted = towardsHere.map((_, i) => (from + i < towards.length ? 0 : 1));
  let [state, sums] = tf.tidy(() => [tf.tile(x, [to - from, ...x.shape.slice(1).map(() => 1)]), tf.zeros([to - from, ...x.shape.slice(1)])] as [tf.Tensor, tf.Tensor]);
  [state, sums] = [job.own(state), job.own(sums)];
  for (let k = 1; k <= iterations; k++) {
    const [moved, added] = tf.tidy(() => move(question, state, sums, towardsHere, untargeted, job));
    for (const old of [state, sums]) job.drop(old);
    [state, sums] = [job.own(moved), job.own(added)];
    await job.tick(progress.done + k * (to - from), progress.total, sums);
  }
  job.drop(state);
  return sums;
}

/** One iteration of all rows: the next states, and the sums with its share added. */
function move(question: Exploration, state: tf.Tensor, sums: tf.Tensor, towards: readonly number[], untargeted: readonly number[], job: Job): [tf.Tensor, tf.Tensor] {
  const { graph, target, score, x, radius } = question;
  const away = tf.tensor([...untargeted], [untargeted.length, ...x.shape.slice(1).map(() => 1)]);
  const [pull, own] = twoGradients(graph, state, [{ target: towards, score: pullScore(score) }, { target, score }], job);
  const direction = tf.sub(tf.mul(tf.sub(1, away), pull), tf.mul(away, own));
  const next = tf.clipByValue(tf.add(x, tf.mul(radius, sign(direction))), 0, 1);
  return [next, tf.sub(sums, tf.mul(own, tf.sub(next, x)))];
}

/** −1, 0 or 1. Not `tf.sign`: on WASM it takes small numbers (1e-9) for 0. */
const sign = (t: tf.Tensor) => tf.sub(tf.step(t), tf.step(tf.neg(t)));

/** What a targeted exploration raises: the explained score of its class; for a margin, which has its own rival, the logit. */
const pullScore = (score: Score): Score => (score.kind === 'margin' ? { kind: 'logit' } : score);

/** The other classes that are explored: all of them where `count` allows, else `count` drawn without repetition at (seed, 'local-attribution'). */
export function otherClasses(classes: number, target: number, count: number, seed: number): number[] {
  const others = Array.from({ length: classes }, (_, c) => c).filter((c) => c !== target);
  return count >= others.length ? others : stream(seed, 'local-attribution').shuffle(others).slice(0, count);
}

const classesOf = (question: Pick<Question, 'graph'>): number => {
  const head = question.graph.nodes.find((node) => node.id === question.graph.output)!;
  const width = Object.values(head.weights).at(-1)?.shape.at(-1);
  if (!width) throw new Error(`node '${head.id}' (${head.op}) does not tell how many classes there are: end the model with a dense layer`);
  return width;
};

/** A = −Σ ∇p_y(x_k) ⊙ (x_{k+1} − x), explored inside |x′ − x| ≤ ρ.  Zhu et al. 2024, section 3.  Cost: (classes + 1) · iterations forward, twice that backward. */
export const localAttribution = defineMethod({
  id: 'local-attribution',
  title: 'Local Attribution',
  cite: 'zhu2024',
  family: 'exploration',
  signed: true,
  score: 'probability',
  card: {
    says: 'Stays close to the image: moves it a little towards each other class, and once simply away from its own, and adds up what each pixel contributed to the loss of probability.',
    formula: '\\begin{aligned} A &= -\\sum_{t} \\sum_{k} \\nabla p_y(x_k^t) \\odot (x_{k+1}^t - x) \\\\ x_{k+1}^t &= \\mathrm{clip}_{[0,1]}\\bigl(x + \\rho \\odot \\mathrm{sign}\\,\\nabla p_t(x_k^t)\\bigr) \\end{aligned}',
    misleads: 'As published the radius is a share of the pixel value: dark pixels can hardly move and black ones get exactly zero. Where the direction of the moves does not change, more iterations only multiply the map.',
  },
  params: {
    radius: float({ title: 'Radius', help: 'How far a pixel may move: a share of its value, or of the range from black to white.', min: 0.01, max: 1, step: 0.01, default: 0.1, unit: 'percent' }),
    space: choice(['share', 'constant'], { title: 'Radius is', help: 'As published, a share of the pixel value: dark pixels move less.', labels: { share: 'Share of the pixel value', constant: 'The same everywhere' } }),
    iterations: int({ title: 'Iterations', help: 'Moves per class. They change the map only where the direction changes.', min: 1, max: 50, default: 20, unit: 'steps' }),
    classes: int({ title: 'Classes', help: 'Other classes the image is moved towards; drawn by the seed where the model has more.', min: 1, max: 100, default: 20, scale: 'log' }),
  },
  tiny: { iterations: 3, classes: 2 },
  preview: (params) => ({ ...params, iterations: Math.min(params.iterations, 3), classes: Math.min(params.classes, 7) }),
  needs: () => undefined,
  claims: ({ classes }, graph) => (classes >= classesOf({ graph }) - 1 ? ['deterministic'] : []),
  passes({ iterations, classes }, given) {
    const rows = Math.min(classes, given.classes - 1) + 1;
    return { forward: rows * iterations, backward: 2 * rows * iterations, exact: true };
  },
  async attribute(request, job) {
    const { x, target, params, seed } = request;
    const towards = otherClasses(classesOf(request), target, params.classes, seed);
    const radius = job.own(tf.tidy(() => (params.space === 'share' ? tf.mul(x, params.radius) : tf.fill(x.shape, params.radius))));
    return explore({ ...request, radius, towards, iterations: params.iterations }, job);
  },
});
