/** Operators that move entries or choose among them. */
import { ImportProblem } from '../problem.ts';
import { sameShape, sizeOfShape } from '../shape.ts';
import { axisOf, ordered, permuted, shapeOf, type Signal, type Value } from './signal.ts';
import { constantAt, numberOf, numbersAt, numbersOf, refuse, signalAt, textOf, valueAt, type Lower, type Site } from './site.ts';

/** 0 keeps an axis, −1 takes what is left. */
function asked(site: Site, shape: readonly number[], wanted: readonly number[]): readonly number[] {
  const kept = wanted.map((n, axis) => (n === 0 && numberOf(site, 'allowzero', 0) === 0 ? (shape[axis] ?? 1) : n));
  const known = sizeOfShape(kept.filter((n) => n >= 0));
  const full = kept.map((n) => (n < 0 ? sizeOfShape(shape) / known : n));
  if (sizeOfShape(full) === sizeOfShape(shape) && full.every(Number.isInteger)) return full;
  throw new ImportProblem(`'${site.operator.name}' asks for the shape ${wanted.join('×')}, but has ${shape.join('×')}`, 'this model reads images of one size only: choose the input size that it was exported for');
}

const reshape: Lower = (site) => {
  const signal = signalAt(site);
  return [site.net.reshaped(signal, asked(site, shapeOf(signal), numbersAt(site, 1, 'shapes') ?? []))];
};

const flatten: Lower = (site) => {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const axis = numberOf(site, 'axis', 1);
  const at = axis < 0 ? axis + shape.length : axis;
  return [site.net.reshaped(signal, [sizeOfShape(shape.slice(0, at)), sizeOfShape(shape.slice(at))])];
};

const squeeze: Lower = (site) => {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const axes = numbersAt(site, 1, 'axes')?.map((axis) => axisOf(axis, shape.length, site.operator.name)) ?? shape.flatMap((n, axis) => (n === 1 ? [axis] : []));
  return [{ ...signal, axes: signal.axes.filter((_, axis) => !axes.includes(axis)) }];
};

const unsqueeze: Lower = (site) => {
  const signal = signalAt(site);
  const added = numbersAt(site, 1, 'axes') ?? [];
  const rank = signal.axes.length + added.length;
  const places = new Set(added.map((axis) => axisOf(axis, rank, site.operator.name)));
  const rest = [...signal.axes];
  return [{ ...signal, axes: Array.from({ length: rank }, (_, axis) => (places.has(axis) ? [] : rest.shift()!)) }];
};

const transpose: Lower = (site) => {
  const signal = signalAt(site);
  const perm = numbersOf(site, 'perm', signal.axes.map((_, axis) => signal.axes.length - 1 - axis));
  return [permuted(signal, perm)];
};

const expand: Lower = (site) => {
  const signal = signalAt(site);
  const wanted = numbersAt(site, 1, 'shapes') ?? [];
  const now = shapeOf(signal);
  const rank = Math.max(wanted.length, now.length);
  const [from, to] = [now, wanted].map((shape) => [...Array<number>(rank - shape.length).fill(1), ...shape]) as [number[], number[]];
  return [site.net.expanded(signal, from.map((n, axis) => Math.max(n, to[axis]!)))];
};

/** Axes longer than 1, and those of `keep`, in the order in which they are stored already. */
function orderOf(signal: Signal, keep: readonly number[]): readonly number[] {
  const first = (axis: number) => signal.axes[axis]![0] ?? -1;
  return shapeOf(signal).flatMap((n, axis) => (n > 1 || keep.includes(axis) ? [axis] : [])).sort((a, b) => first(a) - first(b) || a - b);
}

/** What a node gives whose stored axes are those of `order`, with the lengths of `shape`. */
export const viewOf = (node: string, order: readonly number[], shape: readonly number[]): Signal => ordered(node, order.map((axis) => shape[axis]!), order, shape.length);

/** A signal in a layout in which each of some axes of the source is one stored axis. */
export interface Handle {
  readonly node: string;
  /** Lengths of its axes, without the batch. */
  readonly stored: readonly number[];
  /** The stored axis, without the batch, that is this axis of the source. */
  at(axis: number): number;
  /** What a node gives that has changed the lengths of those axes alone. */
  result(node: string, length: (axis: number) => number): Signal;
}

