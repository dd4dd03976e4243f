import { expect, test } from 'vitest';
import { createPace } from './batch.ts';

const SMALL = { tapeBytes: 2 ** 20, multiplyAdds: 10e6 };

test('a burst is as long as a cancel may wait, in blocks of four', () => {
  const pace = createPace('wasm');
  expect(pace.batch('m', SMALL, 1)).toBe(24); // 150 ms / (3 · 2 ms) = 25
  for (let i = 0; i < 30; i++) pace.learn('m', { forward: 0, backward: 50 }, 1000); // 10 ms a pass
  expect(pace.batch('m', SMALL, 1)).toBe(4);
  expect(pace.batch('other', SMALL, 1)).toBe(24);
});

test('how long a burst should take follows from the guess, then from what was measured', () => {
  const pace = createPace('wasm');
  expect(pace.burstMs('m', SMALL.multiplyAdds, 8)).toBe(48); // 8 rows · 3 passes · 2 ms
  pace.learn('m', { forward: 0, backward: 50 }, 1000);
  expect(pace.burstMs('m', SMALL.multiplyAdds, 8)).toBe(240);
});

test('memory bounds it before time does', () => {
  const pace = createPace('webgpu');
  expect(pace.batch('m', { tapeBytes: 20 * 2 ** 20, multiplyAdds: 1e6 }, 1)).toBe(8); // 512 / (2.2 · 20) = 11.6
  expect(pace.batch('m', { tapeBytes: 2 ** 10, multiplyAdds: 1 }, 1)).toBe(64);
});

test('half the share is at most half the rows, down to one', () => {
  const pace = createPace('wasm');
  expect(pace.batch('m', SMALL, 0.5)).toBe(12);
  expect(pace.batch('m', { tapeBytes: 2 ** 30, multiplyAdds: 1e9 }, 0.5)).toBe(1);
});

test('a run too short to tell teaches nothing', () => {
  const pace = createPace('wasm');
  pace.learn('m', { forward: 1, backward: 1 }, 1e6);
  expect(pace.batch('m', SMALL, 1)).toBe(24);
});
