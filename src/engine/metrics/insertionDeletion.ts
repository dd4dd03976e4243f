/** Insertion and deletion: how the score follows a map's ranking, and the area under the curve. The map comes as an argument, and so does the score. */
import type { Job } from '../job/job.ts';
import * as tf from '../tf.ts';
import type { Scorer } from './metric.ts';

export interface RankedImage {
  /** [1, H, W, C], or a table [1, F]. */
  readonly x: tf.Tensor;
  /** What stands where x is not: black in most papers. Shape of x. */
  readonly substrate: tf.Tensor;
  /** One number for each pixel, or for each single (pixel, channel) entry as in Zhu et al. 2024; row-major, larger ones come first. */
  readonly ranking: ArrayLike<number>;
}

export interface Curve {
  /** Score after k steps, k = 0 … steps. */
  readonly curve: Float64Array;
  /** Trapezoid over steps, ÷ their number. */
  readonly area: number;
}

/** Places by decreasing value; equal ones in row-major order. Signed: no absolute value is taken. */
export const orderOf = (ranking: ArrayLike<number>): Int32Array => Int32Array.from(ranking, (_, i) => i).sort((a, b) => ranking[b]! - ranking[a]! || a - b);

/** (Σ − first/2 − last/2) / steps. */
export function areaUnder(curve: ArrayLike<number>): number {
  const steps = curve.length - 1;
  if (steps < 1) throw new Error(`a curve of ${curve.length} point has no area: take at least one step`);
  return (Array.from(curve).reduce((sum, v) => sum + v, 0) - curve[0]! / 2 - curve[steps]! / 2) / steps;
}

/** Insertion starts from the substrate and sets the first places to x; deletion starts from x and covers them. */
export type Direction = 'insertion' | 'deletion';

/**
 * `perStep` places a step, ⌈places / perStep⌉ steps, both end points included.  Petsiuk et al. 2018, section 4.2, without their blurred start;
 * by entries as in the code of Zhu et al. 2024.  Cost: steps + 1 forward passes.
 */
export async function rankedCurve(direction: Direction, { x, substrate, ranking }: RankedImage, perStep: number, score: Scorer, job: Job): Promise<Curve> {
  const places = ranking.length;
  if (x.size % places !== 0) throw new Error(`a ranking of ${places} places does not fit an image of ${x.size} entries: give one number for each pixel or for each entry`);
  const steps = Math.ceil(places / perStep);
  const rank = new Int32Array(places);
  orderOf(ranking).forEach((place, at) => (rank[place] = at));
  const channels = x.size / places;
  const kept = (from: number, to: number) => {
    const data = new Float32Array((to - from) * x.size);
    for (let k = from; k < to; k++) for (let i = 0; i < x.size; i++) if (rank[Math.floor(i / channels)]! < k * perStep === (direction === 'insertion')) data[(k - from) * x.size + i] = 1;
    return tf.tensor(data, [to - from, ...x.shape.slice(1)]);
  };
  const curve = new Float64Array(steps + 1);
  for (let from = 0; from <= steps; from += job.batch) {
    const to = Math.min(steps + 1, from + job.batch);
    const row = job.own(
      tf.tidy(() => {
        const mask = kept(from, to);
        return score(tf.add(tf.mul(mask, x), tf.mul(tf.sub(1, mask), substrate)));
      }),
    );
    await job.tick(to, steps + 1, row);
    curve.set(await row.data(), from);
    job.drop(row);
  }
  return { curve, area: areaUnder(curve) };
}
