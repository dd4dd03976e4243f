/** The methods of relevance propagation: where they start for each score, what they are on networks whose answer is known, that each runs on every model. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderReader } from '../../cli/commands/verify.ts';
import { canonize } from '../graph/canonize.ts';
import { forward, type Graph } from '../graph/graph.ts';
import { ARCHITECTURES } from '../models/architectures/index.ts';
import { toGraph } from '../models/plain.ts';
import { defaults } from '../params.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, fieldOf, largest } from '../testing/laws.ts';
import { disposeNet, exampleOf, readNet } from '../testing/oracle.ts';
import { relevance } from '../testing/relevance.ts';
import { linearNet, TOY_CLASSES, toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { gradientMethod } from './gradient.ts';
import { METHODS } from './index.ts';
import { attnLrp, deepTaylor, lrpAlphaBeta, lrpEpsilon, lrpEpsilonAlpha2Beta1, lrpGamma, lrpZPlus } from './lrp.ts';

await useBackend('wasm');

const FAMILY = METHODS.filter(({ family, id }) => family === 'propagation' && /lrp|taylor/.test(id));
const x = toyImage();

test('the three of the fourteen come first', () => {
  expect(FAMILY.map(({ id }) => id)).toEqual([
    'lrp-epsilon', 'lrp-alpha-beta', 'deep-taylor', 'lrp-gamma', 'lrp-z-plus', 'lrp-epsilon-plus', 'lrp-epsilon-plus-flat', 'lrp-epsilon-alpha2-beta1', 'lrp-epsilon-gamma-box', 'attn-lrp',
  ]);
});

test('on a network of ReLUs, LRP-ε with a vanishing ε is the gradient times what the network sees of the image', async () => {
  const graph = toyCnn();
  const slope = await fieldOf(gradientMethod, graph, x);
  const seen = tf.tidy(() => Array.from(tf.div(tf.sub(x, 0.5), 0.25).dataSync()));
  // ∂f/∂(seen) = ∂f/∂x · 0.25, and ε = 1e-6 is far below the units that matter.
  const want = seen.map((v, i) => v * 0.25 * slope.data[i]!);
  const got = await fieldOf(lrpEpsilon, graph, x, { params: { epsilon: 1e-6, bias: true } });
  expect(distance(got.data, want)).toBeLessThan(1e-3 * largest(want));
});

test('on a linear model, LRP-ε shares the logit by w x; z⁺ gives its sign to what raises it; the box sees the distance from the bad end', async () => {
  const [w, b] = [[0.5, -1, 2, 1], 0.25];
  const net = linearNet(tf.tensor2d(w.map((v) => [v, -v])), tf.tensor1d([b, 0]));
  const table = tf.tensor2d([[0.2, 0.4, 0.6, 0.8]]);
  const values = [0.2, 0.4, 0.6, 0.8];
  const logit = w.reduce((sum, v, i) => sum + v * values[i]!, b);
  const ask = (params: object) => ({ target: 0, params: params as Record<string, never> });
  const parts = w.map((v, i) => v * values[i]!);
  expect(distance((await fieldOf(lrpEpsilon, net, table, ask({ epsilon: 1e-6, bias: true }))).data, parts)).toBeLessThan(1e-5);
  expect(distance((await fieldOf(lrpEpsilon, net, table, ask({ epsilon: 1e-6, bias: false }))).data, parts.map((v) => (v * logit) / (logit - b)))).toBeLessThan(1e-5);
  const raising = parts.map((v) => Math.max(v, 0));
  const total = raising.reduce((a, v) => a + v, b);
  expect(distance((await fieldOf(lrpZPlus, net, table, ask({ bias: true }))).data, raising.map((v) => (v * logit) / total))).toBeLessThan(1e-5);
  const box = w.map((v, i) => (v > 0 ? v * values[i]! : v * (values[i]! - 1)));
  const boxTotal = box.reduce((a, v) => a + v, 0);
  expect(distance((await fieldOf(deepTaylor, net, table, ask({ bias: false }))).data, box.map((v) => (v * logit) / boxTotal))).toBeLessThan(1e-5);
});

describe('where the walk starts', () => {
  const graph = toyCnn();
  const logits = forward(graph, x).dataSync();
  const exps = Array.from(logits, Math.exp);
  const p = exps.map((e) => e / exps.reduce((a, b) => a + b));
  /** Σ_c slope_c · (the map of logit c): relevance is linear in where it starts. */
  const mixed = (slopes: number[]) => {
    const maps = slopes.map((_, c) => relevance(graph, x, c, 'alpha-beta').dataSync());
    return Array.from({ length: x.size }, (_, i) => slopes.reduce((sum, slope, c) => sum + slope * maps[c]![i]!, 0));
  };
  const hot = (c: number) => p.map((_, i) => (i === c ? 1 : 0));
  test.each([
    [{ kind: 'logit' }, hot(2)],
    [{ kind: 'margin', rival: 4 }, hot(2).map((v, c) => v - hot(4)[c]!)],
    [{ kind: 'probability' }, p.map((q, c) => p[2]! * (hot(2)[c]! - q))],
    [{ kind: 'log-probability' }, p.map((q, c) => hot(2)[c]! - q)],
  ] as const)('%o: each logit times the slope of the score in it', async (score, slopes) => {
    const want = mixed([...slopes]);
    const got = await fieldOf(lrpAlphaBeta, graph, x, { score });
    expect(distance(got.data, want)).toBeLessThan(1e-4 * largest(want));
  });
});

