/** A value of the source as a view on a node of the engine, and the arithmetic of such views. Emits no node: net.ts does. */
import { ImportProblem } from '../problem.ts';
import { sizeOfShape } from '../shape.ts';
import type { Constant } from '../source.ts';

/**
 * Axis i of the source is the product of the stored axes `axes[i]`, the first varying slowest; [] is a length of 1. Each stored axis longer than 1 stands in
 * exactly one list. So a transposition relabels, and a reshape that joins axes or splits them costs nothing or one reshape of what is stored.
 * The batch is no axis of the source (it looks at one image) and comes before all stored axes, as under vmap.
 */
export interface Signal {
  readonly kind: 'signal';
  readonly node: string;
  /** Lengths of the node's axes, without the batch. */
  readonly stored: readonly number[];
  readonly axes: readonly (readonly number[])[];
}

export type Value = { readonly kind: 'constant'; readonly constant: Constant } | Signal;

/** The shape that the source sees. */
export const shapeOf = (value: Value): readonly number[] =>
  value.kind === 'constant' ? value.constant.shape : value.axes.map((list) => sizeOfShape(list.map((axis) => value.stored[axis]!)));

/** A fresh node whose stored axes are the source's, one for one. */
export const plainly = (node: string, stored: readonly number[]): Signal => ({ kind: 'signal', node, stored, axes: stored.map((n, axis) => (n === 1 ? [] : [axis])) });

/** A fresh node whose stored axis k is the source's axis `order[k]`, or none of them where that is absent. `rank` counts the source's axes. */
export function ordered(node: string, stored: readonly number[], order: readonly (number | undefined)[], rank: number): Signal {
  const axes = Array.from({ length: rank }, (_, axis) => order.flatMap((of, at) => (of === axis && stored[at] !== 1 ? [at] : [])));
  return { kind: 'signal', node, stored, axes };
}

/** The axes in another order: only a relabelling. */
export const permuted = (signal: Signal, perm: readonly number[]): Signal => ({ ...signal, axes: perm.map((axis) => signal.axes[axis]!) });

/** `axis` counted from the front, or a problem. */
export function axisOf(axis: number, rank: number, name: string): number {
  const at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at >= rank) throw new ImportProblem(`'${name}' speaks of axis ${axis}, but its input has ${rank}`, 'the file is damaged or was written by a faulty exporter; export it again');
  return at;
}

/** How stored axes must be cut so that the flat order of a view can be read with the shape `shape`. */
export interface Cut {
  /** For each stored axis the lengths it is cut into; most stay whole. */
  readonly parts: readonly (readonly number[])[];
  /** The new axes as [stored axis, part]. */
  readonly axes: readonly (readonly (readonly [axis: number, part: number])[])[];
}

/** The cut that turns `signal` into `shape`, or `undefined` where lengths do not nest (6 × 4 as 8 × 3) and only a copy in the source's order helps. */
export function cutFor(signal: Signal, shape: readonly number[]): Cut | undefined {
  const parts: number[][] = signal.stored.map(() => []);
  const queue = signal.axes.flat().filter((axis) => signal.stored[axis] !== 1);
  const axes: [number, number][][] = [];
  let [at, rest] = [0, queue.length > 0 ? signal.stored[queue[0]!]! : 1];
  for (const length of shape) {
    const own: [number, number][] = [];
    let wanted = length;
    while (wanted > 1) {
      const axis = queue[at];
      if (axis === undefined) return undefined;
      const taken = rest <= wanted ? rest : wanted;
      if (wanted % taken !== 0 || rest % taken !== 0) return undefined;
      own.push([axis, parts[axis]!.length]);
      parts[axis]!.push(taken);
      [wanted, rest] = [wanted / taken, rest / taken];
      if (rest === 1) [at, rest] = [at + 1, signal.stored[queue[at + 1]!] ?? 1];
    }
    axes.push(own);
  }
  return { parts: parts.map((lengths, axis) => (lengths.length > 0 ? lengths : [signal.stored[axis]!])), axes };
}

/** The lengths that the lists `axes` of stored lengths have in common, cut finely enough for both; `undefined` where they do not nest. */
export function commonParts(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const parts: number[] = [];
  let [i, j] = [0, 0];
  let [left, right] = [a[0] ?? 1, b[0] ?? 1];
  while (i < a.length && j < b.length) {
    const part = Math.min(left, right);
    if (left % part !== 0 || right % part !== 0) return undefined;
    parts.push(part);
    [left, right] = [left / part, right / part];
    if (left === 1) left = a[++i] ?? 1;
    if (right === 1) right = b[++j] ?? 1;
  }
  return parts;
}

/** The shape that two shapes broadcast to; throws, naming the operator, where they do not. */
export function broadcast(a: readonly number[], b: readonly number[], name: string): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const [x, y] = [a, b].map((shape) => [...Array<number>(rank - shape.length).fill(1), ...shape]) as [number[], number[]];
  return x.map((n, axis) => {
    const m = y[axis]!;
    if (n !== m && n !== 1 && m !== 1) throw new ImportProblem(`'${name}' joins values of ${a.join('×') || 'one number'} and ${b.join('×') || 'one number'}, which do not fit`, 'the file is damaged, or the input size is not the one it was exported for');
    return n === 1 ? m : n;
  });
}
