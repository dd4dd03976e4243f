/** The exploration kernel: adversarial moves around an image, and what each pixel contributed to them. Chooses neither classes nor radius. */
import { addBlocks, BLOCK, type Job } from '../job/job.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { stream } from '../math/rng.ts';
import * as tf from '../tf.ts';
import type { Score } from './score.ts';
import { look, predictions, seedOf, signOf, type Question, type Seed } from './walk.ts';

export interface Exploration extends Question {
  readonly target: number;
  /** [1, …] in [0, 1]. */
  readonly x: tf.Tensor;
  /** How far a move goes at each entry, shape of x. */
  readonly radius: tf.Tensor;
  /** Classes that the image is moved towards; a class may come twice. */
  readonly towards: readonly number[];
  /** Explores once more, away from `target`. */
  readonly away: boolean;
  readonly iterations: number;
  /** Where a move starts: always at the image, or at the point reached. */
  readonly from: 'image' | 'point';
  /** An exploration towards a class ends where that class is the predicted one. */
  readonly stops: boolean;
}

export interface Explored {
  /** Shape of x, owned by the job. */
  readonly field: tf.Tensor;
  /** Moves made, for each of `towards` and then for the one away. */
  readonly moves: readonly number[];
}

/** What is known before any move: the gradient at the image, and what the model says of it. */
interface Start {
  readonly own: tf.Tensor;
  readonly predicted: number;
}

/** One exploration under way; its tensors [1, …] are owned by the job. */
interface Route {
  /** The class it moves towards; absent: away from the explained one. */
  readonly toward?: number;
  point: tf.Tensor;
  sum: tf.Tensor;
  moves: number;
  ended: boolean;
}

/**
 * A = Σ over explorations and iterations of −∇f_y(x_k) ⊙ (x_{k+1} − o),  x_{k+1} = clip(o + ρ ⊙ sign(∇f_t(x_k)), 0, 1), o = x or x_k;
 * the one away moves by −ρ ⊙ sign(∇f_y(x_k)). Rows of a burst are explorations. Cost: `explorationPasses`.
 */
export async function explore(question: Exploration, job: Job): Promise<Explored> {
  const { x, towards, away, iterations } = question;
  const classes: (number | undefined)[] = away ? [...towards, undefined] : [...towards];
  const start = await lookAtImage(question, job);
  const size = Math.max(BLOCK, Math.floor(job.batch / BLOCK) * BLOCK);
  const moves: number[] = [];
  let total = job.own(tf.zerosLike(x));
  for (let from = 0; from < classes.length; from += size) {
    const routes = classes.slice(from, from + size).map((toward): Route => ({ toward, point: job.own(tf.clone(x)), sum: job.own(tf.zerosLike(x)), moves: 0, ended: false }));
    const before = total;
    for (let k = 0; k < iterations && routes.some(({ ended }) => !ended); k++) {
      const added = await advance(question, routes, k === 0 ? start : undefined, job);
      const left = routes.filter(({ ended }) => !ended).length * (iterations - k - 1);
      const [done, all] = [(from + routes.length) * iterations - left, classes.length * iterations];
      await job.tick(done, all, added);
      if (added) job.drop(added);
      await job.offer(() => tf.mul(tf.addN([before, ...routes.map(({ sum }) => sum)]), all / done));
    }
    total = job.own(tf.tidy(() => addBlocks(before, tf.concat(routes.map(({ sum }) => sum)))));
    [before, ...routes.flatMap(({ point, sum }) => [point, sum])].forEach(job.drop);
    moves.push(...routes.map((route) => route.moves));
  }
  return { field: total, moves };
}

async function lookAtImage(question: Exploration, job: Job): Promise<Start> {
  const { logits, gradients } = look(question.graph, question.x, [seedOf(question)], job);
  [logits, ...gradients].forEach(job.own);
  const [predicted] = await predictions(logits);
  job.drop(logits);
  return { own: gradients[0]!, predicted: predicted! };
}

