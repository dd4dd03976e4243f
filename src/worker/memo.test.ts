/** The memo of a worker: bounded, the least recently used freed, scopes apart, handles of its own. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { useBackend } from '../engine/testing/backends.ts';
import * as tf from '../engine/tf.ts';
import { createMemos, type Memos } from './memo.ts';

beforeAll(() => useBackend('cpu'));
let memos: Memos;
afterEach(() => memos.clear());

/** Keeps a tensor of ten numbers, all `value`; 40 bytes. */
function put(scope: string, name: string, value: number): void {
  const t = tf.fill([10], value);
  memos.of(scope).keep(name, t);
  t.dispose(); // its own handle
}
const valueOf = (scope: string, name: string) => memos.of(scope).recall(name)?.dataSync()[0];

test('what was kept is recalled in its scope alone, after its giver freed it', () => {
  memos = createMemos(400);
  put('a', 'x', 1);
  put('b', 'x', 2);
  expect([valueOf('a', 'x'), valueOf('b', 'x'), valueOf('a', 'y')]).toEqual([1, 2, undefined]);
  put('a', 'x', 3);
  expect([valueOf('a', 'x'), memos.tensors, memos.bytes]).toEqual([3, 2, 80]);
});

test('a kept tensor outlives the tidy it was made in', () => {
  memos = createMemos(400);
  tf.tidy(() => memos.of('a').keep('x', tf.fill([10], 4)));
  expect(valueOf('a', 'x')).toBe(4);
});

test('never more than its bytes; the least recently used goes first; nothing leaks', () => {
  const before = tf.memory().numTensors;
  memos = createMemos(120);
  for (const [k, name] of ['x', 'y', 'z'].entries()) put('a', name, k);
  expect(valueOf('a', 'x')).toBe(0); // used: y is now the oldest
  put('a', 'w', 9);
  expect([valueOf('a', 'y'), valueOf('a', 'x'), valueOf('a', 'z'), valueOf('a', 'w')]).toEqual([undefined, 0, 2, 9]);
  expect([memos.bytes, tf.memory().numTensors - before]).toEqual([120, 3]);
  const large = tf.zeros([100]);
  memos.of('a').keep('large', large); // larger than all: not kept, and nothing is thrown out for it
  large.dispose();
  expect([memos.tensors, memos.bytes]).toEqual([3, 120]);
  memos.clear();
  expect([memos.bytes, memos.tensors, tf.memory().numTensors]).toEqual([0, 0, before]);
});
