/** What is retried together. */
import { expect, test } from 'vitest';
import { keyOf } from '../worker/key.ts';
import type { Entry } from '../worker/client.ts';
import { explainRequest } from '../worker/testing.ts';
import { failedKeys, retryKeys } from './failures.ts';
import { SLOTS } from './store.ts';

const predict = { kind: 'predict', model: 'cnn', image: { kind: 'scene', seed: 1 } } as const;
const [one, two, other] = [explainRequest(2), explainRequest(4), explainRequest(2, { model: 'vit' })];
const entry = (request: Entry['request'], status: Entry['status'] = 'failed'): Entry => ({ status, request });
const cells = { 'cnn/a': entry(one), 'cnn/b': entry(two, 'done'), 'vit/a': entry(other) };

test('a model that could not be loaded is retried as a whole, a failed cell alone', () => {
  const entries = { ...cells, [SLOTS.prediction('cnn')]: entry(predict) };
  expect(failedKeys({ entries }, 'cnn')).toEqual([keyOf(one), keyOf(predict)]);
  expect(retryKeys({ entries }, 'cnn/a')).toEqual([keyOf(one), keyOf(predict)]);
  expect(retryKeys({ entries: cells }, 'cnn/a')).toEqual([keyOf(one)]);
  expect(retryKeys({ entries: cells }, 'nowhere/a')).toEqual([]);
});
