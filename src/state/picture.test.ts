/** A square of a photograph is known by what is in it. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { cropPicture } from './picture.ts';

const [width, height] = [96, 64];
const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7919) % 251));
const photo = (name: string) => ({ name, rgba, width, height });

test('its id is 128 bits of the SHA-256 of what the models see: the same square is the same picture, another is another', () => {
  const { id, pixels } = cropPicture(photo('a.png'), { x: 0, y: 0, size: 64 });
  expect(id).toBe(createHash('sha256').update(new Uint8Array(pixels.data.buffer)).digest('hex').slice(0, 32));
  expect(cropPicture(photo('renamed.png'), { x: 0, y: 0, size: 64 }).id).toBe(id);
  expect(cropPicture(photo('a.png'), { x: 8, y: 0, size: 64 }).id).not.toBe(id);
});
