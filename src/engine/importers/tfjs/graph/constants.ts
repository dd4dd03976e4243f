/** The numbers of a Const node: in the weight files, or in the node itself. */
import type { Constant } from '../../source.ts';
import { ImportProblem } from '../../problem.ts';
import { base64, damaged, isRecord, list, number, text, type Json } from '../json.ts';
import type { Weights } from '../weights.ts';
import { kindOf, shapeOf } from './attributes.ts';
import type { GraphNode } from './graphDef.ts';

/** Words of a tensor that is packed into base64: bytes a value, and how they are read. */
const PACKED: Readonly<Record<string, (buffer: ArrayBuffer) => ArrayLike<number>>> = {
  DT_FLOAT: (buffer) => new Float32Array(buffer),
  DT_INT32: (buffer) => new Int32Array(buffer),
  DT_BOOL: (buffer) => new Uint8Array(buffer),
};

/** `floatVal`, `intVal` …: one value stands for all that follow it. */
function listed(tensor: Json, node: string): number[] | undefined {
  const field = ['floatVal', 'intVal', 'boolVal', 'int64Val', 'doubleVal'].find((name) => tensor[name] !== undefined);
  if (!field) return undefined;
  return list(tensor[field], `the value of '${node}'`).map((value) => (typeof value === 'boolean' ? Number(value) : number(value, `the value of '${node}'`)));
}

function packed(tensor: Json, node: string): ArrayLike<number> {
  const content = text(tensor.tensorContent, `the value of '${node}'`);
  const read = PACKED[String(tensor.dtype)];
  if (!read) throw new ImportProblem(`constant '${node}' of the type '${String(tensor.dtype)}' stands in the graph itself`, 'convert the model again, so that its weights lie in the weight files');
  const bytes = base64(content, `the value of '${node}'`);
  if (tensor.dtype !== 'DT_BOOL' && bytes.length % 4 !== 0) throw damaged(`the value of '${node}' has ${bytes.length} bytes`);
  return read(bytes.slice().buffer);
}

/** Errors: a value that is nowhere, texts, or more numbers than the shape asks for. */
export function constantOf({ name, attributes }: GraphNode, weights: Weights): Constant {
  if (weights.shape(name)) return weights.read(name);
  const tensor = attributes.record('value')?.tensor;
  if (!isRecord(tensor)) throw damaged(`constant '${name}' is neither among the weights nor in the graph`);
  const shape = shapeOf(tensor.tensorShape ?? {}, `the shape of '${name}'`) ?? [];
  const count = shape.reduce((product, length) => product * length, 1);
  const values = listed(tensor, name) ?? (tensor.tensorContent === undefined ? undefined : packed(tensor, name));
  if (!values || (values.length !== count && values.length !== 1) || count > 2 ** 20 || count < 0) throw damaged(`constant '${name}' is not among the weights, and the graph holds ${values?.length ?? 'none'} of its ${count} numbers`);
  const full = Array.from({ length: count }, (_, index) => values[Math.min(index, values.length - 1)]!);
  return kindOf(tensor.dtype) === 'float' ? { type: 'float', shape, values: Float32Array.from(full) } : { type: 'int', shape, values: Int32Array.from(full) };
}
