/** The constant evaluator against numbers written out by hand (most are those of the ONNX specification's own examples) and against slow code. */
import { describe, expect, it } from 'vitest';
import { ImportProblem } from '../../problem.ts';
import type { Attribute, Constant } from '../../source.ts';
import { erf, roundToEven } from './elementwise.ts';
import { evaluate } from './index.ts';

const count = (shape: readonly number[]) => shape.reduce((n, length) => n * length, 1);
const f = (shape: number[], ...values: number[]): Constant => ({ type: 'float', shape, values: Float32Array.from(values) });
const n = (shape: number[], ...values: number[]): Constant => ({ type: 'int', shape, values: Int32Array.from(values) });
const list = (...values: number[]) => n([values.length], ...values);
/** 0, 1, 2, … */
const counting = (...shape: number[]) => n(shape, ...Array(count(shape)).keys());
const floating = (...shape: number[]) => f(shape, ...Array(count(shape)).keys());

function all(type: string, inputs: (Constant | undefined)[], attributes: Record<string, Attribute> = {}, outputs = 1) {
  const names = inputs.map((input, i) => (input ? `in${i}` : ''));
  return evaluate({ name: 'here', type, inputs: names, outputs: Array.from({ length: outputs }, (_, i) => `out${i}`), attributes }, inputs);
}
/** [type, shape, values] of the one output. */
function one(type: string, inputs: (Constant | undefined)[], attributes: Record<string, Attribute> = {}) {
  const found = all(type, inputs, attributes);
  expect(found).toHaveLength(1);
  const { type: kind, shape, values } = found![0]!;
  expect(values).toHaveLength(count(shape));
  return [kind, [...shape], Array.from(values)] as const;
}
const refused = (type: string, inputs: (Constant | undefined)[], attributes: Record<string, Attribute> = {}) => {
  expect(() => all(type, inputs, attributes)).toThrow(ImportProblem);
  expect(() => all(type, inputs, attributes)).toThrow(`${type} 'here'`);
};

