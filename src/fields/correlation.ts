/** Correlation over models: with intervals over models, over images and over both, given a third quantity, and against shuffled labels. Not over places: `similarity.ts`. */
import { checkResamples, meanOf, withInterval, type CountedEstimate, type Resamples } from './bootstrap.ts';
import { averageRanks } from './rank.ts';
import { pearson } from './similarity.ts';

export type CorrelationKind = 'pearson' | 'spearman';

/** For each model a number, or its numbers on the images, of which the mean is meant; NaN where an image has none. */
export type PerModel = readonly number[] | readonly (readonly number[])[];

/** Columns cut to the rows where every one is a number. */
function completeRows(...columns: readonly (readonly number[])[]): Float64Array[] {
  for (const { length } of columns) {
    if (length !== columns[0]!.length) throw new Error(`${columns[0]!.length} models cannot be correlated with ${length}: list both over the same models.`);
  }
  const rows: number[] = [];
  for (let i = 0; i < columns[0]!.length; i++) if (columns.every((column) => Number.isFinite(column[i]))) rows.push(i);
  return columns.map((column) => {
    const cut = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) cut[i] = column[rows[i]!]!;
    return cut;
  });
}

/** Fewer than three points always lie on a line, or on none: NaN. */
const LEAST = 3;

/** Within rounding of ±1, ±1; constant columns leave a rest of rounding errors that correlates with anything: NaN. */
function pearsonOf(a: Float64Array, b: Float64Array): number {
  const constant = (values: Float64Array): boolean => values.every((value) => value === values[0]);
  return a.length < LEAST || constant(a) || constant(b) ? Number.NaN : Math.max(-1, Math.min(1, pearson(a, b)));
}

const scaleOf = (kind: CorrelationKind) => (values: Float64Array) => (kind === 'spearman' ? averageRanks(values) : values);

/** Pearson's r, or Spearman's ρ with ties averaged, over the models where both are finite. NaN for fewer than three of them and where one is constant. */
export function correlation(x: readonly number[], y: readonly number[], kind: CorrelationKind): number {
  const [a, b] = completeRows(x, y).map(scaleOf(kind));
  return pearsonOf(a!, b!);
}

/**
 * (r_xy − r_xz r_yz) / √((1 − r_xz²)(1 − r_yz²)): what correlates once the straight-line share of z is taken from both (for Spearman: of the ranks).
 * NaN as `correlation`, for fewer than four models, and where z determines x or y.
 */
export function partialCorrelation(x: readonly number[], y: readonly number[], z: readonly number[], kind: CorrelationKind): number {
  const [a, b, c] = completeRows(x, y, z).map(scaleOf(kind));
  if (a!.length <= LEAST) return Number.NaN;
  const [xy, xz, yz] = [pearsonOf(a!, b!), pearsonOf(a!, c!), pearsonOf(b!, c!)];
  const left = (1 - xz * xz) * (1 - yz * yz);
  return left > 1e-12 ? Math.max(-1, Math.min(1, (xy - xz * yz) / Math.sqrt(left))) : Number.NaN;
}

/** What is drawn anew: the models, the images, or both at once, the b-th list of the one with the b-th of the other. */
export interface Over {
  readonly models?: Resamples;
  readonly images?: Resamples;
}

const isMatrix = (values: PerModel): values is readonly (readonly number[])[] => typeof values[0] === 'object';

/** Means of a row under lists of images: several correlations ask for the same ones. Neither is written to after it is made. */
const known = new WeakMap<Resamples, WeakMap<readonly number[], Float64Array>>();
function meansUnder(row: readonly number[], images: Resamples): Float64Array {
  const rows = known.get(images) ?? new WeakMap<readonly number[], Float64Array>();
  known.set(images, rows);
  const before = rows.get(row);
  if (before) return before;
  const means = Float64Array.from(images, (chosen) => meanOf(row, chosen));
  rows.set(row, means);
  return means;
}

/** How many images the matrices among the columns have: all the same. */
function imagesOf(columns: readonly PerModel[]): number | undefined {
  const lengths = new Set(columns.filter(isMatrix).flatMap((matrix) => matrix.map((row) => row.length)));
  if (lengths.size > 1) throw new Error(`Models with ${[...lengths].join(' and ')} images cannot share resamples: fill images without a value with NaN.`);
  return [...lengths][0];
}

/**
 * The correlation of x and y over models, or with `given` the partial one, with its 95 % percentile interval. Means over images are taken anew in each resample, so
 * with `images` the interval says what other images, with `models` what other models would change, with both the two together (the headline).
 * Over few models alone it is a little too short, as percentile intervals are (docs/statistics.md): print n. Resamples where it is not defined are left out. O(B · models · images).
 */
export function correlationEstimate(x: PerModel, y: PerModel, kind: CorrelationKind, { models, images }: Over, given?: PerModel): CountedEstimate {
  const columns = given ? [x, y, given] : [x, y];
  const imageCount = imagesOf(columns);
  if (images && imageCount === undefined) throw new Error('An interval over images needs a value for each image: hand in rows over images, not their means.');
  if (models && images && models.length !== images.length) throw new Error(`${models.length} draws of models cannot go with ${images.length} of images: draw as many of each.`);
  if (models) checkResamples(models, x.length);
  if (images) checkResamples(images, imageCount!);
  const everyImage = Array.from({ length: imageCount ?? 0 }, (_, i) => i);
  const meansOver = (mean: (row: readonly number[]) => number): readonly (readonly number[])[] => columns.map((column) => (isMatrix(column) ? column.map(mean) : column));
  const statistic = ([a, b, c]: readonly (readonly number[])[]): number => (c ? partialCorrelation(a!, b!, c, kind) : correlation(a!, b!, kind));
  const whole = meansOver((row) => meanOf(row, everyImage));
  const draws = Float64Array.from({ length: (models ?? images ?? []).length }, (_, b) => {
    const means = images ? meansOver((row) => meansUnder(row, images)[b]!) : whole;
    return statistic(models ? means.map((column) => models[b]!.map((i) => column[i]!)) : means);
  });
  return { ...withInterval(statistic(whole), draws), n: completeRows(...whole)[0]!.length };
}

/**
 * (1 + #{|r_b| ≥ |r|}) / (1 + B), two-sided, over B shuffles of y drawn from `below` (Fisher–Yates; Phipson and Smyth 2010 for the ones):
 * how often labels put on at random correlate as much. Models without both numbers are left out first. NaN where r is not defined.
 */
export function permutationP(x: readonly number[], y: readonly number[], kind: CorrelationKind, below: (n: number) => number, shuffles = 9999): number {
  const [a, b] = completeRows(x, y).map(scaleOf(kind));
  const observed = Math.abs(pearsonOf(a!, b!));
  if (Number.isNaN(observed)) return Number.NaN;
  const [u, v] = [standardised(a!), standardised(b!)];
  let hits = 0;
  for (let round = 0; round < shuffles; round++) {
    for (let i = v.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [v[i], v[j]] = [v[j]!, v[i]!];
    }
    let r = 0;
    for (let i = 0; i < u.length; i++) r += u[i]! * v[i]!;
    if (Math.abs(r) >= observed - 1e-12) hits++;
  }
  return (1 + hits) / (1 + shuffles);
}

/** Centred, of length 1: products of such columns are correlations. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => value / length);
}
