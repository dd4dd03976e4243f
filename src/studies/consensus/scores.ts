/** Findings about scores: each model's, over images, and how they correlate with accuracy and with alignment over models. Pure functions of records. */
import { stream } from '../../engine/math/rng.ts';
import { drawResamples, meanOf, type CountedEstimate, type Resamples } from '../../fields/bootstrap.ts';
import { correlationEstimate, permutationP, type CorrelationKind, type PerModel } from '../../fields/correlation.ts';
import { nearness } from './gram.ts';
import { numberOf, type KeptRecord, type ModelRecord } from './record.ts';
import type { Likeness } from './settings.ts';

/** A model's likeness to the consensus on one image. */
export function scoreOf(record: Pick<ModelRecord, 'cosine' | 'pearson' | 'spearman' | 'distance'>, kind: Likeness, sigma: number): number {
  return kind === 'radial-basis' ? nearness(numberOf(record.distance), sigma) : numberOf(record[kind]);
}

/** For each model its numbers on the kept images, NaN where one has none. */
export const rowsOf = (records: readonly KeptRecord[], ids: readonly string[], number: (model: ModelRecord) => number): number[][] =>
  ids.map((id) => records.map(({ models }) => { const own = models.find((model) => model.id === id); return own ? number(own) : Number.NaN; }));

/** A correlation with intervals over other models, over other images, and over both: the headline. */
export interface Intervals {
  readonly models: CountedEstimate;
  readonly images: CountedEstimate;
  readonly both: CountedEstimate;
}
/** How two quantities go together over models. */
export interface Correlates {
  /** Ids of the models. */
  readonly models: readonly string[];
  readonly pearson: Intervals;
  readonly spearman: Intervals;
  /** Of Spearman's ρ and of Pearson's r: the share of random labellings that correlate as much. */
  readonly p: Readonly<Record<CorrelationKind, number>>;
  /** Given the mean entropy of the models' maps; the interval over both. */
  readonly partial: Readonly<Record<CorrelationKind, CountedEstimate>>;
}

/** What is correlated: for each model one number, or its numbers on the images. */
export interface Columns {
  readonly ids: readonly string[];
  readonly x: PerModel;
  readonly y: PerModel;
  readonly entropy: PerModel;
}

/** Fewer images, or models, say nothing about others: no intervals. Whether a study says yes or no asks for more (../verdict.ts). */
export const LEAST = 3;

const NONE: Resamples = [];

/** Bootstrap lists of image numbers; none for fewer than three images. */
export const imageResamples = (images: number, seed: number, count: number): Resamples => (images < LEAST ? NONE : drawResamples(stream(seed, 'study-image-resamples').below, images, count));

const modelResamples = (models: number, seed: number, count: number): Resamples => (models < LEAST ? NONE : drawResamples(stream(seed, 'study-model-resamples').below, models, count));

/** All correlations of x and y over these models, each interval from `count` resamples. O(8 count · models · images). */
export function correlates({ ids, x, y, entropy }: Columns, images: Resamples, seed: number, count: number): Correlates {
  const models = modelResamples(ids.length, seed, count);
  const both = models.length === images.length ? { models, images } : { models: NONE, images: NONE };
  const intervals = (kind: CorrelationKind): Intervals => ({
    models: correlationEstimate(x, y, kind, { models }),
    images: correlationEstimate(x, y, kind, { images }),
    both: correlationEstimate(x, y, kind, both),
  });
  const means = (column: PerModel): number[] => column.map((value: number | readonly number[]) => (typeof value === 'number' ? value : meanOfNumbers(value)));
  const ofKinds = <T>(make: (kind: CorrelationKind) => T): Readonly<Record<CorrelationKind, T>> => ({ pearson: make('pearson'), spearman: make('spearman') });
  return {
    models: ids,
    ...ofKinds(intervals),
    p: ofKinds((kind) => permutationP(means(x), means(y), kind, stream(seed, 'study-permutations').below)),
    partial: ofKinds((kind) => correlationEstimate(x, y, kind, both, entropy)),
  };
}

/** NaN where none is a number. */
export const meanOfNumbers = (values: readonly number[]): number => meanOf(values, [...values.keys()]);
