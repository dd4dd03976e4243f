/** Guided Integrated Gradients: a path that moves the pixels of small gradients first. Not Integrated Gradients: the path depends on the model. */
import type { Job } from '../job/job.ts';
import { float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { baselineOf, baselineParam } from './baselines.ts';
import { defineMethod } from './method.ts';
import { gradients, type Question } from './walk.ts';

export interface GuidedPath extends Question {
  /** [1, …], like `baseline`. */
  readonly x: tf.Tensor;
  readonly baseline: tf.Tensor;
  readonly steps: number;
  /** Share of the entries that may move at once: those of the smallest gradients. */
  readonly fraction: number;
  /** How far an entry may be ahead of or behind the straight line, in shares of the way. */
  readonly maxDistance: number;
}

/** Two distances that differ by less count as equal, relative to the larger and absolutely. */
const CLOSE = 1e-9;
const isClose = (a: number, b: number) => Math.abs(a - b) <= Math.max(CLOSE * Math.max(Math.abs(a), Math.abs(b)), CLOSE);

/** Where the path stands, all in double precision: only gradients come from the device. */
interface Walker {
  readonly goal: Float64Array;
  readonly from: Float64Array;
  readonly at: Float64Array;
  readonly field: Float64Array;
}

/** A = Σ over moves of (x_new − x_old) ⊙ ∇f at the beginning of the step; each step shortens ‖x − at‖₁ by 1/steps of the whole. Owned by the job. Cost: `steps` passes, one after the other. */
export async function guidedIntegrate(path: GuidedPath, job: Job): Promise<tf.Tensor> {
  const { x, baseline, steps } = path;
  const [goal, from] = [Float64Array.from(await x.data()), Float64Array.from(await baseline.data())];
  const walker: Walker = { goal, from, at: Float64Array.from(from), field: new Float64Array(goal.length) };
  const whole = distance(goal, from);
  for (let step = 1; step <= steps; step++) {
    const slope = job.own(tf.tidy(() => gradients(path, tf.tensor(Float32Array.from(walker.at), x.shape), job)));
    await job.tick(step, steps, slope);
    advance(walker, (await slope.data()) as Float32Array, step / steps, whole * (1 - step / steps), path);
    job.drop(slope);
    await job.offer(() => tf.tensor(Float32Array.from(walker.field), x.shape));
  }
  return job.own(tf.tensor(Float32Array.from(walker.field), x.shape));
}

function distance(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += Math.abs(a[i]! - b[i]!);
  return total;
}

/** One step: moves entries of small gradients until ‖goal − at‖₁ is `wanted`, none further than `maxDistance` from the share `alpha` of the way. */
function advance({ goal, from, at, field }: Walker, slope: Float32Array, alpha: number, wanted: number, { fraction, maxDistance }: GuidedPath): void {
  const [low, high] = [Math.max(alpha - maxDistance, 0), Math.min(alpha + maxDistance, 1)];
  const most = goal.map((g, i) => from[i]! + (g - from[i]!) * high);
  const sizes = Float64Array.from(slope, Math.abs);
  for (;;) {
    for (let i = 0; i < at.length; i++) catchUp(i);
    const left = distance(goal, at);
    if (isClose(wanted, left)) return;
    for (let i = 0; i < at.length; i++) if (at[i] === most[i]) sizes[i] = Infinity;
    const threshold = lowerQuantile(sizes, fraction);
    const chosen = Array.from(sizes.keys()).filter((i) => sizes[i]! <= threshold && sizes[i] !== Infinity);
    const reach = chosen.reduce((total, i) => total + Math.abs(at[i]! - most[i]!), 0);
    const share = (left - wanted) / reach;
    for (const i of chosen) moveTo(i, share > 1 ? most[i]! : at[i]! + (most[i]! - at[i]!) * share);
    if (!(share > 1) || chosen.length === 0) return;
  }

  function moveTo(i: number, value: number): void {
    field[i]! += (value - at[i]!) * slope[i]!;
    at[i] = value;
  }

  /** An entry that fell behind the corridor jumps to its edge; one that has no way to go counts as being at the front. */
  function catchUp(i: number): void {
    const way = goal[i]! - from[i]!;
    if (way !== 0 && (at[i]! - from[i]!) / way < low) moveTo(i, from[i]! + way * low);
  }
}

/** The largest of the smallest ⌊q (n − 1)⌋ + 1 values: the quantile without interpolation. */
export function lowerQuantile(values: Float64Array, q: number): number {
  return Float64Array.from(values).sort()[Math.floor(q * (values.length - 1))]!;
}

/** A = Σ_k ∇f(x_k) ⊙ (x_{k+1} − x_k) along the guided path.  Kapishnikov et al. 2021, section 4 and algorithm 1.  Cost: `steps` forward and backward passes, one after the other. */
export const guidedIg = defineMethod({
  id: 'guided-ig',
  title: 'Guided Integrated Gradients',
  cite: 'kapishnikov2021',
  family: 'path',
  signed: true,
  score: 'probability',
  card: {
    says: 'Fades the image in from a baseline, but lets the pixels that hardly change the score go first, so that the path keeps away from places where gradients are large and noisy.',
    formula: 'A = \\sum_k \\nabla f(x_k) \\odot (x_{k+1} - x_k), \\quad \\text{moving at } k: \\ |\\partial_i f(x_k)| \\le Q_{\\text{fraction}}\\bigl(|\\nabla f(x_k)|\\bigr)',
    misleads: 'The path itself is chosen by the model: two models, or two nearly equal images, can take quite different ones. With few steps or a wide corridor the sum misses the rise of the score; the gap says by how much.',
  },
  params: {
    steps: int({ title: 'Steps', help: 'Gradients on the path, one after the other.', min: 2, max: 256, default: 64, unit: 'steps', scale: 'log' }),
    fraction: float({ title: 'Fraction', help: 'Share of the pixel values that may move at once; with all of them the path is the straight line.', min: 0.05, max: 1, step: 0.05, default: 0.25, unit: 'percent' }),
    maxDistance: float({ title: 'Corridor', help: 'How far a pixel may be ahead of or behind the straight line.', min: 0.01, max: 1, step: 0.01, default: 0.02, unit: 'percent' }),
    baseline: baselineParam({ title: 'Baseline', help: 'The image without information that the path starts from.', default: 'black' }),
  },
  tiny: { steps: 5 },
  preview: (params) => ({ ...params, steps: Math.min(params.steps, 8) }),
  needs: () => undefined,
  claims: ({ baseline }) => (baseline === 'noise' ? [] : ['deterministic']), // the sum of few steps misses the rise: the gap says by how much
  passes: ({ steps }) => ({ forward: steps, backward: steps, exact: true }),
  baseline: (request) => baselineOf(request.params.baseline, request),
  async attribute(request, job) {
    const baseline = job.own(tf.tidy(() => baselineOf(request.params.baseline, request)));
    return guidedIntegrate({ ...request, ...request.params, baseline }, job);
  },
});
