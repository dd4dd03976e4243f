/** Graph models, the whole way to numbers, against TensorFlow.js's own ops on NHWC tensors: an independent reading of every op. */
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../testing/backends.ts';
import { answer, distance, flag, graphModel, ints, node, placeholder, text, texts, valuesOf, type TestWeights } from '../../../testing/tfjsModels.ts';
import * as tf from '../../../tf.ts';

await useBackend('cpu');

type Tensors = Readonly<Record<string, tf.Tensor>>;
type Wanted = (x: tf.Tensor4D, w: Tensors) => tf.Tensor;
type Case = readonly [title: string, nodes: readonly object[], weights: TestWeights, wanted: Wanted];

const SIZE = 6;
const shape = (...of: number[]) => ({ shape: of });
const whole = (values: number[], of: number[] = [values.length]) => ({ shape: of, values, dtype: 'int32' as const });
const positive = (...of: number[]) => ({ shape: of, values: Array.from({ length: of.reduce((a, b) => a * b, 1) }, (_, index) => 0.5 + (index % 3)) });
const y = (op: string, input: readonly string[], attr: Record<string, unknown> = {}) => node('y', op, input, attr);
const window = (stride: number, padding: string, more = {}) => ({ strides: ints(1, stride, stride, 1), padding: text(padding), ...more });
const four = (tensor: tf.Tensor) => tensor as tf.Tensor4D;

