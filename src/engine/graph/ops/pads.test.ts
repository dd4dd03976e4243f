/**
 * Layers that slide over an image, with every sort of padding, against sums written out over lists of connections: forwards, backwards, and once more.
 * On both backends that tests can start: their kernels compute pads each in their own way.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../testing/backends.ts';
import { sampleTensor } from '../../testing/opSamples.ts';
import * as tf from '../../tf.ts';
import { OPS, type Attrs, type Op, type Weights } from './index.ts';
import type { PoolAttrs } from './window.ts';

const SHAPE = [2, 6, 5, 4] as const;
const [, HEIGHT, WIDTH, CHANNELS] = SHAPE;
type Name = 'conv2d' | 'depthwiseConv2d' | 'groupConv2d' | 'maxPool' | 'averagePool';

interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  /** 'same', 'valid', or [[top, bottom], [left, right]]. */
  readonly pad: 'same' | 'valid' | readonly [readonly [number, number], readonly [number, number]];
}

const WINDOWS: readonly Window[] = [
  { size: [3, 3], strides: [2, 2], pad: [[1, 1], [1, 1]] },
  { size: [3, 3], strides: [1, 1], pad: [[0, 1], [1, 0]] },
  { size: [3, 2], strides: [2, 1], pad: [[2, 0], [0, 1]] },
  { size: [3, 3], strides: [2, 2], pad: [[0, 1], [0, 1]] },
  { size: [3, 4], strides: [2, 3], pad: [[0, 2], [3, 2]] },
  { size: [2, 2], strides: [2, 2], pad: [[0, 0], [0, 1]] },
  { size: [3, 3], strides: [2, 1], pad: 'same' },
  { size: [3, 2], strides: [2, 2], pad: 'valid' },
];

/** One output as a sum: Σ weight · x[input] + bias. */
interface Connections {
  readonly taps: readonly (readonly [input: number, weight: number])[];
  readonly bias: number;
}

