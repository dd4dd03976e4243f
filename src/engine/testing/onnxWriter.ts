/** Writes small ONNX files for tests from a literal description, in every encoding that readers must know. Not for users: it checks nothing, so that broken files can be written. */
import { PbfWriter } from 'pbf';
import { ATTRIBUTE_TYPE, DATA_TYPE, type DataType } from '../importers/onnx/proto.ts';
import { encodeHalves, halfOf } from '../models/half.ts';

/** Names of open axes, undefined ones, or lengths. */
export type OnnxShape = readonly (number | string | undefined)[];

export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** float32 if left out. */
  readonly type?: DataType;
  /** 'raw' (raw_data, as PyTorch writes), 'typed' (float_data and the like), or the file beside the model that shall hold the bytes. 'raw' if left out. */
  readonly encoding?: 'raw' | 'typed' | { readonly file: string };
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: OnnxTensor }
  | { readonly graph: OnnxGraph }
  /** In a function: takes the value of the function's attribute of that name. */
  | { readonly reference: string; readonly of: keyof typeof ATTRIBUTE_TYPE };

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  readonly shape?: OnnxShape;
  /** float32 if left out. */
  readonly type?: DataType;
}

export interface OnnxGraph {
  readonly name?: string;
  /** Name → shape or more. */
  readonly inputs?: Readonly<Record<string, OnnxShape | OnnxValue>>;
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly initialisers?: Readonly<Record<string, OnnxTensor>>;
  readonly values?: Readonly<Record<string, OnnxShape | OnnxValue>>;
}

export interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly attributes?: readonly string[];
  readonly defaults?: Readonly<Record<string, OnnxAttribute>>;
  readonly opsets?: Readonly<Record<string, number>>;
}

export interface OnnxModel extends OnnxGraph {
  /** Of the default domain, 17 if left out; or domain → version. */
  readonly opset?: number | Readonly<Record<string, number>>;
  readonly irVersion?: number;
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly functions?: readonly OnnxFunction[];
}

/** A float32 initialiser. */
export const floats = (shape: readonly number[], values: ArrayLike<number>): OnnxTensor => ({ shape, values });
/** An int64 initialiser of one axis. */
export const ints = (values: readonly number[]): OnnxTensor => ({ shape: [values.length], values, type: 'int64' });

/** The file. What tensors put into files beside it is written into `files` by file name. */
export function writeOnnx(model: OnnxModel, files = new Map<string, Uint8Array>()): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeTag(1, 0);
  pbf.writeVarint(model.irVersion ?? 8);
  string(pbf, 2, model.producer ?? 'tests');
  pbf.writeMessage(7, (graph: OnnxGraph, out) => writeGraph(graph, out, files), model);
  for (const opset of opsetsOf(model.opset ?? 17)) pbf.writeMessage(8, writeOpset, opset);
  for (const [key, value] of Object.entries(model.metadata ?? {})) pbf.writeMessage(14, writeEntry, { key, value });
  for (const called of model.functions ?? []) pbf.writeMessage(25, (it: OnnxFunction, out) => writeFunction(it, out, files), called);
  return pbf.finish().slice();
}

type Files = Map<string, Uint8Array>;

const opsetsOf = (opset: number | Readonly<Record<string, number>>) => Object.entries(typeof opset === 'number' ? { '': opset } : opset).map(([domain, version]) => ({ domain, version }));

function string(pbf: PbfWriter, field: number, text: string): void {
  pbf.writeTag(field, 2);
  pbf.writeString(text);
}

function varint(pbf: PbfWriter, field: number, value: number): void {
  pbf.writeTag(field, 0);
  pbf.writeVarint(value);
}

function bytes(pbf: PbfWriter, field: number, value: Uint8Array): void {
  pbf.writeTag(field, 2);
  pbf.writeBytes(value);
}

function writeOpset(opset: { domain: string; version: number }, pbf: PbfWriter): void {
  string(pbf, 1, opset.domain);
  varint(pbf, 2, opset.version);
}

