/** The rules against the textbook's sums over a dense matrix, conservation, the tables, and the peak of memory of a relevance walk. */
import { describe, expect, test } from 'vitest';
import { backward, forward, gradient, record, type Graph, type Node, type Policy, type Step } from '../graph/graph.ts';
import { OPS } from '../graph/ops/index.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest } from '../testing/laws.ts';
import { relevance } from '../testing/relevance.ts';
import { toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { alphaBetaRule, zPlusRule } from './alphaBeta.ts';
import { alphaBetaComposite, assignments, epsilonComposite, follow, zPlusComposite } from './composite.ts';
import { epsilonRule, proportional } from './epsilon.ts';

await useBackend('cpu');

const [INPUTS, OUTPUTS] = [5, 4];
const [x, w, b, r] = [toyWeight('x', [INPUTS], 1), toyWeight('w', [INPUTS, OUTPUTS], 1), toyWeight('b', [OUTPUTS], 1), toyWeight('r', [OUTPUTS], 1)].map((t) => Array.from(t.dataSync())) as [number[], number[], number[], number[]];
const up = (v: number) => Math.max(v, 0);
const down = (v: number) => Math.min(v, 0);
const stab = (z: number) => (z >= 0 ? z + 1e-6 : z - 1e-6);

/** Σ_j part(x_i w_ij) / stab(Σ_k part(x_k w_kj) + part(b_j)) · r_j, written out. */
const book = (part: (v: number) => number) =>
  x.map((xi, i) => {
    let sum = 0;
    for (let j = 0; j < OUTPUTS; j++) {
      let z = part(b[j]!);
      for (let k = 0; k < INPUTS; k++) z += part(x[k]! * w[k * OUTPUTS + j]!);
      sum += (part(xi * w[i * OUTPUTS + j]!) / stab(z)) * r[j]!;
    }
    return sum;
  });

const dense = (): Step => {
  const node = { id: 'd', op: 'dense' as const, inputs: ['x'], attrs: {}, weights: { kernel: tf.tensor2d(w, [INPUTS, OUTPUTS]), bias: tf.tensor1d(b) } };
  const input = tf.tensor2d(x, [1, INPUTS]);
  return { node, op: OPS.dense, xs: [input], y: OPS.dense.forward([input], node.weights, {}), signal: tf.tensor2d(r, [1, OUTPUTS]) };
};

describe('rules agree with the textbook on a dense 5 × 4 layer', () => {
  const [support, against] = [book(up), book(down)];
  test.each([
    ['ε', epsilonRule(), book((v) => v)],
    ['z⁺', zPlusRule(), support],
    ['α2β1', alphaBetaRule({ beta: 1 }), support.map((v, i) => 2 * v - against[i]!)],
  ] as [string, Policy, number[]][])('%s', (_, rule, want) => {
    const got = tf.tidy(() => rule(dense())[0]!.dataSync());
    expect(distance(got, want)).toBeLessThan(1e-5 * largest(want));
  });

  test('without bias relevance is conserved', () => {
    const total = r.reduce((a, v) => a + v);
    for (const rule of [epsilonRule({ bias: false }), zPlusRule({ bias: false }), alphaBetaRule({ beta: 1, bias: false })]) {
      expect(tf.tidy(() => tf.sum(rule(dense())[0]!).dataSync()[0]!)).toBeCloseTo(total, 4);
    }
  });

  test('a sum shares in proportion to its summands, and gives nothing where both are 0', () => {
    const [a, c] = [tf.tensor([3, 0]), tf.tensor([1, 0])];
    const node = { id: 's', op: 'add' as const, inputs: ['a', 'c'], attrs: {}, weights: {} };
    const parts = proportional()({ node, op: OPS.add, xs: [a, c], y: tf.add(a, c), signal: tf.tensor([8, 5]) });
    expect(parts.map((p) => Array.from(p.dataSync(), (v) => Math.round(v * 1e4) / 1e4))).toEqual([[6, 0], [2, 0]]);
  });
});

describe('composites', () => {
  test('conserve the logit on a network without bias', () => {
    const graph = toyCnn({ bias: false });
    const logit = forward(graph, toyImage()).dataSync()[2]!;
    // α2β1 does so only where an entry has contributions of both signs.
    for (const composite of [epsilonComposite({ epsilon: 1e-9 }), zPlusComposite()]) {
      expect(tf.tidy(() => tf.sum(relevance(graph, toyImage(), 2, composite)).dataSync()[0]!), composite.id).toBeCloseTo(logit, 3);
    }
  });

  test('tell which rule each layer gets', () => {
    expect(Object.fromEntries(assignments(epsilonComposite(), toyCnn()))).toMatchObject({ preprocess: 'pass', conv1: 'ε', act1: 'pass', sum: 'proportional', pool: 'proportional', logits: 'ε' });
  });

  test('throw for a layer that no row speaks of', () => {
    const partial = { id: 'epsilon', rows: epsilonComposite().rows.filter(({ rule }) => rule !== 'proportional') };
    expect(() => relevance(toyCnn(), toyImage(), 2, partial)).toThrow("composite 'epsilon' has no rule for 'pool' (meanPool)");
    expect(() => assignments(epsilonComposite(), toyTransformer())).toThrow(/composite 'epsilon' has no rule for 'class' \(prependToken\)/);
  });
});

/** Like VGG: pairs of convolutions, pooled, channels doubled. */
function vggLike(): Graph {
  const conv = (id: string, input: string, from: number, to: number): Node[] => [
    { id, op: 'conv2d', inputs: [input], weights: { kernel: toyWeight(id, [3, 3, from, to], 0.2), bias: toyWeight(`${id}/b`, [to], 0.1) }, attrs: { strides: [1, 1], pad: 'same' } },
    { id: `${id}-act`, op: 'relu', inputs: [id], weights: {}, attrs: {} },
  ];
  const pool = (id: string, input: string): Node => ({ id, op: 'maxPool', inputs: [input], weights: {}, attrs: { size: [2, 2], strides: [2, 2], pad: 'valid' } });
  return {
    input: 'image',
    output: 'logits',
    nodes: [
      ...conv('c1', 'image', 3, 8), ...conv('c2', 'c1-act', 8, 8), pool('p1', 'c2-act'),
      ...conv('c3', 'p1', 8, 16), ...conv('c4', 'c3-act', 16, 16), pool('p2', 'c4-act'),
      ...conv('c5', 'p2', 16, 32), ...conv('c6', 'c5-act', 32, 32), ...conv('c7', 'c6-act', 32, 32),
      { id: 'gap', op: 'meanPool', inputs: ['c7-act'], weights: {}, attrs: {} },
      { id: 'logits', op: 'dense', inputs: ['gap'], weights: { kernel: toyWeight('head', [32, 5]) }, attrs: {} },
    ],
  };
}

describe('a walk peaks at 2.2 times the tape at most', () => {
  const graph = vggLike();
  const image = toyImage(0, 32);
  const policies = { gradient, epsilon: follow(epsilonComposite()), 'z-plus': follow(zPlusComposite()), alpha2beta1: follow(alphaBetaComposite()) };
  test.each(Object.entries(policies))('%s', async (_, policy) => {
    const walk = () => tf.tidy(() => {
      const tape = record(graph, image);
      return backward(tape, tf.ones([1, 5]), policy).get('image')!;
    });
    walk().dispose(); // what is derived from the weights stays with the model
    const before = tf.memory().numBytes;
    let tape = 0;
    tf.tidy(() => {
      record(graph, image);
      tape = tf.memory().numBytes - before;
    });
    const { peakBytes } = await tf.profile(walk);
    expect((peakBytes - before) / tape).toBeLessThan(2.2);
    expect((peakBytes - before) / tape).toBeGreaterThan(1);
  });
});
