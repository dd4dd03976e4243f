/** Every kernel of ours against the same op on the CPU backend, over shapes that hit the edges of its tiles. Speed is measured elsewhere. */
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { normals } from '../math/rng.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { RECOMPOSED } from './recomposed.ts';
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

beforeEach(() => useBackend('wasm'));

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

  test('give an image the same bits whatever the batch', () => {
    const [dy, filter] = [tf.tensor4d(values([5, 9, 9, 7], 0), [5, 9, 9, 7]), tf.tensor4d(values([3, 3, 6, 7], 1), [3, 3, 6, 7])];
    const gradient = (part: tf.Tensor4D) => tf.conv2dTranspose(part, filter, [part.shape[0], 9, 9, 6], 1, 'same').dataSync();
    const whole = gradient(dy);
    const image = 9 * 9 * 6;
    for (const [from, count] of [[0, 1], [1, 2], [3, 2]] as const)
      expect(gradient(tf.slice(dy, [from, 0, 0, 0], [count, 9, 9, 7]))).toEqual(whole.slice(from * image, (from + count) * image));
  });
});

const DEPTHWISE: readonly (Convolution & { readonly dilations?: [number, number] })[] = [
  { input: [2, 8, 8, 32], filter: [3, 3, 32, 1], strides: [1, 1], pad: 'same' },
  { input: [3, 7, 9, 21], filter: [3, 3, 21, 1], strides: [2, 2], pad: 'same' },
  { input: [2, 8, 6, 6], filter: [5, 3, 6, 1], strides: [1, 1], pad: 'valid' },
  { input: [2, 8, 8, 5], filter: [3, 3, 5, 3], strides: [2, 2], pad: 'same' },
  { input: [1, 3, 3, 4], filter: [5, 5, 4, 1], strides: [1, 1], pad: 'same' },
  { input: [2, 9, 9, 7], filter: [3, 3, 7, 1], strides: [1, 1], pad: 'same', dilations: [2, 2] },
];
describe('depthwise gradients', () => {
  for (const { input, filter, strides, pad, dilations = [1, 1] } of DEPTHWISE) {
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, dilations, pad, undefined, true);
    const attrs = { strides, pad, dilations, inputShape: input, filterShape: filter };
    const name = `${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}, dilation ${dilations}`;
    if (dilations[0] > 1) {
      test(`are adjoint to the convolution: ${name}`, () => {
        const [x, w, dy] = [tf.tensor4d(values(input, 0), input as never), tf.tensor4d(values(filter, 1), filter as never), tf.tensor4d(values(info.outShape, 2), info.outShape)];
        const gradient = (of: 'Input' | 'Filter', given: tf.NamedTensorMap) => tf.engine().runKernel(`DepthwiseConv2dNativeBackprop${of}`, given, attrs) as tf.Tensor;
        const [dx, dw] = [gradient('Input', { dy, filter: w }), gradient('Filter', { x, dy })];
        const forward = tf.sum(tf.mul(tf.depthwiseConv2d(x, w, strides, pad, 'NHWC', dilations), dy)).dataSync()[0]!;
        expect(tf.sum(tf.mul(x, dx)).dataSync()[0]).toBeCloseTo(forward, 3);
        expect(tf.sum(tf.mul(w, dw)).dataSync()[0]).toBeCloseTo(forward, 3);
      });
      continue;
    }
    test(`of the input: ${name}`, agree('DepthwiseConv2dNativeBackpropInput', { inputs: { dy: info.outShape, filter }, attrs }));
    test(`of the filter: ${name}`, agree('DepthwiseConv2dNativeBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }
});

describe('without SIMD', () => {
  const recomposed = (kernel: string, { inputs, attrs = {} }: Case) => async () => {
    const expected = await runOn('cpu', kernel, { inputs, attrs });
    await useBackend('wasm');
    const actual = tf.tidy(() => {
      const tensors = Object.entries(inputs).map(([name, shape], index) => [name, tf.tensor(values(shape, index), [...shape])] as const);
      return RECOMPOSED[kernel]!(Object.fromEntries(tensors), attrs as tf.NamedAttrMap).dataSync();
    });
    expectClose(actual, expected, 1e-5);
  };
  for (const { input, filter, strides, pad } of CONVOLUTIONS) {
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, 1, pad);
    const attrs = { strides, pad, dataFormat: 'NHWC', filterShape: filter };
    test(`filter gradient: ${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}`, recomposed('Conv2DBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }
  for (const { input, filter, strides, pad, dilations } of DEPTHWISE) {
    if (dilations) continue;
    const info = tf.backend_util.computeConv2DInfo(input as [number, number, number, number], filter as [number, number, number, number], strides, 1, pad, undefined, true);
    const attrs = { strides, pad, dilations: [1, 1], inputShape: input, filterShape: filter };
    const name = `${input.join('×')} by ${filter.join('×')}, stride ${strides}, pad ${pad}`;
    test(`depthwise input gradient: ${name}`, recomposed('DepthwiseConv2dNativeBackpropInput', { inputs: { dy: info.outShape, filter }, attrs }));
    test(`depthwise filter gradient: ${name}`, recomposed('DepthwiseConv2dNativeBackpropFilter', { inputs: { x: input, dy: info.outShape }, attrs }));
  }
  test('segment sum', () => {
    const y = RECOMPOSED['UnsortedSegmentSum']!({ x: tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), segmentIds: tf.tensor1d([2, 0, 2], 'int32') }, { numSegments: 3 });
    expect([...y.dataSync()]).toEqual([3, 4, 0, 0, 6, 8]);
  });
});

describe('pooling gradients', () => {
  for (const [shape, filterSize, strides, pad] of [[[2, 8, 8, 16], 2, 2, 'valid'], [[2, 9, 7, 6], 3, 2, 'same'], [[1, 5, 5, 3], 3, 1, 'same'], [[2, 7, 7, 5], 2, 2, 'valid']] as const) {
    const info = tf.backend_util.computePool2DInfo([...shape] as [number, number, number, number], filterSize, strides, 1, pad);
    const attrs = { filterSize, strides, pad };
    const name = `${shape.join('×')}, window ${filterSize}, stride ${strides}, ${pad}`;
    test(`of the maximum: ${name}`, agree('MaxPoolGrad', { inputs: { dy: info.outShape, input: shape, output: info.outShape }, attrs }));
    test(`of the maximum, with ties: ${name}`, agree('MaxPoolGrad', { inputs: { dy: info.outShape, input: shape, output: info.outShape }, attrs, make: (data) => data.map(Math.round) }));
    test(`of the average is adjoint to it: ${name}`, () => {
      const [x, dy] = [tf.tensor4d(values(shape, 0), [...shape]), tf.tensor4d(values(info.outShape, 1), info.outShape)];
      const dx = tf.engine().runKernel('AvgPoolGrad', { dy, input: x }, attrs) as tf.Tensor;
      expect(tf.sum(tf.mul(x, dx)).dataSync()[0]).toBeCloseTo(tf.sum(tf.mul(tf.avgPool(x, filterSize, strides, pad), dy)).dataSync()[0]!, 3);
    });
  }
});

describe('functions of one entry', () => {
  /** erf by its Taylor series in float64 (|x| < 3), 1 − the continued fraction of erfc beyond. */
  const erf64 = (x: number): number => {
    if (Math.abs(x) > 3) {
      let fraction = 0;
      for (let k = 80; k > 0; k--) fraction = k / 2 / (Math.abs(x) + fraction);
      return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction));
    }
    let [term, sum] = [x, x];
    for (let k = 1; k < 90; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  };
  const xs = Float32Array.from({ length: 40_003 }, (_, i) => (i - 20_000) / 1900 + 1e-4);
  const table = {
    Exp: [tf.exp, Math.exp], Tanh: [tf.tanh, Math.tanh], Erf: [tf.erf, erf64],
  } as const;
  for (const [name, [op, exact]] of Object.entries(table))
    test(`${name} is right to 2·10⁻⁷ of each value`, () => {
      const y = op(tf.tensor1d(xs)).dataSync();
      const worst = largest(Array.from(y, (v, i) => v / exact(xs[i]!) - 1));
      expect(worst).toBeLessThan(2e-7);
    });

  test('keep their limits', () => {
    const ends = tf.tensor1d([-Infinity, -200, 0, 200, Infinity, NaN]);
    expect([...tf.exp(ends).dataSync()]).toEqual([0, 0, 1, Infinity, Infinity, NaN]);
    expect([...tf.tanh(ends).dataSync()]).toEqual([-1, -1, 0, 1, 1, NaN]);
    expect([...tf.erf(ends).dataSync()]).toEqual([-1, -1, 0, 1, 1, NaN]);
    expect(tf.exp(tf.scalar(-100)).dataSync()[0]).toBe(Math.fround(Math.exp(-100))); // subnormal
  });
});

describe('pairs of entries', () => {
  const shapes = [[[3, 7], [3, 7]], [[3, 7], []], [[], [2, 9]], [[4, 3], [3]]] as const;
  for (const kernel of ['Maximum', 'Minimum', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'])
    for (const [a, b] of shapes) test(`${kernel} of ${a.join('×')} and ${b.join('×')}`, agree(kernel, { inputs: { a, b }, make: (data) => data.map(Math.round) }, 0));

  const patterns = [[[2, 5, 7, 3], [3]], [[4, 9, 16], [16]], [[3, 700, 6], [1, 1, 6]], [[6], [2, 3, 6]], [[2, 5, 9], [2, 5, 1]], [[4, 64], [4, 1]], [[2, 1, 3], [2, 4, 3]]] as const;
  for (const kernel of ['Add', 'Sub', 'Multiply', 'RealDiv'])
    for (const [a, b] of patterns) test(`${kernel} of ${a.join('×')} and ${b.join('×')}`, agree(kernel, { inputs: { a, b } }, 1e-7));

  test('select takes t where the condition holds', () => {
    for (const n of [1, 4, 11]) {
      const condition = Array.from({ length: n }, (_, i) => i % 3 === 1);
      const [t, e] = [values([n], 0), values([n], 1)];
      expect([...tf.where(tf.tensor1d(condition, 'bool'), tf.tensor1d(t), tf.tensor1d(e)).dataSync()]).toEqual(condition.map((c, i) => (c ? t[i] : e[i])));
    }
  });
});

describe('sums, gather, normalisation', () => {
  for (const [shape, axis] of [[[2, 5, 6, 16], [0, 1, 2]], [[2, 5, 6, 7], [1, 2]], [[300, 21], [0]], [[3, 4, 5], [1]], [[3, 4, 5], [0, 2]], [[3, 4, 5], [2]], [[3, 4], [0, 1]]] as const)
    for (const keepDims of [true, false])
      for (const op of ['sum', 'mean'] as const)
        test(`${op} of ${shape.join('×')} over ${axis}, keepDims ${keepDims}`, async () => {
          const run = async (backend: 'cpu' | 'wasm') => {
            await useBackend(backend);
            const y = tf.tidy(() => tf[op](tf.tensor(values(shape, 0), [...shape]), [...axis], keepDims));
            return { shape: y.shape, data: y.dataSync() };
          };
          const [ours, theirs] = [await run('wasm'), await run('cpu')];
          expect(ours.shape).toEqual(theirs.shape);
          expectClose(ours.data, theirs.data, 1e-5);
        });

  test('gather and its gradient', async () => {
    const run = async (backend: 'cpu' | 'wasm') => {
      await useBackend(backend);
      return tf.tidy(() => {
        const x = tf.tensor(values([3, 5, 7], 0), [3, 5, 7]);
        const ids = tf.tensor1d([4, 0, 0, 3], 'int32');
        const weights = tf.tensor(values([3, 4, 7], 1), [3, 4, 7]);
        return [tf.gather(x, ids, 1).dataSync(), tf.grad((t: tf.Tensor) => tf.sum(tf.mul(tf.gather(t, ids, 1), weights)))(x).dataSync()] as const;
      });
    };
    const [ours, theirs] = [await run('wasm'), await run('cpu')];
    expectClose(ours[0], theirs[0], 0);
    expectClose(ours[1], theirs[1], 1e-6);
  });

  test('gather refuses an index outside the axis and frees what it had begun', () => {
    const [x, ids] = [tf.zeros([3, 2]), tf.tensor1d([0, 3], 'int32')];
    const before = tf.engine().backend.numDataIds();
    expect(() => tf.gather(x, ids)).toThrow(/position 1 lies outside 0 … 2/);
    expect(tf.engine().backend.numDataIds()).toBe(before);
  });

  for (const channels of [3, 16])
    test(`batch normalisation of ${channels} channels`, agree('FusedBatchNorm', {
      inputs: { x: [2, 3, 4, channels], mean: [channels], variance: [channels], offset: [channels], scale: [channels] },
      attrs: { varianceEpsilon: 1e-3 },
      make: (data) => data.map(Math.abs),
    }));
  test('batch normalisation without scale and offset', agree('FusedBatchNorm', { inputs: { x: [2, 5, 6], mean: [6], variance: [6] }, attrs: { varianceEpsilon: 1e-3 }, make: (data) => data.map(Math.abs) }));
});

describe('copies', () => {
  const orders = [[[5, 9], [1, 0]], [[2, 6, 3, 16], [0, 2, 1, 3]], [[2, 6, 3, 5], [0, 2, 3, 1]], [[2, 6, 3, 5], [0, 3, 1, 2]], [[3, 4, 8, 5], [3, 1, 2, 0]],
    [[2, 3, 4, 5, 6], [2, 0, 3, 1, 4]], [[2, 3, 4, 5, 6], [4, 2, 0, 3, 1]], [[2, 3, 2, 3, 2, 3], [5, 3, 1, 4, 2, 0]], [[4, 8, 12], [2, 0, 1]], [[4, 8, 12], [2, 1, 0]]] as const;
  for (const [shape, perm] of orders) test(`transpose ${shape.join('×')} by ${perm}`, agree('Transpose', { inputs: { x: shape }, attrs: { perm } }, 0));
  for (const [shape, begin, size] of [[[4, 6, 8, 5], [0, 1, 2, 1], [4, 3, -1, 3]], [[7], [2], [3]], [[3, 4], [1, 0], [2, 4]], [[3, 4], [1, 1], [0, 2]]] as const)
    test(`slice ${shape.join('×')} from ${begin}`, agree('Slice', { inputs: { x: shape }, attrs: { begin, size } }, 0));
  for (const axis of [0, 1, 2]) {
    const shapes = [[2, 3, 4], [2, 3, 4], [2, 3, 4]].map((shape, i) => shape.map((n, a) => (a === axis ? n + i : n)));
    test(`concat along ${axis}`, async () => {
      const run = async (backend: 'cpu' | 'wasm') => {
        await useBackend(backend);
        return tf.tidy(() => tf.concat(shapes.map((shape, i) => tf.tensor(values(shape, i), shape)), axis).dataSync());
      };
      expect(await run('wasm')).toEqual(await run('cpu'));
    });
  }
  for (const [shape, reps] of [[[2, 1, 1, 5], [1, 3, 4, 1]], [[3, 2], [2, 3]], [[4], [3]]] as const) test(`tile ${shape.join('×')} by ${reps}`, agree('Tile', { inputs: { x: shape }, attrs: { reps } }, 0));
  for (const dims of [[0, 1], [2], [0, 3]]) test(`reverse ${dims}`, agree('Reverse', { inputs: { x: [3, 3, 4, 5] }, attrs: { dims } }, 0));
  for (const paddings of [[[0, 0], [1, 2], [0, 1]], [[2, 0], [0, 0], [3, 3]]])
    test(`pad by ${paddings.join(' ')}`, agree('PadV2', { inputs: { x: [3, 4, 5] }, attrs: { paddings, constantValue: -1.5 } }, 0));
  test('fill', () => expect([...tf.fill([2, 3], 2.5).dataSync()]).toEqual([2.5, 2.5, 2.5, 2.5, 2.5, 2.5]));
});

describe('tf.grad on WASM', () => {
  test('runs through convolutions, attention and gather, and agrees with the CPU', async () => {
    const run = async (backend: 'cpu' | 'wasm') => {
      await useBackend(backend);
      const before = tf.memory().numTensors;
      const x = tf.tensor4d(values([2, 8, 8, 3], 0), [2, 8, 8, 3]);
      const [w, d, q] = [tf.tensor4d(values([3, 3, 3, 8], 1), [3, 3, 3, 8]), tf.tensor4d(values([3, 3, 8, 1], 2), [3, 3, 8, 1]), tf.tensor2d(values([8, 8], 3), [8, 8])];
      const loss = (x: tf.Tensor, w: tf.Tensor, d: tf.Tensor, q: tf.Tensor) => {
        const h = tf.tanh(tf.depthwiseConv2d(tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')), d as tf.Tensor4D, 1, 'same'));
        const tokens = tf.reshape(h, [2, 16, 8]);
        const heads = tf.transpose(tf.reshape(tf.matMul(tokens, tf.tile(tf.expandDims(q, 0), [2, 1, 1])), [2, 16, 2, 4]), [0, 2, 1, 3]);
        const mixed = tf.matMul(tf.softmax(tf.matMul(heads, heads, false, true)), heads);
        return tf.sum(tf.square(tf.erf(tf.gather(mixed, tf.tensor1d([0, 3, 3], 'int32'), 2)))) as tf.Scalar;
      };
      const gradients = tf.grads(loss)([x, w, d, q]);
      const data = gradients.map((g) => g.dataSync());
      tf.dispose([x, w, d, q, ...gradients]);
      expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 1);
      return data;
    };
    const [ours, theirs] = [await run('wasm'), await run('cpu')];
    ours.forEach((gradient, i) => expectClose(gradient, theirs[i]!, 1e-4));
  });
});
