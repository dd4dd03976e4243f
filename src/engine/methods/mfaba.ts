/** MFABA: the path of an attack that leaves the explained class, and the gradients along it. Not AGI: it moves away from one class, not towards others. */
import type { Job } from '../job/job.ts';
import { choice, flag, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { defineMethod } from './method.ts';
import { look, predictions, seedOf, signOf, type Question } from './walk.ts';

export const MFABA_KINDS = ['smooth', 'sharp', 'cosine', 'norm'] as const;
export type MfabaKind = (typeof MFABA_KINDS)[number];

export interface Attack extends Question {
  readonly target: number;
  /** [1, …] in [0, 1]. */
  readonly x: tf.Tensor;
  readonly kind: MfabaKind;
  /** Of one move: of every entry (smooth); a hundredth of the length of the whole move (the other kinds). */
  readonly size: number;
  readonly steps: number;
  /** How far an entry may get from the image (smooth). */
  readonly radius: number;
  /** The running sum of the gradients in place of the gradient, as in the authors' first repository. */
  readonly accumulated: boolean;
}

/** Lengths of moves that follow the gradient itself are this many times `size`. */
const LENGTH = 100;

/** The points x_0 = x … x_n of the attack, and the (accumulated) gradients there; [1, …], owned by the job. */
interface Path {
  readonly points: tf.Tensor[];
  readonly gradients: tf.Tensor[];
}

/**
 * x_{j+1} = clip(x + clip(x_j − a sign g_j − x, ±r), 0, 1) (smooth) or clip(x_j − 100 a g_j/‖g_j‖₂, 0, 1), at most `steps` times, until another
 * class is predicted.  A = −Σ_j (x_{j+1} − x_j) ⊙ g_j (smooth, sharp), or (x − x_n) ⊙ ∫ g dt with t the share of the way (cosine, norm).
 */
export async function mfaba(attack: Attack, job: Job): Promise<{ field: tf.Tensor; moves: number }> {
  const average = attack.kind === 'cosine' || attack.kind === 'norm';
  const path = await follow(attack, average, job);
  const moves = path.points.length - 1;
  const field = average ? await averaged(path, attack.kind === 'cosine', job) : job.own(tf.tidy(() => alongSteps(path, moves)));
  return { field, moves };
}

/** −Σ_{j < moves} (x_{j+1} − x_j) ⊙ g_j. Call in a tidy. */
function alongSteps({ points, gradients }: Path, moves: number): tf.Tensor {
  return Array.from({ length: moves }, (_, j) => tf.mul(tf.sub(points[j]!, points[j + 1]!), gradients[j]!)).reduce((a, b) => tf.add(a, b));
}

/** Walks the path. `toTheEnd`: the gradient at the last point is wanted too. */
async function follow(attack: Attack, toTheEnd: boolean, job: Job): Promise<Path> {
  const { graph, x, target, steps } = attack;
  const path: Path = { points: [job.own(tf.clone(x))], gradients: [] };
  for (let j = 0; j < steps || toTheEnd; j++) {
    const here = path.points[j]!;
    const { logits, gradients } = look(graph, here, [seedOf(attack)], job);
    [logits, ...gradients].forEach(job.own);
    const left = j > 0 && (await predictions(logits))[0] !== target;
    job.drop(logits);
    if (left && !toTheEnd) break;
    const before = path.gradients[j - 1];
    const gradient = attack.accumulated && before ? job.own(tf.add(before, gradients[0]!)) : gradients[0]!;
    path.gradients.push(gradient);
    await job.tick(Math.min(j + 1, steps), steps, gradient);
    if (left || j === steps) break;
    path.points.push(job.own(tf.tidy(() => move(attack, here, gradient))));
    if (!toTheEnd) await job.offer(() => alongSteps(path, j + 1));
  }
  return path;
}

function move({ x, kind, size, radius }: Attack, here: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
  if (kind !== 'smooth') {
    const scaled = tf.divNoNan(gradient, tf.max(tf.abs(gradient))); // squares of a saturated gradient would underflow
    return tf.clipByValue(tf.sub(here, tf.mul(LENGTH * size, tf.divNoNan(scaled, tf.norm(scaled)))), 0, 1);
  }
  const moved = tf.sub(here, tf.mul(size, signOf(gradient)));
  return tf.clipByValue(tf.add(x, tf.clipByValue(tf.sub(moved, x), -radius, radius)), 0, 1);
}

/** (x − z) ⊙ Σ_j (t_{j+1} − t_j) (g_j + g_{j+1}) / 2, z the last point, t_j how far x_j is along x → z (cosine) or from x (norm), largest 1. */
async function averaged({ points, gradients }: Path, projected: boolean, job: Job): Promise<tf.Tensor> {
  const [x, z] = [points[0]!, points.at(-1)!];
  const lengths = job.own(
    tf.tidy(() => {
      const towards = tf.sub(z, x);
      return tf.stack(points.map((point) => (projected ? tf.sum(tf.mul(tf.sub(point, x), towards)) : tf.norm(tf.sub(point, x)))));
    }),
  );
  const along = Array.from(await lengths.data());
  const longest = Math.max(...along);
  const shares = along.map((length) => (longest > 0 ? length / longest : 0));
  const weights = gradients.map((_, j) => ((shares[j + 1] ?? shares[j]!) - (shares[j - 1] ?? shares[j]!)) / 2);
  return job.own(tf.tidy(() => tf.mul(tf.sub(x, z), gradients.map((g, j) => tf.mul(g, weights[j]!)).reduce((a, b) => tf.add(a, b)))));
}

/** A = −Σ_j (x_{j+1} − x_j) ⊙ ∇p_y(x_j) along an attack on y.  Zhu et al. 2024 (MFABA), section 3 and the authors' code.  Cost: at most steps + 1 forward and backward passes, one after the other. */
export const mfabaMethod = defineMethod({
  id: 'mfaba',
  title: 'MFABA',
  cite: 'zhu2024mfaba',
  family: 'exploration',
  signed: true,
  score: 'probability',
  card: {
    says: 'Follows the shortest way out of the explained class: small steps against its gradient until the model predicts something else. A pixel counts by what it contributed to the fall of the score on that way.',
    formula: 'A = -\\sum_{j} (x_{j+1} - x_j) \\odot \\nabla p_y(x_j), \\quad x_{j+1} = \\mathrm{clip}\\bigl(x_j - \\alpha \\, \\mathrm{sign}\\,\\nabla p_y(x_j)\\bigr)',
    misleads: 'Every step lowers the score, so smooth and sharp maps have no negative values: evidence against the class looks like evidence for it. Where the class falls after a step or two, the map is little more than the size of the gradient; a class that is not predicted to begin with falls after one.',
  },
  params: {
    kind: choice(MFABA_KINDS, {
      title: 'Path',
      help: 'How the image moves, and how the gradients on the way are weighed.',
      labels: { smooth: 'Smooth (sign of the gradient)', sharp: 'Sharp (the gradient itself)', cosine: 'Cosine (weighed by projection)', norm: 'Norm (weighed by distance)' },
    }),
    size: float({ title: 'Step size', help: 'How far a step moves each pixel; along the gradient itself the whole step is a hundred times as long.', min: 0.0002, max: 0.01, step: 0.0002, default: 0.001 }),
    steps: int({ title: 'Steps', help: 'At most; the path ends where another class is predicted.', min: 1, max: 100, default: 50, unit: 'steps' }),
    radius: float({ title: 'Reach', help: 'How far a pixel may get from its value on the smooth path.', min: 0.01, max: 1, step: 0.01, default: 0.3, unit: 'percent' }),
    accumulated: flag({ title: 'Running sum of gradients, as first coded', default: false }),
  },
  tiny: { steps: 4 },
  preview: (params) => ({ ...params, steps: Math.min(params.steps, 8), size: Math.min(0.01, params.size * Math.max(1, params.steps / 8)) }),
  needs: () => undefined,
  claims: ({ kind }) => (kind === 'smooth' || kind === 'sharp' ? ['deterministic', 'non-negative'] : ['deterministic']),
  passes: ({ steps, kind }) => ({ forward: steps + (kind === 'cosine' || kind === 'norm' ? 1 : 0), backward: steps + (kind === 'cosine' || kind === 'norm' ? 1 : 0), exact: false }),
  async attribute(request, job) {
    return (await mfaba({ ...request, ...request.params }, job)).field;
  },
});
