/** Occlusion: how much the score falls when a patch is covered. Not feature ablation: patches are squares on a grid. */
import { sum, type Job } from '../job/job.ts';
import { int } from '../params.ts';
import * as tf from '../tf.ts';
import { baselineOf, baselineParam } from './baselines.ts';
import { defineMethod } from './method.ts';
import { scores, type Question } from './walk.ts';

/** First places of the windows along an axis: 0, stride, …; the last window reaches the border and may be cut there. */
export const windowStarts = (length: number, size: number, stride: number): number[] =>
  Array.from({ length: Math.ceil(Math.max(0, length - size) / stride) + 1 }, (_, k) => k * stride);

/** [H, W] of the places that can be covered; a table [1, F] is one row of single features. */
export const placesOf = (shape: readonly number[]): [number, number] => (shape.length === 4 ? [shape[1]!, shape[2]!] : [1, shape.at(-1)!]);

/** The mean, over the windows that cover a place, of f(x) − f(x with the window taken from `fill`); [1, H, W, 1], a table [1, F]. */
export async function occlude(question: Question & { x: tf.Tensor; fill: tf.Tensor }, size: number, stride: number, job: Job): Promise<tf.Tensor> {
  const { x, fill } = question;
  const [height, width] = placesOf(x.shape);
  const isImage = x.rank === 4;
  const windows = windowStarts(height, size, stride).flatMap((top) => windowStarts(width, size, stride).map((left) => [top, left] as const));
  const masks = (from: number, to: number) => {
    const data = new Float32Array((to - from) * height * width);
    for (let k = from; k < to; k++) paint(data, (k - from) * height * width, windows[k]!, size, height, width);
    return tf.tensor(data, isImage ? [to - from, height, width, 1] : [to - from, width]);
  };
  const clear = job.own(scores(question, x, job));
  const total = await sum(job, windows.length, (from, to) => {
    const mask = masks(from, to);
    const covered = tf.add(x, tf.mul(mask, tf.sub(fill, x)));
    const drop = tf.sub(clear, scores(question, covered, job));
    const weighed = tf.mul(mask, tf.reshape(drop, [to - from, ...mask.shape.slice(1).map(() => 1)]));
    return tf.stack([weighed, mask], 1);
  });
  return job.own(
    tf.tidy(() => {
      const [drops, counts] = tf.unstack(total) as [tf.Tensor, tf.Tensor];
      return tf.reshape(tf.divNoNan(drops, counts), isImage ? [1, height, width, 1] : [1, width]);
    }),
  );
}

function paint(data: Float32Array, offset: number, [top, left]: readonly [number, number], size: number, height: number, width: number): void {
  for (let row = top; row < Math.min(top + size, height); row++)
    data.fill(1, offset + row * width + left, offset + row * width + Math.min(left + size, width));
}

const fillParam = baselineParam({ title: 'Cover with', help: 'What stands in place of the covered patch.', default: 'mean-colour' });

/** `shape` is that of one input. */
function passesOf(shape: readonly number[], patch: number, stride: number) {
  const [height, width] = placesOf(shape.length === 3 ? [1, ...shape] : shape);
  return { forward: 1 + windowStarts(height, patch, stride).length * windowStarts(width, patch, stride).length, backward: 0, exact: true };
}

/** A_p = mean over the windows W ∋ p of f(x) − f(x with W covered).  Zeiler & Fergus 2014, section 4.2.  Cost: one forward pass a window, plus one. */
export const occlusion = defineMethod({
  id: 'occlusion',
  title: 'Occlusion',
  cite: 'zeiler2014',
  family: 'perturbation',
  signed: true,
  score: 'logit',
  card: {
    says: 'Covers the image patch by patch and measures how much the score falls. Nothing is assumed about the inside of the network.',
    formula: 'A_p = \\frac{1}{|\\{W \\ni p\\}|} \\sum_{W \\ni p} \\bigl( f(x) - f(x_{W \\leftarrow \\text{fill}}) \\bigr)',
    misleads: 'The patch itself is something new in the image and can confuse the network or look like a feature. Evidence that is there twice is missed: covering one copy changes nothing.',
  },
  params: {
    patch: int({ title: 'Patch', help: 'Side of the square that is covered.', min: 1, max: 32, default: 8, unit: 'px' }),
    stride: int({ title: 'Stride', help: 'How far the patch moves: smaller gives a finer map and costs more passes.', min: 1, max: 32, default: 4, unit: 'px' }),
    fill: fillParam,
  },
  tiny: { patch: 4, stride: 4 },
  preview: (params) => ({ ...params, stride: Math.max(params.stride, params.patch) }),
  needs: () => undefined,
  claims: ({ fill }) => (fill === 'noise' ? [] : ['deterministic']),
  passes: ({ patch, stride }, { shape }) => passesOf(shape, patch, stride),
  async attribute(request, job) {
    const fill = job.own(tf.tidy(() => baselineOf(request.params.fill, request)));
    return occlude({ ...request, fill }, request.params.patch, request.params.stride, job);
  },
});

/** A_p = f(x) − f(x with the pixel p covered).  Zeiler & Fergus 2014 with a patch of one pixel: 'Occlusion-1' of Ancona et al. 2018.  Cost: one forward pass a pixel, plus one. */
export const occlusionOne = defineMethod({
  id: 'occlusion-1',
  title: 'Occlusion-1',
  cite: 'ancona2018',
  family: 'perturbation',
  signed: true,
  score: 'logit',
  card: {
    says: 'Covers the image pixel by pixel and measures how much the score falls: the finest occlusion there is.',
    formula: 'A_p = f(x) - f(x_{p \\leftarrow \\text{fill}})',
    misleads: 'One pixel hardly ever matters: a network reads it together with its neighbours, so most values are close to zero and the largest are often single bright dots. It asks for one pass a pixel.',
  },
  params: {
    grain: int({ title: 'Grain', help: 'Side of what is covered at a time. 1 is the method; a larger one is a coarser and faster stand-in.', min: 1, max: 16, default: 1, unit: 'px' }),
    fill: fillParam,
  },
  tiny: { grain: 4 },
  preview: (params) => ({ ...params, grain: Math.max(params.grain, 8) }),
  needs: () => undefined,
  claims: ({ fill }) => (fill === 'noise' ? [] : ['deterministic']),
  passes: ({ grain }, { shape }) => passesOf(shape, grain, grain),
  async attribute(request, job) {
    const fill = job.own(tf.tidy(() => baselineOf(request.params.fill, request)));
    return occlude({ ...request, fill }, request.params.grain, request.params.grain, job);
  },
});
