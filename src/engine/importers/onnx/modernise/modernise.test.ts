/** Old and fused forms against numbers worked out by hand: what is read is run with the constant evaluator. */
import { describe, expect, it } from 'vitest';
import { counted, node, read, run, tensor, type Attributes } from '../../../testing/onnxNodes.ts';
import { floats, ints, type OnnxModel } from '../../../testing/onnxWriter.ts';
import type { Constant, Source } from '../../source.ts';

const types = (source: Source) => source.operators.map((operator) => operator.type);

describe('attributes that became inputs', () => {
  it.each([
    ['Clip', 6, { min: { float: 1 }, max: { float: 3 } }, counted(5), tensor([5], [1, 1, 2, 3, 3])],
    ['Clip', 6, { max: { float: 3 } }, counted(5), tensor([5], [0, 1, 2, 3, 3])],
    ['ReduceSum', 11, { axes: { ints: [1] }, keepdims: { int: 0 } }, counted(2, 3), tensor([2], [3, 12])],
    ['ReduceMean', 13, { axes: { ints: [-1] } }, counted(2, 3), tensor([2, 1], [1, 4])],
    ['ReduceMax', 12, { keepdims: { int: 0 } }, counted(2, 3), tensor([], [5])],
    ['Squeeze', 11, { axes: { ints: [1] } }, counted(2, 1, 2), counted(2, 2)],
    ['Unsqueeze', 7, { axes: { ints: [0, 2] } }, counted(2), counted(1, 2, 1)],
    ['Slice', 9, { starts: { ints: [1] }, ends: { ints: [2 ** 40] }, axes: { ints: [1] } }, counted(2, 3), tensor([2, 2], [1, 2, 4, 5])],
    ['Slice', 7, { starts: { ints: [0, -2] }, ends: { ints: [1, 3] } }, counted(2, 3), tensor([1, 2], [1, 2])],
    ['Pad', 9, { pads: { ints: [0, 1, 0, 0] }, value: { float: 7 } }, counted(2, 2), tensor([2, 3], [7, 0, 1, 7, 2, 3])],
  ] as [string, number, Attributes, Constant, Constant][])('%s of opset %i', (type, opset, attributes, x, y) => {
    const source = read(Math.max(opset, 7), [node(type, ['x'], ['y'], attributes)]);
    expect(types(source)).toEqual([type]);
    expect(Object.keys(source.operators[0]!.attributes).filter((name) => name !== 'keepdims')).toEqual([]);
    expect(run(source, x)).toEqual(y);
  });

  it('Split in given and in equal parts', () => {
    const sum = node('Sub', ['b', 'a'], ['y']);
    const uneven = read(11, [node('Split', ['x'], ['a', 'b'], { axis: { int: 1 }, split: { ints: [1, 2] } }), sum]);
    expect(run(uneven, counted(1, 3))).toEqual(tensor([1, 2], [1, 2]));
    const even = read(13, [node('Split', ['x'], ['a', 'b', 'c'], { axis: { int: 0 } }), sum]);
    // the part that nobody takes still counts
    expect(even.operators[0]!.attributes).toEqual({ axis: 0, num_outputs: 3 });
    expect(run(even, counted(3))).toEqual(tensor([1], [1]));
  });

  it('TopK, and the name of Scatter', () => {
    const top = read(9, [node('TopK', ['x'], ['y', ''], { k: { int: 3 }, axis: { int: -1 } })]).operators[0]!;
    expect([top.type, top.inputs, top.attributes]).toEqual(['TopK', ['x', 'topk/k'], { axis: -1 }]);
    expect(types(read(9, [node('Scatter', ['x', 'i', 'x'], ['y'])], { initialisers: { i: ints([0]) } }))).toEqual(['ScatterElements']);
  });
});

