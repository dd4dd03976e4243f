/** Layers, the whole way to numbers, against what Keras says of them, written with TensorFlow.js's ops on NHWC tensors. */
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../testing/backends.ts';
import { answer, distance, from, layer, layersModel, valuesOf, type TestWeights } from '../../../testing/tfjsModels.ts';
import * as tf from '../../../tf.ts';

await useBackend('cpu');

type Tensors = Readonly<Record<string, tf.Tensor>>;
type Case = readonly [title: string, layers: readonly object[], weights: TestWeights, wanted: (x: tf.Tensor4D, w: Tensors) => tf.Tensor];

const SIZE = 6;
const shape = (...of: number[]) => ({ shape: of });
const positive = (...of: number[]) => ({ shape: of, values: Array.from({ length: of.reduce((a, b) => a * b, 1) }, (_, index) => 0.5 + (index % 3)) });
const four = (tensor: tf.Tensor | undefined) => tensor as tf.Tensor4D;
const two = (tensor: tf.Tensor | undefined) => tensor as tf.Tensor2D;
const one = (class_name: string, config: object = {}) => [layer(class_name, 'l', config)];
const activation = (name: string, wanted: (x: tf.Tensor) => tf.Tensor): Case => [`activation ${name}`, one('Activation', { activation: name }), {}, wanted];
const gelu = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1));

const ACTIVATIONS: Case[] = [
  activation('relu', tf.relu), activation('relu6', tf.relu6), activation('elu', tf.elu), activation('selu', tf.selu), activation('sigmoid', tf.sigmoid), activation('tanh', tf.tanh), activation('softplus', tf.softplus), activation('softmax', (x) => tf.softmax(x)), activation('exponential', tf.exp),
  activation('softsign', (x) => tf.div(x, tf.add(tf.abs(x), 1))), activation('swish', (x) => tf.mul(x, tf.sigmoid(x))), activation('silu', (x) => tf.mul(x, tf.sigmoid(x))), activation('gelu', gelu), activation('mish', (x) => tf.mul(x, tf.tanh(tf.softplus(x)))),
  activation('hardSigmoid', (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1)), activation('hard_silu', (x) => tf.mul(x, tf.clipByValue(tf.add(tf.div(x, 6), 0.5), 0, 1))),
  ['ReLU, at most 2', one('ReLU', { max_value: 2, negative_slope: 0, threshold: 0 }), {}, (x) => tf.clipByValue(x, 0, 2)],
  ['ReLU with a slope, at most 1', one('ReLU', { max_value: 1, negative_slope: 0.1 }), {}, (x) => tf.minimum(tf.leakyRelu(x, 0.1), 1)],
  ['LeakyReLU', one('LeakyReLU', { alpha: 0.25 }), {}, (x) => tf.leakyRelu(x, 0.25)],
  ['ELU', one('ELU', { alpha: 0.7 }), {}, (x) => tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(x), 0.7))],
  ['PReLU shared over places', one('PReLU', { shared_axes: [1, 2] }), { 'l/alpha': shape(1, 1, 3) }, (x, w) => tf.prelu(x, w['l/alpha']!)],
];

