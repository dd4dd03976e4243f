/** Constant evaluation of what only moves, repeats or leaves out entries by regular steps. Not by index: gather.ts. */
import type { Constant, Operator } from '../../source.ts';
import { axisOf, blank, broadcastShape, complain, copy, listOf, need, numberOf, spread, stridesOf, take, withShape, type Fold, type Inputs } from './array.ts';

const transpose: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const perm = listOf(operator, [], 0, 'perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (perm.length !== x.shape.length || new Set(perm).size < perm.length) complain(operator, `orders the axes of [${x.shape.join(', ')}] as ${perm.join(', ')}`);
  const axes = perm.map((axis) => axisOf(operator, axis, x.shape.length));
  const strides = stridesOf(x.shape);
  return [take(operator, x, axes.map((axis) => x.shape[axis]!), axes.map((axis) => strides[axis]!))];
};

const concat: Fold = (operator, inputs) => {
  const all = inputs.map((_, i) => need(operator, inputs, i));
  const first = need(operator, all, 0);
  const axis = axisOf(operator, numberOf(operator, 'axis', 0), first.shape.length);
  const odd = all.find(({ shape }) => shape.length !== first.shape.length || shape.some((length, i) => i !== axis && length !== first.shape[i]));
  if (odd) complain(operator, `joins [${first.shape.join(', ')}] and [${odd.shape.join(', ')}] along axis ${axis}`);
  const shape = first.shape.with(axis, all.reduce((sum, { shape }) => sum + shape[axis]!, 0));
  const made = blank(operator, all.some(({ type }) => type === 'float') ? 'float' : 'int', shape);
  const strides = stridesOf(shape);
  let base = 0;
  for (const part of all) {
    copy(part.shape, { values: part.values, base: 0, strides: stridesOf(part.shape) }, { values: made.values, base, strides });
    base += part.shape[axis]! * strides[axis]!;
  }
  return [made];
};

/** Lengths of the parts that Split makes of `length`: the given ones, else equal ones with a shorter last. For signals too. */
export function splitLengths(operator: Operator, length: number, given: readonly number[] | undefined): number[] {
  const count = numberOf(operator, 'num_outputs', operator.outputs.length);
  const part = Math.ceil(length / count);
  const lengths = given ? [...given] : Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, length - i * part)));
  if (lengths.reduce((sum, n) => sum + n, 0) !== length) complain(operator, `splits ${length} into ${lengths.join(' + ')}`);
  return lengths;
}

const split: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axis = axisOf(operator, numberOf(operator, 'axis', 0), x.shape.length);
  const strides = stridesOf(x.shape);
  let from = 0;
  return splitLengths(operator, x.shape[axis]!, listOf(operator, inputs, 1, 'split')).map((length) => {
    const part = take(operator, x, x.shape.with(axis, length), strides, from * strides[axis]!);
    from += length;
    return part;
  });
};

export interface Cut {
  readonly begin: number;
  readonly step: number;
  readonly length: number;
}

/** What Slice takes along every axis of `shape`: negative bounds count from the end, all are clamped. For signals too: `inputs` as of Slice, the first may be missing. */
export function sliceCuts(operator: Operator, shape: readonly number[], inputs: Inputs): Cut[] {
  const starts = listOf(operator, inputs, 1, 'starts') ?? complain(operator, 'names no starts');
  const ends = listOf(operator, inputs, 2, 'ends') ?? complain(operator, 'names no ends');
  const axes = (listOf(operator, inputs, 3, 'axes') ?? starts.map((_, i) => i)).map((axis) => axisOf(operator, axis, shape.length));
  const steps = listOf(operator, inputs, 4, 'steps') ?? starts.map(() => 1);
  if ([ends, axes, steps].some((list) => list.length !== starts.length)) complain(operator, `has ${starts.length} starts, ${ends.length} ends, ${axes.length} axes and ${steps.length} steps`);
  if (steps.includes(0)) complain(operator, 'takes steps of 0');
  return shape.map((length, axis) => {
    const k = axes.indexOf(axis);
    if (k < 0) return { begin: 0, step: 1, length };
    const step = steps[k]!;
    const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
    const bound = (value: number) => Math.max(least, Math.min(most, value < 0 ? value + length : value));
    const [begin, end] = [bound(starts[k]!), bound(ends[k]!)];
    return { begin, step, length: Math.max(0, Math.ceil((end - begin) / step)) };
  });
}

