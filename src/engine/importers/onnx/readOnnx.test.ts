import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { floats, ints, writeOnnx, type OnnxModel } from '../../testing/onnxWriter.ts';
import { ImportProblem } from '../problem.ts';
import { readOnnx } from './readOnnx.ts';

const SHARED = fileURLToPath(new URL('../../../../../shared/assets/', import.meta.url));

/** A convolution, a ReLU, a mean and a dense layer. */
const small: OnnxModel = {
  name: 'small',
  producer: 'a test',
  opset: 17,
  inputs: { image: ['batch', 3, 8, 8] },
  outputs: ['scores'],
  initialisers: { kernel: floats([4, 3, 3, 3], Array.from({ length: 108 }, (_, i) => Math.sin(i))), dense: floats([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), axes: ints([2, 3]) },
  nodes: [
    { type: 'Conv', name: 'first', inputs: ['image', 'kernel'], outputs: ['a'], attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } } },
    { type: 'Relu', inputs: ['a'], outputs: ['b'] },
    { type: 'ReduceMean', inputs: ['b', 'axes'], outputs: ['c'], attributes: { keepdims: { int: 0 } } },
    { type: 'Gemm', name: 'head', inputs: ['c', 'dense'], outputs: ['scores'], attributes: { transB: { int: 1 }, alpha: { float: 0.5 } } },
  ],
};

const problemOf = (bytes: Uint8Array): string => {
  try {
    readOnnx(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ImportProblem);
    return (error as Error).message;
  }
  throw new Error('it was read');
};

describe('a small ONNX file', () => {
  const source = readOnnx(writeOnnx(small));

  it('is read as it was written', () => {
    expect(source.inputs).toEqual([{ name: 'image', shape: [undefined, 3, 8, 8], type: 'float' }]);
    expect(source.outputs).toEqual(['scores']);
    expect(source.operators.map(({ name, type }) => [name, type])).toEqual([
      ['first', 'Conv'],
      ['Relu(b)', 'Relu'],
      ['ReduceMean(c)', 'ReduceMean'],
      ['head', 'Gemm'],
    ]);
    expect(source.operators[3]!.attributes).toEqual({ transB: 1, alpha: 0.5 });
    expect(source.constants.get('dense')).toEqual({ type: 'float', shape: [2, 4], values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    expect(source.facts).toMatchObject({ producer: 'a test', opset: '17', 'IR version': '8', graph: 'small' });
    expect(source.remarks).toEqual([]);
  });

  it('is sorted, and what no output needs is dropped', () => {
    const shuffled = readOnnx(writeOnnx({ ...small, nodes: [...small.nodes.toReversed(), { type: 'Sigmoid', inputs: ['a'], outputs: ['unused'] }] }));
    expect(shuffled.operators.map((operator) => operator.type)).toEqual(['Conv', 'Relu', 'ReduceMean', 'Gemm']);
  });

  it('may list its initialisers among the inputs', () => {
    const old = readOnnx(writeOnnx({ ...small, inputs: { kernel: [4, 3, 3, 3], ...small.inputs } }));
    expect(old.inputs.map((input) => input.name)).toEqual(['image']);
  });

  it('tells its labels', () => {
    const labelled = (metadata: Record<string, string>) => readOnnx(writeOnnx({ ...small, metadata })).labels;
    expect(labelled({ names: `{0: 'tench', 1: "driver's seat"}` })).toEqual(['tench', "driver's seat"]);
    expect(labelled({ labels: '["cat", "dog"]' })).toEqual(['cat', 'dog']);
    expect(labelled({ id2label: '{"1": "dog", "0": "cat"}' })).toEqual(['cat', 'dog']);
    expect(labelled({ class_names: "['cat', 'dog']" })).toEqual(['cat', 'dog']);
    expect(labelled({ labels: 'cat\ndog\n' })).toEqual(['cat', 'dog']);
    expect(labelled({ labels: '{"cat": ' })).toBeUndefined();
    expect(labelled({ classes: 'cat, dog' })).toEqual(['cat', 'dog']);
    expect(labelled({ names: '{3: "only"}' })).toBeUndefined();
    expect(source.labels).toBeUndefined();
  });
});

describe('a graph that is none', () => {
  it('is refused with what is wrong by name', () => {
    const [conv, ...rest] = small.nodes;
    const circle = writeOnnx({ ...small, nodes: [{ ...conv!, type: 'Add', inputs: ['image', 'b'], attributes: {} }, ...rest] });
    expect(problemOf(circle)).toMatch(/circle through '(first|Relu\(b\))'/);
    expect(problemOf(writeOnnx({ ...small, nodes: rest }))).toMatch(/'Relu\(b\)' \(Relu\) takes the value 'a'/);
    expect(problemOf(writeOnnx({ ...small, nodes: [...small.nodes, { type: 'Relu', inputs: ['a'], outputs: ['c'] }] }))).toMatch(/'c' is given twice/);
    expect(problemOf(writeOnnx({ ...small, outputs: ['nowhere'] }))).toMatch(/the list of outputs takes the value 'nowhere'/);
    expect(problemOf(writeOnnx({ ...small, outputs: [] }))).toMatch(/no output/);
    expect(problemOf(writeOnnx({ ...small, nodes: [{ type: 'Relu', inputs: ['dense'], outputs: ['scores'] }] }))).toMatch(/'scores' does not depend on any input/);
    expect(problemOf(writeOnnx({ ...small, opset: 6 }))).toMatch(/opset 6; 7 to 25/);
    expect(problemOf(writeOnnx({ ...small, opset: 26 }))).toMatch(/opset 26/);
  });
});

const folders = ['convnext', 'efficientnet', 'mobilenet_v2', 'resnet_basic', 'shufflenet_v2', 'squeezenet1_1', 'vgg_bn', 'vit'];

describe.skipIf(!existsSync(SHARED))('files that others exported (../shared/assets; absent: skipped)', () => {
  it.each(folders)('%s is read', (folder) => {
    const source = readOnnx(readFileSync(`${SHARED}onnx-torchvision/${folder}/model.onnx`));
    expect(source.inputs).toHaveLength(1);
    expect(source.inputs[0]!.shape!.slice(0, 2)).toEqual([undefined, 3]);
    expect(source.outputs).toHaveLength(1);
    expect(source.operators.length).toBeGreaterThan(12);
    expect(source.facts.producer).toMatch(/^pytorch 1\.13/);
  });

  it('SqueezeNet of opset 7 with half-precision weights is read', () => {
    const source = readOnnx(readFileSync(`${SHARED}models/onnx-squeezenet-fp16-224/SqueezeNet_fp16.onnx`));
    expect(source.inputs.map((input) => input.name)).toEqual(['data_0']);
    expect(source.operators.filter((operator) => operator.type === 'Conv')).toHaveLength(26);
    expect(source.operators.every((operator) => operator.type !== 'Dropout')).toBe(true);
    expect([...source.constants.values()].reduce((sum, { values }) => sum + values.length, 0)).toBeGreaterThan(1_200_000);
  });
});
