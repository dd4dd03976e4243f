/** What an attribution method is: its declaration and its numerics. Not how it is drawn, cached or asked for. */
import type { Graph } from '../graph/graph.ts';
import type { Job, Passes } from '../job/job.ts';
import type { Params, Values } from '../params.ts';
import type * as tf from '../tf.ts';
import type { Score, ScoreKind } from './score.ts';

export interface AttributionRequest<P extends Params = Params> {
  readonly graph: Graph;
  /** [1, H, W, 3] in [0, 1]; tables [1, F]. Borrowed: never disposed by a method. */
  readonly x: tf.Tensor;
  /** The class that is explained. */
  readonly target: number;
  readonly score: Score;
  /** Every random draw is addressed by (seed, purpose, index). */
  readonly seed: number;
  readonly params: Values<P>;
  /** An image of the visitor's to serve as the baseline, shape of x; only read where a parameter asks for it. */
  readonly baselineImage?: tf.Tensor;
  /** Images that stand for the training data, [n, …]: as many as `references` asks for. Borrowed. */
  readonly background?: tf.Tensor;
  /** What the model is called: only for what must differ between models by intent (the noise control). */
  readonly model?: string;
}

/** What a declaration may ask about before anything runs. */
export interface Given {
  /** Of one input, [H, W, C] or [F]. */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly graph: Graph;
}

/**
 * What the laws then prove. 'complete': Σ attribution = f(x) − f(baseline) up to the quadrature. 'score-free': one field per class,
 * whichever scalar is asked for; 'class-free': one field for all classes and scores (attention itself, the controls).
 * What claims neither must answer each class and each score with a field of its own.
 */
export type Claim = 'complete' | 'deterministic' | 'non-negative' | 'score-free' | 'class-free';

/** In words, for the card beside the map. Plain sentences; `formula` is TeX. */
export interface MethodCard {
  readonly says: string;
  readonly formula: string;
  readonly misleads: string;
}

export const FAMILIES = ['gradient', 'path', 'propagation', 'cam', 'attention', 'perturbation', 'exploration', 'control'] as const;
export type Family = (typeof FAMILIES)[number];

export interface Method<P extends Params = Params> {
  /** kebab-case, stable: it stands in links. */
  readonly id: string;
  readonly title: string;
  /** Key of `cite.ts`. */
  readonly cite: string;
  readonly family: Family;
  readonly signed: boolean;
  /** The score that the paper explains; the visitor may choose another, and the card says so. */
  readonly score: ScoreKind;
  readonly card: MethodCard;
  readonly params: P;
  /** Smallest sensible parameters, for the laws: at most six ticks. */
  readonly tiny?: Partial<Values<P>>;
  /** Cheaper parameters while a slider is dragged; absent where the method is fast enough. */
  preview?(params: Values<P>): Values<P>;
  /** Why it cannot run on this graph with these parameters, in words for the visitor; `undefined` where it can. */
  needs(graph: Graph, params: Values<P>): string | undefined;
  claims(params: Values<P>, graph: Graph): readonly Claim[];
  /** Passes that a run takes, per image; `exact` or an upper bound. */
  passes(params: Values<P>, given: Given): Passes & { readonly exact: boolean };
  /** Tapes that one row holds at once, and how many copies of the weights (their signs apart, say); absent: 2.2 tapes and the weights themselves. */
  readonly memory?: { readonly tapes?: number; readonly weights?: number };
  /** How many images of the training data it reads (`request.background`); absent: none. */
  references?(params: Values<P>): number;
  /** The image that the field is measured from (its sum is compared with f(x) − f(baseline)); of several rows, the mean of their scores; none where the sum says nothing. Called in a tidy. */
  baseline?(request: AttributionRequest<P>): tf.Tensor | undefined;
  /** → [1, H, W, C] or, where a place has one value, [1, H, W, 1]; raw and signed. The caller owns it. */
  attribute(request: AttributionRequest<P>, job: Job): Promise<tf.Tensor>;
}

export const defineMethod = <P extends Params>(method: Method<P>): Method<P> => method;