const slice: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const cuts = sliceCuts(operator, x.shape, inputs);
  const strides = stridesOf(x.shape);
  const base = cuts.reduce((sum, { begin }, axis) => sum + begin * strides[axis]!, 0);
  return [take(operator, x, cuts.map(({ length }) => length), cuts.map(({ step }, axis) => step * strides[axis]!), base)];
};

const expand: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const wanted = Array.from(need(operator, inputs, 1).values);
  return [spread(operator, x, broadcastShape(operator, [x.shape, wanted]))];
};

/** Each axis becomes (repeats, length), of which the first has stride 0. */
const tile: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const repeats = Array.from(need(operator, inputs, 1).values);
  if (repeats.length !== x.shape.length) complain(operator, `repeats ${repeats.length} axes of a tensor of ${x.shape.length}`);
  const strides = stridesOf(x.shape);
  const made = take(operator, x, x.shape.flatMap((length, axis) => [repeats[axis]!, length]), strides.flatMap((stride) => [0, stride]));
  return [withShape(made, x.shape.map((length, axis) => length * repeats[axis]!))];
};

/** Pads of every axis, [before, after]; negative ones cut off. For signals too: `inputs` as of Pad, the first may be missing. */
export function padsOf(operator: Operator, rank: number, inputs: Inputs): (readonly [number, number])[] {
  const pads = listOf(operator, inputs, 1, 'pads') ?? complain(operator, 'names no pads');
  const axes = (listOf(operator, inputs, 3, 'axes') ?? Array.from({ length: rank }, (_, i) => i)).map((axis) => axisOf(operator, axis, rank));
  if (pads.length !== 2 * axes.length) complain(operator, `has ${pads.length} pads for ${axes.length} axes`);
  return Array.from({ length: rank }, (_, axis) => {
    const k = axes.indexOf(axis);
    return k < 0 ? ([0, 0] as const) : ([pads[k]!, pads[k + axes.length]!] as const);
  });
}

/** With a constant value only. */
const pad: Fold = (operator, inputs) => {
  if ((operator.attributes.mode ?? 'constant') !== 'constant') return undefined;
  const x = need(operator, inputs, 0);
  const pads = padsOf(operator, x.shape.length, inputs);
  const made = blank(operator, x.type, x.shape.map((length, axis) => length + pads[axis]![0] + pads[axis]![1]));
  made.values.fill(inputs[2]?.values[0] ?? numberOf(operator, 'value', 0));
  const [from, to] = [stridesOf(x.shape), stridesOf(made.shape)];
  const kept = x.shape.map((length, axis) => Math.max(0, length + Math.min(0, pads[axis]![0]) + Math.min(0, pads[axis]![1])));
  const base = (strides: readonly number[], sign: number) => pads.reduce((sum, [before], axis) => sum + Math.max(0, sign * before) * strides[axis]!, 0);
  copy(kept, { values: x.values, base: base(from, -1), strides: from }, { values: made.values, base: base(to, 1), strides: to });
  return [made];
};

/** The upper (or lower) triangle of each matrix, from diagonal k on; the rest is 0. */
const trilu: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  if (x.shape.length < 2) complain(operator, `wants matrices, not [${x.shape.join(', ')}]`);
  const upper = numberOf(operator, 'upper', 1) !== 0;
  const k = inputs[1]?.values[0] ?? 0;
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const made: Constant = blank(operator, x.type, x.shape);
  for (let i = 0; i < made.values.length; i++) {
    const diagonal = (i % columns) - (Math.floor(i / columns) % rows);
    if (upper ? diagonal >= k : diagonal <= k) made.values[i] = x.values[i]!;
  }
  return [made];
};

export const MOVES = {
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Trilu: trilu,
} satisfies Record<string, Fold>;
