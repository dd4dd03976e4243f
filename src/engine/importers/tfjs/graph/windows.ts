/** Convolutions, pools, normalisation, resizing and products: TensorFlow name → ONNX operators. */
import { convolve, convolveDepthwise, normalise, pool, resize, toNchw, toNhwc, type Window } from '../window.ts';
import type { Operator } from '../../source.ts';
import { ACTIVATIONS } from './elementwise.ts';
import { asList, constantInteger, input, refuse, type NodeScope, type Read, type Table } from './read.ts';

const channelsLast = (scope: NodeScope): boolean => {
  const format = scope.attributes.text('data_format', 'NHWC');
  if (format !== 'NHWC' && format !== 'NCHW') throw refuse(scope, `has the data format '${format}'`, 'only images of one height and width can be read here (NHWC or NCHW)');
  return format === 'NHWC';
};

/** Height's and width's of four numbers, one an axis. */
const plane = (values: readonly number[], nhwc: boolean, what: string, scope: NodeScope): number[] => {
  const [batch, channel, ...both] = nhwc ? [values[0], values[3], values[1], values[2]] : values;
  if (values.length !== 4 || batch !== 1 || channel !== 1 || both.some((value) => value! < 1)) throw refuse(scope, `has ${what} [${values.join(', ')}]`, 'they must be 1 along the batch and the channels, and 1 or more along height and width');
  return both as number[];
};

function windowOf(scope: NodeScope): Window {
  const nhwc = channelsLast(scope);
  const padding = scope.attributes.text('padding');
  const explicit = scope.attributes.integers('explicit_paddings', []);
  if (!['SAME', 'VALID', 'EXPLICIT'].includes(padding) || (padding === 'EXPLICIT' && explicit.length !== 8)) throw refuse(scope, `has the padding '${padding}'`, 'SAME, VALID or EXPLICIT with eight numbers can be read');
  const at = nhwc ? 2 : 4;
  return {
    strides: plane(scope.attributes.integers('strides'), nhwc, 'strides', scope),
    dilations: plane(scope.attributes.integers('dilations', [1, 1, 1, 1]), nhwc, 'dilations', scope),
    padding: padding === 'EXPLICIT' ? [explicit[at]!, explicit[at + 2]!, explicit[at + 1]!, explicit[at + 3]!] : (padding as 'SAME' | 'VALID'),
    channelsLast: nhwc,
  };
}

const kernelShape = (kernel: string, scope: NodeScope): readonly number[] => {
  const shape = scope.constant(kernel)?.shape;
  if (shape?.length !== 4) throw refuse(scope, shape ? `has a kernel of shape [${shape.join(', ')}]` : 'has a kernel that the network computes', 'a depthwise kernel must stand in the file, as [height, width, channels, multiplier]');
  return shape;
};

type Convolution = (x: string, kernel: string, bias: string | undefined, scope: NodeScope) => string;
const full: Convolution = (x, kernel, bias, scope) => convolve(scope, x, kernel, windowOf(scope), { bias });
const depthwise: Convolution = (x, kernel, bias, scope) => convolveDepthwise(scope, x, kernel, kernelShape(kernel, scope), windowOf(scope), bias);
const product: Convolution = (a, b, bias, scope) => {
  const { attributes } = scope;
  const turned = (flag: string, adjoint: string) => (attributes.flag(flag) || attributes.flag(adjoint) ? 1 : 0);
  return scope.op('Gemm', bias === undefined ? [a, b] : [a, b, bias], { transA: turned('transpose_a', 'adjoint_a'), transB: turned('transpose_b', 'adjoint_b') });
};

const plain = (compute: Convolution): Read => (inputs, scope) => compute(input(inputs, 0, scope), input(inputs, 1, scope), undefined, scope);

/** The op, then what `fused_ops` names, each taking its own of the inputs behind the kernel. */
const fused = (compute: Convolution): Read => (inputs, scope) => {
  const names = scope.attributes.texts('fused_ops');
  const left = inputs.slice(2);
  const take = () => left.shift() ?? input([], inputs.length, scope);
  const bias = names[0] === 'BiasAdd' ? take() : undefined;
  let value = compute(input(inputs, 0, scope), input(inputs, 1, scope), bias, scope);
  for (const name of bias === undefined ? names : names.slice(1)) {
    if (Object.hasOwn(ACTIVATIONS, name)) value = ACTIVATIONS[name]!(scope, value);
    else if (name === 'Prelu') value = scope.op('PRelu', [value, take()]);
    else if (name === 'FusedBatchNorm') value = normalise(scope, value, [take(), take(), take(), take()], scope.attributes.number('epsilon', 1e-4), channelsLast(scope));
    else throw refuse(scope, `fuses '${name}'`, 'convert the model again with --skip_kindcheck false and without that operation');
  }
  return value;
};

