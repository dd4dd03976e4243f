/** Constant evaluation of what takes or puts entries by index. */
import type { Constant, Operator } from '../../source.ts';
import { axisOf, blank, complain, ints, need, numberOf, placeOf, sameShape, stridesOf, type Fold } from './array.ts';
import { sizeOfShape } from '../../shape.ts';

/** y[…, i…, …] = x[…, indices[i…], …] along `axis`. */
const gather: Fold = (operator, inputs) => {
  const [x, indices] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  const axis = axisOf(operator, numberOf(operator, 'axis', 0), x.shape.length);
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const made = blank(operator, x.type, [...before, ...indices.shape, ...after]);
  const [length, block] = [x.shape[axis]!, sizeOfShape(after)];
  const places = Array.from(indices.values, (index) => placeOf(operator, index, length));
  for (let outer = 0, to = 0; outer < sizeOfShape(before); outer++) {
    for (const place of places) {
      const from = (outer * length + place) * block;
      made.values.set(x.values.subarray(from, from + block), to);
      to += block;
    }
  }
  return [made];
};

/** Flat places of x that the entries of `indices` name along `axis`; the other coordinates are the index's own. */
function elementPlaces(operator: Operator, x: Constant, indices: Constant): Int32Array {
  const axis = axisOf(operator, numberOf(operator, 'axis', 0), x.shape.length);
  if (indices.shape.length !== x.shape.length || indices.shape.some((length, i) => i !== axis && length > x.shape[i]!)) {
    complain(operator, `reads [${x.shape.join(', ')}] by indices of the shape [${indices.shape.join(', ')}]`);
  }
  const [strides, own] = [stridesOf(x.shape), stridesOf(indices.shape)];
  return Int32Array.from(indices.values, (index, i) =>
    strides.reduce((sum, stride, k) => sum + stride * (k === axis ? placeOf(operator, index, x.shape[axis]!) : Math.floor(i / own[k]!) % indices.shape[k]!), 0),
  );
}

const gatherElements: Fold = (operator, inputs) => {
  const [x, indices] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  const made = blank(operator, x.type, indices.shape);
  elementPlaces(operator, x, indices).forEach((place, i) => (made.values[i] = x.values[place]!));
  return [made];
};

/** Rows of `indices` (its last axis) as flat starts of blocks of x; the first `batchDims` axes are common to both. */
function blockStarts(operator: Operator, x: Constant, indices: Constant, batchDims: number): { starts: Int32Array; block: number; rest: readonly number[] } {
  const depth = indices.shape.at(-1) ?? 0;
  if (!(depth >= 1 && batchDims + depth <= x.shape.length && sameShape(x.shape.slice(0, batchDims), indices.shape.slice(0, batchDims)))) {
    complain(operator, `reads [${x.shape.join(', ')}] by indices of the shape [${indices.shape.join(', ')}]`);
  }
  const strides = stridesOf(x.shape);
  const rest = x.shape.slice(batchDims + depth);
  const perBatch = sizeOfShape(indices.shape.slice(batchDims, -1));
  const batch = sizeOfShape(x.shape.slice(batchDims));
  const starts = Int32Array.from({ length: indices.values.length / depth }, (_, row) => {
    let start = Math.floor(row / perBatch) * batch;
    for (let k = 0; k < depth; k++) start += placeOf(operator, indices.values[row * depth + k]!, x.shape[batchDims + k]!) * strides[batchDims + k]!;
    return start;
  });
  return { starts, block: sizeOfShape(rest), rest };
}

const gatherND: Fold = (operator, inputs) => {
  const [x, indices] = [need(operator, inputs, 0), need(operator, inputs, 1)];
  const { starts, block, rest } = blockStarts(operator, x, indices, numberOf(operator, 'batch_dims', 0));
  const made = blank(operator, x.type, [...indices.shape.slice(0, -1), ...rest]);
  starts.forEach((start, i) => made.values.set(x.values.subarray(start, start + block), i * block));
  return [made];
};

const REDUCTIONS: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  min: Math.min,
  max: Math.max,
};

function reductionOf(operator: Operator): (old: number, update: number) => number {
  const name = operator.attributes.reduction ?? 'none';
  if (typeof name !== 'string' || !Object.hasOwn(REDUCTIONS, name)) complain(operator, `has a reduction other than ${Object.keys(REDUCTIONS).join(', ')}`);
  return REDUCTIONS[name]!;
}

const scatterND: Fold = (operator, inputs) => {
  const [x, indices, updates] = [0, 1, 2].map((i) => need(operator, inputs, i)) as [Constant, Constant, Constant];
  const { starts, block, rest } = blockStarts(operator, x, indices, 0);
  if (!sameShape(updates.shape, [...indices.shape.slice(0, -1), ...rest])) complain(operator, `puts updates of the shape [${updates.shape.join(', ')}] at indices of the shape [${indices.shape.join(', ')}]`);
  const reduce = reductionOf(operator);
  const made = blank(operator, x.type, x.shape);
  made.values.set(x.values);
  starts.forEach((start, row) => {
    for (let i = 0; i < block; i++) made.values[start + i] = reduce(made.values[start + i]!, updates.values[row * block + i]!);
  });
  return [made];
};

const scatterElements: Fold = (operator, inputs) => {
  const [x, indices, updates] = [0, 1, 2].map((i) => need(operator, inputs, i)) as [Constant, Constant, Constant];
  if (!sameShape(updates.shape, indices.shape)) complain(operator, `puts updates of the shape [${updates.shape.join(', ')}] at indices of the shape [${indices.shape.join(', ')}]`);
  const reduce = reductionOf(operator);
  const made = blank(operator, x.type, x.shape);
  made.values.set(x.values);
  elementPlaces(operator, x, indices).forEach((place, i) => (made.values[place] = reduce(made.values[place]!, updates.values[i]!)));
  return [made];
};

/** Coordinates of the entries that are not zero, [rank, count]. */
const nonZero: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const found = Array.from(x.values.keys()).filter((i) => x.values[i] !== 0);
  const coordinates = stridesOf(x.shape).flatMap((stride, axis) => found.map((i) => Math.floor(i / stride) % x.shape[axis]!));
  return [ints([x.shape.length, found.length], Int32Array.from(coordinates))];
};

export const GATHER = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  ScatterND: scatterND,
  ScatterElements: scatterElements,
  NonZero: nonZero,
} satisfies Record<string, Fold>;
