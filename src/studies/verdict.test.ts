/** A verdict is where the whole interval lies, on enough images. */
import { expect, test } from 'vitest';
import { IMAGES_FOR_VERDICT, tooFewToSay, verdictOf } from './verdict.ts';

test('a verdict is where the whole interval lies', () => {
  const of = (low: number, high: number, zero?: number) => verdictOf({ low, high, n: IMAGES_FOR_VERDICT }, zero);
  expect([of(0.1, 0.5), of(-0.5, -0.1), of(-0.1, 0.4), of(0, 0), of(Number.NaN, Number.NaN), of(0.1, 0.5, 0.6)]).toEqual(['supports', 'contradicts', 'cannot tell', 'cannot tell', 'cannot tell', 'contradicts']);
});

test('few images say nothing, however clear they are', () => {
  expect(verdictOf({ low: 1, high: 1, n: IMAGES_FOR_VERDICT - 1 })).toBe('cannot tell');
  expect([tooFewToSay(1), tooFewToSay(5), tooFewToSay(IMAGES_FOR_VERDICT)]).toEqual([' It takes 8 images to say: 1 is too few.', ' It takes 8 images to say: 5 are too few.', '']);
});
