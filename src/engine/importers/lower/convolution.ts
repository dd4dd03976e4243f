/** Operators over the places of a map: convolutions, pools, normalisation of channels, resizing. Maps are [N, C, H, W] in the source and [N, H, W, C] in the engine. */
import type { Weight } from '../../models/plain.ts';
import type { Constant } from '../source.ts';
import { inOrderOf } from './net.ts';
import { sizeOfShape } from '../shape.ts';
import { shapeOf, type Signal } from './signal.ts';
import { constantAt, numberOf, numbersAt, numbersOf, refuse, signalAt, textOf, type Lower, type Site } from './site.ts';
import { handle, padded, viewOf } from './shape.ts';

/** [N, C, H, W] as the engine stores it. */
const MAP = [[2], [3], [1]] as const;
const MAP_ORDER = [2, 3, 1] as const;

interface Map4 {
  readonly node: string;
  readonly channels: number;
  readonly sides: readonly [number, number];
}

function mapAt(site: Site, signal: Signal): Map4 {
  const shape = shapeOf(signal);
  if (shape.length !== 4) return refuse(site, `works on ${shape.join('×')}`, 'only maps [N, C, H, W] are read: 1-D and 3-D models are not image classifiers');
  if (shape[0] !== 1) return refuse(site, `sees ${shape[0]} maps of one image at once`, 'export the model without merging the batch with other axes');
  return { node: site.net.arranged(signal, MAP), channels: shape[1]!, sides: [shape[2]!, shape[3]!] };
}

interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Before and after, rows and columns. */
  readonly pads: readonly [readonly [number, number], readonly [number, number]];
  readonly sides: readonly [number, number];
}

/** How the kernel of `size` (spread already) slides over `sides`. */
function windowOf(site: Site, size: readonly [number, number], sides: readonly [number, number]): Window {
  const strides = numbersOf(site, 'strides', [1, 1]) as readonly [number, number];
  const given = numbersOf(site, 'pads', [0, 0, 0, 0]);
  const auto = textOf(site, 'auto_pad', 'NOTSET');
  const ceil = numberOf(site, 'ceil_mode', 0) === 1;
  const along = ([0, 1] as const).map((k) => {
    const [n, w, s] = [sides[k], size[k], strides[k]];
    if (auto.startsWith('SAME')) {
      const out = Math.ceil(n / s);
      const all = Math.max(0, (out - 1) * s + w - n);
      const half = Math.floor(all / 2);
      return { pad: auto === 'SAME_UPPER' ? [half, all - half] : [all - half, half], out };
    }
    const [before, after] = auto === 'VALID' ? [0, 0] : [given[k]!, given[k + 2]!];
    const exact = (n + before + after - w) / s + 1;
    // A window that begins behind the image and its padding does not count.
    const out = ceil ? (Math.ceil(exact) - ((Math.ceil(exact) - 1) * s >= n + before ? 1 : 0)) : Math.floor(exact);
    return { pad: [before, Math.max(after, (out - 1) * s + w - n - before)], out };
  });
  const outs = along.map(({ out }) => out) as [number, number];
  if (outs.some((n) => n < 1)) return refuse(site, `slides a window of ${size.join('×')} over ${sides.join('×')}`, 'the input size is too small for this model: choose a larger one');
  return { size, strides, pads: along.map(({ pad }) => pad) as unknown as Window['pads'], sides: outs };
}

/** What the engine calls it. */
const padOf = ({ pads: [rows, columns] }: Window) => (rows.every((n) => n === 0) && columns.every((n) => n === 0) ? 'valid' : [[0, 0], [...rows], [...columns], [0, 0]]);

const mapFrom = (node: string, [rows, columns]: readonly [number, number], channels: number): Signal => viewOf(node, MAP_ORDER, [1, channels, rows, columns]);

/** A kernel [out, in, h, w] as [h, w, in, out], dilated kernels spread out with zeros. */
function kernelOf(kernel: Constant, dilations: readonly number[]): Weight {
  const [out, input, h, w] = kernel.shape as [number, number, number, number];
  const values = inOrderOf(Float32Array.from(kernel.values), kernel.shape, [2, 3, 1, 0]);
  const [dy, dx] = dilations as [number, number];
  const [high, wide] = [(h - 1) * dy + 1, (w - 1) * dx + 1];
  if (dy === 1 && dx === 1) return { shape: [h, w, input, out], values };
  const spread = new Float32Array(high * wide * input * out);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) spread.set(values.subarray((y * w + x) * input * out, (y * w + x + 1) * input * out), (y * dy * wide + x * dx) * input * out);
  return { shape: [high, wide, input, out], values: spread };
}