/** Takes the signal as it is stored wherever each of `axes` is one stored axis already (and the last one, if `last`); moves it as little as may be where not. */
export function handle(site: Site, signal: Signal, axes: readonly number[], last = false): Handle {
  const shape = shapeOf(signal);
  const { stored } = signal;
  const isReady = axes.every((axis) => signal.axes[axis]!.length === 1) && stored.every((n) => n !== 1) && (!last || signal.axes[axes[0]!]![0] === stored.length - 1);
  if (isReady) {
    const own = new Map(axes.map((axis) => [signal.axes[axis]![0]!, axis]));
    const result: Handle['result'] = (node, length) => {
      const lengths = stored.map((n, at) => (own.has(at) ? length(own.get(at)!) : n));
      return { kind: 'signal', node, stored: lengths, axes: signal.axes.map((list) => list.filter((at) => lengths[at] !== 1)) };
    };
    return { node: signal.node, stored, at: (axis) => signal.axes[axis]![0]!, result };
  }
  const kept = orderOf(signal, axes);
  const order = last ? [...kept.filter((axis) => axis !== axes[0]), axes[0]!] : kept;
  return {
    node: site.net.arranged(signal, order.map((axis) => [axis])),
    stored: order.map((axis) => shape[axis]!),
    at: (axis) => order.indexOf(axis),
    result: (node, length) => viewOf(node, order, shape.map((n, axis) => (axes.includes(axis) ? length(axis) : n))),
  };
}

/** The part of `signal` that begins at `begin` and takes every `step`-th entry up to `end`, by axis of the source. */
export function sliced(site: Site, signal: Signal, bounds: readonly { readonly axis: number; readonly begin: number; readonly end: number; readonly step: number }[], name = site.operator.name): Signal {
  const shape = shapeOf(signal);
  const whole = bounds.every(({ axis, begin, end, step }) => begin === 0 && end === shape[axis] && step === 1);
  if (whole) return signal;
  const touched = bounds.filter(({ axis, begin, end, step }) => begin !== 0 || end !== shape[axis] || step !== 1);
  const lengths = new Map(touched.map(({ axis, begin, end, step }) => [axis, Math.ceil((end - begin) / step)]));
  if ([...lengths.values()].some((n) => n < 1)) refuse(site, 'cuts everything away', 'choose the input size that the model was exported for');
  const { node, stored, at, result } = handle(site, signal, [...lengths.keys()]);
  const along = (of: (bound: (typeof touched)[number]) => number, otherwise: readonly number[]) => otherwise.map((value, place) => {
    const bound = touched.find(({ axis }) => at(axis) === place);
    return bound ? of(bound) : value;
  });
  const attrs = { begin: along(({ begin }) => begin, stored.map(() => 0)), end: along(({ end }) => end, stored), step: along(({ step }) => step, stored.map(() => 1)) };
  return result(site.net.emit(name, 'slice', [node], { attrs }), (axis) => lengths.get(axis)!);
}

/** The entries of `axis` at `indices`. */
export function gathered(site: Site, signal: Signal, axis: number, indices: readonly number[], name = site.operator.name): Signal {
  const { node, at, result } = handle(site, signal, [axis]);
  return result(site.net.emit(name, 'gather', [node], { attrs: { axis: at(axis) + 1, indices } }), () => indices.length);
}

const slice: Lower = (site) => {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const [starts = [], ends = []] = [numbersAt(site, 1, 'bounds'), numbersAt(site, 2, 'bounds')];
  const axes = (numbersAt(site, 3, 'axes') ?? starts.map((_, k) => k)).map((axis) => axisOf(axis, shape.length, site.operator.name));
  const steps = numbersAt(site, 4, 'steps') ?? starts.map(() => 1);
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const bounds = axes.map((axis, k) => {
    const [n, step] = [shape[axis]!, steps[k]!];
    const at = (value: number) => (value < 0 ? value + n : value);
    return step > 0 ? { axis, begin: clamp(at(starts[k]!), 0, n), end: clamp(at(ends[k]!), 0, n), step } : { axis, begin: clamp(at(starts[k]!), 0, n - 1), end: clamp(at(ends[k]!), -1, n - 1), step };
  });
  // A step backwards is a choice of entries; forwards, it is a slice.
  const turned = bounds.filter(({ step }) => step < 0);
  const forwards = sliced(site, signal, bounds.filter(({ step }) => step > 0));
  return [turned.reduce((from, { axis, begin, end, step }) => gathered(site, from, axis, Array.from({ length: Math.ceil((end - begin) / step) }, (_, k) => begin + k * step)), forwards)];
};

