/** A visitor's folder: which mask belongs to which picture, what is refused by name, what is kept of the rest. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../worker/testing.ts';
import { openFolder, pairFiles, type FolderFile } from './folder.ts';
import type { Decode } from './photo.ts';
import { createAppStore } from './store.ts';

const file = (path: string, bytes: Uint8Array = new Uint8Array(4)): FolderFile => ({
  name: path.split('/').at(-1)!, webkitRelativePath: path, size: bytes.length, arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
});
const decode: Decode = async (bytes) => {
  const { data, info } = await sharp(Buffer.from(bytes)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { rgba: new Uint8ClampedArray(data), width: info.width, height: info.height };
};
/** `right`: colour of the right half, the left is black. */
async function png(width: number, height: number, right: readonly [number, number, number]): Promise<Uint8Array> {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % width >= width / 2 ? right[i % 3]! : 0)));
  return new Uint8Array(await sharp(data, { raw: { width, height, channels: 3 } }).png().toBuffer());
}
const WHITE = [255, 255, 255] as const;

describe('names', () => {
  test('a mask has the name of its picture, beside it or in masks/; order is by number', () => {
    const { pairs, problems } = pairFiles(['set/10.jpg', 'set/2.JPG', 'set/2.mask.png', 'set/masks/10.png', 'set/.DS_Store'].map((path) => file(path)));
    expect(pairs.map(({ picture, mask }) => [picture.webkitRelativePath, mask?.webkitRelativePath])).toEqual([['set/2.JPG', 'set/2.mask.png'], ['set/10.jpg', 'set/masks/10.png']]);
    expect(problems).toEqual([]);
  });
  test('a mask without a picture, and pictures beyond the most, are named', () => {
    expect(pairFiles([file('a.jpg'), file('b.mask.png')]).problems).toEqual([expect.stringMatching(/^b\.mask\.png is a mask without a picture/)]);
    const many = pairFiles(Array.from({ length: 201 }, (_, i) => file(`${i}.png`)));
    expect([many.pairs.length, many.problems.length]).toEqual([200, 1]);
  });
});

describe('opening', () => {
  test('pixels and masks of the middle square; a bad file is named and the rest goes on', async () => {
    const store = createAppStore(CATALOG);
    await openFolder(store, [file('car.png', await png(128, 128, [255, 0, 0])), file('car.mask.png', await png(128, 128, WHITE)), file('notes.txt', new TextEncoder().encode('hello'))], decode);
    const { folder, pictures } = store.getState();
    expect(folder!.problems).toEqual([expect.stringMatching(/^notes\.txt is no picture/)]);
    const [image] = folder!.pictures;
    expect(image).toMatchObject({ kind: 'picture', name: 'car.png' });
    expect([...image!.rgb.subarray(0, 3), ...image!.rgb.subarray(3 * 63, 3 * 64)]).toEqual([0, 0, 0, 255, 0, 0]);
    expect(image!.mask!.reduce((sum, bit) => sum + bit, 0)).toBe(64 * 32);
    // What the models are given is what the record shows, to the bit.
    expect([...pictures[image!.id]!.pixels.data.map((value) => Math.round(255 * value))]).toEqual([...image!.rgb]);
  });
  test('a mask of another shape, or one that says nothing, is told, and its picture is used without it', async () => {
    const store = createAppStore(CATALOG);
    const [a, b] = [await png(64, 64, [9, 200, 30]), await png(64, 64, [50, 20, 30])];
    await openFolder(store, [file('a.png', a), file('a.mask.png', await png(64, 32, WHITE)), file('b.png', b), file('b.mask.png', await png(64, 64, [0, 0, 0]))], decode);
    const { folder } = store.getState();
    expect(folder!.problems).toEqual([expect.stringMatching(/64 × 32 pixels, its picture 64 × 64/), expect.stringMatching(/dark everywhere/)]);
    expect(folder!.pictures.map(({ mask }) => mask)).toEqual([undefined, undefined]);
  });
  test('the same picture twice counts once; no picture at all is said', async () => {
    const store = createAppStore(CATALOG);
    const same = await png(64, 64, [1, 2, 3]);
    await openFolder(store, [file('a.png', same), file('b.png', same)], decode);
    expect([store.getState().folder!.pictures.length, store.getState().folder!.problems[0]]).toEqual([1, expect.stringMatching(/^b\.png shows the same/)]);
    await openFolder(store, [], decode);
    expect(store.getState().folder!.problems).toEqual([expect.stringMatching(/No picture/)]);
  });
});
