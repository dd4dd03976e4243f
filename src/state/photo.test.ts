import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../worker/testing.ts';
import { layOverWhite, openFile, readPhoto, type Decode } from './photo.ts';
import { readHeader } from './photoHeader.ts';
import { createAppStore } from './store.ts';

const noise = Buffer.from(Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 37) % 251));
const picture = () => sharp(noise, { raw: { width: 40, height: 30, channels: 3 } });
const frames = (format: 'gif' | 'webp') => sharp(Buffer.concat([noise, noise.map((v) => 255 - v)]), { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } })[format]({ loop: 0 });
const FORMATS = ['png', 'jpeg', 'gif', 'webp', 'avif'] as const;

const file = (bytes: Uint8Array, name = 'cat.png') => ({ name, size: bytes.length, arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer });
const asArray = (bytes: Uint8Array) => new Uint8Array(bytes);
const decode: Decode = async (_, { width = 0, height = 0 }, longest) => {
  const scale = Math.min(1, longest / Math.max(width, height));
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  return { rgba: new Uint8ClampedArray(w * h * 4).map((_, i) => [200, 100, 50, 255][i % 4]!), width: w, height: h };
};

describe('headers', () => {
  test.each(FORMATS)('%s: kind and size', async (format) => {
    const header = readHeader(asArray(await picture()[format]().toBuffer()));
    expect(header).toEqual({ type: format, width: 40, height: 30, animated: false, truncated: false });
  });

  test('webp without loss, progressive jpeg', async () => {
    expect(readHeader(asArray(await picture().webp({ lossless: true }).toBuffer()))).toMatchObject({ type: 'webp', width: 40, height: 30 });
    expect(readHeader(asArray(await picture().jpeg({ progressive: true }).toBuffer()))).toMatchObject({ type: 'jpeg', width: 40, height: 30, truncated: false });
  });

  test.each(['png', 'jpeg', 'gif', 'webp'] as const)('%s: half of it is truncated, at any place', async (format) => {
    const bytes = asArray(await picture()[format]().toBuffer());
    for (const share of [0.1, 0.5, 0.9, 0.99]) expect(readHeader(bytes.subarray(0, Math.floor(bytes.length * share)))?.truncated).toBe(true);
  });

  test('animated gif and webp', async () => {
    expect(readHeader(asArray(await frames('gif').toBuffer()))).toMatchObject({ animated: true, truncated: false });
    expect(readHeader(asArray(await frames('webp').toBuffer()))).toMatchObject({ animated: true, width: 40, height: 30 });
  });

  test('animated png: its control chunk', async () => {
    const png = asArray(await picture().png().toBuffer());
    const control = Uint8Array.of(0, 0, 0, 8, ...Buffer.from('acTL'), 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(readHeader(Uint8Array.of(...png.subarray(0, 33), ...control, ...png.subarray(33)))).toMatchObject({ animated: true, truncated: false });
  });

  test('no image: text, an svg, nothing, random bytes', () => {
    for (const text of ['hello', '<svg xmlns="http://www.w3.org/2000/svg"/>', '', 'RIFFxxxxWAVE', '%PDF-1.7']) expect(readHeader(Buffer.from(text))).toBeUndefined();
  });
});

/** A PNG whose header states another size. */
async function claiming(width: number, height: number): Promise<Uint8Array> {
  const bytes = asArray(await picture().png().toBuffer());
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

test.each([
  ['a text', async () => Buffer.from('not a picture'), /cat.png is no picture that can be opened here. Choose a PNG/],
  ['a cut file', async () => asArray(await picture().png().toBuffer()).subarray(0, 300), /cat.png is cut short.*Get the file again/],
  ['100 megapixels', () => claiming(10_000, 10_000), /cat.png has 100 megapixels \(10000 × 10000\); at most 50 are opened. Scale it down first/],
  ['a speck', () => claiming(3, 400), /cat.png has 3 × 400 pixels; each side needs at least 16/],
])('%s is refused with the reason and the remedy, before it is decoded', async (_, make, message) => {
  const never: Decode = () => Promise.reject(new Error('was decoded'));
  await expect(readPhoto(file(await make()), never)).rejects.toThrow(message);
});

test('a file of more than 100 MB is refused unread', async () => {
  const huge = { name: 'huge.png', size: 3e8, arrayBuffer: () => Promise.reject(new Error('was read')) };
  await expect(readPhoto(huge, decode)).rejects.toThrow(/huge.png has 300 MB/);
});

test('what the decoder cannot read is said to be damaged', async () => {
  const bytes = asArray(await picture().jpeg().toBuffer());
  await expect(readPhoto(file(bytes), () => Promise.reject(new Error('x')))).rejects.toThrow(/begins like a JPEG picture but cannot be decoded/);
});

test('a large picture is scaled down to 2048 and says so; an animated and a greyscale one say so', async () => {
  const large = await readPhoto(file(await claiming(4096, 2048)), decode);
  expect([large.width, large.height]).toEqual([2048, 1024]);
  expect(large.notices).toEqual(['cat.png was scaled down from 4096 × 2048 to 2048 × 1024.']);
  expect((await readPhoto(file(asArray(await frames('gif').toBuffer())), decode)).notices).toEqual(['cat.png is animated; its first frame is shown.']);
  const grey: Decode = async (...given) => ({ ...(await decode(...given)), rgba: new Uint8ClampedArray(40 * 30 * 4).map((_, i) => (i % 4 === 3 ? 255 : 90 + (i % 3))) });
  expect((await readPhoto(file(asArray(await picture().png().toBuffer())), grey)).notices).toEqual(['cat.png is greyscale; the models were trained on colour.']);
});

test('transparent places become white', async () => {
  const rgba = Uint8ClampedArray.of(10, 20, 30, 0, 100, 100, 100, 128, 1, 2, 3, 255);
  expect(layOverWhite(rgba)).toBe(true);
  expect([...rgba]).toEqual([255, 255, 255, 255, 177, 177, 177, 255, 1, 2, 3, 255]);
  expect(layOverWhite(rgba)).toBe(false);
});

test('a refused file leaves everything as it is, but for the notice', async () => {
  const store = createAppStore(CATALOG);
  const before = store.getState();
  await openFile(store, file(Buffer.from('nothing')), decode);
  expect({ ...store.getState(), notices: [] }).toEqual(before);
  expect(store.getState().notices[0]).toMatchObject({ tone: 'error' });
});
