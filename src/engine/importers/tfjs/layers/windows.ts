/** Convolutions, pools, padding and resizing of images: Keras layers → ONNX operators. */
import type { Length } from '../../source.ts';
import { damaged, list } from '../json.ts';
import { convolve, convolveDepthwise, pool, resize, type Window } from '../window.ts';
import { activate } from './activations.ts';
import { known, refuse, show, single, type Layer, type LayerTable, type ReadLayer, type Value, type Weight } from './layer.ts';

interface Picture {
  readonly name: string;
  readonly batch: Length;
  readonly plane: readonly Length[];
  readonly channels: number;
  readonly channelsLast: boolean;
}

function pictureOf(inputs: readonly Value[], layer: Layer): Picture {
  const { name, shape } = single(inputs, layer);
  const format = layer.config.text('data_format', 'channels_last');
  if (shape.length !== 4) throw refuse(layer, `is given a value of shape ${show(shape)}`, 'it takes images of four axes: batch, height, width, channels');
  const channelsLast = format !== 'channels_first';
  return { name, batch: shape[0], plane: channelsLast ? shape.slice(1, 3) : shape.slice(2), channels: known(shape[channelsLast ? 3 : 1], 'number of channels', layer), channelsLast };
}

const valueOf = (picture: Picture, name: string, plane: readonly Length[], channels = picture.channels): Value => ({
  name,
  shape: picture.channelsLast ? [picture.batch, ...plane, channels] : [picture.batch, channels, ...plane],
});

/** How many places a window has along an axis; none is a damaged file. */
function places(plane: readonly Length[], size: readonly number[], { strides, dilations = [1, 1], padding }: Window, layer: Layer): Length[] {
  return plane.map((length, axis) => {
    if (length === undefined) return undefined;
    const reach = (size[axis]! - 1) * dilations[axis]! + 1;
    const count = padding === 'SAME' ? Math.ceil(length / strides[axis]!) : Math.floor((length - reach) / strides[axis]!) + 1;
    if (count < 1) throw refuse(layer, `slides a window of ${size.join(' × ')} over an image of ${plane.map((side) => side ?? '?').join(' × ')}, which is smaller`, 'give the model a larger input, or export it again');
    return count;
  });
}

function windowOf(layer: Layer, channelsLast: boolean, strides: readonly number[]): Window {
  const padding = layer.config.text('padding', 'valid').toUpperCase();
  if (padding !== 'SAME' && padding !== 'VALID') throw refuse(layer, `has the padding '${padding.toLowerCase()}'`, "'same' and 'valid' can be read");
  const dilations = layer.config.integers('dilation_rate', 2, [1, 1]);
  if ([...strides, ...dilations].some((step) => step < 1)) throw refuse(layer, `has strides [${strides.join(', ')}]`, 'strides are 1 or more');
  return { strides, dilations, padding, channelsLast };
}

const bias = (layer: Layer, length: number): Weight | undefined => (layer.config.flag('use_bias', true) ? sized(layer.weight('bias'), [length], layer) : undefined);

/** The weight, if it has the shape that the network asks for (undefined: any length). */
export function sized(weight: Weight, shape: readonly Length[], layer: Layer): Weight {
  if (weight.shape.length !== shape.length || shape.some((length, axis) => length !== undefined && length !== weight.shape[axis])) throw refuse(layer, `needs a weight of shape ${show(shape)}, and '${weight.name}' has ${show(weight.shape)}`, 'the weights belong to another model, or the file is damaged; export the model again');
  return weight;
}

const conv2d: ReadLayer = (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const groups = layer.config.integers('groups', 1, [1])[0]!;
  if (groups < 1 || picture.channels % groups !== 0) throw damaged(`layer '${layer.node}' splits ${picture.channels} channels into ${groups} groups`);
  const size = layer.config.integers('kernel_size', 2);
  const kernel = sized(layer.weight('kernel'), [...size, picture.channels / groups, undefined], layer);
  const filters = kernel.shape[3]!;
  const window = windowOf(layer, picture.channelsLast, layer.config.integers('strides', 2, [1, 1]));
  const y = convolve(layer, picture.name, kernel.name, window, { bias: bias(layer, filters)?.name, groups });
  return valueOf(picture, activate(layer, y), places(picture.plane, size, window, layer), filters);
};

