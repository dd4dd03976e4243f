/** Convolution, depthwise and pooling gradients against the CPU backend, or as adjoints where that has none or a wrong one. */
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.ts';
import { agree, expectClose, runOn, values, type Case } from '../testing/kernelCase.ts';
import * as tf from '../tf.ts';
import { RECOMPOSED } from './recomposed.ts';

beforeEach(() => useBackend('wasm'));

interface Convolution {
  readonly input: readonly number[];
  readonly filter: readonly number[];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid' | number;
}
const CONVOLUTIONS: readonly Convolution[] = [
  { input: [2, 8, 8, 4], filter: [3, 3, 4, 8], strides: [1, 1], pad: 'same' },
  { input: [3, 7, 9, 5], filter: [3, 3, 5, 7], strides: [1, 1], pad: 'valid' },
  { input: [2, 9, 7, 3], filter: [3, 3, 3, 16], strides: [2, 2], pad: 'same' },
  { input: [2, 8, 8, 6], filter: [3, 3, 6, 10], strides: [2, 1], pad: 'same' },
  { input: [1, 11, 11, 3], filter: [5, 5, 3, 9], strides: [2, 2], pad: 2 },
  { input: [5, 6, 6, 12], filter: [1, 1, 12, 20], strides: [1, 1], pad: 'same' },
  { input: [2, 6, 6, 12], filter: [1, 1, 12, 5], strides: [2, 2], pad: 'valid' },
  { input: [2, 16, 16, 3], filter: [8, 8, 3, 24], strides: [8, 8], pad: 'valid' },
  { input: [2, 4, 4, 132], filter: [3, 3, 132, 36], strides: [1, 1], pad: 'same' },
  { input: [2, 5, 6, 8], filter: [2, 3, 8, 4], strides: [3, 2], pad: 'valid' },
  { input: [33, 12, 12, 2], filter: [3, 3, 2, 3], strides: [1, 1], pad: 'same' },
];

