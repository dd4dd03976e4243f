import { describe, expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { cluster, type Merge } from './cluster.ts';

const mirrored = (n: number, value: (i: number, j: number) => number): number[][] => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : value(Math.min(i, j), Math.max(i, j)))));
const random = (seed: number, n: number): number[][] => {
  const draw = stream(seed, 'likeness');
  const upper = Array.from({ length: n * n }, () => draw.uniform());
  return mirrored(n, (i, j) => upper[i * n + j]!);
};
const walk = (tree: readonly Merge[], n: number, node = n + tree.length - 1): number[] => (node < n ? [node] : [...walk(tree, n, tree[node - n]!.a), ...walk(tree, n, tree[node - n]!.b)]);
/** Every order that the tree allows. */
const orders = (tree: readonly Merge[], n: number, node = n + tree.length - 1): number[][] => {
  if (node < n) return [[node]];
  const { a, b } = tree[node - n]!;
  return orders(tree, n, a).flatMap((one) => orders(tree, n, b).flatMap((other) => [[...one, ...other], [...other, ...one]]));
};
const cost = (order: readonly number[], s: readonly (readonly number[])[]): number => order.slice(1).reduce((sum, leaf, i) => sum + 1 - s[order[i]!]![leaf]!, 0);

describe('clustering', () => {
  it('is that worked by hand: two pairs, and a fifth that joins one of them', () => {
    // Distances: 01 .1, 23 .2; 4 to 2, 3: .4, .6; between the groups .8 but 1–4: .5.
    const close = new Map([['01', 0.1], ['23', 0.2], ['24', 0.4], ['34', 0.6], ['14', 0.5]]);
    const { tree, order } = cluster(mirrored(5, (i, j) => 1 - (close.get(`${i}${j}`) ?? 0.8)));
    const sets = (node: number): number[] => walk(tree, 5, node).sort();
    expect(tree.map((_, i) => sets(5 + i))).toEqual([[0, 1], [2, 3], [2, 3, 4], [0, 1, 2, 3, 4]]);
    [0.1, 0.2, 0.5, (0.5 + 5 * 0.8) / 6].forEach((height, i) => expect(tree[i]!.height).toBeCloseTo(height, 12));
    // Best: 0 1 4 2 3 = .1 + .5 + .4 + .2, begun at 0 or 3: 0's distances are .1 + .8 · 3, 3's .2 + .6 + .8 · 2.
    expect(order).toEqual([3, 2, 4, 1, 0]);
  });
  it('heights never fall and are mean distances between the members, and walking the tree gives the order', () => {
    for (const n of [2, 7, 20]) {
      const s = random(n, n);
      const { tree, order } = cluster(s);
      expect(walk(tree, n)).toEqual(order);
      tree.forEach(({ a, b, height }, i) => {
        const pairs = walk(tree, n, a).flatMap((u) => walk(tree, n, b).map((w) => 1 - s[u]![w]!));
        expect(height).toBeCloseTo(pairs.reduce((sum, v) => sum + v, 0) / pairs.length, 12);
        expect(height).toBeGreaterThanOrEqual(tree[i - 1]?.height ?? 0);
      });
    }
  });
  it('orders leaves at the least cost of all orders that the tree allows', () => {
    for (let seed = 0; seed < 12; seed++) {
      const s = random(seed, 8);
      const { tree, order } = cluster(s);
      expect(cost(order, s)).toBeCloseTo(Math.min(...orders(tree, 8).map((one) => cost(one, s))), 12);
    }
  });
  it('does not depend on the order that things come in', () => {
    const s = random(5, 14);
    const whole = cluster(s);
    for (let seed = 0; seed < 6; seed++) {
      const shuffled = stream(seed, 'order').shuffle(Array.from(s.keys()));
      const other = cluster(shuffled.map((i) => shuffled.map((j) => s[i]![j]!)));
      expect(other.order.map((leaf) => shuffled[leaf])).toEqual(whole.order);
      other.tree.forEach(({ height }, i) => expect(height).toBeCloseTo(whole.tree[i]!.height, 12));
    }
  });
  it('of one or none is trivial; of what is no number or no square is refused', () => {
    expect(cluster([])).toEqual({ tree: [], order: [] });
    expect(cluster([[1]])).toEqual({ tree: [], order: [0] });
    expect(() => cluster([[1, Number.NaN], [0.5, 1]])).toThrow('similarity of 0 and 1 is NaN');
    expect(() => cluster([[1, 0.5]])).toThrow('2 columns in row 0');
  });
  it('takes 160 items in its stride', () => {
    const { order } = cluster(random(1, 160));
    expect(new Set(order).size).toBe(160);
  });
});