const conv = { filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same' };
const norm = (name: string) => ({ [`${name}/gamma`]: shape(3), [`${name}/beta`]: shape(3), [`${name}/moving_mean`]: shape(3), [`${name}/moving_variance`]: positive(3) });

const IMAGES: Case[] = [
  ['Conv2D with bias and activation', one('Conv2D', { ...conv, strides: 2, activation: 'tanh' }), { 'l/kernel': shape(3, 3, 3, 4), 'l/bias': shape(4) }, (x, w) => tf.tanh(tf.add(tf.conv2d(x, four(w['l/kernel']), 2, 'same'), w['l/bias']!))],
  ['Conv2D of three groups', one('Conv2D', { ...conv, filters: 6, groups: 3, use_bias: false }), { 'l/kernel': shape(3, 3, 1, 6) }, (x, w) => tf.concat([0, 1, 2].map((group) => tf.conv2d(tf.slice(x, [0, 0, 0, group], [2, 6, 6, 1]), tf.slice(four(w['l/kernel']), [0, 0, 0, 2 * group], [3, 3, 1, 2]), 1, 'same')), 3)],
  ['DepthwiseConv2D', one('DepthwiseConv2D', { kernel_size: 3, padding: 'valid', depth_multiplier: 2 }), { 'l/depthwise_kernel': shape(3, 3, 3, 2), 'l/bias': shape(6) }, (x, w) => tf.add(tf.depthwiseConv2d(x, four(w['l/depthwise_kernel']), 1, 'valid'), w['l/bias']!)],
  ['SeparableConv2D', one('SeparableConv2D', { filters: 5, kernel_size: 3, strides: [2, 2], padding: 'same' }), { 'l/depthwise_kernel': shape(3, 3, 3, 2), 'l/pointwise_kernel': shape(1, 1, 6, 5), 'l/bias': shape(5) }, (x, w) => tf.add(tf.conv2d(tf.depthwiseConv2d(x, four(w['l/depthwise_kernel']), 2, 'same'), four(w['l/pointwise_kernel']), 1, 'valid'), w['l/bias']!)],
  ['BatchNormalization', one('BatchNormalization', { epsilon: 0.01, axis: -1 }), norm('l'), (x, w) => tf.batchNorm(x, w['l/moving_mean'] as tf.Tensor1D, w['l/moving_variance'] as tf.Tensor1D, w['l/beta'] as tf.Tensor1D, w['l/gamma'] as tf.Tensor1D, 0.01)],
  ['BatchNormalization without scale, of features', [layer('GlobalAveragePooling2D', 'g'), layer('BatchNormalization', 'l', { scale: false })], { 'l/beta': shape(3), 'l/moving_mean': shape(3), 'l/moving_variance': positive(3) }, (x, w) => tf.batchNorm(two(tf.mean(x, [1, 2])), w['l/moving_mean'] as tf.Tensor1D, w['l/moving_variance'] as tf.Tensor1D, w['l/beta'] as tf.Tensor1D, undefined, 0.001)],
  ['LayerNormalization', one('LayerNormalization', { axis: [3], epsilon: 0.01 }), { 'l/gamma': shape(3), 'l/beta': shape(3) }, (x, w) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 0.01))), w['l/gamma']!), w['l/beta']!);
  }],
  ['MaxPooling2D', one('MaxPooling2D', { pool_size: [3, 3], strides: null, padding: 'same' }), {}, (x) => tf.maxPool(x, 3, 3, 'same')],
  ['AveragePooling2D', one('AveragePooling2D', { pool_size: 3, strides: 2, padding: 'same' }), {}, (x) => tf.avgPool(x, 3, 2, 'same')],
  ['GlobalMaxPooling2D, axes kept', one('GlobalMaxPooling2D', { keepdims: true }), {}, (x) => tf.max(x, [1, 2], true)],
  ['ZeroPadding2D', one('ZeroPadding2D', { padding: [[0, 1], [2, 3]] }), {}, (x) => tf.pad(x, [[0, 0], [0, 1], [2, 3], [0, 0]])],
  ['Cropping2D', one('Cropping2D', { cropping: [[0, 1], [2, 3]] }), {}, (x) => tf.slice(x, [0, 0, 2, 0], [2, 5, 1, 3])],
  ['UpSampling2D, nearest', one('UpSampling2D', { size: [2, 3] }), {}, (x) => tf.tile(tf.reshape(x, [2, 6, 1, 6, 1, 3]), [1, 1, 2, 1, 3, 1])],
  ['UpSampling2D, bilinear', one('UpSampling2D', { size: 2, interpolation: 'bilinear' }), {}, (x) => tf.image.resizeBilinear(x, [12, 12], false, true)],
  ['Rescaling, an offset a channel', one('Rescaling', { scale: 2, offset: [-1, 0, 1] }), {}, (x) => tf.add(tf.mul(x, 2), tf.tensor1d([-1, 0, 1]))],
  ['Normalization by its weights', one('Normalization', { axis: [-1] }), { 'l/mean': shape(3), 'l/variance': positive(3), 'l/count': { shape: [], values: [0], dtype: 'int32' } }, (x, w) => tf.div(tf.sub(x, w['l/mean']!), tf.sqrt(w['l/variance']!))],
  ['Normalization by its configuration', one('Normalization', { axis: -1, mean: [0.1, 0.2, 0.3], variance: [1, 4, 9] }), {}, (x) => tf.div(tf.sub(x, tf.tensor1d([0.1, 0.2, 0.3])), tf.tensor1d([1, 2, 3]))],
];

