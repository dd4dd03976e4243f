/** Damaged files: every mutation ends in a sound source or in an `ImportProblem`, soon. Seeded, so that a failure can be found again by its number. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stream, type Stream } from '../../math/rng.ts';
import { floats, ints, writeOnnx, type OnnxModel } from '../../testing/onnxWriter.ts';
import { ImportProblem } from '../problem.ts';
import type { Source } from '../source.ts';
import { readOnnx } from './readOnnx.ts';

const SHARED = fileURLToPath(new URL('../../../../../shared/assets/', import.meta.url));

const network: OnnxModel = {
  opset: { '': 11, functions: 1, 'com.microsoft': 1 },
  inputs: { image: ['batch', 3, 8, 8] },
  outputs: ['scores', 'more'],
  metadata: { names: "{0: 'cat', 1: 'dog'}" },
  initialisers: {
    kernel: floats([4, 3, 3, 3], new Float32Array(108).fill(0.5)),
    weights: { type: 'int8', shape: [4, 2], values: [1, -2, 3, -4, 5, -6, 7, -8] },
    dense: { type: 'float16', shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8], encoding: 'typed' },
    scale: floats([], [0.1]),
    zero: { type: 'uint8', shape: [], values: [128] },
    shape: ints([0, -1]),
    yes: { type: 'bool', shape: [], values: [1] },
  },
  nodes: [
    { type: 'Conv', name: 'first', inputs: ['image', 'kernel'], outputs: ['a'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
    { type: 'steep', domain: 'functions', inputs: ['a'], outputs: ['b'], attributes: { by: { float: 0.2 } } },
    { type: 'Clip', inputs: ['b'], outputs: ['c'], attributes: { min: { float: 0 }, max: { float: 6 } } },
    { type: 'Upsample', inputs: ['c'], outputs: ['d'], attributes: { scales: { floats: [1, 1, 2, 2] }, mode: { string: 'nearest' } } },
    { type: 'Slice', inputs: ['d'], outputs: ['e'], attributes: { starts: { ints: [0] }, ends: { ints: [2 ** 40] }, axes: { ints: [2] } } },
    { type: 'ReduceMean', inputs: ['e'], outputs: ['f'], attributes: { axes: { ints: [2, 3] }, keepdims: { int: 0 } } },
    { type: 'FusedMatMul', domain: 'com.microsoft', inputs: ['f', 'dense'], outputs: ['g'], attributes: { transA: { int: 1 } } },
    { type: 'QuantizeLinear', inputs: ['f', 'scale', 'zero'], outputs: ['h'] },
    { type: 'QLinearMatMul', inputs: ['h', 'scale', 'zero', 'weights', 'scale', '', 'scale', 'zero'], outputs: ['i'] },
    { type: 'DequantizeLinear', inputs: ['i', 'scale', 'zero'], outputs: ['j'] },
    { type: 'If', inputs: ['yes'], outputs: ['k'], attributes: { then_branch: { graph: { outputs: ['t'], nodes: [{ type: 'Neg', inputs: ['j'], outputs: ['t'] }] } }, else_branch: { graph: { outputs: ['j'], nodes: [] } } } },
    { type: 'Softmax', inputs: ['k'], outputs: ['scores'] },
    { type: 'Reshape', inputs: ['g', 'shape'], outputs: ['more'] },
  ],
  functions: [
    {
      name: 'steep',
      domain: 'functions',
      inputs: ['v'],
      outputs: ['w'],
      attributes: ['by'],
      nodes: [
        { type: 'Constant', inputs: [], outputs: ['c'], attributes: { value: { tensor: floats([1], [2]) } } },
        { type: 'LeakyRelu', inputs: ['v'], outputs: ['s'], attributes: { alpha: { reference: 'by', of: 'float' } } },
        { type: 'Mul', inputs: ['s', 'c'], outputs: ['w'] },
      ],
      opsets: { '': 11 },
    },
  ],
};

/** What source.ts promises. */
function expectSound(source: Source): void {
  const known = new Set([...source.inputs.map((input) => input.name), ...source.constants.keys()]);
  for (const operator of source.operators) {
    for (const input of operator.inputs) if (input !== '' && !known.has(input)) throw new Error(`'${operator.name}' takes '${input}' too early`);
    for (const output of operator.outputs) if (output !== '') known.add(output);
  }
  if (source.outputs.length === 0 || !source.outputs.every((output) => known.has(output))) throw new Error(`the outputs ${source.outputs.join()} are not all given`);
  if (new Set(source.operators.map((operator) => operator.name)).size < source.operators.length) throw new Error('two operators bear one name');
  for (const [name, { shape, values }] of source.constants) {
    if (shape.reduce((product, length) => product * length, 1) !== values.length) throw new Error(`'${name}' has a shape that does not fit`);
    if (values.some((value) => !Number.isFinite(value))) throw new Error(`'${name}' is not finite`);
  }
}

function without(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const out = new Uint8Array(bytes.length - (to - from));
  out.set(bytes.subarray(0, from));
  out.set(bytes.subarray(to), from);
  return out;
}

