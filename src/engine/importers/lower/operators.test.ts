/** Every operator that may depend on the image: written to an ONNX file, read, lowered and run by the engine for two images at once, against the plain reference in the source's own order. */
import { expect, test } from 'vitest';
import { forward } from '../../graph/graph.ts';
import { disposeGraph } from '../../graph/derived.ts';
import { normals } from '../../math/rng.ts';
import { toGraph } from '../../models/plain.ts';
import { useBackend } from '../../testing/backends.ts';
import { writeOnnx, type OnnxAttribute } from '../../testing/onnxWriter.ts';
import { runSource } from '../../testing/sourceReference.ts';
import * as tf from '../../tf.ts';
import { readOnnx } from '../onnx/readOnnx.ts';
import type { Attribute, Constant, Source } from '../source.ts';
import { rewrite } from '../rewrite/index.ts';
import { inOrderOf } from './net.ts';
import { imageOf, lower } from './index.ts';
import { sizeOfShape } from '../shape.ts';

await useBackend('cpu');

const floats = (name: string, shape: readonly number[]): Constant => ({ type: 'float', shape, values: normals(4, name, 0, sizeOfShape(shape)) });
const positive = (name: string, shape: readonly number[]): Constant => ({ type: 'float', shape, values: floats(name, shape).values.map((v) => Math.abs(v) + 0.5) as Float32Array });
const ints = (...values: number[]): Constant => ({ type: 'int', shape: [values.length], values: Int32Array.from(values) });
const one = (value: number): Constant => ({ type: 'float', shape: [], values: Float32Array.of(value) });

type Step = readonly [type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>, outputs?: readonly string[]];

interface Case {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly constants?: Readonly<Record<string, Constant>>;
  /** [1, channels, height, width]. */
  readonly image?: readonly number[];
  /** Ops of the engine that it becomes, where that is the point; a map is turned into the source's order at the end. Reshapes apart. */
  readonly becomes?: readonly string[];
}