const depthwise: ReadLayer = (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const size = layer.config.integers('kernel_size', 2);
  const kernel = sized(layer.weight('depthwise_kernel', 'kernel'), [...size, picture.channels, undefined], layer);
  const channels = picture.channels * kernel.shape[3]!;
  const window = windowOf(layer, picture.channelsLast, layer.config.integers('strides', 2, [1, 1]));
  const y = convolveDepthwise(layer, picture.name, kernel.name, kernel.shape, window, bias(layer, channels)?.name);
  return valueOf(picture, activate(layer, y), places(picture.plane, size, window, layer), channels);
};

const separable: ReadLayer = (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const size = layer.config.integers('kernel_size', 2);
  const kernel = sized(layer.weight('depthwise_kernel'), [...size, picture.channels, undefined], layer);
  const pointwise = sized(layer.weight('pointwise_kernel'), [1, 1, picture.channels * kernel.shape[3]!, undefined], layer);
  const window = windowOf(layer, picture.channelsLast, layer.config.integers('strides', 2, [1, 1]));
  const spread = convolveDepthwise(layer, picture.name, kernel.name, kernel.shape, window);
  const y = convolve(layer, spread, pointwise.name, { ...window, strides: [1, 1], dilations: [1, 1], padding: 'VALID' }, { bias: bias(layer, pointwise.shape[3]!)?.name });
  return valueOf(picture, activate(layer, y), places(picture.plane, size, window, layer), pointwise.shape[3]!);
};

/** A sequence is an image of height 1. */
const conv1d: ReadLayer = (inputs, layer) => {
  const { name, shape } = single(inputs, layer);
  if (shape.length !== 3 || layer.config.text('data_format', 'channels_last') !== 'channels_last') throw refuse(layer, `is given a value of shape ${show(shape)}`, 'it takes sequences of three axes: batch, length, channels last');
  const [size, stride, dilation] = (['kernel_size', 'strides', 'dilation_rate'] as const).map((key) => layer.config.integers(key, 1, [1])[0]!) as [number, number, number];
  const kernel = sized(layer.weight('kernel'), [size, shape[2], undefined], layer);
  const window: Window = { ...windowOf(layer, true, [1, stride]), dilations: [1, dilation] };
  const [row, plane] = [layer.op('Unsqueeze', [name, layer.ints([1])]), layer.op('Unsqueeze', [kernel.name, layer.ints([0])])];
  const y = layer.op('Squeeze', [convolve(layer, row, plane, window, { bias: bias(layer, kernel.shape[2]!)?.name }), layer.ints([1])]);
  return { name: activate(layer, y), shape: [shape[0], places([1, shape[1]], [1, size], window, layer)[1], kernel.shape[2]!] };
};

const pooling = (type: 'MaxPool' | 'AveragePool'): ReadLayer => (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const size = layer.config.integers('pool_size', 2, [2, 2]);
  if (size.some((side) => side < 1)) throw damaged(`layer '${layer.node}' pools over ${size.join(' × ')}`);
  const window = { ...windowOf(layer, picture.channelsLast, layer.config.integers('strides', 2, size)), dilations: undefined };
  return valueOf(picture, pool(layer, type, picture.name, size, window), places(picture.plane, size, window, layer));
};

const globalPooling = (type: string): ReadLayer => (inputs, layer) => {
  const { name, batch, channels, channelsLast } = pictureOf(inputs, layer);
  const keep = layer.config.flag('keepdims', false);
  const y = layer.op(type, [name, layer.ints(channelsLast ? [1, 2] : [2, 3])], { keepdims: keep ? 1 : 0 });
  return { name: y, shape: !keep ? [batch, channels] : channelsLast ? [batch, 1, 1, channels] : [batch, channels, 1, 1] };
};

