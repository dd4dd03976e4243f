/** The masked game: players are segments, v(S) is the score of x on S and of a fill elsewhere. Knows no method that plays it. */
import { BLOCK, type Job } from '../job/job.ts';
import { quickshift } from '../math/quickshift.ts';
import { featureSegments, gridSegments, segmentSizes, type Segmentation } from '../math/segments.ts';
import { slic } from '../math/slic.ts';
import { choice, int } from '../params.ts';
import * as tf from '../tf.ts';
import { BASELINE_LABELS, BASELINES, baselineOf } from './baselines.ts';
import type { AttributionRequest } from './method.ts';
import { scores, type Question } from './walk.ts';

export const SEGMENTATIONS = ['slic', 'quickshift', 'grid'] as const;
export const FILLS = [...BASELINES, 'segment-mean'] as const;

/** The parameters of `segmentParams`, as values. */
export interface SegmentChoice {
  readonly segmentation: (typeof SEGMENTATIONS)[number];
  readonly segments: number;
  readonly fill: (typeof FILLS)[number];
}

/** The declaration that the methods on segments share. */
export const segmentParams = (standard: SegmentChoice) => ({
  segmentation: choice(SEGMENTATIONS, {
    title: 'Segmentation',
    help: 'How the image is cut. It hangs on the image alone, so that all models are asked about the same segments.',
    default: standard.segmentation,
    labels: { slic: 'SLIC superpixels', quickshift: 'Quickshift superpixels', grid: 'Grid' },
  }),
  segments: int({ title: 'Segments', help: 'At most so many. Quickshift finds its own number and joins the smallest beyond this one.', min: 2, max: 100, default: standard.segments }),
  fill: choice(FILLS, { title: 'Replace by', help: 'What stands where a segment is taken away.', default: standard.fill, labels: { ...BASELINE_LABELS, 'segment-mean': "Each segment's mean colour" } }),
});

/** Players that there can be: a table's features, or the segments asked for. `shape` is that of one input. */
export const mostPlayers = ({ segments }: Pick<SegmentChoice, 'segments'>, { shape }: { readonly shape: readonly number[] }): number => (shape.length === 1 ? shape[0]! : segments);

/** Whether v(∅) is the score of an image that 'complete' can be measured from, known without looking at the segments. */
export const hasCommonFill = ({ fill }: Pick<SegmentChoice, 'fill'>): boolean => fill !== 'segment-mean';

/** The image of the empty coalition that shares add up from; none where each segment has a fill of its own, or shows its whole value. Call in a tidy. */
export function sharedFrom(request: AttributionRequest & { readonly params: Pick<SegmentChoice, 'fill'> & { readonly paint: Paint } }): tf.Tensor | undefined {
  const { fill, paint } = request.params;
  return fill === 'segment-mean' || paint !== 'share' ? undefined : baselineOf(fill, request);
}

export interface Game {
  readonly players: number;
  readonly segmentation: Segmentation;
  /** Of x, with a batch axis of one. */
  readonly shape: readonly number[];
  /**
   * v of coalitions 0 … n − 1; `coalition(k)` has 1 for each player present, 0 for each absent. In bursts, with a tick after each.
   * `after` sees the values known so far. Cost: one forward pass a coalition and fill.
   */
  values(n: number, coalition: (k: number) => ArrayLike<number>, progress?: { readonly done: number; readonly total: number }, after?: (known: number, values: Float64Array) => Promise<void>): Promise<Float64Array>;
}

/** The game of a request on the segments that its parameters ask for; of an image, the job books them. */
export async function gameOf(request: AttributionRequest & { readonly params: SegmentChoice }, job: Job): Promise<Game> {
  const { x, params } = request;
  const data = (await x.data()) as Float32Array;
  const segmentation = segmentationOf(params, data, x.shape);
  if (x.rank === 4) job.segments(Uint8Array.from(segmentation.labels));
  const { fill } = params;
  const filled = job.own(fill === 'segment-mean' ? segmentMeans(data, x.shape, segmentation) : tf.tidy(() => baselineOf(fill, request)));
  return maskedGame({ ...request, fill: filled }, segmentation, job);
}

