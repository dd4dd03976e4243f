/** Boxes, folds and places of networks: laws on drawn graphs of every kind, and on the zoo's own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boxesOf, foldRepeats, type Box, type NetworkNode } from './boxes.ts';
import { edgePath, layOut, type Layout } from './layers.ts';
import { spread } from './spread.ts';

const KINDS: Readonly<Record<string, string>> = { relu: 'elementwise', gelu: 'elementwise', softmax: 'softmax', splitHeads: 'shape', reshape: 'shape' };
const node = (id: string, op: string, ...inputs: string[]): NetworkNode => ({ id, op, kind: KINDS[op] ?? 'linear', inputs, likeness: '' });

/** Two convolutions with their activations and a shortcut. */
const residual = (name: string, x: string) => [node(`${name}a`, 'conv2d', x), node(`${name}ar`, 'relu', `${name}a`), node(`${name}b`, 'conv2d', `${name}ar`), node(`${name}+`, 'add', `${name}b`, x), node(`${name}r`, 'relu', `${name}+`)];
const attention = (name: string, x: string) => [
  node(`${name}n`, 'layerNorm', x),
  ...['q', 'k', 'v'].flatMap((part) => [node(`${name}${part}`, 'dense', `${name}n`), node(`${name}${part}h`, 'splitHeads', `${name}${part}`)]),
  node(`${name}s`, 'matMul', `${name}qh`, `${name}kh`),
  node(`${name}w`, 'softmax', `${name}s`),
  node(`${name}o`, 'matMul', `${name}w`, `${name}vh`),
  node(`${name}+`, 'add', `${name}o`, x),
];
const inception = (x: string) => [node('i1', 'conv2d', x), node('i2', 'conv2d', x), node('i2b', 'conv2d', 'i2'), node('i3', 'conv2d', x), node('i3b', 'conv2d', 'i3'), node('i3c', 'conv2d', 'i3b'), node('ic', 'concat', 'i1', 'i2b', 'i3c')];
const STEM = node('stem', 'conv2d', 'input');

/** A graph at random, the same every time: each node reads one to three of the last seven. */
function random(seed: number, count: number): NetworkNode[] {
  let state = seed;
  const below = (n: number) => ((state = (state * 48_271) % 2_147_483_647), state % n);
  const nodes = [STEM];
  for (let i = 0; i < count; i++) {
    const inputs = new Set(Array.from({ length: 1 + below(3) }, () => nodes[Math.max(0, nodes.length - 1 - below(7))]!.id));
    nodes.push(node(`n${i}`, inputs.size > 1 ? 'add' : ['conv2d', 'relu', 'dense'][below(3)]!, ...inputs));
  }
  return nodes;
}

const zoo = join(import.meta.dirname, '../../../public/zoo');
const trained = readdirSync(zoo, { withFileTypes: true }).flatMap((entry) => {
  if (!entry.isDirectory()) return [];
  const file = JSON.parse(readFileSync(join(zoo, entry.name, 'graph.json'), 'utf8')) as { graph: { nodes: { id: string; op: string; inputs: string[] }[] } };
  return [[entry.name, file.graph.nodes.map(({ id, op, inputs }) => node(id, op, ...inputs))] as const];
});

const GRAPHS: readonly (readonly [string, readonly NetworkNode[]])[] = [
  ['a chain', [STEM, node('r', 'relu', 'stem'), node('d', 'dense', 'r')]],
  ['residual', [STEM, ...residual('a', 'stem'), ...residual('b', 'ar'), ...residual('c', 'br')]],
  ['attention', [STEM, ...attention('a', 'stem'), ...attention('b', 'a+'), ...attention('c', 'b+')]],
  ['inception', [STEM, ...inception('stem')]],
  ...[1, 2, 3, 4, 5].map((seed) => [`at random, ${seed}`, random(seed, 60)] as const),
  ...trained,
];

const known = (boxes: readonly Box[]) => boxes.map(({ id, inputs, nodes }) => ({ id, inputs: inputs.filter((input) => boxes.some((box) => box.id === input)), width: 190, height: 20 + 30 * nodes.length }));
const overlap = (layout: Layout) => layout.boxes.flatMap((a, i) => layout.boxes.slice(i + 1).filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).map((b) => `${a.id} on ${b.id}`));