/** One number; [height, width]; or [[top, bottom], [left, right]]. */
function margins(layer: Layer, key: string): [[number, number], [number, number]] {
  const written = layer.config.raw(key) ?? 1;
  const sides = Array.isArray(written) && written.some(Array.isArray) ? list(written, key).flat() : Array.isArray(written) ? [written[0], written[0], written[1], written[1]] : Array<unknown>(4).fill(written);
  const [top, bottom, left, right] = sides as number[];
  if (sides.length !== 4 || sides.some((side) => !Number.isInteger(side) || (side as number) < 0 || (side as number) > 4096)) throw damaged(`'${key}' of layer '${layer.node}' is ${JSON.stringify(written)}`);
  return [[top!, bottom!], [left!, right!]];
}

const zeroPadding: ReadLayer = (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const [[top, bottom], [left, right]] = margins(layer, 'padding');
  const pads = picture.channelsLast ? [0, top, left, 0, 0, bottom, right, 0] : [0, 0, top, left, 0, 0, bottom, right];
  const added = [top + bottom, left + right];
  return valueOf(picture, layer.op('Pad', [picture.name, layer.ints(pads)], { mode: 'constant' }), picture.plane.map((length, axis) => length && length + added[axis]!));
};

const cropping: ReadLayer = (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const cut = margins(layer, 'cropping');
  const plane = picture.plane.map((length, axis) => known(length, 'size', layer) - cut[axis]![0] - cut[axis]![1]);
  if (plane.some((length) => length < 1)) throw refuse(layer, `crops an image of ${picture.plane.join(' × ')} to nothing`, 'give the model a larger input');
  const [from, axes] = [cut.map(([before]) => before), picture.channelsLast ? [1, 2] : [2, 3]];
  return valueOf(picture, layer.op('Slice', [picture.name, layer.ints(from), layer.ints(from.map((start, axis) => start + plane[axis]!)), layer.ints(axes)]), plane);
};

const resampled = (sizeOf: (layer: Layer, plane: readonly number[]) => number[]): ReadLayer => (inputs, layer) => {
  const picture = pictureOf(inputs, layer);
  const size = sizeOf(layer, picture.plane.map((length) => known(length, 'size', layer)));
  const interpolation = layer.config.text('interpolation', 'nearest');
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') throw refuse(layer, `resizes by '${interpolation}'`, "'nearest' and 'bilinear' can be read");
  if (size.some((side) => side < 1 || side > 16384)) throw damaged(`layer '${layer.node}' resizes to ${size.join(' × ')}`);
  const sampling = { mode: interpolation === 'nearest' ? ('nearest' as const) : ('linear' as const), alignCorners: false, halfPixelCenters: true };
  if (sampling.mode === 'linear') layer.remark(`Layer '${layer.node}' resizes from pixel centres, as Keras does since 2.3; TensorFlow.js itself takes corners.`);
  return valueOf(picture, resize(layer, picture.name, layer.ints(size), sampling, picture.channelsLast), size);
};

export const WINDOWS: LayerTable = {
  Conv2D: conv2d, Convolution2D: conv2d, DepthwiseConv2D: depthwise, SeparableConv2D: separable, Conv1D: conv1d,
  MaxPooling2D: pooling('MaxPool'), MaxPool2D: pooling('MaxPool'), AveragePooling2D: pooling('AveragePool'), AvgPool2D: pooling('AveragePool'),
  GlobalAveragePooling2D: globalPooling('ReduceMean'), GlobalMaxPooling2D: globalPooling('ReduceMax'),
  ZeroPadding2D: zeroPadding, Cropping2D: cropping,
  UpSampling2D: resampled((layer, plane) => layer.config.integers('size', 2, [2, 2]).map((factor, axis) => factor * plane[axis]!)),
  Resizing: resampled((layer) => [layer.config.number('height'), layer.config.number('width')]),
};
