/** What the first bytes of an image file tell before it is decoded: its kind, size, whether it moves, whether it is whole. Decodes no pixels. */

export interface Header {
  readonly type: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'bmp';
  /** As stored; an orientation tag may turn it. `undefined` where the header is beyond what is read here. */
  readonly width?: number;
  readonly height?: number;
  readonly animated: boolean;
  /** The end that the format prescribes is missing. */
  readonly truncated: boolean;
}

const ascii = (bytes: Uint8Array, from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The header of `bytes`, a whole file; `undefined` where they are no image of a known kind. Never throws. */
export function readHeader(bytes: Uint8Array): Header | undefined {
  try {
    if (bytes[0] === 0x89 && ascii(bytes, 1, 3) === 'PNG') return readPng(bytes);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
    if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return readGif(bytes);
    if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return readWebp(bytes);
    if (ascii(bytes, 4, 4) === 'ftyp' && /^avi[fs]$/.test(ascii(bytes, 8, 4))) return readAvif(bytes);
    if (ascii(bytes, 0, 2) === 'BM' && bytes.length > 26) return readBmp(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { type: kindOf(bytes), animated: false, truncated: true }; // the header itself is cut off
    throw error;
  }
}

const kindOf = (bytes: Uint8Array): Header['type'] =>
  bytes[0] === 0x89 ? 'png' : bytes[0] === 0xff ? 'jpeg' : bytes[0] === 0x47 ? 'gif' : bytes[0] === 0x52 ? 'webp' : bytes[0] === 0x42 ? 'bmp' : 'avif';

/** Chunks of [length, name, data, checksum]; IHDR first, IEND last; acTL says that it moves. */
function readPng(bytes: Uint8Array): Header {
  const data = view(bytes);
  const names = new Set<string>();
  for (let at = 8; at + 12 <= bytes.length && !names.has('IEND'); at += 12 + data.getUint32(at)) {
    if (at + 12 + data.getUint32(at) > bytes.length) break;
    names.add(ascii(bytes, at + 4, 4));
  }
  return { type: 'png', width: data.getUint32(16), height: data.getUint32(20), animated: names.has('acTL'), truncated: !names.has('IEND') };
}

/** Segments up to the frame header (SOF), which has the size; the entropy-coded rest must hold the end marker. */
function readJpeg(bytes: Uint8Array): Header {
  const data = view(bytes);
  for (let at = 2; ; ) {
    if (data.getUint8(at) !== 0xff) throw new RangeError('no marker');
    const marker = data.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const [height, width] = [data.getUint16(at + 5), data.getUint16(at + 7)];
      return { type: 'jpeg', width, height, animated: false, truncated: !hasEnd(bytes, at) };
    }
    at += marker === 0xff ? 1 : 2 + data.getUint16(at + 2);
  }
}

/** FF D9 after `from`. Some cameras write more behind it. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.length - 2; at > from; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

/** Blocks: 2C an image, 21 an extension, 3B the end. */
function readGif(bytes: Uint8Array): Header {
  const data = view(bytes);
  const tableBytes = (packed: number) => (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0);
  let frames = 0;
  let at = 13 + tableBytes(data.getUint8(10));
  const skipBlocks = () => {
    while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
    at++;
  };
  while (at < bytes.length && bytes[at] !== 0x3b) {
    if (bytes[at] === 0x2c) {
      frames++;
      at += 11 + tableBytes(bytes[at + 9] ?? 0);
    } else if (bytes[at] === 0x21) at += 2;
    else break;
    skipBlocks();
  }
  return { type: 'gif', width: data.getUint16(6, true), height: data.getUint16(8, true), animated: frames > 1, truncated: bytes[at] !== 0x3b };
}

/** RIFF: the size of the rest, then VP8X (extended), VP8L (lossless) or VP8 (lossy). */
function readWebp(bytes: Uint8Array): Header {
  const data = view(bytes);
  const truncated = data.getUint32(4, true) + 8 > bytes.length;
  const base = { type: 'webp', animated: false, truncated } as const;
  const uint24 = (at: number) => data.getUint16(at, true) + (data.getUint8(at + 2) << 16);
  switch (ascii(bytes, 12, 4)) {
    case 'VP8X':
      return { ...base, animated: (data.getUint8(20) & 2) !== 0, width: uint24(24) + 1, height: uint24(27) + 1 };
    case 'VP8L': {
      const bits = data.getUint32(21, true);
      return { ...base, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return { ...base, width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
  }
}

/** The first 'ispe' property is the size; the brand 'avis' is a sequence. */
function readAvif(bytes: Uint8Array): Header {
  const data = view(bytes);
  const base = { type: 'avif', animated: ascii(bytes, 8, 4) === 'avis', truncated: false } as const;
  for (let at = 16; at + 16 <= Math.min(bytes.length, 4096); at++) {
    if (ascii(bytes, at, 4) === 'ispe') return { ...base, width: data.getUint32(at + 8), height: data.getUint32(at + 12) };
  }
  return base;
}

function readBmp(bytes: Uint8Array): Header {
  const data = view(bytes);
  return { type: 'bmp', width: data.getInt32(18, true), height: Math.abs(data.getInt32(22, true)), animated: false, truncated: data.getUint32(2, true) > bytes.length };
}
