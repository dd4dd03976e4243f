/** Writes a network down layer by layer, weights initialised from a seed. Not an architecture: those stand in architectures/. */
import type { Features } from '../graph/graph.ts';
import type { Attrs, OpName } from '../graph/ops/index.ts';
import { normals } from '../math/rng.ts';
import type { PlainGraph, PlainNode, Weight } from './plain.ts';

/** Batch normalisation's ε, as common since its paper (Ioffe & Szegedy 2015). */
const EPSILON = 1e-3;

export const filled = (shape: readonly number[], value: number): Weight => ({ shape, values: new Float32Array(shape.reduce((n, m) => n * m, 1)).fill(value) });

interface ConvSpec {
  readonly from: number;
  readonly to: number;
  readonly size?: number;
  readonly stride?: number;
}

/** A network being written. Every method appends a node that reads `x` and returns the node's id. */
export interface Draft {
  node(id: string, op: OpName, inputs: readonly string[], weights?: Record<string, Weight>, attrs?: Attrs): string;
  /** Normal with mean 0 and the given deviation; the draws are addressed by `name`. */
  random(name: string, shape: readonly number[], deviation: number): Weight;
  /** A convolution without bias, He-initialised, and its batch normalisation, which bears the id (and so does the folded layer, see canonize). */
  conv(id: string, x: string, spec: ConvSpec): string;
  /** A depthwise convolution (3×3 unless told) without bias and its batch normalisation. */
  depthwise(id: string, x: string, channels: number, stride: number, size?: number): string;
  batchNorm(id: string, x: string, channels: number, gamma?: number): string;
  /** Over the last axis, of this width. */
  layerNorm(id: string, x: string, width: number): string;
  /** y = x · kernel + bias, kernel of deviation `gain` / √from. */
  dense(id: string, x: string, from: number, to: number, gain?: number): string;
  finish(output: string, features: Features): PlainGraph;
}

/** A network over images whose first node maps [0, 1] to [−2, 2] (mean and half deviation of the scenes, roughly). */
export function draft(seed: number): Draft {
  const nodes: PlainNode[] = [];
  const node: Draft['node'] = (id, op, inputs, weights = {}, attrs = {}) => {
    nodes.push({ id, op, inputs, weights, attrs });
    return id;
  };
  const random: Draft['random'] = (name, shape, deviation) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return { shape, values: normals(seed, `weights/${name}`, 0, n).map((z) => z * deviation) };
  };
  const convolution = (id: string, op: 'conv2d' | 'depthwiseConv2d', x: string, shape: readonly number[], fanIn: number, stride: number) =>
    node(id, op, [x], { kernel: random(`${id}/kernel`, shape, Math.sqrt(2 / fanIn)) }, { strides: [stride, stride], pad: 'same' });
  const batchNorm: Draft['batchNorm'] = (id, x, channels, gamma = 1) =>
    node(id, 'batchNorm', [x], {
      gamma: filled([channels], gamma),
      beta: filled([channels], 0),
      mean: filled([channels], 0),
      variance: filled([channels], 1),
    }, { epsilon: EPSILON });
  node('preprocess', 'preprocess', ['image'], { mean: filled([3], 0.5), std: filled([3], 0.25) });
  return {
    node,
    random,
    batchNorm,
    conv: (id, x, { from, to, size = 3, stride = 1 }) =>
      batchNorm(id, convolution(`${id}-linear`, 'conv2d', x, [size, size, from, to], size * size * from, stride), to),
    depthwise: (id, x, channels, stride, size = 3) =>
      batchNorm(id, convolution(`${id}-linear`, 'depthwiseConv2d', x, [size, size, channels, 1], size * size, stride), channels),
    layerNorm: (id, x, width) => node(id, 'layerNorm', [x], { gamma: filled([width], 1), beta: filled([width], 0) }, { epsilon: 1e-5 }),
    dense: (id, x, from, to, gain = 1) =>
      node(id, 'dense', [x], { kernel: random(`${id}/kernel`, [from, to], gain / Math.sqrt(from)), bias: filled([to], 0) }),
    finish: (output, features) => ({ input: 'image', output, nodes, features }),
  };
}
