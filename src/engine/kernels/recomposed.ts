/**
 * The kernels that the WASM backend lacks, put together from ops it has, for engines without SIMD.
 * Not fast, and not used where the SIMD module runs.
 */
import * as tf from '../tf.ts';
import { geometry, type ConvolutionAttrs } from './convolution.ts';

/** A kernel made of ops: its inputs are the tensors of the call. */
export type Recomposed = (inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap) => tf.Tensor;

type Info = tf.backend_util.Conv2DInfo;

/** For every tap of the kernel the input pixels that it reads, [N, oH, oW, C], padding read as 0. */
function tapsOf(x: tf.Tensor4D, i: Info): tf.Tensor[] {
  const [down, across] = [(i.outHeight - 1) * i.strideHeight + 1, (i.outWidth - 1) * i.strideWidth + 1];
  const [bottom, right] = [i.effectiveFilterHeight - 1 + down - i.inHeight - i.padInfo.top, i.effectiveFilterWidth - 1 + across - i.inWidth - i.padInfo.left];
  const padded = tf.pad(x, [[0, 0], [i.padInfo.top, Math.max(0, bottom)], [i.padInfo.left, Math.max(0, right)], [0, 0]]);
  return Array.from({ length: i.filterHeight * i.filterWidth }, (_, tap) => {
    const [y, column] = [Math.floor(tap / i.filterWidth) * i.dilationHeight, (tap % i.filterWidth) * i.dilationWidth];
    return tf.stridedSlice(padded, [0, y, column, 0], [i.batchSize, y + down, column + across, i.inChannels], [1, i.strideHeight, i.strideWidth, 1]);
  });
}

const filterGradient: Recomposed = (inputs, attrs) =>
  tf.tidy(() => {
    const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const shape = attrs['filterShape'] as [number, number, number, number];
    const info = geometry(x.shape, shape, attrs as unknown as ConvolutionAttrs, false);
    if (!info) throw new Error(`conv2d's filter gradient on WASM takes NHWC data, not ${attrs['dataFormat'] as string}; transpose to NHWC first`);
    const rows = tf.reshape(dy, [-1, info.outChannels]) as tf.Tensor2D;
    return tf.reshape(tf.stack(tapsOf(x, info).map((tap) => tf.matMul(tf.reshape(tap, [-1, info.inChannels]) as tf.Tensor2D, rows, true))), shape);
  });

const depthwiseFilterGradient: Recomposed = (inputs, attrs) =>
  tf.tidy(() => {
    const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const shape = attrs['filterShape'] as [number, number, number, number];
    const info = geometry(x.shape, shape, attrs as unknown as ConvolutionAttrs, true)!;
    const [channels, multiplier] = [shape[2], shape[3]];
    const signal = tf.reshape(dy, [-1, channels, multiplier]);
    return tf.reshape(tf.stack(tapsOf(x, info).map((tap) => tf.sum(tf.mul(tf.reshape(tap, [-1, channels, 1]), signal), 0))), shape);
  });

/** As the gradient of a full convolution whose kernel is zero between different channels: C times the work. */
const depthwiseInputGradient: Recomposed = (inputs, attrs) =>
  tf.tidy(() => {
    const { dy, filter } = inputs as unknown as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const { strides, pad, dilations = 1 } = attrs as unknown as ConvolutionAttrs;
    if (!tf.backend_util.tupleValuesAreOne(dilations)) throw new Error(`without WASM SIMD a depthwise convolution of dilation ${String(dilations)} has no gradient: use a browser with SIMD or dilation 1`);
    const [kh, kw, channels, multiplier] = filter.shape;
    const apart = tf.mul(tf.reshape(filter, [kh * kw, channels, 1, multiplier]), tf.reshape(tf.eye(channels), [1, channels, channels, 1]));
    const full = tf.reshape(apart, [kh, kw, channels, channels * multiplier]) as tf.Tensor4D;
    return tf.conv2dTranspose(dy, full, attrs['inputShape'] as [number, number, number, number], strides, pad as 'same');
  });

const segmentSum: Recomposed = (inputs, attrs) =>
  tf.tidy(() => {
    const { x, segmentIds } = inputs as unknown as { x: tf.Tensor; segmentIds: tf.Tensor1D };
    const segments = attrs['numSegments'] as number;
    const chosen = tf.cast(tf.oneHot(segmentIds, segments), 'float32') as tf.Tensor2D;
    return tf.reshape(tf.matMul(chosen, tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D, true), [segments, ...x.shape.slice(1)]);
  });

const passBetween: Recomposed = (inputs, attrs) =>
  tf.tidy(() => {
    const { x, dy } = inputs as unknown as { x: tf.Tensor; dy: tf.Tensor };
    const inside = tf.logicalAnd(tf.greater(x, attrs['low'] as number), tf.less(x, attrs['high'] as number));
    return tf.mul(dy, tf.cast(inside, 'float32'));
  });

const normal = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

const gelu: Recomposed = ({ x }) => tf.tidy(() => tf.mul(x as tf.Tensor, normal(x as tf.Tensor)));

const geluPullback: Recomposed = (inputs) =>
  tf.tidy(() => {
    const { x, dy } = inputs as unknown as { x: tf.Tensor; dy: tf.Tensor };
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 0.3989422804014327);
    return tf.mul(dy, tf.add(normal(x), tf.mul(x, density)));
  });

const silu: Recomposed = ({ x }) => tf.tidy(() => tf.mul(x as tf.Tensor, tf.sigmoid(x as tf.Tensor)));

const siluPullback: Recomposed = (inputs) =>
  tf.tidy(() => {
    const { x, dy } = inputs as unknown as { x: tf.Tensor; dy: tf.Tensor };
    const s = tf.sigmoid(x);
    return tf.mul(dy, tf.mul(s, tf.add(1, tf.mul(x, tf.sub(1, s)))));
  });

export const RECOMPOSED: Readonly<Record<string, Recomposed>> = {
  [tf.Conv2DBackpropFilter]: filterGradient,
  [tf.DepthwiseConv2dNativeBackpropFilter]: depthwiseFilterGradient,
  [tf.DepthwiseConv2dNativeBackpropInput]: depthwiseInputGradient,
  [tf.UnsortedSegmentSum]: segmentSum,
  PassBetween: passBetween,
  Gelu: gelu,
  GeluPullback: geluPullback,
  Silu: silu,
  SiluPullback: siluPullback,
};
