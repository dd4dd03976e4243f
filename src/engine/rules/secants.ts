/** Which op of one number has which secant: the multipliers of difference-from-reference rules at activations. The formulas stand in secant.ts. */
import type { Node } from '../graph/graph.ts';
import { exponentOf } from '../graph/ops/functions.ts';
import { OPS, type Attrs, type Op, type OpName } from '../graph/ops/index.ts';
import { need } from '../graph/ops/op.ts';
import { boundsOf, quantizedBounds, SELU } from '../graph/ops/units.ts';
import * as tf from '../tf.ts';
import { clipped, expSecant, halves, LEAST_STEP, logSecant, ofProduct, powerSecant, rectifier, smoothSecant, type Secant } from './secant.ts';

type Activation = Pick<Node, 'id' | 'op' | 'weights' | 'attrs'>;

/** A smooth op without weights as its function and its derivative. */
function smooth({ op: name, attrs }: Activation): Secant {
  const op: Op = OPS[name];
  const value = (t: tf.Tensor) => op.forward([t], {}, attrs);
  return smoothSecant(value, (t) => op.vjp([t], value(t), {}, attrs, tf.onesLike(t))[0]!);
}

const unchanged: Secant = (from) => tf.onesLike(from);
const times = (factor: number | tf.Tensor, secant: Secant): Secant => (from, step) => tf.mul(secant(from, step), factor);
const both = (from: tf.Tensor, step: tf.Tensor) => tf.add(tf.mul(from, 2), step);
const product = (from: tf.Tensor, step: tf.Tensor) => tf.mul(from, tf.add(from, step));
const exponential = (alpha: number): Secant => halves(unchanged, times(alpha, expSecant));

/** u / (1 + |u|) on one side of 0: 1 / ((1 + |a|) (1 + |b|)). */
const softsignSide: Secant = (from, step) => tf.reciprocal(tf.mul(tf.add(tf.abs(from), 1), tf.add(tf.abs(tf.add(from, step)), 1)));

/** A staircase: the quotient, and 1 where nothing changed, as in its derivative straight through. */
function staircase({ attrs }: Activation): Secant {
  const value = (t: tf.Tensor) => OPS.quantize.forward([t], {}, attrs);
  const straight = clipped(...quantizedBounds(attrs as unknown as Parameters<typeof quantizedBounds>[0]));
  return (from, step) => tf.tidy(() => tf.where(tf.less(tf.abs(step), LEAST_STEP), straight(from, step), tf.div(tf.sub(value(tf.add(from, step)), value(from)), step)));
}

const alphaOf = ({ attrs }: { readonly attrs: Attrs }) => attrs.alpha as number;
const clipOf = ({ attrs }: Activation) => {
  const { min, max } = boundsOf(attrs);
  return clipped(min, max);
};

const SECANTS: Partial<Readonly<Record<OpName, (node: Activation) => Secant>>> = {
  relu: () => rectifier,
  relu6: () => clipped(0, 6),
  softplus: smooth,
  gelu: smooth,
  sigmoid: smooth,
  silu: smooth,
  leakyRelu: (node) => halves(unchanged, times(alphaOf(node), unchanged)),
  prelu: ({ weights }) => halves(unchanged, times(need(weights, 'alpha'), unchanged)),
  elu: (node) => exponential(alphaOf(node)),
  selu: () => times(SELU.scale, exponential(SELU.alpha)),
  clip: clipOf,
  hardSwish: () => ofProduct((t) => t, (t) => tf.mul(tf.relu6(tf.add(t, 3)), 1 / 6), unchanged, times(1 / 6, clipped(-3, 3))),
  mish: smooth,
  tanh: smooth,
  geluTanh: smooth,
  softsign: () => halves(softsignSide, softsignSide),
  quantize: staircase,
  exp: () => expSecant,
  log: () => (from, step) => logSecant(from, tf.add(from, step)),
  sqrt: () => (from, step) => tf.reciprocal(tf.add(tf.sqrt(from), tf.sqrt(tf.add(from, step)))),
  reciprocal: () => (from, step) => tf.neg(tf.reciprocal(product(from, step))),
  square: () => both,
  abs: () => (from, step) => tf.sub(rectifier(from, step), rectifier(tf.neg(from), tf.neg(step))),
  erf: smooth,
  sin: smooth,
  cos: smooth,
  power: (node) => (Number.isInteger(exponentOf(node.attrs)) ? smooth(node) : powerSecant(exponentOf(node.attrs))),
};

/** The secant of an activation; throws, naming the node, where none is known. */
export function secantOf(node: Activation): Secant {
  const secant = SECANTS[node.op];
  if (!secant) throw new Error(`no secant is known for '${node.id}' (${node.op}): add it to secants.ts`);
  return tidied(secant(node));
}

const tidied = (secant: Secant): Secant => (from, step) => tf.tidy(() => secant(from, step));
