import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { filled, random, rewritten, write } from '../../testing/rewriting.ts';

const IMAGE = [6, 5, 3];
const SAME = { strides: [1, 1], pad: 'same' };

beforeAll(() => useBackend('cpu'));

describe('chains of constant arithmetic', () => {
  test('become one step, and none where they do nothing', () => {
    const net = write();
    const y = net.line(net.line(net.line('x', 2, 1), 3), 0.5, -1);
    const { ops, nodes } = rewritten(net.finish(net.add('relu', y)), IMAGE);
    expect(ops).toEqual(['affine', 'relu']);
    expect(nodes[0]!.weights.scale!.values[0]).toBe(3);
    const idle = write();
    expect(rewritten(idle.finish(idle.add('tanh', idle.line(idle.line('x', 4, 1), 0.25, -0.25))), IMAGE).ops).toEqual(['tanh']);
  });

  test('a weight is as short as it can be', () => {
    const net = write();
    const scale = { shape: [1, 6, 5, 3], values: Float32Array.from({ length: 90 }, (_, i) => 1 + (i % 3)) };
    const { nodes } = rewritten(net.finish(net.add('affine', 'x', { scale, shift: filled(0, [1, 6, 5, 3]) })), IMAGE);
    expect(nodes[0]!.weights).toEqual({ scale: { shape: [1, 1, 1, 3], values: Float32Array.of(1, 2, 3) } });
  });

  test.each([
    ['conv2d', [3, 3, 3, 4], 4, {}],
    ['depthwiseConv2d', [3, 3, 3, 2], 6, {}],
    ['groupConv2d', [3, 3, 1, 6], 6, { groups: 3 }],
  ] as const)('fold into %s, channel by channel', (op, kernel, channels, attrs) => {
    const net = write();
    const y = net.add(op, 'x', { kernel: random('kernel', kernel) }, { ...SAME, ...attrs });
    const biased = net.add('affine', y, { shift: random('shift', [1, 1, 1, channels]) });
    const { ops, nodes } = rewritten(net.finish(net.add('affine', biased, { scale: random('scale', [1, 1, 1, channels]), shift: random('shift 2', [1, 1, 1, channels]) })), IMAGE);
    expect(ops).toEqual([op]);
    expect(nodes[0]!.weights.bias!.shape).toEqual([channels]);
  });

  test('fold into a dense layer and into normalisations', () => {
    const net = write();
    const dense = net.add('dense', 'x', { kernel: random('kernel', [3, 4]), bias: random('bias', [4]) });
    const normed = net.add('layerNorm', net.line(dense, 3, 1), { gamma: filled(1, [4]), beta: filled(0, [4]) }, { epsilon: 1e-5 });
    const learned = net.add('affine', normed, { scale: random('gamma', [1, 1, 1, 4]), shift: random('beta', [4]) });
    const batch = net.add('batchNorm', learned, { gamma: random('g', [4]), beta: random('b', [4]), mean: random('m', [4]), variance: filled(2, [4]) }, { epsilon: 1e-3 });
    expect(rewritten(net.finish(net.line(batch, -2, 1)), IMAGE).ops).toEqual(['dense', 'layerNorm', 'batchNorm']);
  });

  test('a bias behind a sum goes back to the layer that has none, but not past a sum that others read', () => {
    const sum = (shared: boolean) => {
      const net = write();
      const y = net.add('conv2d', net.add('relu', 'x'), { kernel: random('kernel', [1, 1, 3, 3]) }, SAME);
      const total = net.add('add', [net.add('tanh', 'x'), y]);
      const shifted = net.add('affine', total, { shift: random('shift', [1, 1, 1, 3]) });
      return rewritten(net.finish(shared ? net.add('mul', [shifted, total]) : shifted), IMAGE);
    };
    expect(sum(false).ops).toEqual(['relu', 'tanh', 'conv2d', 'add']);
    expect(sum(false).nodes[2]!.weights.bias!.values).toEqual(random('shift', [3]).values);
    expect(sum(true).ops).toContain('affine');
  });

  test('stay where another node reads the layer, or where they differ between places', () => {
    const net = write();
    const y = net.add('conv2d', 'x', { kernel: random('kernel', [1, 1, 3, 3]) }, SAME);
    expect(rewritten(net.finish(net.add('add', [y, net.line(y, 2)])), IMAGE).ops).toEqual(['conv2d', 'affine', 'add']);
    const places = write();
    const z = places.add('conv2d', 'x', { kernel: random('kernel', [1, 1, 3, 3]) }, SAME);
    expect(rewritten(places.finish(places.add('affine', z, { scale: random('scale', [1, 6, 5, 1]) })), IMAGE).ops).toEqual(['conv2d', 'affine']);
  });
});

