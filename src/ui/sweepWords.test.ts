/** What a visitor reads while a sweep runs and nothing is known yet. */
import { expect, test } from 'vitest';
import { firstWords, type Standing } from './sweepWords.ts';

const standing = (change: Partial<Standing>): Standing => ({ status: 'running', done: 0, total: 492, failed: [], ...change });

test('until an image is complete, how far it is and when it will be: at the pace of all answers', () => {
  expect(firstWords(standing({ done: 1 }), 12)).toBe('The first numbers come with the first image: 1 of its 41 answers is there. Each model is loaded before its first answer.');
  // 480 answers in 240 s: half a second each, and 29 are left of the first image.
  expect(firstWords(standing({ done: 12, msLeft: 240_000 }), 12)).toBe('The first numbers come with the first image: 12 of its 41 answers are there, the rest in about 15 s.');
  expect(firstWords(standing({ done: 41, msLeft: 240_000 }), 12)).toBe('The first image is complete: its numbers come in a moment.');
});

test('nothing is promised where nothing runs, or where something is known', () => {
  for (const status of ['paused', 'cancelled', 'done'] as const) expect(firstWords(standing({ status }), 12)).toBeUndefined();
  expect(firstWords(standing({}), 0)).toBeUndefined();
});
