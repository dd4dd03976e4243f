/** DeepLIFT against plain loops over a dense net and over pool windows, completeness on networks of every kind, the gradient as its limit, and its memory. */
import { describe, expect, test } from 'vitest';
import { backward, forward, gradient, record, type Graph, type Node } from '../graph/graph.ts';
import { OPS, type OpName } from '../graph/ops/index.ts';
import { stream } from '../math/rng.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest } from '../testing/laws.ts';
import { denseNet, denseWeights, literalDeepLift, type Activation } from '../testing/literalDeepLift.ts';
import { toyCnn, toyImage, toyTransformer, toyWeight } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { deepLift, isComplete, lacking } from './deepLift.ts';
import { multipliers, type DifferenceRule } from './difference.ts';
import { revealCancel, splitDifference } from './revealCancel.ts';

await useBackend('cpu');

const RESCALE = deepLift({ pool: 'difference', products: false });
const REVEAL = revealCancel({ places: 'everywhere', pool: 'difference', products: false });
const DENSE_ONLY = revealCancel({ places: 'dense', pool: 'difference', products: false });
const seedFor = (rows: number, classes: number, target: number) => tf.tile(tf.tensor2d([Array.from({ length: classes }, (_, c) => (c === target ? 1 : 0))]), [rows, 1]);

/** (x − b) ⊙ m for the logit of `target`, as numbers. */
const attribute = (graph: Graph, x: tf.Tensor, reference: tf.Tensor, rule: DifferenceRule, target = 1): Float32Array =>
  tf.tidy(() => {
    const [image, other] = [record(graph, x), record(graph, reference)];
    const [rows, classes] = other.value.get(graph.output)!.shape as [number, number];
    return tf.mul(tf.sub(x, reference), multipliers(image, other, seedFor(rows, classes, target), rule)).dataSync() as Float32Array;
  });

const sum = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0);
const logitOf = (graph: Graph, x: tf.Tensor, target = 1) => tf.tidy(() => forward(graph, x).dataSync()[target]!);

describe('a dense net, against loops that follow the paper', () => {
  const draws = stream(4, 'dense-net');
  const vector = (n: number) => Array.from({ length: n }, () => Math.fround(draws.between(-1.2, 1.2)));
  const layers = denseWeights(draws, [6, 9, 7, 3]);
  describe.each(['relu', 'relu6', 'softplus', 'gelu'] as const)('%s', (activation: Activation) => {
    const graph = denseNet(layers, activation);
    test.each([['rescale', RESCALE], ['reveal-cancel', REVEAL], ['reveal-cancel', DENSE_ONLY]] as const)('%s', (mode, rule) => {
      for (let round = 0; round < 3; round++) {
        const [x, b] = [vector(6), vector(6)];
        if (round === 2) b[3] = x[3]!; // an input without a difference
        const want = literalDeepLift(layers, activation, x, b, 1, mode);
        const got = attribute(graph, tf.tensor2d([x]), tf.tensor2d([b]), rule);
        expect(distance(got, want)).toBeLessThan(5e-6 * Math.max(1, largest(want)));
        if (round === 2) expect(got[3]! + 0).toBe(0);
      }
    });
  });
});

test('RevealCancel shares min(i₁, i₂) = i₁ − relu(i₁ − i₂) where Rescale gives all of it to one', () => {
  const node = (id: string, op: OpName, inputs: string[], kernel?: number[][]): Node => ({ id, op, inputs, attrs: {}, weights: kernel ? { kernel: tf.tensor2d(kernel) } : {} });
  const least: Graph = {
    input: 'i',
    output: 'o',
    nodes: [node('z', 'dense', ['i'], [[1], [-1]]), node('h', 'relu', ['z']), node('minus-h', 'dense', ['h'], [[-1]]), node('i1', 'dense', ['i'], [[1], [0]]), node('o', 'add', ['i1', 'minus-h'])],
  };
  const shares = (rule: DifferenceRule, i: [number, number]) => Array.from(attribute(least, tf.tensor2d([i]), tf.zeros([1, 2]), rule, 0), (v) => Math.round(v * 1e5) / 1e5 + 0);
  expect(shares(RESCALE, [2, 1])).toEqual([0, 1]);
  expect(shares(RESCALE, [1, 2])).toEqual([1, 0]);
  expect(shares(REVEAL, [2, 1])).toEqual([0.5, 0.5]);
  expect(shares(REVEAL, [1, 2])).toEqual([0.5, 0.5]);
});

