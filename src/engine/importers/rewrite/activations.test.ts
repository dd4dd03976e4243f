import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { filled, rewritten, write, type Writer } from '../../testing/rewriting.ts';

const SHAPE = [4, 5, 3];
const ROOT_HALF = Math.fround(Math.SQRT1_2);

beforeAll(() => useBackend('cpu'));

/** The ops of f, written of a value that is no input. */
function opsOf(f: (net: Writer, x: string) => string): readonly string[] {
  const net = write();
  return rewritten(net.finish(f(net, net.add('tanh', net.line('x', 0.5)))), SHAPE).ops.slice(2);
}

const erf = (net: Writer, x: string, k = ROOT_HALF) => net.line(net.add('erf', net.line(x, k)), 1, 1);

describe('GELU', () => {
  test.each<[string, (net: Writer, x: string) => string]>([
    ['(x · (1 + erf)) · ½', (net, x) => net.line(net.add('mul', [x, erf(net, x)]), 0.5)],
    ['(½ x) · (1 + erf)', (net, x) => net.add('mul', [net.line(x, 0.5), erf(net, x)])],
    ['(½ (1 + erf)) · x', (net, x) => net.add('mul', [net.line(erf(net, x), 0.5), x])],
    ['x · (½ + ½ erf)', (net, x) => net.add('mul', [x, net.line(net.add('erf', net.line(x, 0.70710677)), 0.5, 0.5)])],
  ])('as %s', (_, f) => expect(opsOf(f)).toEqual(['gelu']));

  test.each<[string, (net: Writer, x: string) => string]>([
    ['a cube', (net, x) => net.add('power', x, {}, { exponent: 3 })],
    ['x · x²', (net, x) => net.add('mul', [x, net.add('square', x)])],
    ['(x · x) · x', (net, x) => net.add('mul', [net.add('mul', [x, x]), x])],
  ])('in the tanh form, with %s', (_, cube) => {
    const inner = (net: Writer, x: string) => net.line(net.add('add', [x, net.line(cube(net, x), 0.044715)]), Math.sqrt(2 / Math.PI));
    expect(opsOf((net, x) => net.add('mul', [net.line(x, 0.5), net.line(net.add('tanh', inner(net, x)), 1, 1)]))).toEqual(['geluTanh']);
    expect(opsOf((net, x) => net.add('mul', [x, net.add('sigmoid', net.line(inner(net, x), 2))]))).toEqual(['geluTanh']);
  });

  test('in the tanh form with the square factored out', () => {
    const inner = (net: Writer, x: string) => net.add('mul', [net.line(x, 0.7978845608028654), net.line(net.add('square', x), 0.044715, 1)]);
    expect(opsOf((net, x) => net.line(net.add('mul', [x, net.line(net.add('tanh', inner(net, x)), 1, 1)]), 0.5))).toEqual(['geluTanh']);
  });

  test('of a value that is itself a line', () => {
    const f = (net: Writer, x: string) => {
      const wide = net.line(x, 3, 0.5);
      return net.line(net.add('mul', [wide, erf(net, wide)]), 0.5);
    };
    expect(opsOf(f)).toEqual(['affine', 'gelu']);
  });

  test('near misses stay', () => {
    expect(opsOf((net, x) => net.add('mul', [x, net.line(net.add('erf', net.line(x, ROOT_HALF)), 1, 2)]))).not.toContain('gelu');
    expect(opsOf((net, x) => net.add('mul', [net.add('relu', x), erf(net, x)]))).not.toContain('gelu');
    expect(opsOf((net, x) => net.add('mul', [x, net.line(net.add('erf', net.line(x, ROOT_HALF, 0.1)), 1, 1)]))).not.toContain('gelu');
    const other = (net: Writer, x: string) => net.line(net.add('add', [x, net.line(net.add('power', x, {}, { exponent: 3 }), 0.05)]), Math.sqrt(2 / Math.PI));
    expect(opsOf((net, x) => net.add('mul', [x, net.line(net.add('tanh', other(net, x)), 1, 1)]))).not.toContain('geluTanh');
  });
});

