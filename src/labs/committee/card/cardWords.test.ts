/** A card's sentences. */
import { expect, test } from 'vitest';
import { accuracyWords, calibrationWords, mistakes, mistakesWords, stickerWords, trainingWords } from './cardWords.ts';

const accuracy = (share: number, from: number, to: number) => ({ correct: share * 500, n: 500, share, interval: [from, to] as const });
const CLASSES = ['Mug', 'Car', 'Fish'];
const CONFUSION = [[8, 2, 0], [0, 9, 1], [3, 0, 7]];

test('accuracy with its number of scenes and interval', () => {
  expect(accuracyWords(accuracy(0.97, 0.95, 0.982))).toBe('97.0\u00a0% of 500, 95 % interval 95.0 to 98.2\u00a0%');
});

test('mistakes are those off the diagonal, the most frequent first', () => {
  expect(mistakes(CONFUSION, CLASSES, 2)).toEqual([{ is: 'Fish', called: 'Mug', n: 3, of: 10 }, { is: 'Mug', called: 'Car', n: 2, of: 10 }]);
  expect(mistakesWords(CONFUSION, CLASSES)).toBe('It errs on 6 of 30 test scenes. Its most frequent mistakes: fish called mug (3 of 10), mug called car (2 of 10), car called fish (1 of 10).');
  expect(mistakesWords([[5, 0], [0, 5]], CLASSES)).toBe('It errs on none of 10 test scenes.');
});

test('which way the confidence is off', () => {
  const bins = (confidence: number) => [{ n: 10, confidence, accuracy: 0.9 }];
  expect(calibrationWords({ bins: bins(0.8), error: 0.1 })).toMatch(/10.0\u00a0%\. On the whole it is less sure than it is right, by 10/);
  expect(calibrationWords({ bins: bins(0.95), error: 0.05 })).toMatch(/surer than it is right, by 5\.0\u00a0%/);
  expect(calibrationWords({ bins: bins(0.9), error: 0.02 })).toMatch(/about as sure as it is right/);
});

test('a sticker matters only where the intervals part', () => {
  expect(stickerWords({ n: 500, truthful: accuracy(0.97, 0.95, 0.98), misleading: accuracy(0.5, 0.46, 0.54) })).toMatch(/costs it 47\.0 percentage points: it looks at stickers/);
  expect(stickerWords({ n: 500, truthful: accuracy(0.97, 0.95, 0.98), misleading: accuracy(0.96, 0.94, 0.97) })).toMatch(/no clear difference/);
});

test('training says what was not recorded', () => {
  expect(trainingWords({ seed: 1, scenes: 2000, epochs: 1 })).toBe('Trained on 2,000 scenes, 1 epoch, seed 1. Its processor time was not recorded.');
  expect(trainingWords({ seed: 1, scenes: 20_000, epochs: 16, cpuSeconds: 165 })).toMatch(/2 min 45 s of processor time/);
});
