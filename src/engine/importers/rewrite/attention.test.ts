import { beforeAll, describe, expect, test } from 'vitest';
import { attentionNodes } from '../../graph/attention.ts';
import type { Graph } from '../../graph/graph.ts';
import { useBackend } from '../../testing/backends.ts';
import { filled, random, rewritten, write, type Writer } from '../../testing/rewriting.ts';

const TOKENS = 5;
const HEADS = 2;
const EACH = 3;
const WIDTH = HEADS * EACH;
const SHAPE = [TOKENS, WIDTH];
const CANONICAL = ['dense', 'splitHeads', 'dense', 'splitHeads', 'dense', 'splitHeads', 'matMul', 'softmax', 'matMul', 'mergeHeads', 'dense'].sort();

beforeAll(() => useBackend('cpu'));

const dense = (net: Writer, name: string, x: string, to: number) => net.add('dense', x, { kernel: random(name, [WIDTH, to]), bias: random(`${name} bias`, [to]) });
const heads = (net: Writer, x: string, perm: readonly number[] = [0, 2, 1, 3]) => net.add('transpose', net.add('reshape', x, {}, { shape: [TOKENS, HEADS, EACH] }), {}, { perm });
const merged = (net: Writer, x: string) => net.add('reshape', net.add('transpose', x, {}, { perm: [0, 2, 1, 3] }), {}, { shape: [TOKENS, WIDTH] });
const out = (net: Writer, scores: string, v: string) => net.finish(dense(net, 'out', merged(net, net.add('matMul', [net.add('softmax', scores), v])), WIDTH));

/** Parts k = 0, 1, 2 of the packed projection, `axis` of the reshaped value telling which. */
function packed(net: Writer, shape: readonly number[], axis: number, perm: readonly number[], from = 'x'): readonly string[] {
  const cut = net.add('reshape', dense(net, 'qkv', from, 3 * WIDTH), {}, { shape });
  const turned = net.add('transpose', cut, {}, { perm });
  const lengths = perm.slice(1).map((at) => shape[at - 1]!);
  const place = perm.indexOf(axis + 1) - 1;
  return [0, 1, 2].map((k) => {
    const part = net.add('slice', turned, {}, { begin: lengths.map((_, i) => (i === place ? k : 0)), end: lengths.map((n, i) => (i === place ? k + 1 : n)), step: lengths.map(() => 1) });
    return net.add('reshape', part, {}, { shape: lengths.filter((_, i) => i !== place) });
  });
}

const transposed = (net: Writer, x: string) => net.add('transpose', x, {}, { perm: [0, 1, 3, 2] });

