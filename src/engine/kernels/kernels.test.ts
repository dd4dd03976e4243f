/** Every kernel of ours against the same op on the CPU backend, over shapes that hit the edges of its tiles. Speed is measured elsewhere. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { normals } from '../math/rng.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { SIMD_BASE64 } from './simd.generated.ts';

interface Case {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attrs?: object;
  readonly make?: (values: Float32Array) => Float32Array;
}

const values = (shape: readonly number[], index: number) => normals(5, 'kernels', index, shape.reduce((n, s) => n * s, 1));

/** The kernel's output on a backend, its tensors freed; throws where the call leaves tensors or backend memory behind. */
async function runOn(backend: 'cpu' | 'wasm', kernel: string, { inputs, attrs = {}, make }: Case): Promise<Float32Array> {
  await useBackend(backend);
  const before = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  const tensors = Object.entries(inputs).map(([name, shape], index) => {
    const data = values(shape, index);
    return [name, tf.tensor(make ? make(data) : data, [...shape])] as const;
  });
  const result = tf.engine().runKernel(kernel, Object.fromEntries(tensors), attrs as tf.NamedAttrMap) as tf.Tensor;
  const data = (await result.data()) as Float32Array;
  result.dispose();
  for (const [, tensor] of tensors) tensor.dispose();
  expect([tf.memory().numTensors, tf.engine().backend.numDataIds()], 'tensors left behind').toEqual(before);
  return data;
}

const largest = (data: ArrayLike<number>) => Array.from(data).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Entries agree within `tolerance` of the largest. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const error = largest(Array.from(actual, (v, i) => v - expected[i]!));
  expect(error).toBeLessThanOrEqual(tolerance * Math.max(largest(expected), 1e-30));
}

const agree = (kernel: string, given: Case, tolerance = 1e-5) => async () =>
  expectClose(await runOn('wasm', kernel, given), await runOn('cpu', kernel, given), tolerance);

beforeAll(() => useBackend('wasm'));

describe('the module', () => {
  test('is compiled from the sources that stand beside it', async () => {
    const { compile, generatedFile } = (await import(new URL('../../../scripts/build-simd.mjs', import.meta.url).href)) as {
      compile(): Promise<{ source: string; bytes: Uint8Array }>;
      generatedFile: string;
    };
    const { source, bytes } = await compile();
    expect(await readFile(generatedFile, 'utf8'), 'run node scripts/build-simd.mjs').toBe(source);
    expect(Buffer.from(SIMD_BASE64, 'base64').equals(Buffer.from(bytes))).toBe(true);
  });

  test("has no data of its own, which would overwrite the backend's memory", async () => {
    const sections: number[] = [];
    const bytes = Buffer.from(SIMD_BASE64, 'base64');
    for (let at = 8; at < bytes.length; ) {
      sections.push(bytes[at++]!);
      let size = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!;
        size |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      at += size;
    }
    expect(sections).toContain(10); // code
    expect(sections).not.toContain(11); // data
  });
});

describe('matMul', () => {
  const sizes = [[1, 1, 1], [3, 5, 7], [4, 8, 8], [17, 33, 10], [64, 16, 64], [9, 1030, 13], [130, 70, 21]] as const;
  for (const [M, K, N] of sizes)
    for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [true, true]] as const)
      for (const [left, right] of [[[1], [1]], [[3], [3]], [[3], [1]], [[1], [3]]] as const)
        test(`${left}×${M}×${K} · ${right}×${K}×${N}, transposed ${transposeA} ${transposeB}`, agree('BatchMatMul', {
          inputs: { a: transposeA ? [...left, K, M] : [...left, M, K], b: transposeB ? [...right, N, K] : [...right, K, N] },
          attrs: { transposeA, transposeB },
        }));

  test('repeats the leading axes of either operand', () => {
    const [a, b] = [tf.tensor(values([2, 1, 5, 3], 0), [2, 1, 5, 3]), tf.tensor(values([4, 3, 6], 1), [4, 3, 6])];
    const product = tf.matMul(a, b);
    expect(product.shape).toEqual([2, 4, 5, 6]);
    const one = tf.matMul(tf.slice(a, [1, 0, 0, 0], [1, 1, 5, 3]), tf.slice(b, [2, 0, 0], [1, 3, 6]));
    expect(tf.slice(product, [1, 2, 0, 0], [1, 1, 5, 6]).dataSync()).toEqual(one.dataSync());
    tf.dispose([a, b, product, one]);
  });

  test('gives a row the same bits whatever the number of rows', () => {
    const [K, N] = [700, 21];
    const [a, b] = [tf.tensor(values([13, K], 0), [13, K]), tf.tensor(values([K, N], 1), [K, N])];
    const whole = tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D).dataSync();
    for (const [from, rows] of [[0, 1], [5, 2], [6, 7], [12, 1]] as const)
      expect(tf.matMul(tf.slice(a, [from, 0], [rows, K]) as tf.Tensor2D, b as tf.Tensor2D).dataSync()).toEqual(whole.slice(from * N, (from + rows) * N));
  });
});

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

  test('give an image the same bits whatever the batch', async () => {
    await useBackend('wasm');
    const [dy, filter] = [tf.tensor4d(values([5, 9, 9, 7], 0), [5, 9, 9, 7]), tf.tensor4d(values([3, 3, 6, 7], 1), [3, 3, 6, 7])];
    const gradient = (part: tf.Tensor4D) => tf.conv2dTranspose(part, filter, [part.shape[0], 9, 9, 6], 1, 'same').dataSync();
    const whole = gradient(dy);
    const image = 9 * 9 * 6;
    for (const [from, count] of [[0, 1], [1, 2], [3, 2]] as const)
      expect(gradient(tf.slice(dy, [from, 0, 0, 0], [count, 9, 9, 7]))).toEqual(whole.slice(from * image, (from + count) * image));
  });
});
