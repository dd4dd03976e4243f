/** What the drawing of a network shows, and how its nodes are called. */
import { expect, test } from 'vitest';
import type { Diagram, DiagramNode } from '../../../engine/rules/diagram.ts';
import { drawingOf, ruleCounts } from './network.ts';
import { likenessOf, opWords, ruleSays, ruleTone, settingsOf, shapeWords } from './nodeWords.ts';

const node = (id: string, op: DiagramNode['op'], inputs: readonly string[], change: Partial<DiagramNode> = {}): DiagramNode => ({
  id, op, kind: op === 'relu' ? 'elementwise' : 'linear', inputs, attrs: {}, shape: [8, 8, 4], weights: [], parameters: op === 'conv2d' ? 100 : 0, multiplyAdds: 0, ...change,
});
const CONV = { weights: [{ name: 'kernel', shape: [3, 3, 4, 4] }], attrs: { strides: [1, 1], pad: 'same' } };
const block = (name: string, x: string) => [node(`${name}a`, 'conv2d', [x], CONV), node(`${name}r`, 'relu', [`${name}a`]), node(`${name}b`, 'conv2d', [`${name}r`], CONV), node(`${name}+`, 'add', [`${name}b`, x])];
const NET: Diagram = { input: { id: 'image', shape: [8, 8, 3] }, output: 'c+', nodes: [...block('a', 'image'), ...block('b', 'a+'), ...block('c', 'b+')], rules: {} };

test('in full every node can be pointed at, in order; rows of a box do not overlap and fill it', () => {
  const { boxes, stops, homes } = drawingOf(NET, true);
  expect(stops).toEqual(NET.nodes.map(({ id }) => id));
  expect(homes.get('ar')).toBe('aa');
  for (const { rows, height } of boxes.filter((box) => box.rows.length > 0)) {
    rows.slice(1).forEach((row, index) => expect(row.y).toBe(rows[index]!.y + rows[index]!.height));
    expect(rows.at(-1)!.y + rows.at(-1)!.height).toBeLessThanOrEqual(height);
  }
});

test('folded, the first block stands for the others, which are one stop that says how many it hides', () => {
  const { boxes, stops, edges } = drawingOf(NET, false);
  expect(boxes.find(({ folded }) => folded)).toMatchObject({ folded: 2, hidden: 8, rows: [] });
  expect(stops).toEqual([...block('a', 'image').map(({ id }) => id), 'fold:ba']);
  expect(edges.map(({ from, to }) => `${from}→${to}`)).toContain('a+→fold:ba');
});

test('the image is the top, joined to all that read it', () => {
  const { boxes, edges } = drawingOf(NET, true);
  expect([boxes[0]!.id, boxes[0]!.y]).toEqual(['image', 0]);
  expect(edges.filter(({ from }) => from === 'image').map(({ to }) => to)).toEqual(['aa', 'a+']);
});

test('nodes are called by what they do, with the window that slides', () => {
  expect(opWords(node('x', 'conv2d', [], CONV))).toBe('3×3 convolution');
  expect(opWords(node('x', 'maxPool', [], { attrs: { size: [2, 2], strides: [2, 2] } }))).toBe('2×2 max pooling');
  expect(opWords(node('x', 'dense', [], { weights: [{ name: 'kernel', shape: [4, 4] }] }))).toBe('dense layer');
  expect(shapeWords([32, 32, 3])).toBe('32 × 32 × 3');
  expect(settingsOf({ attrs: { strides: [2, 2], transposeB: true, scale: 0.35355339 } })).toEqual([['strides', '[2,2]'], ['transpose b', 'true'], ['scale', '0.3536']]);
});

test('blocks of other widths look alike, other strides or places do not', () => {
  const like = (change: Partial<DiagramNode>) => likenessOf(node('x', 'conv2d', [], { ...CONV, ...change }));
  expect(like({ shape: [8, 8, 64], weights: [{ name: 'kernel', shape: [3, 3, 32, 64] }] })).toBe(like({}));
  expect(like({ shape: [4, 4, 4] })).not.toBe(like({}));
  expect(like({ attrs: { strides: [2, 2] } })).not.toBe(like({}));
});

test('rules are counted, and an unknown rule is plain', () => {
  expect(ruleCounts(['pass', 'ε', 'pass'])).toEqual([['pass', 2], ['ε', 1]]);
  expect([ruleTone('γ'), ruleTone('new'), ruleSays('new')]).toEqual(['gamma', 'none', '']);
});
