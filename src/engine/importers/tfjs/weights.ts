/** The numbers of a TensorFlow.js model: the shards of a weights manifest → constants by name, decoded when they are asked for. Reads no layer and no node. */
import { decodeHalves } from '../../models/half.ts';
import { ImportProblem } from '../problem.ts';
import type { Constant } from '../source.ts';
import { damaged, isRecord, lengths, list, number, record, text } from './json.ts';

export interface Weights {
  readonly names: readonly string[];
  /** As the manifest tells it; undefined where it has no such weight. */
  shape(name: string): readonly number[] | undefined;
  /** Decoded once. Throws for texts, complex numbers and NaN. */
  read(name: string): Constant;
}

export type Shard = (path: string) => Uint8Array | undefined;

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** The type of the values in the network. */
  readonly type: string;
  /** The type of the values in the file, and how they become numbers. */
  readonly stored: string;
  readonly scale: number;
  readonly min: number;
  readonly group: Group;
  readonly offset: number;
  readonly bytes: number;
}

interface Group {
  readonly shards: readonly Uint8Array[];
  readonly bytes: number;
}

/** Type → bytes a value, and the array that reads them; 64-bit and complex values are skipped over, and refused when asked for. */
const STORED: Readonly<Record<string, { readonly bytes: number; readonly read?: (buffer: ArrayBuffer) => Float32Array | Int32Array | Uint8Array | Int8Array | Uint16Array | Int16Array }>> = {
  float32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  int32: { bytes: 4, read: (buffer) => new Int32Array(buffer) },
  uint32: { bytes: 4 },
  float16: { bytes: 2, read: (buffer) => decodeHalves(new Uint8Array(buffer), 0, buffer.byteLength / 2) },
  uint16: { bytes: 2, read: (buffer) => new Uint16Array(buffer) },
  int16: { bytes: 2, read: (buffer) => new Int16Array(buffer) },
  uint8: { bytes: 1, read: (buffer) => new Uint8Array(buffer) },
  int8: { bytes: 1, read: (buffer) => new Int8Array(buffer) },
  bool: { bytes: 1, read: (buffer) => new Uint8Array(buffer) },
  complex64: { bytes: 8 },
  int64: { bytes: 8 },
  float64: { bytes: 8 },
};

/** The bytes from `offset` of a group on, in a buffer of their own: shards are cut anywhere, and typed arrays want whole words. */
function cut({ shards }: Group, offset: number, bytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  let start = 0;
  for (const shard of shards) {
    const from = Math.max(0, offset - start);
    const to = Math.min(shard.length, offset + bytes - start);
    if (to > from) out.set(shard.subarray(from, to), start + from - offset);
    start += shard.length;
  }
  return out;
}

/** How many bytes `count` texts take, each behind its own length. */
function textBytes(group: Group, offset: number, count: number): number {
  let at = offset;
  for (let index = 0; index < count && at + 4 <= group.bytes; index++) at += 4 + new DataView(cut(group, at, 4).buffer).getUint32(0, true);
  return at - offset;
}

function entryAt(value: unknown, group: Group, offset: number, where: string): Entry {
  const weight = record(value, where);
  const name = text(weight.name, `${where}'s name`);
  const shape = lengths(weight.shape, `the shape of weight '${name}'`);
  const count = shape.reduce((product, length) => product * length, 1);
  const type = text(weight.dtype, `the type of weight '${name}'`);
  const quantised = isRecord(weight.quantization) ? weight.quantization : undefined;
  const stored = quantised ? text(quantised.dtype, `the quantisation of weight '${name}'`) : type;
  const unit = stored === 'string' ? 4 : STORED[stored]?.bytes;
  if (unit === undefined) throw new ImportProblem(`weight '${name}' has the type '${stored}', which is not known here`, 'export the model with float32 weights, or quantised to uint8, uint16 or float16');
  const left = group.bytes - offset;
  const bytes = stored === 'string' && count <= left / unit ? textBytes(group, offset, count) : count * unit;
  if (bytes > left) throw damaged(`weight '${name}' of shape [${shape.join(', ')}] needs ${bytes} bytes and its shards have ${left} left for it`);
  const linear = quantised !== undefined && stored !== 'float16';
  const scale = linear ? number(quantised.scale, `the scale of weight '${name}'`) : 1;
  const min = linear ? number(quantised.min, `the least value of weight '${name}'`) : 0;
  return { name, shape, type, stored, scale, min, group, offset, bytes };
}

