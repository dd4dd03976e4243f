/** Small ONNX networks from nodes alone, read and run with the constant evaluator: for tests of the reader. Operators that are not evaluated on constants cannot be run. */
import { evaluate } from '../importers/lower/fold/index.ts';
import { readOnnx } from '../importers/onnx/readOnnx.ts';
import type { Constant, Source } from '../importers/source.ts';
import { writeOnnx, type OnnxAttribute, type OnnxModel, type OnnxNode } from './onnxWriter.ts';

export type Attributes = Readonly<Record<string, OnnxAttribute>>;
/** A node that bears its type as its name. */
export const node = (type: string, inputs: string[], outputs: string[], attributes: Attributes = {}, domain = ''): OnnxNode => ({ type, inputs, outputs, attributes, domain, name: type.toLowerCase() });

export const tensor = (shape: number[], values: number[]): Constant => ({ type: 'float', shape, values: Float32Array.from(values) });
/** 0, 1, 2 … in the given shape. */
export const counted = (...shape: number[]) => tensor(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i));

/** Reads a file of these nodes, from x to y. */
export const read = (opset: number | Record<string, number>, nodes: OnnxNode[], more: Partial<OnnxModel> = {}) =>
  readOnnx(writeOnnx({ opset, inputs: { x: {} }, outputs: ['y'], nodes, ...more }));

/** The output for x, all operators evaluated one by one. */
export function run(source: Source, x: Constant): Constant {
  const values = new Map<string, Constant>([...source.constants, ['x', x]]);
  for (const operator of source.operators) {
    const found = evaluate(operator, operator.inputs.map((input) => values.get(input)));
    if (!found) throw new Error(`${operator.type} is not evaluated`);
    operator.outputs.forEach((output, i) => values.set(output, found[i]!));
  }
  return values.get(source.outputs[0]!)!;
}
