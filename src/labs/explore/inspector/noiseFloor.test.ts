/** Two seeds of one map: how far they agree, and what that means. */
import { expect, it } from 'vitest';
import { normals } from '../../../engine/math/rng.ts';
import { seedAgreement, seedWords } from './NoiseFloor.tsx';

const plane = (data: Float32Array) => ({ data, height: 32, width: 32 });
const drawn = (seed: number) => Float32Array.from(normals(seed, 'noise', 0, 1024));
const steady = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i / 9) + i / 500);

it('a steady map agrees with itself, noise agrees by chance alone, and what lies between is said to', () => {
  const same = seedAgreement(plane(steady), plane(steady));
  expect([same.correlation, same.overlap]).toEqual([expect.closeTo(1, 9) as number, 1]);
  expect(seedWords(same)).toMatch(/nearly the same/);
  const noise = seedAgreement(plane(drawn(1)), plane(drawn(2)));
  expect(Math.abs(noise.correlation)).toBeLessThan(0.1);
  expect(noise.overlap).toBeLessThan(0.1); // s / (2 - s) = 0.053 expected of a tenth
  expect(seedWords(noise)).toMatch(/mostly chance/);
  const mixed = (seed: number) => plane(steady.map((value, i) => value + 0.5 * drawn(seed)[i]!));
  expect(seedWords(seedAgreement(mixed(1), mixed(2)))).toMatch(/Part of this map is chance/);
  expect(seedWords({ correlation: Number.NaN, overlap: 0.05 })).toMatch(/mostly chance/);
});
