/** What is refused before anything is lowered, and what is said of a model with several outputs. */
import { expect, test } from 'vitest';
import { importing, importModel } from './index.ts';
import type { Source, SourceInput } from './source.ts';
import { watched } from './steps.ts';

const image: SourceInput = { name: 'x', shape: [1, 3, 8, 8], type: 'float' };
const source = (inputs: readonly SourceInput[], outputs: readonly string[] = ['y']): Source => ({
  format: 'ONNX', inputs, outputs, constants: new Map(), facts: { producer: 'a test' }, remarks: [],
  operators: ['y', 'z'].map((name) => ({ name: `relu ${name}`, type: 'Relu', inputs: ['x'], outputs: [name], attributes: {} })),
});

test('no image, two inputs and an image that is not square are refused by name', () => {
  expect(() => importModel(source([]))).toThrow(/the model has no input: .+/);
  expect(() => importModel(source([image, { ...image, name: 'mask' }]))).toThrow(/the model has 2 inputs: 'x', 'mask': only models that read one image/);
  expect(() => importModel(source([{ ...image, shape: [1, 3, 8, 16] }]))).toThrow(/the input 'x' is 8 × 16: only square images are read/);
});

test('an output that does not depend on the image is refused', () => {
  const constant: Source = { ...source([image], ['c']), constants: new Map([['c', { type: 'float', shape: [1], values: Float32Array.of(1) }]]) };
  expect(() => importModel(constant)).toThrow(/the output 'c' does not depend on the image/);
});

test('of several outputs the first is explained, and the visitor is told', () => {
  expect(importModel(source([image])).remarks).toEqual([]);
  const { plain, remarks, facts } = importModel(source([image], ['z', 'y']));
  expect(remarks).toEqual([expect.stringMatching(/gives 2 outputs \('z', 'y'\); what is explained is the first, 'z'/)]);
  expect(plain.nodes.find(({ op }) => op === 'relu')!.id).toBe('relu y');
  expect(facts).toEqual({ producer: 'a test' });
});

test('a size that the file leaves open is the one that is asked for, else 224', () => {
  const open = source([{ ...image, shape: [undefined, 3, undefined, undefined] }]);
  expect([importModel(open).inputSize, importModel(open, { inputSize: 96 }).inputSize, importModel(source([image]), { inputSize: 96 }).inputSize]).toEqual([224, 96, 8]);
});

test('a network is read step by step, and no further once nobody waits', async () => {
  const operators = Array.from({ length: 40 }, (_, k) => ({ name: `relu ${k}`, type: 'Relu', inputs: [k === 0 ? 'x' : `v${k - 1}`], outputs: [`v${k}`], attributes: {} }));
  const long: Source = { ...source([image], ['v39']), operators };
  const heard: number[] = [];
  const whole = await watched(importing(long), (done) => (heard.push(done), Promise.resolve()));
  expect(heard).toEqual([0, 16, 32]);
  expect(whole).toEqual(importModel(long));
  await expect(watched(importing(long), (done) => (done > 0 ? Promise.reject(new Error('broken off')) : Promise.resolve()))).rejects.toThrow('broken off');
});
