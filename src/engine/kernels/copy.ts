/**
 * Transpose, slice, concat, tile, reverse and pad for WASM, all as one strided copy over a grid.
 * Not for elements other than 4 bytes nor for more than five axes after merging: those go to the stock kernel.
 */
import * as tf from '../tf.ts';
import { sizeOf, type Context, type Kernel } from './context.ts';

/** One axis of the grid: `count` entries, `from` and `to` entries apart in the source and the result. */
interface Axis {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

const AXES = 5;
const isWord = (t: tf.TensorInfo) => t.dtype === 'float32' || t.dtype === 'int32';
const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** Axes without length dropped, neighbours that step as one merged; outermost first. */
function merged(axes: readonly Axis[]): Axis[] {
  const grid: Axis[] = [];
  for (const axis of axes) {
    if (axis.count === 1) continue;
    const outer = grid.at(-1);
    if (outer && outer.from === axis.from * axis.count && outer.to === axis.to * axis.count) {
      grid[grid.length - 1] = { count: outer.count * axis.count, from: axis.from, to: axis.to };
    } else grid.push(axis);
  }
  return grid;
}

/** Copies over the grid, beginning at entry `fromStart` of x and `toStart` of y. */
function copy({ simd, address }: Context, x: tf.TensorInfo, y: tf.TensorInfo, axes: readonly Axis[], fromStart = 0, toStart = 0): void {
  if (axes.some(({ count }) => count === 0)) return;
  const grid = merged(axes);
  const swap = grid.findIndex(({ from }) => from === 1);
  if (swap >= 0 && swap < grid.length - 2) grid.splice(grid.length - 2, 0, ...grid.splice(swap, 1)); // the two contiguous axes innermost: 4 × 4 turns
  while (grid.length < AXES) grid.unshift({ count: 1, from: 0, to: 0 });
  const bytes = (pick: (axis: Axis) => number) => grid.map((axis) => 4 * pick(axis));
  simd.copyGrid(address(x) + 4 * fromStart, address(y) + 4 * toStart, ...grid.map(({ count }) => count), ...bytes(({ from }) => from), ...bytes(({ to }) => to));
}

const fits = (axes: readonly Axis[]) => merged(axes).length <= AXES;

export const transpose: Kernel = {
  name: tf.Transpose,
  run(context, inputs, attrs) {
    const x = inputs['x']!;
    const order = attrs['perm'] as number[];
    const shape = order.map((axis) => x.shape[axis]!);
    const [strides, target] = [stridesOf(x.shape), stridesOf(shape)];
    const axes = order.map((axis, i) => ({ count: x.shape[axis]!, from: strides[axis]!, to: target[i]! }));
    if (!isWord(x) || !fits(axes)) return undefined;
    const y = context.output(shape, x.dtype);
    copy(context, x, y, axes);
    return y;
  },
};

/** The whole of what `begin` and `size` of a slice leave open: no begin is 0, no size or −1 is the rest of the axis. */
function rangeOf(shape: readonly number[], attrs: tf.NamedAttrMap): { readonly begin: number[]; readonly size: number[] } {
  const given = (name: string) => [attrs[name] ?? []].flat() as number[];
  const begin = shape.map((_, axis) => given('begin')[axis] ?? 0);
  const size = shape.map((n, axis) => {
    const wanted = given('size')[axis] ?? -1;
    return wanted < 0 ? n - begin[axis]! : wanted;
  });
  const outside = shape.findIndex((n, axis) => begin[axis]! < 0 || size[axis]! < 0 || begin[axis]! + size[axis]! > n);
  if (outside >= 0) throw new Error(`slice: ${size[outside]} entries from ${begin[outside]} do not lie in axis ${outside} of shape ${shape.join('×')}; make the size smaller`);
  return { begin, size };
}

export const slice: Kernel = {
  name: tf.Slice,
  run(context, inputs, attrs) {
    const x = inputs['x']!;
    const { begin, size } = rangeOf(x.shape, attrs);
    const [strides, target] = [stridesOf(x.shape), stridesOf(size)];
    const axes = size.map((count, axis) => ({ count, from: strides[axis]!, to: target[axis]! }));
    if (!isWord(x) || !fits(axes)) return undefined;
    const y = context.output(size, x.dtype);
    copy(context, x, y, axes, begin.reduce((at, n, axis) => at + n * strides[axis]!, 0));
    return y;
  },
};

export const concat: Kernel = {
  name: tf.Concat,
  run(context, inputs, attrs) {
    const parts = Object.values(inputs) as tf.TensorInfo[];
    const axis = tf.util.parseAxisParam(attrs['axis'] as number, parts[0]!.shape)[0]!;
    if (!parts.every((part) => isWord(part) && part.dtype === parts[0]!.dtype)) return undefined;
    tf.backend_util.assertParamsConsistent(parts.map((part) => part.shape), axis);
    const shape = tf.backend_util.computeOutShape(parts.map((part) => part.shape), axis);
    const y = context.output(shape, parts[0]!.dtype);
    const [outer, row] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
    let at = 0;
    for (const part of parts) {
      const run = sizeOf(part.shape.slice(axis));
      copy(context, part, y, [{ count: outer, from: run, to: row }, { count: run, from: 1, to: 1 }], 0, at);
      at += run;
    }
    return y;
  },
};

export const tile: Kernel = {
  name: tf.Tile,
  run(context, inputs, attrs) {
    const x = inputs['x']!;
    const times = attrs['reps'] as number[];
    const shape = x.shape.map((n, axis) => n * times[axis]!);
    const [strides, target] = [stridesOf(x.shape), stridesOf(shape)];
    const axes = x.shape.flatMap((n, axis) => [{ count: times[axis]!, from: 0, to: target[axis]! * n }, { count: n, from: strides[axis]!, to: target[axis]! }]);
    if (!isWord(x) || !fits(axes)) return undefined;
    const y = context.output(shape, x.dtype);
    copy(context, x, y, axes);
    return y;
  },
};

export const reverse: Kernel = {
  name: tf.Reverse,
  run(context, inputs, attrs) {
    const x = inputs['x']!;
    const turned = new Set(tf.util.parseAxisParam(attrs['dims'] as number[], x.shape));
    const strides = stridesOf(x.shape);
    const axes = x.shape.map((count, axis) => ({ count, from: (turned.has(axis) ? -1 : 1) * strides[axis]!, to: strides[axis]! }));
    if (!isWord(x) || !fits(axes)) return undefined;
    const y = context.output(x.shape, x.dtype);
    const start = x.shape.reduce((at, count, axis) => at + (turned.has(axis) ? (count - 1) * strides[axis]! : 0), 0);
    copy(context, x, y, axes, start);
    return y;
  },
};

/** x surrounded by `constantValue`. */
export const pad: Kernel = {
  name: tf.PadV2,
  run(context, inputs, attrs) {
    const x = inputs['x']!;
    const { paddings, constantValue } = attrs as unknown as { paddings: [number, number][]; constantValue: number };
    const shape = x.shape.map((n, axis) => n + paddings[axis]![0] + paddings[axis]![1]);
    const [strides, target] = [stridesOf(x.shape), stridesOf(shape)];
    const axes = x.shape.map((count, axis) => ({ count, from: strides[axis]!, to: target[axis]! }));
    if (x.dtype !== 'float32' || !fits(axes)) return undefined;
    const y = context.output(shape);
    context.simd.fill(context.address(y), sizeOf(shape), constantValue);
    copy(context, x, y, axes, 0, paddings.reduce((at, [before], axis) => at + before * target[axis]!, 0));
    return y;
  },
};

/** A tensor of one number (float32). */
export const fill: Kernel = {
  name: tf.Fill,
  run({ simd, address, output }, _inputs, attrs) {
    const { shape, value, dtype } = attrs as unknown as { shape: number[]; value: number; dtype?: tf.DataType };
    if (typeof value !== 'number' || (dtype && dtype !== 'float32')) return undefined;
    const y = output(shape);
    simd.fill(address(y), sizeOf(shape), value);
    return y;
  },
};