test('the parameters choose the composite', async () => {
  const graph = toyTransformer();
  const field = async (method: (typeof FAMILY)[number], params: object) => (await fieldOf(method, graph, x, { params: { ...defaults(method.params), ...params } })).data;
  expect(distance(await field(attnLrp, { linear: 'epsilon', epsilon: 0.1 }), await field(lrpEpsilon, { epsilon: 0.1 }))).toBe(0);
  expect(distance(await field(attnLrp, { linear: 'gamma', gamma: 0.1 }), await field(lrpGamma, { gamma: 0.1 }))).toBe(0);
  const flat = await field(lrpEpsilonAlpha2Beta1, { flat: true });
  const patch = Array.from(flat.subarray(0, 12)); // four pixels of the first patch's first row
  expect(distance(patch, patch.map(() => patch[0]!))).toBeLessThan(1e-6 * largest(flat));
  expect(distance(flat, await field(lrpEpsilonAlpha2Beta1, { flat: false }))).toBeGreaterThan(1e-3);
});

test('dragging γ keeps one set of derived weights, not one for each value', async () => {
  const graph = toyCnn();
  const run = (gamma: number) => fieldOf(lrpGamma, graph, x, { params: { gamma, bias: true } });
  const first = await run(0.5);
  const before = tf.memory().numTensors;
  for (const gamma of [0.1, 0.2, 0.3]) await run(gamma);
  expect(tf.memory().numTensors).toBe(before);
  expect(distance((await run(0.5)).data, first.data)).toBe(0);
});

describe('images without information, and dead units', () => {
  const silent = (): Graph => {
    const graph = toyCnn();
    const dead = graph.nodes.map((node) => (node.id === 'depthwise' ? { ...node, weights: { kernel: node.weights.kernel!, bias: tf.fill([4], -100) } } : node));
    return { ...graph, nodes: dead };
  };
  test.each(FAMILY.map((method) => [method.id, method] as const))('%s stays finite', async (_, method) => {
    for (const graph of [toyCnn(), toyTransformer()])
      for (const level of [0, 0.5, 1]) expect((await fieldOf(method, graph, tf.fill([1, 8, 8, 3], level))).data.every(Number.isFinite)).toBe(true);
    const field = await fieldOf(method, silent(), x); // all of the head's inputs are 0: no unit contributed, so nothing is handed on
    expect(largest(field.data)).toBe(0);
  });
});

describe.each(ARCHITECTURES.map((architecture) => [architecture.id, architecture] as const))('%s', (_, { build }) => {
  const graph = canonize(toGraph(build(1, TOY_CLASSES)));
  const image = toyImage(0, 64);
  test.each(FAMILY.map((method) => [method.id, method] as const))('%s runs', async (__, method) => {
    expect(method.needs(graph, defaults(method.params))).toBeUndefined();
    const { data, shape } = await fieldOf(method, graph, image);
    expect(shape).toEqual(image.shape);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(largest(data)).toBeGreaterThan(0);
  });
});

test.each(['vit', 'mixer'])('every method runs on the oracle\'s %s, and no two linear rules agree there', async (name) => {
  const net = await readNet(folderReader(join(import.meta.dirname, '../testing/fixtures/oracle')), name);
  const image = exampleOf(net.inputs.x, 0);
  const fields: Float32Array[] = [];
  for (const method of FAMILY.filter(({ id }) => id !== 'attn-lrp')) fields.push((await fieldOf(method, net.graph, image)).data);
  for (const field of fields) expect(field.every(Number.isFinite) && largest(field) > 0).toBe(true);
  for (const [i, a] of fields.entries()) for (const b of fields.slice(i + 1)) expect(distance(a, b)).toBeGreaterThan(1e-3 * largest(a));
  expect(distance((await fieldOf(attnLrp, net.graph, image)).data, fields[FAMILY.indexOf(lrpGamma)]!)).toBe(0);
  disposeNet(net);
});

test('a model without weights before its head still has a first layer, and a table can be explained', async () => {
  const net = linearNet(toyWeight('table', [6, 3], 1), tf.zeros([3]));
  for (const method of FAMILY) expect((await fieldOf(method, net, tf.tensor2d([[0.9, 0.2, 0, 0.7, 0.5, 1]]))).data.every(Number.isFinite)).toBe(true);
});