/** One to four wounds: bits flipped, bytes set to telling values, the end cut off, pieces moved, doubled or left out. */
function wounded(bytes: Uint8Array, draw: Stream): Uint8Array {
  let out: Uint8Array = bytes.slice();
  const place = () => draw.below(out.length + 1);
  for (let wounds = 1 + draw.below(4); wounds > 0 && out.length > 0; wounds--) {
    const [a, b] = [place(), place()].sort((p, q) => p - q) as [number, number];
    const short = Math.min(b, a + 1 + draw.below(200));
    const kind = draw.below(7);
    if (kind <= 1) out[draw.below(out.length)]! ^= 1 << draw.below(8);
    else if (kind === 2) out[draw.below(out.length)] = draw.pick([0, 1, 0x7f, 0x80, 0xff]);
    else if (kind === 3) out = out.slice(0, b);
    else if (kind === 4) out = without(out, a, short);
    else if (kind === 5) out.copyWithin(place(), a, short);
    else out.fill(0xff, a, Math.min(short, a + 12));
  }
  return out;
}

/** Reads `count` wounded copies; the number of those that were still read. */
function survive(bytes: Uint8Array, count: number, name: string): number {
  let read = 0;
  for (let k = 0; k < count; k++) {
    const hurt = wounded(bytes, stream(1, `wounds of ${name}`, k));
    const start = process.cpuUsage().user;
    let source: Source | undefined;
    try {
      source = readOnnx(hurt);
    } catch (error) {
      if (!(error instanceof ImportProblem)) throw new Error(`wound ${k} of ${name} is no ImportProblem`, { cause: error });
    }
    if ((process.cpuUsage().user - start) / 1e6 > 2) throw new Error(`wound ${k} of ${name} took too long`);
    if (!source) continue;
    expectSound(source);
    read++;
  }
  return read;
}

describe('a damaged file', () => {
  it('of the project’s own is read or refused, three thousand times', () => {
    const bytes = writeOnnx(network);
    expect(() => expectSound(readOnnx(bytes))).not.toThrow();
    const read = survive(bytes, 3000, 'own');
    // neither must be rare, or nothing is tried out
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(2900);
  });

  it('cut off anywhere is refused', () => {
    const bytes = writeOnnx(network);
    // the graph is all but the last messages; before its end nothing can be read
    for (let length = 0; length < bytes.length * 0.7; length++) expect(() => readOnnx(bytes.subarray(0, length)), `cut after ${length} bytes`).toThrow(ImportProblem);
  });

  it('of noise is refused', () => {
    for (let k = 0; k < 300; k++) {
      const draw = stream(2, 'noise', k);
      const noise = Uint8Array.from({ length: 1 + draw.below(400) }, () => draw.below(256));
      expect(() => readOnnx(noise)).toThrow(ImportProblem);
    }
  });

  const real = existsSync(SHARED) ? ['convnext', 'efficientnet', 'vit', 'vgg_bn', 'mobilenet_v2', 'shufflenet_v2'] : [];
  it.skipIf(real.length === 0)('of others (../shared/assets; absent: skipped) is read or refused', () => {
    for (const folder of real) expect(survive(readFileSync(`${SHARED}onnx-torchvision/${folder}/model.onnx`), 60, folder)).toBeLessThan(60);
  });
});

describe('a hostile file', () => {
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]);
  const field = (number: number, content: readonly number[]) => [...varint(number * 8 + 2), ...varint(content.length), ...content];

  it('that nests without end is refused', () => {
    let graph: number[] = field(2, []);
    // graph → node → attribute → graph
    for (let i = 0; i < 400; i++) graph = field(1, field(5, field(6, graph)));
    expect(() => readOnnx(Uint8Array.from(field(7, graph)))).toThrow(/nested more than 64 deep/);
  });

  it('of millions of empty messages is refused before they fill the memory', () => {
    const nodes = new Uint8Array(2_000_000);
    for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a; // field 1, length 0
    const bytes = Uint8Array.from([...varint(7 * 8 + 2), ...varint(nodes.length)]);
    const file = new Uint8Array(bytes.length + nodes.length);
    file.set(bytes);
    file.set(nodes, bytes.length);
    expect(() => readOnnx(file)).toThrow(/more than 300000 names and messages/);
  });

  it('with a number that never ends is refused', () => {
    expect(() => readOnnx(new Uint8Array(1000).fill(0xff))).toThrow(ImportProblem);
    expect(() => readOnnx(Uint8Array.from([8, ...new Array<number>(11).fill(0x80), 1]))).toThrow(/no readable protobuf/);
  });

  it('whose chain of operators is long is read without a stack', () => {
    const nodes = Array.from({ length: 15_000 }, (_, i) => ({ type: 'Relu', inputs: [`v${i + 1}`], outputs: [`v${i}`] }));
    expect(readOnnx(writeOnnx({ inputs: { v15000: [1] }, outputs: ['v0'], nodes })).operators).toHaveLength(15_000);
  });
});