describe('entry by entry', () => {
  it('broadcasts as NumPy does and keeps the type', () => {
    expect(one('Add', [counting(2, 1, 3), list(10, 20, 30)])).toEqual(['int', [2, 1, 3], [10, 21, 32, 13, 24, 35]]);
    expect(one('Sub', [n([2, 1], 1, 2), n([1, 3], 10, 20, 30)])).toEqual(['int', [2, 3], [-9, -19, -29, -8, -18, -28]]);
    expect(one('Mul', [f([2], 1.5, -2), f([], 4)])).toEqual(['float', [2], [6, -8]]);
    refused('Add', [counting(2, 3), counting(2, 2)]);
  });
  it('divides whole numbers towards zero and floats as they are', () => {
    expect(one('Div', [list(7, -7, 7, -7), list(2, 2, -2, -2)])[2]).toEqual([3, -3, -3, 3]);
    expect(one('Div', [f([2], 7, 1), f([2], 2, 0)])[2]).toEqual([3.5, Infinity]);
    refused('Div', [list(1), list(0)]);
  });
  it('gives remainders the sign of the divisor, with fmod of the dividend', () => {
    expect(one('Mod', [list(-4, 7, 5, 4, -7, 8), list(2, -3, 8, -2, 3, 5)])[2]).toEqual([0, -2, 5, 0, 2, 3]);
    expect(one('Mod', [list(-4, 7, 5, 4, -7, 8), list(2, -3, 8, -2, 3, 5)], { fmod: 1 })[2].map((v) => v + 0)).toEqual([0, 1, 5, 0, -1, 3]);
  });
  it('takes powers in the type of the base, and any number of inputs to Min, Max, Sum, Mean', () => {
    expect(one('Pow', [list(2, 3), f([], 2)])).toEqual(['int', [2], [4, 9]]);
    expect(one('Pow', [f([2], 4, 9), list(2, 1)])).toEqual(['float', [2], [16, 9]]);
    expect(one('Max', [list(1, 5), list(4), list(3, 3)])[2]).toEqual([4, 5]);
    expect(one('Min', [list(1, 5)])[2]).toEqual([1, 5]);
    expect(one('Mean', [f([1], 1), f([1], 2), f([1], 6)])[2]).toEqual([3]);
  });
  it('cuts off at 32 bits instead of wrapping round', () => {
    expect(one('Mul', [list(2 ** 31 - 1), list(2)])[2]).toEqual([2 ** 31 - 1]);
    expect(one('Add', [list(-(2 ** 31)), list(-1)])[2]).toEqual([-(2 ** 31)]);
  });
  it('compares and reasons', () => {
    expect(one('Equal', [f([2], 1, 2), f([1], 2)])).toEqual(['int', [2], [0, 1]]);
    expect(one('GreaterOrEqual', [list(1, 2, 3), list(2)])[2]).toEqual([0, 1, 1]);
    expect(one('Less', [list(1, 2, 3), list(2)])[2]).toEqual([1, 0, 0]);
    expect(one('Xor', [list(0, 1, 1), list(1, 1, 0)])[2]).toEqual([1, 0, 1]);
    expect(one('And', [list(0, 1, 1), list(1, 1, 0)])[2]).toEqual([0, 1, 0]);
    expect(one('Not', [list(0, 1)])[2]).toEqual([1, 0]);
    expect(one('IsNaN', [f([2], NaN, 1)])).toEqual(['int', [2], [1, 0]]);
    expect(one('Where', [n([2, 1], 1, 0), f([2], 1, 2), f([], 9)])).toEqual(['float', [2, 2], [1, 2, 9, 9]]);
  });
  it('rounds halves to the even number', () => {
    expect([0.9, 2.5, 2.3, 1.5, -4.5, -1.5, 0.5, 4503599627370497].map(roundToEven).map((v) => v + 0)).toEqual([1, 2, 2, 2, -4, -2, 0, 4503599627370497]);
  });
  it('knows erf to the last digit that counts', () => {
    // Abramowitz & Stegun, table 7.1.
    for (const [x, y] of [[0.5, 0.5204998778], [1, 0.8427007929], [2, 0.995322265], [-1, -0.8427007929], [9, 1], [0, 0]] as const) expect(erf(x)).toBeCloseTo(y, 10);
    expect(one('Erf', [f([1], 0.5)])[0]).toBe('float');
  });
  it('converts types: fractions drop, narrow integers wrap, booleans are 0 and 1', () => {
    expect(one('Cast', [f([4], 2.9, -2.9, NaN, 1e20)], { to: 7 })).toEqual(['int', [4], [2, -2, 0, 2 ** 31 - 1]]);
    expect(one('Cast', [f([3], 0.5, 0, -3)], { to: 9 })[2]).toEqual([1, 0, 1]);
    expect(one('Cast', [list(300, -1)], { to: 2 })[2]).toEqual([44, 255]);
    expect(one('Cast', [list(200)], { to: 3 })[2]).toEqual([-56]);
    expect(one('Cast', [list(3)], { to: 10 })).toEqual(['float', [1], [3]]);
    expect(all('Cast', [list(3)], { to: 8 })).toBeUndefined();
  });
  it('knows the functions of one number', () => {
    const at = (type: string, x: number) => one(type, [f([1], x)])[2][0]!;
    const table = { Neg: -0.5, Abs: 0.5, Sqrt: Math.SQRT1_2, Exp: 1.6487213, Log: -0.6931472, Reciprocal: 2, Floor: 0, Ceil: 1, Sign: 1, Tanh: 0.4621172, Sigmoid: 0.6224593, Relu: 0.5, Sin: 0.4794255, Cos: 0.8775826 };
    for (const [type, y] of Object.entries(table)) expect(at(type, 0.5), type).toBeCloseTo(y, 6);
  });
});

