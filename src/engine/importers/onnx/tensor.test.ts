import { describe, expect, it } from 'vitest';
import { writeOnnx, type OnnxTensor } from '../../testing/onnxWriter.ts';
import { ImportProblem } from '../problem.ts';
import type { Constant } from '../source.ts';
import type { DataType } from './proto.ts';
import { readOnnx } from './readOnnx.ts';

/** Reads a constant through a whole file: x + c. */
function read(tensor: OnnxTensor, files = new Map<string, Uint8Array>()): Constant {
  const bytes = writeOnnx({ inputs: { x: [1] }, outputs: ['y'], initialisers: { c: tensor }, nodes: [{ type: 'Add', inputs: ['x', 'c'], outputs: ['y'] }] }, files);
  return readOnnx(bytes, (path) => files.get(path)).constants.get('c')!;
}

const FLOATS = [0, 1, -2.5, 0.15625, 96];
const CASES: [DataType, readonly number[], 'float' | 'int'][] = [
  ['float32', [...FLOATS, 1e-40, 3e38], 'float'],
  ['float16', [...FLOATS, 6e-8], 'float'],
  ['bfloat16', FLOATS, 'float'],
  ['float64', [...FLOATS, 0.1], 'float'],
  ['int8', [0, 127, -128], 'int'],
  ['uint8', [0, 255, 128], 'int'],
  ['int16', [-32768, 32767, 5], 'int'],
  ['uint16', [65535, 0, 7], 'int'],
  ['int32', [2147483647, -2147483647, 3], 'int'],
  ['uint32', [2147483647, 0, 3], 'int'],
  ['int64', [-1, 2 ** 31 - 1, 12345], 'int'],
  ['uint64', [0, 1, 2 ** 31 - 1], 'int'],
  ['bool', [1, 0, 1], 'int'],
  ['int4', [-8, 7, 0, -1, 3], 'int'],
  ['uint4', [15, 0, 9], 'int'],
];

describe.each(CASES)('%s', (type, values, kind) => {
  const expected = kind === 'float' ? Float32Array.from(values, (value) => (type === 'float16' && value === 6e-8 ? 2 ** -24 : value)) : Int32Array.from(values);

  it.each(['raw', 'typed', 'beside'] as const)('is read from %s data', (where) => {
    const encoding = where === 'beside' ? { file: 'weights.bin' } : where;
    expect(read({ type, shape: [1, values.length], values, encoding })).toEqual({ type: kind, shape: [1, values.length], values: expected });
  });
});

describe('a tensor', () => {
  it('may be a lone number or empty', () => {
    expect(read({ shape: [], values: [7] })).toEqual({ type: 'float', shape: [], values: Float32Array.of(7) });
    expect(read({ shape: [0], values: [], type: 'int64' })).toEqual({ type: 'int', shape: [0], values: new Int32Array(0) });
  });

  it('has its integers cut off at ±(2³¹ − 1)', () => {
    for (const encoding of ['raw', 'typed'] as const) expect([...read({ type: 'int64', shape: [4], values: [2 ** 62, -(2 ** 62), 2 ** 31, -(2 ** 31)], encoding }).values]).toEqual([2147483647, -2147483647, 2147483647, -2147483647]);
    expect([...read({ type: 'uint32', shape: [1], values: [2 ** 32 - 1] }).values]).toEqual([2147483647]);
  });

  it('is read through a Buffer too, whose slice() shares memory', () => {
    const bytes = Buffer.from(writeOnnx({ inputs: { x: [1] }, outputs: ['y'], initialisers: { c: { shape: [3], values: [1, 2, 3] } }, nodes: [{ type: 'Add', inputs: ['x', 'c'], outputs: ['y'] }] }));
    const { values } = readOnnx(bytes).constants.get('c')!;
    bytes.fill(0);
    expect([...values]).toEqual([1, 2, 3]);
  });

  it('lies beside the model at its offset, two in one file', () => {
    const files = new Map<string, Uint8Array>();
    const model = {
      inputs: { x: [2] },
      outputs: ['z'],
      initialisers: { a: { shape: [2], values: [1, 2], encoding: { file: 'model.onnx.data' } }, b: { shape: [2], values: [3, 4], encoding: { file: 'model.onnx.data' } } },
      nodes: [
        { type: 'Add', inputs: ['x', 'a'], outputs: ['y'] },
        { type: 'Add', inputs: ['y', 'b'], outputs: ['z'] },
      ],
    };
    const bytes = writeOnnx(model, files);
    const { constants } = readOnnx(bytes, (path) => files.get(path));
    expect([...constants.get('b')!.values]).toEqual([3, 4]);
    expect(() => readOnnx(bytes)).toThrow("the weights are in 'model.onnx.data', which is not here: drop both files together");
    const cut = files.get('model.onnx.data')!.subarray(0, 70);
    expect(() => readOnnx(bytes, () => cut)).toThrow(/'model.onnx.data' has 70 bytes, but the tensor 'b' ends at 72/);
  });
});

describe('a tensor is refused by name', () => {
  const refusal = (tensor: OnnxTensor) => {
    try {
      read(tensor);
    } catch (error) {
      expect(error).toBeInstanceOf(ImportProblem);
      return (error as Error).message;
    }
    return 'read';
  };

  it('when it holds NaN or ∞ among weights', () => {
    for (const type of ['float32', 'float64', 'bfloat16'] as const) expect(refusal({ type, shape: [3], values: [1, NaN, 2] })).toMatch(/'c' holds NaN at position 1 of 3/);
    expect(refusal({ shape: [3], values: [1, 2, -Infinity] })).toMatch(/'c' holds -Infinity at position 2/);
    expect(refusal({ shape: [1], values: [NaN] })).toMatch(/NaN/);
  });

  it('but ∞ as a bound or in a mask is the largest float', () => {
    expect([...read({ shape: [], values: [Infinity] }).values]).toEqual([3.4028234663852886e38]);
    expect([...read({ shape: [2, 2], values: [0, -Infinity, 0, 0] }).values]).toEqual([0, -3.4028234663852886e38, 0, 0]);
  });

  it('when its shape and its bytes do not fit', () => {
    expect(refusal({ shape: [4], values: [1, 2, 3] })).toMatch(/'c' should hold 4 numbers of type float32, but the file has 12 bytes, not 16/);
    expect(refusal({ shape: [4], values: [1, 2, 3], encoding: 'typed' })).toMatch(/should hold 4 numbers of type float32, but the file has 3 numbers/);
    expect(refusal({ shape: [1 << 20, 1 << 10], values: [1] })).toMatch(/should hold 1073741824 numbers/);
    expect(refusal({ shape: [2 ** 40, 2 ** 40], values: [1] })).toMatch(/claims shape/);
    expect(refusal({ shape: [0, 2 ** 40], values: [] })).toMatch(/claims shape/);
    expect(refusal({ shape: [-3], values: [1, 2, 3] })).toMatch(/has shape \[-3\]/);
  });
});