describe('what does nothing', () => {
  it('Identity and Dropout are gone, also at the output', () => {
    const source = read(9, [node('Identity', ['x'], ['a']), node('Neg', ['a'], ['b']), node('Dropout', ['b'], ['c', 'mask'], { ratio: { float: 0.5 } }), node('Identity', ['c'], ['y'])]);
    expect(types(source)).toEqual(['Neg']);
    expect(run(source, counted(2))).toEqual(tensor([2], [-0, -1]));
  });

  it('but training is refused', () => {
    expect(() => read(9, [node('Dropout', ['x'], ['a', 'mask']), node('Add', ['a', 'mask'], ['y'])])).toThrow(/'dropout' \(Dropout\) drops values at random: .*eval/);
    const yes = { initialisers: { r: floats([], [0.5]), t: { type: 'bool' as const, shape: [], values: [1] } } };
    expect(() => read(13, [node('Dropout', ['x', 'r', 't'], ['y'])], yes)).toThrow(/drops values/);
    const none = { initialisers: { ...yes.initialisers, r: floats([], [0]) } };
    expect(types(read(13, [node('Dropout', ['x', 'r', 't'], ['a']), node('Neg', ['a'], ['y'])], none)), 'a share of 0 drops nothing').toEqual(['Neg']);
    const statistics = { initialisers: { s: floats([1], [1]) } };
    const norm = (outputs: string[], attributes: Attributes) => [node('BatchNormalization', ['x', 's', 's', 's', 's'], outputs, attributes), ...(outputs[1] ? [node('Add', ['a', 'm'], ['y'])] : [])];
    expect(() => read(14, norm(['y'], { training_mode: { int: 1 } }), statistics)).toThrow(/normalises by the batch/);
    expect(() => read(9, norm(['a', 'm'], {}), statistics)).toThrow(/normalises by the batch/);
    expect(() => read(7, norm(['y'], { spatial: { int: 0 } }), statistics)).toThrow(/spatial = 0/);
    const old = read(7, norm(['y'], { spatial: { int: 1 }, momentum: { float: 0.9 }, epsilon: { float: 0.5 } }), statistics).operators[0]!;
    expect([old.outputs, old.attributes]).toEqual([['y'], { epsilon: 0.5 }]);
  });
});

describe('softmax before opset 13', () => {
  const exps = [1, Math.exp(1), Math.exp(2), Math.exp(3)];
  const total = exps.reduce((a, b) => a + b);

  it('takes everything from its axis on as one row', () => {
    const source = read(11, [node('Softmax', ['x'], ['y'])]);
    const y = run(source, tensor([2, 2, 2], [0, 1, 2, 3, 0, 0, 0, 0]));
    expect(y.shape).toEqual([2, 2, 2]);
    y.values.forEach((value, i) => expect(value).toBeCloseTo(i < 4 ? exps[i]! / total : 0.25, 6));
  });

  it('is one operator where that is the last axis', () => {
    expect(types(read(11, [node('Softmax', ['x'], ['y'], { axis: { int: -1 } })]))).toEqual(['Softmax']);
    const ranked = read(11, [node('Softmax', ['x'], ['y'], { axis: { int: 2 } })], { inputs: { x: ['batch', 2, 2] } });
    expect(ranked.operators[0]!.attributes).toEqual({ axis: -1 });
    expect(types(read(11, [node('LogSoftmax', ['x'], ['y'])], { inputs: { x: ['batch', 5] } }))).toEqual(['LogSoftmax']);
  });

  it('from 13 on takes the one axis', () => {
    expect(read(13, [node('Softmax', ['x'], ['y'], { axis: { int: 1 } })]).operators[0]!.attributes).toEqual({ axis: 1 });
  });
});