const WINDOWS: Case[] = [
  ['Conv2D, same, stride 2', [y('Conv2D', ['x', 'k'], window(2, 'SAME'))], { k: shape(3, 3, 3, 4) }, (x, { k }) => tf.conv2d(x, four(k!), 2, 'same')],
  ['Conv2D, dilated', [y('Conv2D', ['x', 'k'], window(1, 'VALID', { dilations: ints(1, 2, 2, 1) }))], { k: shape(2, 3, 3, 4) }, (x, { k }) => tf.conv2d(x, four(k!), 1, 'valid', 'NHWC', [2, 2])],
  ['Conv2D, explicit padding', [y('Conv2D', ['x', 'k'], window(1, 'EXPLICIT', { explicit_paddings: ints(0, 0, 1, 0, 2, 1, 0, 0) }))], { k: shape(3, 3, 3, 4) }, (x, { k }) => tf.conv2d(x, four(k!), 1, [[0, 0], [1, 0], [2, 1], [0, 0]])],
  ['depthwise with two copies a channel', [y('DepthwiseConv2dNative', ['x', 'k'], window(1, 'SAME'))], { k: shape(3, 3, 3, 2) }, (x, { k }) => tf.depthwiseConv2d(x, four(k!), 1, 'same')],
  ['fused convolution: bias, relu6', [y('_FusedConv2D', ['x', 'k', 'b'], window(1, 'SAME', { fused_ops: texts('BiasAdd', 'Relu6') }))], { k: shape(3, 3, 3, 4), b: shape(4) }, (x, { k, b }) => tf.relu6(tf.add(tf.conv2d(x, four(k!), 1, 'same'), b!))],
  ['fused convolution: batch norm, elu', [y('_FusedConv2D', ['x', 'k', 's', 't', 'm', 'v'], window(1, 'SAME', { fused_ops: texts('FusedBatchNorm', 'Elu'), epsilon: { f: 0.01 } }))], { k: shape(1, 1, 3, 4), s: shape(4), t: shape(4), m: shape(4), v: positive(4) }, (x, { k, s, t, m, v }) => tf.elu(tf.batchNorm(tf.conv2d(x, four(k!), 1, 'same'), m as tf.Tensor1D, v as tf.Tensor1D, t as tf.Tensor1D, s as tf.Tensor1D, 0.01))],
  ['fused depthwise: bias, prelu', [y('FusedDepthwiseConv2dNative', ['x', 'k', 'b', 'a'], window(1, 'SAME', { fused_ops: texts('BiasAdd', 'Prelu') }))], { k: shape(3, 3, 3, 1), b: shape(3), a: shape(3) }, (x, { k, b, a }) => tf.prelu(tf.add(tf.depthwiseConv2d(x, four(k!), 1, 'same'), b!), a!)],
  ['fused convolution: bias, leaky relu', [y('_FusedConv2D', ['x', 'k', 'b'], window(2, 'VALID', { fused_ops: texts('BiasAdd', 'LeakyRelu'), leakyrelu_alpha: { f: 0.3 } }))], { k: shape(2, 2, 3, 4), b: shape(4) }, (x, { k, b }) => tf.leakyRelu(tf.add(tf.conv2d(x, four(k!), 2, 'valid'), b!), 0.3)],
  ['max pool, same', [y('MaxPool', ['x'], window(2, 'SAME', { ksize: ints(1, 3, 3, 1) }))], {}, (x) => tf.maxPool(x, 3, 2, 'same')],
  ['average pool, same: padding does not count', [y('AvgPool', ['x'], window(1, 'SAME', { ksize: ints(1, 3, 3, 1) }))], {}, (x) => tf.avgPool(x, 3, 1, 'same')],
  ['batch norm', [y('FusedBatchNormV3', ['x', 's', 't', 'm', 'v'], { epsilon: { f: 0.001 } })], { s: shape(3), t: shape(3), m: shape(3), v: positive(3) }, (x, { s, t, m, v }) => tf.batchNorm(x, m as tf.Tensor1D, v as tf.Tensor1D, t as tf.Tensor1D, s as tf.Tensor1D, 0.001)],
  ['bilinear, corners aligned', [y('ResizeBilinear', ['x', 'n'], { align_corners: flag })], { n: whole([9, 4]) }, (x) => tf.image.resizeBilinear(x, [9, 4], true)],
  ['bilinear, from pixel centres', [y('ResizeBilinear', ['x', 'n'], { half_pixel_centers: flag })], { n: whole([9, 11]) }, (x) => tf.image.resizeBilinear(x, [9, 11], false, true)],
  ['bilinear, as of old', [y('ResizeBilinear', ['x', 'n'])], { n: whole([8, 3]) }, (x) => tf.image.resizeBilinear(x, [8, 3])],
  ['nearest, as of old', [y('ResizeNearestNeighbor', ['x', 'n'])], { n: whole([9, 4]) }, (x) => tf.image.resizeNearestNeighbor(x, [9, 4])],
  ['nearest, from pixel centres', [y('ResizeNearestNeighbor', ['x', 'n'], { half_pixel_centers: flag })], { n: whole([9, 4]) }, (x) => tf.image.resizeNearestNeighbor(x, [9, 4], false, true)],
  ['depth to space', [node('c', 'Conv2D', ['x', 'k'], window(1, 'SAME')), y('DepthToSpace', ['c'], { block_size: { i: '2' } })], { k: shape(1, 1, 3, 8) }, (x, { k }) => tf.depthToSpace(tf.conv2d(x, four(k!), 1, 'same'), 2)],
];

const flat = node('flat', 'Reshape', ['x', 'to']);
const FLAT = { to: whole([-1, 108]) };
const rows = (x: tf.Tensor) => tf.reshape(x, [2, 108]);

