/** Clusters of what is alike: a tree by average linkage, its leaves in the best order. Not the likeness, and not the drawing. */

/** Merges from the lowest up: leaves are 0 … n − 1, the i-th merge makes n + i; `a` is drawn before `b`. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  /** 1 − the mean similarity between the members of the two. */
  readonly height: number;
}
export interface Clustering {
  readonly tree: readonly Merge[];
  /** Leaves from one end to the other; no branches cross. */
  readonly order: readonly number[];
}

/** d = 1 − similarity, the mean of both halves of the matrix. Throws where it is not square or has no number. */
function distances(similarity: readonly (readonly number[])[]): number[][] {
  const n = similarity.length;
  return similarity.map((row, i) => {
    if (row.length !== n) throw new Error(`A similarity matrix of ${n} rows has ${row.length} columns in row ${i}: hand in a square one.`);
    return row.map((value, j) => {
      const distance = i === j ? 0 : 1 - (value + similarity[j]![i]!) / 2;
      if (!Number.isFinite(distance)) throw new Error(`The similarity of ${i} and ${j} is ${value}: leave out what cannot be compared.`);
      return distance;
    });
  });
}

/**
 * Average linkage (UPGMA; Sokal and Michener 1958) with d = 1 − similarity: the two clusters of least mean distance merge first, ties by the lower numbers; heights never fall.
 * Then the leaf order of least Σ d between neighbours that the tree allows (Bar-Joseph et al. 2001), begun at the end whose leaf is more like all others. O(n³).
 */
export function cluster(similarity: readonly (readonly number[])[]): Clustering {
  const d = distances(similarity);
  const tree = averageLinkage(d);
  return d.length < 2 ? { tree, order: Array.from(d.keys()) } : inOrder(tree, bestOrder(tree, d));
}

/** Distances between clusters are updated as means weighted by size (Lance and Williams 1967). */
function averageLinkage(d: readonly (readonly number[])[]): Merge[] {
  const n = d.length;
  const rows = d.map((row) => [...row]);
  const alive = Array.from({ length: n }, (_, i) => ({ row: i, node: i, size: 1 }));
  const tree: Merge[] = [];
  while (alive.length > 1) {
    let [best, first, second] = [Infinity, 0, 1];
    for (let i = 0; i < alive.length; i++)
      for (let j = i + 1; j < alive.length; j++) {
        const distance = rows[alive[i]!.row]![alive[j]!.row]!;
        if (distance < best) [best, first, second] = [distance, i, j];
      }
    const [one, other] = [alive[first]!, alive[second]!];
    const size = one.size + other.size;
    for (const { row } of alive) {
      const mean = (one.size * rows[one.row]![row]! + other.size * rows[other.row]![row]!) / size;
      rows[one.row]![row] = mean;
      rows[row]![one.row] = mean;
    }
    alive.splice(second, 1);
    alive[first] = { row: one.row, node: n + tree.length, size };
    tree.push({ a: one.node, b: other.node, height: best });
  }
  return tree;
}

/** Of a subtree: its leaves, and best[u][w] the least Σ d of an order from leaf u to leaf w (by position in `leaves`; Infinity where the tree has none). */
interface Span {
  readonly leaves: readonly number[];
  readonly best: readonly Float64Array[];
}

/** best(u, w) = min over m, k of best(u, m) + d(m, k) + best(k, w), for u in one child and w in the other, first over m, then over k. */
function join(one: Span, other: Span, d: readonly (readonly number[])[]): Span {
  const [left, right] = [one.leaves.length, other.leaves.length];
  const best = Array.from({ length: left + right }, () => new Float64Array(left + right).fill(Infinity));
  for (let u = 0; u < left; u++) {
    const reached = new Float64Array(right).fill(Infinity);
    for (let m = 0; m < left; m++) {
      const cost = one.best[u]![m]!;
      if (cost === Infinity) continue;
      const from = d[one.leaves[m]!]!;
      for (let k = 0; k < right; k++) reached[k] = Math.min(reached[k]!, cost + from[other.leaves[k]!]!);
    }
    for (let w = 0; w < right; w++) {
      let least = Infinity;
      for (let k = 0; k < right; k++) least = Math.min(least, reached[k]! + other.best[k]![w]!);
      best[u]![left + w] = least;
      best[left + w]![u] = least;
    }
  }
  return { leaves: [...one.leaves, ...other.leaves], best };
}

/** The leaves in the best order, found from the top: which ends each child has. */
function bestOrder(tree: readonly Merge[], d: readonly (readonly number[])[]): number[] {
  const n = d.length;
  const spans: Span[] = d.map((_, i) => ({ leaves: [i], best: [Float64Array.of(0)] }));
  for (const { a, b } of tree) spans.push(join(spans[a]!, spans[b]!, d));
  const between = (node: number, first: number, last: number): number[] => {
    const merge = tree[node - n];
    if (!merge) return [node];
    const turned = !spans[merge.a]!.leaves.includes(first);
    const [from, to] = turned ? [merge.b, merge.a] : [merge.a, merge.b];
    const [one, other] = [spans[from]!, spans[to]!];
    const [starts, ends] = [one.best[one.leaves.indexOf(first)]!, other.best[other.leaves.indexOf(last)]!];
    let [least, m, k] = [Infinity, 0, 0];
    for (let i = 0; i < one.leaves.length; i++)
      for (let j = 0; j < other.leaves.length; j++) {
        const cost = starts[i]! + d[one.leaves[i]!]![other.leaves[j]!]! + ends[j]!;
        if (cost < least) [least, m, k] = [cost, i, j];
      }
    return [...between(from, first, one.leaves[m]!), ...between(to, other.leaves[k]!, last)];
  };
  const { leaves, best } = spans.at(-1)!;
  let [least, first, last] = [Infinity, 0, 0];
  for (let u = 0; u < n; u++) for (let w = u + 1; w < n; w++) if (best[u]![w]! < least) [least, first, last] = [best[u]![w]!, leaves[u]!, leaves[w]!];
  const far = (leaf: number): number => d[leaf]!.reduce((sum, distance) => sum + distance, 0);
  return far(last) < far(first) ? between(spans.length - 1, last, first) : between(spans.length - 1, first, last);
}

/** The tree with its branches turned so that walking it gives the order. */
function inOrder(tree: readonly Merge[], order: readonly number[]): Clustering {
  const first = Array.from(order.keys());
  order.forEach((leaf, place) => (first[leaf] = place));
  const turned = tree.map(({ a, b, height }): Merge => {
    const merge = first[a]! <= first[b]! ? { a, b, height } : { a: b, b: a, height };
    first.push(first[merge.a]!);
    return merge;
  });
  return { tree: turned, order };
}