describe('shapes', () => {
  it('tells shapes and sizes', () => {
    expect(one('Shape', [counting(2, 3, 4)])).toEqual(['int', [3], [2, 3, 4]]);
    expect(one('Shape', [counting(2, 3, 4)], { start: -2, end: -1 })[2]).toEqual([3]);
    expect(one('Shape', [counting(2, 3, 4)], { start: 1, end: 9 })[2]).toEqual([3, 4]);
    expect(one('Size', [counting(2, 3, 4)])).toEqual(['int', [], [24]]);
  });
  it('reshapes with 0, −1 and allowzero', () => {
    expect(one('Reshape', [counting(2, 3, 4), list(0, -1)])[1]).toEqual([2, 12]);
    expect(one('Reshape', [n([0, 3]), list(3, 0)], { allowzero: 1 })[1]).toEqual([3, 0]);
    refused('Reshape', [counting(2, 3), list(4, -1)]);
    refused('Reshape', [counting(2, 3), list(-1, -1)]);
    refused('Reshape', [counting(2, 3), list(7)]);
  });
  it('flattens, squeezes, unsqueezes', () => {
    expect(one('Flatten', [counting(2, 3, 4)])[1]).toEqual([2, 12]);
    expect(one('Flatten', [counting(2, 3, 4)], { axis: -1 })[1]).toEqual([6, 4]);
    expect(one('Flatten', [counting(2, 3, 4)], { axis: 0 })[1]).toEqual([1, 24]);
    expect(one('Squeeze', [counting(1, 3, 1)])[1]).toEqual([3]);
    expect(one('Squeeze', [counting(1, 3, 1), list(-1)])[1]).toEqual([1, 3]);
    expect(one('Squeeze', [counting(1, 3, 1)], { axes: [0] })[1]).toEqual([3, 1]);
    refused('Squeeze', [counting(1, 3), list(1)]);
    expect(one('Unsqueeze', [counting(3, 4), list(0, -1)])[1]).toEqual([1, 3, 4, 1]);
    refused('Unsqueeze', [counting(3), list(1, 1)]);
  });
  it('makes ranges, constants, identities', () => {
    expect(one('Range', [n([], 10), n([], 4), n([], -2)])).toEqual(['int', [3], [10, 8, 6]]);
    expect(one('Range', [f([], 0), f([], 1), f([], 0.4)])[1]).toEqual([3]);
    refused('Range', [n([], 0), n([], 4), n([], 0)]);
    expect(one('ConstantOfShape', [list(2, 1)])).toEqual(['float', [2, 1], [0, 0]]);
    expect(one('ConstantOfShape', [list(2)], { value: list(-7) })).toEqual(['int', [2], [-7, -7]]);
    expect(one('EyeLike', [floating(2, 3)], { k: 1 })).toEqual(['float', [2, 3], [0, 1, 0, 0, 0, 1]]);
    refused('ConstantOfShape', [list(2 ** 15, 2 ** 14)]);
    refused('ConstantOfShape', [list(-2)]);
  });
});