describe('resizing', () => {
  const asymmetric = { mode: 'linear', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };

  it('Upsample and the first Resize measure from the corner', () => {
    const scales = { initialisers: { s: floats([4], [1, 1, 2, 2]) } };
    const forms = [
      read(7, [node('Upsample', ['x'], ['y'], { mode: { string: 'linear' }, scales: { floats: [1, 1, 2, 2] } })]),
      read(9, [node('Upsample', ['x', 's'], ['y'], { mode: { string: 'linear' } })], scales),
      read(10, [node('Resize', ['x', 's'], ['y'], { mode: { string: 'linear' } })], scales),
    ];
    for (const source of forms) {
      const { type, inputs, attributes } = source.operators[0]!;
      expect([type, inputs.slice(0, 2), attributes]).toEqual(['Resize', ['x', ''], asymmetric]);
      expect([...source.constants.get(inputs[2]!)!.values]).toEqual([1, 1, 2, 2]);
    }
  });

  it('later ones keep their own way; empty tensors mean nothing', () => {
    const more = { initialisers: { none: floats([0], []), sizes: ints([1, 1, 4, 4]) } };
    const { inputs, attributes } = read(11, [node('Resize', ['x', 'none', 'none', 'sizes'], ['y'], { mode: { string: 'nearest' } })], more).operators[0]!;
    expect([inputs, attributes]).toEqual([['x', '', '', 'sizes'], { mode: 'nearest' }]);
  });
});

describe('casts', () => {
  it('CastLike follows the type of its example, constant or computed', () => {
    const to = (example: string) => read(18, [node('Shape', ['x'], ['shape']), node('Neg', ['x'], ['float']), node('CastLike', ['x', example], ['y'])], { initialisers: { half: { type: 'float16', shape: [], values: [1] } } }).operators.at(-1)!;
    expect([to('shape').type, to('shape').attributes]).toEqual(['Cast', { to: 7 }]);
    expect(to('float').attributes).toEqual({ to: 1 });
    expect(to('half').attributes).toEqual({ to: 10 });
  });
});