/** Before and after on one axis; 'same' puts the odd one behind. */
function padsOf({ size, strides, pad }: Window, axis: 0 | 1): readonly [number, number] {
  if (pad === 'valid') return [0, 0];
  if (pad !== 'same') return pad[axis];
  const length = [HEIGHT, WIDTH][axis]!;
  const total = Math.max(0, (Math.ceil(length / strides[axis]) - 1) * strides[axis] + size[axis] - length);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

const outputsOf = (window: Window, axis: 0 | 1) => {
  const [before, after] = padsOf(window, axis);
  return Math.floor(([HEIGHT, WIDTH][axis]! + before + after - window.size[axis]) / window.strides[axis]) + 1;
};

/** Channels out, and for channel `c` of them the channels in that it reads, each with its weight at (i, j). */
interface Layer {
  readonly channels: number;
  readonly reads: (c: number) => readonly number[];
  readonly weight: (i: number, j: number, from: number, c: number) => number;
  readonly bias: (c: number) => number;
}

/** The connections of every output in row-major order, padding left out; `x` says which is the largest of a window. */
function connectionsOf(name: Name, window: Window, layer: Layer, x: ArrayLike<number>): Connections[] {
  const [rows, columns] = [outputsOf(window, 0), outputsOf(window, 1)];
  const [[top], [left]] = [padsOf(window, 0), padsOf(window, 1)];
  const list: Connections[] = [];
  for (let n = 0; n < SHAPE[0]; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let c = 0; c < layer.channels; c++) {
          const taps: [number, number][] = [];
          for (let i = 0; i < window.size[0]; i++)
            for (let j = 0; j < window.size[1]; j++) {
              const [y, z] = [row * window.strides[0] + i - top, column * window.strides[1] + j - left];
              if (y < 0 || z < 0 || y >= HEIGHT || z >= WIDTH) continue;
              for (const from of layer.reads(c)) taps.push([((n * HEIGHT + y) * WIDTH + z) * CHANNELS + from, layer.weight(i, j, from, c)]);
            }
          list.push({ taps: narrowed(name, taps, x), bias: layer.bias(c) });
        }
  return list;
}

/** A maximum reads its largest entry alone, a mean every entry by its share. */
function narrowed(name: Name, taps: readonly (readonly [number, number])[], x: ArrayLike<number>): Connections['taps'] {
  if (name === 'averagePool') return taps.map(([at]) => [at, 1 / taps.length]);
  if (name !== 'maxPool') return taps;
  return [taps.reduce((best, tap) => (x[tap[0]]! > x[best[0]]! ? tap : best))];
}

const forwards = (list: readonly Connections[], x: ArrayLike<number>, biased = true) =>
  list.map(({ taps, bias }) => taps.reduce((sum, [at, weight]) => sum + weight * x[at]!, biased ? bias : 0));

function backwards(list: readonly Connections[], dy: ArrayLike<number>): number[] {
  const dx = Array.from({ length: SHAPE.reduce<number>((a, b) => a * b, 1) }, () => 0);
  list.forEach(({ taps }, at) => taps.forEach(([input, weight]) => (dx[input]! += weight * dy[at]!)));
  return dx;
}

const KERNELS = { conv2d: [CHANNELS, 3], depthwiseConv2d: [CHANNELS, 1], groupConv2d: [2, 6] } as const;

/** The op's weights and attributes, and the same layer in words of connections. */
function layerOf(name: Name, { size, strides, pad }: Window): { readonly weights: Weights; readonly attrs: Attrs; readonly layer: Layer } {
  const attrs = { strides: [...strides], pad: typeof pad === 'string' ? pad : [[0, 0], ...pad, [0, 0]], ...(name === 'groupConv2d' ? { groups: 2 } : {}) };
  if (name === 'maxPool' || name === 'averagePool') {
    const layer: Layer = { channels: CHANNELS, reads: (c) => [c], weight: () => 1, bias: () => 0 };
    return { weights: {}, attrs: { ...attrs, size: [...size] }, layer };
  }
  const [inputs, outputs] = KERNELS[name];
  const channels = name === 'depthwiseConv2d' ? CHANNELS : outputs;
  const [kernel, bias] = [sampleTensor('kernel', [...size, inputs, outputs], 0.5), sampleTensor('bias', [channels], 0.5)];
  const [k, b] = [kernel.dataSync(), bias.dataSync()];
  const group = (c: number) => (name === 'groupConv2d' ? Math.floor(c / (outputs / 2)) * inputs : 0);
  const all = Array.from({ length: inputs }, (_, from) => from);
  const layer: Layer = {
    channels,
    reads: (c) => (name === 'depthwiseConv2d' ? [c] : all.map((from) => group(c) + from)),
    weight: (i, j, from, c) => k[((i * size[1] + j) * inputs + from - group(c)) * outputs + (name === 'depthwiseConv2d' ? 0 : c)]!,
    bias: (c) => b[c]!,
  };
  return { weights: { kernel, bias }, attrs, layer };
}

const numbers = (t: tf.Tensor) => Array.from(t.dataSync());

function expectClose(got: tf.Tensor, want: readonly number[]): void {
  expect(got.size).toBe(want.length);
  const scale = Math.max(...want.map(Math.abs));
  expect(Math.max(...numbers(got).map((v, i) => Math.abs(v - want[i]!)))).toBeLessThan(1e-5 * scale);
}

const NAMES: readonly Name[] = ['conv2d', 'depthwiseConv2d', 'groupConv2d', 'maxPool', 'averagePool'];
const CASES = NAMES.flatMap((name) => WINDOWS.map((window) => [name, window.size.join('×'), window.strides.join('×'), JSON.stringify(window.pad), window] as const));

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
    tf.env().set('IS_TEST', false); // else what a gradient saves counts as a leak: a clone on WASM is a copy
  });

  test.each(CASES)('%s %s by %s, padded by %s', (name, _, __, ___, window) => {
    tf.tidy(() => {
      const op: Op = OPS[name];
      const { weights, attrs, layer } = layerOf(name, window);
      const x = sampleTensor('x', [...SHAPE]);
      const list = connectionsOf(name, window, layer, x.dataSync());
      const y = op.forward([x], weights, attrs);
      expect(y.shape).toEqual([SHAPE[0], outputsOf(window, 0), outputsOf(window, 1), layer.channels]);
      expectClose(y, forwards(list, x.dataSync()));

      const u = sampleTensor('cotangent', y.shape);
      expectClose(op.vjp([x], y, weights, attrs, u)[0]!, backwards(list, u.dataSync()));

      // d/dx of v · Lᵀ(u ⊙ y²) is Lᵀ(2 u ⊙ y ⊙ L v) for a layer that is linear near x.
      const v = sampleTensor('direction', x.shape);
      const slope = (at: tf.Tensor) => {
        const out = op.forward([at], weights, attrs);
        return tf.sum(tf.mul(v, op.vjp([at], out, weights, attrs, tf.mul(u, tf.square(out)))[0]!));
      };
      const [seen, from, along] = [y.dataSync(), u.dataSync(), forwards(list, v.dataSync(), false)];
      expectClose(tf.grad(slope)(x), backwards(list, along.map((lv, i) => 2 * from[i]! * seen[i]! * lv)));
    });
  });
});

test('a window with a pad at both ends of a tie: the first entry takes all, also when differentiated once more', async () => {
  await useBackend('cpu');
  const attrs = { size: [2, 2], strides: [1, 1], pad: [[0, 0], [1, 0], [1, 0], [0, 0]] } satisfies PoolAttrs;
  const x = tf.zeros([1, 2, 2, 1]);
  const y = OPS.maxPool.forward([x], {}, attrs);
  expect(numbers(y)).toEqual([0, 0, 0, 0]); // padding is below every entry
  expect(numbers(OPS.maxPool.vjp([x], y, {}, attrs, tf.tensor([1, 2, 3, 4], [1, 2, 2, 1]))[0]!)).toEqual([10, 0, 0, 0]);
  const pulled = (d: tf.Tensor) => tf.sum(tf.mul(OPS.maxPool.vjp([x], y, {}, attrs, d)[0]!, tf.tensor([5, 6, 7, 8], [1, 2, 2, 1])));
  expect(numbers(tf.grad(pulled)(tf.ones(y.shape)))).toEqual([5, 5, 5, 5]);
});
