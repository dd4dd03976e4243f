/** The axis of accuracies. */
import { expect, test } from 'vitest';
import { oddsAxis } from './oddsAxis.ts';

test('runs from a tick to a tick around all shares, in order', () => {
  const { at, ticks } = oddsAxis([0.2, 0.987, 0.9907]);
  expect([ticks[0]!.share, ticks.at(-1)!.share]).toEqual([0.2, 0.995]);
  expect([at(0.2), at(0.995)]).toEqual([0, 1]);
  const places = [0.2, 0.5, 0.9, 0.98, 0.99].map(at);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('equal ratios of odds are equal steps: 50 → 90 % is as far as 90 → 98.8 %', () => {
  const { at } = oddsAxis([0.05, 0.999]);
  expect(at(0.9) - at(0.5)).toBeCloseTo(at(81 / 82) - at(0.9), 9);
});

test('never right and always right stand at the ends; no shares give an axis all the same', () => {
  const { at } = oddsAxis([0, 1]);
  expect([at(0), at(1)]).toEqual([0, 1]);
  expect(oddsAxis([]).ticks.length).toBeGreaterThan(1);
});
