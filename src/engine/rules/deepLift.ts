/** DeepLIFT with the Rescale rule: how differences from a reference cross each op. Not RevealCancel, which is built on it. */
import type { Graph, Node } from '../graph/graph.ts';
import { OPS, type Op } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';
import type { DifferenceRule, DifferenceStep } from './difference.ts';
import { layerNormRule, productRule, responseNormRule, softmaxRule } from './products.ts';
import { secantOf } from './secants.ts';

/** 'difference' shares the change of a window's maximum and is complete; 'winner' sends all to the largest entry at the image. */
export const POOL_RULES = ['difference', 'winner'] as const;
export type PoolRule = (typeof POOL_RULES)[number];

export interface DeepLiftOptions {
  readonly pool: PoolRule;
  /** Rules that the paper does not have, for softmax, layer norm and products of two signals. */
  readonly products: boolean;
}

/** Affine in their inputs: the multiplier is the gradient. Only shapes are read, and the reference has as many rows as the signal. */
const linearRule: DifferenceRule = ({ op, node, xs0, y0, signal }) => op.vjp(xs0, y0, node.weights, node.attrs, signal);

/** m = Δy / Δx for an activation, its derivative where Δx = 0.  Shrikumar et al. 2017, section 3.5.2. */
export const rescaleActivation: DifferenceRule = ({ node, xs: [x], xs0: [x0], signal }) => [tf.mul(signal, secantOf(node)(x0, tf.sub(x, x0)))];

/** As many rows as `like`: an image of one row is compared with many references. */
const rowsLike = (t: tf.Tensor, like: tf.Tensor) => (t.shape[0] === like.shape[0] ? t : tf.tile(t, [like.shape[0]!, ...t.shape.slice(1).map(() => 1)]));

/** The multiplier goes to the largest entry of each window at the image: the original code's gradient mode. Not complete. */
const winnerRule: DifferenceRule = ({ op, node, xs: [x], y, signal }) => op.vjp([rowsLike(x, signal)], rowsLike(y, signal), node.weights, node.attrs, signal);

/** Below it the winner's multiplier is taken: both images have the same entry there. */
const NO_DIFFERENCE = 1e-10;

/**
 * A window's maximum went from y₀ to y over M = max(y, y₀): m (M − y₀) goes to the image's largest entry, m (y − M) to the reference's,
 * each divided by Δx there. Captum's rule for max pooling; it is not in the paper. Complete.
 */
const poolRule: DifferenceRule = (step) => {
  const { op, node, xs: [x], xs0: [x0], y, y0, signal } = step;
  const [rows, yRows] = [rowsLike(x, signal), rowsLike(y, signal)];
  const back = (at: tf.Tensor, value: tf.Tensor, d: tf.Tensor) => op.vjp([at], value, node.weights, node.attrs, d)[0]!;
  const rise = tf.sub(y, y0);
  const gained = back(rows, yRows, tf.mul(signal, tf.relu(rise)));
  const lost = back(x0, y0, tf.mul(signal, tf.minimum(rise, 0)));
  const step0 = tf.sub(x, x0);
  const near = tf.less(tf.abs(step0), NO_DIFFERENCE);
  return [tf.where(near, back(rows, yRows, signal), tf.div(tf.add(gained, lost), step0))];
};

/** The rule of DeepLIFT for every op but those that `lacking` names. */
export const deepLift = (options: DeepLiftOptions): DifferenceRule => (step) => ruleFor(step, options)(step);

function ruleFor({ op, node }: Pick<DifferenceStep, 'op' | 'node'>, { pool, products }: DeepLiftOptions): DifferenceRule {
  const invented = (rule: DifferenceRule) => (products ? rule : noRule(node));
  switch (op.kind) {
    case 'linear':
    case 'shape':
      return linearRule;
    case 'elementwise':
      return node.op === 'preprocess' ? linearRule : rescaleActivation;
    case 'pool':
      return pool === 'difference' ? poolRule : winnerRule;
    case 'bilinear':
      return invented(productRule);
    case 'softmax':
      return invented(softmaxRule);
    case 'norm':
      return invented(node.op === 'localResponseNorm' ? responseNormRule : layerNormRule);
    default:
      return op.kind satisfies never;
  }
}

function noRule(node: Node): never {
  throw new Error(`DeepLIFT has no rule for '${node.id}' (${node.op}): set products, or choose another method`);
}

/** Ops without a published rule, in words for the visitor. */
const WITHOUT_RULE: Partial<Readonly<Record<Node['op'], string>>> = { softmax: 'softmax', layerNorm: 'layer normalisation', localResponseNorm: 'local response normalisation', matMul: 'products of two signals, as in attention', mul: 'products of two signals, as in a gate' };

/** What of `graph` the published rules do not cover, each named once; empty where they cover all of it. */
export const lacking = (graph: Graph, { products }: Pick<DeepLiftOptions, 'products'>): readonly string[] =>
  products ? [] : [...new Set(graph.nodes.flatMap((node) => WITHOUT_RULE[node.op] ?? []))];

/** Whether multipliers times differences add up to the difference of the output on `graph`. */
export const isComplete = (graph: Graph, { pool }: Pick<DeepLiftOptions, 'pool'>): boolean => pool === 'difference' || graph.nodes.every(({ op }) => (OPS[op] as Op).kind !== 'pool');