const flat = layer('Flatten', 'f');
const rows = (x: tf.Tensor) => tf.reshape(x, [2, 108]);

const SHAPES: Case[] = [
  ['Flatten and Dense', [flat, layer('Dense', 'd', { units: 5, activation: 'softmax' })], { 'd/kernel': shape(108, 5), 'd/bias': shape(5) }, (x, w) => tf.softmax(tf.add(tf.matMul(two(rows(x)), two(w['d/kernel'])), w['d/bias']!))],
  ['Dense along the last axis of an image', one('Dense', { units: 4 }), { 'l/kernel': shape(3, 4), 'l/bias': shape(4) }, (x, w) => tf.add(tf.reshape(tf.matMul(two(tf.reshape(x, [72, 3])), two(w['l/kernel'])), [2, 6, 6, 4]), w['l/bias']!)],
  ['TimeDistributed Dense', [layer('Reshape', 'r', { target_shape: [36, 3] }), layer('TimeDistributed', 'l', { layer: { class_name: 'Dense', config: { name: 'inner', units: 4, use_bias: false } } })], { 'l/kernel': shape(3, 4) }, (x, w) => tf.matMul(two(tf.reshape(x, [72, 3])), two(w['l/kernel']))],
  ['Reshape with an open length, Permute', [layer('Reshape', 'r', { target_shape: [-1, 12] }), layer('Permute', 'p', { dims: [2, 1] }), layer('Activation', 'a', { activation: 'relu' })], {}, (x) => tf.relu(tf.transpose(tf.reshape(x, [2, 9, 12]), [0, 2, 1]))],
  ['Conv1D', [layer('Reshape', 'r', { target_shape: [36, 3] }), layer('Conv1D', 'l', { filters: 4, kernel_size: [5], strides: 2, padding: 'same' })], { 'l/kernel': shape(5, 3, 4), 'l/bias': shape(4) }, (x, w) => tf.add(tf.conv1d(tf.reshape(x, [2, 36, 3]) as tf.Tensor3D, w['l/kernel'] as tf.Tensor3D, 2, 'same'), w['l/bias']!)],
  ['RepeatVector', [layer('GlobalAveragePooling2D', 'g'), layer('RepeatVector', 'l', { n: 4 })], {}, (x) => tf.tile(tf.expandDims(tf.mean(x, [1, 2]), 1), [1, 4, 1])],
  ['Dropout and noise, which only train', [layer('Dropout', 'a', { rate: 0.5 }), layer('GaussianNoise', 'b'), layer('SpatialDropout2D', 'c'), layer('ReLU', 'd')], {}, tf.relu],
];

const sequential = (layers: readonly object[]) => ({ layers: [layer('InputLayer', 'x', { batch_input_shape: [null, SIZE, SIZE, 3] }), ...layers] });
const tensors = (weights: TestWeights) => Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, tf.tensor([...valuesOf(name, weight)], [...weight.shape])]));

describe.each([['activations', ACTIVATIONS], ['images', IMAGES], ['shapes', SHAPES]])('%s', (_, cases) => {
  it.each(cases)('%s', (_title, layers, weights, wanted) => {
    const { x, values } = answer(layersModel('Sequential', sequential(layers), weights), SIZE, 3);
    const expected = tf.tidy(() => wanted(x, tensors(weights)).dataSync());
    x.dispose();
    expect(distance(values, expected)).toBeLessThan(3e-6);
  });
});

