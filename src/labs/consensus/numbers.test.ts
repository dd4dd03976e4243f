/** How estimates read, and the line of a scatter plot. */
import { expect, test } from 'vitest';
import { lineThrough } from './figures.ts';
import { chance, drawn, spoken, two } from './numbers.ts';

test('two decimals without the leading zero, real minus signs, no −.00', () => {
  expect([0.844, -0.12, 1, -0.001, 0, Number.NaN].map(two)).toEqual(['.84', '−.12', '1.00', '.00', '.00', '–']);
});

test('an interval is said and drawn where there is one', () => {
  expect(spoken({ value: 0.5, low: 0.25, high: 0.75 })).toBe('.50 (95 %: .25 to .75)');
  expect(spoken({ value: 0.5, low: Number.NaN, high: Number.NaN })).toBe('.50');
  expect([drawn({ value: 0.5, low: Number.NaN, high: Number.NaN }), drawn({ value: Number.NaN, low: 0, high: 1 })]).toEqual([{ mean: 0.5 }, undefined]);
});

test('p in three digits where it is small', () => expect([0.0004, 0.031, 0.42].map(chance)).toEqual(['p < .001', 'p = .031', 'p = .42']));

test('least squares: an exact line comes back; two points, or a single place across, have none', () => {
  const line = lineThrough([0, 1, 4].map((x) => ({ x, y: 3 - 2 * x })));
  expect(line!.slope).toBeCloseTo(-2, 12);
  expect(line!.intercept).toBeCloseTo(3, 12);
  expect([lineThrough([{ x: 0, y: 0 }, { x: 1, y: 1 }]), lineThrough([1, 2, 3].map((y) => ({ x: 1, y })))]).toEqual([undefined, undefined]);
});
