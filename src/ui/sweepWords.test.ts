/** What a visitor reads while a sweep runs and nothing is known yet. */
import { expect, test } from 'vitest';
import { firstWords, type Standing } from './sweepWords.ts';

const standing = (change: Partial<Standing>): Standing => ({ status: 'running', done: 0, total: 492, failed: [], ...change });

test('until an image is complete, what it takes and when it will be: at the pace of all answers', () => {
  expect(firstWords(standing({ done: 1 }), 12)).toBe('The first numbers come once the first image has its 41 answers. Each model is loaded before its first one.');
  // 480 answers in 240 s: half a second each, and 29 are left of the first image.
  expect(firstWords(standing({ done: 12, msLeft: 240_000 }), 12)).toBe('The first numbers come once the first image has its 41 answers, in about 15 s.');
  expect(firstWords(standing({ done: 41, msLeft: 240_000 }), 12)).toBe('The first numbers come once the first image has its 41 answers; the last of them are on their way.');
});

test('nothing is promised where nothing runs, or where something is known', () => {
  for (const status of ['paused', 'cancelled', 'done'] as const) expect(firstWords(standing({ status }), 12)).toBeUndefined();
  expect(firstWords(standing({}), 0)).toBeUndefined();
});
