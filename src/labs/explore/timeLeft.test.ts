/** Time left, where it is known what it must be. */
import { expect, test } from 'vitest';
import { timeLeft, type Timed } from './timeLeft.ts';

const done = (column: string, units: number, ms: number): Timed => ({ column, units, ms });
const open = (column: string, units: number, share = 0): Timed => ({ column, units, share });
const four = [done('a', 1, 10), done('a', 1, 10), done('a', 2, 20), done('b', 10, 50)];

test('each column goes on at its own rate, on as many workers as so far', () => {
  // 10 ms a unit in a, 5 in b: 10 + 0.5 · 100 of work; 90 ms of maps in 45 ms are two workers.
  expect(timeLeft([...four, open('a', 1), open('b', 20, 0.5)], 45, 0)).toBeCloseTo((10 + 50) / 2);
});

test('an unknown column goes at the rate of the dearest known one', () => {
  expect(timeLeft([...four, open('c', 100)], 90, 0)).toBeCloseTo(500);
});

test('maps that were there before the clock started do not make it faster', () => {
  expect(timeLeft([...four, open('a', 1)], 45, 45)).toBeCloseTo(10);
  expect(timeLeft([...four, open('a', 1)], 45, 90)).toBeUndefined();
});

test('what will never come takes no time; nothing is said too early', () => {
  expect(timeLeft([...four, { column: 'a', units: 1 }], 45, 0)).toBe(0);
  expect(timeLeft([...four.slice(1), open('a', 1)], 45, 0)).toBeUndefined();
});
