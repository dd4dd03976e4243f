import { describe, expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { areaOf, centreRegion, compactness, complement, leastRegion, matchedRandom, perimeter } from './regionControls.ts';
import { maskOutline, type Mask } from './regions.ts';

const mask = (...lines: string[]): Mask => ({ data: Uint8Array.from(lines.join(''), Number), height: lines.length, width: lines[0]!.length });
const random = (seed: number, height: number, width: number): Mask => {
  const draw = stream(seed, 'mask');
  return { data: Uint8Array.from({ length: height * width }, () => (draw.below(3) === 0 ? 1 : 0)), height, width };
};
const text = ({ data }: Mask): string => data.join('');

describe('the shape of a region', () => {
  it('perimeter is the length of its outlines, holes too; on a torus the border is none', () => {
    for (const region of [mask('110', '100'), mask('111', '101', '111'), random(1, 9, 7), random(2, 8, 8)]) {
      const length = maskOutline(region).reduce((sum, loop) => sum + loop.reduce((part, [x, y], i) => part + Math.abs(x - loop.at(i - 1)![0]) + Math.abs(y - loop.at(i - 1)![1]), 0), 0);
      expect(perimeter(region)).toBe(length);
    }
    expect(perimeter(mask('110', '100'))).toBe(8);
    expect(perimeter(mask('1100', '0000', '0000'), true)).toBe(6);
    expect(perimeter(mask('1001', '0000', '0000'), true)).toBe(6);
    expect(perimeter(mask('1001', '0000', '0000'))).toBe(8);
    expect(perimeter(mask('111', '111'), true)).toBe(0);
  });
  it('compactness is 1 for a square, less for a bar and a disc, and falls to dust', () => {
    expect(compactness(mask('0000', '0110', '0110', '0000'))).toBe(1);
    expect(compactness(mask('1111'))).toBe(0.64);
    expect(compactness(mask('1010', '0101'))).toBe(0.25);
    expect(compactness(mask('00'))).toBeNaN();
  });
});

describe('the matched random region', () => {
  it('keeps its area and its perimeter on the torus, exactly, on square maps and others', () => {
    for (const [height, width] of [[12, 12], [9, 14]] as const) {
      for (let seed = 0; seed < 40; seed++) {
        const region = random(seed, height, width);
        const other = matchedRandom(region, stream(seed, 'matched').below);
        expect(areaOf(other)).toBe(areaOf(region));
        expect(perimeter(other, true)).toBe(perimeter(region, true));
      }
    }
  });
  it('comes in all eight attitudes and in all places alike, and nowhere else', () => {
    const letter = mask('1110', '1000', '0000', '0000'); // three and one: no symmetry
    const draws = stream(3, 'matched').below;
    const seen = new Map<string, number>();
    for (let i = 0; i < 12800; i++) {
      const key = text(matchedRandom(letter, draws));
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(8 * 16);
    for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
  });
  it('with no turn and no shift is the region itself; a quarter turn goes clockwise round', () => {
    const letter = mask('110', '000', '000');
    const draws = (...values: number[]) => () => values.shift()!;
    expect(matchedRandom(letter, draws(0, 0, 0, 0))).toEqual(letter);
    expect(text(matchedRandom(letter, draws(1, 0, 0, 0)))).toBe('011000000');
    expect(text(matchedRandom(letter, draws(0, 1, 0, 0)))).toBe('001001000');
    expect(text(matchedRandom(letter, draws(0, 0, 1, 2)))).toBe('000101000');
    expect(text(matchedRandom(mask('110', '000'), draws(0, 1, 0, 0)))).toBe('000011');
  });
});

it('centre, least and complement have the area that they must', () => {
  const centre = centreRegion(64, 64, 819);
  expect(areaOf(centre)).toBe(819);
  expect(compactness(centre)).toBeGreaterThan(0.55);
  const far = Array.from(centre.data.keys()).map((i) => Math.hypot((i % 64) - 31.5, Math.floor(i / 64) - 31.5));
  expect(Math.max(...far.filter((_, i) => centre.data[i]))).toBeLessThanOrEqual(Math.min(...far.filter((_, i) => !centre.data[i])));
  const map = { data: Float32Array.of(0.4, 0.1, 0.2, 0.9), height: 2, width: 2 };
  expect(text(leastRegion(map, 2))).toBe('0110');
  expect(text(complement(mask('110')))).toBe('001');
});
