/** Files that a visitor may hand over, made here: good ones and bad ones. */
import sharp from 'sharp';
import { crc32 } from 'node:zlib';

export interface PictureFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A gradient with a bright disc: something with edges in it. */
function pixels(width: number, height: number, channels: 1 | 3 | 4): Buffer {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2;
      const colour = inside ? [230, 120, 40, 255] : [(200 * x) / width, (180 * y) / height, 90, 128];
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = colour[c]!;
    }
  }
  return data;
}

const raw = (width: number, height: number, channels: 1 | 3 | 4) => sharp(pixels(width, height, channels), { raw: { width, height, channels } });

export const jpeg = async (): Promise<PictureFile> => ({ name: 'disc.jpg', mimeType: 'image/jpeg', buffer: await raw(320, 240, 3).jpeg().toBuffer() });
/** Coloured noise: like nothing that a renderer of mugs and cars draws. */
export const noise = async (): Promise<PictureFile> => {
  const data = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 24) ^ (Math.imul(i + 7, 0x85ebca6b) >>> 24)));
  return { name: 'noise.png', mimeType: 'image/png', buffer: await sharp(data, { raw: { width: 64, height: 64, channels: 3 } }).png().toBuffer() };
};
/** The first picture's disc, white on black. */
export const discMask = async (): Promise<PictureFile> => {
  const data = Buffer.from(Array.from({ length: 320 * 240 }, (_, at) => (((at % 320) - 160) ** 2 + (Math.floor(at / 320) - 120) ** 2 < 60 ** 2 ? 255 : 0)));
  return { name: 'disc.mask.png', mimeType: 'image/png', buffer: await sharp(data, { raw: { width: 320, height: 240, channels: 1 } }).png().toBuffer() };
};
export const transparent = async (): Promise<PictureFile> => ({ name: 'see-through.png', mimeType: 'image/png', buffer: await raw(120, 160, 4).png().toBuffer() });
export const grey = async (): Promise<PictureFile> => ({ name: 'grey.png', mimeType: 'image/png', buffer: await raw(120, 120, 1).toColourspace('b-w').png().toBuffer() });
export const truncated = async (): Promise<PictureFile> => ({ ...(await jpeg()), name: 'cut-off.jpg', buffer: (await jpeg()).buffer.subarray(0, 700) });
export const text = (): PictureFile => ({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('this is no picture\n') });
export const animated = async (): Promise<PictureFile> => {
  const frames = Buffer.concat([pixels(60, 60, 3), Buffer.alloc(60 * 60 * 3, 200)]);
  const buffer = await sharp(frames, { raw: { width: 60, height: 120, channels: 3, pageHeight: 60 } }).gif({ delay: [100, 100], loop: 0 }).toBuffer();
  return { name: 'moving.gif', mimeType: 'image/gif', buffer };
};

/** A PNG of a hundred bytes that says it were `side` × `side`. */
export function huge(side: number): PictureFile {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const buffer = Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', Buffer.alloc(20)), chunk('IEND', Buffer.alloc(0))]);
  return { name: 'huge.png', mimeType: 'image/png', buffer };
}
