import { describe, expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { boxMean, featureMap, featureRegion, placeOrder, placesOf, topPlaces } from './features.ts';
import type { PlaneMap } from './field.ts';
import { areaOf, complement, compactness } from './regionControls.ts';
import { resizeMap } from './resize.ts';

const plane = (height: number, width: number, value: (y: number, x: number) => number): PlaneMap => ({
  data: Float32Array.from({ length: height * width }, (_, i) => value(Math.floor(i / width), i % width)),
  height,
  width,
});
const rows = (mask: { data: Uint8Array; width: number }): string[] => Array.from({ length: mask.data.length / mask.width }, (_, y) => mask.data.slice(y * mask.width, (y + 1) * mask.width).join(''));
/** As Grad-CAM gives them: 8 × 8 values, of which most are 0, on 64 × 64 pixels. */
const coarse = (seed: number): PlaneMap => {
  const draw = stream(seed, 'coarse');
  return resizeMap(plane(8, 8, (y, x) => (Math.hypot(y - 3, x - 4) < 2.5 ? 1 + draw.below(3) : 0)), 64, 64, 'nearest');
};

describe('a feature map', () => {
  const field = { data: Float32Array.of(1, -4, 2, 2, 0, 0, -1, 2), height: 2, width: 2, channels: 2 };
  it('sums channels, drops signs, and fills 0 … 1', () => {
    expect([...featureMap(field, 'abs')!.data]).toEqual([0.75, 1, 0, 0.25]);
    expect([...featureMap(field, 'relu')!.data]).toEqual([0, 1, 0, 0.25]);
    expect([...featureMap(field, 'abs', 'abs-sum')!.data].map((v) => Math.round(v * 5))).toEqual([5, 4, 0, 3]);
  });
  it('is none where nothing stands out', () => {
    expect(featureMap({ ...field, data: new Float32Array(8).fill(-2) }, 'abs')).toBeUndefined();
    expect(featureMap({ ...field, data: new Float32Array(8).map((_, i) => -i) }, 'relu')).toBeUndefined();
    expect(featureMap({ ...field, data: field.data.map((v) => (v === 0 ? Number.NaN : v)) }, 'abs')).toBeUndefined();
  });
});

describe('the top places', () => {
  it('are exactly as many as asked for, none beaten by one left out, and each region holds the smaller ones', () => {
    for (const map of [coarse(1), coarse(2), plane(64, 64, (y, x) => Math.sin(y * x))]) {
      let smaller = topPlaces(map, 0);
      for (const share of [0.05, 0.1, 0.2, 0.3, 1]) {
        const region = featureRegion(map, { kind: 'top', share });
        expect(areaOf(region)).toBe(Math.round(share * 4096));
        const [inside, outside] = [map.data.filter((_, i) => region.data[i]), map.data.filter((_, i) => !region.data[i])];
        expect(Math.min(...inside)).toBeGreaterThanOrEqual(Math.max(...outside));
        expect(smaller.data.every((was, i) => region.data[i]! >= was)).toBe(true);
        smaller = region;
      }
    }
    expect([placesOf(0.05, 4096), placesOf(0.001, 16), placesOf(2, 16)]).toEqual([205, 1, 16]);
  });
  it('are ordered as one comparator over value, surroundings, distance and index says', () => {
    const map = plane(12, 9, (y, x) => Math.floor(3 * Math.sin(y / 3) * Math.cos(x / 2)));
    const around = (i: number): number => {
      const near = [...map.data].filter((_, j) => Math.abs((j % 9) - (i % 9)) <= 1 && Math.abs(Math.floor(j / 9) - Math.floor(i / 9)) <= 1);
      return Math.fround(near.reduce((sum, v) => sum + v, 0) / near.length);
    };
    boxMean(map, 1).data.forEach((v, i) => expect(v).toBeCloseTo(around(i), 6));
    const least = Math.min(...map.data);
    const mass = map.data.reduce((sum, v) => sum + v - least, 0);
    const centre = (of: (i: number) => number): number => map.data.reduce((sum, v, i) => sum + (v - least) * of(i), 0) / mass;
    const [cy, cx] = [centre((i) => Math.floor(i / 9)), centre((i) => i % 9)];
    const far = (i: number): number => Math.fround((Math.floor(i / 9) - cy) ** 2 + ((i % 9) - cx) ** 2);
    const means = boxMean(map, 1).data;
    const slowly = Array.from(map.data.keys()).sort((a, b) => map.data[b]! - map.data[a]! || means[b]! - means[a]! || far(a) - far(b) || a - b);
    expect([...placeOrder(map)]).toEqual(slowly);
  });
  it('stay compact in coarse maps, where index order would tear the last block into rows, or begin at the upper left', () => {
    const byIndex = plane(64, 64, (y, x) => -(y * 64 + x));
    let [torn, compact] = [0, 0];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      for (const count of [205, 300, 1800]) {
        torn += compactness(topPlaces(coarse(seed), count, byIndex));
        compact += compactness(topPlaces(coarse(seed), count));
      }
      expect(compactness(topPlaces(coarse(seed), 1800))).toBeGreaterThan(0.7);
    }
    expect(compact / torn).toBeGreaterThan(1.3);
  });
  it('of a map that is the same everywhere lie in its middle; more than all are refused', () => {
    expect(rows(topPlaces(plane(4, 4, () => 1), 4))).toEqual(['0000', '0110', '0110', '0000']);
    expect(() => topPlaces(plane(2, 2, () => 1), 5)).toThrow('5 of 4 places');
  });
});