const biasAdd: Read = (inputs, scope) => {
  const bias = input(inputs, 1, scope);
  return scope.op('Add', [input(inputs, 0, scope), channelsLast(scope) ? bias : scope.op('Reshape', [bias, scope.ints([-1, 1, 1])])]);
};

const batchNorm: Read = (inputs, scope) => {
  const statistics = [1, 2, 3, 4].map((index) => input(inputs, index, scope));
  if (scope.constant(statistics[2]!)?.values.length === 0) throw refuse(scope, 'normalises by the batch it sees (is_training)', 'export the model for inference, with its moving mean and variance');
  return normalise(scope, input(inputs, 0, scope), statistics, scope.attributes.number('epsilon', 1e-4), channelsLast(scope));
};

const pooled = (type: 'MaxPool' | 'AveragePool'): Read => (inputs, scope) => {
  const window = windowOf(scope);
  return pool(scope, type, input(inputs, 0, scope), plane(scope.attributes.integers('ksize'), window.channelsLast, 'a window of', scope), { ...window, dilations: undefined });
};

const resized = (mode: 'nearest' | 'linear'): Read => (inputs, scope) =>
  resize(scope, input(inputs, 0, scope), input(inputs, 1, scope), { mode, alignCorners: scope.attributes.flag('align_corners'), halfPixelCenters: scope.attributes.flag('half_pixel_centers') });

/** The last two axes may be turned; the rank is not known here, so Einsum says it. */
const batchMatMul: Read = (inputs, scope) => {
  const [turnX, turnY] = [scope.attributes.flag('adj_x'), scope.attributes.flag('adj_y')];
  const factors = [input(inputs, 0, scope), input(inputs, 1, scope)];
  if (!turnX && !turnY) return scope.op('MatMul', factors);
  return scope.op('Einsum', factors, { equation: `...${turnX ? 'ji' : 'ij'},...${turnY ? 'kj' : 'jk'}->...ik` });
};

const blocks = (type: 'SpaceToDepth' | 'DepthToSpace'): Read => (inputs, scope) => {
  const size = scope.attributes.integer('block_size');
  if (size < 1) throw refuse(scope, `has a block of ${size}`, 'blocks are one pixel or more');
  const attributes: Operator['attributes'] = type === 'DepthToSpace' ? { blocksize: size, mode: 'DCR' } : { blocksize: size };
  const x = input(inputs, 0, scope);
  return channelsLast(scope) ? toNhwc(scope, scope.op(type, [toNchw(scope, x)], attributes)) : scope.op(type, [x], attributes);
};

const reduced = (type: string): Read => (inputs, scope) => {
  const axes = input(inputs, 1, scope);
  if (scope.constant(axes)?.values.length === 0) return inputs[0]!;
  return scope.op(type, [inputs[0]!, asList(axes, scope)], { keepdims: scope.attributes.flag('keep_dims') ? 1 : 0 });
};

export const WINDOWS: Table = {
  Conv2D: plain(full), DepthwiseConv2dNative: plain(depthwise), MatMul: plain(product),
  _FusedConv2D: fused(full), FusedDepthwiseConv2dNative: fused(depthwise), _FusedDepthwiseConv2dNative: fused(depthwise), _FusedMatMul: fused(product),
  BatchMatMul: batchMatMul, BatchMatMulV2: batchMatMul, BatchMatMulV3: batchMatMul,
  Einsum: (inputs, scope) => scope.op('Einsum', inputs, { equation: scope.attributes.text('equation') }),
  BiasAdd: biasAdd, FusedBatchNorm: batchNorm, FusedBatchNormV2: batchNorm, FusedBatchNormV3: batchNorm,
  MaxPool: pooled('MaxPool'), AvgPool: pooled('AveragePool'),
  ResizeBilinear: resized('linear'), ResizeNearestNeighbor: resized('nearest'),
  SpaceToDepth: blocks('SpaceToDepth'), DepthToSpace: blocks('DepthToSpace'),
  Mean: reduced('ReduceMean'), Sum: reduced('ReduceSum'), Max: reduced('ReduceMax'), Min: reduced('ReduceMin'), Prod: reduced('ReduceProd'),
  ArgMax: (inputs, scope) => scope.op('ArgMax', [input(inputs, 0, scope)], { axis: constantInteger(input(inputs, 1, scope), 'the axis', scope), keepdims: 0 }),
};