const PRODUCTS: Case[] = [
  ['matMul, its second factor turned', [flat, y('MatMul', ['flat', 'k'], { transpose_b: flag })], { ...FLAT, k: shape(5, 108) }, (x, { k }) => tf.matMul(rows(x), k as tf.Tensor2D, false, true)],
  ['fused matMul: bias, relu', [flat, y('_FusedMatMul', ['flat', 'k', 'b'], { fused_ops: texts('BiasAdd', 'Relu') })], { ...FLAT, k: shape(108, 5), b: shape(5) }, (x, { k, b }) => tf.relu(tf.add(tf.matMul(rows(x), k as tf.Tensor2D), b!))],
  ['softmax of logits', [flat, node('z', 'MatMul', ['flat', 'k']), node('b2', 'BiasAdd', ['z', 'b']), node('a', 'LogSoftmax', ['b2']), y('Neg', ['a'])], { ...FLAT, k: shape(108, 5), b: shape(5) }, (x, { k, b }) => tf.neg(tf.logSoftmax(tf.add(tf.matMul(rows(x), k as tf.Tensor2D), b!)))],
  ['attention by batchMatMul, the keys turned', [node('t', 'Reshape', ['x', 'tokens']), node('s', 'BatchMatMulV2', ['t', 't'], { adj_y: flag }), node('p', 'Softmax', ['s']), y('BatchMatMulV2', ['p', 't'])], { tokens: whole([-1, 36, 3]) }, (x) => {
    const t = tf.reshape(x, [2, 36, 3]);
    return tf.matMul(tf.softmax(tf.matMul(t, t, false, true)), t);
  }],
  ['einsum', [node('t', 'Reshape', ['x', 'tokens']), y('Einsum', ['t', 'k'], { equation: text('abc,cde->abde') })], { tokens: whole([-1, 36, 3]), k: shape(3, 2, 4) }, (x, { k }) => tf.reshape(tf.matMul(tf.reshape(x, [72, 3]), tf.reshape(k!, [3, 8])), [2, 36, 2, 4])],
  ['einsum with an ellipsis', [y('Einsum', ['x', 'k'], { equation: text('...x,xy->...y') })], { k: shape(3, 4) }, (x, { k }) => tf.reshape(tf.matMul(tf.reshape(x, [72, 3]), k as tf.Tensor2D), [2, 6, 6, 4])],
];