describe('operators on 8-bit numbers', () => {
  const byte = (shape: number[], values: number[], type: 'uint8' | 'int8' = 'uint8') => ({ type, shape, values });
  const initialisers = {
    s: floats([], [0.5]),
    z: byte([], [10]),
    w: byte([2, 2], [3, 1, 2, 5], 'int8'),
    ws: floats([2], [1, 0.25]),
    wz: byte([2], [1, 1], 'int8'),
    bias: { type: 'int32' as const, shape: [2], values: [4, 8] },
    os: floats([], [0.125]),
    oz: byte([], [100]),
  };
  const quantise = node('QuantizeLinear', ['x', 's', 'z'], ['q']);

  it('QuantizeLinear says its integers and is named in a remark', () => {
    const source = read(13, [quantise, node('DequantizeLinear', ['q', 's', 'z'], ['y'])], { initialisers });
    expect(source.operators[0]!.attributes).toEqual({ axis: 1, output_dtype: 2 });
    expect(source.remarks).toEqual([expect.stringMatching(/quantisation is passed straight through/)]);
    // (x / 0.5 + 10) within 0 … 255
    expect(run(source, tensor([3], [1.3, -20, 1000]))).toEqual(tensor([3], [1.5, -5, 122.5]));
    // quantised weights alone are nothing to remark on
    expect(read(13, [node('DequantizeLinear', ['w', 's'], ['d']), node('MatMul', ['x', 'd'], ['y'])], { initialisers }).remarks).toEqual([]);
  });

  it('QLinearMatMul is taken apart', () => {
    const nodes = [quantise, node('QLinearMatMul', ['q', 's', 'z', 'w', 'ws', 'wz', 'os', 'oz'], ['p']), node('DequantizeLinear', ['p', 'os', 'oz'], ['y'])];
    const source = read(13, nodes, { initialisers });
    expect(types(source)).toEqual(['QuantizeLinear', 'DequantizeLinear', 'DequantizeLinear', 'MatMul', 'QuantizeLinear', 'DequantizeLinear']);
    // [1, 2] times [[2, 0], [1, 4]] with columns scaled by 1 and 0.25
    expect(run(source, tensor([1, 2], [1, 2]))).toEqual(tensor([1, 2], [4, 2]));
  });

  it('QLinearConv has its bias in steps of both scales', () => {
    const nodes = [quantise, node('QLinearConv', ['q', 's', 'z', 'w', 'ws', 'wz', 'os', 'oz', 'bias'], ['y'], { strides: { ints: [2, 2] } })];
    const source = read(13, nodes, { initialisers });
    expect(types(source)).toEqual(['QuantizeLinear', 'DequantizeLinear', 'DequantizeLinear', 'Mul', 'DequantizeLinear', 'Conv', 'QuantizeLinear']);
    const conv = source.operators[5]!;
    expect(conv.attributes).toEqual({ strides: [2, 2] });
    expect(source.operators[2]!.attributes).toEqual({ axis: 0 });
    expect(source.operators[3]!.inputs).toEqual(['s', 'ws']);
    expect(source.operators[4]!.inputs).toEqual(['bias', source.operators[3]!.outputs[0]]);
    expect(conv.inputs).toEqual([1, 2, 4].map((i) => source.operators[i]!.outputs[0]));
  });

  it('dynamic quantisation is left out and said so', () => {
    const nodes = [
      node('DynamicQuantizeLinear', ['x'], ['q', 'qs', 'qz']),
      node('MatMulInteger', ['q', 'w', 'qz', 'z'], ['i']),
      node('Cast', ['i'], ['f'], { to: { int: 1 } }),
      node('Mul', ['f', 'qs'], ['y']),
    ];
    const source = read(13, nodes, { initialisers });
    expect(source.remarks).toEqual([expect.stringMatching(/left unrounded/)]);
    // x · (w − 10), unrounded
    expect(run(source, tensor([1, 2], [0.5, 0.25]))).toEqual(tensor([1, 2], [0.5 * -7 + 0.25 * -8, 0.5 * -9 + 0.25 * -5]));
  });

  it('of ONNX Runtime are taken apart too', () => {
    const opset = { '': 13, 'com.microsoft': 1 };
    const back = node('DequantizeLinear', ['p', 'os', 'oz'], ['y']);
    const added = read(opset, [quantise, node('QLinearAdd', ['q', 's', 'z', 'q', 's', 'z', 'os', 'oz'], ['p'], {}, 'com.microsoft'), back], { initialisers });
    expect(run(added, tensor([2], [1, 2]))).toEqual(tensor([2], [2, 4]));
    const joined = read(opset, [quantise, node('QLinearConcat', ['os', 'oz', 'q', 's', 'z', 'q', 's', 'z'], ['p'], { axis: { int: 0 } }, 'com.microsoft'), back], { initialisers });
    expect(run(joined, tensor([2], [1, 2]))).toEqual(tensor([4], [1, 2, 1, 2]));
    const gemm = read(opset, [quantise, node('QGemm', ['q', 's', 'z', 'w', 'ws', 'wz', 'bias'], ['y'], { transB: { int: 1 } }, 'com.microsoft')], { initialisers });
    // rows of w less 1, scaled: [2, 0] and [.25, 1]; the bias in steps of .5 and .125
    expect(run(gemm, tensor([1, 2], [1, 2]))).toEqual(tensor([1, 2], [2 + 2, 0.25 + 2 + 1]));
    expect(() => read(opset, [quantise, node('QLinearGlobalAveragePool', ['q', 's', 'z', 'os', 'oz'], ['y'], { channels_last: { int: 1 } }, 'com.microsoft')], { initialisers })).toThrow(/channels last/);
  });
});

