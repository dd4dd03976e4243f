import { beforeAll, describe, expect, it } from 'vitest';
import { normals, stream } from '../math/rng.ts';
import { useBackend } from '../testing/backends.ts';
import * as tf from '../tf.ts';
import { architecture } from './architectures/index.ts';
import { disposeGraph } from '../graph/derived.ts';
import { toGraph } from './plain.ts';
import { featureStatistics, pooledFeatures, strangeness } from './strangeness.ts';

beforeAll(() => useBackend('wasm'));

describe('strangeness', () => {
  const scale = [1, 100, 0.01];
  const sample = (seed: number, n: number, shift = 0) => normals(seed, 'sample', 0, 3 * n).map((z, i) => (z + shift) * scale[i % 3]!);
  const statistics = featureStatistics(sample(1, 2000), 3);

  it('is uniform on images like the validation images, whatever a feature’s scale', () => {
    const shares = strangeness(sample(2, 2000), statistics);
    for (const level of [0.25, 0.5, 0.9]) expect(shares.filter((s) => s < level).length / 2000).toBeCloseTo(level, 1);
  });

  it('is 1 far away and 0 at the centre', () => {
    expect(strangeness(sample(3, 1, 30), statistics)).toEqual([1]);
    expect(strangeness(Float32Array.from(statistics.mean), statistics)).toEqual([0]);
  });

  it('does not blow up on a feature that never varied', () => {
    const dead = featureStatistics(Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? stream(4, 'x', i).normal() : 0)), 2);
    expect(strangeness(Float32Array.from([0.3, 0.001]), dead)[0]).toBeLessThan(0.9);
  });

  it('names the mismatch of another model’s features', () => {
    expect(() => strangeness(new Float32Array(4), statistics)).toThrow(/4 pooled features.*3/);
  });
});

describe('pooled features', () => {
  it.each([['vgg-7', 128], ['vit-s8', 64]] as const)('of %s are the mean over places, and feed the last dense layer', (id, width) => {
    const graph = toGraph(architecture(id).build(1, 12));
    tf.tidy(() => {
      const x = tf.randomUniform([2, 64, 64, 3], 0, 1, 'float32', 3);
      const pooled = pooledFeatures(graph, x);
      expect(pooled.shape).toEqual([2, width]);
    });
    disposeGraph(graph);
  });
});