const split: Lower = (site) => {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const axis = axisOf(numberOf(site, 'axis', 0), shape.length, site.operator.name);
  const count = site.operator.outputs.length;
  const each = Math.ceil(shape[axis]! / count);
  const sizes = numbersAt(site, 1, 'sizes') ?? Array.from({ length: count }, (_, k) => Math.min(each, shape[axis]! - k * each));
  let begin = 0;
  return sizes.map((size, k) => {
    const part = sliced(site, signal, [{ axis, begin, end: begin + size, step: 1 }], `${site.operator.name}·${k + 1}`);
    begin += size;
    return part;
  });
};

const gather: Lower = (site) => {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const axis = axisOf(numberOf(site, 'axis', 0), shape.length, site.operator.name);
  const { shape: kept, values } = constantAt(site, 1, 'indices');
  const indices = Array.from(values, (index) => (index < 0 ? index + shape[axis]! : index));
  const outside = indices.find((index) => index < 0 || index >= shape[axis]!);
  if (outside !== undefined) return refuse(site, `reads entry ${outside} of an axis of ${shape[axis]!}`, 'choose the input size that the model was exported for');
  const one = indices.length === 1 ? sliced(site, signal, [{ axis, begin: indices[0]!, end: indices[0]! + 1, step: 1 }]) : gathered(site, signal, axis, indices);
  return [site.net.reshaped(one, [...shape.slice(0, axis), ...kept, ...shape.slice(axis + 1)])];
};

/** All inputs in one layout, one stored axis for each of the source's. */
const concat: Lower = (site) => {
  const signals = site.inputs.map((_, k) => signalAt(site, k));
  const shapes = signals.map(shapeOf);
  const axis = axisOf(numberOf(site, 'axis', 0), shapes[0]!.length, site.operator.name);
  const odd = shapes.find((shape) => shape.length !== shapes[0]!.length || shape.some((n, k) => k !== axis && n !== shapes[0]![k]));
  if (odd) return refuse(site, `joins values of ${shapes[0]!.join('×')} and ${odd.join('×')}, which do not fit`, 'choose the input size that the model was exported for');
  const longest = signals.reduce((a, b) => (sizeOfShape(shapeOf(b)) > sizeOfShape(shapeOf(a)) ? b : a));
  const order = orderOf(longest, [axis]);
  const nodes = signals.map((signal) => site.net.arranged(signal, order.map((own) => [own])));
  const shape = shapes[0]!.map((n, k) => (k === axis ? shapes.reduce((total, own) => total + own[axis]!, 0) : n));
  return [viewOf(site.net.emit(site.operator.name, 'concat', nodes, { attrs: { axis: order.indexOf(axis) + 1 } }), order, shape)];
};

const tile: Lower = (site) => {
  const repeats = numbersAt(site, 1, 'repeats') ?? [];
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const paired = site.net.reshaped(signal, shape.flatMap((n) => [1, n]));
  return [site.net.reshaped(site.net.expanded(paired, shape.flatMap((n, axis) => [repeats[axis] ?? 1, n])), shape.map((n, axis) => n * (repeats[axis] ?? 1)))];
};

/** [C, H, W] ↔ blocks: reshapes and a relabelling. */
const depthToSpace: Lower = (site) => {
  const signal = signalAt(site);
  const [n, c, h, w] = shapeOf(signal) as [number, number, number, number];
  const block = numberOf(site, 'blocksize', 1);
  const deep = c / block ** 2;
  const crd = textOf(site, 'mode', 'DCR') === 'CRD';
  const cut = site.net.reshaped(signal, crd ? [n, deep, block, block, h, w] : [n, block, block, deep, h, w]);
  return [site.net.reshaped(permuted(cut, crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]), [n, deep, h * block, w * block])];
};
const spaceToDepth: Lower = (site) => {
  const signal = signalAt(site);
  const [n, c, h, w] = shapeOf(signal) as [number, number, number, number];
  const block = numberOf(site, 'blocksize', 1);
  const cut = site.net.reshaped(signal, [n, c, h / block, block, w / block, block]);
  return [site.net.reshaped(permuted(cut, [0, 3, 5, 1, 2, 4]), [n, c * block ** 2, h / block, w / block])];
};

