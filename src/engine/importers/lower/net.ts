/** The engine's graph while it is being written: emits nodes and brings views into the layout that an op asks for. Knows no operator of the source. */
import type { Attrs, OpName } from '../../graph/ops/index.ts';
import type { PlainGraph, PlainNode, Weight } from '../../models/plain.ts';
import type { Constant } from '../source.ts';
import { sameShape, sizeOfShape } from '../shape.ts';
import { commonParts, cutFor, ordered, shapeOf, type Cut, type Signal, type Value } from './signal.ts';

export interface Emission {
  readonly weights?: Readonly<Record<string, Weight>>;
  readonly attrs?: Attrs;
}

export interface Net {
  /** Appends a node named after `name` and returns its id, which is unique. */
  emit(name: string, op: OpName, inputs: readonly string[], about?: Emission): string;
  /** The node that holds `signal` in the layout `target`: stored axis k is the product of the source's axes `target[k]`. At most a transposition and a reshape, made once. */
  arranged(signal: Signal, target: readonly (readonly number[])[]): string;
  /** The same entries under another shape. */
  reshaped(signal: Signal, shape: readonly number[]): Signal;
  /** `signal` with its axes of length 1 repeated up to `shape`, which has its rank or more. */
  expanded(signal: Signal, shape: readonly number[]): Signal;
  /** Two signals of one shape whose nodes have one layout, or whose axes of length 1 are left to be broadcast (`keepOnes`). */
  aligned(a: Signal, b: Signal, keepOnes?: boolean): readonly [Signal, Signal];
  /** A constant as numbers that broadcast against what `signal` stores, [1, …]. Throws where the constant is longer than the signal. */
  beside(constant: Constant, signal: Signal): { readonly signal: Signal; readonly weight: Weight };
  /** A constant where only a signal will do. */
  signalOf(value: Value, name: string): Signal;
  /** What was written, from `input` to `output`. */
  finish(output: string): Omit<PlainGraph, 'features'>;
}

/** More axes than these, besides the batch, no backend's kernels take in element-wise ops and transpositions (XNNPACK and the shaders end at six in all). */
const MOST_AXES = 5;

/** The id of the images. */
export const INPUT = 'image';

