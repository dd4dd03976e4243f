/** The kept images of a transfer study as series over images: of a cell, of many cells, of differences, with intervals. Not which of them are of interest. */
import { stream } from '../../engine/math/rng.ts';
import { meanInterval, wilson } from '../../engine/math/statistics.ts';
import { drawResamples, meanEstimate, pairedDifference, ratioOfMeans, type CountedEstimate, type Resamples } from '../../fields/bootstrap.ts';
import type { KeptImage, Maybe, RowRecord, TransferRecord } from './record.ts';
import { CHOSEN } from './settings.ts';
import { votersOf, type RowModel } from './rows.ts';

/** Resamples of an interval. */
export const RESAMPLES = 1000;

export interface Table {
  readonly models: readonly RowModel[];
  /** Places in `models` of those that the means are over: members. */
  readonly members: readonly number[];
  readonly images: readonly KeptImage[];
  readonly drawn: number;
  /** Of images. */
  readonly resamples: Resamples;
  readonly row: (image: KeptImage, level: string, row: string) => RowRecord | undefined;
}

/** What is shown, by row id, and to whom, by place in `models`. */
export interface CellAt {
  readonly row: string;
  readonly tester: number;
}

/** One number for each kept image; NaN where an image has none. */
export interface Series {
  /** Share of the cells whose tester names the class. */
  readonly right: readonly number[];
  /** The same testers on the whole image. */
  readonly clean: readonly number[];
  readonly probability: readonly number[];
}

/** Of a set of cells, with 95 % intervals over images. */
export interface MeanFinding {
  readonly accuracy: CountedEstimate;
  /** Accuracy over the same testers' accuracy on whole images. */
  readonly kept: CountedEstimate;
  readonly probability: CountedEstimate;
}

/** Differences of means over cells, the same images on both sides. */
export interface Difference {
  readonly accuracy: CountedEstimate;
  readonly probability: CountedEstimate;
}

/** `models`: of the study, in its order. Throws where a record was made with others. */
export function tableOf(records: readonly TransferRecord[], models: readonly RowModel[], seed: number): Table {
  const images = records.filter((record) => record.standing === 'kept');
  const ids = models.map(({ id }) => id).join();
  const foreign = images.find((image) => image.models.join() !== ids);
  if (foreign) throw new Error(`The record of ${foreign.name} is of ${foreign.models.join(', ')}, the study of ${models.map(({ id }) => id).join(', ')}: open records together with the models that they were made with.`);
  const levels = new WeakMap(images.map((image) => [image, new Map(image.levels.map(({ level, rows }) => [level, rows]))]));
  const voters = new Set(votersOf(models).map(({ id }) => id));
  return {
    models,
    members: models.flatMap(({ id }, i) => (voters.has(id) ? [i] : [])),
    images,
    drawn: records.length,
    resamples: drawResamples(stream(seed, 'transfer-resamples').below, images.length, images.length > 0 ? RESAMPLES : 0),
    row: (image, level, row) => levels.get(image)?.get(level)?.[row],
  };
}

/** Means over the cells, image by image; `cells` may differ from image to image. Cells that an image does not have are left out. */
export function seriesOf({ images, row }: Pick<Table, 'images' | 'row'>, cells: readonly CellAt[] | ((at: number) => readonly CellAt[]), level: string = CHOSEN): Series {
  const [right, clean, probability]: [number[], number[], number[]] = [[], [], []];
  images.forEach((image, at) => {
    let [rights, cleans, probabilities, count] = [0, 0, 0, 0];
    for (const { row: id, tester } of typeof cells === 'function' ? cells(at) : cells) {
      const record = row(image, level, id);
      const [named, sure, whole] = [record?.right[tester], record?.probability[tester], image.right[tester]];
      if (typeof named !== 'number' || typeof sure !== 'number' || typeof whole !== 'number') continue;
      rights += named;
      cleans += whole;
      probabilities += sure;
      count++;
    }
    right.push(rights / count);
    clean.push(cleans / count);
    probability.push(probabilities / count);
  });
  return { right, clean, probability };
}

export const findMean = ({ resamples }: Pick<Table, 'resamples'>, { right, clean, probability }: Series): MeanFinding => ({
  accuracy: meanEstimate(right, resamples),
  kept: ratioOfMeans(right, clean, resamples),
  probability: meanEstimate(probability, resamples),
});

export const findDifference = ({ resamples }: Pick<Table, 'resamples'>, first: Series, second: Series): Difference => ({
  accuracy: pairedDifference(first.right, second.right, resamples),
  probability: pairedDifference(first.probability, second.probability, resamples),
});

/** A share of images, with Wilson's interval: it stays open where all images, or none, are right. Those without a value are left out. */
export function shareEstimate(values: readonly Maybe[]): CountedEstimate {
  const known = values.filter((value) => value !== null && !Number.isNaN(value)) as readonly number[];
  const n = known.length;
  if (n === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n };
  const hits = known.reduce((sum, value) => sum + value, 0);
  const [low, high] = wilson(hits, n);
  return { value: hits / n, low, high, n };
}

/** A mean over images with Student's interval; for a single image the interval is not known. */
export function studentEstimate(values: readonly Maybe[]): CountedEstimate {
  const known = values.flatMap((value) => (value === null || Number.isNaN(value) ? [] : [value]));
  const found = meanInterval(known);
  if (!found) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 };
  const { mean, low, high, n } = found;
  return n === 1 ? { value: mean, low: Number.NaN, high: Number.NaN, n } : { value: mean, low, high, n };
}
