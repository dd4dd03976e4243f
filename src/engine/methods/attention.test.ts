/** The attention methods against plain loops over numbers, closed forms, and the conservation that their rules promise. */
import { describe, expect, test } from 'vitest';
import { canonize } from '../graph/canonize.ts';
import { backward, gradient, record, type Graph, type Node, type Step } from '../graph/graph.ts';
import { runJob } from '../job/job.ts';
import { architecture } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { follow, assignments } from '../rules/composite.ts';
import { transformerComposite, transformerRelevance } from '../rules/transformerRelevance.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest, testHost } from '../testing/laws.ts';
import { toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { attentionOf, carried, lacksAttention, readMap } from './attentionMaps.ts';
import { attentionRollout, rollout } from './attentionRollout.ts';
import { genericAttention } from './genericAttention.ts';
import { scoreSeed } from './score.ts';
import { transformerAttribution, VARIANTS } from './transformerAttribution.ts';

await useBackend('cpu');

type Matrix = number[][];
const BLOCKS = { upsampling: 'nearest' };
const x = toyImage();

/** The toy transformer with a second block after the first, read at the class token or as the mean over tokens. */
function deepTransformer(readout: 'token' | 'mean'): Graph {
  const toy = toyTransformer();
  const body = toy.nodes.slice(4, -3);
  const renamed = (id: string) => (body.some((node) => node.id === id) ? `${id}-b` : id === 'positions' ? 'sum2' : id);
  const again = body.map((node): Node => ({
    ...node,
    id: `${node.id}-b`,
    inputs: node.inputs.map(renamed),
    weights: Object.fromEntries(Object.entries(node.weights).map(([name, w]) => [name, node.op === 'dense' ? toyWeight(`${node.id}-b/${name}`, w.shape) : w])),
  }));
  const [norm, taken, logits] = toy.nodes.slice(-3) as [Node, Node, Node];
  const read: Node = readout === 'token' ? taken : { ...taken, op: 'meanTokens', attrs: {} };
  return { ...toy, nodes: [...toy.nodes.slice(0, -3), ...again, { ...norm, inputs: ['sum2-b'] }, read, logits] };
}

const NETS = { 'class token': deepTransformer('token'), 'mean over tokens': deepTransformer('mean') } as const;

/** Per layer and head, as numbers: the attention, its slope, its relevance. */
function layersOf(graph: Graph, target = 2): { A: Matrix[][]; g: Matrix[][]; R: Matrix[][] } {
  const { layers } = attentionOf(graph);
  return tf.tidy(() => {
    const tape = record(graph, x);
    const seed = () => scoreSeed(tape.value.get(graph.output)!, target, { kind: 'logit' });
    const numbers = (t: tf.Tensor) => (t.arraySync() as Matrix[][])[0]!;
    const A = layers.map((id) => numbers(tape.value.get(id)!));
    const slopes = backward(tape, seed(), gradient, { keep: layers, reuse: true });
    const g = layers.map((id) => numbers(slopes.get(id)!));
    const relevance = backward(tape, seed(), transformerRelevance(graph), { keep: layers });
    return { A, g, R: layers.map((id) => numbers(relevance.get(id)!)) };
  });
}

const T = 5;
const range = Array.from({ length: T }, (_, i) => i);
const matrix = (entry: (i: number, j: number) => number): Matrix => range.map((i) => range.map((j) => entry(i, j)));
const times = (a: Matrix, b: Matrix) => matrix((i, j) => range.reduce((sum, k) => sum + a[i]![k]! * b[k]![j]!, 0));
const same = (i: number, j: number) => (i === j ? 1 : 0);
const overHeads = (layer: Matrix[], entry: (head: number, i: number, j: number) => number) => matrix((i, j) => layer.reduce((sum, _, h) => sum + entry(h, i, j) / layer.length, 0));
const tensorOf = (m: Matrix) => tf.tensor2d(m);

/** The map of the four places on the 8 × 8 image, in blocks of four. Of a mean read-out the tokens' share in themselves is taken out: R − I. */
function painted(R: Matrix, readout: 'token' | 'mean', withoutSelf = true): number[] {
  const place = (p: number) => (readout === 'token' ? R[0]![1 + p]! : range.reduce((sum, i) => sum + (R[i]![1 + p]! - (withoutSelf ? same(i, 1 + p) : 0)) / T, 0));
  return Array.from({ length: 64 }, (_, at) => place(2 * Math.floor(at / 32) + Math.floor((at % 8) / 4)));
}

describe.each(Object.entries(NETS))('against plain loops, %s', (name, graph) => {
  const readout = name === 'class token' ? 'token' : 'mean';
  const { A, g, R } = layersOf(graph);

  test('rollout: rows of (A + I) to sum 1, multiplied', async () => {
    const mixed = A.map((layer) => {
      const withItself = matrix((i, j) => overHeads(layer, (h, r, c) => layer[h]![r]![c]!)[i]![j]! + same(i, j));
      return matrix((i, j) => withItself[i]![j]! / range.reduce((sum, k) => sum + withItself[i]![k]!, 0));
    });
    const { data } = await fieldOf(attentionRollout, graph, x, { params: { ...BLOCKS, heads: 'mean' } });
    const want = painted(times(mixed[1]!, mixed[0]!), readout, false);
    expect(distance(data, want)).toBeLessThan(1e-6);
  });

  test('generic attention: R ← R + C R', async () => {
    let want = matrix(same);
    A.forEach((layer, l) => {
      const C = overHeads(layer, (h, i, j) => Math.max(0, g[l]![h]![i]![j]! * layer[h]![i]![j]!));
      const added = times(C, want);
      want = matrix((i, j) => want[i]![j]! + added[i]![j]!);
    });
    const { data } = await fieldOf(genericAttention, graph, x, { params: BLOCKS });
    expect(largest(data)).toBeGreaterThan(1e-4);
    expect(distance(data, painted(want, readout))).toBeLessThan(1e-6 * Math.max(1, largest(want.flat())));
  });

  test.each(['attribution', 'relevance-rollout'] as const)('transformer attribution, %s: (C_2 + I)(C_1 + I)', async (variant) => {
    const layer = (l: number) => {
      const C = overHeads(R[l]!, (h, i, j) => Math.max(0, R[l]![h]![i]![j]! * (variant === 'attribution' ? g[l]![h]![i]![j]! : 1)));
      return matrix((i, j) => C[i]![j]! + same(i, j));
    };
    const { data } = await fieldOf(transformerAttribution, graph, x, { params: { ...BLOCKS, variant } });
    const want = painted(times(layer(1), layer(0)), readout);
    expect(distance(data, want)).toBeLessThan(1e-5 * largest(want));
  });

  test('the last layer alone: its relevance cut at 0, its attention', async () => {
    const relevance = overHeads(R[1]!, (h, i, j) => Math.max(0, R[1]![h]![i]![j]!));
    const attention = overHeads(A[1]!, (h, i, j) => A[1]![h]![i]![j]!);
    const run = async (variant: string) => (await fieldOf(transformerAttribution, graph, x, { params: { ...BLOCKS, variant } })).data;
    expect(distance(await run('last-relevance'), painted(relevance, readout, false))).toBeLessThan(1e-6);
    expect(distance(await run('last-attention'), painted(attention, readout, false))).toBeLessThan(1e-6);
  });
});

describe('rollout', () => {
  test('of uniform attention is uniform over the other tokens, and its rows sum to 1', () => {
    const uniform = tensorOf(matrix(() => 1 / T));
    const R = rollout([uniform, uniform, uniform]).arraySync();
    // ((I + U) / 2)³ = I/8 + 7U/8, for U U = U.
    range.forEach((i) => range.forEach((j) => expect(R[i]![j]!).toBeCloseTo(same(i, j) / 8 + 7 / (8 * T), 6)));
  });
  test('rows sum to 1 whatever the attention', () => {
    const layers = [0, 1].map((l) => tf.softmax(toyWeight(`rollout${l}`, [T, T], 3)) as tf.Tensor2D);
    for (const total of tf.sum(rollout(layers), 1).dataSync()) expect(total).toBeCloseTo(1, 6);
  });
  test('sums to 1 over image and class token; strongest and weakest head give other maps', async () => {
    const run = async (heads: string) => (await fieldOf(attentionRollout, NETS['mean over tokens'], x, { params: { ...BLOCKS, heads } })).data;
    const [mean, max, min] = [await run('mean'), await run('max'), await run('min')];
    const sum = mean.reduce((a, b) => a + b) / 16;
    expect(sum).toBeGreaterThan(0.5);
    expect(sum).toBeLessThan(1);
    for (const other of [max, min]) expect(distance(mean, other)).toBeGreaterThan(1e-4);
  });
});

describe('generic attention', () => {
  test('of attention without a gradient carries nothing: R stays the identity', async () => {
    // With values that do not hang on the token, a row of attention that sums to 1 gives the same whatever it is: no gradient beyond a constant per row.
    const graph = NETS['class token'];
    const still: Graph = { ...graph, nodes: graph.nodes.map((node) => (node.id.startsWith('out') ? { ...node, weights: { kernel: tf.zerosLike(node.weights.kernel!), bias: node.weights.bias! } } : node)) };
    expect(largest((await fieldOf(genericAttention, still, x, { params: BLOCKS })).data)).toBe(0);
  });
  test('what is carried is the product of (I + C_l), less the identity', () => {
    const [a, b] = [toyWeight('a', [T, T]), toyWeight('b', [T, T])] as [tf.Tensor2D, tf.Tensor2D];
    const want = tf.sub(tf.matMul(tf.add(b, tf.eye(T)), tf.add(a, tf.eye(T))), tf.eye(T));
    expect(distance(carried([a, b]).dataSync(), want.dataSync())).toBeLessThan(1e-6);
  });
});

describe('the relevance rules', () => {
  /** Σ R at each of `keep`, and what falls to units without any positive contribution, for whom z⁺ has no one to pay. */
  const relevanceAt = (graph: Graph, keep: readonly string[], target = 2) =>
    tf.tidy(() => {
      let lost = 0;
      const policy = transformerRelevance(graph);
      const watching = (step: Step) => {
        if (step.node.op === 'dense') lost += orphaned(step);
        return policy(step);
      };
      const tape = record(graph, x);
      const found = backward(tape, scoreSeed(tape.value.get(graph.output)!, target, { kind: 'logit' }), watching, { keep });
      return { totals: keep.map((id) => tf.sum(found.get(id)!).dataSync()[0]!), lost };
    });
  const orphaned = ({ xs: [input], node, signal }: Step): number => {
    const kernel = node.weights.kernel as tf.Tensor2D;
    const rows = tf.reshape(input, [-1, kernel.shape[0]]);
    const support = tf.add(tf.matMul(tf.relu(rows), tf.relu(kernel)), tf.matMul(tf.minimum(rows, 0), tf.minimum(kernel, 0)));
    return tf.sum(tf.mul(tf.reshape(signal, support.shape), tf.cast(tf.equal(support, 0), 'float32'))).dataSync()[0]!;
  };

  test.each(Object.entries(NETS))('conserve the 1 that they start from, layer for layer (%s)', (_, graph) => {
    for (const id of ['norm2', 'sum2-b', 'sum-b', 'sum2', 'sum', 'positions']) {
      const { totals, lost } = relevanceAt(graph, [id]);
      expect(totals[0]! + lost, id).toBeCloseTo(1, 4);
      expect(Math.abs(lost)).toBeLessThan(0.1);
    }
  });

  test('give half of what a product carries to the attention, half to the values', () => {
    const [mixed, weights, values] = relevanceAt(NETS['class token'], ['mixed', 'attention', 'v-heads']).totals as [number, number, number];
    expect(weights).toBeCloseTo(mixed / 2, 4);
    expect(values).toBeCloseTo(mixed / 2, 4);
  });

  test('give a sum to its summands by mass, and nothing where they cancel', () => {
    const add = { id: 's', op: 'add' as const, inputs: ['a', 'b'], weights: {}, attrs: {} };
    const graph: Graph = { input: 'a', output: 's', nodes: [add] };
    const [a, b] = [tf.tensor2d([[3, 1, -2]]), tf.tensor2d([[1, 1, 2]])];
    const signal = tf.tensor2d([[4, 2, 5]]);
    const parts = tf.tidy(() => follow(transformerComposite(graph))({ node: add, op: undefined as never, xs: [a, b], y: tf.add(a, b), signal }).map((t) => Array.from(t.dataSync())));
    // a R / (a + b) = [3, 1, 0] and [1, 1, 0]: masses 4 and 2 share the total of 11 as 4 : 2.
    const want = [[(3 * 11) / 6, 11 / 6, 0], [11 / 6, 11 / 6, 0]];
    parts.forEach((part, i) => expect(distance(part, want[i]!)).toBeLessThan(1e-5));
  });

  test('speak of every op of the zoo’s transformer, the box rule of its first layer', () => {
    const graph = canonize(toGraph(architecture('vit-s8').build(0, 12)));
    const rules = Object.fromEntries(assignments(transformerComposite(graph), graph));
    expect(rules).toMatchObject({ preprocess: 'pass', 'stem-1': 'zᴮ of the image', 'stem-2': 'z⁺ without bias', 'block-1-attention-mixed': 'half to each factor', 'block-1-add-1': 'by mass', pool: 'proportional' });
  });

  test('down to the pixels: as the rule of the first layer says, sums to what arrives there', () => {
    const graph = NETS['class token'];
    const [pixels, patches] = relevanceAt(graph, ['image', 'patches']).totals as [number, number];
    expect(pixels).toBeCloseTo(patches, 4);
    expect(Math.abs(patches)).toBeGreaterThan(0.05);
  });
});

test.each(['black', 'grey'] as const)('an image of one colour (%s): finite, and no pixel is told from another', async (colour) => {
  const even = tf.fill([1, 8, 8, 3], colour === 'black' ? 0 : 0.5);
  for (const method of [attentionRollout, genericAttention, transformerAttribution]) {
    const { data } = await fieldOf(method, NETS['class token'], even, {});
    expect(data.every(Number.isFinite), method.id).toBe(true);
  }
  const pixels = await fieldOf(transformerAttribution, NETS['class token'], even, { params: { ...BLOCKS, variant: 'pixels' } });
  expect(largest(pixels.data)).toBe(0);
});

describe('variants', () => {
  const scores = [{ kind: 'logit' }, { kind: 'probability' }, { kind: 'margin', rival: 0 }] as const;
  test.each(VARIANTS)('%s hangs on the class and the score as far as it claims, and takes the passes that it declares', async (variant) => {
    const graph = NETS['mean over tokens'];
    const params = { variant, upsampling: 'nearest' as const };
    const claims = transformerAttribution.claims(params, graph);
    const run = async (ask: object) => (await fieldOf(transformerAttribution, graph, x, { params, ...ask })).data;
    const [logit, probability, margin] = [await run({ score: scores[0] }), await run({ score: scores[1] }), await run({ score: scores[2] })];
    const other = await run({ target: 1 });
    for (const field of [probability, margin]) expect(distance(logit, field) > 0).toBe(!claims.includes('score-free') && !claims.includes('class-free'));
    expect(distance(logit, other) > 0).toBe(!claims.includes('class-free'));
    if (claims.includes('non-negative')) expect(Math.min(...logit)).toBeGreaterThanOrEqual(0);
    const { passes, result } = await runJob(testHost(), (job) => transformerAttribution.attribute({ graph, x, target: 2, score: { kind: 'logit' }, seed: 0, params }, job));
    result.dispose();
    expect(passes).toEqual({ forward: transformerAttribution.passes(params, { shape: [8, 8, 3], classes: 5, graph }).forward, backward: transformerAttribution.passes(params, { shape: [8, 8, 3], classes: 5, graph }).backward });
  });
});

test('where there is no attention, no layout or another head, the reason is given in words', () => {
  const toy = toyTransformer();
  expect(lacksAttention(toyCnn())).toContain('Needs attention');
  expect(lacksAttention({ ...toy, features: { node: 'positions' } })).toContain('where in the image each token lies');
  const flat = toy.nodes.map((node): Node => (node.id === 'taken' ? { ...node, op: 'reshape', attrs: { shape: [30] } } : node));
  expect(lacksAttention({ ...toy, nodes: flat })).toContain('one token or the mean');
  expect(lacksAttention(toy)).toBeUndefined();
  expect(() => attentionOf(toyCnn())).toThrow('Needs attention');
  expect(() => readMap(tf.eye(7), attentionOf(toy))).toThrow('attention between 7 tokens, but the model lays out 1 + 2 × 2');
});

describe('attention inside windows', () => {
  const swin = canonize(toGraph(architecture('swin-s').build(1, 5)));
  test('has no rollout nor any map of tokens, and the reason says so; its pixels have relevance', async () => {
    for (const { needs } of [attentionRollout, genericAttention]) expect(needs(swin, { heads: 'mean', upsampling: 'nearest' } as never)).toMatch(/attend only to their own small window/);
    const params = (variant: (typeof VARIANTS)[number]) => ({ variant, upsampling: 'nearest' as const });
    for (const variant of VARIANTS.filter((one) => one !== 'pixels')) expect(transformerAttribution.needs(swin, params(variant))).toMatch(/window.*“Relevance down to the pixels” does apply/);
    expect(transformerAttribution.needs(swin, params('pixels'))).toBeUndefined();
    const { data, shape } = await fieldOf(transformerAttribution, swin, toyImage(0, 64), { params: params('pixels') });
    expect(shape).toEqual([1, 64, 64, 3]);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(largest(data)).toBeGreaterThan(0);
  });
  test('a hybrid of convolutions and attention has all of them; a mixer has no attention', () => {
    const hybrid = toGraph(architecture('hybrid-s').build(1, 5));
    const mixer = toGraph(architecture('mixer-s').build(1, 5));
    expect(lacksAttention(hybrid)).toBeUndefined();
    for (const variant of VARIANTS) {
      expect(transformerAttribution.needs(hybrid, { variant, upsampling: 'nearest' })).toBeUndefined();
      expect(transformerAttribution.needs(mixer, { variant, upsampling: 'nearest' })).toBe('Needs attention between places. This model has none.');
    }
  });
});
