/** The tree of a clustering: on its own with names at its leaves, or along a side of a matrix. Data to marks; clusters nothing. */
import { axisOf, endWidth, rulerMarks } from './axis.ts';
import { fitted, textWidth } from './labels.ts';
import type { Drawing, Mark, PlainMark, Room, SpotMark } from './marks.ts';

/** Merges from the lowest up, as hierarchical clustering gives them: leaves are 0 … n − 1, the i-th merge makes n + i. */
export type Tree = readonly { readonly a: number; readonly b: number; readonly height: number }[];

/** Leaves from one end of the tree to the other, so that no branches cross. One leaf, or none, is itself. */
export function leafOrder(tree: Tree, leaves: number): number[] {
  if (tree.length === 0) return Array.from({ length: leaves }, (_, i) => i);
  const walk = (node: number): number[] => {
    const merge = tree[node - leaves];
    return merge ? [...walk(merge.a), ...walk(merge.b)] : [node];
  };
  return walk(leaves + tree.length - 1);
}

/** The same tree over leaves that stand in `order` (order[i]: the leaf that is i-th now), as rows of a matrix that a clustering has ordered. */
export function reordered(tree: Tree, order: readonly number[]): Tree {
  const places: number[] = [];
  order.forEach((leaf, place) => (places[leaf] = place));
  const at = (node: number) => places[node] ?? node;
  return tree.map(({ a, b, height }) => ({ a: at(a), b: at(b), height }));
}

interface Side {
  /** Where it grows to: away from its leaves. */
  readonly side: 'right' | 'bottom';
  /** Pixels of height 0 and of the greatest height. */
  readonly from: number;
  readonly to: number;
}

/** `places[i]`: pixel of the middle of leaf i, across the tree. One path. */
export function treeMarks(tree: Tree, places: readonly number[], { side, from, to }: Side): PlainMark[] {
  const most = Math.max(1e-12, ...tree.map(({ height }) => height));
  const depth = (height: number) => from + (height / most) * (to - from);
  const nodes: { at: number; height: number }[] = places.map((at) => ({ at, height: 0 }));
  const point = (along: number, at: number) => (side === 'right' ? `${along.toFixed(1)} ${at.toFixed(1)}` : `${at.toFixed(1)} ${along.toFixed(1)}`);
  let d = '';
  for (const { a, b, height } of tree) {
    const [one, other] = [nodes[a]!, nodes[b]!];
    const bar = depth(height);
    d += `M${point(depth(one.height), one.at)}L${point(bar, one.at)}L${point(bar, other.at)}L${point(depth(other.height), other.at)}`;
    nodes.push({ at: (one.at + other.at) / 2, height });
  }
  return d ? [{ kind: 'path', d, stroke: 'hair-strong' }] : [];
}

export interface Dendrogram {
  readonly leaves: readonly { readonly id: string; readonly title: string; readonly group?: string }[];
  readonly tree: Tree;
  /** What the heights are: '1 − rank correlation'. */
  readonly measure: string;
  readonly format?: (value: number) => string;
}

const ROW = 20;

/** Leaves on the left with their names, the tree to the right of them, an axis of heights below. */
export function dendrogram({ leaves, tree, measure, format }: Dendrogram, { width }: Room): Drawing {
  const order = leafOrder(tree, leaves.length);
  const left = Math.ceil(Math.min(width * 0.45, Math.max(0, ...leaves.map(({ title }) => textWidth(title))))) + 10;
  const bottom = 8 + leaves.length * ROW;
  const places: number[] = [];
  order.forEach((leaf, row) => (places[leaf] = 8 + (row + 0.5) * ROW));
  const most = Math.max(1e-12, ...tree.map(({ height }) => height));
  const axis = axisOf({ title: measure, domain: [0, most], ...(format ? { format } : {}) }, [], 4);
  const right = width - Math.max(12, endWidth(axis));
  const joins = (leaf: number) => tree.find(({ a, b }) => a === leaf || b === leaf)?.height;
  const names = leaves.map(({ id, title, group }, leaf): SpotMark => {
    const y = places[leaf]!;
    const height = joins(leaf);
    const name = `${title}${group ? `, ${group}` : ''}${height === undefined ? '' : `: joins others at ${measure} ${axis.format(height)}`}`;
    const marks: PlainMark[] = [
      { kind: 'text', x: left - 8, y: y + 4, text: title, anchor: 'end' },
      { kind: 'rect', x: 0, y: y - ROW / 2, w: left, h: ROW, fill: 'none', when: 'hit' },
    ];
    return { kind: 'spot', id, name, series: [id], x: left, y, marks };
  });
  const marks: Mark[] = [
    ...rulerMarks(axis, { left, right, top: 8, bottom }, bottom + 15),
    ...treeMarks(tree, places, { side: 'right', from: left, to: right }),
    { kind: 'text', x: right, y: bottom + 31, text: fitted(measure, right), anchor: 'end', fill: 'ink-2' },
    ...names,
  ];
  return { width, height: bottom + 38, marks };
}
