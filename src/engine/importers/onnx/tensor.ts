/** One tensor of an ONNX file as numbers: every element type that classifiers use, inline, typed or in a file beside. It knows no operator. */
import { decodeHalves, numberOf } from '../../models/half.ts';
import { ImportProblem } from '../problem.ts';
import type { Constant } from '../source.ts';
import { dataTypeName, dataTypeOf, type DataType, type TensorProto } from './proto.ts';

/** Gives the bytes of a file that lies beside the model, or undefined where it is absent. */
export type External = (path: string) => Uint8Array | undefined;

const BITS = { float32: 32, uint8: 8, int8: 8, uint16: 16, int16: 16, int32: 32, int64: 64, bool: 8, float16: 16, float64: 64, uint32: 32, uint64: 64, bfloat16: 16, uint4: 4, int4: 4 } satisfies Record<DataType, number>;

/** Integers beyond ±(2³¹ − 1) are cut off there: exporters write 2⁶³ − 1 for "to the end". */
const LARGEST_INT = 2 ** 31 - 1;
const cutInt = (value: number) => Math.max(-LARGEST_INT, Math.min(LARGEST_INT, Math.trunc(value)));
export const LARGEST_FLOAT = 3.4028234663852886e38;

/** How many numbers a shape holds, with the shape judged: negative, fractional or absurd lengths are refused by the tensor's name. */
export function countOf(dims: readonly number[], name: string): number {
  let count = 1;
  for (const length of dims) {
    if (!Number.isInteger(length) || length < 0) throw new ImportProblem(`the tensor '${name}' has shape [${dims.join(', ')}]`, 'export the model again');
    count *= length;
  }
  // a length of 0 must not hide an absurd one
  if (dims.length > 16 || count > 2 ** 31 || dims.some((length) => length > 2 ** 31)) throw new ImportProblem(`the tensor '${name}' claims shape [${dims.slice(0, 16).join(', ')}]`, 'no file holds that much: download or export it again');
  return count;
}

/**
 * The tensor's numbers: floats of any width as float32, integers and booleans as int32. Memory is taken only after the bytes are known to be there.
 * NaN and ∞ are refused by name, except an ∞ in a lone number or in a mask of zeros and infinities, where it stands for "no bound" and becomes ±3.4e38.
 * Cost: one copy.
 */
export function constantOf(tensor: TensorProto, external: External | undefined, name = tensor.name): Constant {
  const type = dataTypeOf(tensor.dataType);
  if (!type) throw new ImportProblem(`the tensor '${name}' is of type ${dataTypeName(tensor.dataType)}`, 'export the model with float32 or float16 weights');
  const count = countOf(tensor.dims, name);
  const bytes = tensor.dataLocation === 1 ? outside(tensor, external, name) : tensor.rawData;
  const shape = [...tensor.dims];
  const values = bytes && (bytes.length > 0 || count === 0) ? fromBytes(type, bytes, count, name) : fromFields(type, tensor, count, name);
  if (values instanceof Int32Array) return { type: 'int', shape, values };
  bound(values, name);
  return { type: 'float', shape, values };
}

/** The bytes of a tensor that lie in another file (external_data: location, offset, length). */
function outside(tensor: TensorProto, external: External | undefined, name: string): Uint8Array {
  const told = new Map(tensor.externalData.map((entry) => [entry.key, entry.value]));
  const location = told.get('location');
  if (!location) throw new ImportProblem(`the tensor '${name}' lies in another file, which is not named`, 'export the model again, with its weights inside');
  const file = external?.(location);
  if (!file) throw new ImportProblem(`the weights are in '${location}', which is not here`, 'drop both files together');
  const offset = Number(told.get('offset') ?? 0);
  const length = Number(told.get('length') ?? file.length - offset);
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) throw new ImportProblem(`the tensor '${name}' says that it lies at '${told.get('offset')}' for '${told.get('length')}' bytes`, 'export the model again');
  if (offset + length > file.length) throw new ImportProblem(`'${location}' has ${file.length} bytes, but the tensor '${name}' ends at ${offset + length}`, 'the file is cut off or belongs to another model: download or export both files again');
  return file.subarray(offset, offset + length);
}

