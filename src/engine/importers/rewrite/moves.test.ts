import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { filled, random, rewritten, write } from '../../testing/rewriting.ts';

const MAP = [4, 3, 6];

beforeAll(() => useBackend('cpu'));

describe('moves', () => {
  test('that do nothing go', () => {
    const net = write();
    const a = net.add('reshape', 'x', {}, { shape: [4, -1, 6] });
    const b = net.add('transpose', a, {}, { perm: [0, 1, 2, 3] });
    const c = net.add('slice', b, {}, { begin: [0, 0, 0], end: [4, 3, 2 ** 31 - 1], step: [1, 1, 1] });
    const d = net.add('expand', net.add('pad', c, {}, { before: [0, 0, 0], after: [0, 0, 0], value: 1 }), {}, { shape: MAP });
    expect(rewritten(net.finish(net.add('relu', d)), MAP).ops).toEqual(['relu']);
  });

  test('one after another are one', () => {
    const net = write();
    const a = net.add('transpose', net.add('transpose', 'x', {}, { perm: [0, 3, 1, 2] }), {}, { perm: [0, 1, 3, 2] });
    const b = net.add('reshape', net.add('reshape', a, {}, { shape: [18, 4] }), {}, { shape: [9, 8] });
    const { nodes } = rewritten(net.finish(b), MAP);
    expect(nodes.map(({ op, attrs }) => [op, attrs])).toEqual([['transpose', { perm: [0, 3, 2, 1] }], ['reshape', { shape: [9, 8] }]]);
  });

  test('of axes of length 1 alone are a reshape', () => {
    const net = write();
    expect(rewritten(net.finish(net.add('transpose', 'x', {}, { perm: [0, 3, 1, 2] })), [1, 1, 5]).nodes.map(({ op, attrs }) => [op, attrs.shape])).toEqual([['reshape', [5, 1, 1]]]);
    expect(rewritten(net.finish(net.add('transpose', 'x', {}, { perm: [0, 3, 1, 2] })), [1, 2, 5]).ops).toContain('transpose');
  });

  test('there and back go, with what acts on each entry between them', () => {
    const net = write();
    const there = net.add('transpose', 'x', {}, { perm: [0, 3, 1, 2] });
    const between = net.add('tanh', net.line(net.add('relu', there), 2, 1));
    const { ops } = rewritten(net.finish(net.add('transpose', between, {}, { perm: [0, 2, 3, 1] })), MAP);
    expect(ops).toEqual(['relu', 'affine', 'tanh']);
  });

  test('one number for all goes with a value of another rank, however many axes it was written with', () => {
    const net = write();
    const flat = net.add('reshape', 'x', {}, { shape: [MAP.reduce((n, m) => n * m, 1)] });
    const { ops } = rewritten(net.finish(net.add('reshape', net.add('affine', flat, { scale: filled(2, [1, 1]) }), {}, { shape: MAP })), MAP);
    expect(ops).toEqual(['affine']);
  });

  test('there and back go around a sum of two that both were moved', () => {
    const net = write();
    const [a, b] = [net.add('relu', 'x'), net.add('tanh', 'x')].map((id) => net.add('transpose', id, {}, { perm: [0, 3, 1, 2] })) as [string, string];
    expect(rewritten(net.finish(net.add('transpose', net.add('add', [a, b]), {}, { perm: [0, 2, 3, 1] })), MAP).ops).toEqual(['relu', 'tanh', 'add']);
  });

  test('there and back stay around what mixes entries, and where the middle is read elsewhere', () => {
    const net = write();
    const there = net.add('transpose', 'x', {}, { perm: [0, 3, 1, 2] });
    expect(rewritten(net.finish(net.add('transpose', net.add('softmax', there), {}, { perm: [0, 2, 3, 1] })), MAP).ops).toEqual(['transpose', 'softmax', 'transpose']);
    const shared = write();
    const middle = shared.add('relu', shared.add('transpose', 'x', {}, { perm: [0, 2, 1, 3] }));
    const back = shared.add('transpose', middle, {}, { perm: [0, 2, 1, 3] });
    const other = shared.add('reshape', shared.add('softmax', middle), {}, { shape: MAP });
    expect(rewritten(shared.finish(shared.add('add', [back, other])), MAP).ops.filter((op) => op === 'transpose')).toHaveLength(2);
  });

  test('parts of parts are parts, and entries at even steps are a slice', () => {
    const net = write();
    const part = net.add('slice', 'x', {}, { begin: [0, 0, 1], end: [4, 3, 6], step: [1, 1, 2] });
    const { nodes } = rewritten(net.finish(net.add('slice', part, {}, { begin: [1, 0, 1], end: [4, 3, 9], step: [2, 1, 1] })), MAP);
    expect(nodes.map(({ op, attrs }) => [op, attrs])).toEqual([['slice', { begin: [1, 0, 3], end: [4, 3, 6], step: [2, 1, 2] }]]);
    const even = write();
    expect(rewritten(even.finish(even.add('gather', 'x', {}, { axis: 3, indices: [1, 3, 5] })), MAP).ops).toEqual(['slice']);
    expect(rewritten(even.finish(even.add('gather', 'x', {}, { axis: 3, indices: [1, 3, 4] })), MAP).ops).toEqual(['gather']);
  });

  test('reduced axes that a reshape puts back stay', () => {
    const net = write();
    const sum = net.add('reduceSum', 'x', {}, { axes: [3], keepDims: false });
    const { nodes } = rewritten(net.finish(net.add('reshape', sum, {}, { shape: [4, 3, 1] })), MAP);
    expect(nodes.map(({ op, attrs }) => [op, attrs.keepDims])).toEqual([['reduceSum', true]]);
  });
});

describe('what is computed twice', () => {
  test('is computed once, whatever the order of summands', () => {
    const net = write();
    const [a, b] = [net.add('relu', 'x'), net.add('relu', 'x')];
    const tanh = net.add('tanh', 'x');
    const sums = [net.add('add', [a, tanh]), net.add('add', [tanh, b])];
    expect(rewritten(net.finish(net.add('mul', [net.add('exp', sums[0]!), sums[1]!])), MAP).ops).toEqual(['relu', 'tanh', 'add', 'exp', 'mul']);
  });

  test('is not where attributes or weights differ', () => {
    const net = write();
    const [kernel, other] = [random('kernel', [6, 6]), random('kernel', [6, 6])];
    const parts = [kernel, kernel, other].map((weight) => net.add('dense', 'x', { kernel: weight }));
    expect(rewritten(net.finish(net.add('add', parts)), MAP).ops).toEqual(['dense', 'dense', 'add']);
    const leaky = write();
    const slopes = [0.1, 0.2].map((alpha) => leaky.add('leakyRelu', 'x', {}, { alpha }));
    expect(rewritten(leaky.finish(leaky.add('add', slopes)), MAP).ops).toEqual(['leakyRelu', 'leakyRelu', 'add']);
  });
});
