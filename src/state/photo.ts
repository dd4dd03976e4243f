/** Opens a file that the visitor dropped, pasted or chose. It leaves this machine never. Every refusal names the file, what is wrong and the remedy. */
import { notify, openPhoto } from './actions.ts';
import { readHeader, type Header } from './photoHeader.ts';
import type { Photo } from './picture.ts';
import type { Store } from './store.ts';

/** Longest side that is kept. */
export const LONGEST_SIDE = 2048;
export const MOST_PIXELS = 50e6;
export const MOST_BYTES = 100e6;
/** A side shorter than this shows nothing to a model. */
export const SHORTEST_SIDE = 16;

/** The part of a File that is read. */
export interface PhotoFile {
  readonly name: string;
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface Decoded {
  /** [height, width, 4], alpha not premultiplied. */
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** From bytes to pixels, no side longer than `longest`; rejects where it cannot. */
export type Decode = (bytes: ArrayBuffer, header: Header, longest: number) => Promise<Decoded>;

/** Opens `file` and shows it; or says why not, and leaves everything as it is. */
export async function openFile(store: Store, file: PhotoFile, decode?: Decode): Promise<void> {
  try {
    openPhoto(store, await readPhoto(file, decode));
  } catch (error) {
    notify(store, 'error', error instanceof Error ? error.message : String(error));
  }
}

/** The file as a photograph. Throws with a message for the visitor. */
export async function readPhoto(file: PhotoFile, decode: Decode = decodeInBrowser): Promise<Photo> {
  const name = file.name || 'The pasted picture';
  if (file.size > MOST_BYTES) throw new Error(`${name} has ${Math.round(file.size / 1e6)} MB; at most ${MOST_BYTES / 1e6} MB are opened. Save it smaller, or as a JPEG.`);
  const bytes = await file.arrayBuffer();
  const header = readHeader(new Uint8Array(bytes));
  if (!header) throw new Error(`${name} is no picture that can be opened here. Choose a PNG, JPEG, WebP, GIF, AVIF or BMP file.`);
  refuse(name, header);
  const decoded = await decode(bytes, header, LONGEST_SIDE).catch(() => {
    throw new Error(`${name} begins like a ${header.type.toUpperCase()} picture but cannot be decoded: it is damaged, or this browser does not know the variant. Save it again as a PNG or JPEG.`);
  });
  const wasTransparent = layOverWhite(decoded.rgba);
  return { name, ...decoded, notices: noticesOf(name, header, decoded, wasTransparent) };
}

function refuse(name: string, { width = SHORTEST_SIDE, height = SHORTEST_SIDE, truncated }: Header): void {
  if (truncated) throw new Error(`${name} is cut short: its end is missing, as after a broken download. Get the file again.`);
  if (width * height > MOST_PIXELS) {
    const megapixels = Math.round((width * height) / 1e6);
    throw new Error(`${name} has ${megapixels} megapixels (${width} × ${height}); at most ${MOST_PIXELS / 1e6} are opened. Scale it down first, to 4000 pixels a side for instance.`);
  }
  if (Math.min(width, height) < SHORTEST_SIDE) throw new Error(`${name} has ${width} × ${height} pixels; each side needs at least ${SHORTEST_SIDE}. Choose a larger picture.`);
}

function noticesOf(name: string, header: Header, { rgba, width, height }: Decoded, wasTransparent: boolean): string[] {
  const shrunk = Math.max(header.width ?? 0, header.height ?? 0) > Math.max(width, height);
  return [
    header.animated ? `${name} is animated; its first frame is shown.` : '',
    isGreyscale(rgba) ? `${name} is greyscale; the models were trained on colour.` : '',
    wasTransparent ? `${name} is partly transparent; it is laid over white.` : '',
    shrunk ? `${name} was scaled down from ${header.width} × ${header.height} to ${width} × ${height}.` : '',
  ].filter(Boolean);
}

/** Channels differ nowhere by more than a lossy format makes them. */
export function isGreyscale(rgba: Uint8ClampedArray): boolean {
  for (let i = 0; i < rgba.length; i += 4) if (Math.abs(rgba[i]! - rgba[i + 1]!) > 4 || Math.abs(rgba[i + 1]! - rgba[i + 2]!) > 4) return false;
  return true;
}

/** Composites in place over white; whether anything was transparent. */
export function layOverWhite(rgba: Uint8ClampedArray): boolean {
  let found = false;
  for (let i = 3; i < rgba.length; i += 4) {
    const alpha = rgba[i]!;
    if (alpha === 255) continue;
    found = true;
    for (let c = i - 3; c < i; c++) rgba[c] = (rgba[c]! * alpha + 255 * (255 - alpha)) / 255;
    rgba[i] = 255;
  }
  return found;
}

const MIME = { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', bmp: 'image/bmp' } satisfies Record<Header['type'], string>;

/** With the browser's own decoders, the camera's orientation applied, first frame only. */
const decodeInBrowser: Decode = async (bytes, { type, width = 0, height = 0 }, longest) => {
  const tooLong = Math.max(width, height) > longest;
  const resize = tooLong ? ({ resizeWidth: Math.max(1, Math.round((width * longest) / Math.max(width, height))), resizeQuality: 'high' } as const) : {};
  const bitmap = await createImageBitmap(new Blob([bytes], { type: MIME[type] }), { imageOrientation: 'from-image', premultiplyAlpha: 'none', ...resize });
  try {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('the browser gives no canvas');
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return { rgba: context.getImageData(0, 0, canvas.width, canvas.height).data, width: canvas.width, height: canvas.height };
  } finally {
    bitmap.close();
  }
};
