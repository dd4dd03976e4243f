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
  const centres = [[0, 0, 0], [9, 0, 0], [0, 9, 9]];
  const labelsOf = (n: number) => Uint8Array.from({ length: n }, (_, i) => i % 3);
  /** Rows around the three classes' centres, each feature on a scale of its own. */
  const sample = (seed: number, n: number) => normals(seed, 'sample', 0, 3 * n).map((z, i) => (z + centres[Math.floor(i / 3) % 3]![i % 3]!) * scale[i % 3]!);
  const at = (...place: number[]) => strangeness(Float32Array.from(place, (v, k) => v * scale[k]!), statistics)[0];
  const statistics = featureStatistics(sample(1, 3000), labelsOf(3000), 3);

  it('is uniform on images like the validation images, whatever a feature’s scale', () => {
    const shares = strangeness(sample(2, 3000), statistics);
    for (const level of [0.25, 0.5, 0.9]) expect(shares.filter((s) => s < level).length / 3000).toBeCloseTo(level, 1);
  });

  it('is small at every class’s centre, and 1 far away and between the classes', () => {
    for (const centre of centres) expect(at(...centre)).toBeLessThan(0.02);
    expect(at(30, 30, 30)).toBe(1);
    expect(at(3, 4.5, 4.5)).toBeGreaterThan(0.99); // near the mean of all images, but of no class
  });

  it('does not blow up on a feature that never varied', () => {
    const dead = featureStatistics(Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? stream(4, 'x', i).normal() : 0)), new Uint8Array(200), 1);
    expect(strangeness(Float32Array.from([0.3, 0.001]), dead)[0]).toBeLessThan(0.9);
  });

  it('names the mismatch of another model’s features, and a class without images', () => {
    expect(() => strangeness(new Float32Array(4), statistics)).toThrow(/4 pooled features.*3/);
    expect(() => featureStatistics(new Float32Array(4), [0, 0], 2)).toThrow(/class 1 has no image/);
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
