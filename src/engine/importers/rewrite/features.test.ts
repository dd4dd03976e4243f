import { describe, expect, test } from 'vitest';
import { architecture, ARCHITECTURES } from '../../models/architectures/index.ts';
import { random, write, type Writer } from '../../testing/rewriting.ts';
import { findFeatures } from './features.ts';
import { rewrite } from './index.ts';
import { shapesOf } from './shapes.ts';

const IMAGE = [64, 64, 3];
const SAME = { strides: [1, 1], pad: 'same' };

describe.each(ARCHITECTURES.map(({ id }) => id))('%s of the zoo', (id) => {
  const plain = architecture(id).build(1, 12);
  const named = plain.features!;

  test('has its features where its author names them, before and after rewriting', () => {
    const bare = { ...plain, features: undefined };
    const shapes = shapesOf(plain, IMAGE);
    const found = findFeatures(bare, IMAGE)!;
    expect(found.tokens).toEqual(named.tokens);
    expect(shapes.get(found.node)).toEqual(shapes.get(named.node));
    const { graph } = rewrite(bare, IMAGE);
    expect(shapesOf(graph, IMAGE).get(findFeatures(graph, IMAGE)!.node)).toEqual(shapes.get(named.node));
  });
});

/** A map of 8 × 8 cut into 4 × 4 patches, in 16 tokens. */
function patches(net: Writer): string {
  const map = net.add('conv2d', 'x', { kernel: random('patch', [2, 2, 3, 6]) }, { strides: [2, 2], pad: 'valid' });
  return net.add('reshape', map, {}, { shape: [16, 6] });
}

function block(net: Writer, x: string): { readonly normed: string; readonly out: string } {
  const dense = (name: string, from: string) => net.add('dense', from, { kernel: random(name, [6, 6]) });
  const normed = net.add('layerNorm', x, { gamma: random('gamma', [6]), beta: random('beta', [6]) }, { epsilon: 1e-6 });
  const [q, k, v] = ['q', 'k', 'v'].map((name) => net.add('splitHeads', dense(name, normed), {}, { heads: 2 })) as [string, string, string];
  const mixed = net.add('matMul', [net.add('softmax', net.add('matMul', [q, k], {}, { transposeB: true })), v]);
  return { normed, out: net.add('add', [x, dense('out', net.add('mergeHeads', mixed))]) };
}

describe('tokens', () => {
  test('with a class token: what the last attention reads', () => {
    const net = write();
    const first = block(net, net.add('prependToken', patches(net), { value: random('class', [1, 1, 6]) }));
    const last = block(net, first.out);
    const norm = net.add('layerNorm', last.out, { gamma: random('gamma', [6]), beta: random('beta', [6]) }, { epsilon: 1e-6 });
    expect(findFeatures(net.finish(net.add('takeToken', norm, {}, { index: 0 })), [8, 8, 3])).toEqual({ node: last.normed, tokens: { rows: 4, cols: 4, skip: 1 } });
  });

  test('of which the mean is read: the last of them', () => {
    const net = write();
    const { out } = block(net, patches(net));
    expect(findFeatures(net.finish(net.add('meanTokens', out)), [8, 8, 3])).toEqual({ node: out, tokens: { rows: 4, cols: 4, skip: 0 } });
  });
});

describe('maps', () => {
  test('the last before pools of any kind, and before flattening', () => {
    const net = write();
    const relu = net.add('relu', net.add('conv2d', 'x', { kernel: random('kernel', [3, 3, 3, 4]) }, SAME));
    const pool = net.add('averagePool', net.add('maxPool', relu, {}, { size: [2, 2], strides: [2, 2], pad: 'valid' }), {}, { size: [2, 2], strides: [1, 1], pad: 'valid' });
    const flat = net.add('reshape', pool, {}, { shape: [36] });
    expect(findFeatures(net.finish(net.add('dense', flat, { kernel: random('head', [36, 2]) })), [8, 8, 3])).toEqual({ node: relu });
  });

  test('none where one place is all there is', () => {
    const net = write();
    const flat = net.add('reshape', 'x', {}, { shape: [192] });
    expect(findFeatures(net.finish(net.add('dense', flat, { kernel: random('head', [192, 2]) })), [8, 8, 3])).toBeUndefined();
  });
});