const vector = (constant: Constant): Weight => ({ shape: [sizeOfShape(constant.shape)], values: Float32Array.from(constant.values) });

/** A depthwise kernel [h, w, 1, channels · m] as [h, w, channels, m]: output c · m + k is channel c. */
const depthwise = ({ shape: [h, w, , out], values }: Weight, channels: number): Weight => ({ shape: [h!, w!, channels, out! / channels], values });

const conv: Lower = (site) => {
  const { node, channels, sides } = mapAt(site, signalAt(site));
  const given = constantAt(site, 1, 'kernels');
  if (given.shape.length !== 4) return refuse(site, `has a kernel of ${given.shape.join('×')}`, 'only 2-D convolutions are read');
  const groups = numberOf(site, 'group', 1);
  if (given.shape[1]! * groups !== channels) return refuse(site, `reads ${given.shape[1]! * groups} channels, but its input has ${channels}`, 'the file is damaged; export it again');
  const kernel = kernelOf(given, numbersOf(site, 'dilations', [1, 1]));
  const window = windowOf(site, [kernel.shape[0]!, kernel.shape[1]!], sides);
  const bias: Record<string, Weight> = site.inputs[2] ? { bias: vector(constantAt(site, 2, 'biases')) } : {};
  const attrs = { strides: window.strides, pad: padOf(window) };
  const out = given.shape[0]!;
  const { name } = site.operator;
  if (groups === 1) return [mapFrom(site.net.emit(name, 'conv2d', [node], { weights: { kernel, ...bias }, attrs }), window.sides, out)];
  if (groups === channels) return [mapFrom(site.net.emit(name, 'depthwiseConv2d', [node], { weights: { kernel: depthwise(kernel, channels), ...bias }, attrs }), window.sides, out)];
  return [mapFrom(site.net.emit(name, 'groupConv2d', [node], { weights: { kernel, ...bias }, attrs: { ...attrs, groups } }), window.sides, out)];
};

/** The size of a pool's window; pools that skip entries are refused. */
function poolWindow(site: Site, sides: readonly [number, number]): Window {
  if (numbersOf(site, 'dilations', [1, 1]).some((n) => n !== 1)) return refuse(site, 'is a dilated pool', 'replace it in the model before exporting');
  return windowOf(site, numbersOf(site, 'kernel_shape', [1, 1]) as readonly [number, number], sides);
}

const maxPool: Lower = (site) => {
  if (site.operator.outputs[1]) return refuse(site, 'also gives where the largest entries are', 'remove MaxUnpool from the model');
  const { node, channels, sides } = mapAt(site, signalAt(site));
  const window = poolWindow(site, sides);
  return [mapFrom(site.net.emit(site.operator.name, 'maxPool', [node], { attrs: { size: window.size, strides: window.strides, pad: padOf(window) } }), window.sides, channels)];
};

const averagePool: Lower = (site) => {
  const signal = signalAt(site);
  const window = poolWindow(site, mapAt(site, signal).sides);
  const counts = numberOf(site, 'count_include_pad', 0) === 1;
  const from = counts ? padded(site, signal, (axis) => (axis < 2 ? [0, 0] : declared(site, window, axis - 2)), 0, `${site.operator.name}·pad`) : signal;
  const { node, channels, sides } = mapAt(site, from);
  // What is padded by hand counts; what a rounded-up last window sticks out beyond that does not.
  const rest = counts ? ([0, 1] as const).map((k) => [0, Math.max(0, (window.sides[k] - 1) * window.strides[k] + window.size[k] - sides[k])] as const) : window.pads;
  const pad = padOf({ ...window, pads: rest as unknown as Window['pads'] });
  return [mapFrom(site.net.emit(site.operator.name, 'averagePool', [node], { attrs: { size: window.size, strides: window.strides, pad } }), window.sides, channels)];
};

/** The padding that the operator itself names. */
function declared(site: Site, { pads }: Window, k: number): readonly [number, number] {
  const given = numbersOf(site, 'pads', undefined);
  return given && textOf(site, 'auto_pad', 'NOTSET') === 'NOTSET' ? [given[k]!, given[k + 2]!] : pads[k as 0 | 1];
}

const globalPool = (op: 'reduceMean' | 'reduceMax'): Lower => (site) => {
  const { node, channels } = mapAt(site, signalAt(site));
  return [mapFrom(site.net.emit(site.operator.name, op, [node], { attrs: { axes: [1, 2], keepDims: true } }), [1, 1], channels)];
};

