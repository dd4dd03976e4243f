import { beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../graph/graph.ts';
import { useBackend } from '../../testing/backends.ts';
import * as tf from '../../tf.ts';
import { disposeGraph } from '../../graph/derived.ts';
import { isTrainable, parameterCount, toGraph } from '../plain.ts';
import { ARCHITECTURES, architecture } from './index.ts';

beforeAll(() => useBackend('wasm'));

/** Counted by hand from the layer tables: kernels, biases, gammas, betas, positions. */
const convolution = (size: number, from: number, to: number) => size * size * from * to + 2 * to;
const separable = (from: number, to: number) => 9 * from + 2 * from + from * to + 2 * to;
const dense = (from: number, to: number) => from * to + to;
const residual = (from: number, to: number) => convolution(3, from, to) + convolution(3, to, to) + (from === to ? 0 : convolution(1, from, to));
const transformer = (d: number, hidden: number) => 4 * dense(d, d) + dense(d, hidden) + dense(hidden, d) + 4 * d;

/** A depthwise convolution with batch normalisation, one kernel for each channel. */
const depthwise = (size: number, channels: number) => size * size * channels + 2 * channels;
const inverted = (from: number, wide: number, to: number, size = 3) => convolution(1, from, wide) + depthwise(size, wide) + convolution(1, wide, to);
/** A 1×1; a 1×1 and a 3×3; a 1×1 and two 3×3; a 1×1 behind a mean. */
const inceptionModule = (from: number, [point, narrow, near, far, mean]: readonly [number, number, number, number, number]) =>
  convolution(1, from, point) + convolution(1, from, narrow) + convolution(3, narrow, near) + convolution(1, from, narrow) + convolution(3, narrow, far) + convolution(3, far, far) + convolution(1, from, mean);
const gate = (channels: number, inner: number) => dense(channels, inner) + dense(inner, channels);
/** A depthwise 7×7 with bias, layer norm, two dense layers. */
const convnextBlock = (width: number) => 49 * width + width + 2 * width + dense(width, 3 * width) + dense(3 * width, width);

const EXPECTED: Readonly<Record<string, number>> = {
  'vgg-7': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 32) + convolution(3, 32, 64) + convolution(3, 64, 64) + convolution(3, 64, 128) + dense(128, 12),
  'resnet-10': convolution(3, 3, 12) + residual(12, 24) + residual(24, 48) + residual(48, 48) + residual(48, 96) + dense(96, 12),
  'mobilenet-s': convolution(3, 3, 16) + separable(16, 32) + separable(32, 48) + separable(48, 96) + 2 * separable(96, 96) + separable(96, 192) + separable(192, 192) + dense(192, 12),
  'resnet-18': convolution(3, 3, 12) + residual(12, 24) + residual(24, 24) + residual(24, 48) + 2 * residual(48, 48) + residual(48, 96) + 2 * residual(96, 96) + dense(96, 12),
  'densenet-16':
    convolution(3, 3, 24) +
    convolution(3, 24, 16) + convolution(3, 40, 16) + convolution(3, 56, 16) + convolution(3, 72, 16) + convolution(1, 88, 48) +
    convolution(3, 48, 20) + convolution(3, 68, 20) + convolution(3, 88, 20) + convolution(3, 108, 20) + convolution(3, 128, 20) + convolution(1, 148, 80) +
    convolution(3, 80, 24) + convolution(3, 104, 24) + convolution(3, 128, 24) + convolution(3, 152, 24) + dense(176, 12),
  'inception-s':
    convolution(3, 3, 16) + convolution(3, 16, 32) +
    inceptionModule(32, [16, 16, 24, 16, 8]) + inceptionModule(64, [32, 24, 48, 32, 16]) + inceptionModule(128, [32, 32, 48, 32, 16]) + inceptionModule(128, [48, 40, 72, 48, 24]) + dense(192, 12),
  'efficientnet-s':
    convolution(3, 3, 16) +
    inverted(16, 48, 24) + gate(48, 8) + inverted(24, 72, 24) + gate(72, 12) + inverted(24, 96, 40, 5) + gate(96, 12) +
    inverted(40, 160, 40) + gate(160, 20) + inverted(40, 160, 72) + gate(160, 20) + inverted(72, 288, 72) + gate(288, 36) + convolution(1, 72, 160) + dense(160, 12),
  'convnext-s':
    convolution(3, 3, 16) + convolution(3, 16, 32) + 2 * convnextBlock(32) +
    2 * 32 + convolution(2, 32, 64) + 2 * convnextBlock(64) + 2 * 64 + convolution(2, 64, 128) + convnextBlock(128) + 2 * 128 + dense(128, 12),
  'swin-s': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 32) + 2 * transformer(32, 64) + convolution(3, 32, 64) + 2 * transformer(64, 128) + 2 * 64 + dense(64, 12),
  'hybrid-s': convolution(3, 3, 16) + inverted(16, 48, 32) + inverted(32, 96, 32) + inverted(32, 96, 64) + inverted(64, 192, 64) + 2 * transformer(64, 128) + 2 * 64 + dense(64, 12),
  'mobilenet-xs': convolution(3, 3, 4) + separable(4, 8) + separable(8, 12) + separable(12, 24) + 2 * separable(24, 24) + separable(24, 48) + separable(48, 48) + dense(48, 12),
  'vit-xs8': convolution(3, 3, 12) + convolution(3, 12, 24) + convolution(3, 24, 48) + 2 * convolution(3, 48, 48) + 2 * transformer(48, 96) + 2 * 48 + dense(48, 12),
  'mixer-s': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 64) + 2 * convolution(3, 64, 64) + 3 * (2 * dense(64, 64) + dense(64, 128) + dense(128, 64) + 4 * 64) + 2 * 64 + dense(64, 12),
  'linear': dense(64 * 64 * 3, 12),
  'vit-s8': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 64) + 2 * convolution(3, 64, 64) + 3 * transformer(64, 128) + 2 * 64 + dense(64, 12),
};

