import { beforeAll, describe, expect, test } from 'vitest';
import { readoutOf } from '../../graph/attention.ts';
import type { Graph } from '../../graph/graph.ts';
import { useBackend } from '../../testing/backends.ts';
import { random, rewritten, write } from '../../testing/rewriting.ts';

const TOKENS = [5, 4];
const MAP = [4, 3, 6];

beforeAll(() => useBackend('cpu'));

describe('tokens', () => {
  test('one of them is taken, and the head is known to read it', () => {
    const net = write();
    const row = net.add('gather', net.add('layerNorm', 'x', { gamma: random('gamma', [4]), beta: random('beta', [4]) }, { epsilon: 1e-6 }), {}, { axis: 1, indices: [2] });
    const { ops, nodes, graph } = rewritten(net.finish(net.add('dense', net.add('reshape', row, {}, { shape: [4] }), { kernel: random('kernel', [4, 3]) })), TOKENS);
    expect(ops).toEqual(['layerNorm', 'takeToken', 'dense']);
    expect(nodes[1]!.attrs.index).toBe(2);
    expect(readoutOf(graph as unknown as Graph)).toBe(2);
  });

  test('learned ones come first, in their order, and positions are added', () => {
    const net = write();
    const learned = ['class', 'distillation'].map((name) => net.add('constant', 'x', { value: random(name, [1, 1, 4]) }));
    const all = net.add('concat', [...learned, 'x'], {}, { axis: 1 });
    const { ops, nodes } = rewritten(net.finish(net.add('affine', all, { shift: random('positions', [1, 7, 4]) })), TOKENS);
    expect(ops).toEqual(['prependToken', 'prependToken', 'addParam']);
    expect(nodes[1]!.weights.value!.values).toEqual(random('class', [4]).values);
  });

  test('several in one constant, and a position for each place given as a constant', () => {
    const net = write();
    const all = net.add('concat', [net.add('constant', 'x', { value: random('registers', [1, 3, 4]) }), 'x'], {}, { axis: 1 });
    const { ops, nodes } = rewritten(net.finish(net.add('add', [net.add('constant', 'x', { value: random('positions', [1, 8, 4]) }), all])), TOKENS);
    expect(ops).toEqual(['prependToken', 'prependToken', 'prependToken', 'addParam']);
    expect(nodes[3]!.attrs.fixed).toBeUndefined();
  });

  test('a constant under another shape is a constant', () => {
    const net = write();
    const token = net.add('reshape', net.add('constant', 'x', { value: random('class', [1, 1, 1, 4]) }), {}, { shape: [1, 4] });
    expect(rewritten(net.finish(net.add('concat', [token, 'x'], {}, { axis: 1 })), TOKENS).ops).toEqual(['prependToken']);
  });

  test('a constant beside channels, or behind the tokens, is no class token', () => {
    const net = write();
    const beside = net.add('concat', [net.add('constant', 'x', { value: random('more', [1, 5, 2]) }), 'x'], {}, { axis: 2 });
    expect(rewritten(net.finish(beside), TOKENS).ops).toEqual(['constant', 'concat']);
    const behind = write();
    expect(rewritten(behind.finish(behind.add('concat', ['x', behind.add('constant', 'x', { value: random('last', [1, 1, 4]) })], {}, { axis: 1 })), TOKENS).ops).toEqual(['constant', 'concat']);
  });

  test('a mask is no learned position', () => {
    const net = write();
    const mask = { shape: [1, 5, 4], values: Float32Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? -100 : 0)) };
    expect(rewritten(net.finish(net.add('softmax', net.add('affine', 'x', { shift: mask }))), TOKENS).nodes[0]!.attrs).toEqual({ fixed: true });
  });

  test('a shift of each channel is no position', () => {
    const net = write();
    expect(rewritten(net.finish(net.add('affine', net.add('relu', 'x'), { shift: random('shift', [1, 1, 4]) })), TOKENS).ops).toEqual(['relu', 'affine']);
  });
});

describe('means', () => {
  test('over places, with or without their axes, and by a window as large as the map', () => {
    for (const keepDims of [false, true]) {
      const net = write();
      const pooled = net.add('reduceMean', net.add('relu', 'x'), {}, { axes: [1, 2], keepDims });
      expect(rewritten(net.finish(net.add('reshape', pooled, {}, { shape: [6] })), MAP).ops).toEqual(['relu', 'meanPool']);
    }
    const net = write();
    const pooled = net.add('averagePool', 'x', {}, { size: [4, 3], strides: [1, 1], pad: 'valid' });
    expect(rewritten(net.finish(net.add('reshape', pooled, {}, { shape: [6] })), MAP).ops).toEqual(['meanPool']);
  });

  test('over tokens', () => {
    const net = write();
    expect(rewritten(net.finish(net.add('reduceMean', 'x', {}, { axes: [1], keepDims: false })), TOKENS).ops).toEqual(['meanTokens']);
  });

  test('over rows alone, over channels, of part of the map or the largest stay', () => {
    const ops = (op: 'reduceMean' | 'reduceMax', axes: number[]) => {
      const net = write();
      return rewritten(net.finish(net.add(op, 'x', {}, { axes, keepDims: true })), MAP).ops;
    };
    expect(ops('reduceMean', [1])).toEqual(['reduceMean']);
    expect(ops('reduceMean', [3])).toEqual(['reduceMean']);
    expect(ops('reduceMax', [1, 2])).toEqual(['reduceMax']);
    const net = write();
    expect(rewritten(net.finish(net.add('averagePool', 'x', {}, { size: [3, 3], strides: [1, 1], pad: 'valid' })), MAP).ops).toEqual(['averagePool']);
  });
});

describe('channels and places in another order', () => {
  test('a shuffle of channels is a choice of channels', () => {
    const net = write();
    const cut = net.add('transpose', net.add('reshape', 'x', {}, { shape: [4, 3, 2, 3] }), {}, { perm: [0, 1, 2, 4, 3] });
    const { nodes } = rewritten(net.finish(net.add('reshape', cut, {}, { shape: MAP })), MAP);
    expect(nodes.map(({ op, attrs }) => [op, attrs])).toEqual([['gather', { axis: 3, indices: [0, 3, 1, 4, 2, 5] }]]);
  });

  test('an end put before its beginning is a roll, along both sides one', () => {
    const net = write();
    const roll = (x: string, axis: number, from: number, length: number) => {
      const part = (begin: number, end: number) => net.add('slice', x, {}, { begin: MAP.map((_, i) => (i === axis ? begin : 0)), end: MAP.map((n, i) => (i === axis ? end : n)), step: [1, 1, 1] });
      return net.add('concat', [part(from, length), part(0, from)], {}, { axis: axis + 1 });
    };
    const { nodes } = rewritten(net.finish(roll(roll('x', 0, 1, 4), 1, 2, 3)), MAP);
    expect(nodes.map(({ op, attrs }) => [op, attrs.by])).toEqual([['roll', [3, 1]]]);
  });

  test('parts that meet again as they were are the value; in another order they are not', () => {
    const halves = (order: readonly number[]) => {
      const net = write();
      const part = (begin: number, end: number) => net.add('slice', 'x', {}, { begin: [0, 0, begin], end: [4, 3, end], step: [1, 1, 1] });
      const parts = [part(0, 2), part(2, 6)];
      return rewritten(net.finish(net.add('relu', net.add('concat', order.map((k) => parts[k]!)))), MAP).ops;
    };
    expect(halves([0, 1])).toEqual(['relu']);
    expect(halves([1, 0])).toEqual(['slice', 'slice', 'concat', 'relu']);
  });
});