describe('fused operators', () => {
  const opset = { '': 17, 'com.microsoft': 1 };
  const fused = (type: string, inputs: string[], attributes: Attributes = {}, more: Partial<OnnxModel> = {}) =>
    read(opset, [node(type, inputs, ['y'], attributes, 'com.microsoft')], { initialisers: { m: floats([2, 3], [1, 2, 3, 4, 5, 6]), v: floats([2], [1, 10]) }, ...more });

  it('FusedMatMul', () => {
    expect(run(fused('FusedMatMul', ['x', 'm'], { alpha: { float: 0.5 } }), tensor([1, 2], [1, 2]))).toEqual(tensor([1, 3], [4.5, 6, 7.5]));
    expect(run(fused('FusedMatMul', ['x', 'm'], { transA: { int: 1 } }), tensor([2, 1], [1, 2]))).toEqual(tensor([1, 3], [9, 12, 15]));
    expect(run(fused('FusedMatMul', ['x', 'm'], { transB: { int: 1 } }), tensor([1, 3], [1, 0, 2]))).toEqual(tensor([1, 2], [7, 16]));
  });

  it('FusedConv: convolution, sum, activation', () => {
    const source = fused('FusedConv', ['x', 'k', '', 'm'], { activation: { string: 'LeakyRelu' }, activation_params: { floats: [0.5] }, strides: { ints: [1, 1] } }, { initialisers: { k: floats([1, 1, 1, 1], [1]), m: floats([1], [1]) } });
    expect(source.operators.map(({ type, attributes }) => [type, attributes])).toEqual([['Conv', { strides: [1, 1] }], ['Add', {}], ['LeakyRelu', { alpha: 0.5 }]]);
    expect(() => fused('FusedConv', ['x', 'm'], { activation: { string: 'Swirl' } })).toThrow(/ends in the activation 'Swirl'/);
  });

  it('FusedGemm, QuickGelu, Gelu in its kinds, SkipLayerNormalization', () => {
    expect(run(fused('FusedGemm', ['x', 'm'], { activation: { string: 'Relu' } }), tensor([1, 2], [1, -1]))).toEqual(tensor([1, 3], [0, 0, 0]));
    expect(run(fused('QuickGelu', ['x']), tensor([1], [1])).values[0]).toBeCloseTo(1 / (1 + Math.exp(-1.702)), 6);
    expect(fused('BiasGelu', ['x', 'v']).operators.map(({ type, attributes }) => [type, attributes])).toEqual([['Add', {}], ['Gelu', { approximate: 'none' }]]);
    expect(fused('FastGelu', ['x']).operators[0]!.attributes).toEqual({ approximate: 'tanh' });
    const skip = fused('SkipLayerNormalization', ['x', 'x', 'v', 'v', 'v']);
    expect(types(skip)).toEqual(['Add', 'Add', 'LayerNormalization']);
    expect(skip.operators[2]!.attributes).toMatchObject({ axis: -1 });
    const both = [node('SkipLayerNormalization', ['x', 'x', 'v'], ['n', '', '', 's'], {}, 'com.microsoft'), node('Add', ['n', 's'], ['y'])];
    const asked = read(opset, both, { initialisers: { v: floats([2], [1, 1]) } }).operators;
    expect(asked.map(({ type, outputs }) => [type, ...outputs])).toEqual([['Add', 's'], ['LayerNormalization', 'n'], ['Add', 'y']]);
  });

  it('RMSNormalization and Swish of later opsets', () => {
    const rms = read(23, [node('RMSNormalization', ['x', 'v'], ['y'], { epsilon: { float: 0 } })], { initialisers: { v: floats([2], [1, 10]) } });
    const root = Math.sqrt((9 + 16) / 2);
    const y = run(rms, tensor([1, 2], [3, 4])).values;
    expect(y[0]).toBeCloseTo(3 / root, 6);
    expect(y[1]).toBeCloseTo(40 / root, 5);
    expect(run(read(24, [node('Swish', ['x'], ['y'], { alpha: { float: 2 } })]), tensor([1], [1])).values[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  });

  it('that are not known are refused with their name and the way out', () => {
    expect(() => fused('NhwcConv', ['x'])).toThrow(/'nhwcconv' is 'NhwcConv' of the domain 'com.microsoft', which is not ONNX's own: .*without the optimiser/);
    expect(() => read(17, [node('TreeEnsembleClassifier', ['x'], ['y'], {}, 'ai.onnx.ml')])).toThrow(/classical machine learning/);
    expect(() => read(17, [node('Add', ['x', 'x'], ['y'], { axis: { int: 1 }, broadcast: { int: 1 } })])).toThrow(/before opset 7/);
    expect(() => read(13, [node('CastLike', ['x'], ['y'])])).not.toThrow(TypeError);
    expect(() => read(13, [node('QLinearMatMul', ['x'], ['y'])])).toThrow(/'qlinearmatmul' \(QLinearMatMul\)/);
  });
});
