import { describe, expect, it } from 'vitest';
import type { PlaneMap } from './field.ts';
import { discMask, idMask, maskOutline, massArea, massLevel, sumsById, sumWithin, valueAt, type Mask } from './regions.ts';
import { gaussianBlur } from './smooth.ts';
import { describeMap, mapFacts } from './summary.ts';

const plane = (height: number, width: number, value: (x: number, y: number) => number): PlaneMap => ({
  data: Float32Array.from({ length: height * width }, (_, i) => value(i % width, Math.floor(i / width))),
  height,
  width,
});
const mask = (...rows: string[]): Mask => ({
  data: Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0)),
  height: rows.length,
  width: rows[0]!.length,
});

describe('regions', () => {
  it('sums by id are the sums within each id’s mask, also of coarser and finer maps', () => {
    const ids = Uint8Array.from({ length: 36 }, (_, i) => (i % 5 === 0 ? 255 : i % 7));
    for (const side of [2, 3, 6, 12]) {
      const map = plane(side, side, (x, y) => Math.sin(3 * x + 5 * y) - 0.2);
      const sums = sumsById(map, ids, 6);
      expect([...sums.keys()]).toEqual([...new Set(ids)].sort((a, b) => a - b));
      const mass = [...sums.values()].reduce((total, one) => total + one.mass, 0);
      for (const [id, found] of sums) {
        const within = sumWithin(map, idMask(ids, new Set([id]), 6, 6));
        expect(found.sum).toBeCloseTo(within.sum, 9);
        expect(found.mass / mass).toBeCloseTo(within.massShare, 9);
        expect(found.pixels).toBe(within.pixels);
      }
      expect([...sums.values()].reduce((total, { sum }) => total + sum, 0)).toBeCloseTo(map.data.reduce((a, b) => a + b, 0), 4);
    }
  });
  it('a disc has the pixels whose centres it covers, and never none', () => {
    expect([...discMask({ x: 1.5, y: 1.5, radius: 1 }, 3, 3).data]).toEqual([0, 1, 0, 1, 1, 1, 0, 1, 0]);
    expect([...discMask({ x: 0.9, y: 0.9, radius: 0.01 }, 2, 2).data]).toEqual([1, 0, 0, 0]);
  });
  it('sums and means within a mask', () => {
    const map = plane(2, 2, (x, y) => (x === 0 ? 1 : -1) * (y + 1));
    expect(sumWithin(map, mask('##', '..'))).toEqual({ sum: 0, mean: 0, massShare: 1 / 3, pixels: 2 });
    expect(sumWithin(map, mask('#.', '#.'))).toMatchObject({ sum: 3, mean: 1.5 });
  });
  it('a coarse map keeps its sum when summed over fine pixels', () => {
    const coarse = plane(2, 2, (x, y) => x + 2 * y);
    expect(sumWithin(coarse, mask('####', '####', '####', '####')).sum).toBeCloseTo(6, 6);
    expect(sumWithin(coarse, mask('....', '....', '..##', '....')).sum).toBeCloseTo(1.5, 6);
  });
  it('reads the value under a point of the drawing', () => {
    const map = plane(2, 4, (x, y) => 10 * y + x);
    expect(valueAt(map, 0.99, 0.6)).toBe(13);
    expect(valueAt(map, 1, 1)).toBe(13);
    expect(valueAt(map, 0, 0)).toBe(0);
  });
  it('an id map gives the mask of the wanted ids', () => {
    expect([...idMask(Uint8Array.of(0, 3, 4, 3), new Set([3, 9]), 2, 2).data]).toEqual([0, 1, 0, 1]);
  });
});

describe('mass', () => {
  const map = plane(1, 4, (x) => [4, -3, 2, 1][x]!);
  it('the level and the area that hold a share of Σ|v|', () => {
    expect(massLevel(map, 0.4)).toBe(4);
    expect(massLevel(map, 0.41)).toBe(3);
    expect(massLevel(map, 1)).toBe(1);
    expect(massArea(map, 0.7)).toBe(0.5);
    expect(massLevel(plane(1, 2, () => 0), 0.5)).toBe(Number.POSITIVE_INFINITY);
  });
  it('smoothing keeps constants and, away from the border, the sum', () => {
    expect([...gaussianBlur(plane(3, 3, () => 2), 1.5).data].every((value) => Math.abs(value - 2) < 1e-6)).toBe(true);
    const dot = gaussianBlur(plane(15, 15, (x, y) => (x === 7 && y === 7 ? 1 : 0)), 1);
    expect(dot.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    expect(dot.data[7 * 15 + 8]! / dot.data[7 * 15 + 7]!).toBeCloseTo(Math.exp(-0.5), 5);
    expect(gaussianBlur(map, 0)).toBe(map);
  });
});

describe('outline', () => {
  it('goes round a rectangle in four corners', () => {
    expect(maskOutline(mask('....', '.##.', '....'))).toEqual([[[1, 1], [3, 1], [3, 2], [1, 2]]]);
  });
  it('has a line for each island and for each hole', () => {
    expect(maskOutline(mask('#.#')).length).toBe(2);
    const ring = maskOutline(mask('###', '#.#', '###'));
    expect(ring.map((line) => line.length)).toEqual([4, 4]);
    expect(maskOutline(mask('..'))).toEqual([]);
  });
  it('closes where two pixels touch at a corner', () => {
    const lines = maskOutline(mask('#.', '.#'));
    expect(lines.flat().length).toBe(8);
  });
});

describe('in words', () => {
  it('says where, which sign and how concentrated', () => {
    const map = plane(6, 6, (x, y) => (y >= 2 && y < 4 && x >= 4 ? 3 : x === 0 && y === 0 ? -4 : 0));
    const facts = mapFacts(map);
    expect(facts).toMatchObject({ sum: 8, mass: 16, positive: 0.75, strongest: 'centre right', strongestShare: 0.75 });
    expect(describeMap(map, true)).toBe('strongest in the centre right; 75\u00a0% positive; the top tenth of pixels carries 81\u00a0% of the mass');
    expect(describeMap(map, false)).toBe('strongest in the centre right; the top tenth of pixels carries 81\u00a0% of the mass');
  });
  it('knows the nine parts, the even map and the empty one', () => {
    expect(mapFacts(plane(3, 3, (x, y) => (x === 1 && y === 1 ? 1 : 0))).strongest).toBe('centre');
    expect(mapFacts(plane(3, 3, (x, y) => (x === 0 && y === 2 ? 1 : 0))).strongest).toBe('lower left');
    expect(describeMap(plane(9, 9, () => 1), false)).toMatch(/^spread evenly/);
    expect(describeMap(plane(2, 2, () => 0), true)).toBe('zero everywhere');
    expect(describeMap(plane(2, 2, () => Number.NaN), true)).toBe('contains values that are not finite');
  });
  it('entropy is 1 for an even map and 0 for a single place', () => {
    expect(mapFacts(plane(4, 4, () => -2)).entropy).toBeCloseTo(1, 9);
    expect(mapFacts(plane(4, 4, (x, y) => (x + y === 0 ? 5 : 0))).entropy).toBe(0);
  });
});
