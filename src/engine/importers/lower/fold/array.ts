/** What every constant evaluator uses: shapes, strides, one strided copy, broadcasting, attributes, complaints. No operator. */
import { ImportProblem } from '../../problem.ts';
import type { Constant, Operator } from '../../source.ts';

export type Inputs = readonly (Constant | undefined)[];

/** The outputs of an operator whose inputs are all constants; `undefined` where it cannot be evaluated. */
export type Fold = (operator: Operator, inputs: Inputs) => readonly Constant[] | undefined;

/** Entries of the largest constant that is made. */
export const MOST_ENTRIES = 2 ** 28;

const LARGEST_INT = 2 ** 31 - 1;

export function complain(operator: Operator, thing: string, remedy = 'the file does not keep to the ONNX specification here; check it with onnx.checker and export the model again'): never {
  throw new ImportProblem(`${operator.type} '${operator.name}' ${thing}`, remedy);
}

/** Entries of `shape`; refuses more than 2²⁸. */
export function entries(operator: Operator, shape: readonly number[]): number {
  const wrong = shape.find((length) => !(Number.isInteger(length) && length >= 0));
  if (wrong !== undefined) complain(operator, `would make the shape [${shape.join(', ')}], in which ${wrong} is no length`);
  const size = shape.reduce((n, length) => n * length, 1);
  if (size > MOST_ENTRIES) complain(operator, `would make a constant of the shape [${shape.join(', ')}], ${size.toLocaleString('en')} entries`, `at most ${MOST_ENTRIES.toLocaleString('en')} are made; use a smaller model`);
  return size;
}

export const floats = (shape: readonly number[], values: Float32Array): Constant => ({ type: 'float', shape, values });
export const ints = (shape: readonly number[], values: Int32Array): Constant => ({ type: 'int', shape, values });

/** Zeros of the given type. */
export function blank(operator: Operator, type: Constant['type'], shape: readonly number[]): Constant {
  const size = entries(operator, shape);
  return type === 'float' ? floats(shape, new Float32Array(size)) : ints(shape, new Int32Array(size));
}

export const withShape = (constant: Constant, shape: readonly number[]): Constant => ({ ...constant, shape });

/** The nearest 32-bit integer towards zero; NaN is 0. */
export const toInt = (value: number): number => (Number.isNaN(value) ? 0 : Math.max(-LARGEST_INT - 1, Math.min(LARGEST_INT, Math.trunc(value))));

/** As it is kept in a constant of `type`. */
export const storer = (type: Constant['type']): ((value: number) => number) => (type === 'int' ? toInt : (value) => value);

export function need(operator: Operator, inputs: Inputs, index: number): Constant {
  return inputs[index] ?? complain(operator, `lacks its input ${index + 1}`);
}

export function numberOf(operator: Operator, name: string, otherwise: number): number {
  const value = operator.attributes[name] ?? otherwise;
  return typeof value === 'number' ? value : complain(operator, `has an attribute '${name}' that is no number`);
}

/** An attribute that is a tensor. */
export function constantOf(operator: Operator, name: string): Constant | undefined {
  const value = operator.attributes[name];
  if (value === undefined) return undefined;
  return typeof value === 'object' && 'type' in value ? value : complain(operator, `has an attribute '${name}' that is no tensor`);
}

/** A list of whole numbers from input `index`, or (as older opsets have it) from the attribute `name`. */
export function listOf(operator: Operator, inputs: Inputs, index: number, name: string): readonly number[] | undefined {
  const input = inputs[index];
  if (input) return Array.from(input.values);
  const attribute = operator.attributes[name];
  if (attribute === undefined) return undefined;
  if (!Array.isArray(attribute)) complain(operator, `has an attribute '${name}' that is no list`);
  return attribute as readonly number[];
}

/** An axis counted from the front. */
export function axisOf(operator: Operator, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!(Number.isInteger(counted) && counted >= 0 && counted < rank)) complain(operator, `names axis ${axis} of a tensor of ${rank} ${rank === 1 ? 'axis' : 'axes'}`);
  return counted;
}

/** An index into `length` places, counted from the front. */
export function placeOf(operator: Operator, index: number, length: number): number {
  const place = index < 0 ? index + length : index;
  if (!(place >= 0 && place < length)) complain(operator, `takes entry ${index} of ${length}`);
  return place;
}

/** Entries between neighbours along each axis, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

export interface Place {
  readonly values: Float32Array | Int32Array;
  readonly base: number;
  readonly strides: readonly number[];
}

/** to[base + Σ index · stride] = from[base + Σ index · stride] for every index of `shape`: transposes, slices, repeats, concatenations. */
export function copy(shape: readonly number[], from: Place, to: Place): void {
  const axes = shape.flatMap((length, axis) => (length === 1 ? [] : [axis])).sort((a, b) => Math.abs(to.strides[b]!) - Math.abs(to.strides[a]!));
  if (shape.includes(0)) return;
  const last = axes.pop();
  const [length, fromStep, toStep] = last === undefined ? [1, 0, 0] : [shape[last]!, from.strides[last]!, to.strides[last]!];
  const index = axes.map(() => 0);
  let [source, target] = [from.base, to.base];
  for (;;) {
    for (let i = 0, s = source, t = target; i < length; i++, s += fromStep, t += toStep) to.values[t] = from.values[s]!;
    let k = axes.length - 1;
    for (; k >= 0; k--) {
      const axis = axes[k]!;
      source += from.strides[axis]!;
      target += to.strides[axis]!;
      if (++index[k]! < shape[axis]!) break;
      source -= from.strides[axis]! * shape[axis]!;
      target -= to.strides[axis]! * shape[axis]!;
      index[k] = 0;
    }
    if (k < 0) return;
  }
}

/** A new constant of `shape` whose entries are read from `constant` at base + Σ index · stride. */
export function take(operator: Operator, constant: Constant, shape: readonly number[], strides: readonly number[], base = 0): Constant {
  const made = blank(operator, constant.type, shape);
  copy(shape, { values: constant.values, base, strides }, { values: made.values, base: 0, strides: stridesOf(shape) });
  return made;
}

/** The shape that all broadcast to, as NumPy does. */
export function broadcastShape(operator: Operator, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((length) => length !== 1);
    if (lengths.some((length) => length !== lengths[0])) complain(operator, `joins tensors of the shapes ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')}, which do not fit each other`);
    return lengths[0] ?? 1;
  });
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((length, axis) => length === b[axis]);

/** `constant` repeated to `shape`; itself where that is its shape. */
export function spread(operator: Operator, constant: Constant, shape: readonly number[]): Constant {
  if (sameShape(constant.shape, shape)) return constant;
  if (!sameShape(broadcastShape(operator, [constant.shape, shape]), shape)) complain(operator, `cannot repeat [${constant.shape.join(', ')}] to [${shape.join(', ')}]`);
  const lead = shape.length - constant.shape.length;
  const own = stridesOf(constant.shape);
  const strides = shape.map((_, axis) => (axis < lead || constant.shape[axis - lead] === 1 ? 0 : own[axis - lead]!));
  return take(operator, constant, shape, strides);
}