/** The next move of every route that has not ended; a route that has arrived ends instead. At the image (`start`) its own gradient is known. → the new sums, owned by the job. */
async function advance(question: Exploration, routes: readonly Route[], start: Start | undefined, job: Job): Promise<tf.Tensor | undefined> {
  const { graph, stops } = question;
  if (start && stops) routes.forEach((route) => arrive(route, start.predicted));
  const under = routes.filter(({ ended }) => !ended);
  if (under.length === 0) return undefined;
  const seeds = start ? [direction(question, under)] : [direction(question, under), seedOf(question)];
  const { logits, gradients } = tf.tidy(() => look(graph, tf.concat(under.map(({ point }) => point)), seeds, job));
  [logits, ...gradients].forEach(job.own);
  if (!start && stops) (await predictions(logits)).forEach((predicted, i) => arrive(under[i]!, predicted));
  const { points, sums, added } = tf.tidy(() => step(question, under, gradients[0]!, start?.own ?? gradients[1]!));
  under.forEach((route, i) => {
    const [point, sum] = [points[i]!, sums[i]!];
    if (route.ended) return tf.dispose([point, sum]);
    [route.point, route.sum].forEach(job.drop);
    Object.assign(route, { point: job.own(point), sum: job.own(sum), moves: route.moves + 1 });
  });
  [logits, ...gradients].forEach(job.drop);
  return job.own(added);
}

const arrive = (route: Route, predicted: number) => void (route.ended ||= route.toward === predicted);

/** What each route follows upwards: the score of its class, or that of the explained one with its sign turned. */
function direction({ target, score }: Exploration, routes: readonly Route[]): Seed {
  const pull = seedOf({ target: routes.map(({ toward }) => toward ?? target), score: pullScore(score) });
  const away = routes.map(({ toward }) => (toward === undefined ? 1 : 0));
  return (logits) => {
    const column = tf.tensor(away, [away.length, 1]);
    return tf.sub(tf.mul(tf.sub(1, column), pull(logits)), tf.mul(column, seedOf({ target, score })(logits)));
  };
}

/** The next points, and the sums with their share added, a row for each route. Call in a tidy. */
function step({ x, radius, from }: Exploration, routes: readonly Route[], upwards: tf.Tensor, own: tf.Tensor): { points: tf.Tensor[]; sums: tf.Tensor[]; added: tf.Tensor } {
  const origin = from === 'image' ? x : tf.concat(routes.map(({ point }) => point));
  const next = tf.clipByValue(tf.add(origin, tf.mul(radius, signOf(upwards))), 0, 1);
  const added = tf.sub(tf.concat(routes.map(({ sum }) => sum)), tf.mul(own, tf.sub(next, origin)));
  return { points: tf.split(next, routes.length), sums: tf.split(added, routes.length), added };
}

/** What a targeted exploration raises: the explained score of its class; for a margin, which has its own rival, the logit. */
const pullScore = (score: Score): Score => (score.kind === 'margin' ? { kind: 'logit' } : score);

/** Passes of `rows` explorations that all take every iteration: at the image, where all start, the explained class is looked at once. */
export const explorationPasses = (rows: number, iterations: number) => ({ forward: 1 + rows * iterations, backward: 1 + rows + 2 * rows * (iterations - 1) });

/** The other classes that are explored: all of them where `count` allows, else `count` drawn without repetition at (seed, `purpose`). */
export function otherClasses(classes: number, target: number, count: number, seed: number, purpose: string): number[] {
  const others = Array.from({ length: classes }, (_, c) => c).filter((c) => c !== target);
  return count >= others.length ? others : stream(seed, purpose).shuffle(others).slice(0, count);
}

/** What lays an ensemble's answers side by side and takes their mean (committee/ensemble.ts), and what a head of convolutions ends with. */
const JOINING: readonly Node['op'][] = ['meanTokens', 'reshape', 'concat', 'meanPool', 'averagePool', 'maxPool', 'relu', 'relu6', 'transpose'];

/** How many classes the model has: as many as its last layer answers, or that of an ensemble's first member. Throws where that does not tell. */
export function classesOf({ nodes, output }: Graph): number {
  const nodeOf = (id: string) => nodes.find((node) => node.id === id)!;
  let head = nodeOf(output);
  while (JOINING.includes(head.op)) head = nodeOf(head.inputs[0]!);
  const width = Object.values(head.weights).at(-1)?.shape.at(-1);
  if (!width) throw new Error(`node '${head.id}' (${head.op}) does not tell how many classes there are: end the model with a dense layer`);
  return width;
}
