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

const EXPECTED: Readonly<Record<string, number>> = {
  'vgg-7': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 32) + convolution(3, 32, 64) + convolution(3, 64, 64) + convolution(3, 64, 128) + dense(128, 12),
  'resnet-10': convolution(3, 3, 12) + residual(12, 24) + residual(24, 48) + residual(48, 48) + residual(48, 96) + dense(96, 12),
  'mobilenet-s': convolution(3, 3, 16) + separable(16, 32) + separable(32, 48) + separable(48, 96) + 2 * separable(96, 96) + separable(96, 192) + separable(192, 192) + dense(192, 12),
  'resnet-18': convolution(3, 3, 12) + residual(12, 24) + residual(24, 24) + residual(24, 48) + 2 * residual(48, 48) + residual(48, 96) + 2 * residual(96, 96) + dense(96, 12),
  'mobilenet-xs': convolution(3, 3, 4) + separable(4, 8) + separable(8, 12) + separable(12, 24) + 2 * separable(24, 24) + separable(24, 48) + separable(48, 48) + dense(48, 12),
  'vit-xs8': convolution(3, 3, 12) + convolution(3, 12, 24) + convolution(3, 24, 48) + 2 * convolution(3, 48, 48) + 2 * transformer(48, 96) + 2 * 48 + dense(48, 12),
  'mixer-s': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 64) + 2 * convolution(3, 64, 64) + 3 * (2 * dense(64, 64) + dense(64, 128) + dense(128, 64) + 4 * 64) + 2 * 64 + dense(64, 12),
  'linear': dense(64 * 64 * 3, 12),
  'vit-s8': convolution(3, 3, 16) + convolution(3, 16, 32) + convolution(3, 32, 64) + 2 * convolution(3, 64, 64) + 3 * transformer(64, 128) + 2 * 64 + dense(64, 12),
};

describe('the architectures', () => {
  it.each(ARCHITECTURES.filter(({ id }) => id in EXPECTED))('$id has the parameters of its layer table, and few of them', ({ id, build }) => {
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
