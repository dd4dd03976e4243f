/**
 * Operators of a source as slow as they are plain, in the source's own order of axes ([N, C, H, W]): what the importer's graph is judged by.
 * Written from the operator specification, loop by loop; shares nothing with the lowering. What the constant evaluator knows is left to it.
 */
import { evaluate } from '../importers/lower/fold/index.ts';
import type { Constant, Operator, Source } from '../importers/source.ts';

interface Plain {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

const product = (shape: readonly number[]) => shape.reduce((n, m) => n * m, 1);
const float = (shape: readonly number[], values: readonly number[]): Constant => ({ type: 'float', shape, values: Float32Array.from(values) });

/** Every index of `shape`, row-major. */
function* indices(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let count = product(shape); count > 0; count--) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}
const entry = ({ shape, values }: Plain, index: readonly number[]) => values[shape.reduce((at, n, axis) => at * n + index[axis]!, 0)]!;
const make = (shape: readonly number[], of: (index: number[]) => number): Constant => float(shape, [...indices(shape)].map(of));
const map = (x: Plain, of: (value: number) => number): Constant => float(x.shape, Array.from(x.values, of));

const num = ({ attributes }: Operator, name: string, absent: number) => (attributes[name] as number | undefined) ?? absent;
const nums = ({ attributes }: Operator, name: string, absent: readonly number[]) => (attributes[name] as readonly number[] | undefined) ?? absent;
const text = ({ attributes }: Operator, name: string, absent: string) => (attributes[name] as string | undefined) ?? absent;

/** Padding and outputs along axis k, as the specification's equations say. */
function slide(o: Operator, k: 0 | 1, n: number, window: number): { before: number; out: number } {
  const stride = nums(o, 'strides', [1, 1])[k]!;
  const [before, after] = [nums(o, 'pads', [0, 0, 0, 0])[k]!, nums(o, 'pads', [0, 0, 0, 0])[k + 2]!];
  switch (text(o, 'auto_pad', 'NOTSET')) {
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const out = Math.ceil(n / stride);
      const all = Math.max(0, (out - 1) * stride + window - n);
      return { out, before: text(o, 'auto_pad', '') === 'SAME_UPPER' ? Math.floor(all / 2) : Math.ceil(all / 2) };
    }
    case 'VALID':
      return { before: 0, out: Math.floor((n - window) / stride) + 1 };
    default: {
      const exact = (n + before + after - window) / stride + 1;
      if (num(o, 'ceil_mode', 0) === 0) return { before, out: Math.floor(exact) };
      const up = Math.ceil(exact);
      return { before, out: (up - 1) * stride >= n + before ? up - 1 : up };
    }
  }
}

function conv(o: Operator, [x, w, b]: readonly (Plain | undefined)[]): Constant {
  const [n, , h, wide] = x!.shape as [number, number, number, number];
  const [outs, ins, kh, kw] = w!.shape as [number, number, number, number];
  const [dy, dx] = nums(o, 'dilations', [1, 1]) as [number, number];
  const [sy, sx] = nums(o, 'strides', [1, 1]) as [number, number];
  const [rows, columns] = [slide(o, 0, h, (kh - 1) * dy + 1), slide(o, 1, wide, (kw - 1) * dx + 1)];
  const perGroup = outs / num(o, 'group', 1);
  return make([n, outs, rows.out, columns.out], ([i, m, y, z]) => {
    let total = b ? b.values[m!]! : 0;
    for (let c = 0; c < ins; c++)
      for (let p = 0; p < kh; p++)
        for (let q = 0; q < kw; q++) {
          const [r, s] = [y! * sy + p * dy - rows.before, z! * sx + q * dx - columns.before];
          if (r < 0 || r >= h || s < 0 || s >= wide) continue;
          total += entry(x!, [i!, Math.floor(m! / perGroup) * ins + c, r, s]) * entry(w!, [m!, c, p, q]);
        }
    return total;
  });
}

