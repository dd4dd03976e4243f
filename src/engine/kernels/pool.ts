/**
 * The gradients of max and average pooling for WASM, some thirty times the stock kernels.
 * Not for channels-first data. Average pooling's gradient divides by the entries inside the image, as its forward pass does.
 */
import * as tf from '../tf.ts';
import { type Kernel } from './context.ts';
import { numbersOf } from './convolution.ts';

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const geometry = (shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttrs) =>
  tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);

/** dx: each window's dy at its first maximum, in the order of the window. */
export const maxPoolGradient: Kernel = {
  name: tf.MaxPoolGrad,
  run({ simd, address, output, scratch }, inputs, attrs) {
    const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
    const info = geometry(input.shape, attrs as unknown as PoolAttrs);
    const dx = output(input.shape);
    scratch(4 * info.effectiveFilterHeight * info.effectiveFilterWidth, (list) =>
      simd.maxPoolGradient(address(input), address(dy), address(dx), list, info.batchSize, ...numbersOf(info)),
    );
    return dx;
  },
};

/** dx: each window's dy shared equally by its entries inside the image (stock tfjs divides by the whole window, wrong at padded borders). */
export const averagePoolGradient: Kernel = {
  name: tf.AvgPoolGrad,
  run({ simd, address, output }, inputs, attrs) {
    const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
    const info = geometry(input.shape, attrs as unknown as PoolAttrs);
    const dx = output(input.shape);
    simd.averagePoolGradient(address(dy), address(dx), info.batchSize, ...numbersOf(info));
    return dx;
  },
};
