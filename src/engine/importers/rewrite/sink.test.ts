import { beforeAll, describe, expect, test } from 'vitest';
import { isWindowed } from '../../graph/attention.ts';
import type { Graph } from '../../graph/graph.ts';
import { useBackend } from '../../testing/backends.ts';
import { random, rewritten, write, type Writer } from '../../testing/rewriting.ts';
import { findFeatures } from './features.ts';

const MAP = [4, 4, 6];
const CUT = { shape: [2, 2, 2, 2, 6] };

beforeAll(() => useBackend('cpu'));

const normed = (net: Writer, x: string) => net.add('layerNorm', x, { gamma: random('gamma', [6]), beta: random('beta', [6]) }, { epsilon: 1e-5 });
const dense = (net: Writer, name: string, x: string, to = 6) => net.add('dense', x, { kernel: random(name, [6, to]), bias: random(`${name} bias`, [to]) });

/** A block of attention in windows of 2 × 2 as it is lowered: x is cut already, the layers come before their transposition. */
function windowed(net: Writer): string {
  const x = net.add('reshape', net.add('relu', 'x'), {}, CUT);
  const packed = net.add('transpose', dense(net, 'qkv', normed(net, x), 18), {}, { perm: [0, 1, 3, 2, 4, 5] });
  const cut = net.add('reshape', packed, {}, { shape: [4, 4, 3, 2, 3] });
  const [q, k, v] = [0, 1, 2].map((at) => {
    const part = net.add('slice', cut, {}, { begin: [0, 0, at, 0, 0], end: [4, 4, at + 1, 2, 3], step: [1, 1, 1, 1, 1] });
    return net.add('transpose', net.add('reshape', part, {}, { shape: [4, 4, 2, 3] }), {}, { perm: [0, 1, 3, 2, 4] });
  }) as [string, string, string];
  const mixed = net.add('matMul', [net.add('softmax', net.add('matMul', [q, k], {}, { transposeB: true })), v]);
  const joined = net.add('reshape', net.add('transpose', mixed, {}, { perm: [0, 1, 3, 2, 4] }), {}, { shape: [4, 4, 6] });
  const back = net.add('transpose', net.add('reshape', dense(net, 'out', joined), {}, CUT), {}, { perm: [0, 1, 3, 2, 4, 5] });
  return net.add('add', [x, back]);
}

describe('windows of a map', () => {
  test('the stream is a map, the projections are layers of their own, and the attention is known to stay inside', () => {
    const net = write();
    const pooled = net.add('reduceMean', net.add('reshape', normed(net, windowed(net)), {}, { shape: MAP }), {}, { axes: [1, 2], keepDims: false });
    const { graph, ops, nodes } = rewritten(net.finish(pooled), MAP);
    expect(ops.filter((op) => op === 'dense')).toHaveLength(4);
    expect(ops).not.toContain('slice');
    expect(isWindowed(graph as unknown as Graph)).toBe(true);
    expect(nodes.at(-1)!.op).toBe('meanPool');
    expect(findFeatures(graph, MAP)!.node).toBe(nodes.at(-1)!.inputs[0]);
    expect(nodes.at(-2)!.op).toBe('layerNorm');
  });

  test('a cut stays before what does not work on rows, or on other rows', () => {
    const net = write();
    const cut = net.add('reshape', 'x', {}, { shape: [4, 4, 2, 3] });
    expect(rewritten(net.finish(net.add('softmax', cut)), MAP).ops).toEqual(['reshape', 'softmax']);
    const turned = write();
    expect(rewritten(turned.finish(turned.add('transpose', turned.add('reshape', 'x', {}, CUT), {}, { perm: [0, 1, 3, 2, 4, 5] })), MAP).ops).toEqual(['reshape', 'transpose']);
  });
});
