/** Gates and masks in relevance walks: against sums written out in double precision, and by what is conserved to the bit. */
import { describe, expect, test } from 'vitest';
import { canonize } from '../graph/canonize.ts';
import { backward, record, type Graph, type Node } from '../graph/graph.ts';
import { architecture } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest } from '../testing/laws.ts';
import { relevance } from '../testing/relevance.ts';
import { TOY_CLASSES, toyImage, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { assignments, follow } from './composite.ts';
import { compositeOf, COMPOSITES, ruleTable } from './composites.ts';
import { gatedSignals, nonNegativeNodes, rectifiedNodes } from './structure.ts';
import { transformerComposite } from './transformerRelevance.ts';

await useBackend('cpu');

const node = (id: string, op: Node['op'], inputs: string[], weights: Node['weights'] = {}, attrs: Node['attrs'] = {}): Node => ({ id, op, inputs, weights, attrs });
const [SIDE, CHANNELS, INNER] = [4, 4, 2];
const W = { narrow: toyWeight('gate/conv', [1, 1, 3, CHANNELS], 1), reduce: toyWeight('gate/reduce', [CHANNELS, INNER], 1), expand: toyWeight('gate/expand', [INNER, CHANNELS], 2), head: toyWeight('gate/head', [CHANNELS, TOY_CLASSES], 1) };

/** A 1×1 convolution, SiLU, squeeze-and-excitation, mean, classes; no biases. The gate first or second among the factors. */
function gatedNet(gateFirst = false): Graph {
  return {
    input: 'image',
    output: 'logits',
    nodes: [
      node('conv', 'conv2d', ['image'], { kernel: W.narrow }, { strides: [1, 1], pad: 'same' }),
      node('act', 'silu', ['conv']),
      node('squeezed', 'meanPool', ['act']),
      node('reduced', 'silu', ['reduce']),
      node('gate', 'reshape', ['sigmoid'], {}, { shape: [1, 1, CHANNELS] }),
      node('gated', 'mul', gateFirst ? ['gate', 'act'] : ['act', 'gate']),
      node('pool', 'meanPool', ['gated']),
      node('logits', 'dense', ['pool'], { kernel: W.head }),
    ].flatMap((one) =>
      one.id === 'reduced' ? [node('reduce', 'dense', ['squeezed'], { kernel: W.reduce }), one, node('expand', 'dense', ['reduced'], { kernel: W.expand }), node('sigmoid', 'sigmoid', ['expand'])] : [one],
    ),
  };
}

const x = toyImage(2, SIDE);
const TARGET = 1;
const sigma = (z: number) => 1 / (1 + Math.exp(-z));

/** Away from 0 by the stabiliser of 1e-6. */
const stab = (z: number) => (z >= 0 ? z + 1e-6 : z - 1e-6);

/** The logit, and R of each pixel: Σ_k x_c W_ck / z_k[p] · (g_k a_k[p] / 16) / m_k · m_k w_k, m_k the mean of g_k a_k, every denominator stabilised; the gates g as they are. */
function literal(): { logit: number; R: number[] } {
  const numbers = (t: tf.Tensor) => Array.from(t.dataSync());
  const [image, conv, reduce, expand, head] = [x, W.narrow, W.reduce, W.expand, W.head].map(numbers) as [number[], number[], number[], number[], number[]];
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const places = range(SIDE * SIDE);
  const z = places.map((p) => range(CHANNELS).map((k) => range(3).reduce((sum, c) => sum + image[3 * p + c]! * conv[CHANNELS * c + k]!, 0)));
  const a = z.map((row) => row.map((v) => v * sigma(v)));
  const mean = range(CHANNELS).map((k) => places.reduce((sum, p) => sum + a[p]![k]! / places.length, 0));
  const inner = range(INNER).map((j) => mean.reduce((sum, m, k) => sum + m * reduce[INNER * k + j]!, 0)).map((v) => v * sigma(v));
  const g = range(CHANNELS).map((k) => sigma(inner.reduce((sum, v, j) => sum + v * expand[CHANNELS * j + k]!, 0)));
  const pooled = mean.map((m, k) => g[k]! * m);
  const logit = pooled.reduce((sum, m, k) => sum + m * head[TOY_CLASSES * k + TARGET]!, 0);
  const ofChannel = pooled.map((m, k) => ((m * head[TOY_CLASSES * k + TARGET]!) / stab(logit)) * logit);
  const at = (p: number, k: number) => ((g[k]! * a[p]![k]!) / places.length / stab(pooled[k]!)) * ofChannel[k]!;
  const R = places.flatMap((p) => range(3).map((c) => range(CHANNELS).reduce((sum, k) => sum + ((image[3 * p + c]! * conv[CHANNELS * c + k]!) / stab(z[p]![k]!)) * at(p, k), 0)));
  return { logit, R };
}

describe('squeeze-and-excitation: the signal takes all, the gate is a constant', () => {
  const { logit, R } = literal();
  test.each([false, true])('the ε-rule is the sum written out, whichever factor comes first (%s)', (gateFirst) => {
    const got = relevance(gatedNet(gateFirst), x, TARGET, 'epsilon').dataSync();
    expect(largest(R)).toBeGreaterThan(0.01);
    expect(distance(got, R)).toBeLessThan(1e-4 * largest(R));
  });
  test.each(COMPOSITES.filter((id) => !/alpha/.test(id)))('%s conserves the logit', (id) => {
    const total = tf.tidy(() => tf.sum(relevance(gatedNet(), x, TARGET, id)).dataSync()[0]!);
    // Where no weight of a unit's window is positive, z⁺ has nothing to hand on to: none such here.
    expect(Math.abs(total - logit)).toBeLessThan(2e-3 * Math.abs(logit));
  });
  test('is named in the table of every composite, and in that of transformer attribution', () => {
    for (const id of COMPOSITES) expect(ruleTable(id, gatedNet()).find(([name]) => name === 'gated')).toEqual(['gated', 'mul', 'gate']);
    expect(new Map(assignments(transformerComposite(gatedNet()), gatedNet())).get('gated')).toBe('gate');
  });
  test('a repeated signal gets what it gave in every place, and the gate nothing', () => {
    const [signal, gate] = [tf.tensor4d([2, -3], [1, 1, 1, 2]), tf.tensor4d([0.5, 0.25, 0.1, 0.9], [1, 2, 1, 2])];
    const graph: Graph = { input: 'x', output: 'y', nodes: [node('g', 'sigmoid', ['x']), node('y', 'mul', ['x', 'g'])] };
    const y = tf.mul(signal, gate);
    const [taken, none] = follow(compositeOf('epsilon', { graph, shape: [1, 1, 2] }))({ node: graph.nodes[1]!, op: { kind: 'bilinear', forward: () => y, vjp: (xs, _, __, ___, dy) => [tf.sum(tf.mul(dy, xs[1]!), 1, true), tf.mul(dy, xs[0])] }, xs: [signal, gate], y, signal: tf.tensor4d([1, 2, 3, 4], [1, 2, 1, 2]) });
    expect(distance(taken!.dataSync(), [4, 6])).toBeLessThan(1e-4);
    expect(largest(none!.dataSync())).toBe(0);
  });
});

test('a gate is what comes from a sigmoid, however it is laid out; products of two signals or two gates have none', () => {
  expect([...gatedSignals(gatedNet())]).toEqual([['gated', 0]]);
  expect([...gatedSignals(gatedNet(true))]).toEqual([['gated', 1]]);
  const graph: Graph = { input: 'x', output: 'c', nodes: [node('s', 'sigmoid', ['x']), node('a', 'mul', ['s', 's']), node('b', 'mul', ['x', 'x']), node('c', 'mul', ['a', 'b'])] };
  expect([...gatedSignals(graph)]).toEqual([]);
});

test('signs: gates and means of rectified maps are never negative, SiLU and what it feeds may be', () => {
  const graph: Graph = {
    input: 'x', output: 'out',
    nodes: [
      node('r', 'relu', ['x']), node('m', 'averagePool', ['r'], {}, {}), node('c', 'concat', ['r', 'm']), node('rolled', 'roll', ['c'], {}, { by: [1, 1] }), node('s', 'sigmoid', ['x']),
      node('p', 'mul', ['rolled', 's']), node('u', 'silu', ['x']), node('q', 'mul', ['u', 's']), node('d', 'concat', ['r', 'u']), node('out', 'concat', ['p', 'q', 'd']),
    ],
  };
  expect([...nonNegativeNodes(graph)].sort()).toEqual(['c', 'm', 'p', 'r', 'rolled', 's']);
});

test('a rectified layer before a gate gets nothing where it is off, if what reads the product shares by value; not so before a norm', () => {
  const through = (last: Node) => rectifiedNodes({ input: 'x', output: 'out', nodes: [node('z', 'conv2d', ['x']), node('r', 'relu', ['z']), node('s', 'sigmoid', ['x']), node('y', 'mul', ['r', 's']), last, node('out', 'dense', [last.id])] });
  expect([...through(node('w', 'conv2d', ['y']))]).toEqual(['z']);
  expect([...through(node('n', 'layerNorm', ['y']))]).toEqual([]);
});

describe('the mask of shifted windows', () => {
  const graph = canonize(toGraph(architecture('swin-s').build(2, TOY_CLASSES)));
  const block = 'stage-1-block-2-attention';
  const keep = [`${block}-mask`, `${block}-scores`];
  test.each(['attn-lrp', 'epsilon', 'transformer'] as const)('takes no share of the relevance, to the bit, and what it hides has none: %s', async (id) => {
    await useBackend('wasm');
    const net = id === 'transformer' ? transformerComposite(graph) : compositeOf(id, { graph, shape: [64, 64, 3] });
    const [masked, scores, hidden] = tf.tidy(() => {
      const tape = record(graph, toyImage(1, 64));
      const logits = tape.value.get(graph.output)!;
      const mask = graph.nodes.find((one) => one.id === keep[0])!.weights.value!.dataSync();
      const found = backward(tape, tf.mul(logits, tf.tensor2d([[0, 1, 0, 0, 0]])), follow(net), { keep });
      return [found.get(keep[0]!)!.dataSync(), found.get(keep[1]!)!.dataSync(), mask] as const;
    });
    expect(largest(masked)).toBeGreaterThan(0);
    expect(distance(masked, scores)).toBe(0);
    expect(hidden.some((v) => v < 0)).toBe(true);
    expect(largest(scores.filter((_, i) => hidden[i]! < 0))).toBe(0);
    await useBackend('cpu');
  });
});
