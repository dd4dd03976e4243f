/** What a metric is: its declaration, what it may be given, and what it answers. Not how a map is made: methods and models come as arguments. */
import type { Field } from '../../fields/field.ts';
import type { Mask } from '../../fields/regions.ts';
import type { Graph } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import type { Params, Values } from '../params.ts';
import type * as tf from '../tf.ts';

/** Images [n, …] → their explained scores [n]; books its own passes. Called in a tidy. */
export type Scorer = (images: tf.Tensor) => tf.Tensor;

/** A unit of the image whose true effect is known: an intervention was made and the model asked again. */
export interface UnitTruth {
  readonly name: string;
  /** Its pixels, at the size of x. */
  readonly mask: Mask;
  /** f(x) − mean f(x without the unit), in units of the logit. */
  readonly effect: number;
  /** Standard error of `effect` where it is a mean over redraws; absent where it is exact. */
  readonly error?: number;
}

/** What may differ when the same method, with the same parameters, is asked once more; what is absent stays as it was. */
export interface Again {
  /** Shape of x. Borrowed. */
  readonly x?: tf.Tensor;
  readonly target?: number;
  readonly seed?: number;
  /** The same network with other weights: what randomisation checks change. Borrowed. */
  readonly graph?: Graph;
}

/** What a metric may ask for beyond the map. The host gives what `needs` names; whoever adds a kind adds it here, to the laws and to the hosts. */
export interface Givens {
  /** The score that the map explains, of any images of x's shape: what insertion and deletion follow. */
  readonly score: Scorer;
  /** Another map by the same method: what sensitivity, input invariance and randomisation compare with. Its passes are booked by the giver. */
  readonly attribute: (again: Again) => Promise<Field>;
  /** Units with their true effects: what scenes alone can give. At least two. */
  readonly units: readonly UnitTruth[];
}

export interface Judged<P extends Params = Params> {
  /** The map: raw, all channels, signed where its method is. */
  readonly map: Field;
  /** Whether the sign of the map's values means anything. */
  readonly signed: boolean;
  /** [1, H, W, 3] in [0, 1]; tables [1, F]. Borrowed. */
  readonly x: tf.Tensor;
  readonly target: number;
  /** Every random draw is addressed by (seed, purpose, index). */
  readonly seed: number;
  readonly params: Values<P>;
}
export type MetricRequest<P extends Params = Params, N extends keyof Givens = never> = Judged<P> & Pick<Givens, N>;

export interface Measurement {
  /** Within `range`; undefined where this image holds nothing to judge by (`detail` shows why). */
  readonly score: number | undefined;
  /** The score's course over equal steps, both end points included. */
  readonly curve?: Float64Array;
  /** Numbers beside the score, by name; what `pooled` reads. */
  readonly detail?: Readonly<Record<string, number>>;
}

/** The taxonomy of Hedström et al. 2023 (Quantus). */
export const CATEGORIES = ['faithfulness', 'robustness', 'localisation', 'complexity', 'randomisation', 'axiomatic'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What of a map a score hangs on. A trait left out is proved by a law: taking |values|, multiplying all by 3, adding a constant to all changes nothing. */
export const TRAITS = ['sign', 'scale', 'offset'] as const;
export type Trait = (typeof TRAITS)[number];

/** In words, for the card. Plain sentences; `formula` is TeX. */
export interface MetricCard {
  readonly says: string;
  readonly formula: string;
  readonly misleads: string;
}

/** `N`: what `measure` may read beyond the map, as `needs` names it. */
export interface Metric<P extends Params = Params, N extends keyof Givens = never> {
  /** kebab-case, stable: it stands in links and in files. */
  readonly id: string;
  readonly title: string;
  /** Key of the methods' `cite.ts`. */
  readonly cite: string;
  readonly category: Category;
  readonly better: 'higher' | 'lower';
  /** What a score can be at least and at most. */
  readonly range: readonly [low: number, high: number];
  readonly sensitiveTo: readonly Trait[];
  /** A host that cannot give one of these says so in words (`lacking`) instead of asking. */
  readonly needs: readonly (keyof Givens)[];
  readonly card: MetricCard;
  readonly params: P;
  /** Smallest sensible parameters, for the laws. */
  readonly tiny?: Partial<Values<P>>;
  /** The score of many images; absent: the mean of their scores. Undefined where none holds anything to judge by. */
  pooled?(images: readonly Measurement[]): number | undefined;
  /** Judges one map; leaves no tensor. Model passes go through `job`, as in a method. */
  measure(request: MetricRequest<P, N>, job: Job): Promise<Measurement>;
}

export const defineMetric = <P extends Params, N extends keyof Givens>(metric: Metric<P, N> & { readonly needs: readonly N[] }): Metric<P, N> => metric;

const GIVEN_WORDS = {
  score: 'asks the model again, which is not at hand here',
  attribute: 'needs further maps by the same method, which are not at hand here',
  units: 'needs the true effects of a scene’s units: only rendered scenes have such, choose one',
} satisfies Record<keyof Givens, string>;

/** Why `metric` cannot judge with what is given, in words for the visitor; `undefined` where it can. */
export function lacking({ title, needs }: Pick<Metric, 'title' | 'needs'>, given: Partial<Givens>): string | undefined {
  const missing = needs.find((name) => given[name] === undefined);
  return missing && `${title} ${GIVEN_WORDS[missing]}.`;
}

/** One number for many images, as the metric pools them. */
export function pooledScore(metric: Metric, images: readonly Measurement[]): number | undefined {
  if (metric.pooled) return metric.pooled(images);
  const scores = images.flatMap(({ score }) => (score === undefined ? [] : [score]));
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