function decode({ name, shape, type, stored, scale, min, group, offset, bytes }: Entry): Constant {
  const read = STORED[stored]?.read;
  if (!read) throw new ImportProblem(`weight '${name}' holds values of the type '${stored}', which no network here computes with`, 'leave that part out when exporting the model');
  const raw = read(cut(group, offset, bytes).buffer);
  if (!type.startsWith('float')) {
    if (raw instanceof Int32Array) return { type: 'int', shape, values: raw };
    const values = new Int32Array(raw.length);
    for (let index = 0; index < raw.length; index++) values[index] = Math.round(raw[index]! * scale + min);
    return { type: 'int', shape, values };
  }
  const values = raw instanceof Float32Array ? raw : new Float32Array(raw.length);
  for (let index = 0; index < raw.length; index++) {
    if (values !== raw) values[index] = raw[index]! * scale + min;
    if (Number.isNaN(values[index]!)) throw new ImportProblem(`weight '${name}' is not a number (NaN) at entry ${index} of ${raw.length}`, 'the training diverged or the file is damaged; export the model again from a good checkpoint');
  }
  return { type: 'float', shape, values };
}

/** All shards of a group, or a problem that names those of the whole manifest that are missing. */
function groupsOf(manifest: readonly unknown[], shard: Shard): Group[] {
  const paths = manifest.map((group, index) => list(record(group, `weight group ${index + 1}`).paths, `the paths of weight group ${index + 1}`).map((path) => text(path, 'the path of a shard')));
  const found = paths.map((group) => group.map((path) => ({ path, bytes: shard(path) })));
  const all = found.flat();
  const missing = all.filter(({ bytes }) => !bytes).map(({ path }) => `'${path}'`);
  if (missing.length > 0) {
    const named = missing.slice(0, 3).join(', ') + (missing.length > 3 ? ` and ${missing.length - 3} more` : '');
    throw new ImportProblem(`${missing.length} of ${all.length} weight files are missing: ${named}`, 'give model.json and all its weight files together, or their folder, or a zip of it');
  }
  return found.map((group) => ({ shards: group.map(({ bytes }) => bytes!), bytes: group.reduce((sum, { bytes }) => sum + bytes!.length, 0) }));
}

/**
 * Weights of a `weightsManifest`: groups of shards laid end to end, each holding its weights in the order of the list. Quantised to uint8 or uint16: value · scale + min.
 * Errors: a shard that is missing, a shape larger than the bytes, bytes that belong to nothing. Cost: bytes are copied when a weight is read.
 */
export function readWeights(manifest: unknown, shard: Shard): Weights {
  const listed = list(manifest, 'the weights manifest');
  const entries = new Map<string, Entry>();
  groupsOf(listed, shard).forEach((group, index) => {
    let offset = 0;
    for (const value of list(record(listed[index], 'a weight group').weights, `the weights of group ${index + 1}`)) {
      const entry = entryAt(value, group, offset, `weight ${entries.size + 1}`);
      if (entries.has(entry.name)) throw damaged(`two weights are called '${entry.name}'`);
      entries.set(entry.name, entry);
      offset += entry.bytes;
    }
    if (offset !== group.bytes) throw damaged(`the shards of weight group ${index + 1} have ${group.bytes} bytes and its weights need ${offset}`);
  });
  const decoded = new Map<string, Constant>();
  return {
    names: [...entries.keys()],
    shape: (name) => entries.get(name)?.shape,
    read(name) {
      const entry = entries.get(name);
      if (!entry) throw damaged(`weight '${name}' is not in the weights manifest`);
      const constant = decoded.get(name) ?? decode(entry);
      decoded.set(name, constant);
      return constant;
    },
  };
}
