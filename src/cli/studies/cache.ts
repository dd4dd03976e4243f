/**
 * Outcomes on disk, so that a run can be stopped and taken up again, and another study with the same maps finds them. Every process appends to a file of its own
 * and reads all that were there when it started: several may run at once. Deleting the folder costs only time.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Request } from '../../worker/protocol.ts';
import { cacheFolder } from '../sceneCache.ts';
import type { Cache } from './runPlan.ts';

/** An entry: MAGIC, length of the name and of the data (uint32, little-endian), eight bytes of the data's SHA-256, the name, the data. */
const MAGIC = 0x31_4b_48_43;
const HEAD = 20;
const SUFFIX = '.kept';

interface Place {
  readonly file: number;
  readonly at: number;
  readonly length: number;
  readonly sum: string;
}

const sumOf = (data: Uint8Array) => createHash('sha256').update(data).digest('hex').slice(0, 16);

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

/** Where each entry of an open file lies. Ends at the first that is cut off, which its writer left in the middle of, or is still at. */
function indexOf(file: number, index: Map<string, Place>): void {
  const { size } = fstatSync(file);
  for (let at = 0; at + HEAD <= size; ) {
    const head = readAt(file, at, HEAD);
    if (head.length < HEAD || head.readUInt32LE(0) !== MAGIC) return;
    const [nameLength, length] = [head.readUInt32LE(4), head.readUInt32LE(8)];
    const data = at + HEAD + nameLength;
    if (data + length > size) return;
    index.set(readAt(file, at + HEAD, nameLength).toString(), { file, at: data, length, sum: head.toString('hex', 12, HEAD) });
    at = data + length;
  }
}

export interface DiskCache<Outcome> extends Cache<Outcome> {
  /** Entries that are there. */
  readonly size: number;
  close(): void;
}

/** `nameOf`: studies/kept.ts. What has no name is not kept; what is damaged is as if it were not there. */
export function openCache<Outcome>(nameOf: (request: Request) => string | undefined, folder = join(cacheFolder(), 'studies')): DiskCache<Outcome> {
  mkdirSync(folder, { recursive: true });
  const index = new Map<string, Place>();
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => openSync(join(folder, name), 'r'));
  for (const file of files) indexOf(file, index);
  let own: { readonly file: number; end: number } | undefined;
  const begin = () => {
    const file = openSync(join(folder, `${process.pid}-${randomBytes(6).toString('hex')}${SUFFIX}`), 'wx+');
    files.push(file);
    return { file, end: 0 };
  };
  return {
    get size() {
      return index.size;
    },
    get(request) {
      const name = nameOf(request);
      const place = name === undefined ? undefined : index.get(name);
      if (!place) return undefined;
      const data = readAt(place.file, place.at, place.length);
      if (sumOf(data) === place.sum) return deserialize(data) as Outcome;
      index.delete(name!);
      return undefined;
    },
    put(request, outcome) {
      const name = nameOf(request);
      if (name === undefined || index.has(name)) return;
      own ??= begin();
      const [text, data] = [Buffer.from(name), serialize(outcome)];
      const head = Buffer.alloc(HEAD);
      head.writeUInt32LE(MAGIC, 0);
      head.writeUInt32LE(text.length, 4);
      head.writeUInt32LE(data.length, 8);
      const sum = sumOf(data);
      head.write(sum, 12, 'hex');
      const entry = Buffer.concat([head, text, data]);
      writeSync(own.file, entry, 0, entry.length, own.end);
      index.set(name, { file: own.file, at: own.end + HEAD + text.length, length: data.length, sum });
      own.end += entry.length;
    },
    close() {
      for (const file of files.splice(0)) closeSync(file);
    },
  };
}
