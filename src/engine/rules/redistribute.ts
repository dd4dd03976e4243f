/** The one identity behind the z-type relevance rules. A rule only chooses its terms. Not a rule itself. */
import { derived } from '../graph/derived.ts';
import type { Step } from '../graph/graph.ts';
import type { Weights } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

/** What keeps a denominator from 0 wherever a rule has no ε of its own. */
export const STABILIZER = 1e-6;

/** One summand of a rule's denominator: an input of the layer, and the weights that see it. */
export interface Term {
  readonly x: () => tf.Tensor;
  readonly weights: Weights;
}

/** z + ε · sign(z), with sign(0) = +1; never 0. */
export const stabilize = (z: tf.Tensor, epsilon: number): tf.Tensor => tf.tidy(() => tf.add(z, tf.sub(epsilon, tf.mul(tf.step(tf.neg(z)), 2 * epsilon))));

/**
 * R_i = Σ_k x_k,i · Lᵀ_k( R / stab(Σ_k L(x_k; w_k)) )_i, for a layer L that is linear in its one input.
 * Conserves ΣR where no term has a bias and ε → 0. Inputs are made anew for each use: memory holds one term at a time.
 */
export function redistribute(step: Step, terms: readonly Term[], epsilon: number, relevance = step.signal): tf.Tensor {
  const { op, node } = step;
  const share = tf.tidy(() => tf.div(relevance, stabilize(total(terms, ({ x, weights }) => op.forward([x()], weights, node.attrs)), epsilon)));
  const result = total(terms, ({ x, weights }) => {
    const input = x();
    return tf.mul(input, op.vjp([input], step.y, weights, node.attrs, share)[0]!);
  });
  share.dispose();
  return result;
}

/** Σ over terms, one at a time. */
function total(terms: readonly Term[], value: (term: Term) => tf.Tensor): tf.Tensor {
  return terms.slice(1).reduce(
    (sum, term) => {
      const next = tf.tidy(() => tf.add(sum, value(term)));
      sum.dispose();
      return next;
    },
    tf.tidy(() => value(terms[0]!)),
  );
}

export const positive = (t: tf.Tensor): tf.Tensor => tf.relu(t);
export const negative = (t: tf.Tensor): tf.Tensor => tf.minimum(t, 0);

const each = (weights: Weights, change: (w: tf.Tensor) => tf.Tensor): Weights => Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, change(w)]));

export type Part = 'positive' | 'negative';
const PARTS = { positive, negative } satisfies Record<Part, (t: tf.Tensor) => tf.Tensor>;

/** The positive or negative part of every weight, kept with the model. */
export const partOf = (weights: Weights, part: Part): Weights => each(weights, (w) => derived(w, part, PARTS[part]));

/** w + γ w⁺, or w + γ w⁻, kept with the model for the γ in use. */
export const strengthened = (weights: Weights, part: Part, gamma: number): Weights =>
  each(weights, (w) => derived(w, `strengthened-${part}`, () => tf.add(w, tf.mul(PARTS[part](w), gamma)), gamma));

/** A 1 in place of every weight, kept with the model. */
export const onesLike = (weights: Weights): Weights => each(weights, (w) => derived(w, 'ones', () => tf.fill(w.shape, 1)));

/** Without the bias: it would be counted once for each term, or not at all. */
export const withoutBias = ({ bias: _, ...rest }: Weights): Weights => rest;

/** Whether the input of a node is at least 0 by construction, so that its negative part is no term. */
export type NonNegative = (input: string) => boolean;

/**
 * The terms x⁺ · `own` (with the bias where it takes part) and x⁻ · `other` (without): together every product of the sign that `own` stands for.
 * The second is left out where the layer's input cannot be negative: it would be all zeros.
 */
export function bySign({ xs: [x], node }: Step, own: Weights, other: Weights, bias: boolean, nonNegative?: NonNegative): readonly Term[] {
  const weights = bias ? own : withoutBias(own);
  if (nonNegative?.(node.inputs[0]!)) return [{ x: () => tf.clone(x), weights }];
  return [
    { x: () => positive(x), weights },
    { x: () => negative(x), weights: withoutBias(other) },
  ];
}
