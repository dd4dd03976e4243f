/**
 * The two gradients of conv2d for WASM: products over patches in cache-sized blocks, no reversed kernels, no repacking by the backend.
 * Not for depthwise filters (depthwise.ts).
 */
import * as tf from '../tf.ts';
import type { Context, Kernel } from './context.ts';

type Info = tf.backend_util.Conv2DInfo;
type Size4 = [number, number, number, number];

export interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dilations?: number | [number, number];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Sizes and padding as tfjs computes them; `undefined` for channels-first data, which the stock kernels must handle. */
export function geometry(input: readonly number[], filter: readonly number[], attrs: ConvolutionAttrs, depthwise: boolean): Info | undefined {
  if (attrs.dataFormat === 'NCHW') return undefined;
  return tf.backend_util.computeConv2DInfo(input as Size4, filter as Size4, attrs.strides, attrs.dilations ?? 1, attrs.pad, attrs.dimRoundingMode, depthwise);
}

/** H, W, C, oH, oW, kh, kw, sh, sw, top, left, dh, dw: the order in which the module takes them. */
export const numbersOf = (i: Info): number[] => [
  i.inHeight, i.inWidth, i.inChannels, i.outHeight, i.outWidth, i.filterHeight, i.filterWidth,
  i.strideHeight, i.strideWidth, i.padInfo.top, i.padInfo.left, i.dilationHeight, i.dilationWidth,
];

type Step = 'filterGradient' | 'inputGradient';

function run(context: Context, step: Step, info: Info, left: tf.TensorInfo, right: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  const result = context.output(shape);
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  context.scratch(context.simd.convolutionScratch(patch, info.outChannels), (scratch) =>
    context.simd[step](context.address(left), context.address(right), context.address(result), scratch, info.batchSize, info.outChannels, ...numbersOf(info)),
  );
  return result;
}

/** dx = Σ over taps of dy·wᵀ, shape of the input. Each pixel sums its taps in a fixed order, whatever the batch. Cost 2·|dy|·kh·kw·C. */
export const conv2dInputGradient: Kernel = {
  name: tf.Conv2DBackpropInput,
  run(context, inputs, attrs) {
    const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
    const shape = attrs['inputShape'] as number[];
    const info = geometry(shape, filter.shape, attrs as unknown as ConvolutionAttrs, false);
    return info && run(context, 'inputGradient', info, dy, filter, shape);
  },
};

/** dw = Σ_p patch[p]ᵀ · dy[p], shape kh×kw×C×D. Cost 2·|dy|·kh·kw·C. */
export const conv2dFilterGradient: Kernel = {
  name: tf.Conv2DBackpropFilter,
  run(context, inputs, attrs) {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const shape = attrs['filterShape'] as number[];
    const info = geometry(x.shape, shape, attrs as unknown as ConvolutionAttrs, false);
    if (!info) throw new Error(`conv2d's filter gradient on WASM takes NHWC data, not ${attrs['dataFormat'] as string}; transpose to NHWC first`);
    return run(context, 'filterGradient', info, x, dy, shape);
  },
};
