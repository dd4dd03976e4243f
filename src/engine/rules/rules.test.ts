/** The rules against the textbook's sums over a dense matrix: a dense layer, and convolutions written out as their matrix. Conservation, one layer at a time. */
import { describe, expect, test } from 'vitest';
import type { Graph, Node, Policy, Step } from '../graph/graph.ts';
import { OPS, type Op } from '../graph/ops/index.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest } from '../testing/laws.ts';
import { bookAlphaBeta, bookBox, bookEpsilon, bookFlat, bookGamma, denseLayerOf, type BookRule } from '../testing/textbook.ts';
import { toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { alphaBetaRule, zPlusRule } from './alphaBeta.ts';
import { boxRule } from './box.ts';
import { epsilonRule, proportional } from './epsilon.ts';
import { flatRule } from './flat.ts';
import { gammaRule } from './gamma.ts';
import { stabilize } from './redistribute.ts';

await useBackend('cpu');

const weights = (name: string, kernel: number[], bias: number) => ({ kernel: toyWeight(name, kernel, 1), bias: toyWeight(`${name}/bias`, [bias], 1) });
const window = { strides: [2, 2], pad: 'same' };
const LAYERS: Readonly<Record<string, { node: Node; shape: number[] }>> = {
  'a dense 5 × 4 layer': { node: { id: 'd', op: 'dense', inputs: ['x'], weights: weights('d', [5, 4], 4), attrs: {} }, shape: [1, 5] },
  'a convolution with padding and stride': { node: { id: 'c', op: 'conv2d', inputs: ['x'], weights: weights('c', [3, 3, 2, 3], 3), attrs: window }, shape: [1, 5, 4, 2] },
  'a grouped convolution with padding that is given': {
    node: { id: 'g', op: 'groupConv2d', inputs: ['x'], weights: weights('g', [3, 2, 2, 6], 6), attrs: { strides: [2, 1], pad: [[0, 0], [1, 0], [0, 1], [0, 0]], groups: 2 } },
    shape: [1, 5, 4, 4],
  },
  'a depthwise convolution': { node: { id: 'p', op: 'depthwiseConv2d', inputs: ['x'], weights: weights('p', [3, 3, 2, 1], 2), attrs: window }, shape: [1, 5, 4, 2] },
};

/** A call of `node` on `x`; relevance of either sign arrives. */
function stepOf(node: Node, x: tf.Tensor): Step {
  const op: Op = OPS[node.op];
  const y = op.forward([x], node.weights, node.attrs);
  return { node, op, xs: [x], y, signal: toyWeight('relevance', y.shape, 1) };
}
const numbers = (t: tf.Tensor) => Array.from(t.dataSync());
const expectClose = (got: tf.Tensor, want: number[]) => expect(distance(numbers(got), want)).toBeLessThan(2e-5 * largest(want));
const unbiased = (book: BookRule): BookRule => (x, { w, b }, r) => book(x, { w, b: b.map(() => 0) }, r);

const BOUNDS = { low: -3, high: 2.5 };
const box = ({ inputs }: Node, shape: number[]): Policy => boxRule({ graph: { input: inputs[0]!, output: '', nodes: [] }, shape: shape.slice(1), ...BOUNDS });
const RULES: Readonly<Record<string, { rule: (node: Node, shape: number[]) => Policy; book: BookRule }>> = {
  'ε': { rule: () => epsilonRule(), book: bookEpsilon() },
  'ε = 0.25': { rule: () => epsilonRule({ epsilon: 0.25 }), book: bookEpsilon(0.25) },
  'ε without bias': { rule: () => epsilonRule({ bias: false }), book: unbiased(bookEpsilon()) },
  'z⁺': { rule: () => zPlusRule(), book: bookAlphaBeta(0) },
  'α2β1': { rule: () => alphaBetaRule({ beta: 1 }), book: bookAlphaBeta(1) },
  'α1.5β0.5 without bias': { rule: () => alphaBetaRule({ beta: 0.5, bias: false }), book: unbiased(bookAlphaBeta(0.5)) },
  'γ = 0.25': { rule: () => gammaRule({ gamma: 0.25 }), book: bookGamma(0.25) },
  'γ = 3': { rule: () => gammaRule({ gamma: 3 }), book: bookGamma(3) },
  'γ without bias': { rule: () => gammaRule({ gamma: 0.25, bias: false }), book: bookGamma(0.25, false) },
  'zᴮ': { rule: box, book: (x, layer, r) => bookBox(x.map(() => BOUNDS.low), x.map(() => BOUNDS.high))(x, layer, r) },
  'flat': { rule: () => flatRule, book: bookFlat },
};

describe.each(Object.entries(LAYERS))('on %s', (_, { node, shape }) => {
  test.each(Object.entries(RULES))('%s is the textbook\'s sum', (__, { rule, book }) => {
    const step = stepOf(node, toyWeight('x', shape, 1));
    expectClose(tf.tidy(() => rule(node, shape)(step)[0]!), book(numbers(step.xs[0]), denseLayerOf(step), numbers(step.signal)));
  });

  test('to leave out the negative parts of an input that has none changes no bit', () => {
    const step = stepOf(node, tf.relu(toyWeight('x', shape, 1)));
    const nonNegative = () => true;
    for (const make of [zPlusRule, (o: object) => alphaBetaRule({ beta: 1, ...o }), (o: object) => gammaRule({ gamma: 0.5, ...o })] as const)
      expect(distance(numbers(make({ nonNegative })(step)[0]!), numbers(make({})(step)[0]!))).toBe(0);
  });

  test('without bias, what arrives is handed on', () => {
    const step = stepOf(node, toyWeight('x', shape, 1));
    const total = (t: tf.Tensor) => tf.tidy(() => tf.sum(t).dataSync()[0]!);
    const rules = { 'ε': epsilonRule({ bias: false }), 'γ': gammaRule({ gamma: 0.25, bias: false }), 'zᴮ': box(node, shape), 'flat': flatRule };
    for (const [name, rule] of Object.entries(rules)) expect(total(rule(step)[0]!), name).toBeCloseTo(total(step.signal), 3);
  });
});

test('the box stands in pixel space and is carried through preprocessing, channel by channel', () => {
  const [mean, std] = [[0.4, 0.6], [0.2, 0.25]];
  const before: Node = { id: 'preprocess', op: 'preprocess', inputs: ['image'], weights: { mean: tf.tensor1d(mean), std: tf.tensor1d(std) }, attrs: {} };
  const node: Node = { ...LAYERS['a convolution with padding and stride']!.node, inputs: ['preprocess'] };
  const graph: Graph = { input: 'image', output: node.id, nodes: [before, node] };
  const image = tf.tidy(() => tf.sigmoid(toyWeight('image', [1, 5, 4, 2], 1)));
  const step = stepOf(node, OPS.preprocess.forward([image], before.weights, {}));
  const channelwise = (values: number[]) => numbers(step.xs[0]).map((_, i) => (values[i % 2]! - mean[i % 2]!) / std[i % 2]!);
  for (const { low, high } of [{ low: 0, high: 1 }, { low: [-0.5, -0.25], high: [1.25, 1.5] }]) {
    const each = (bound: number | number[]) => channelwise(typeof bound === 'number' ? [bound, bound] : bound);
    const got = tf.tidy(() => boxRule({ graph, shape: [5, 4, 2], low, high })(step)[0]!);
    expectClose(got, bookBox(each(low), each(high))(numbers(step.xs[0]), denseLayerOf(step), numbers(step.signal)));
  }
  expect(() => tf.tidy(() => boxRule({ graph, shape: [5, 4, 2], low: [0, 0, 0] })(step))).toThrow('a box with 3 bounds for an input of shape [5, 4, 2]: give one for each of its 2 channels');
});

test('every row of a batch gets what it gets alone', () => {
  const { node, shape } = LAYERS['a convolution with padding and stride']!;
  const [a, b] = [stepOf(node, toyWeight('a', shape, 1)), stepOf(node, toyWeight('b', shape, 1))];
  const both: Step = { ...a, xs: [tf.concat([a.xs[0], b.xs[0]])], y: tf.concat([a.y, b.y]), signal: tf.concat([a.signal, b.signal]) };
  for (const rule of [epsilonRule(), alphaBetaRule({ beta: 1 }), gammaRule({ gamma: 0.25 }), box(node, shape), flatRule]) {
    const together = numbers(rule(both)[0]!);
    expect(distance(together, [...numbers(rule(a)[0]!), ...numbers(rule(b)[0]!)])).toBeLessThan(1e-6 * largest(together));
  }
});

test('an output of exactly 0 passes nothing under γ, and all inputs 0 give 0 under every rule', () => {
  const node: Node = { id: 'd', op: 'dense', inputs: ['x'], weights: { kernel: tf.tensor2d([[1, 2], [-1, 1]]) }, attrs: {} };
  const step = stepOf(node, tf.tensor2d([[1, 1]])); // z = [0, 3]
  const got = gammaRule({ gamma: 1 })({ ...step, signal: tf.tensor2d([[5, 0]]) })[0]!;
  expect(numbers(got)).toEqual([0, 0]);
  const silent = stepOf(node, tf.zeros([1, 2]));
  for (const rule of [epsilonRule(), zPlusRule(), alphaBetaRule({ beta: 1 }), gammaRule({ gamma: 1 })]) expect(numbers(rule(silent)[0]!).map(Math.abs)).toEqual([0, 0]);
});

test('a denominator is kept from 0 on its own side, and 0 goes up', () => {
  expectClose(stabilize(tf.tensor1d([2, 0, -0, -3, 1e-9, -1e-9]), 0.5), [2.5, 0.5, 0.5, -3.5, 0.5, -0.5]);
});

test('a sum shares in proportion to its summands, and gives nothing where both are 0', () => {
  const [a, c] = [tf.tensor([3, 0]), tf.tensor([1, 0])];
  const node = { id: 's', op: 'add' as const, inputs: ['a', 'c'], attrs: {}, weights: {} };
  const parts = proportional()({ node, op: OPS.add, xs: [a, c], y: tf.add(a, c), signal: tf.tensor([8, 5]) });
  expect(parts.map((p) => Array.from(p.dataSync(), (v) => Math.round(v * 1e4) / 1e4))).toEqual([[6, 0], [2, 0]]);
});