function pool(o: Operator, x: Plain, largest: boolean): Constant {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [kh, kw] = nums(o, 'kernel_shape', [1, 1]) as [number, number];
  const [sy, sx] = nums(o, 'strides', [1, 1]) as [number, number];
  const [rows, columns] = [slide(o, 0, h, kh), slide(o, 1, w, kw)];
  const pads = nums(o, 'pads', [0, 0, 0, 0]);
  const counts = num(o, 'count_include_pad', 0) === 1;
  return make([n, c, rows.out, columns.out], ([i, k, y, z]) => {
    const seen: number[] = [];
    let places = 0;
    for (let p = 0; p < kh; p++)
      for (let q = 0; q < kw; q++) {
        const [r, s] = [y! * sy + p - rows.before, z! * sx + q - columns.before];
        if (r < h + pads[2]! && s < w + pads[3]!) places++;
        if (r >= 0 && r < h && s >= 0 && s < w) seen.push(entry(x, [i!, k!, r, s]));
      }
    return largest ? Math.max(...seen) : seen.reduce((a, b) => a + b, 0) / (counts ? places : seen.length);
  });
}

/** (x − mean) / √(variance + ε) over the entries of each group that `groupOf` names, then a slope and a shift for each entry. */
function standardize(x: Plain, epsilon: number, groupOf: (index: number[]) => string, learned: (index: number[]) => readonly [number, number]): Constant {
  const groups = new Map<string, number[]>();
  for (const index of indices(x.shape)) groups.set(groupOf(index), [...(groups.get(groupOf(index)) ?? []), entry(x, index)]);
  const facts = new Map([...groups].map(([name, values]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return [name, { mean, deviation: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length + epsilon) }] as const;
  }));
  return make(x.shape, (index) => {
    const { mean, deviation } = facts.get(groupOf(index))!;
    const [slope, shift] = learned(index);
    return ((entry(x, index) - mean) / deviation) * slope + shift;
  });
}

function resize(o: Operator, [x, , scales, sizes]: readonly (Plain | undefined)[]): Constant {
  const from = x!.shape;
  const to = sizes ? Array.from(sizes.values) : from.map((n, axis) => Math.floor(n * scales!.values[axis]!));
  const ratio = sizes ? to.map((n, axis) => n / from[axis]!) : Array.from(scales!.values);
  const place = (k: number, axis: number) => {
    switch (text(o, 'coordinate_transformation_mode', 'half_pixel')) {
      case 'align_corners':
        return to[axis] === 1 ? 0 : (k * (from[axis]! - 1)) / (to[axis]! - 1);
      case 'asymmetric':
        return k / ratio[axis]!;
      default:
        return (k + 0.5) / ratio[axis]! - 0.5;
    }
  };
  const inside = (k: number, axis: number) => Math.min(Math.max(k, 0), from[axis]! - 1);
  return make(to, ([i, c, y, z]) => {
    const [r, s] = [place(y!, 2), place(z!, 3)];
    const at = (p: number, q: number) => entry(x!, [i!, c!, inside(p, 2), inside(q, 3)]);
    if (text(o, 'mode', 'nearest') === 'nearest') {
      const round = text(o, 'nearest_mode', 'round_prefer_floor') === 'floor' ? Math.floor : (v: number) => Math.ceil(v - 0.5);
      return at(round(r), round(s));
    }
    const [p, q, u, v] = [Math.floor(r), Math.floor(s), r - Math.floor(r), s - Math.floor(s)];
    return (1 - u) * ((1 - v) * at(p, q) + v * at(p, q + 1)) + u * ((1 - v) * at(p + 1, q) + v * at(p + 1, q + 1));
  });
}

function softmax(o: Operator, x: Plain, of: (share: number) => number): Constant {
  const axis = (num(o, 'axis', -1) + x.shape.length) % x.shape.length;
  return make(x.shape, (index) => {
    const along = Array.from({ length: x.shape[axis]! }, (_, k) => Math.exp(entry(x, index.map((i, at) => (at === axis ? k : i)))));
    return of(Math.exp(entry(x, index)) / along.reduce((a, b) => a + b, 0));
  });
}