describe.each(GRAPHS)('%s', (_, nodes) => {
  for (const [name, boxes] of [['in full', boxesOf(nodes)], ['folded', foldRepeats(boxesOf(nodes), nodes)]] as const) {
    const layout = layOut(known(boxes));
    test(`${name}: every node stands in one box, in order`, () => {
      expect(boxes.flatMap((box) => box.nodes).sort()).toEqual(nodes.map(({ id }) => id).sort());
      expect(layout.boxes.map(({ id }) => id).sort()).toEqual(boxes.map(({ id }) => id).sort());
    });
    test(`${name}: every edge goes down, none is lost, no two boxes overlap, all lie inside`, () => {
      const byId = new Map(layout.boxes.map((box) => [box.id, box]));
      expect(layout.edges).toHaveLength(known(boxes).reduce((sum, { inputs }) => sum + inputs.length, 0));
      for (const { from, to, points } of layout.edges) {
        const [source, target] = [byId.get(from)!, byId.get(to)!];
        expect(target.y).toBeGreaterThan(source.y + source.height);
        points.slice(1).forEach(([, y], index) => expect(y).toBeGreaterThanOrEqual(points[index]![1]));
        expect(points[0]![1]).toBe(source.y + source.height);
        expect(points.at(-1)![1]).toBe(target.y);
        expect(points.at(-1)![0]).toBeGreaterThan(target.x);
        expect(points.at(-1)![0]).toBeLessThan(target.x + target.width);
      }
      expect(overlap(layout)).toEqual([]);
      for (const box of layout.boxes) expect([box.x >= -1e-9, box.x + box.width <= layout.width + 1e-9, box.y + box.height <= layout.height]).toEqual([true, true, true]);
    });
    test(`${name}: no line runs through a box`, () => {
      for (const { from, to, points } of layout.edges)
        for (const [x, y] of points.slice(2, -1))
          expect(layout.boxes.filter((box) => box.id !== from && box.id !== to && x > box.x && x < box.x + box.width && y >= box.y && y <= box.y + box.height).map(({ id }) => `${from}→${to} through ${id}`)).toEqual([]);
    });
  }
});

test('activations and reshapes stand with their layer, unless something else reads it', () => {
  const ids = boxesOf([STEM, node('r', 'relu', 'stem'), node('a', 'conv2d', 'r'), node('g', 'relu', 'a'), node('+', 'add', 'g', 'a')]).map(({ nodes }) => nodes.join());
  expect(ids).toEqual(['stem,r', 'a', 'g', '+']);
});

test('three equal blocks become the first and a box for two; another likeness does not fold', () => {
  const nodes = GRAPHS[2]![1];
  const folded = foldRepeats(boxesOf(nodes), nodes);
  expect(folded.filter(({ folded }) => folded)).toMatchObject([{ folded: 2, inputs: ['a+'] }]);
  expect(folded.find(({ folded }) => folded)!.nodes).toHaveLength(2 * attention('a', '').length);
  const other = nodes.map((each) => (each.id === 'co' ? { ...each, likeness: 'wider' } : each));
  expect(foldRepeats(boxesOf(other), other).filter(({ folded }) => folded)).toMatchObject([{ id: 'fold:bn', folded: 1 }]);
  const after = [...nodes, node('head', 'dense', 'c+')];
  expect(foldRepeats(boxesOf(after), after).at(-1)).toMatchObject({ id: 'head', inputs: [folded.at(-1)!.id] });
});

test('a trunk with a shortcut beside it is straight; branches stand evenly around it', () => {
  const centre = (layout: Layout, id: string) => layout.boxes.filter((box) => box.id === id).map(({ x, width }) => Math.round(x + width / 2))[0];
  const straight = layOut(known(boxesOf(GRAPHS[1]![1])));
  expect(new Set(straight.boxes.map(({ id }) => centre(straight, id))).size).toBe(1);
  const projected = layOut(known(boxesOf(['a', 'b', 'c'].reduce((nodes, name) => [...nodes, ...residual(name, nodes.at(-1)!.id).slice(0, 3), node(`${name}p`, 'conv2d', nodes.at(-1)!.id), node(`${name}+`, 'add', `${name}b`, `${name}p`)], [STEM]))));
  expect(new Set(['stem', 'a+', 'b+', 'c+'].map((id) => centre(projected, id))).size).toBe(1); // a projection beside each block does not push the trunk aside
  const fan = layOut(known(boxesOf([STEM, node('l', 'conv2d', 'stem'), node('r', 'conv2d', 'stem'), node('+', 'add', 'l', 'r')])));
  expect(centre(fan, 'stem')! * 2).toBe(centre(fan, 'l')! + centre(fan, 'r')!);
});

test('numbers are brought apart at the least cost: by hand, and against a search', () => {
  expect(spread([0, 0], [10], [1, 1])).toEqual([-5, 5]);
  expect(spread([0, 0], [10], [1, 0.25])).toEqual([-2, 8]);
  expect(spread([0, 50, 51], [10, 10], [1, 1, 1])).toEqual([0, 45.5, 55.5]);
  const [wanted, steps, weights] = [[3, 1, 2], [2, 3], [1, 2, 1]] as const;
  const cost = (xs: readonly number[]) => xs.reduce((sum, x, i) => sum + weights[i]! * (x - wanted[i]!) ** 2, 0);
  const least = cost(spread(wanted, steps, weights));
  for (let a = -3; a < 4; a += 0.25) for (let b = a + 2; b < 7; b += 0.25) for (let c = b + 3; c < 10; c += 0.25) expect(cost([a, b, c])).toBeGreaterThanOrEqual(least - 1e-9);
});

test('a line is straight past a layer and an S between two; an unlisted input is named', () => {
  expect(edgePath({ from: 'a', to: 'b', points: [[10, 0], [10, 20], [30, 60]] })).toBe('M10 0V20C10 40 30 40 30 60');
  expect(() => layOut([{ id: 'b', inputs: ['a'], width: 1, height: 1 }])).toThrow("'b' reads 'a', which is not listed before it");
});