function fromBytes(type: DataType, bytes: Uint8Array, count: number, name: string): Float32Array | Int32Array {
  const needed = Math.ceil((count * BITS[type]) / 8);
  if (bytes.length !== needed) throw wrongLength(name, count, type, `${bytes.length} bytes, not ${needed}`);
  // a copy is aligned, and lets go of the file; slice() would not copy one of Node's Buffers
  const buffer = () => new Uint8Array(bytes).buffer;
  switch (type) {
    case 'float32':
      return new Float32Array(buffer());
    case 'float64':
      return new Float32Array(new Float64Array(buffer()));
    case 'float16':
      return decodeHalves(bytes, 0, count);
    case 'bfloat16':
      return fromBrainFloats(new Uint16Array(buffer()));
    case 'int8':
      return new Int32Array(new Int8Array(buffer()));
    case 'uint8':
      return new Int32Array(bytes);
    case 'bool':
      return Int32Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
    case 'int16':
      return new Int32Array(new Int16Array(buffer()));
    case 'uint16':
      return new Int32Array(new Uint16Array(buffer()));
    case 'int32':
      return Int32Array.from(new Int32Array(buffer()), cutInt);
    case 'uint32':
      return Int32Array.from(new Uint32Array(buffer()), cutInt);
    case 'int64':
      return fromPairs(new Int32Array(buffer()), (high) => high);
    case 'uint64':
      return fromPairs(new Int32Array(buffer()), (high) => high >>> 0);
    case 'int4':
      return fromNibbles(bytes, count, (nibble) => (nibble > 7 ? nibble - 16 : nibble));
    case 'uint4':
      return fromNibbles(bytes, count, (nibble) => nibble);
    default:
      return type satisfies never;
  }
}

/** The typed fields: onnx.proto says which field holds which type; halves and small integers are in int32_data. */
function fromFields(type: DataType, tensor: TensorProto, count: number, name: string): Float32Array | Int32Array {
  const field = fieldOf(type, tensor);
  const expected = BITS[type] === 4 ? Math.ceil(count / 2) : count;
  if (field.length !== expected) throw wrongLength(name, count, type, `${field.length} numbers`);
  switch (type) {
    case 'float32':
    case 'float64':
      return Float32Array.from(field);
    case 'float16':
      return Float32Array.from(field, (bits) => numberOf(bits & 0xffff));
    case 'bfloat16':
      return fromBrainFloats(Uint16Array.from(field));
    case 'bool':
      return Int32Array.from(field, (value) => (value === 0 ? 0 : 1));
    case 'int4':
    case 'uint4':
      return fromBytes(type, Uint8Array.from(field), count, name);
    default:
      return Int32Array.from(field, cutInt);
  }
}

function fieldOf(type: DataType, tensor: TensorProto): readonly number[] {
  if (type === 'float32') return tensor.floatData;
  if (type === 'float64') return tensor.doubleData;
  if (type === 'int64') return tensor.int64Data;
  if (type === 'uint32' || type === 'uint64') return tensor.uint64Data;
  return tensor.int32Data;
}

const wrongLength = (name: string, count: number, type: DataType, found: string) =>
  new ImportProblem(`the tensor '${name}' should hold ${count} numbers of type ${type}, but the file has ${found}`, 'the file is damaged or cut off: download or export it again');

/** bfloat16 is the upper half of a float32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}

/** Little-endian 64-bit integers as pairs of words. */
function fromPairs(words: Int32Array, sign: (high: number) => number): Int32Array {
  const out = new Int32Array(words.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = cutInt(sign(words[2 * i + 1]!) * 2 ** 32 + (words[2 * i]! >>> 0));
  return out;
}

/** Two to a byte, the lower four bits first. */
function fromNibbles(bytes: Uint8Array, count: number, sign: (nibble: number) => number): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = sign((bytes[i >> 1]! >> (4 * (i & 1))) & 15);
  return out;
}

/** Refuses NaN and ∞ among weights; bounds and masks keep their meaning with the largest float. */
function bound(values: Float32Array, name: string): void {
  const infinite = (value: number) => value === Infinity || value === -Infinity;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const mask = values.length === 1 || values.every((value) => value === 0 || infinite(value));
  if (!infinite(values[bad]!) || !mask) throw new ImportProblem(`the tensor '${name}' holds ${values[bad]} at position ${bad} of ${values.length}`, 'the training diverged or the file is damaged: export a sound checkpoint');
  for (let i = 0; i < values.length; i++) if (infinite(values[i]!)) values[i] = Math.sign(values[i]!) * LARGEST_FLOAT;
}

/** What stands in for numbers that an attribute lists without a shape. */
export const listed = (type: 'float' | 'int', values: readonly number[], shape: readonly number[] = [values.length]): Constant =>
  type === 'float' ? { type, shape, values: Float32Array.from(values) } : { type, shape, values: Int32Array.from(values, cutInt) };
