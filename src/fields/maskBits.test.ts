import { expect, test } from 'vitest';
import { packMask, unpackMask } from './maskBits.ts';

/** An independent encoder: Node's own. */
function byNode(mask: ArrayLike<number>): string {
  const bits = Array.from(mask, (v) => (v ? '1' : '0')).join('');
  const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  return Buffer.from(bytes).toString('base64');
}

test('the text is base64 of the bits, and gives the mask back', () => {
  for (const places of [0, 1, 7, 8, 9, 16, 23, 24, 25, 64, 4096]) {
    for (const inside of [() => false, () => true, (i: number) => i % 3 === 0, (i: number) => i === places - 1, (i: number) => (i * 7919) % 13 < 5]) {
      const mask = Uint8Array.from({ length: places }, (_, i) => Number(inside(i)));
      expect(packMask(mask)).toBe(byNode(mask));
      expect(unpackMask(packMask(mask), places)).toEqual(mask);
    }
  }
});

test('the first place is the highest bit; whatever is not 0 lies inside', () => {
  expect(packMask([255, 0, 0, 0, 0, 0, 0, 0])).toBe('gA==');
  expect([...unpackMask('gA==', 8)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
});

test('a mask of another size, or no mask at all, is refused', () => {
  expect(() => unpackMask(packMask(new Uint8Array(64)), 4096)).toThrow('a mask of 12 characters is not one of 4096 places, which has 684');
  expect(() => unpackMask('g!==', 8)).toThrow("the character '!'");
  expect(() => unpackMask('g===', 8)).toThrow('not one of 8 places');
});