describe('layers that join', () => {
  const relu = (x: tf.Tensor) => tf.relu(x);
  it.each([
    ['Add', {}, (x: tf.Tensor) => tf.add(x, relu(x))],
    ['Subtract', {}, (x: tf.Tensor) => tf.sub(x, relu(x))],
    ['Multiply', {}, (x: tf.Tensor) => tf.mul(x, relu(x))],
    ['Average', {}, (x: tf.Tensor) => tf.div(tf.add(x, relu(x)), 2)],
    ['Maximum', {}, (x: tf.Tensor) => tf.maximum(x, relu(x))],
    ['Minimum', {}, (x: tf.Tensor) => tf.minimum(x, relu(x))],
    ['Concatenate', { axis: -1 }, (x: tf.Tensor) => tf.concat([x, relu(x)], 3)],
    ['Concatenate', { axis: 1 }, (x: tf.Tensor) => tf.concat([x, relu(x)], 1)],
  ] as const)('%s %j', (kind, config, wanted) => {
    const layers = [layer('InputLayer', 'x', { batch_shape: [null, SIZE, SIZE, 3] }), layer('Activation', 'r', { activation: 'relu' }, from('x')), layer(kind, 'y', config, from('x', 'r'))];
    const { x, values } = answer(layersModel('Functional', { layers, input_layers: [['x', 0, 0]], output_layers: [['y', 0, 0]] }), SIZE, 3);
    const expected = tf.tidy(() => wanted(x).dataSync());
    x.dispose();
    expect(distance(values, expected)).toBeLessThan(3e-6);
  });
});

describe('arithmetic between layers', () => {
  const ends = { input_layers: [['x', 0, 0]], output_layers: [['y', 0, 0]] };
  const functionOf = (name: string, of: string, call: unknown) => layer('TFOpLambda', name, { function: of }, [call]);
  const tensor = (name: string) => ({ class_name: '__keras_tensor__', config: { shape: [null, SIZE, SIZE, 3], keras_history: [name, 0, 0] } });
  const input = layer('InputLayer', 'x', { batch_shape: [null, SIZE, SIZE, 3] });
  const expectOf = (layers: readonly object[], version: string, wanted: (x: tf.Tensor) => tf.Tensor) => {
    const { x, values } = answer(layersModel('Functional', { layers, ...ends }, {}, version), SIZE, 3);
    const expected = tf.tidy(() => wanted(x).dataSync());
    x.dispose();
    expect(distance(values, expected)).toBeLessThan(3e-6);
  };

  it('reads x / 127.5 − 1 and x · relu6(x + 3) / 6 as Keras 2 writes them', () => {
    const scaled = [functionOf('a', 'math.truediv', ['x', 0, 0, { y: 127.5, name: null }]), functionOf('y', 'math.subtract', ['a', 0, 0, { y: 1 }])];
    expectOf([input, ...scaled], '2.9.0', (x) => tf.sub(tf.div(x, 127.5), 1));
    const swish = [functionOf('a', '__operators__.add', ['x', 0, 0, { y: 3 }]), functionOf('b', 'nn.relu6', [['a', 0, 0, {}]]), functionOf('c', 'math.multiply', ['b', 0, 0, { y: 1 / 6 }]), functionOf('y', 'math.multiply', ['x', 0, 0, { y: ['c', 0, 0] }])];
    expectOf([input, ...swish], '2.9.0', (x) => tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6)));
    expectOf([input, functionOf('y', 'math.subtract', ['_CONSTANT_VALUE', -1, 1, { y: ['x', 0, 0] }])], '2.9.0', (x) => tf.sub(1, x));
  });

  it('reads them as Keras 3 does, and names a function that it cannot read', () => {
    const op = (kind: string, name: string, ...args: unknown[]) => layer(kind, name, {}, [{ args, kwargs: {} }]);
    expectOf([input, op('TrueDivide', 'a', tensor('x'), 127.5), op('Subtract', 'y', 1, tensor('a'))], '3.4.1', (x) => tf.sub(1, tf.div(x, 127.5)));
    expect(() => layersModel('Functional', { layers: [input, functionOf('y', 'math.bessel_i0', ['x', 0, 0, {}])], ...ends })).toThrow("layer 'y' calls the function tf.math.bessel_i0");
  });
});
