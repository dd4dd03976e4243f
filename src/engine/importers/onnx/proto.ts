/** What an ONNX file says, as far as a classifier needs it: the messages of onnx.proto as plain objects. Types and names only; decode.ts fills them. */

export interface Entry {
  key: string;
  value: string;
}

export interface TensorProto {
  name: string;
  dims: number[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: number[];
  uint64Data: number[];
  doubleData: number[];
  rawData?: Uint8Array;
  externalData: Entry[];
  /** 1: the numbers lie in another file. */
  dataLocation: number;
}

export interface AttributeProto {
  name: string;
  type: number;
  /** In a function: the name of the function's attribute whose value this one takes. */
  reference: string;
  float: number;
  int: number;
  string: string;
  tensor?: TensorProto;
  graph?: GraphProto;
  floats: number[];
  ints: number[];
  strings: string[];
}

export interface NodeProto {
  name: string;
  type: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  attributes: AttributeProto[];
}

/** The length of an axis: `undefined` where it is open or bears a name. */
export type Dim = number | undefined;

export interface ValueProto {
  name: string;
  elementType: number;
  /** `undefined` where the file says nothing of it. */
  shape?: Dim[];
  /** A sequence, a map or another thing that is no tensor. */
  other?: string;
}

export interface GraphProto {
  name: string;
  nodes: NodeProto[];
  initialisers: TensorProto[];
  /** Names of sparse initialisers, which are refused where they are used. */
  sparse: string[];
  inputs: ValueProto[];
  outputs: ValueProto[];
  values: ValueProto[];
}

export interface OpsetProto {
  domain: string;
  version: number;
}

export interface FunctionProto {
  name: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  /** Attributes that a call may give. */
  attributes: string[];
  /** Attributes that a call may leave out. */
  defaults: AttributeProto[];
  nodes: NodeProto[];
  opsets: OpsetProto[];
}

export interface ModelProto {
  irVersion: number;
  producer: string;
  producerVersion: string;
  domain: string;
  modelVersion: number;
  doc: string;
  graph?: GraphProto;
  opsets: OpsetProto[];
  metadata: Entry[];
  functions: FunctionProto[];
}

/** AttributeProto.type. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

/** TensorProto.data_type of the types that are read. */
export const DATA_TYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  uint4: 21,
  int4: 22,
} as const;

export type DataType = keyof typeof DATA_TYPE;

const OTHER_TYPES: Readonly<Record<number, string>> = {
  0: 'undefined',
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  23: 'float4e2m1',
  24: 'float8e8m0',
  25: 'uint2',
  26: 'int2',
};

const NAMES = new Map<number, DataType>(Object.entries(DATA_TYPE).map(([name, code]) => [code, name as DataType]));

/** The name of a type that is read, or undefined. */
export const dataTypeOf = (code: number): DataType | undefined => NAMES.get(code);

/** What to call any type in a message. */
export const dataTypeName = (code: number): string => NAMES.get(code) ?? OTHER_TYPES[code] ?? `type ${code}`;

/** Whether numbers of this type are computed with as floating point. */
export const isFloat = (code: number): boolean => [DATA_TYPE.float32, DATA_TYPE.float16, DATA_TYPE.float64, DATA_TYPE.bfloat16].some((type) => type === code);
