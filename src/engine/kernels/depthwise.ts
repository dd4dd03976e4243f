/**
 * The two gradients of a depthwise convolution, which the WASM backend of TensorFlow.js lacks, and the convolution itself by large windows.
 * Not by windows up to 5×5, which the stock kernel does well.
 */
import * as tf from '../tf.ts';
import { type Kernel } from './context.ts';
import { geometry, numbersOf, type ConvolutionAttrs } from './convolution.ts';

/** Taps that the stock kernel has fast code for. */
const STOCK_TAPS = 25;

/** y[p, c] = Σ x[p + tap, c]·w[tap, c] for windows of more than 25 taps and one output a channel. Cost |y|·kh·kw. */
export const depthwiseConvolution: Kernel = {
  name: tf.DepthwiseConv2dNative,
  run({ simd, address, output, scratch }, inputs, attrs) {
    const { x, filter } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
    if (filter.shape[0]! * filter.shape[1]! <= STOCK_TAPS || filter.shape[3] !== 1 || x.dtype !== 'float32') return undefined;
    const info = geometry(x.shape, filter.shape, attrs as unknown as ConvolutionAttrs, true);
    if (!info) return undefined;
    const y = output(info.outShape);
    scratch(8 * info.filterHeight * info.filterWidth, (list) => simd.depthwise(address(x), address(filter), address(y), list, info.batchSize, ...numbersOf(info)));
    return y;
  },
};

/** dx[p + tap, c] = Σ dy[p, c·q]·w[tap, c, q]; each pixel in a fixed order, whatever the batch. Cost 2·|dy|·kh·kw. */
export const depthwiseInputGradient: Kernel = {
  name: tf.DepthwiseConv2dNativeBackpropInput,
  run({ simd, address, output, scratch }, inputs, attrs) {
    const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
    const shape = attrs['inputShape'] as number[];
    const info = geometry(shape, filter.shape, attrs as unknown as ConvolutionAttrs, true)!;
    const dx = output(shape);
    scratch(8 * info.filterHeight * info.filterWidth, (list) =>
      simd.depthwiseInputGradient(address(dy), address(filter), address(dx), list, info.batchSize, filter.shape[3]!, ...numbersOf(info)),
    );
    return dx;
  },
};

/** dw[tap, c, q] = Σ_p x[p + tap, c]·dy[p, c·q]. Cost 2·|dy|·kh·kw. */
export const depthwiseFilterGradient: Kernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  run({ simd, address, output }, inputs, attrs) {
    const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
    const shape = attrs['filterShape'] as number[];
    const info = geometry(x.shape, shape, attrs as unknown as ConvolutionAttrs, true)!;
    const dw = output(shape);
    simd.depthwiseFilterGradient(address(x), address(dy), address(dw), info.batchSize, shape[3]!, ...numbersOf(info));
    return dw;
  },
};
