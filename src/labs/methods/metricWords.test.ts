/** The words of a metric's declaration. */
import { expect, test } from 'vitest';
import { rangeInWords } from './metricWords.ts';

test('says from where to where, with a real minus, and which end is better', () => {
  expect(rangeInWords({ range: [-1, 1], better: 'higher' })).toBe('−1 to 1, higher is better');
  expect(rangeInWords({ range: [0, 0.5], better: 'lower' })).toBe('0 to 0.5, lower is better');
});
