/** Constant evaluation of what speaks of shapes: their lengths, the same entries in another shape, constants made from a shape. */
import type { Constant, Operator } from '../../source.ts';
import { axisOf, blank, complain, constantOf, entries, floats, ints, listOf, need, numberOf, withShape, type Fold } from './array.ts';

/** The lengths of a signal or a constant, between `start` and `end`. */
const shape: Fold = (operator, inputs) => {
  const lengths = need(operator, inputs, 0).shape;
  const bound = (name: string, otherwise: number) => {
    const value = numberOf(operator, name, otherwise);
    return Math.max(0, Math.min(lengths.length, value < 0 ? value + lengths.length : value));
  };
  const kept = lengths.slice(bound('start', 0), bound('end', lengths.length));
  return [ints([kept.length], Int32Array.from(kept))];
};

/**
 * The shape that Reshape gives to `from`: 0 keeps the length of that place (unless `allowzero`), one −1 takes what is left.
 * For signals too, hence apart.
 */
export function reshaped(operator: Operator, from: readonly number[], wanted: readonly number[]): number[] {
  const keep = numberOf(operator, 'allowzero', 0) === 0;
  const lengths = wanted.map((length, axis) => (length === 0 && keep ? (from[axis] ?? complain(operator, `keeps the length of axis ${axis}, but its input [${from.join(', ')}] has none`)) : length));
  const said = () => complain(operator, `gives [${from.join(', ')}] the shape [${wanted.join(', ')}], which has another number of entries`);
  const size = from.reduce((n, length) => n * length, 1);
  const open = lengths.indexOf(-1);
  if (open >= 0) {
    const rest = lengths.reduce((n, length, axis) => (axis === open ? n : n * length), 1);
    if (lengths.lastIndexOf(-1) !== open) complain(operator, `leaves two lengths of [${wanted.join(', ')}] open`);
    lengths[open] = rest === 0 ? said() : size / rest;
  }
  if (!lengths.every((length) => Number.isInteger(length) && length >= 0) || lengths.reduce((n, length) => n * length, 1) !== size) said();
  return lengths;
}

const reshape: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const wanted = listOf(operator, inputs, 1, 'shape') ?? complain(operator, 'names no shape');
  return [withShape(x, reshaped(operator, x.shape, wanted))];
};

const flatten: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axis = numberOf(operator, 'axis', 1);
  const cut = axis < 0 ? axis + x.shape.length : axis;
  if (!(cut >= 0 && cut <= x.shape.length)) complain(operator, `flattens from axis ${axis}, but its input has ${x.shape.length}`);
  const product = (lengths: readonly number[]) => lengths.reduce((n, length) => n * length, 1);
  return [withShape(x, [product(x.shape.slice(0, cut)), product(x.shape.slice(cut))])];
};

const squeeze: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axes = listOf(operator, inputs, 1, 'axes')?.map((axis) => axisOf(operator, axis, x.shape.length));
  const long = axes?.find((axis) => x.shape[axis] !== 1);
  if (long !== undefined) complain(operator, `drops axis ${long}, which has the length ${x.shape[long]} instead of 1`);
  return [withShape(x, x.shape.filter((length, axis) => (axes ? !axes.includes(axis) : length !== 1)))];
};

const unsqueeze: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axes = listOf(operator, inputs, 1, 'axes') ?? complain(operator, 'names no axes');
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(operator, axis, rank)));
  if (added.size < axes.length) complain(operator, `adds one axis twice (${axes.join(', ')})`);
  const rest = [...x.shape];
  return [withShape(x, Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!)))];
};

const range: Fold = (operator, inputs) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => need(operator, inputs, i)) as [Constant, Constant, Constant];
  const [from, to, by] = [start, limit, delta].map(({ values }) => values[0]!) as [number, number, number];
  if (!(by !== 0)) complain(operator, `counts in steps of ${by}`);
  const made = blank(operator, start.type, [Math.max(0, Math.ceil((to - from) / by))]);
  for (let i = 0; i < made.values.length; i++) made.values[i] = from + i * by;
  return [made];
};

const constantOfShape: Fold = (operator, inputs) => {
  const lengths = Array.from(need(operator, inputs, 0).values);
  const value = constantOf(operator, 'value') ?? floats([1], new Float32Array(1));
  if (value.values.length !== 1) complain(operator, `fills a shape with ${value.values.length} numbers instead of one`);
  const made = blank(operator, value.type, lengths);
  made.values.fill(value.values[0]!);
  return [made];
};

const eyeLike: Fold = (operator, inputs) => {
  const like = need(operator, inputs, 0);
  if (like.shape.length !== 2) complain(operator, `wants a matrix, not [${like.shape.join(', ')}]`);
  const type = numberOf(operator, 'dtype', like.type === 'float' ? 1 : 7);
  const made = blank(operator, [1, 10, 11, 16].includes(type) ? 'float' : 'int', like.shape);
  const [rows, columns] = like.shape as [number, number];
  const k = numberOf(operator, 'k', 0);
  for (let i = 0; i < rows; i++) if (i + k >= 0 && i + k < columns) made.values[i * columns + i + k] = 1;
  return [made];
};

const size: Fold = (operator, inputs) => [ints([], Int32Array.of(entries(operator, need(operator, inputs, 0).shape)))];

const identity: Fold = (operator, inputs) => [need(operator, inputs, 0)];

export const SHAPES = {
  Shape: shape,
  Size: size,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Range: range,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Identity: identity,
} satisfies Record<string, Fold>;