function writeEntry(entry: { key: string; value: string }, pbf: PbfWriter): void {
  string(pbf, 1, entry.key);
  string(pbf, 2, entry.value);
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter, files: Files): void {
  for (const node of graph.nodes) pbf.writeMessage(1, (it: OnnxNode, out) => writeNode(it, out, files), node);
  string(pbf, 2, graph.name ?? 'graph');
  for (const [name, tensor] of Object.entries(graph.initialisers ?? {})) pbf.writeMessage(5, (it: OnnxTensor, out) => writeTensor(name, it, out, files), tensor);
  for (const [name, value] of Object.entries(graph.inputs ?? {})) pbf.writeMessage(11, writeValue, { name, ...described(value) });
  for (const name of graph.outputs) pbf.writeMessage(12, writeValue, { name, type: 'float32' as const });
  for (const [name, value] of Object.entries(graph.values ?? {})) pbf.writeMessage(13, writeValue, { name, ...described(value) });
}

const described = (value: OnnxShape | OnnxValue): OnnxValue => (Array.isArray(value) ? { shape: value as OnnxShape } : (value as OnnxValue));

function writeValue(value: OnnxValue & { name: string }, pbf: PbfWriter): void {
  string(pbf, 1, value.name);
  pbf.writeMessage(2, (it: OnnxValue, type) => type.writeMessage(1, writeTensorType, it), value);
}

function writeTensorType(value: OnnxValue, pbf: PbfWriter): void {
  varint(pbf, 1, DATA_TYPE[value.type ?? 'float32']);
  if (value.shape) pbf.writeMessage(2, (shape: OnnxShape, out) => shape.forEach((length) => out.writeMessage(1, writeDimension, length)), value.shape);
}

function writeDimension(length: number | string | undefined, pbf: PbfWriter): void {
  if (typeof length === 'number') varint(pbf, 1, length);
  else if (length !== undefined) string(pbf, 2, length);
}

function writeNode(node: OnnxNode, pbf: PbfWriter, files: Files): void {
  for (const name of node.inputs) string(pbf, 1, name);
  for (const name of node.outputs) string(pbf, 2, name);
  if (node.name !== undefined) string(pbf, 3, node.name);
  string(pbf, 4, node.type);
  writeAttributes(node.attributes, pbf, 5, files);
  if (node.domain !== undefined) string(pbf, 7, node.domain);
}

function writeAttributes(attributes: Readonly<Record<string, OnnxAttribute>> | undefined, pbf: PbfWriter, field: number, files: Files): void {
  for (const [name, attribute] of Object.entries(attributes ?? {})) pbf.writeMessage(field, (it: OnnxAttribute, out) => writeAttribute(name, it, out, files), attribute);
}

function writeAttribute(name: string, attribute: OnnxAttribute, pbf: PbfWriter, files: Files): void {
  string(pbf, 1, name);
  const type = (kind: keyof typeof ATTRIBUTE_TYPE) => varint(pbf, 20, ATTRIBUTE_TYPE[kind]);
  if ('reference' in attribute) {
    type(attribute.of);
    string(pbf, 21, attribute.reference);
  } else if ('int' in attribute) {
    varint(pbf, 3, attribute.int);
    type('int');
  } else if ('float' in attribute) {
    pbf.writeTag(2, 5);
    pbf.writeFloat(attribute.float);
    type('float');
  } else if ('string' in attribute) {
    string(pbf, 4, attribute.string);
    type('string');
  } else if ('ints' in attribute) {
    for (const value of attribute.ints) varint(pbf, 8, value);
    type('ints');
  } else if ('floats' in attribute) {
    pbf.writePackedFloat(7, [...attribute.floats]);
    type('floats');
  } else if ('strings' in attribute) {
    for (const value of attribute.strings) string(pbf, 9, value);
    type('strings');
  } else if ('tensor' in attribute) {
    pbf.writeMessage(5, (it: OnnxTensor, out) => writeTensor('', it, out, files), attribute.tensor);
    type('tensor');
  } else {
    pbf.writeMessage(6, (it: OnnxGraph, out) => writeGraph(it, out, files), attribute.graph);
    type('graph');
  }
}