/** Labels of the places of one input [1, H, W, 3]; of a table [1, F] each feature is its own. */
export function segmentationOf({ segmentation, segments }: Pick<SegmentChoice, 'segmentation' | 'segments'>, data: ArrayLike<number>, shape: readonly number[]): Segmentation {
  if (shape.length !== 4) return featureSegments(shape.at(-1)!);
  const [, height, width] = shape as readonly [number, number, number, number];
  switch (segmentation) {
    case 'grid':
      return gridSegments(height, width, segments);
    case 'slic':
      return slic({ data, height, width }, { segments });
    case 'quickshift': // sigma 1 and else scikit-image's own settings, as in Li et al. 2023
      return quickshift({ data, height, width }, { sigma: 1, atMost: segments });
    default:
      return segmentation satisfies never;
  }
}

/** Every segment of x in its mean colour, shape of x. */
function segmentMeans(data: Float32Array, shape: number[], segmentation: Segmentation): tf.Tensor {
  if (shape.length !== 4) throw new Error("fill 'segment-mean' needs an image, the input is a table: choose 'black', 'white', 'noise' or 'image'");
  const { labels, count } = segmentation;
  const channels = shape[3]!;
  const sums = new Float64Array(count * channels);
  const sizes = segmentSizes(segmentation);
  data.forEach((v, i) => (sums[labels[Math.floor(i / channels)]! * channels + (i % channels)]! += v));
  return tf.tensor(data.map((_, i) => sums[labels[Math.floor(i / channels)]! * channels + (i % channels)]! / sizes[labels[Math.floor(i / channels)]!]!), shape);
}

/** v(S) = f(x on the segments in S, fill elsewhere), the mean over the rows of `fill` [m, …] where there are several. */
export function maskedGame(question: Question & { readonly x: tf.Tensor; readonly fill: tf.Tensor }, segmentation: Segmentation, job: Job): Game {
  const { x, fill } = question;
  const { labels, count: players } = segmentation;
  const fills = fill.shape[0]!;
  const places = x.rank === 4 ? [x.shape[1]!, x.shape[2]!, 1] : [x.shape[1]!];
  const membership = new Float32Array(players * labels.length);
  labels.forEach((label, place) => (membership[label * labels.length + place] = 1));
  const members = job.own(tf.tensor2d(membership, [players, labels.length]));
  const burst = (z: Float32Array, n: number) =>
    tf.tidy(() => {
      const mask = tf.reshape(tf.matMul(tf.tensor2d(z, [n, players]), members), [n, ...places]);
      const [kept, gone] = [tf.mul(mask, x), tf.sub(1, mask)];
      const images = Array.from({ length: fills }, (_, b) => tf.add(kept, tf.mul(gone, tf.slice(fill, b, 1))));
      const found = scores(question, images.length > 1 ? tf.concat(images) : images[0]!, job);
      return tf.mean(tf.reshape(found, [fills, n]), 0);
    });
  const size = Math.max(1, Math.floor(Math.max(BLOCK, Math.floor(job.batch / BLOCK) * BLOCK) / fills));
  return {
    players,
    segmentation,
    shape: x.shape,
    async values(n, coalition, progress = { done: 0, total: n }, after) {
      const values = new Float64Array(n);
      for (let from = 0; from < n; from += size) {
        const to = Math.min(n, from + size);
        const z = new Float32Array((to - from) * players);
        for (let k = from; k < to; k++) z.set(coalition(k), (k - from) * players);
        const row = job.own(burst(z, to - from));
        await job.tick(progress.done + to, progress.total, row);
        values.set(await row.data(), from);
        job.drop(row);
        await after?.(to, values);
      }
      return values;
    },
  };
}

export const PAINTS = ['share', 'value'] as const;
export type Paint = (typeof PAINTS)[number];

/** For the methods whose values share out f(x) − f(fill). */
export const paintParam = () =>
  choice(PAINTS, {
    title: 'Each pixel shows',
    help: 'Shares add up to f(x) − f(fill) over the map. The value is the same for a large segment as for a small one.',
    labels: { share: "Its share of the segment's value", value: "The segment's value" },
  });

/** One number per player → one per place, row-major. */
export function placed({ segmentation }: Pick<Game, 'segmentation'>, perPlayer: ArrayLike<number>, paint: Paint): Float32Array {
  const sizes = segmentSizes(segmentation);
  return Float32Array.from(segmentation.labels, (label) => perPlayer[label]! / (paint === 'share' ? sizes[label]! : 1));
}

/** One number per player as a field: [1, H, W, 1], a table [1, F]. */
export const fieldOf = (game: Pick<Game, 'segmentation' | 'shape'>, perPlayer: ArrayLike<number>, paint: Paint = 'value'): tf.Tensor =>
  tf.tensor(placed(game, perPlayer, paint), game.shape.length === 4 ? [...game.shape.slice(0, 3), 1] : [...game.shape]);
