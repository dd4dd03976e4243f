import { beforeAll, describe, expect, test } from 'vitest';
import { forward } from '../../graph/graph.ts';
import { toGraph } from '../../models/plain.ts';
import { useBackend } from '../../testing/backends.ts';
import { random, write, type Writer } from '../../testing/rewriting.ts';
import * as tf from '../../tf.ts';
import { recognise } from './recognise.ts';

const MAP = [4, 3, 6];

beforeAll(() => useBackend('cpu'));

const dense = (net: Writer, x: string, from: number, to: number) => net.add('dense', x, { kernel: random('kernel', [from, to]) });
const pooled = (net: Writer, x = 'x') => net.add('reduceMean', x, {}, { axes: [1, 2], keepDims: false });
const conv = (net: Writer, x: string, to: number) => net.add('conv2d', x, { kernel: random('conv', [1, 1, 6, to]) }, { strides: [1, 1], pad: 'same' });

const read = (end: (net: Writer) => string, labels?: number, shape: readonly number[] = MAP) => {
  const net = write();
  const found = recognise(net.finish(end(net)), shape, labels);
  const output = tf.tidy(() => forward(toGraph(found.graph as Parameters<typeof toGraph>[0]), tf.randomNormal([2, ...shape])).shape);
  expect(output).toEqual([2, found.outputs]);
  return { ...found, last: found.graph.nodes.at(-1)!.op };
};

describe('the function at the end is cut off', () => {
  test.each<[string, (net: Writer) => string]>([
    ['softmax', (net) => net.add('softmax', dense(net, pooled(net), 6, 5))],
    ['log-softmax', (net) => net.add('log', net.add('softmax', dense(net, pooled(net), 6, 5)))],
    ['sigmoid', (net) => net.add('sigmoid', dense(net, pooled(net), 6, 5))],
  ])('%s', (cut, end) => {
    const { last, words, ...head } = read(end);
    expect(head).toMatchObject({ kind: 'classes', cut, outputs: 5 });
    expect(last).toBe('dense');
    expect(words).toContain(`The ${cut} at its end was taken off`);
  });

  test('also behind and before axes of length 1', () => {
    const found = read((net) => {
      const map = conv(net, net.add('reduceMean', 'x', {}, { axes: [1, 2], keepDims: true }), 5);
      return net.add('reshape', net.add('softmax', map), {}, { shape: [5, 1] });
    });
    expect(found).toMatchObject({ kind: 'classes', cut: 'softmax', outputs: 5 });
  });

  test('not the softmax of an attention over rows, nor one of which a mean is taken', () => {
    expect(read((net) => net.add('softmax', dense(net, 'x', 4, 4)), undefined, [3, 4])).toMatchObject({ outputs: 4 });
    const several = read((net) => net.line(net.add('add', [1, 2].map((k) => net.add('softmax', net.line(dense(net, pooled(net), 6, 5), k)))), 0.5));
    expect(several.kind).toBe('probabilities');
    expect(several.cut).toBeUndefined();
  });
});

describe('what it gives', () => {
  test('classes, with words on labels that fit or do not', () => {
    expect(read((net) => dense(net, pooled(net), 6, 10)).words).toContain('No labels are known');
    expect(read((net) => dense(net, pooled(net), 6, 10), 10).words).toBe('This model gives 10 scores, one for each class.');
    expect(read((net) => dense(net, pooled(net), 6, 1000)).words).toBe('This model gives 1,000 scores, one for each class.');
    expect(read((net) => dense(net, pooled(net), 6, 10), 12).words).toContain('12 labels do not fit');
  });

  test('features, where the last layer is missing', () => {
    const headless = (net: Writer) => pooled(net, net.add('relu6', conv(net, 'x', 1280)));
    expect(read(headless)).toMatchObject({ kind: 'features', outputs: 1280 });
    expect(read(headless, 1280).kind).toBe('classes');
    expect(read((net) => net.add('relu', conv(net, 'x', 512)))).toMatchObject({ kind: 'features', outputs: 512, last: 'meanPool' });
  });

  test('classes by pooled activations of few channels, as SqueezeNet does it, or of as many as ImageNet has', () => {
    expect(read((net) => pooled(net, net.add('relu', conv(net, 'x', 10)))).kind).toBe('classes');
    expect(read((net) => pooled(net, net.add('relu', conv(net, 'x', 1000)))).kind).toBe('classes');
  });

  test('one number, and a yes or no', () => {
    expect(read((net) => dense(net, pooled(net), 6, 1))).toMatchObject({ kind: 'regression', outputs: 1 });
    const yes = read((net) => net.add('sigmoid', dense(net, pooled(net), 6, 1)));
    expect(yes).toMatchObject({ kind: 'regression', cut: 'sigmoid' });
    expect(yes.words).toContain('above 0 where the answer is yes');
  });

  test('a map, of which a channel is averaged', () => {
    const found = read((net) => conv(net, net.add('relu', 'x'), 21));
    expect(found).toMatchObject({ kind: 'map', outputs: 21, last: 'meanPool' });
    expect(found.words).toContain('4 × 3 × 21');
  });
});
