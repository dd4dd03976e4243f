import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { filled, random, rewritten, write, type Writer } from '../../testing/rewriting.ts';

const TOKENS = [5, 4];
const EPSILON = 1e-3;

beforeAll(() => useBackend('cpu'));

/** The ways in which exporters write it. */
interface Form {
  readonly axes?: readonly number[];
  readonly shape?: readonly number[];
  readonly square?: (net: Writer, centred: string) => string;
  readonly inverse?: (net: Writer, variance: string) => string;
  readonly keepDims?: boolean;
}

const root = (net: Writer, variance: string) => net.add('reciprocal', net.add('sqrt', net.line(variance, 1, EPSILON)));

/** γ (x − mean) / √(variance + ε) + β, step by step. */
function normed(net: Writer, x: string, { axes = [2], shape = TOKENS, square = (n, c) => n.add('square', c), inverse = root, keepDims = true }: Form = {}): string {
  const width = shape.at(-1)!;
  const rows = shape.map((n, axis) => (axes.includes(axis + 1) ? 1 : n));
  const mean = (of: string) => (keepDims ? net.add('reduceMean', of, {}, { axes, keepDims }) : net.add('reshape', net.add('reduceMean', of, {}, { axes, keepDims }), {}, { shape: rows }));
  const wide = (of: string) => net.add('expand', of, {}, { shape });
  const centred = net.add('add', [x, wide(net.line(mean(x), -1))]);
  const quotient = net.add('mul', [centred, inverse(net, mean(square(net, centred)))]);
  return net.add('affine', quotient, { scale: random('gamma', [width]), shift: random('beta', [width]) });
}

const opsOf = (form: Form = {}, shape = TOKENS) => {
  const net = write();
  return rewritten(net.finish(normed(net, 'x', { shape, ...form })), shape).ops;
};

describe('layer normalisation written out', () => {
  test('is one node with its slope, shift and ε', () => {
    const net = write();
    const { nodes } = rewritten(net.finish(normed(net, 'x')), TOKENS);
    expect(nodes.map(({ op }) => op)).toEqual(['layerNorm']);
    expect(nodes[0]!.attrs.epsilon).toBeCloseTo(EPSILON, 9);
    expect(nodes[0]!.weights.gamma).toEqual(random('gamma', [4]));
  });

  test.each<[string, Form]>([
    ['squares by a product', { square: (net, c) => net.add('mul', [c, c]) }],
    ['squares by a power', { square: (net, c) => net.add('power', c, {}, { exponent: 2 }) }],
    ['a power of −½', { inverse: (net, v) => net.add('power', net.line(v, 1, EPSILON), {}, { exponent: -0.5 }) }],
    ['a power of ½ and a reciprocal', { inverse: (net, v) => net.add('reciprocal', net.add('power', net.line(v, 1, EPSILON), {}, { exponent: 0.5 })) }],
    ['a root of a reciprocal', { inverse: (net, v) => net.add('sqrt', net.add('reciprocal', net.line(v, 1, EPSILON))) }],
    ['a slope inside the inverse', { inverse: (net, v) => net.add('affine', net.add('expand', root(net, v), {}, { shape: TOKENS }), { scale: random('inner', [4]) }) }],
    ['an unbiased variance', { inverse: (net, v) => root(net, net.line(v, 4 / 3)) }],
    ['axes that are dropped and put back', { keepDims: false }],
    ['ε of 0', { inverse: (net, v) => net.add('reciprocal', net.add('sqrt', v)) }],
  ])('also with %s', (_, form) => expect(opsOf(form)).toEqual(['layerNorm']));

  test('also over the channels of a map', () => expect(opsOf({ axes: [3] }, [3, 2, 4])).toEqual(['layerNorm']));

  test('also as TensorFlow writes it, by factors', () => {
    const net = write();
    const mean = net.add('reduceMean', 'x', {}, { axes: [2], keepDims: true });
    const wide = (of: string) => net.add('expand', of, {}, { shape: TOKENS });
    const apart = net.add('square', net.add('add', ['x', wide(net.line(mean, -1))]));
    const inverse = root(net, net.add('reduceMean', apart, {}, { axes: [2], keepDims: true }));
    const factor = net.add('affine', wide(inverse), { scale: random('gamma', [1, 1, 4]) });
    const offset = net.add('affine', net.line(net.add('mul', [wide(mean), factor]), -1), { shift: random('beta', [1, 1, 4]) });
    const { nodes } = rewritten(net.finish(net.add('add', [net.add('mul', ['x', factor]), offset])), TOKENS);
    expect(nodes.map(({ op }) => op)).toEqual(['layerNorm']);
    expect(nodes[0]!.weights.beta!.values).toEqual(random('beta', [4]).values);
  });
});

describe('what only looks like it stays', () => {
  test('ε added to the deviation', () => expect(opsOf({ inverse: (net, v) => net.add('reciprocal', net.line(net.add('sqrt', v), 1, EPSILON)) })).not.toContain('layerNorm'));
  test('another axis', () => expect(opsOf({ axes: [1] })).not.toContain('layerNorm'));
  test('all places of a map', () => expect(opsOf({ axes: [1, 2, 3] }, [3, 2, 4])).not.toContain('layerNorm'));
  test('the fourth power', () => expect(opsOf({ square: (net, c) => net.add('power', c, {}, { exponent: 4 }) })).not.toContain('layerNorm'));
  test('the variance of another value', () => {
    const net = write();
    const other = net.add('tanh', 'x');
    expect(rewritten(net.finish(normed(net, 'x', { square: (n) => n.add('square', other) })), TOKENS).ops).not.toContain('layerNorm');
  });

  test('rows repeated along the other axis of a square', () => {
    const net = write();
    const row = (of: string) => net.add('reshape', net.add('reduceMean', of, {}, { axes: [2], keepDims: true }), {}, { shape: [1, 4] });
    const wide = (of: string) => net.add('expand', of, {}, { shape: [4, 4] });
    const centred = net.add('add', ['x', wide(net.line(row('x'), -1))]);
    const y = net.add('mul', [centred, wide(root(net, row(net.add('square', centred))))]);
    expect(rewritten(net.finish(y), [4, 4]).ops).not.toContain('layerNorm');
  });
});

test('a value on the way that others read is still there', () => {
  const net = write();
  const y = normed(net, 'x');
  const centred = net.nodes.find(({ op }) => op === 'add')!.id;
  const { ops } = rewritten(net.finish(net.add('add', [y, net.add('affine', centred, { scale: filled(2) })])), TOKENS);
  expect(ops).toContain('layerNorm');
  expect(ops).toContain('reduceMean');
});

test('of a vector that others see as a map of one place', () => {
  const net = write();
  const map = net.add('reshape', 'x', {}, { shape: [1, 1, 4] });
  const mean = net.add('reshape', net.line(net.add('reduceMean', 'x', {}, { axes: [1], keepDims: true }), -1), {}, { shape: [1, 1, 1] });
  const centred = net.add('add', [map, net.add('expand', mean, {}, { shape: [1, 1, 4] })]);
  const variance = net.add('reduceMean', net.add('reshape', net.add('square', centred), {}, { shape: [4] }), {}, { axes: [1], keepDims: true });
  const quotient = net.add('mul', [centred, net.add('reshape', root(net, variance), {}, { shape: [1, 1, 1] })]);
  expect(rewritten(net.finish(net.add('reshape', quotient, {}, { shape: [4] })), [4]).ops.filter((op) => op !== 'reshape')).toEqual(['layerNorm']);
});