describe('moves', () => {
  it('transposes as slow indexing does, backwards by default', () => {
    const perm = [2, 0, 3, 1];
    const shape = [2, 3, 4, 5];
    const [, outShape, values] = one('Transpose', [counting(...shape)], { perm });
    expect(outShape).toEqual([4, 2, 5, 3]);
    let i = 0;
    for (let a = 0; a < 4; a++) for (let b = 0; b < 2; b++) for (let c = 0; c < 5; c++) for (let d = 0; d < 3; d++) expect(values[i++]).toBe(((b * 3 + d) * 4 + a) * 5 + c);
    expect(one('Transpose', [counting(2, 3)])).toEqual(['int', [3, 2], [0, 3, 1, 4, 2, 5]]);
    refused('Transpose', [counting(2, 3)], { perm: [0, 0] });
  });
  it('concatenates and splits', () => {
    expect(one('Concat', [n([2, 1], 1, 2), n([2, 2], 3, 4, 5, 6)], { axis: -1 })).toEqual(['int', [2, 3], [1, 3, 4, 2, 5, 6]]);
    expect(one('Concat', [list(), list(3)], { axis: 0 })[2]).toEqual([3]);
    refused('Concat', [counting(2, 2), counting(3, 3)], { axis: 0 });
    expect(all('Split', [list(1, 2, 3, 4, 5, 6, 7)], { num_outputs: 4 }, 4)!.map(({ values }) => [...values])).toEqual([[1, 2], [3, 4], [5, 6], [7]]);
    expect(all('Split', [counting(2, 3), list(1, 2)], { axis: 1 }, 2)!.map(({ values }) => [...values])).toEqual([[0, 3], [1, 2, 4, 5]]);
    refused('Split', [counting(5), list(2, 2)]);
  });
  it('slices with steps, negative bounds and bounds beyond the end', () => {
    const x = counting(4, 5);
    const slow = (rows: number[], columns: number[]) => rows.flatMap((r) => columns.map((c) => 5 * r + c));
    expect(one('Slice', [x, list(1, 0), list(-1, 1000), undefined, list(1, 2)])[2]).toEqual(slow([1, 2], [0, 2, 4]));
    expect(one('Slice', [x, list(-1), list(-(2 ** 31) + 1), list(1), list(-2)])[2]).toEqual(slow([0, 1, 2, 3], [4, 2, 0]));
    expect(one('Slice', [x, list(20), list(0), list(-1), list(-1)])[2]).toEqual(slow([0, 1, 2, 3], [4, 3, 2, 1]));
    expect(one('Slice', [x, list(3), list(1), list(0)])).toEqual(['int', [0, 5], []]);
    refused('Slice', [x, list(0), list(1), list(0), list(0)]);
    refused('Slice', [x, list(0), list(1), list(2)]);
  });
  it('expands both ways, tiles, pads and cuts', () => {
    expect(one('Expand', [n([3, 1], 1, 2, 3), list(2, 1, 2)])).toEqual(['int', [2, 3, 2], [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]]);
    expect(one('Expand', [counting(3, 2), list(1)])[1]).toEqual([3, 2]);
    expect(one('Tile', [n([2, 2], 1, 2, 3, 4), list(1, 2)])).toEqual(['int', [2, 4], [1, 2, 1, 2, 3, 4, 3, 4]]);
    expect(one('Tile', [n([2], 1, 2), list(3)])[2]).toEqual([1, 2, 1, 2, 1, 2]);
    expect(one('Pad', [n([2, 2], 1, 2, 3, 4), list(0, 2, 1, -1), n([], 9)])).toEqual(['int', [3, 3], [9, 9, 1, 9, 9, 3, 9, 9, 9]]);
    expect(one('Pad', [list(1, 2, 3), list(-1, 1), undefined, list(-1)])[2]).toEqual([2, 3, 0]);
    expect(all('Pad', [list(1), list(1, 1)], { mode: 'reflect' })).toBeUndefined();
  });
  it('keeps triangles', () => {
    expect(one('Trilu', [counting(2, 3)])[2]).toEqual([0, 1, 2, 0, 4, 5]);
    expect(one('Trilu', [counting(2, 2, 2), n([], -1)], { upper: 0 })[2]).toEqual([0, 0, 2, 0, 0, 0, 6, 0]);
  });
});