describe('attention', () => {
  test('queries scaled by a number that is written with as many axes as they have', () => {
    const net = write();
    const [q, k, v] = ['q', 'k', 'v'].map((name) => dense(net, name, 'x', WIDTH)) as [string, string, string];
    const scaled = net.add('affine', q, { scale: filled(1 / Math.sqrt(EACH), [1, 1, 1]) });
    const { ops } = rewritten(out(net, net.add('matMul', [heads(net, scaled), transposed(net, heads(net, k))]), heads(net, v)), SHAPE);
    expect([...ops].sort()).toEqual(CANONICAL);
  });

  test('of three projections, keys transposed and scores divided', () => {
    const net = write();
    const [q, k, v] = ['q', 'k', 'v'].map((name) => heads(net, dense(net, name, 'x', WIDTH))) as [string, string, string];
    const { graph, ops, nodes } = rewritten(out(net, net.line(net.add('matMul', [q, transposed(net, k)]), 1 / Math.sqrt(EACH)), v), SHAPE);
    expect([...ops].sort()).toEqual(CANONICAL);
    const scores = nodes.find(({ op }) => op === 'matMul')!;
    expect(scores.attrs.transposeB).toBe(true);
    expect(scores.attrs.scale).toBeCloseTo(1 / Math.sqrt(EACH), 6);
    expect(attentionNodes(graph as unknown as Graph)).toHaveLength(1);
  });

  test('with both operands scaled, and the keys cut and turned in one go', () => {
    const net = write();
    const half = EACH ** -0.25;
    const q = net.line(heads(net, dense(net, 'q', 'x', WIDTH)), half);
    const k = net.line(heads(net, dense(net, 'k', 'x', WIDTH), [0, 2, 3, 1]), half);
    const { ops, nodes } = rewritten(out(net, net.add('matMul', [q, k]), heads(net, dense(net, 'v', 'x', WIDTH))), SHAPE);
    expect([...ops].sort()).toEqual(CANONICAL);
    expect(nodes.find(({ op }) => op === 'matMul')!.attrs.scale).toBeCloseTo(1 / Math.sqrt(EACH), 6);
  });

  test.each<[string, readonly number[], number, readonly number[]]>([
    ['[T, 3, h, e], turned to [3, h, T, e]', [TOKENS, 3, HEADS, EACH], 1, [0, 2, 3, 1, 4]],
    ['[T, h, 3, e]', [TOKENS, HEADS, 3, EACH], 2, [0, 3, 2, 1, 4]],
    ['[T, h, e, 3]', [TOKENS, HEADS, EACH, 3], 3, [0, 4, 2, 1, 3]],
  ])('packed as %s', (_, shape, axis, perm) => {
    const net = write();
    const [q, k, v] = packed(net, shape, axis, perm) as [string, string, string];
    const { ops, nodes } = rewritten(out(net, net.add('matMul', [net.line(q, 0.5), transposed(net, k)]), v), SHAPE);
    expect([...ops].sort()).toEqual(CANONICAL);
    expect(nodes.filter(({ op }) => op === 'dense').every(({ weights }) => weights.kernel!.shape[1] === WIDTH)).toBe(true);
  });

  test('packed, and cut along the last axis', () => {
    const net = write();
    const all = dense(net, 'qkv', 'x', 3 * WIDTH);
    const [q, k, v] = [0, 1, 2].map((at) => heads(net, net.add('slice', all, {}, { begin: [0, at * WIDTH], end: [TOKENS, (at + 1) * WIDTH], step: [1, 1] }))) as [string, string, string];
    expect([...rewritten(out(net, net.add('matMul', [q, transposed(net, k)]), v), SHAPE).ops].sort()).toEqual(CANONICAL);
  });

  test('packed, but read as a whole elsewhere: it stays one layer', () => {
    const net = write();
    const all = dense(net, 'qkv', 'x', 3 * WIDTH);
    const part = net.add('slice', all, {}, { begin: [0, 0], end: [TOKENS, WIDTH], step: [1, 1] });
    const rest = net.add('slice', net.add('relu', all), {}, { begin: [0, WIDTH], end: [TOKENS, 2 * WIDTH], step: [1, 1] });
    expect(rewritten(net.finish(net.add('add', [part, rest])), SHAPE).ops.filter((op) => op === 'dense')).toHaveLength(1);
  });

  test('a factor written with as many axes as its operand had before a move', () => {
    const net = write();
    const wide = net.add('reshape', dense(net, 'q', 'x', WIDTH), {}, { shape: [1, 1, TOKENS, HEADS, EACH] });
    const q = net.add('transpose', net.add('reshape', net.add('affine', wide, { scale: filled(0.5, [1, 1, 1, 1, 1, 1]) }), {}, { shape: [TOKENS, HEADS, EACH] }), {}, { perm: [0, 2, 1, 3] });
    expect(rewritten(net.finish(net.add('matMul', [q, transposed(net, q)])), SHAPE).nodes.at(-1)!.attrs.scale).toBe(0.25);
  });

  test('a shift is no factor, and a factor of a product that others read stays', () => {
    const net = write();
    const q = heads(net, dense(net, 'q', 'x', WIDTH));
    const scores = net.add('matMul', [q, transposed(net, q)]);
    expect(rewritten(net.finish(net.add('softmax', net.line(scores, 1, 2))), SHAPE).nodes.find(({ op }) => op === 'matMul')!.attrs.scale).toBeUndefined();
    const shared = write();
    const p = heads(shared, dense(shared, 'q', 'x', WIDTH));
    const product = shared.add('matMul', [p, transposed(shared, p)]);
    expect(rewritten(shared.finish(shared.add('add', [shared.add('softmax', product), shared.line(product, 3)])), SHAPE).ops).toContain('affine');
  });
});
