import { describe, expect, test } from 'vitest';
import { describeMethod } from '../describe.ts';
import { explain, predict } from '../explain.ts';
import { backward, gradient, record, type Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/size.ts';
import { Cancelled } from '../job/job.ts';
import { METHODS, methodOf } from '../methods/index.ts';
import { useBackend } from '../testing/backends.ts';
import { distance, largest, testHost } from '../testing/laws.ts';
import { toyCnn, toyImage, toyTransformer, TOY_CLASSES, TOY_SIDE } from '../testing/toy.ts';
import * as tf from '../tf.ts';
import { ensembleOf, type Member } from './ensemble.ts';

await useBackend('wasm');

const CLASSES = Array.from({ length: TOY_CLASSES }, (_, i) => ({ id: `c${i}` }));
const member = (id: string, graph: Graph, change: Partial<Member> = {}): Member => ({ id, graph, inputSize: TOY_SIDE, classes: CLASSES, ...change });
const members = [member('cnn', toyCnn()), member('mirror', toyCnn({ mirrored: true })), member('vit', toyTransformer())];
const graph = ensembleOf(members);
const x = toyImage(3);
const SHAPE = [TOY_SIDE, TOY_SIDE, 3];

/** The mean of what `of` gives for each member. */
async function meanOf(of: (graph: Graph) => Promise<Float32Array> | Float32Array): Promise<number[]> {
  const each: Float32Array[] = [];
  for (const one of members) each.push(await of(one.graph));
  return Array.from(each[0]!, (_, i) => each.reduce((sum, values) => sum + values[i]!, 0) / each.length);
}

function slope(of: Graph): Float32Array {
  return tf.tidy(() => {
    const tape = record(of, x);
    const seed = tf.cast(tf.oneHot([2], TOY_CLASSES), 'float32');
    return backward(tape, seed, gradient).get(of.input)!.dataSync().slice() as Float32Array;
  });
}

describe('an ensemble', () => {
  test('answers the mean of its members’ logits, in batches too', async () => {
    const two = tf.concat([x, toyImage(4)]);
    const expected = await meanOf(async (one) => (await predict(one, two)).logits);
    expect(distance((await predict(graph, two)).logits, expected)).toBeLessThan(1e-6 * largest(expected));
  });

  test('has the mean of their gradients, and every linear method the mean of their maps', async () => {
    const expected = await meanOf(slope);
    expect(distance(slope(graph), expected)).toBeLessThan(1e-5 * largest(expected));
    const integrated = async (one: Graph) => (await explain({ graph: one, method: methodOf('integrated-gradients'), x, target: 2, score: { kind: 'logit' }, seed: 0, params: { steps: 4 } }, testHost())).data;
    const paths = await meanOf(integrated);
    expect(distance(await integrated(graph), paths)).toBeLessThan(1e-5 * largest(paths));
  });

  test('keeps relevance: without biases all of the mean logit arrives at the pixels, as the mean of what the members send', async () => {
    const parts = [member('a', toyCnn({ bias: false })), member('b', toyCnn({ bias: false, mirrored: true }))];
    const lrp = async (of: Graph) => explain({ graph: of, method: methodOf('lrp-epsilon'), x, target: 1, score: { kind: 'logit' }, seed: 0, params: { epsilon: 1e-6 } }, testHost());
    const found = await lrp(ensembleOf(parts));
    const sum = found.data.reduce((a, b) => a + b);
    expect(Math.abs(sum - found.value)).toBeLessThan(1e-3 * Math.abs(found.value));
    const [a, b] = [await lrp(parts[0]!.graph), await lrp(parts[1]!.graph)];
    expect(found.value).toBeCloseTo((a.value + b.value) / 2, 5);
    expect(distance(found.data, a.data.map((v, i) => (v + b.data[i]!) / 2))).toBeLessThan(1e-5 * largest(found.data));
  });

  test('weighs as much as its members together, and shares their weights', () => {
    const before = tf.memory().numTensors;
    const another = ensembleOf(members);
    expect(tf.memory().numTensors).toBe(before);
    expect(another.nodes.find(({ id }) => id === 'cnn/conv1')!.weights.kernel).toBe(members[0]!.graph.nodes.find(({ id }) => id === 'conv1')!.weights.kernel);
    const sum = (of: (size: ReturnType<typeof sizeOf>) => number) => members.reduce((total, one) => total + of(sizeOf(one.graph, SHAPE)), 0);
    const size = sizeOf(another, SHAPE);
    expect([size.parameters, size.multiplyAdds]).toEqual([sum(({ parameters }) => parameters), sum(({ multiplyAdds }) => multiplyAdds)]);
    expect(size.tapeBytes).toBeGreaterThanOrEqual(sum(({ tapeBytes }) => tapeBytes));
    expect(size.forwardBytes).toBeLessThan(sum(({ forwardBytes }) => forwardBytes));
  });

  test('every method says whether it runs; what needs one feature map refuses in words, what says that it runs runs', async () => {
    const seen: Record<string, boolean> = {};
    for (const method of METHODS) {
      const { reason } = describeMethod(method, graph, { ...method.tiny }, { shape: SHAPE, classes: TOY_CLASSES });
      seen[method.id] = reason === undefined;
      if (method.family === 'cam') expect(reason).toContain('an ensemble has one map in each member');
      if (reason !== undefined) continue;
      const background = async (count: number) => tf.concat(Array.from({ length: count }, (_, i) => toyImage(i)));
      const { data } = await explain({ graph, method, x, target: 2, seed: 1, params: { ...method.tiny }, background, model: 'mean(cnn,mirror,vit)' }, testHost());
      expect(data.every(Number.isFinite), method.id).toBe(true);
      expect(largest(data), method.id).toBeGreaterThan(0);
    }
    expect(seen).toMatchObject({ 'gradient': true, 'lime': true, 'lrp-epsilon': true, 'attention-rollout': false, 'grad-cam': false });
  });

  test('a cancel at any tick leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const run = (host: ReturnType<typeof testHost>) => explain({ graph, method: methodOf('smoothgrad'), x, target: 2, seed: 0, params: { samples: 9 } }, host);
    let ticks = 0;
    await run(testHost({ batch: 4, progress: () => ticks++ }));
    expect(ticks).toBeGreaterThan(1);
    expect(tf.memory().numTensors).toBe(before);
    for (let at = 1; at <= ticks; at++) {
      let heard = 0;
      await expect(run(testHost({ batch: 4, cancelled: () => ++heard >= at }))).rejects.toBeInstanceOf(Cancelled);
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

test('what is no ensemble is refused, with the remedy', () => {
  const [cnn, mirror] = members as [Member, Member, Member];
  expect(() => ensembleOf([])).toThrow('an ensemble of 0 models: name at least two');
  expect(() => ensembleOf([cnn])).toThrow("an ensemble of 1 model ('cnn'): name at least two, as in mean(vgg-7,resnet-10)");
  expect(() => ensembleOf([cnn, mirror, cnn])).toThrow("the ensemble of 'cnn', 'mirror', 'cnn' names 'cnn' twice: name each model once");
  expect(() => ensembleOf([cnn, { ...mirror, inputSize: 224 }])).toThrow("'cnn' reads images of 8 pixels a side, 'mirror' of 224: an ensemble's members must read the same image");
  expect(() => ensembleOf([cnn, { ...mirror, classes: CLASSES.slice(1) }])).toThrow("'cnn' knows 5 classes, 'mirror' 4, among them 'c1' in another place: an ensemble's members must know the same classes in the same order");
  expect(() => ensembleOf([cnn, { ...mirror, classes: CLASSES.slice(0, 3) }])).toThrow("'cnn' knows 5 classes, 'mirror' 3: an ensemble's members");
});