export function createNet(): Net {
  const nodes: PlainNode[] = [];
  const taken = new Set([INPUT]);
  const arrangements = new Map<string, string>();

  function idFor(name: string): string {
    const base = name || 'node';
    for (let count = 1; ; count++) {
      const id = count === 1 ? base : `${base}·${count}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  }

  const emit: Net['emit'] = (name, op, inputs, { weights = {}, attrs = {} } = {}) => {
    const id = idFor(name);
    nodes.push({ id, op, inputs, weights, attrs });
    return id;
  };

  /** A reshape or a transposition of what `from` stores; equal ones are one node. */
  function moved(from: string, op: 'reshape' | 'transpose', attrs: { shape: readonly number[] } | { perm: readonly number[] }): string {
    const key = JSON.stringify([from, op, attrs]);
    const id = arrangements.get(key) ?? emit(`${from}·${op}`, op, [from], { attrs });
    arrangements.set(key, id);
    return id;
  }

  const restored = (node: string, stored: readonly number[], shape: readonly number[]) => (sameShape(stored, shape) ? node : moved(node, 'reshape', { shape }));

  /** The node with its stored axes in the order `order`, some of them joined; axes of length 1 drop out. */
  function transposed(node: string, stored: readonly number[], order: readonly number[]): { node: string; stored: readonly number[] } {
    const long = order.filter((axis) => stored[axis] !== 1);
    if (long.every((axis, k) => k === 0 || axis > long[k - 1]!)) return { node, stored };
    // Axes that stay side by side move as one, where there are too many.
    const runs: number[][] = [];
    const next = (axis: number) => stored.findIndex((n, other) => other > axis && n !== 1);
    for (const axis of long) {
      const run = runs.at(-1);
      if (run && long.length > MOST_AXES && next(run.at(-1)!) === axis) run.push(axis);
      else runs.push([axis]);
    }
    const places = [...runs].sort((a, b) => a[0]! - b[0]!);
    const length = (run: readonly number[]) => sizeOfShape(run.map((axis) => stored[axis]!));
    const joined = restored(node, stored, places.map(length));
    const perm = runs.map((run) => places.indexOf(run) + 1);
    return { node: moved(joined, 'transpose', { perm: [0, ...perm] }), stored: runs.map(length) };
  }

  const arranged: Net['arranged'] = (signal, target) => {
    const shape = shapeOf(signal);
    const wanted = target.map((group) => sizeOfShape(group.map((axis) => shape[axis]!)));
    const order = target.flatMap((group) => group.flatMap((axis) => signal.axes[axis]!));
    const long = order.filter((axis) => signal.stored[axis] !== 1);
    if (long.every((axis, k) => k === 0 || axis > long[k - 1]!)) return restored(signal.node, signal.stored, wanted);
    const moving = transposed(signal.node, signal.stored, order);
    return restored(moving.node, moving.stored, wanted);
  };

  /** `signal` with its stored axes cut into `parts`. */
  const cut = (signal: Signal, parts: readonly (readonly number[])[]): string => restored(signal.node, signal.stored, parts.flat());

  /** Where the parts of each stored axis begin once they are cut. */
  const starts = (parts: readonly (readonly number[])[]) => parts.map((_, axis) => parts.slice(0, axis).reduce((n, lengths) => n + lengths.length, 0));

  /** The same with the stored axes of each of the source's axes joined, where they stand side by side. */
  function joined(signal: Signal): Signal {
    const shape = shapeOf(signal);
    const order = shape.flatMap((n, axis) => (n > 1 ? [axis] : [])).sort((a, b) => signal.axes[a]![0]! - signal.axes[b]![0]!);
    const isPlain = order.flatMap((axis) => signal.axes[axis]!).every((own, k, all) => k === 0 || own > all[k - 1]!);
    return isPlain ? ordered(restored(signal.node, signal.stored, order.map((axis) => shape[axis]!)), order.map((axis) => shape[axis]!), order, shape.length) : signal;
  }

  const tooMany = (found: Cut | undefined) => !found || found.parts.flat().filter((n) => n !== 1).length > MOST_AXES;

  const reshaped: Net['reshaped'] = (given, shape) => {
    const signal = tooMany(cutFor(given, shape)) ? joined(given) : given;
    const found = cutFor(signal, shape);
    // What nests in nothing, or would take too many axes, is copied into the source's own order.
    if (!found || tooMany(found)) {
      const rank = signal.axes.length;
      const node = arranged(signal, [Array.from({ length: rank }, (_, axis) => axis)]);
      const long = shape.filter((n) => n !== 1);
      return inOrder(restored(node, [sizeOfShape(shape)], long), shape);
    }
    // Where something is cut, axes of length 1 drop out.
    const parts = found.parts.some((lengths) => lengths.length > 1) ? found.parts.map((lengths) => lengths.filter((n) => n !== 1)) : found.parts;
    const first = starts(parts);
    return { kind: 'signal', node: cut(signal, parts), stored: parts.flat(), axes: found.axes.map((own) => own.map(([axis, part]) => first[axis]! + part)) };
  };

  /** With leading axes of length 1, so that it has `rank` axes. */
  const raised = (signal: Signal, rank: number): Signal => ({ ...signal, axes: [...Array<readonly number[]>(rank - signal.axes.length).fill([]), ...signal.axes] });

  const expanded: Net['expanded'] = (signal, shape) => {
    const high = raised(signal, shape.length);
    const now = shapeOf(high);
    if (sameShape(now, shape)) return high;
    const grown = shape.flatMap((n, axis) => (n !== now[axis] ? [axis] : []));
    const stored = high.stored.filter((n) => n !== 1);
    const place = new Map(high.stored.flatMap((n, axis) => (n === 1 ? [] : [axis])).map((axis, k) => [axis, k + grown.length]));
    const flat = restored(high.node, high.stored, [...grown.map(() => 1), ...stored]);
    const full = [...grown.map((axis) => shape[axis]!), ...stored];
    const node = emit(`${high.node}·expand`, 'expand', [flat], { attrs: { shape: full } });
    const axes = high.axes.map((list, axis) => (grown.includes(axis) ? [grown.indexOf(axis)] : list.flatMap((own) => place.get(own) ?? [])));
    return { kind: 'signal', node, stored: full, axes };
  };

  /** Both cut so that every axis that is long in both has the same parts; in the source's own order where nothing else helps. */
  function nested(a: Signal, b: Signal): readonly [Signal, Signal] {
    const lengths = (signal: Signal, axis: number) => signal.axes[axis]!.map((own) => signal.stored[own]!).filter((n) => n !== 1);
    const both = a.axes.map((_, axis) => {
      const [left, right] = [lengths(a, axis), lengths(b, axis)];
      return left.length === 0 || right.length === 0 ? [left, right] : [commonParts(left, right), commonParts(left, right)];
    });
    if (both.some(([parts]) => parts === undefined)) return [copied(a), copied(b)];
    const finer = (signal: Signal, side: 0 | 1): Signal => {
      const parts = reshaped(signal, both.flatMap((pair) => pair[side]!));
      let at = 0;
      const axes = both.map((pair) => pair[side]!.flatMap(() => parts.axes[at++]!));
      return { ...parts, axes };
    };
    return [finer(a, 0), finer(b, 1)];
  }

  /** Stored as the source sees it, without axes of length 1. */
  function copied(signal: Signal): Signal {
    const shape = shapeOf(signal);
    return inOrder(arranged(signal, shape.flatMap((n, axis) => (n === 1 ? [] : [[axis]]))), shape);
  }

  const aligned: Net['aligned'] = (first, second, keepOnes = false) => {
    const rank = Math.max(first.axes.length, second.axes.length);
    const [x, y] = [raised(first, rank), raised(second, rank)];
    const full = shapeOf(x).map((n, axis) => Math.max(n, shapeOf(y)[axis]!));
    const [longer, shorter] = sizeOfShape(shapeOf(x)) >= sizeOfShape(shapeOf(y)) ? [x, y] : [y, x];
    const grown = expanded(longer, full);
    const [a, b] = nested(grown, shorter);
    const thin = like(b, a);
    const other = keepOnes || sameShape(thin.stored, a.stored) ? thin : { ...a, node: emit(`${thin.node}·expand`, 'expand', [thin.node], { attrs: { shape: a.stored } }) };
    return longer === x ? [a, other] : [other, a];
  };

  /** `b` in the layout of `a`; where `b` has an axis of length 1, ones. Both are cut alike. */
  function like(b: Signal, a: Signal): Signal {
    const mine = new Map(a.axes.flatMap((list, axis) => list.map((own, k) => [own, b.axes[axis]![k]] as const)));
    const order = a.stored.flatMap((_, own) => mine.get(own) ?? []);
    const moving = transposed(b.node, b.stored, order);
    const stored = a.stored.map((_, own) => (mine.get(own) === undefined ? 1 : b.stored[mine.get(own)!]!));
    return { kind: 'signal', node: restored(moving.node, moving.stored, stored), stored, axes: b.axes.map((list, axis) => (list.length === 0 ? [] : a.axes[axis]!)) };
  }

  const beside: Net['beside'] = (constant, given) => {
    const rank = Math.max(constant.shape.length, given.axes.length);
    const shape = [...Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
    const high = raised(given, rank);
    const signal = expanded(high, shapeOf(high).map((n, axis) => Math.max(n, shape[axis]!)));
    // The constant's axes, cut as the signal's are, in the order in which the signal stores them.
    const cuts = signal.axes.map((list, axis) => (shape[axis] === 1 ? list.map(() => 1) : list.map((own) => signal.stored[own]!)));
    const place = new Map<number, number>();
    let count = 0;
    signal.axes.forEach((list) => list.forEach((own) => place.set(own, count++)));
    const order = signal.stored.map((_, own) => place.get(own));
    const lengths = cuts.flat();
    const stored = order.map((at) => (at === undefined ? 1 : lengths[at]!));
    return { signal, weight: { shape: [1, ...stored], values: inOrderOf(Float32Array.from(constant.values), lengths, order.filter((at) => at !== undefined)) } };
  };

  const signalOf: Net['signalOf'] = (value, name) => {
    if (value.kind === 'signal') return value;
    const { shape, values } = value.constant;
    const node = emit(`${name}·constant`, 'constant', [INPUT], { weights: { value: { shape: [1, ...shape], values: Float32Array.from(values) } } });
    return { kind: 'signal', node, stored: shape, axes: shape.map((n, axis) => (n === 1 ? [] : [axis])) };
  };

  return { emit, arranged, reshaped, expanded, aligned, beside, signalOf, finish: (output) => ({ input: INPUT, output, nodes }) };
}

/** A node that stores the axes of `shape` in their order, but for those of length 1. */
function inOrder(node: string, shape: readonly number[]): Signal {
  let at = 0;
  return { kind: 'signal', node, stored: shape.filter((n) => n !== 1), axes: shape.map((n) => (n === 1 ? [] : [at++])) };
}

/** Row-major `values` of the lengths `lengths` with their axes in the order `order`. */
export function inOrderOf(values: Float32Array, lengths: readonly number[], order: readonly number[]): Float32Array {
  if (order.every((axis, k) => axis === k)) return values;
  const strides = lengths.map((_, axis) => sizeOfShape(lengths.slice(axis + 1)));
  const [sizes, steps] = [order.map((axis) => lengths[axis]!), order.map((axis) => strides[axis]!)];
  const out = new Float32Array(values.length);
  const index = new Int32Array(order.length);
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = values[from]!;
    for (let k = order.length - 1; k >= 0; k--) {
      from += steps[k]!;
      if (++index[k]! < sizes[k]!) break;
      from -= steps[k]! * sizes[k]!;
      index[k] = 0;
    }
  }
  return out;
}