const attributeOf = (value: Attribute): OnnxAttribute => {
  if (typeof value === 'string') return { string: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { int: value } : { float: value };
  return { ints: value as readonly number[] };
};

/** The network of a case as its file tells it. The last step's first output is the model's; the image is 'x'. */
function sourceOf({ steps, constants = {}, image = [1, 3, 5, 6] }: Case): Source {
  const nodes = steps.map(([type, inputs, attributes = {}, outputs], k) => ({
    type, inputs, name: `${type}-${k}`, outputs: outputs ?? [`y${k}`],
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
  }));
  const initialisers = Object.fromEntries(Object.entries(constants).map(([name, { type, shape, values }]) => [name, { shape, values, type: type === 'int' ? ('int64' as const) : ('float32' as const) }]));
  return readOnnx(writeOnnx({ opset: 20, inputs: { x: image }, outputs: [nodes.at(-1)!.outputs[0]!], nodes, initialisers }));
}

/** The engine's answer for `image` and for another image beside it, as lowered and as rewritten, and the reference's for both. */
function answers(of: Case) {
  const source = sourceOf(of);
  const shape = source.inputs[0]!.shape as readonly [number, number, number, number];
  const [, channels, height, width] = shape;
  const images = ['first', 'second'].map((name) => floats(name, shape));
  const { graph: plain } = lower(source, { channels, height, width, layout: 'NCHW' });
  const x = tf.concat(images.map(({ values }) => tf.tensor(inOrderOf(values as Float32Array, [channels, height, width], [1, 2, 0]), [1, height, width, channels])), 0);
  const run = (network: typeof plain): number[] => {
    const graph = toGraph({ ...network, features: { node: network.output } });
    const y = tf.tidy(() => Array.from(forward(graph, x).dataSync()));
    disposeGraph(graph);
    return y;
  };
  const [lowered, rewritten] = [run(plain), run(rewrite(plain, [height, width, channels]).graph)];
  x.dispose();
  const want = images.flatMap((image) => Array.from(runSource(source, image).get(source.outputs[0]!)!.values));
  return { lowered, rewritten, want, ops: plain.nodes.map(({ op }) => op) };
}

const W = { w: floats('w', [4, 3, 3, 3]), b: floats('b', [4]) };
const PER_CHANNEL = { scale: floats('scale', [3]), shift: floats('shift', [3]), mean: floats('mean', [3]), variance: positive('variance', [3]) };

const UNIT_NAMES = ['Relu', 'LeakyRelu', 'Elu', 'Celu', 'Selu', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Mish', 'Softplus', 'Softsign', 'Tanh', 'Gelu', 'Silu', 'Exp', 'Abs', 'Erf', 'Sin', 'Cos', 'Neg'];
const CASES: readonly Case[] = [
  { title: 'Conv, asymmetric pads and strides', steps: [['Conv', ['x', 'w', 'b'], { pads: [1, 0, 2, 1], strides: [2, 1] }]], constants: W, becomes: ['conv2d', 'transpose'] },
  { title: 'Conv, dilated', steps: [['Conv', ['x', 'w'], { dilations: [2, 2], pads: [2, 2, 2, 2] }]], constants: W },
  { title: 'Conv, SAME_UPPER', steps: [['Conv', ['x', 'w'], { auto_pad: 'SAME_UPPER', strides: [2, 2] }]], constants: W },
  { title: 'Conv, SAME_LOWER', steps: [['Conv', ['x', 'w'], { auto_pad: 'SAME_LOWER', strides: [2, 2] }]], constants: W },
  { title: 'Conv, depthwise with two outputs a channel', steps: [['Conv', ['x', 'w', 'b'], { group: 3, pads: [1, 1, 1, 1] }]], constants: { w: floats('w', [6, 1, 3, 3]), b: floats('b', [6]) }, becomes: ['depthwiseConv2d', 'transpose'] },
  { title: 'Conv, groups', steps: [['Conv', ['x', 'w'], { group: 2, pads: [1, 1, 1, 1] }]], constants: { w: floats('w', [6, 2, 3, 3]) }, image: [1, 4, 5, 6], becomes: ['groupConv2d', 'transpose'] },
  { title: 'MaxPool, pads', steps: [['MaxPool', ['x'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }]] },
  { title: 'MaxPool, ceil', steps: [['MaxPool', ['x'], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }]], image: [1, 3, 6, 8] },
  { title: 'AveragePool, pads do not count', steps: [['AveragePool', ['x'], { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] }]] },
  { title: 'AveragePool, pads count', steps: [['AveragePool', ['x'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 }]] },
  { title: 'AveragePool, ceil', steps: [['AveragePool', ['x'], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }]] },
  { title: 'AveragePool, ceil, pads count', steps: [['AveragePool', ['x'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1, count_include_pad: 1 }]] },
  { title: 'GlobalAveragePool and Flatten', steps: [['GlobalAveragePool', ['x']], ['Flatten', ['y0']]] },
  { title: 'GlobalMaxPool and Flatten', steps: [['GlobalMaxPool', ['x']], ['Flatten', ['y0']]] },
  { title: 'BatchNormalization', steps: [['BatchNormalization', ['x', 'scale', 'shift', 'mean', 'variance'], { epsilon: 1e-3 }]], constants: PER_CHANNEL, becomes: ['batchNorm', 'transpose'] },
  { title: 'LRN', steps: [['LRN', ['x'], { size: 3, alpha: 0.1, beta: 0.75, bias: 1 }]] },
  { title: 'InstanceNormalization', steps: [['InstanceNormalization', ['x', 'scale', 'shift']]], constants: PER_CHANNEL },
  { title: 'GroupNormalization', steps: [['Conv', ['x', 'w'], {}], ['GroupNormalization', ['y0', 'g', 'h'], { num_groups: 2 }]], constants: { ...W, g: floats('g', [4]), h: floats('h', [4]) } },
  { title: 'LayerNormalization over channels, by way of a transposition', steps: [['Transpose', ['x'], { perm: [0, 2, 3, 1] }], ['LayerNormalization', ['y0', 'scale', 'shift'], { axis: -1 }]], constants: PER_CHANNEL, becomes: ['layerNorm'] },
  { title: 'LayerNormalization over three axes', steps: [['LayerNormalization', ['x', 'g', 'h'], { axis: 1 }]], constants: { g: floats('g', [3, 5, 6]), h: floats('h', [3, 5, 6]) } },
  { title: 'Softmax over channels', steps: [['Softmax', ['x'], { axis: 1 }]], becomes: ['softmax', 'transpose'] },
  { title: 'LogSoftmax over columns', steps: [['LogSoftmax', ['x'], { axis: 3 }]] },
  { title: 'Resize, half pixel', steps: [['Resize', ['x', '', 'scales'], { mode: 'linear' }]], constants: { scales: { type: 'float', shape: [4], values: Float32Array.of(1, 1, 2, 1.5) } } },
  { title: 'Resize, corners aligned', steps: [['Resize', ['x', '', '', 'sizes'], { mode: 'linear', coordinate_transformation_mode: 'align_corners' }]], constants: { sizes: ints(1, 3, 9, 4) } },
  { title: 'Resize, nearest', steps: [['Resize', ['x', '', 'scales'], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }]], constants: { scales: { type: 'float', shape: [4], values: Float32Array.of(1, 1, 2, 2) } } },
  { title: 'Pad with a value', steps: [['Pad', ['x', 'pads', 'value']]], constants: { pads: ints(0, 0, 1, 2, 0, 0, 0, 1), value: one(0.5) } },
  { title: 'Pad, reflected', steps: [['Pad', ['x', 'pads'], { mode: 'reflect' }]], constants: { pads: ints(0, 0, 2, 1, 0, 0, 1, 3) } },
  { title: 'Pad, edge', steps: [['Pad', ['x', 'pads'], { mode: 'edge' }]], constants: { pads: ints(0, 1, 2, 0, 0, 0, 1, 3) } },
  { title: 'Flatten of a map: channels first', steps: [['Flatten', ['x']]], becomes: ['transpose', 'reshape'] },
  { title: 'Flatten and Gemm, transposed weights', steps: [['Flatten', ['x']], ['Gemm', ['y0', 'w', 'b'], { transB: 1, alpha: 0.5, beta: 2 }]], constants: { w: floats('w', [4, 90]), b: floats('b', [4]) } },
  { title: 'Gemm of two signals', steps: [['Reshape', ['x', 'to']], ['Gemm', ['y0', 'y0', 'c'], { transB: 1 }]], constants: { to: ints(9, 10), c: floats('c', [9, 9]) } },
  { title: 'MatMul with weights on the right, on maps', steps: [['Transpose', ['x'], { perm: [0, 2, 3, 1] }], ['MatMul', ['y0', 'w']]], constants: { w: floats('w', [3, 4]) }, becomes: ['dense'] },
  { title: 'MatMul with weights on the left', steps: [['MatMul', ['w', 'x']]], constants: { w: floats('w', [4, 5]) } },
  { title: 'MatMul with a batch of weights', steps: [['MatMul', ['x', 'w']]], constants: { w: floats('w', [3, 6, 4]) } },
  { title: 'MatMul of two signals: attention scores', steps: [['Reshape', ['x', 'heads']], ['Transpose', ['y0'], { perm: [0, 2, 1, 3] }], ['Transpose', ['y0'], { perm: [0, 2, 3, 1] }], ['MatMul', ['y1', 'y2']], ['Softmax', ['y3'], { axis: -1 }], ['MatMul', ['y4', 'y1']]], constants: { heads: ints(1, 15, 2, 3) } },
  { title: 'MatMul by a vector', steps: [['MatMul', ['x', 'v']]], constants: { v: floats('v', [6]) } },
  { title: 'Einsum of two signals', steps: [['Reshape', ['x', 'to']], ['Einsum', ['y0', 'y0'], { equation: 'bthe,bshe->bhts' }]], constants: { to: ints(1, 5, 3, 6) } },
  { title: 'Einsum with weights', steps: [['Einsum', ['x', 'w'], { equation: 'nchw,cd->ndhw' }]], constants: { w: floats('w', [3, 4]) } },
  { title: 'Add, Sub, Mul, Div by constants on both sides', steps: [['Add', ['x', 'c']], ['Sub', ['d', 'y0']], ['Mul', ['c', 'y1']], ['Div', ['y2', 'p']], ['Sub', ['y3', 'one']]], constants: { c: floats('c', [3, 1, 1]), d: floats('d', [6]), p: positive('p', [5, 1]), one: one(1) } },
  { title: 'Div of a constant by a signal', steps: [['Exp', ['x']], ['Div', ['c', 'y0']]], constants: { c: floats('c', [3, 1, 1]) } },
  { title: 'a constant longer than the signal', steps: [['ReduceMean', ['x', 'axes'], { keepdims: 1 }], ['Add', ['y0', 'c']]], constants: { axes: ints(2, 3), c: floats('c', [3, 5, 2]) } },
  { title: 'Add and Mul of two signals, broadcast', steps: [['ReduceMean', ['x', 'axes'], { keepdims: 1 }], ['Mul', ['x', 'y0']], ['Add', ['y1', 'y0']], ['Sub', ['y2', 'x']]], constants: { axes: ints(2, 3) } },
  { title: 'a map gated by its channels', steps: [['GlobalAveragePool', ['x']], ['Sigmoid', ['y0']], ['Mul', ['x', 'y1']]], becomes: ['reduceMean', 'sigmoid', 'mul', 'transpose'] },
  { title: 'signals in two layouts', steps: [['Transpose', ['x'], { perm: [0, 1, 3, 2] }], ['Reshape', ['y0', 'to']], ['Add', ['y1', 'x']]], constants: { to: ints(1, 3, 5, 6) } },
  { title: 'Max and Min of signals and constants', steps: [['Neg', ['x']], ['Max', ['x', 'y0', 'c']], ['Min', ['y1', 'd']]], constants: { c: one(0.3), d: floats('d', [6]) } },
  { title: 'Mean and Sum of three', steps: [['Neg', ['x']], ['Mean', ['x', 'x', 'y0']], ['Sum', ['x', 'y1', 'y0']]] },
  { title: 'Pow 2, ½, −1, 3', steps: [['Pow', ['x', 'two']], ['Add', ['y0', 'one']], ['Pow', ['y1', 'half']], ['Pow', ['y2', 'minus']], ['Pow', ['y3', 'three']]], constants: { two: one(2), one: one(1), half: one(0.5), minus: one(-1), three: one(3) } },
  { title: 'Sqrt, Log, Reciprocal of what is positive', steps: [['Exp', ['x']], ['Sqrt', ['y0']], ['Log', ['y1']], ['Exp', ['y2']], ['Reciprocal', ['y3']]] },
  { title: 'Clip to 0 … 6, and to bounds', steps: [['Mul', ['x', 'five']], ['Clip', ['y0', 'zero', 'six']], ['Clip', ['y1', '', 'two']]], constants: { five: one(5), zero: one(0), six: one(6), two: one(2) } },
  { title: 'PRelu per channel', steps: [['PRelu', ['x', 'slope']]], constants: { slope: floats('slope', [3, 1, 1]) } },
  { title: 'Where by a constant', steps: [['Where', ['c', 'x', 'd']]], constants: { c: { type: 'int', shape: [6], values: Int32Array.of(1, 0, 1, 1, 0, 0) }, d: one(-2) } },
  { title: 'Gelu by tanh', steps: [['Gelu', ['x'], { approximate: 'tanh' }]] },
  ...UNIT_NAMES.map((name) => ({ title: name, steps: [[name, ['x']]] as readonly Step[] })),
  { title: 'Reshape with 0 and −1', steps: [['Reshape', ['x', 'to']]], constants: { to: ints(0, -1, 6) } },
  { title: 'Reshape that nests in nothing', steps: [['Reshape', ['x', 'to']], ['Transpose', ['y0'], { perm: [0, 2, 1] }]], constants: { to: ints(1, 9, 10) } },
  { title: 'Shape arithmetic', steps: [['Shape', ['x']], ['Gather', ['y0', 'zero']], ['Concat', ['n', 'minus'], { axis: 0 }, ['to']], ['Reshape', ['x', 'to']]], constants: { zero: { type: 'int', shape: [], values: Int32Array.of(0) }, n: ints(1), minus: ints(-1) } },
  { title: 'Squeeze and Unsqueeze', steps: [['GlobalAveragePool', ['x']], ['Squeeze', ['y0', 'axes']], ['Unsqueeze', ['y1', 'one']]], constants: { axes: ints(2, 3), one: ints(1) } },
  { title: 'Expand', steps: [['ReduceMean', ['x', 'axes'], { keepdims: 1 }], ['Expand', ['y0', 'to']]], constants: { axes: ints(1), to: ints(1, 3, 5, 6) } },
  { title: 'Tile', steps: [['Tile', ['x', 'repeats']]], constants: { repeats: ints(1, 2, 1, 3) } },
  { title: 'Slice, steps and negative bounds', steps: [['Slice', ['x', 'starts', 'ends', 'axes', 'steps']]], constants: { starts: ints(1, -5), ends: ints(2147483647, -1), axes: ints(2, 3), steps: ints(2, 1) } },
  { title: 'Slice backwards', steps: [['Slice', ['x', 'starts', 'ends', 'axes', 'steps']]], constants: { starts: ints(-1), ends: ints(-2147483647), axes: ints(1), steps: ints(-1) } },
  { title: 'Split, and join the other way round', steps: [['Split', ['x', 'sizes'], { axis: 3 }, ['a', 'b', 'c']], ['Concat', ['c', 'a', 'b'], { axis: 3 }]], constants: { sizes: ints(1, 2, 3) } },
  { title: 'Gather one, Gather many', steps: [['Gather', ['x', 'many'], { axis: 3 }], ['Gather', ['y0', 'one'], { axis: 1 }]], constants: { many: ints(5, 0, 0, -2), one: { type: 'int', shape: [], values: Int32Array.of(1) } } },
  { title: 'Concat with a constant: a class token', steps: [['Reshape', ['x', 'to']], ['Concat', ['token', 'y0'], { axis: 1 }]], constants: { to: ints(1, 15, 6), token: floats('token', [1, 1, 6]) } },
  { title: 'Concat over channels', steps: [['Conv', ['x', 'w'], { pads: [1, 1, 1, 1] }], ['Concat', ['x', 'y0'], { axis: 1 }]], constants: W, becomes: ['conv2d', 'concat', 'transpose'] },
  { title: 'DepthToSpace, DCR', steps: [['DepthToSpace', ['x'], { blocksize: 2 }]], image: [1, 8, 3, 2] },
  { title: 'DepthToSpace, CRD', steps: [['DepthToSpace', ['x'], { blocksize: 2, mode: 'CRD' }]], image: [1, 8, 3, 2] },
  { title: 'SpaceToDepth', steps: [['SpaceToDepth', ['x'], { blocksize: 2 }]], image: [1, 3, 4, 6] },
  { title: 'channels shuffled', steps: [['Reshape', ['x', 'cut']], ['Transpose', ['y0'], { perm: [0, 2, 1, 3, 4] }], ['Reshape', ['y1', 'back']]], constants: { cut: ints(1, 2, 4, 3, 5), back: ints(1, 8, 3, 5) }, image: [1, 8, 3, 5] },
  { title: 'windows of a map and attention within them', steps: [['Transpose', ['x'], { perm: [0, 2, 3, 1] }], ['Reshape', ['y0', 'cut']], ['Transpose', ['y1'], { perm: [0, 1, 3, 2, 4, 5] }], ['Reshape', ['y2', 'windows']], ['Transpose', ['y3'], { perm: [0, 2, 1] }], ['MatMul', ['y3', 'y4']], ['Softmax', ['y5'], { axis: -1 }], ['MatMul', ['y6', 'y3']], ['Reshape', ['y7', 'cutBack']], ['Transpose', ['y8'], { perm: [0, 1, 3, 2, 4, 5] }], ['Reshape', ['y9', 'whole']]], constants: { cut: ints(1, 2, 2, 3, 2, 3), windows: ints(-1, 4, 3), cutBack: ints(-1, 2, 3, 2, 2, 3), whole: ints(1, 4, 6, 3) }, image: [1, 3, 4, 6] },
  ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL2'].flatMap((name) => [
    { title: `${name}, axes dropped`, steps: [[name, ['x', 'axes'], { keepdims: 0 }]] as readonly Step[], constants: { axes: ints(1, -1) } },
    { title: `${name}, axes kept`, steps: [[name, ['x', 'axes'], { keepdims: 1 }]] as readonly Step[], constants: { axes: ints(1) } },
  ]),
  {
    title: 'a small residual network',
    steps: [
      ['Conv', ['x', 'w', 'b'], { pads: [1, 1, 1, 1], strides: [2, 2] }], ['BatchNormalization', ['y0', 'g', 'h', 'm', 'v']], ['Relu', ['y1']],
      ['Conv', ['y2', 'w2'], { pads: [1, 1, 1, 1] }], ['Add', ['y3', 'y2']], ['Relu', ['y4']], ['MaxPool', ['y5'], { kernel_shape: [2, 2], strides: [1, 1] }],
      ['Flatten', ['y6']], ['Gemm', ['y7', 'k', 'c'], { transB: 1 }], ['Softmax', ['y8'], { axis: 1 }],
    ],
    constants: { ...W, w2: floats('w2', [4, 4, 3, 3]), g: floats('g', [4]), h: floats('h', [4]), m: floats('m', [4]), v: positive('v', [4]), k: floats('k', [5, 16]), c: floats('c', [5]) },
  },
  { title: 'softmax written out', steps: [['ReduceMax', ['x', 'axes'], { keepdims: 1 }], ['Sub', ['x', 'y0']], ['Exp', ['y1']], ['ReduceSum', ['y2', 'axes'], { keepdims: 1 }], ['Div', ['y2', 'y3']]], constants: { axes: ints(3) } },
  { title: 'layer norm written out', steps: [['ReduceMean', ['x', 'axes'], { keepdims: 1 }], ['Sub', ['x', 'y0']], ['Pow', ['y1', 'two']], ['ReduceMean', ['y2', 'axes'], { keepdims: 1 }], ['Add', ['y3', 'eps']], ['Sqrt', ['y4']], ['Div', ['y1', 'y5']], ['Mul', ['y6', 'g']], ['Add', ['y7', 'h']]], constants: { axes: ints(-1), two: one(2), eps: one(1e-5), g: floats('g', [6]), h: floats('h', [6]) } },
];