const unit = (op: string, wanted: (x: tf.Tensor) => tf.Tensor, attr = {}): Case => [op, [y(op, ['x'], attr)], {}, wanted];
const twoOf = (op: string, wanted: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case => [`${op} of the picture and a number a channel`, [y(op, ['x', 'c'])], { c: positive(3) }, (x, { c }) => wanted(x, c!)];
const abs = node('p', 'Abs', ['x']);
const ofPositive = (op: string, wanted: (x: tf.Tensor) => tf.Tensor): Case => [op, [abs, node('q', 'Add', ['p', 'one']), y(op, ['q'])], { one: { shape: [], values: [1] } }, (x) => wanted(tf.add(tf.abs(x), 1))];

const NUMBERS: Case[] = [
  unit('Relu', tf.relu), unit('Relu6', tf.relu6), unit('Elu', tf.elu), unit('Selu', tf.selu), unit('LeakyRelu', (x) => tf.leakyRelu(x, 0.2)), unit('LeakyRelu', (x) => tf.leakyRelu(x, 0.4), { alpha: { f: 0.4 } }),
  unit('Sigmoid', tf.sigmoid), unit('Tanh', tf.tanh), unit('Softplus', tf.softplus), unit('Softmax', (x) => tf.softmax(x)), unit('Erf', tf.erf), unit('Exp', tf.exp), unit('Neg', tf.neg), unit('Abs', tf.abs), unit('Square', tf.square), ['Identity and StopGradient', [node('i', 'Identity', ['x']), node('s', 'StopGradient', ['i']), y('Neg', ['s'])], {}, tf.neg],
  ofPositive('Sqrt', tf.sqrt), ofPositive('Rsqrt', tf.rsqrt), ofPositive('Log', tf.log), ofPositive('Reciprocal', tf.reciprocal), ofPositive('Log1p', tf.log1p),
  twoOf('AddV2', tf.add), twoOf('Sub', tf.sub), twoOf('Mul', tf.mul), twoOf('RealDiv', tf.div), twoOf('Maximum', tf.maximum), twoOf('Minimum', tf.minimum), twoOf('SquaredDifference', tf.squaredDifference), twoOf('DivNoNan', tf.div),
  ['Pow', [abs, y('Pow', ['p', 'e'])], { e: { shape: [], values: [1.5] } }, (x) => tf.pow(tf.abs(x), 1.5)],
  ['AddN of three', [abs, y('AddN', ['x', 'p', 'x'])], {}, (x) => tf.addN([x, tf.abs(x), x])],
  ['Prelu', [y('Prelu', ['x', 'a'])], { a: shape(3) }, (x, { a }) => tf.prelu(x, a!)],
  ['ClipByValue', [y('ClipByValue', ['x', 'lo', 'hi'])], { lo: { shape: [], values: [-0.5] }, hi: { shape: [], values: [0.7] } }, (x) => tf.clipByValue(x, -0.5, 0.7)],
];

const reduction = (op: string, axes: number[], keep: boolean, wanted: (x: tf.Tensor) => tf.Tensor): Case => [`${op} over [${axes.join(', ')}]${keep ? ', kept' : ''}`, [y(op, ['x', 'axes'], keep ? { keep_dims: flag } : {})], { axes: whole(axes) }, wanted];

const LAYOUTS: Case[] = [
  reduction('Mean', [1, 2], false, (x) => tf.mean(x, [1, 2])), reduction('Mean', [1, 2], true, (x) => tf.mean(x, [1, 2], true)), reduction('Sum', [3], false, (x) => tf.sum(x, 3)), reduction('Max', [-1], true, (x) => tf.max(x, -1, true)), reduction('Min', [1], false, (x) => tf.min(x, 1)),
  ['Mean over an axis that is no list', [y('Mean', ['x', 'axis'])], { axis: whole([2], []) }, (x) => tf.mean(x, 2)],
  ['Pad', [y('Pad', ['x', 'n'])], { n: whole([0, 0, 1, 2, 0, 3, 0, 0], [4, 2]) }, (x) => tf.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]])],
  ['PadV2', [y('PadV2', ['x', 'n', 'v'])], { n: whole([0, 0, 1, 2, 0, 3, 0, 0], [4, 2]), v: { shape: [], values: [2.5] } }, (x) => tf.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]], 2.5)],
  ['Reshape and Transpose', [node('r', 'Reshape', ['x', 'to']), y('Transpose', ['r', 'perm'])], { to: whole([-1, 9, 12]), perm: whole([0, 2, 1]) }, (x) => tf.transpose(tf.reshape(x, [2, 9, 12]), [0, 2, 1])],
  ['ExpandDims and Squeeze', [node('e', 'ExpandDims', ['x', 'at']), node('s', 'Squeeze', ['e'], { squeeze_dims: ints(-1) }), y('Mul', ['s', 's'])], { at: whole([-1], []) }, (x) => tf.mul(x, x)],
  ['ConcatV2 along the channels', [abs, y('ConcatV2', ['x', 'p', 'axis'])], { axis: whole([3], []) }, (x) => tf.concat([x, tf.abs(x)], 3)],
  ['Concat along the rows', [abs, y('Concat', ['axis', 'x', 'p'])], { axis: whole([1], []) }, (x) => tf.concat([x, tf.abs(x)], 1)],
  ['Split', [node('s', 'Split', ['axis', 'x'], { num_split: { i: '3' } }), y('Sub', ['s:2', 's'])], { axis: whole([3], []) }, (x) => tf.sub(tf.split(x, 3, 3)[2]!, tf.split(x, 3, 3)[0]!)],
  ['SplitV', [node('s', 'SplitV', ['x', 'n', 'axis'], { num_split: { i: '2' } }), y('Relu', ['s:1'])], { n: whole([2, 4]), axis: whole([1], []) }, (x) => tf.relu(tf.split(x, [2, 4], 1)[1]!)],
  ['Slice to the end', [y('Slice', ['x', 'from', 'n'])], { from: whole([0, 1, 2, 1]), n: whole([-1, 3, -1, 2]) }, (x) => tf.slice(x, [0, 1, 2, 1], [2, 3, 4, 2])],
  ['StridedSlice x[:, 1:6:2, ..., 0]', [y('StridedSlice', ['x', 'b', 'e', 's'], { begin_mask: { i: '1' }, end_mask: { i: '1' }, ellipsis_mask: { i: '4' }, shrink_axis_mask: { i: '8' } })], { b: whole([0, 1, 0, 0]), e: whole([0, 6, 0, 1]), s: whole([1, 2, 1, 1]) }, (x) => tf.squeeze(tf.stridedSlice(x, [0, 1, 0, 0], [2, 6, 6, 1], [1, 2, 1, 1]), [3])],
  ['StridedSlice x[:, :, -1]', [y('StridedSlice', ['x', 'b', 'e', 's'], { begin_mask: { i: '3' }, end_mask: { i: '3' }, shrink_axis_mask: { i: '4' } })], { b: whole([0, 0, -1]), e: whole([0, 0, 0]), s: whole([1, 1, 1]) }, (x) => tf.squeeze(tf.slice(x, [0, 0, 5, 0], [2, 6, 1, 3]), [2])],
  ['channels in another order by GatherV2', [y('GatherV2', ['x', 'at', 'axis'])], { at: whole([2, 1, 0]), axis: whole([3], []) }, (x) => tf.gather(x, [2, 1, 0], 3)],
  ['Pack and Unpack', [abs, node('s', 'Pack', ['x', 'p'], { axis: { i: '3' } }), node('u', 'Unpack', ['s'], { num: { i: '2' }, axis: { i: '3' } }), y('Sub', ['u:1', 'u:0'])], {}, (x) => tf.sub(tf.abs(x), x)],
  ['Tile', [y('Tile', ['x', 'n'])], { n: whole([1, 1, 2, 3]) }, (x) => tf.tile(x, [1, 1, 2, 3])],
  ['a flattening that computes its shape', [node('s', 'Shape', ['x']), node('n', 'StridedSlice', ['s', 'b', 'e', 'o'], { shrink_axis_mask: { i: '1' } }), node('to', 'Pack', ['n', 'rest']), y('Reshape', ['x', 'to'])], { b: whole([0]), e: whole([1]), o: whole([1]), rest: whole([-1], []) }, (x) => rows(x)],
  ['numbers that Fill and Range make', [node('f', 'Fill', ['n', 'v']), node('r', 'Range', ['zero', 'three', 'one']), node('c', 'Cast', ['r'], { DstT: { type: 'DT_FLOAT' } }), node('a', 'Add', ['f', 'c']), y('Mul', ['x', 'a'])], { n: whole([3]), v: { shape: [], values: [0.5] }, zero: whole([0], []), three: whole([3], []), one: whole([1], []) }, (x) => tf.mul(x, tf.tensor1d([0.5, 1.5, 2.5]))],
  ['space to depth', [y('SpaceToDepth', ['x'], { block_size: { i: '2' } })], {}, (x) => tf.reshape(tf.transpose(tf.reshape(x, [2, 3, 2, 3, 2, 3]), [0, 1, 3, 2, 4, 5]), [2, 3, 3, 12])],
];

describe.each([['windows', WINDOWS], ['products', PRODUCTS], ['numbers', NUMBERS], ['layouts', LAYOUTS]])('%s', (_, cases) => {
  it.each(cases)('%s', (_title, nodes, weights, wanted) => {
    const { x, values } = answer(graphModel([placeholder(-1, SIZE, SIZE, 3), ...nodes], weights), SIZE, 3);
    const expected = tf.tidy(() => wanted(x, Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, tf.tensor([...valuesOf(name, weight)], [...weight.shape])]))).dataSync());
    x.dispose();
    expect(distance(values, expected)).toBeLessThan(3e-6);
  });
});