describe('the other rules', () => {
  it('a threshold keeps what reaches its share of the largest value', () => {
    const map = plane(1, 5, (_, x) => x / 4);
    expect([...featureRegion(map, { kind: 'threshold', level: 0.5 }).data]).toEqual([0, 0, 1, 1, 1]);
    expect([...featureRegion(map, { kind: 'threshold', level: 1 }).data]).toEqual([0, 0, 0, 0, 1]);
  });
  it('windows: the K squares of largest mean, apart from each other unless they may overlap', () => {
    const map = plane(4, 6, (y, x) => (y < 2 && x < 3 ? 1 : y >= 2 && x >= 4 ? 0.75 : 0));
    const rule = { kind: 'windows', side: 2, stride: 1, count: 2 } as const;
    expect(rows(featureRegion(map, rule))).toEqual(['110000', '110000', '000011', '000011']);
    expect(rows(featureRegion(map, { ...rule, overlap: true }))).toEqual(['111000', '111000', '000000', '000000']);
    expect(rows(featureRegion(map, { ...rule, stride: 4, count: 9 }))).toEqual(['110000', '110000', '000011', '000011']);
    expect(() => featureRegion(map, { ...rule, side: 5 })).toThrow('side of 1 … 4');
  });
  it('windows are those of a literal search, on any grid', () => {
    for (const [side, stride] of [[5, 3], [8, 8], [7, 7], [3, 1]] as const) {
      const map = featureMap({ ...plane(20, 23, (y, x) => Math.sin(y * 1.3) + Math.cos(x * y)), channels: 1 }, 'abs')!;
      const found = featureRegion(map, { kind: 'windows', side, stride, count: 1 });
      let best = [-1, 0, 0];
      for (const y of [...Array(20).keys()].filter((v) => v <= 20 - side && (v % stride === 0 || v === 20 - side)))
        for (const x of [...Array(23).keys()].filter((v) => v <= 23 - side && (v % stride === 0 || v === 23 - side))) {
          let total = 0;
          for (let i = 0; i < side * side; i++) total += map.data[(y + Math.floor(i / side)) * 23 + x + (i % side)]!;
          if (total > best[0]!) best = [total, y, x];
        }
      expect(found.data.indexOf(1)).toBe(best[1]! * 23 + best[2]!);
      expect(areaOf(found)).toBe(side * side);
      expect(areaOf(complement(found))).toBe(460 - side * side);
    }
  });
});
