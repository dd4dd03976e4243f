/** Time left, where it is known what it must be. */
import { expect, test } from 'vitest';
import { timeLeft, type Timed } from './timeLeft.ts';

const done = (column: string, units: number, ms: number): Timed => ({ column, units, ms: 100 * ms });
const open = (column: string, units: number, share = 0): Timed => ({ column, units, share });
const four = [done('a', 1, 10), done('a', 1, 10), done('a', 2, 20), done('b', 10, 50)];

test('each column goes on at its own rate, on as many workers as so far', () => {
  // 1 s a unit in a, 0.5 s in b: 1 + 0.5 · 10 s of work; 9 s of maps in 4.5 s are two workers.
  expect(timeLeft([...four, open('a', 1), open('b', 20, 0.5)], 4500, 0)).toBeCloseTo((1000 + 5000) / 2);
});

test('an unknown column goes at the rate of the dearest known one', () => {
  expect(timeLeft([...four, open('c', 100)], 9000, 0)).toBeCloseTo(50_000);
});

test('maps that were there before the clock started do not make it faster', () => {
  expect(timeLeft([...four, open('a', 1)], 4500, 4500)).toBeCloseTo(1000);
  expect(timeLeft([...four, open('a', 1)], 4500, 9000)).toBeUndefined();
});

test('what will never come takes no time; nothing is said too early', () => {
  expect(timeLeft([...four, { column: 'a', units: 1 }], 4500, 0)).toBe(0);
  expect(timeLeft([...four.slice(1), open('a', 1)], 4500, 0)).toBeUndefined();
  expect(timeLeft([...four, open('a', 1)], 900, 0)).toBeUndefined();
});