test.each(CASES)('$title', (of) => {
  const { lowered, rewritten, want, ops } = answers(of);
  const scale = Math.max(1e-3, ...want.map(Math.abs));
  for (const [got, how] of [[lowered, 'lowered'], [rewritten, 'rewritten']] as const) {
    expect(got.length).toBe(want.length);
    got.forEach((value, k) => expect(Math.abs(value - want[k]!), `${how}, entry ${k}: ${value} instead of ${want[k]}`).toBeLessThanOrEqual(1e-5 * scale));
  }
  if (of.becomes) expect(ops.filter((op) => op !== 'reshape')).toEqual(of.becomes.filter((op) => op !== 'reshape'));
});

test('what cannot be read is named with its operator and a remedy', () => {
  const read = (of: Omit<Case, 'title'>) => () => {
    const source = sourceOf({ title: '', ...of });
    return lower(source, imageOf(source.inputs[0]!, 224));
  };
  expect(read({ steps: [['LSTM', ['x']]] })).toThrow(/operator LSTM of 'LSTM-0' cannot be read here: .+/);
  expect(read({ steps: [['Add', ['x', 'nowhere']]] })).toThrow(/'Add-0' \(Add\) takes the value 'nowhere'/);
  expect(read({ steps: [['Add', ['x', 'c']]], constants: { c: floats('c', [4]) } })).toThrow(/'Add-0' joins values of 1×3×5×6 and 4, which do not fit/);
  expect(read({ steps: [['Conv', ['x', 'w']]], constants: { w: floats('w', [4, 3, 7, 3]) } })).toThrow(/slides a window of 7×3 over 5×6: .*larger/);
  expect(read({ steps: [['Reshape', ['x', 'to']]], constants: { to: ints(1, 7, 7) } })).toThrow(/asks for the shape 1×7×7, but has 1×3×5×6/);
  expect(() => imageOf({ name: 'ids', shape: [1, 128], type: 'int' }, 224)).toThrow(/the input 'ids' has 2 axes, \[1, 128\]/);
  expect(() => imageOf({ name: 'cube', shape: [1, 12, 8, 8], type: 'float' }, 224)).toThrow(/has 12 channels/);
});

test('the image’s axes are found whatever the file calls them', () => {
  expect(imageOf({ name: 'x', shape: [undefined, 3, undefined, undefined], type: 'float' }, 192)).toEqual({ height: 192, width: 192, channels: 3, layout: 'NCHW' });
  expect(imageOf({ name: 'x', shape: [1, 224, 224, 3], type: 'float' }, 64)).toEqual({ height: 224, width: 224, channels: 3, layout: 'NHWC' });
  expect(imageOf({ name: 'x', shape: [undefined, 28, 28, 1], type: 'float' }, 64)).toMatchObject({ channels: 1, layout: 'NHWC' });
});
