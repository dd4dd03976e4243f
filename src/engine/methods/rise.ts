/** RISE: the mean of random soft masks, each weighed by the score of what it leaves. Knows no segments. */
import { sum } from '../job/job.ts';
import { stream } from '../math/rng.ts';
import { choice, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { baselineOf, baselineParam } from './baselines.ts';
import { defineMethod } from './method.ts';
import { scores } from './walk.ts';

/** What mask k of a run is made of. */
export interface MaskGrid {
  /** cells² numbers, 1 where a cell is on. */
  readonly cells: ArrayLike<number>;
  /** Shift in places, 0 … the size of a cell − 1. */
  readonly down: number;
  readonly right: number;
}

/** Grid k, drawn at (seed, 'rise', k). */
export function gridOf(seed: number, k: number, cells: number, on: number, cellHeight: number, cellWidth: number): MaskGrid {
  const draws = stream(seed, 'rise', k);
  return { cells: Uint8Array.from({ length: cells * cells }, () => (draws.uniform() < on ? 1 : 0)), down: draws.below(cellHeight), right: draws.below(cellWidth) };
}

/** Which two cells a place lies between, and how far from the first: half-pixel centres, the border cells continued. */
function between(place: number, size: number, cells: number): readonly [number, number, number] {
  const at = ((place + 0.5) * cells) / ((cells + 1) * size) - 0.5;
  const low = Math.floor(at);
  const inside = (i: number) => Math.min(cells - 1, Math.max(0, i));
  return [inside(low), inside(low + 1), at - low];
}

/** The grid enlarged bilinearly to (cells + 1) · cell size, and cut to [height, width] from its shift on.  Petsiuk et al. 2018, section 3.2. */
export function maskOf({ cells: values, down, right }: MaskGrid, cells: number, height: number, width: number): Float32Array {
  const [cellHeight, cellWidth] = [Math.ceil(height / cells), Math.ceil(width / cells)];
  const rows = Array.from({ length: height }, (_, y) => between(y + down, cellHeight, cells));
  const columns = Array.from({ length: width }, (_, x) => between(x + right, cellWidth, cells));
  const mask = new Float32Array(height * width);
  rows.forEach(([top, bottom, v], y) =>
    columns.forEach(([left, after, h], x) => {
      const upper = values[top * cells + left]! * (1 - h) + values[top * cells + after]! * h;
      const lower = values[bottom * cells + left]! * (1 - h) + values[bottom * cells + after]! * h;
      mask[y * width + x] = upper * (1 - v) + lower * v;
    }),
  );
  return mask;
}

/** A = 1/(N p) Σ_k f(x ⊙ M_k) M_k, less its level where asked.  Petsiuk, Das, Saenko 2018, eq. 6.  Cost: `samples` forward passes. */
export const rise = defineMethod({
  id: 'rise',
  title: 'RISE',
  cite: 'petsiuk2018',
  family: 'perturbation',
  signed: true,
  score: 'probability',
  card: {
    says: 'Looks at the image through many random soft masks. A place is important where masks that show it leave a high score.',
    formula: 'A = \\frac{1}{N p} \\sum_{k=1}^{N} \\bigl( f(x \\odot M_k) - \\bar f \\bigr) M_k',
    misleads: 'With few masks the map is mostly noise, in blobs of the size of a cell. The published sum also carries the mean score everywhere, which says nothing about places: here it is taken off unless you keep it.',
  },
  params: {
    samples: int({ title: 'Masks', help: 'Random masks. The paper takes 4,000.', min: 16, max: 4000, default: 1000, unit: 'samples', scale: 'log' }),
    cells: int({ title: 'Cells a side', help: 'Of the coarse grid that a mask is made of: more give finer spots and need more masks.', min: 2, max: 16, default: 7 }),
    on: float({ title: 'Share shown', help: 'Probability that a cell is shown.', min: 0.1, max: 0.9, step: 0.05, default: 0.5, unit: 'percent' }),
    fill: baselineParam({ title: 'Replace by', help: 'What stands where the mask hides the image. Black in the paper.', default: 'black' }),
    level: choice(['removed', 'kept'], { title: 'Mean score', help: 'Taken off, so that zero means no more than average; or kept, as published.', labels: { removed: 'Taken off', kept: 'Kept, as published' } }),
  },
  tiny: { samples: 16, cells: 3 },
  preview: (params) => ({ ...params, samples: Math.min(params.samples, 96) }),
  needs: () => undefined,
  claims: () => [],
  passes: ({ samples }) => ({ forward: samples, backward: 0, exact: true }),
  async attribute(request, job) {
    const { x, seed, params } = request;
    const [height, width] = x.rank === 4 ? [x.shape[1]!, x.shape[2]!] : [1, x.shape[1]!];
    const { samples, cells, on } = params;
    const fill = job.own(tf.tidy(() => baselineOf(params.fill, request)));
    const masks = (from: number, to: number) => {
      const data = new Float32Array((to - from) * height * width);
      for (let k = from; k < to; k++) data.set(maskOf(gridOf(seed, k, cells, on, Math.ceil(height / cells), Math.ceil(width / cells)), cells, height, width), (k - from) * height * width);
      return tf.tensor(data, x.rank === 4 ? [to - from, height, width, 1] : [to - from, width]);
    };
    // Σ f M, Σ M and Σ f, each at every place.
    const burst = (from: number, to: number) => {
      const mask = masks(from, to);
      const score = scores(request, tf.add(tf.mul(mask, x), tf.mul(tf.sub(1, mask), fill)), job);
      const level = tf.reshape(score, [to - from, ...mask.shape.slice(1).map(() => 1)]);
      return tf.stack([tf.mul(mask, level), mask, tf.add(tf.zerosLike(mask), level)], 1);
    };
    const estimate = (total: tf.Tensor, n: number) => {
      const [weighed, shown, level] = tf.unstack(total) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const field = params.level === 'kept' ? weighed : tf.sub(weighed, tf.div(tf.mul(level, shown), n));
      return tf.expandDims(tf.div(field, n * on), 0);
    };
    const total = await sum(job, samples, burst, { estimate });
    return job.own(tf.tidy(() => estimate(total, samples)));
  },
});
