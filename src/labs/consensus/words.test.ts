/** Sentences over the figures say yes or no only where the claims do. */
import { expect, test } from 'vitest';
import type { Correlates, Intervals } from '../../studies/consensus/scores.ts';
import { correlationLead } from './words.ts';

const estimate = { value: 0.8, low: 0.4, high: 0.9, n: 12 };
const intervals: Intervals = { models: estimate, images: estimate, both: estimate };
const correlates: Correlates = { models: Array.from({ length: 12 }, (_, i) => `m${i}`), pearson: intervals, spearman: intervals, p: { pearson: 0.004, spearman: 0.004 }, partial: { pearson: estimate, spearman: estimate } };

test('a clear correlation is one from eight images on; with fewer it says that they are too few', () => {
  expect(correlationLead(correlates, 'accuracy', 8)).toMatch(/^Models nearer to the consensus have the better accuracy: Pearson’s r = \.80/);
  expect(correlationLead(correlates, 'accuracy', 7)).toMatch(/^Whether models nearer to the consensus have the better accuracy cannot be told from 7 images: Pearson’s r = \.80/);
  const open = { ...intervals, both: { ...estimate, low: -0.2 } };
  expect(correlationLead({ ...correlates, pearson: open }, 'accuracy', 30)).toContain('cannot be told from chance');
});