const batchNormalization: Lower = (site) => {
  if (numberOf(site, 'training_mode', 0) === 1) return refuse(site, 'is exported for training', 'call model.eval() before exporting');
  const signal = signalAt(site);
  const { node, result } = handle(site, signal, [1], true);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((k) => vector(constantAt(site, k, 'statistics')));
  const out = site.net.emit(site.operator.name, 'batchNorm', [node], { weights: { gamma: gamma!, beta: beta!, mean: mean!, variance: variance! }, attrs: { epsilon: numberOf(site, 'epsilon', 1e-5) } });
  return [result(out, () => gamma!.values.length)];
};

const localResponse: Lower = (site) => {
  const signal = signalAt(site);
  const { node, result } = handle(site, signal, [1], true);
  const attrs = { size: numberOf(site, 'size', 1), alpha: numberOf(site, 'alpha', 1e-4), beta: numberOf(site, 'beta', 0.75), bias: numberOf(site, 'bias', 1) };
  return [result(site.net.emit(site.operator.name, 'localResponseNorm', [node], { attrs }), () => shapeOf(signal)[1]!)];
};

/** Interpolation along one axis as a matrix [to, from]: what each new place takes of each old one. */
export function interpolation(site: Site, from: number, to: number, scale: number): Float32Array {
  const [mode, how, nearest] = [textOf(site, 'mode', 'nearest'), textOf(site, 'coordinate_transformation_mode', 'half_pixel'), textOf(site, 'nearest_mode', 'round_prefer_floor')];
  const place = (k: number): number => {
    switch (how) {
      case 'asymmetric':
        return k / scale;
      case 'align_corners':
        return to === 1 ? 0 : (k * (from - 1)) / (to - 1);
      case 'pytorch_half_pixel':
        return to === 1 ? 0 : (k + 0.5) / scale - 0.5;
      case 'tf_half_pixel_for_nn':
        return (k + 0.5) / scale;
      case 'half_pixel':
        return (k + 0.5) / scale - 0.5;
      default:
        return refuse(site, `resizes with '${how}'`, 'use half_pixel, align_corners or asymmetric');
    }
  };
  const round = { floor: Math.floor, ceil: Math.ceil, round_prefer_floor: (x: number) => Math.ceil(x - 0.5), round_prefer_ceil: (x: number) => Math.floor(x + 0.5) }[nearest] ?? Math.floor;
  const matrix = new Float32Array(to * from);
  const give = (k: number, at: number, share: number) => void (matrix[k * from + Math.min(Math.max(at, 0), from - 1)]! += share);
  for (let k = 0; k < to; k++) {
    const x = place(k);
    if (mode === 'nearest') give(k, round(x), 1);
    else if (mode === 'linear') {
      const low = Math.floor(x);
      give(k, low, 1 - (x - low));
      give(k, low + 1, x - low);
    } else cubic(x, numberOf(site, 'cubic_coeff_a', -0.75)).forEach((share, j) => give(k, Math.floor(x) - 1 + j, share));
  }
  return matrix;
}

/** Keys' cubic convolution over the four neighbours of x.  Keys 1981. */
function cubic(x: number, a: number): readonly number[] {
  const t = x - Math.floor(x);
  const near = (d: number) => (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  const far = (d: number) => a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
  return [far(1 + t), near(t), near(1 - t), far(2 - t)];
}

const resize: Lower = (site) => {
  const signal = signalAt(site);
  const { node, channels, sides } = mapAt(site, signal);
  const [scales, sizes] = [numbersAt(site, 2, 'scales'), numbersAt(site, 3, 'sizes')];
  if (textOf(site, 'mode', 'nearest') === 'linear' && numberOf(site, 'antialias', 0) === 1) return refuse(site, 'resizes with antialiasing', 'export with antialias=False');
  const full = (values: readonly number[]) => (values.length === 4 ? values.slice(2) : values);
  const to = sizes && sizes.length > 0 ? full(sizes) : full(scales ?? [1, 1]).map((scale, k) => Math.floor(sides[k as 0 | 1] * scale));
  const ratio = scales && scales.length > 0 && !(sizes && sizes.length > 0) ? full(scales) : to.map((n, k) => n / sides[k as 0 | 1]);
  const matrix = (k: 0 | 1): Weight => ({ shape: [to[k]!, sides[k]], values: interpolation(site, sides[k], to[k]!, ratio[k]!) });
  const out = site.net.emit(site.operator.name, 'resample', [node], { weights: { rows: matrix(0), columns: matrix(1) } });
  return [mapFrom(out, to as [number, number], channels)];
};

export const CONVOLUTION: Readonly<Record<string, Lower>> = {
  Conv: conv,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalPool('reduceMean'),
  GlobalMaxPool: globalPool('reduceMax'),
  BatchNormalization: batchNormalization,
  LRN: localResponse,
  Resize: resize,
};

