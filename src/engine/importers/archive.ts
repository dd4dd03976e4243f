/** Unpacks a zip that nobody has checked: by its own table of contents, within bounds that count what really comes out. Knows no model. */
import { Inflate } from 'fflate';
import { ImportProblem } from './problem.ts';

export interface Member {
  readonly name: string;
  /** As written in the zip; views of the file. */
  readonly packed: Uint8Array;
  readonly method: number;
}

export interface Bounds {
  /** Of all members together, unpacked. */
  readonly bytes: number;
  /** Unpacked over packed, of the whole zip. */
  readonly ratio: number;
}

const BOUNDS: Bounds = { bytes: 2 ** 31, ratio: 200 };
/** What a small zip may hold whatever its ratio: a few kilobytes of zeros are no bomb. */
const FREE = 2 ** 20;
const CHUNK = 2 ** 16;

const SIGNATURE = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 };
const UNPACK = 'unpack it yourself and give the files';

export const isZip = (bytes: Uint8Array): boolean => bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));

const broken = (zip: string, thing: string) => new ImportProblem(`the zip '${zip}' ${thing}`, `download it again, or ${UNPACK}`);

/** Where the end record begins: it is the last thing in the file but for a comment. */
function endOf(view: DataView, zip: string): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 0xffff); at--) if (view.getUint32(at, true) === SIGNATURE.end) return at;
  throw broken(zip, 'is cut off: it has no table of contents');
}

/** The bytes of the member whose local header is at `at`. */
function packedAt(bytes: Uint8Array, view: DataView, at: number, size: number, zip: string, name: string): Uint8Array {
  if (at + 30 > bytes.length || view.getUint32(at, true) !== SIGNATURE.local) throw broken(zip, `does not hold '${name}' where it says`);
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (from + size > bytes.length) throw broken(zip, `is cut off within '${name}'`);
  return bytes.subarray(from, from + size);
}

/** Folders and what systems leave behind are left out. */
const isClutter = (name: string) => name.endsWith('/') || /(^|\/)(__MACOSX\/|\.)/.test(name);

/** The table of contents; nothing is unpacked. Errors: cut off, encrypted, larger than a plain zip can be. */
export function membersOf(bytes: Uint8Array, zip: string): Member[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view, zip);
  const count = view.getUint16(end + 10, true);
  const members: Member[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== SIGNATURE.entry) throw broken(zip, `has a broken table of contents at entry ${index + 1} of ${count}`);
    const [flags, method, size, offset] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number];
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + lengths[0])).replace(/\\/g, '/');
    at += 46 + lengths[0] + lengths[1] + lengths[2];
    if (isClutter(name)) continue;
    if (flags & 1) throw new ImportProblem(`'${name}' in the zip '${zip}' is encrypted`, UNPACK);
    if (size === 0xffffffff || offset === 0xffffffff) throw new ImportProblem(`'${name}' in the zip '${zip}' is written for files beyond 4 GB (zip64)`, UNPACK);
    members.push({ name, method, packed: packedAt(bytes, view, offset, size, zip, name) });
  }
  return members;
}

/** Inflates a chunk at a time; `count` is told of every piece before it is kept, and may throw. */
function inflate({ name, packed }: Member, zip: string, count: (bytes: number) => void): Uint8Array {
  const pieces: Uint8Array[] = [];
  let ended = false;
  const stream = new Inflate((piece, final) => {
    count(piece.length);
    pieces.push(piece);
    ended ||= final;
  });
  try {
    for (let at = 0; at < packed.length; at += CHUNK) stream.push(packed.subarray(at, at + CHUNK), at + CHUNK >= packed.length);
  } catch (cause) {
    if (cause instanceof ImportProblem) throw cause;
    throw new ImportProblem(`'${name}' in the zip '${zip}' cannot be unpacked`, `the zip is damaged; download it again, or ${UNPACK}`, { cause });
  }
  if (!ended) throw broken(zip, `is cut off within '${name}'`);
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/**
 * Name → bytes. Stored members are views of the zip; declared sizes are not believed. Refuses more than 2 GiB or 200 times the zip's own size, while unpacking.
 * Cost: the unpacked bytes, once more while a member is put together.
 */
export function unzip(bytes: Uint8Array, zip: string, bounds: Bounds = BOUNDS): Map<string, Uint8Array> {
  const most = Math.min(bounds.bytes, Math.max(FREE, bounds.ratio * bytes.length));
  let total = 0;
  const count = (length: number) => {
    total += length;
    if (total > most) throw new ImportProblem(`the zip '${zip}' of ${bytes.length} bytes unpacks to more than ${most}: a zip bomb, or too large`, `if you trust it, ${UNPACK}`);
  };
  const out = new Map<string, Uint8Array>();
  for (const member of membersOf(bytes, zip)) {
    if (out.has(member.name)) throw broken(zip, `holds '${member.name}' twice`);
    if (member.method !== 0 && member.method !== 8) throw new ImportProblem(`'${member.name}' in the zip '${zip}' is packed by method ${member.method}`, `pack it with the usual one (deflate), or ${UNPACK}`);
    if (member.method === 0) count(member.packed.length);
    out.set(member.name, member.method === 0 ? member.packed : inflate(member, zip, count));
  }
  return out;
}