describe('cuts', () => {
  test('take the names that rules know', () => {
    const net = write();
    const relu = net.add('clip', 'x', {}, { min: 0, max: 3.4028234663852886e38 });
    const hard = net.add('clip', net.line(relu, 5, -1), {}, { min: 0, max: 6 });
    expect(rewritten(net.finish(hard), IMAGE).ops).toEqual(['relu', 'affine', 'relu6']);
  });

  test('are one where one follows on another', () => {
    const net = write();
    const { ops, nodes } = rewritten(net.finish(net.add('clip', net.add('relu', 'x'), {}, { min: -1, max: 0.5 })), IMAGE);
    expect(ops).toEqual(['clip']);
    expect(nodes[0]!.attrs).toEqual({ min: 0, max: 0.5 });
    const six = write();
    expect(rewritten(six.finish(six.add('clip', six.add('relu', six.line('x', 9)), {}, { min: -Infinity, max: 6 })), IMAGE).ops).toEqual(['affine', 'relu6']);
  });

  test('a bound of 1 is no ReLU', () => {
    const net = write();
    expect(rewritten(net.finish(net.add('clip', 'x', {}, { min: 0, max: 1 })), IMAGE).ops).toEqual(['clip']);
  });
});

describe('padding', () => {
  const padded = (value: number, channels: number, pad: unknown) => {
    const net = write();
    const wide = net.add('pad', 'x', {}, { before: [1, 2, 0], after: [0, 1, channels], value });
    return rewritten(net.finish(net.add('conv2d', wide, { kernel: random('kernel', [3, 3, 3 + channels, 2]) }, { strides: [2, 2], pad })), IMAGE);
  };

  test('with zeros becomes the padding of the convolution', () => {
    expect(padded(0, 0, 'valid').nodes.map(({ op, attrs }) => [op, attrs.pad])).toEqual([['conv2d', [[0, 0], [1, 0], [2, 1], [0, 0]]]]);
    expect(padded(0, 0, [[0, 0], [1, 1], [0, 1], [0, 0]]).nodes.map(({ attrs }) => attrs.pad)).toEqual([[[0, 0], [2, 1], [2, 2], [0, 0]]]);
  });

  test('with another value, of channels, or before padding that hangs on the size stays', () => {
    expect(padded(1, 0, 'valid').ops).toEqual(['pad', 'conv2d']);
    expect(padded(0, 1, 'valid').ops).toEqual(['pad', 'conv2d']);
    expect(padded(0, 0, 'same').ops).toEqual(['pad', 'conv2d']);
  });
});

describe('a map laid out channels first', () => {
  const ops = (shape: readonly number[], kernel: readonly number[]) => {
    const net = write();
    const turned = net.add('transpose', net.add('relu', 'x'), {}, { perm: [0, 3, 1, 2] });
    return rewritten(net.finish(net.add('dense', net.add('reshape', turned, {}, { shape }), { kernel: random('kernel', kernel), bias: random('bias', [4]) })), IMAGE).ops;
  };

  test('is flattened as it is stored, the layer behind it reads it in that order', () => expect(ops([90], [90, 4])).toEqual(['relu', 'reshape', 'dense']));
  test('stays where the layer reads one row after another', () => expect(ops([3, 30], [30, 4])).toContain('transpose'));
});
