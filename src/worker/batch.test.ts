import { expect, test } from 'vitest';
import { createPace, needOf, roomOf, tooLarge } from './batch.ts';

const SMALL = { multiplyAdds: 10e6 };
const LIGHT = { rowBytes: 2 * 2 ** 20, passes: 3 };

test('a burst is as long as a cancel may wait, in blocks of four', () => {
  const pace = createPace('wasm');
  expect(pace.batch('m', SMALL, LIGHT, 1)).toBe(24); // 150 ms / (3 · 2 ms) = 25
  for (let i = 0; i < 30; i++) pace.learn('m', { forward: 0, backward: 50 }, 1000); // 10 ms a pass
  expect(pace.batch('m', SMALL, LIGHT, 1)).toBe(4);
  expect(pace.batch('other', SMALL, LIGHT, 1)).toBe(24);
});

test('how long a burst should take follows from the guess, then from what was measured', () => {
  const pace = createPace('wasm');
  expect(pace.burstMs('m', SMALL.multiplyAdds, 8)).toBe(48); // 8 rows · 3 passes · 2 ms
  pace.learn('m', { forward: 0, backward: 50 }, 1000);
  expect(pace.burstMs('m', SMALL.multiplyAdds, 8)).toBe(240);
});

test('memory bounds it before time does, below a block too', () => {
  const pace = createPace('webgpu');
  expect(pace.batch('m', { multiplyAdds: 1e6 }, { rowBytes: 44 * 2 ** 20, passes: 3 }, 1)).toBe(8); // 512 / 44 = 11.6
  expect(pace.batch('m', { multiplyAdds: 1e6 }, { rowBytes: 200 * 2 ** 20, passes: 3 }, 1)).toBe(2);
  expect(pace.batch('m', { multiplyAdds: 1e6 }, { rowBytes: 2 ** 30, passes: 3 }, 1)).toBe(1);
  expect(pace.batch('m', { multiplyAdds: 1 }, { rowBytes: 2 ** 10, passes: 3 }, 1)).toBe(64);
});

test('time alone never bounds it below a block', () => {
  expect(createPace('cpu').batch('m', { multiplyAdds: 1e9 }, LIGHT, 1)).toBe(4);
});

test('half the share is at most half the rows, down to one', () => {
  const pace = createPace('wasm');
  expect(pace.batch('m', SMALL, LIGHT, 0.5)).toBe(12);
  expect(pace.batch('m', { multiplyAdds: 1e9 }, LIGHT, 0.5)).toBe(2);
  expect(pace.batch('m', { multiplyAdds: 1e9 }, LIGHT, 0.25)).toBe(1);
});

test('a run too short to tell teaches nothing', () => {
  const pace = createPace('wasm');
  pace.learn('m', { forward: 1, backward: 1 }, 1e6);
  expect(pace.batch('m', SMALL, LIGHT, 1)).toBe(24);
});

/** VGG-16 at 512 × 512: 138 million parameters; its values are 5.2 times those at 224 × 224. */
const VGG = { parameters: 138e6, tapeBytes: 620e6, forwardBytes: 140e6 };

test('what fits nowhere is refused in words that name need, room and remedy', () => {
  const need = needOf(VGG, { memory: { tapes: 4.4, weights: 4 }, forward: 2, backward: 1 });
  expect(tooLarge('VGG-16 at 512×512', 'DeepLIFT', need, roomOf('wasm'))).toBe(
    'VGG-16 at 512×512 needs about 4.9 GB for one image with DeepLIFT, and this page can use about 3.8 GB: choose a smaller image, a smaller model or another method',
  );
  expect(tooLarge('VGG-16 at 512×512', 'Gradient', needOf(VGG, { forward: 1, backward: 1 }), roomOf('wasm'))).toBeUndefined();
});

test('a method that only goes forward needs no tape', () => {
  expect(needOf(VGG, { forward: 65, backward: 0 })).toEqual({ rowBytes: 140e6, fixedBytes: 552e6, passes: 3 });
  expect(needOf(VGG, { forward: 1, backward: 1 }).rowBytes).toBeCloseTo(2.2 * 620e6);
});

test('rows that go back twice make a burst shorter by as much', () => {
  const [once, twice] = [1, 2].map((times) => needOf(VGG, { forward: 24, backward: 24 * times }));
  expect([once!.passes, twice!.passes]).toEqual([3, 5]);
  const pace = createPace('wasm');
  expect(pace.batch('m', SMALL, { rowBytes: 1, passes: twice!.passes }, 1)).toBe(12); // 150 ms / (5 · 2 ms) = 15
  expect(pace.burstMs('m', SMALL.multiplyAdds, 12, twice!.passes)).toBe(120);
});