/** Reflected and repeated borders are choices of entries, axis by axis; a constant border is an op. */
const pad: Lower = (site) => {
  const signal = signalAt(site);
  const shape = shapeOf(signal);
  const pads = numbersAt(site, 1, 'pads') ?? numbersOf(site, 'pads', []);
  const axes = (numbersAt(site, 3, 'axes') ?? shape.map((_, axis) => axis)).map((axis) => axisOf(axis, shape.length, site.operator.name));
  const amount = (axis: number, side: 0 | 1) => (axes.includes(axis) ? pads[axes.indexOf(axis) + side * axes.length]! : 0);
  const mode = textOf(site, 'mode', 'constant');
  if (mode !== 'constant') return [bordered(site, signal, mode, amount)];
  const cut = sliced(site, signal, shape.map((n, axis) => ({ axis, begin: Math.max(0, -amount(axis, 0)), end: n - Math.max(0, -amount(axis, 1)), step: 1 })), `${site.operator.name}·cut`);
  return [padded(site, cut, (axis) => [Math.max(0, amount(axis, 0)), Math.max(0, amount(axis, 1))], numbersAt(site, 2, 'values')?.[0] ?? 0)];
};

/** With `by(axis)` entries of `value` before and after. */
export function padded(site: Site, signal: Signal, by: (axis: number) => readonly [number, number], value: number, name = site.operator.name): Signal {
  const shape = shapeOf(signal);
  const touched = shape.flatMap((_, axis) => (sameShape(by(axis), [0, 0]) ? [] : [axis]));
  if (touched.length === 0) return signal;
  const { node, stored, at, result } = handle(site, signal, touched);
  const amounts = (side: 0 | 1) => stored.map((_, place) => {
    const axis = touched.find((own) => at(own) === place);
    return axis === undefined ? 0 : by(axis)[side];
  });
  return result(site.net.emit(name, 'pad', [node], { attrs: { before: amounts(0), after: amounts(1), value } }), (axis) => shape[axis]! + by(axis)[0] + by(axis)[1]);
}

function bordered(site: Site, signal: Signal, mode: string, amount: (axis: number, side: 0 | 1) => number): Signal {
  const place = (k: number, n: number): number => {
    if (mode === 'edge') return Math.min(Math.max(k, 0), n - 1);
    if (mode === 'wrap') return ((k % n) + n) % n;
    if (mode !== 'reflect') return refuse(site, `pads in the mode '${mode}'`, 'use constant, reflect, edge or wrap');
    const around = ((k % (2 * n - 2)) + 2 * n - 2) % (2 * n - 2);
    return n === 1 ? 0 : Math.min(around, 2 * n - 2 - around);
  };
  return shapeOf(signal).reduce((from: Signal, n, axis) => {
    const [before, after] = [amount(axis, 0), amount(axis, 1)];
    if (before === 0 && after === 0) return from;
    return gathered(site, from, axis, Array.from({ length: n + before + after }, (_, k) => place(k - before, n)), `${site.operator.name}·axis ${axis}`);
  }, signal);
}

const shapeValues: Lower = (site) => {
  const shape = shapeOf(valueAt(site, 0));
  const part = shape.slice(numberOf(site, 'start', 0), numberOf(site, 'end', undefined));
  return [integers(part, [part.length])];
};
const size: Lower = (site) => [integers([sizeOfShape(shapeOf(valueAt(site, 0)))], [])];
const integers = (values: readonly number[], shape: readonly number[]): Value => ({ kind: 'constant', constant: { type: 'int', shape, values: Int32Array.from(values) } });

export const SHAPE: Readonly<Record<string, Lower>> = {
  Shape: shapeValues,
  Size: size,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  Slice: slice,
  Split: split,
  Gather: gather,
  Concat: concat,
  Tile: tile,
  Pad: pad,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
