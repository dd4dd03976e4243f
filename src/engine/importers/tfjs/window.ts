/** Convolutions and pools of NHWC values as ONNX operators: Transpose, the operator, Transpose back. Knows neither Keras nor TensorFlow. */
import type { Scope } from './emitter.ts';

export interface Window {
  readonly strides: readonly number[];
  readonly dilations?: readonly number[];
  /** Or the zeros before and after: [top, left, bottom, right]. */
  readonly padding: 'SAME' | 'VALID' | readonly number[];
  readonly channelsLast: boolean;
}

/** NHWC → NCHW and back: free once the graph is lowered. */
export const toNchw = (scope: Scope, x: string) => scope.op('Transpose', [x], { perm: [0, 3, 1, 2] });
export const toNhwc = (scope: Scope, x: string) => scope.op('Transpose', [x], { perm: [0, 2, 3, 1] });

/** `read` on NCHW, whatever the layout of `x`. */
export function asNchw(scope: Scope, x: string, channelsLast: boolean, read: (x: string) => string): string {
  return channelsLast ? toNhwc(scope, read(toNchw(scope, x))) : read(x);
}

const attributesOf = ({ strides, dilations, padding }: Window) => ({
  strides,
  ...(dilations ? { dilations } : {}),
  ...(padding === 'SAME' ? { auto_pad: 'SAME_UPPER' } : padding === 'VALID' ? { auto_pad: 'VALID' } : { pads: padding }),
});

/** `kernel`: [height, width, in / groups, out]. */
export function convolve(scope: Scope, x: string, kernel: string, window: Window, { bias, groups = 1 }: { bias?: string | undefined; groups?: number } = {}): string {
  const turned = scope.op('Transpose', [kernel], { perm: [3, 2, 0, 1] });
  return asNchw(scope, x, window.channelsLast, (image) => scope.op('Conv', bias === undefined ? [image, turned] : [image, turned, bias], { ...attributesOf(window), group: groups }));
}

/** `kernel`: [height, width, channels, multiplier], of the shape given; output channel = channel · multiplier + copy. */
export function convolveDepthwise(scope: Scope, x: string, kernel: string, shape: readonly number[], window: Window, bias?: string): string {
  const [height, width, channels, multiplier] = shape as [number, number, number, number];
  const turned = scope.op('Transpose', [kernel], { perm: [2, 3, 0, 1] });
  const flat = scope.op('Reshape', [turned, scope.ints([channels * multiplier, 1, height, width])]);
  return asNchw(scope, x, window.channelsLast, (image) => scope.op('Conv', bias === undefined ? [image, flat] : [image, flat, bias], { ...attributesOf(window), group: channels }));
}

/** Averages leave padded places out, as TensorFlow's do. */
export function pool(scope: Scope, type: 'MaxPool' | 'AveragePool', x: string, size: readonly number[], window: Window): string {
  return asNchw(scope, x, window.channelsLast, (image) => scope.op(type, [image], { kernel_shape: size, ...attributesOf(window) }));
}

/** (x − mean) / √(variance + ε) · scale + shift over the channels. */
export function normalise(scope: Scope, x: string, [scale, shift, mean, variance]: readonly string[], epsilon: number, channelsLast: boolean): string {
  return asNchw(scope, x, channelsLast, (image) => scope.op('BatchNormalization', [image, scale!, shift!, mean!, variance!], { epsilon }));
}

export interface Sampling {
  readonly mode: 'nearest' | 'linear';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Resizes height and width to the value `sizes` (two whole numbers), as tf.image does. Half-pixel nearest is ⌊(i + ½) · ratio⌋. */
export function resize(scope: Scope, x: string, sizes: string, { mode, alignCorners, halfPixelCenters }: Sampling, channelsLast = true): string {
  const nearest = { nearest_mode: alignCorners || halfPixelCenters ? 'round_prefer_ceil' : 'floor' };
  const coordinates = alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric';
  const attributes = { mode, axes: [2, 3], coordinate_transformation_mode: coordinates, ...(mode === 'nearest' ? nearest : {}) };
  return asNchw(scope, x, channelsLast, (image) => scope.op('Resize', [image, '', '', sizes], attributes));
}