describe('the architectures', () => {
  it.each(ARCHITECTURES)('$id has the parameters of its layer table, and few of them', ({ id, build }) => {
    const count = parameterCount(build(1, 12));
    expect(count).toBe(EXPECTED[id]);
    expect(count).toBeLessThanOrEqual(600_000);
  });

  it.each(ARCHITECTURES)('$id gives logits, and features where it says they are', ({ build }) => {
    const graph = toGraph(build(1, 12));
    tf.tidy(() => {
      const { value } = record(graph, tf.randomUniform([2, 64, 64, 3], 0, 1, 'float32', 7));
      expect(value.get(graph.output)!.shape).toEqual([2, 12]);
      const { node, tokens } = graph.features!;
      const features = value.get(node)!;
      if (tokens) expect(features.shape[1]).toBe(tokens.skip + tokens.rows * tokens.cols);
      else expect([4, 8, 64]).toContain(features.shape[1]);
    });
    disposeGraph(graph);
    expect(graph.nodes[0]!.op).toBe('preprocess');
  });

  it('starts from the seed alone', () => {
    const kernel = (seed: number) => [...architecture('vgg-7').build(seed, 12).nodes.find((node) => node.op === 'conv2d')!.weights.kernel!.values];
    expect(kernel(3)).toEqual(kernel(3));
    expect(kernel(3)).not.toEqual(kernel(4));
  });

  it('names the choices where an id is unknown', () => {
    expect(() => architecture('vgg-99')).toThrow(/vgg-99.*vgg-7/);
  });

  it('counts neither preprocessing nor running statistics as parameters', () => {
    expect(isTrainable({ op: 'preprocess' }, 'mean')).toBe(false);
    expect(isTrainable({ op: 'batchNorm' }, 'variance')).toBe(false);
    expect(isTrainable({ op: 'batchNorm' }, 'gamma')).toBe(true);
  });
});