describe('by index', () => {
  const x = n([3, 2], 1, 2, 3, 4, 5, 6);
  it('gathers rows and columns, negative indices from the end', () => {
    expect(one('Gather', [x, n([2, 2], 0, 1, 1, -1)])).toEqual(['int', [2, 2, 2], [1, 2, 3, 4, 3, 4, 5, 6]]);
    expect(one('Gather', [counting(3, 3), n([1, 2], 0, 2)], { axis: 1 })).toEqual(['int', [3, 1, 2], [0, 2, 3, 5, 6, 8]]);
    expect(one('Gather', [list(7, 8), n([], 1)])).toEqual(['int', [], [8]]);
    refused('Gather', [x, list(3)]);
  });
  it('gathers entries and blocks', () => {
    expect(one('GatherElements', [n([2, 2], 1, 2, 3, 4), n([2, 2], 0, 0, 1, 0)], { axis: 1 })[2]).toEqual([1, 1, 4, 3]);
    expect(one('GatherElements', [n([3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9), n([2, 3], -1, -2, 0, -2, 0, 0)])[2]).toEqual([7, 5, 3, 4, 2, 3]);
    expect(one('GatherND', [counting(2, 2), n([2, 2], 0, 0, 1, 1)])).toEqual(['int', [2], [0, 3]]);
    expect(one('GatherND', [counting(2, 2, 2), n([2, 1], 1, 0)], { batch_dims: 1 })).toEqual(['int', [2, 2], [2, 3, 4, 5]]);
    refused('GatherND', [counting(2), n([1, 2], 0, 0)]);
  });
  it('scatters', () => {
    expect(one('ScatterND', [list(1, 2, 3, 4, 5, 6, 7, 8), n([4, 1], 4, 3, 1, 7), list(9, 10, 11, 12)])[2]).toEqual([1, 11, 3, 10, 9, 6, 7, 12]);
    expect(one('ScatterND', [n([2, 2], 0, 0, 0, 0), n([2, 1], 1, 1), n([2, 2], 1, 2, 3, 4)], { reduction: 'add' })[2]).toEqual([0, 0, 4, 6]);
    expect(one('ScatterElements', [n([1, 5], 1, 2, 3, 4, 5), n([1, 2], 1, 3), n([1, 2], 11, 21)], { axis: 1 })[2]).toEqual([1, 11, 3, 21, 5]);
    refused('ScatterND', [list(1, 2), n([1, 1], 0), list(1, 2)]);
  });
  it('finds what is not zero', () => {
    expect(one('NonZero', [n([2, 2], 1, 0, 1, 1)])).toEqual(['int', [2, 3], [0, 1, 1, 0, 0, 1]]);
  });
});

describe('along axes', () => {
  const x = floating(2, 3, 2);
  it('reduces axes from the input, from the attribute, all of them, none of them', () => {
    expect(one('ReduceSum', [x, list(1)])).toEqual(['float', [2, 1, 2], [6, 9, 24, 27]]);
    expect(one('ReduceMean', [x], { axes: [-1, 0], keepdims: 0 })).toEqual(['float', [3], [3.5, 5.5, 7.5]]);
    expect(one('ReduceMax', [x], { keepdims: 0 })).toEqual(['float', [], [11]]);
    expect(one('ReduceMin', [x, list()], { noop_with_empty_axes: 1 })[1]).toEqual([2, 3, 2]);
    expect(one('ReduceProd', [list(2, 3, 4)], { keepdims: 0 })).toEqual(['int', [], [24]]);
    expect(one('ReduceL2', [f([2], 3, 4)])[2]).toEqual([5]);
    refused('ReduceSum', [x, list(3)]);
  });
  it('finds the place of the largest, the first of equals unless told', () => {
    expect(one('ArgMax', [f([2, 2], 2, 1, 3, 10)], { axis: 1 })).toEqual(['int', [2, 1], [0, 1]]);
    expect(one('ArgMax', [f([2, 2], 2, 2, 3, 10)], { axis: 1, keepdims: 0, select_last_index: 1 })).toEqual(['int', [2], [1, 1]]);
    expect(one('ArgMax', [f([2, 2], 2, 1, 3, 10)], { keepdims: 0 })[2]).toEqual([1, 1]);
  });
  it('sums as it goes', () => {
    const row = f([5], 1, 2, 3, 4, 5);
    expect(one('CumSum', [row, n([], 0)])[2]).toEqual([1, 3, 6, 10, 15]);
    expect(one('CumSum', [row, n([], 0)], { exclusive: 1 })[2]).toEqual([0, 1, 3, 6, 10]);
    expect(one('CumSum', [row, n([], 0)], { reverse: 1, exclusive: 1 })[2]).toEqual([14, 12, 9, 5, 0]);
    expect(one('CumSum', [counting(2, 3), n([], -2)])[2]).toEqual([0, 1, 2, 3, 5, 7]);
  });
  it('makes probabilities without overflow', () => {
    const [, , p] = one('Softmax', [f([2, 2], 1000, 1000, 0, Math.log(3))]);
    expect(p).toEqual([0.5, 0.5, 0.25, 0.75]);
    expect(one('Softmax', [f([2, 1], 5, 5)], { axis: 0 })[2]).toEqual([0.5, 0.5]);
  });
});

describe('products', () => {
  it('multiplies matrices, batches and vectors', () => {
    expect(one('MatMul', [counting(2, 2), counting(2, 2)])[2]).toEqual([2, 3, 6, 11]);
    expect(one('MatMul', [counting(2, 1, 2), counting(2, 3)])).toEqual(['int', [2, 1, 3], [3, 4, 5, 9, 14, 19]]);
    expect(one('MatMul', [list(1, 2), counting(2, 3)])).toEqual(['int', [3], [6, 9, 12]]);
    expect(one('MatMul', [counting(2, 2), list(1, 2)])).toEqual(['int', [2], [2, 8]]);
    expect(one('MatMul', [list(1, 2), list(3, 4)])).toEqual(['int', [], [11]]);
    refused('MatMul', [counting(2, 3), counting(2, 3)]);
  });
  it('Gemm transposes, weighs and adds', () => {
    expect(one('Gemm', [floating(3, 2), floating(2, 3), f([2], 1, 2)], { transA: 1, transB: 1, alpha: 0.5, beta: 10 })).toEqual(['float', [2, 2], [15, 34, 16.5, 40]]);
  });
  it('Einsum: products, traces, batches, an ellipsis, no arrow', () => {
    const [a, b] = [counting(2, 3), counting(3, 2)];
    expect(one('Einsum', [a, b], { equation: 'ij, jk -> ik' })[2]).toEqual(one('MatMul', [a, b])[2]);
    expect(one('Einsum', [counting(2, 2)], { equation: 'ii->' })).toEqual(['int', [], [3]]);
    expect(one('Einsum', [counting(2, 2)], { equation: 'ii->i' })[2]).toEqual([0, 3]);
    expect(one('Einsum', [counting(2, 3)], { equation: 'ba' })).toEqual(['int', [3, 2], [0, 3, 1, 4, 2, 5]]);
    expect(one('Einsum', [counting(2, 2, 3), counting(3, 1)], { equation: '...ij,jk->...ik' })).toEqual(one('MatMul', [counting(2, 2, 3), counting(3, 1)]));
    refused('Einsum', [a, a], { equation: 'ij,jk->ik' });
    refused('Einsum', [a], { equation: 'ij->q' });
  });
});

describe('quantised numbers', () => {
  it('are what they stand for: one scale, one an axis, one a block', () => {
    expect(one('DequantizeLinear', [list(0, 3, 128, 255), f([], 2), n([], 128)])).toEqual(['float', [4], [-256, -250, 0, 254]]);
    expect(one('DequantizeLinear', [n([1, 2, 2], 3, 89, 34, 200), f([2], 2, 4), list(1, 2)])[2]).toEqual([4, 176, 128, 792]);
    expect(one('DequantizeLinear', [n([2, 3], 1, 2, 3, 4, 5, 6), f([2, 2], 1, 10, 100, 1000)], { axis: 1, block_size: 2 })[2]).toEqual([1, 2, 30, 400, 500, 6000]);
    refused('DequantizeLinear', [counting(2, 3), f([2], 1, 2)]);
  });
  it('are made by rounding halves to even and cutting off', () => {
    expect(one('QuantizeLinear', [f([6], 0, 2, 3, 1000, -254, -1000), f([], 2), n([], 128)], { output_dtype: 2 })).toEqual(['int', [6], [128, 129, 130, 255, 1, 0]]);
    expect(one('QuantizeLinear', [f([2], -3, 1000), f([], 2)], { output_dtype: 3 })[2]).toEqual([-2, 127]);
    expect(all('QuantizeLinear', [f([1], 1), f([], 2), n([], 0)])).toBeUndefined();
  });
});

describe('what is not evaluated', () => {
  it('is undefined where an operator or a value is not constant', () => {
    expect(all('Conv', [floating(1, 1, 3, 3), floating(1, 1, 1, 1)])).toBeUndefined();
    expect(all('constructor', [list(1)])).toBeUndefined();
    expect(evaluate({ name: 'a', type: 'Add', inputs: ['x', 'y'], outputs: ['z'], attributes: {} }, [list(1), undefined])).toBeUndefined();
  });
  it('complains of an input that is left out', () => {
    refused('Add', [list(1)]);
  });
});
