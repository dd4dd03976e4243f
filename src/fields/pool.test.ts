import { expect, it } from 'vitest';
import type { ChannelPooling } from './choices.ts';
import { chooseSign, isSigned, pool } from './pool.ts';

const field = { data: Float32Array.of(3, -4, 0, -1, -2, 1), height: 1, width: 2, channels: 3 };

it.each([
  ['sum', [-1, -2]],
  ['mean', [-1 / 3, -2 / 3]],
  ['abs-sum', [7, 4]],
  ['max-abs', [-4, -2]],
  ['l2', [5, Math.sqrt(6)]],
] satisfies [ChannelPooling, number[]][])('%s over channels', (pooling, expected) => {
  const { data } = pool(field, pooling);
  expected.forEach((value, i) => expect(data[i]).toBeCloseTo(value, 6));
});

it('refuses a field whose length does not fit its shape', () => {
  expect(() => pool({ ...field, channels: 2 }, 'sum')).toThrow('1×2×2 needs 4 values, but has 6');
});

it('chooses signs and lets what is not finite stand out', () => {
  const map = { data: Float32Array.of(2, -3, 0, Number.NaN), height: 1, width: 4 };
  expect([...chooseSign(map, 'positive').data]).toEqual([2, 0, 0, Number.NaN]);
  expect([...chooseSign(map, 'negative').data]).toEqual([0, 3, 0, Number.NaN]);
  expect([...chooseSign(map, 'absolute').data]).toEqual([2, 3, 0, Number.NaN]);
  expect(chooseSign(map, 'both')).toBe(map);
});

it('is signed only where both signs can be seen', () => {
  expect(isSigned(true, 'sum', 'both')).toBe(true);
  expect(isSigned(true, 'max-abs', 'both')).toBe(true);
  expect(isSigned(false, 'sum', 'both')).toBe(false);
  expect(isSigned(true, 'l2', 'both')).toBe(false);
  expect(isSigned(true, 'sum', 'positive')).toBe(false);
});
