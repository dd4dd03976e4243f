import { describe, expect, it } from 'vitest';
import { decodeHalves, encodeHalves, halfOf, numberOf } from './half.ts';

describe('half precision', () => {
  it('gives back every finite half exactly', () => {
    const finite = Array.from({ length: 0x10000 }, (_, h) => h).filter((h) => Number.isFinite(numberOf(h)));
    expect(finite.length).toBe(0x10000 - 2 * 1024);
    expect(finite.filter((h) => halfOf(numberOf(h)) !== h)).toEqual([]);
  });

  it('rounds to the nearest, ties to even, down to subnormals', () => {
    expect(numberOf(halfOf(1 + 2 ** -11))).toBe(1); // a tie: 1 has the even mantissa
    expect(numberOf(halfOf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9); // a tie the other way
    expect(numberOf(halfOf(1 + 2 ** -11 + 2 ** -20))).toBe(1 + 2 ** -10);
    expect(numberOf(halfOf(2 ** -25))).toBe(0);
    expect(numberOf(halfOf(1.5 * 2 ** -24))).toBe(2 ** -23);
    expect(numberOf(halfOf(0.1))).toBeCloseTo(0.1, 4);
    expect(numberOf(halfOf(65519.9))).toBe(65504);
  });

  it('refuses what it cannot hold, naming it', () => {
    expect(() => halfOf(65520)).toThrow(/65520.*65504/);
    expect(() => halfOf(NaN)).toThrow(/NaN/);
  });

  it('writes little-endian bytes and reads from an offset', () => {
    const bytes = encodeHalves([1, -2, 0.5]);
    expect([...bytes]).toEqual([0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38]);
    expect([...decodeHalves(bytes, 2, 2)]).toEqual([-2, 0.5]);
  });
});
