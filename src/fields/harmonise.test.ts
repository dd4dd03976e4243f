import { describe, expect, it } from 'vitest';
import { stream } from '../engine/math/rng.ts';
import { featureRegion, topPlaces } from './features.ts';
import type { PlaneMap } from './field.ts';
import { HARMONISERS, harmony, votedRegion } from './harmonise.ts';
import { areaOf } from './regionControls.ts';

const row = (...values: number[]): PlaneMap => ({ data: Float32Array.from(values), height: 1, width: values.length });
/** Smooth maps without ties, alike and yet not the same. */
const crowd = (count: number): PlaneMap[] =>
  Array.from({ length: count }, (_, m) => {
    const draw = stream(m, 'crowd');
    const data = Float32Array.from({ length: 256 }, (_, i) => Math.exp(-(((i % 16) - 7 - m / 2) ** 2 + (Math.floor(i / 16) - 8) ** 2) / 20) + 0.2 * draw.uniform());
    return { data, height: 16, width: 16 };
  });

describe('harmonised maps', () => {
  const maps = [row(1, 0.5, 0, 0.25), row(0, 0.4, 1, 0.2), row(0.9, 0.8, 0, 1)];
  const of = (kind: (typeof HARMONISERS)[number]): number[] => [...harmony(maps).map(kind).data];
  it('are worked out by hand', () => {
    [1.9 / 3, 1.7 / 3, 1 / 3, 1.45 / 3].forEach((v, i) => expect(of('mean')[i]).toBeCloseTo(v, 6));
    // Rank shares: 1 ⅔ 0 ⅓; 0 ⅔ 1 ⅓; ⅔ ⅓ 0 1.
    [5 / 9, 5 / 9, 1 / 3, 5 / 9].forEach((v, i) => expect(of('mean-rank')[i]).toBeCloseTo(v, 6));
    [2 / 3, 2 / 3, 0, 1 / 3].forEach((v, i) => expect(of('majority')[i]).toBeCloseTo(v, 6));
    [0, 1 / 3, 0, 1 / 3].forEach((v, i) => expect(of('intersection')[i]).toBeCloseTo(v, 6));
    [0, Math.cbrt(0.16), 0, Math.cbrt(0.05)].forEach((v, i) => expect(of('product')[i]).toBeCloseTo(v, 6));
  });
  it('of one model are that model: every region is its own', () => {
    const [own] = crowd(1);
    for (const kind of HARMONISERS) expect(harmony([own!]).region(kind, { kind: 'top', share: 0.2 }).data).toEqual(topPlaces(own!, 51).data);
    for (const kind of HARMONISERS) expect(harmony([own!, own!, own!]).region(kind, { kind: 'top', share: 0.2 }).data).toEqual(topPlaces(own!, 51).data);
  });
  it('do not underflow, and refuse nothing and unequal sizes', () => {
    const faint = row(1e-7, 2e-7, 1);
    expect([...harmony(Array.from({ length: 40 }, () => faint)).map('product').data].map((v, i) => v / faint.data[i]!)).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5), 1]);
    expect(() => harmony([])).toThrow('at least one');
    expect(() => harmony([row(1, 2), row(1)])).toThrow('1×2 and 1×1');
  });
});

describe('harmonised regions', () => {
  it('at the same area have exactly the rule’s, whatever the kind', () => {
    for (const kind of HARMONISERS) {
      for (const share of [0.05, 0.2, 0.3]) expect(areaOf(harmony(crowd(7)).region(kind, { kind: 'top', share }))).toBe(Math.round(share * 256));
    }
  });
  it('by votes: growing all regions alike gives the literal vote at the area that it reaches', () => {
    for (const m of [2, 5, 6]) {
      const maps = crowd(m);
      const harmonised = harmony(maps);
      for (const [kind, needed] of [['majority', Math.floor(m / 2) + 1], ['intersection', m]] as const) {
        for (const count of [20, 60, 120]) {
          const literal = votedRegion(maps.map((map) => topPlaces(map, count)), needed);
          expect(harmonised.region(kind, { kind: 'top', share: count / 256 }, false).data).toEqual(literal.data);
          expect(areaOf(literal)).toBeGreaterThan(0);
          expect(harmonised.region(kind, { kind: 'top', share: areaOf(literal) / 256 }).data).toEqual(literal.data);
        }
      }
    }
  });
  it('by votes without the same area may be small, or empty', () => {
    const rule = { kind: 'top', share: 0.25 } as const;
    const apart = harmony([row(1, 0.1, 0, 0.2), row(0, 0.1, 1, 0.2)]);
    expect(areaOf(apart.region('intersection', rule, false))).toBe(0);
    expect(areaOf(apart.region('majority', rule, false))).toBe(0);
    expect(areaOf(apart.region('intersection', rule))).toBe(1);
  });
  it('follow the other rules on the harmonised map, or the vote of the maps’ regions', () => {
    const maps = [row(1, 0.5, 0), row(1, 0.9, 0), row(0.2, 1, 0)];
    const rule = { kind: 'threshold', level: 0.6 } as const;
    expect([...harmony(maps).region('mean', rule).data]).toEqual([1, 1, 0]);
    expect([...harmony(maps).region('majority', rule).data]).toEqual([1, 1, 0]);
    expect([...harmony(maps).region('intersection', rule).data]).toEqual([0, 0, 0]);
    expect(harmony(maps).region('mean', rule).data).toEqual(featureRegion(row(2.2 / 2.4, 1, 0), rule).data);
  });
});
