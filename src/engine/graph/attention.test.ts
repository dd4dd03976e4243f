/** Attention is found by what nodes do, not by what they are called. */
import { expect, test } from 'vitest';
import { architecture } from '../models/architectures/index.ts';
import { toyCnn, toyTransformer } from '../testing/toy.ts';
import { useBackend } from '../testing/backends.ts';
import { attentionNodes, isWindowed, readoutOf } from './attention.ts';
import type { Graph, Node } from './graph.ts';

await useBackend('cpu');

const plain = (id: string, op: Node['op'], inputs: string[], attrs: Node['attrs'] = {}): Node => ({ id, op, inputs, weights: {}, attrs });

test('finds the layers of a transformer in order, and none in a convolutional network', () => {
  expect(attentionNodes(toyTransformer())).toEqual(['attention']);
  expect(attentionNodes(toyCnn())).toEqual([]);
  const zoo = architecture('vit-s8').build(0, 12) as unknown as Graph;
  expect(attentionNodes(zoo)).toEqual(['block-1-attention-weights', 'block-2-attention-weights', 'block-3-attention-weights']);
});

test('goes by the ops: a softmax of another use is none, and a name tells nothing', () => {
  const graph: Graph = {
    input: 'x',
    output: 'p',
    nodes: [plain('attention', 'matMul', ['x', 'x'], { transposeB: true }), plain('q7', 'softmax', ['attention']), plain('mixed', 'matMul', ['q7', 'x']), plain('read', 'meanTokens', ['mixed']), plain('p', 'softmax', ['read'])],
  };
  expect(attentionNodes(graph)).toEqual(['q7']);
});

test('tells which tokens the head reads', () => {
  expect(readoutOf(toyTransformer())).toBe(0);
  expect(readoutOf(architecture('vit-s8').build(0, 12) as unknown as Graph)).toBe('mean');
  expect(readoutOf(toyCnn())).toBeUndefined();
  const flat: Graph = { input: 'x', output: 'logits', nodes: [plain('taken', 'takeToken', ['x'], { index: 0 }), plain('flat', 'reshape', ['x'], { shape: [9] }), plain('logits', 'dense', ['flat'])] };
  expect(readoutOf(flat)).toBeUndefined();
});

test('tells attention inside windows from attention between all tokens, whether heads are split by an op or by hand', () => {
  const windowed = ['swin-s', 'hybrid-s', 'vit-xs8', 'mixer-s'].filter((id) => isWindowed(architecture(id).build(0, 12) as unknown as Graph));
  expect(windowed).toEqual(['swin-s']);
  expect(isWindowed(toyTransformer())).toBe(false);
  const toy = toyTransformer();
  const byHand = toy.nodes.flatMap((node): Node[] =>
    node.op !== 'splitHeads' ? [node] : [{ ...node, id: `${node.id}-cut`, op: 'reshape', attrs: { shape: [5, 2, 3] } }, { ...node, op: 'transpose', inputs: [`${node.id}-cut`], attrs: { perm: [0, 2, 1, 3] } }],
  );
  expect(attentionNodes({ ...toy, nodes: byHand })).toEqual(['attention']);
  expect(isWindowed({ ...toy, nodes: byHand })).toBe(false);
});