describe('convolution gradients', () => {
  for (const { input, filter, strides, pad } of CONVOLUTIONS) {
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, 1, pad);
    const attrs = { strides, pad, dataFormat: 'NHWC', inputShape: input, filterShape: filter };
    const name = `${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}`;
    test(`of the input: ${name}`, agree('Conv2DBackpropInput', { inputs: { dy: info.outShape, filter }, attrs }));
    test(`of the filter: ${name}`, agree('Conv2DBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }

  test('give an image the same bits whatever the batch', () => {
    const [dy, filter] = [tf.tensor4d(values([5, 9, 9, 7], 0), [5, 9, 9, 7]), tf.tensor4d(values([3, 3, 6, 7], 1), [3, 3, 6, 7])];
    const gradient = (part: tf.Tensor4D) => tf.conv2dTranspose(part, filter, [part.shape[0], 9, 9, 6], 1, 'same').dataSync();
    const whole = gradient(dy);
    const image = 9 * 9 * 6;
    for (const [from, count] of [[0, 1], [1, 2], [3, 2]] as const)
      expect(gradient(tf.slice(dy, [from, 0, 0, 0], [count, 9, 9, 7]))).toEqual(whole.slice(from * image, (from + count) * image));
  });
});

const DEPTHWISE: readonly (Convolution & { readonly dilations?: [number, number] })[] = [
  { input: [2, 8, 8, 32], filter: [3, 3, 32, 1], strides: [1, 1], pad: 'same' },
  { input: [3, 7, 9, 21], filter: [3, 3, 21, 1], strides: [2, 2], pad: 'same' },
  { input: [2, 8, 6, 6], filter: [5, 3, 6, 1], strides: [1, 1], pad: 'valid' },
  { input: [2, 8, 8, 5], filter: [3, 3, 5, 3], strides: [2, 2], pad: 'same' },
  { input: [1, 3, 3, 4], filter: [5, 5, 4, 1], strides: [1, 1], pad: 'same' },
  { input: [2, 9, 9, 7], filter: [3, 3, 7, 1], strides: [1, 1], pad: 'same', dilations: [2, 2] },
];
describe('depthwise gradients', () => {
  for (const { input, filter, strides, pad, dilations = [1, 1] as [number, number] } of DEPTHWISE) {
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, dilations, pad, undefined, true);
    const attrs = { strides, pad, dilations, inputShape: input, filterShape: filter };
    const name = `${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}, dilation ${dilations}`;
    if (dilations[0] > 1) {
      test(`are adjoint to the convolution: ${name}`, () => {
        const [x, w, dy] = [tf.tensor4d(values(input, 0), input as never), tf.tensor4d(values(filter, 1), filter as never), tf.tensor4d(values(info.outShape, 2), info.outShape)];
        const gradient = (of: 'Input' | 'Filter', given: tf.NamedTensorMap) => tf.engine().runKernel(`DepthwiseConv2dNativeBackprop${of}`, given, attrs) as tf.Tensor;
        const [dx, dw] = [gradient('Input', { dy, filter: w }), gradient('Filter', { x, dy })];
        const forward = tf.sum(tf.mul(tf.depthwiseConv2d(x, w, strides, pad, 'NHWC', dilations), dy)).dataSync()[0]!;
        expect(tf.sum(tf.mul(x, dx)).dataSync()[0]).toBeCloseTo(forward, 3);
        expect(tf.sum(tf.mul(w, dw)).dataSync()[0]).toBeCloseTo(forward, 3);
      });
      continue;
    }
    test(`of the input: ${name}`, agree('DepthwiseConv2dNativeBackpropInput', { inputs: { dy: info.outShape, filter }, attrs }));
    test(`of the filter: ${name}`, agree('DepthwiseConv2dNativeBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }
});

describe('depthwise convolution by large windows', () => {
  const LARGE = [
    { x: [2, 16, 16, 20], filter: [7, 7, 20, 1], strides: [1, 1], pad: 'same' },
    { x: [3, 9, 7, 6], filter: [7, 5, 6, 1], strides: [2, 1], pad: 'same' },
    { x: [1, 12, 10, 35], filter: [6, 7, 35, 1], strides: [1, 2], pad: 'valid' },
  ];
  for (const { x, filter, strides, pad } of LARGE)
    test(`${x.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}`, agree('DepthwiseConv2dNative', { inputs: { x, filter }, attrs: { strides, pad, dilations: [1, 1], dataFormat: 'NHWC' } }));
  test('dilated too, and each image alone as among others, to the bit', () => {
    const [x, w] = [tf.tensor4d(values([2, 11, 9, 8], 0), [2, 11, 9, 8]), tf.tensor4d(values([6, 6, 8, 1], 1), [6, 6, 8, 1])];
    const run = (images: tf.Tensor4D) => tf.depthwiseConv2d(images, w, 1, 'same', 'NHWC', [2, 1]);
    const both = run(x);
    expect(run(tf.slice(x, 1, 1)).dataSync()).toEqual(tf.slice(both, 1, 1).dataSync());
    // Its adjoint, which is tested against the CPU: ⟨y, dy⟩ = ⟨x, Aᵀ dy⟩.
    const dy = tf.tensor4d(values(both.shape, 2), both.shape);
    const dx = tf.engine().runKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter: w }, { strides: 1, pad: 'same', dilations: [2, 1], inputShape: x.shape }) as tf.Tensor;
    expect(tf.sum(tf.mul(both, dy)).dataSync()[0]).toBeCloseTo(tf.sum(tf.mul(x, dx)).dataSync()[0]!, 3);
  });
});

describe('without SIMD', () => {
  const recomposed = (kernel: string, { inputs, attrs = {} }: Case) => async () => {
    const expected = await runOn('cpu', kernel, { inputs, attrs });
    await useBackend('wasm');
    const actual = tf.tidy(() => {
      const tensors = Object.entries(inputs).map(([name, shape], index) => [name, tf.tensor(values(shape, index), [...shape])] as const);
      return RECOMPOSED[kernel]!(Object.fromEntries(tensors), attrs as tf.NamedAttrMap).dataSync();
    });
    expectClose(actual, expected, 1e-5);
  };
  for (const { input, filter, strides, pad } of CONVOLUTIONS) {
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, 1, pad);
    const attrs = { strides, pad, dataFormat: 'NHWC', filterShape: filter };
    test(`filter gradient: ${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}`, recomposed('Conv2DBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }
  for (const { input, filter, strides, pad, dilations } of DEPTHWISE) {
    if (dilations) continue;
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, 1, pad, undefined, true);
    const attrs = { strides, pad, dilations: [1, 1], inputShape: input, filterShape: filter };
    const name = `${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}`;
    test(`depthwise input gradient: ${name}`, recomposed('DepthwiseConv2dNativeBackpropInput', { inputs: { dy: info.outShape, filter }, attrs }));
    test(`depthwise filter gradient: ${name}`, recomposed('DepthwiseConv2dNativeBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }
  test('segment sum', () => {
    const y = RECOMPOSED['UnsortedSegmentSum']!({ x: tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), segmentIds: tf.tensor1d([2, 0, 2], 'int32') }, { numSegments: 3 });
    expect([...y.dataSync()]).toEqual([3, 4, 0, 0, 6, 8]);
  });
});

describe('pooling gradients', () => {
  for (const [shape, filterSize, strides, pad] of [[[2, 8, 8, 16], 2, 2, 'valid'], [[2, 9, 7, 6], 3, 2, 'same'], [[1, 5, 5, 3], 3, 1, 'same'], [[2, 7, 7, 5], 2, 2, 'valid']] as const) {
    const info = tf.backend_util.computePool2DInfo([...shape] as [number, number, number, number], filterSize, strides, 1, pad);
    const attrs = { filterSize, strides, pad };
    const name = `${shape.join('×')}, window ${filterSize}, stride ${strides}, ${pad}`;
    test(`of the maximum: ${name}`, agree('MaxPoolGrad', { inputs: { dy: info.outShape, input: shape, output: info.outShape }, attrs }));
    test(`of the maximum, with ties: ${name}`, agree('MaxPoolGrad', { inputs: { dy: info.outShape, input: shape, output: info.outShape }, attrs, make: (data) => data.map(Math.round) }));
    test(`of the average is adjoint to it: ${name}`, () => {
      const [x, dy] = [tf.tensor4d(values(shape, 0), [...shape]), tf.tensor4d(values(info.outShape, 1), info.outShape)];
      const dx = tf.engine().runKernel('AvgPoolGrad', { dy, input: x }, attrs) as tf.Tensor;
      expect(tf.sum(tf.mul(x, dx)).dataSync()[0]).toBeCloseTo(tf.sum(tf.mul(tf.avgPool(x, filterSize, strides, pad), dy)).dataSync()[0]!, 3);
    });
  }
});
