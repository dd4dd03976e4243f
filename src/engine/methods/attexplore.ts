/** AttEXplore: an attack that looks at copies of the image with other frequencies, and the gradients along it. Not MFABA: its copies are drawn at random. */
import { sum, type Job } from '../job/job.ts';
import { stream } from '../math/rng.ts';
import { choice, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { alongBoth, cosineMatrix, multiply, padMatrix, resizeMatrix, stacked, type Matrix } from './frequency.ts';
import { defineMethod } from './method.ts';
import { look, lossSeed, signOf, type Question } from './walk.ts';

/** What is drawn for one copy of the image. */
export interface Copy {
  /** Added to the image, shape of x. */
  readonly noise: Float32Array;
  /** What each frequency is multiplied by, shape of x. */
  readonly spectrum: Float32Array;
  /** Shrunk to `side`, set `top`, `left` into a black square of `square`, and back to its size; absent: as it is. */
  readonly placed?: { readonly side: number; readonly square: number; readonly top: number; readonly left: number };
}

export interface FrequencyExploration extends Question {
  readonly target: number;
  /** [1, H, W, C]. */
  readonly x: tf.Tensor4D;
  readonly radius: number;
  readonly steps: number;
  readonly copies: number;
  /** Whether the score reads the probabilities as though they were logits, as in the authors' code. */
  readonly twice: boolean;
  readonly draw: (step: number, copy: number) => Copy;
  /** Blurs the gradient, [k, k] row-major. */
  readonly kernel: ArrayLike<number>;
}

/**
 * x_{k+1} = clip(x + clip(x_k − ε/K sign G_k − x, ±ε), 0, 1),  G_k = G_{k−1} + ḡ/mean|ḡ|,  ḡ = the mean over copies v of −∇score(v), blurred.
 * A = −Σ_k (x_{k+1} − x_k) ⊙ G_k.  Owned by the job. Cost: steps · copies forward and backward passes.
 */
export async function exploreFrequencies(question: FrequencyExploration, job: Job): Promise<tf.Tensor> {
  const { x, radius, steps, copies } = question;
  let [point, momentum, total] = [job.own(tf.clone(x)), job.own(tf.zerosLike(x)), job.own(tf.zerosLike(x))] as [tf.Tensor4D, tf.Tensor, tf.Tensor];
  for (let k = 0; k < steps; k++) {
    const here = point;
    const gradients = await sum(job, copies, (from, to) => ofCopies(question, here, k, from, to, job), { progress: { done: k * copies, total: steps * copies } });
    const [momentumNow, pointNow, totalNow] = tf.tidy(() => {
      const blurred = blur(tf.div(gradients, copies), question.kernel);
      const g = tf.add(momentum, tf.divNoNan(blurred, tf.mean(tf.abs(blurred))));
      const moved = tf.sub(tf.sub(here, tf.mul(radius / steps, signOf(g))), x);
      const next = tf.clipByValue(tf.add(x, tf.clipByValue(moved, -radius, radius)), 0, 1);
      return [g, next, tf.sub(total, tf.mul(tf.sub(next, here), g))] as [tf.Tensor, tf.Tensor4D, tf.Tensor];
    });
    [gradients, momentum, point, total].forEach(job.drop);
    [momentum, point, total] = [job.own(momentumNow), job.own(pointNow), job.own(totalNow)];
    await job.offer(() => tf.clone(totalNow));
  }
  return total;
}

/** −d score / d v at copies [from, to) of `point`, v being the copy before it is placed. Call in a tidy. */
function ofCopies({ graph, score, target, twice, draw, x }: FrequencyExploration, point: tf.Tensor4D, step: number, from: number, to: number, job: Job): tf.Tensor {
  const [, height, width] = x.shape;
  const drawn = Array.from({ length: to - from }, (_, i) => draw(step, from + i));
  const images = (pick: (copy: Copy) => Float32Array) => tf.concat(drawn.map((copy) => tf.tensor(pick(copy), x.shape) as tf.Tensor));
  const [down, across] = [stacked([cosineMatrix(height)]), stacked([cosineMatrix(width)])];
  const waves = tf.mul(alongBoth(tf.add(point, images(({ noise }) => noise)) as tf.Tensor4D, down, across), images(({ spectrum }) => spectrum));
  const copies = alongBoth(waves as tf.Tensor4D, down, across, true);
  const [rows, columns] = [stacked(drawn.map(({ placed }) => placement(height, placed, placed?.top))), stacked(drawn.map(({ placed }) => placement(width, placed, placed?.left)))];
  const { gradients } = look(graph, alongBoth(copies, rows, columns), [lossSeed({ target, score }, twice)], job);
  return alongBoth(gradients[0] as tf.Tensor4D, rows, columns, true);
}

/** Shrink, place among zeros, and back to `length`, along one axis. */
function placement(length: number, placed: Copy['placed'], before = 0): Matrix {
  if (!placed) return padMatrix(length, length, 0);
  const { side, square } = placed;
  return multiply(resizeMatrix(square, length), multiply(padMatrix(side, square, before), resizeMatrix(length, side)));
}

/** Each channel convolved with `kernel` [k, k], zeros beyond the border. */
function blur(field: tf.Tensor, kernel: ArrayLike<number>): tf.Tensor4D {
  const [side, channels] = [Math.sqrt(kernel.length), field.shape.at(-1)!];
  const filter = tf.tile(tf.tensor4d(Array.from(kernel), [side, side, 1, 1]), [1, 1, channels, 1]) as tf.Tensor4D;
  return tf.depthwiseConv2d(tf.reshape<tf.Rank.R4>(field, [1, ...field.shape.slice(-3)] as [number, number, number, number]), filter, 1, 'same');
}

/** `side`² weights of a Gaussian over ±3 standard deviations, their sum 1. */
export function gaussianKernel(side: number): number[] {
  const line = Array.from({ length: side }, (_, i) => Math.exp(-0.5 * (-3 + (6 * i) / (side - 1)) ** 2));
  const total = line.reduce((a, b) => a + b) ** 2;
  return line.flatMap((a) => line.map((b) => (a * b) / total));
}

/** How far the square of a placed copy exceeds the image. */
const SQUARE = 1.15;
const BLUR_SIDE = 7;

/** Draws of one copy at (seed, 'attexplore/step', copy): more steps or copies keep the first ones. */
function drawCopy(seed: number, { shape, size }: tf.Tensor4D, noise: number, spread: number) {
  return (step: number, copy: number): Copy => {
    const draws = stream(seed, `attexplore/${step}`, copy);
    const smallest = Math.min(shape[1], shape[2]);
    const square = Math.floor(SQUARE * smallest);
    const side = smallest + draws.below(Math.max(1, square - smallest));
    const room = Math.max(1, square - side);
    const [top, left, placed] = [draws.below(room), draws.below(room), draws.uniform() < 0.5 && square > smallest];
    return {
      placed: placed ? { side, square, top, left } : undefined,
      noise: Float32Array.from({ length: size }, () => noise * draws.normal()),
      spectrum: Float32Array.from({ length: size }, () => draws.between(1 - spread, 1 + spread)),
    };
  };
}

/** A = −Σ_k (x_{k+1} − x_k) ⊙ G_k over an attack on copies with other frequencies.  Zhu et al. 2024 (AttEXplore), section 3 and the authors' code.  Cost: steps · copies forward and backward passes. */
export const attexplore = defineMethod({
  id: 'attexplore',
  title: 'AttEXplore',
  cite: 'zhu2024attexplore',
  family: 'exploration',
  signed: true,
  score: 'log-probability',
  card: {
    says: 'Moves the image a little, step by step, by what many copies of it agree on: copies with noise, with louder and softer frequencies, shrunk and shifted. A pixel counts by how strongly the copies agreed on its move.',
    formula: '\\begin{aligned} A &= -\\sum_k (x_{k+1} - x_k) \\odot G_k, \\quad x_{k+1} = \\mathrm{clip}\\bigl(x_k - \\tfrac{\\varepsilon}{K}\\,\\mathrm{sign}\\,G_k\\bigr) \\\\ G_k &= G_{k-1} + \\frac{\\bar g_k}{\\mathrm{mean}\\,|\\bar g_k|} \\end{aligned}',
    misleads: 'The step goes against the gradient of the loss, so the image moves towards its class and not away from it, as it does in MFABA. The map has practically no negative values, and the momentum and the blur of the gradients make it smooth whatever the model does.',
  },
  params: {
    steps: int({ title: 'Steps', help: 'Moves of the image.', min: 1, max: 30, default: 10, unit: 'steps' }),
    copies: int({ title: 'Copies', help: 'Copies that are looked at for each move.', min: 1, max: 50, default: 20, unit: 'samples' }),
    radius: float({ title: 'Reach', help: 'How far a pixel may get from its value in all.', min: 0.004, max: 0.5, step: 0.002, default: 0.062, unit: 'percent' }),
    noise: float({ title: 'Noise', help: 'Standard deviation of the noise on each copy.', min: 0, max: 0.5, step: 0.002, default: 0.062, unit: 'percent' }),
    spread: float({ title: 'Frequencies', help: 'How much louder or softer a frequency may become.', min: 0, max: 1, step: 0.05, default: 0.5, unit: 'percent' }),
    softmax: choice(['once', 'twice'], { title: 'Softmax', help: 'The authors’ code takes the softmax of a softmax, which turns the gradients a little and weighs the copies differently.', labels: { once: 'Once', twice: 'Twice (the authors’ code)' } }),
  },
  tiny: { steps: 2, copies: 3 },
  preview: (params) => ({ ...params, steps: Math.min(params.steps, 4), copies: Math.min(params.copies, 4) }),
  needs: () => undefined,
  claims: () => [],
  passes: ({ steps, copies }) => ({ forward: steps * copies, backward: steps * copies, exact: true }),
  attribute(request, job) {
    const { x, params, seed } = request;
    if (x.rank !== 4) throw new Error(`AttEXplore changes the frequencies of an image, and the input has shape [${x.shape.join(', ')}]: choose another method for tables`);
    const image = x as tf.Tensor4D;
    const draw = drawCopy(seed, image, params.noise, params.spread);
    return exploreFrequencies({ ...request, ...params, x: image, twice: params.softmax === 'twice', draw, kernel: gaussianKernel(BLUR_SIDE) }, job);
  },
});
