/** Images for the command line: a file decoded, or a scene rendered, to what a model reads; and bytes to a PNG. sharp only decodes and encodes. */
import { makeScene, renderScene } from '../engine/scenes/index.ts';
import type { Field } from '../fields/field.ts';
import { photographToField, type Framing } from '../fields/picture.ts';
import { UsageError } from './command.ts';

const LARGEST_SQUARE: Framing = { resize: 'crop', share: 1 };

/** `scene:SEED`, or a file: its centred largest square or what `framing` says, resized by our own code → [size, size, 3] in [0, 1]. */
export async function readPicture(name: string, size: number, framing = LARGEST_SQUARE): Promise<Field> {
  if (!name.startsWith('scene:')) return decodeFile(name, size, framing);
  const seed = Number(name.slice(6));
  if (!Number.isInteger(seed) || seed < 0) throw new UsageError(`'${name}' names no scene: give a whole number of at least 0, such as scene:7`);
  const { rgb } = renderScene(makeScene(seed), size);
  return { data: Float32Array.from(rgb, (byte) => byte / 255), height: size, width: size, channels: 3 };
}

async function decodeFile(file: string, size: number, framing: Framing): Promise<Field> {
  const { default: sharp } = await import('sharp');
  const decoded = await sharp(file).rotate().toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true }).catch((error: unknown) => {
    throw new UsageError(`cannot read '${file}' as an image: ${(error as Error).message}`);
  });
  const { width, height, channels } = decoded.info;
  if (channels !== 4) throw new UsageError(`'${file}' decodes to ${channels} channels instead of four: save it as an ordinary PNG or JPEG`);
  return photographToField({ data: new Uint8Array(decoded.data), width, height }, framing, size);
}

/** RGB bytes [height, width, 3] → PNG, enlarged `times` by whole pixels. */
export async function encodePng(rgb: Uint8Array, width: number, height: number, times: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(rgb), { raw: { width, height, channels: 3 } })
    .resize(width * times, height * times, { kernel: 'nearest' })
    .png()
    .toBuffer();
}
