/** The reliability diagram's marks. */
import { expect, test } from 'vitest';
import { overconfidence, reliabilityMarks } from './reliability.ts';

const BINS = [{ n: 0, confidence: 0, accuracy: 0 }, { n: 30, confidence: 0.4, accuracy: 0.6 }, { n: 10, confidence: 0.9, accuracy: 0.7 }];

test('an empty bin keeps its place and has no point; shares add up to one', () => {
  const marks = reliabilityMarks(BINS);
  expect(marks.map(({ from, to }) => [from, to])).toEqual([[0, 1 / 3], [1 / 3, 2 / 3], [2 / 3, 1]]);
  expect(marks.map(({ point }) => point?.accuracy)).toEqual([undefined, 0.6, 0.7]);
  expect(marks.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});

test('overconfidence is mean confidence less accuracy over all images', () => {
  expect(overconfidence(BINS)).toBeCloseTo((30 * 0.4 + 10 * 0.9 - 30 * 0.6 - 10 * 0.7) / 40, 12);
  expect(overconfidence([])).toBe(0);
});