describe('gates of a value by itself', () => {
  test('SiLU, and quick GELU as a SiLU between two factors', () => {
    expect(opsOf((net, x) => net.add('mul', [net.add('sigmoid', x), x]))).toEqual(['silu']);
    expect(opsOf((net, x) => net.add('mul', [x, net.add('sigmoid', net.line(x, 1.702))]))).toEqual(['affine', 'silu', 'affine']);
  });

  test('SiLU with its sigmoid written out', () => {
    const f = (net: Writer, x: string) => net.add('mul', [x, net.add('reciprocal', net.line(net.add('exp', net.line(x, -1)), 1, 1))]);
    expect(opsOf(f)).toEqual(['silu']);
  });

  test.each<[string, (net: Writer, x: string) => string]>([
    ['x clip(x/6 + ½, 0, 1)', (net, x) => net.add('mul', [x, net.add('clip', net.line(x, 1 / 6, 0.5), {}, { min: 0, max: 1 })])],
    ['x clip(x + 3, 0, 6) / 6', (net, x) => net.line(net.add('mul', [net.add('clip', net.line(x, 1, 3), {}, { min: 0, max: 6 }), x]), 1 / 6)],
    ['x (relu6(x + 3) / 6)', (net, x) => net.add('mul', [x, net.line(net.add('relu6', net.line(x, 1, 3)), 1 / 6)])],
  ])('hard swish as %s', (_, f) => expect(opsOf(f)).toEqual(['hardSwish']));

  test('Mish, its softplus written out', () => {
    const softplus = (net: Writer, x: string) => net.add('log', net.line(net.add('exp', x), 1, 1));
    expect(opsOf((net, x) => net.add('mul', [x, net.add('tanh', softplus(net, x))]))).toEqual(['mish']);
  });

  test('a gate of another value stays a gate', () => {
    expect(opsOf((net, x) => net.add('mul', [x, net.add('sigmoid', net.add('relu', x))]))).toEqual(['relu', 'sigmoid', 'mul']);
    expect(opsOf((net, x) => net.add('mul', [x, net.add('clip', net.line(x, 1 / 5, 0.5), {}, { min: 0, max: 1 })]))).toEqual(['affine', 'clip', 'mul']);
    expect(opsOf((net, x) => net.add('mul', [x, net.line(net.add('sigmoid', x), 1, 1)]))).toEqual(['sigmoid', 'affine', 'mul']);
  });
});

describe('softmax written out', () => {
  const written = (axes: readonly number[], lifted: boolean, shape = [3, 3]) => {
    const net = write();
    const wide = (of: string) => net.add('expand', of, {}, { shape });
    const scores = net.add('tanh', 'x');
    const largest = net.line(net.add('reduceMax', scores, {}, { axes, keepDims: true }), -1);
    const exp = net.add('exp', lifted ? net.add('add', [scores, wide(largest)]) : scores);
    const sum = net.add('reduceSum', exp, {}, { axes, keepDims: true });
    return rewritten(net.finish(net.add('mul', [exp, wide(net.add('reciprocal', sum))])), shape).ops;
  };

  test('is one node, with or without the largest score taken off', () => {
    expect(written([2], false)).toEqual(['tanh', 'softmax']);
    expect(written([2], true)).toEqual(['tanh', 'softmax']);
  });

  test('is left where the sum goes over another axis', () => expect(written([1], true)).not.toContain('softmax'));
});

test('a factor of another length is no line', () => {
  const net = write();
  const x = net.add('affine', 'x', { scale: filled(1, [1, 4, 5, 3]), shift: { shape: [1, 4, 1, 1], values: Float32Array.of(1, 2, 3, 4) } });
  expect(rewritten(net.finish(net.add('mul', [x, net.add('sigmoid', 'x')])), SHAPE).ops).toContain('mul');
});