describe('max pooling', () => {
  const size = 5;
  const pool: Graph = {
    input: 'x',
    output: 'logits',
    nodes: [
      { id: 'pool', op: 'maxPool', inputs: ['x'], weights: {}, attrs: { size: [3, 3], strides: [2, 2], pad: 'valid' } }, // windows overlap
      { id: 'flat', op: 'reshape', inputs: ['pool'], weights: {}, attrs: { shape: [4] } },
      { id: 'logits', op: 'dense', inputs: ['flat'], weights: { kernel: tf.tensor2d([[2], [-1], [0.5], [3]]) }, attrs: {} },
    ],
  };
  const weights = [2, -1, 0.5, 3];
  const image = (index: number) => Array.from({ length: size * size }, (_, i) => Math.fround(stream(8, 'pool', 100 * index + i).uniform()));
  const windows = [0, 2].flatMap((top) => [0, 2].map((left) => Array.from({ length: 9 }, (_, k) => (top + Math.floor(k / 3)) * size + left + (k % 3))));
  const winner = (data: number[], places: number[]) => places.reduce((best, p) => (data[p]! > data[best]! ? p : best));

  test('the change of the maximum, window by window', () => {
    const [x, b] = [image(0), image(1)];
    const want = new Array<number>(size * size).fill(0);
    windows.forEach((places, k) => {
      const [p, q] = [winner(x, places), winner(b, places)];
      const [y, y0] = [x[p]!, b[q]!];
      const between = Math.max(y, y0);
      want[p]! += weights[k]! * (between - y0);
      want[q]! += weights[k]! * (y - between);
    });
    const got = attribute(pool, tf.tensor4d(x, [1, size, size, 1]), tf.tensor4d(b, [1, size, size, 1]), RESCALE, 0);
    expect(distance(got, want)).toBeLessThan(1e-6);
  });

  test('the winner takes all: complete from a constant reference, not from another', () => {
    const winnerRule = deepLift({ pool: 'winner', products: false });
    const x = tf.tensor4d(image(0), [1, size, size, 1]);
    const gap = (b: tf.Tensor) => Math.abs(sum(attribute(pool, x, b, winnerRule, 0)) - (logitOf(pool, x, 0) - logitOf(pool, b, 0)));
    expect(gap(tf.zerosLike(x))).toBeLessThan(1e-6);
    expect(gap(tf.tensor4d(image(1), [1, size, size, 1]))).toBeGreaterThan(0.1);
    expect([isComplete(pool, { pool: 'winner' }), isComplete(pool, { pool: 'difference' }), isComplete(toyCnn(), { pool: 'winner' })]).toEqual([false, true, true]);
  });
});

/** The toy CNN with another activation, and a max pool before its head. */
function pooledCnn(activation: OpName): Graph {
  const base = toyCnn();
  const nodes = base.nodes.map((node) => (node.op === 'relu' ? { ...node, op: activation } : node.id === 'pool' ? { ...node, inputs: ['max'] } : node));
  const max: Node = { id: 'max', op: 'maxPool', inputs: ['act3'], weights: {}, attrs: { size: [2, 2], strides: [2, 2], pad: 'valid' } };
  return { ...base, nodes: [...nodes.slice(0, -2), max, ...nodes.slice(-2)] };
}

describe('completeness: the map adds up to f(x) − f(b)', () => {
  const x = toyImage();
  const references = { black: tf.zerosLike(x), 'another image': toyImage(3) };
  const beyond = { pool: 'difference', products: true } as const;
  const cases: [string, Graph, Record<string, DifferenceRule>][] = [
    ...(['relu', 'relu6', 'softplus', 'gelu'] as const).map((activation) => [`residual CNN with max pool, ${activation}`, pooledCnn(activation), { RESCALE, REVEAL, DENSE_ONLY }] as [string, Graph, Record<string, DifferenceRule>]),
    ['transformer, with rules beyond the paper', toyTransformer(), { rescale: deepLift(beyond), reveal: revealCancel({ ...beyond, places: 'everywhere' }) }],
  ];
  test.each(cases)('%s', (_, graph, rules) => {
    for (const [name, reference] of Object.entries(references)) {
      const rise = logitOf(graph, x) - logitOf(graph, reference);
      const fields = Object.values(rules).map((rule) => attribute(graph, x, reference, rule));
      for (const field of fields) expect(Math.abs(sum(field) - rise), name).toBeLessThan(1e-5 * Math.max(1, Math.abs(rise)));
      expect(distance(fields[0]!, fields[1]!)).toBeGreaterThan(1e-5); // RevealCancel is another rule
    }
  });

  test('where nothing differs the map is 0', () => {
    for (const rule of [RESCALE, REVEAL, DENSE_ONLY]) expect(largest(attribute(pooledCnn('relu'), x, x, rule))).toBe(0);
  });
});