function writeFunction(called: OnnxFunction, pbf: PbfWriter, files: Files): void {
  string(pbf, 1, called.name);
  for (const name of called.inputs) string(pbf, 4, name);
  for (const name of called.outputs) string(pbf, 5, name);
  for (const name of called.attributes ?? []) string(pbf, 6, name);
  for (const node of called.nodes) pbf.writeMessage(7, (it: OnnxNode, out) => writeNode(it, out, files), node);
  for (const opset of opsetsOf(called.opsets ?? { '': 17 })) pbf.writeMessage(9, writeOpset, opset);
  string(pbf, 10, called.domain);
  writeAttributes(called.defaults, pbf, 11, files);
}

function writeTensor(name: string, tensor: OnnxTensor, pbf: PbfWriter, files: Files): void {
  const type = tensor.type ?? 'float32';
  const encoding = tensor.encoding ?? 'raw';
  pbf.writePackedVarint(1, [...tensor.shape]);
  varint(pbf, 2, DATA_TYPE[type]);
  string(pbf, 8, name);
  if (encoding === 'raw') bytes(pbf, 9, rawOf(type, tensor.values));
  else if (encoding === 'typed') writeTyped(type, Array.from(tensor.values), pbf);
  else writeBeside(encoding.file, rawOf(type, tensor.values), pbf, files);
}

/** external_data: location, offset, length; each tensor begins at a multiple of 64 bytes, so that offsets matter. */
function writeBeside(file: string, raw: Uint8Array, pbf: PbfWriter, files: Files): void {
  const before = files.get(file) ?? new Uint8Array(0);
  const offset = Math.ceil(before.length / 64) * 64;
  const joined = new Uint8Array(offset + raw.length);
  joined.set(before);
  joined.set(raw, offset);
  files.set(file, joined);
  for (const entry of [{ key: 'location', value: file }, { key: 'offset', value: String(offset) }, { key: 'length', value: String(raw.length) }]) pbf.writeMessage(13, writeEntry, entry);
  varint(pbf, 14, 1);
}

const singles = new Float32Array(1);
const words = new Uint32Array(singles.buffer);
/** The bits of a bfloat16: those of the float32, rounded towards zero. */
function brainFloatOf(value: number): number {
  singles[0] = value;
  return words[0]! >>> 16;
}

/** Two to a byte, the lower four bits first. */
function nibbles(values: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(Math.ceil(values.length / 2));
  for (let i = 0; i < values.length; i++) out[i >> 1]! |= (values[i]! & 15) << (4 * (i & 1));
  return out;
}

/** Little-endian, as raw_data holds them. */
function rawOf(type: DataType, values: ArrayLike<number>): Uint8Array {
  const list = Array.from(values);
  const view = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer);
  switch (type) {
    case 'float32':
      return view(Float32Array.from(list));
    case 'float64':
      return view(Float64Array.from(list));
    case 'float16':
      return encodeHalves(list);
    case 'bfloat16':
      return view(Uint16Array.from(list, brainFloatOf));
    case 'int8':
    case 'uint8':
    case 'bool':
      return Uint8Array.from(list);
    case 'int16':
    case 'uint16':
      return view(Uint16Array.from(list));
    case 'int32':
    case 'uint32':
      return view(Uint32Array.from(list));
    case 'int64':
    case 'uint64':
      return view(BigInt64Array.from(list, (value) => BigInt(value)));
    case 'int4':
    case 'uint4':
      return nibbles(list);
    default:
      return type satisfies never;
  }
}

/** The typed field that onnx.proto gives to the type. */
function writeTyped(type: DataType, values: number[], pbf: PbfWriter): void {
  if (type === 'float32') pbf.writePackedFloat(4, values);
  else if (type === 'float64') pbf.writePackedDouble(10, values);
  else if (type === 'int64') pbf.writePackedVarint(7, values);
  else if (type === 'uint32' || type === 'uint64') pbf.writePackedVarint(11, values);
  else if (type === 'float16') pbf.writePackedVarint(5, values.map(halfOf));
  else if (type === 'bfloat16') pbf.writePackedVarint(5, values.map(brainFloatOf));
  else if (type === 'int4' || type === 'uint4') pbf.writePackedVarint(5, [...nibbles(values)]);
  else pbf.writePackedVarint(5, values);
}