/** The error function by its series: absolute error below 1e-12 for |x| < 4. */
function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(x));

const UNITS: Readonly<Record<string, (o: Operator) => (x: number) => number>> = {
  LeakyRelu: (o) => (x) => (x < 0 ? num(o, 'alpha', 0.01) * x : x),
  Elu: (o) => (x) => (x < 0 ? num(o, 'alpha', 1) * Math.expm1(x) : x),
  Celu: (o) => (x) => Math.max(0, x) + Math.min(0, num(o, 'alpha', 1) * Math.expm1(x / num(o, 'alpha', 1))),
  Selu: () => (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  HardSigmoid: (o) => (x) => Math.min(1, Math.max(0, num(o, 'alpha', 0.2) * x + num(o, 'beta', 0.5))),
  HardSwish: () => (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
  Mish: () => (x) => x * Math.tanh(softplus(x)),
  Softplus: () => softplus,
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Gelu: (o) => (text(o, 'approximate', 'none') === 'tanh' ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))) : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
  Silu: () => (x) => x * sigmoid(x),
  Relu: () => (x) => Math.max(0, x),
  Sigmoid: () => sigmoid,
  Erf: () => erf,
};

const OPERATORS: Readonly<Record<string, (o: Operator, x: readonly (Constant | undefined)[]) => Constant>> = {
  Conv: conv,
  MaxPool: (o, [x]) => pool(o, x!, true),
  AveragePool: (o, [x]) => pool(o, x!, false),
  GlobalAveragePool: (_, [x]) => make([x!.shape[0]!, x!.shape[1]!, 1, 1], ([i, c]) => [...indices(x!.shape.slice(2))].reduce((sum, at) => sum + entry(x!, [i!, c!, ...at]), 0) / product(x!.shape.slice(2))),
  GlobalMaxPool: (_, [x]) => make([x!.shape[0]!, x!.shape[1]!, 1, 1], ([i, c]) => Math.max(...[...indices(x!.shape.slice(2))].map((at) => entry(x!, [i!, c!, ...at])))),
  BatchNormalization: (o, [x, scale, shift, mean, variance]) =>
    make(x!.shape, (at) => ((entry(x!, at) - mean!.values[at[1]!]!) / Math.sqrt(variance!.values[at[1]!]! + num(o, 'epsilon', 1e-5))) * scale!.values[at[1]!]! + shift!.values[at[1]!]!),
  LRN: (o, [x]) =>
    make(x!.shape, (at) => {
      const [size, c] = [num(o, 'size', 1), at[1]!];
      let total = 0;
      for (let k = Math.max(0, c - Math.floor((size - 1) / 2)); k <= Math.min(x!.shape[1]! - 1, c + Math.ceil((size - 1) / 2)); k++) total += entry(x!, at.map((i, axis) => (axis === 1 ? k : i))) ** 2;
      return entry(x!, at) / (num(o, 'bias', 1) + (num(o, 'alpha', 1e-4) / size) * total) ** num(o, 'beta', 0.75);
    }),
  LayerNormalization(o, [x, scale, shift]) {
    const axis = (num(o, 'axis', -1) + x!.shape.length) % x!.shape.length;
    const flat = (at: number[]) => x!.shape.slice(axis).reduce((sum, n, k) => sum * n + at[axis + k]!, 0);
    return standardize(x!, num(o, 'epsilon', 1e-5), (at) => at.slice(0, axis).join(), (at) => [scale!.values[flat(at)]!, shift?.values[flat(at)] ?? 0]);
  },
  InstanceNormalization: (o, [x, scale, shift]) => standardize(x!, num(o, 'epsilon', 1e-5), (at) => at.slice(0, 2).join(), (at) => [scale!.values[at[1]!]!, shift!.values[at[1]!]!]),
  GroupNormalization(o, [x, scale, shift]) {
    const each = x!.shape[1]! / num(o, 'num_groups', 1);
    return standardize(x!, num(o, 'epsilon', 1e-5), (at) => `${at[0]},${Math.floor(at[1]! / each)}`, (at) => [scale!.values[at[1]!]!, shift!.values[at[1]!]!]);
  },
  Resize: resize,
  Softmax: (o, [x]) => softmax(o, x!, (share) => share),
  LogSoftmax: (o, [x]) => softmax(o, x!, Math.log),
  PRelu: (_, [x, slope]) => {
    const lift = [...Array<number>(x!.shape.length - slope!.shape.length).fill(1), ...slope!.shape];
    return make(x!.shape, (at) => (entry(x!, at) < 0 ? entry({ shape: lift, values: slope!.values }, at.map((i, axis) => (lift[axis] === 1 ? 0 : i))) : 1) * entry(x!, at));
  },
  Clip: (_, [x, low, high]) => map(x!, (v) => Math.min(high?.values[0] ?? Infinity, Math.max(low?.values[0] ?? -Infinity, v))),
  DepthToSpace(o, [x]) {
    const [n, c, h, w] = x!.shape as [number, number, number, number];
    const b = num(o, 'blocksize', 1);
    const deep = c / b ** 2;
    const from = (k: number, p: number, q: number) => (text(o, 'mode', 'DCR') === 'DCR' ? (p * b + q) * deep + k : (k * b + p) * b + q);
    return make([n, deep, h * b, w * b], ([i, k, y, z]) => entry(x!, [i!, from(k!, y! % b, z! % b), Math.floor(y! / b), Math.floor(z! / b)]));
  },
  SpaceToDepth(o, [x]) {
    const [n, c, h, w] = x!.shape as [number, number, number, number];
    const b = num(o, 'blocksize', 1);
    return make([n, c * b * b, h / b, w / b], ([i, k, y, z]) => entry(x!, [i!, k! % c, y! * b + Math.floor(Math.floor(k! / c) / b), z! * b + (Math.floor(k! / c) % b)]));
  },
  Pad(o, [x, pads, value]) {
    const rank = x!.shape.length;
    const [before, mode] = [Array.from(pads!.values).slice(0, rank), text(o, 'mode', 'constant')];
    return make(x!.shape.map((n, axis) => n + pads!.values[axis]! + pads!.values[axis + rank]!), (at) => {
      const from = at.map((i, axis) => i - before[axis]!);
      const isInside = from.every((i, axis) => i >= 0 && i < x!.shape[axis]!);
      if (isInside) return entry(x!, from);
      if (mode === 'constant') return value?.values[0] ?? 0;
      return entry(x!, from.map((i, axis) => {
        const last = x!.shape[axis]! - 1;
        return mode === 'edge' ? Math.min(Math.max(i, 0), last) : i < 0 ? -i : i > last ? 2 * last - i : i;
      }));
    });
  },
  Mean: (_, xs) => map(xs.reduce<Constant>((sum, x) => evaluate(operatorOf('Add'), [sum, x!])![0]!, float([], [0])), (v) => v / xs.length),
  Sum: (_, xs) => xs.reduce<Constant>((sum, x) => evaluate(operatorOf('Add'), [sum, x!])![0]!, float([], [0])),
};

const operatorOf = (type: string): Operator => ({ name: type, type, inputs: ['a', 'b'], outputs: ['y'], attributes: {} });

/** Every value of `source` for one image [1, …] given in the source's own order. Throws for an operator that it does not know. */
export function runSource(source: Source, image: Constant): ReadonlyMap<string, Constant> {
  const values = new Map<string, Constant>([...source.constants, [source.inputs[0]!.name, image]]);
  for (const operator of source.operators) {
    const inputs = operator.inputs.map((name) => (name === '' ? undefined : values.get(name)));
    const unit = UNITS[operator.type];
    const outputs = OPERATORS[operator.type] ? [OPERATORS[operator.type]!(operator, inputs)] : unit ? [map(inputs[0]!, unit(operator))] : evaluate(operator, inputs);
    if (!outputs) throw new Error(`the reference does not know ${operator.type}`);
    operator.outputs.forEach((name, k) => outputs[k] && values.set(name, outputs[k]));
  }
  return values;
}