test.each([['CNN', pooledCnn('softplus')], ['transformer', toyTransformer()]])('at the reference itself the multipliers are the gradient: %s', (_, graph) => {
  const x = toyImage();
  const [want, got] = tf.tidy(() => {
    const slope = backward(record(graph, x), seedFor(1, 5, 1), gradient).get('image')!;
    return [slope.dataSync(), multipliers(record(graph, x), record(graph, x), seedFor(1, 5, 1), deepLift({ pool: 'difference', products: true })).dataSync()];
  });
  expect(distance(got, want)).toBeLessThan(1e-5 * largest(want));
});

test('an image of one row against many references is each of them alone', () => {
  const x = toyImage();
  const references = [1, 2, 3].map((i) => toyImage(i));
  for (const [graph, rule] of [[pooledCnn('relu'), RESCALE], [pooledCnn('relu6'), REVEAL], [toyTransformer(), deepLift({ pool: 'winner', products: true })]] as const) {
    const together = attribute(graph, x, tf.concat(references), rule);
    const alone = references.flatMap((reference) => Array.from(attribute(graph, x, reference, rule)));
    expect(distance(together, alone)).toBeLessThan(1e-6 * largest(alone));
  }
});

test('what raised and what lowered a layer: every contribution by its sign', () => {
  const [x, b, w] = [toyWeight('x', [1, 4]), toyWeight('b', [1, 4]), toyWeight('w', [4, 3])];
  const node: Node = { id: 'd', op: 'dense', inputs: ['x'], weights: { kernel: w, bias: tf.fill([3], 7) }, attrs: {} };
  const [up, down] = splitDifference(OPS.dense, node, [x], [b]).map((t) => Array.from(t.dataSync())) as [number[], number[]];
  const [xs, bs, ws] = [x, b, w].map((t) => t.dataSync()) as [Float32Array, Float32Array, Float32Array];
  for (let j = 0; j < 3; j++) {
    const parts = [0, 1, 2, 3].map((i) => (xs[i]! - bs[i]!) * ws[3 * i + j]!);
    expect(up[j]).toBeCloseTo(parts.reduce((s, v) => s + Math.max(v, 0), 0), 6);
    expect(down[j]).toBeCloseTo(parts.reduce((s, v) => s + Math.min(v, 0), 0), 6);
  }
  const [, none] = splitDifference(OPS.dense, { ...node, weights: { kernel: tf.abs(w) } }, [tf.abs(x)], [tf.zerosLike(x)]);
  expect(Array.from(none.dataSync())).toEqual([0, 0, 0]);
});

test('a walk peaks at 2.2 times both tapes at most, and leaves no tensor, also when it throws', async () => {
  const graph = pooledCnn('relu');
  const [x, reference] = [toyImage(0, 32), toyImage(1, 32)];
  for (const rule of [RESCALE, REVEAL, deepLift({ pool: 'winner', products: false })]) {
    const walk = () => tf.tidy(() => multipliers(record(graph, x), record(graph, reference), seedFor(1, 5, 1), rule));
    walk().dispose(); // what is derived from the weights stays with the model
    const before = tf.memory();
    let tapes = 0;
    tf.tidy(() => {
      record(graph, x);
      record(graph, reference);
      tapes = tf.memory().numBytes - before.numBytes;
    });
    const { peakBytes } = await tf.profile(walk);
    expect((peakBytes - before.numBytes) / tapes).toBeLessThan(2.2);
    expect((peakBytes - before.numBytes) / tapes).toBeGreaterThan(1);
    const failing: DifferenceRule = (step) => {
      if (step.node.id === 'conv1') throw new Error('no rule');
      return rule(step);
    };
    const now = tf.memory().numTensors;
    expect(() => tf.tidy(() => multipliers(record(graph, x), record(graph, reference), seedFor(1, 5, 1), failing))).toThrow('no rule');
    expect(tf.memory().numTensors).toBe(now);
  }
});

test('an op without a published rule is named', () => {
  expect(lacking(toyTransformer(), { products: false })).toEqual(['layer normalisation', 'products of two signals, as in attention', 'softmax']);
  expect([lacking(toyTransformer(), { products: true }), lacking(toyCnn(), { products: false })]).toEqual([[], []]);
  const x = toyImage();
  expect(() => attribute(toyTransformer(), x, tf.zerosLike(x), RESCALE)).toThrow("DeepLIFT has no rule for 'norm2' (layerNorm): set products, or choose another method");
});
