/** Ops that choose entries or put some around them: slice, gather, pad, and a constant, which chooses none. Computes no sums. */
import * as tf from '../../tf.ts';
import { need, type Op } from './op.ts';

/** A slice's numbers, one for each axis behind the batch; the end is excluded and may lie beyond the axis. */
interface SliceAttrs {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly step: readonly number[];
}

/** Entries begin, begin + step … of one axis of `length`, `count` of them. */
interface Stride {
  readonly axis: number;
  readonly begin: number;
  readonly step: number;
  readonly count: number;
  readonly length: number;
}

function stridesOf(shape: readonly number[], { begin, end, step }: SliceAttrs): readonly Stride[] {
  return begin.map((first, k) => {
    const length = shape[k + 1]!;
    const count = Math.ceil((Math.min(end[k]!, length) - first) / step[k]!);
    if (!(first >= 0 && step[k]! >= 1 && count >= 1)) throw new Error(`a slice from ${first} to ${end[k]} by ${step[k]} takes nothing from axis ${k + 1} of ${shape.join('×')}: begin at 0 or later, before the end`);
    return { axis: k + 1, begin: first, step: step[k]!, count, length };
  });
}

const productOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** `change` of x as [entries before the axis, the axis, entries behind it]: GPU kernels slice and pad four axes at most. */
function onAxis(x: tf.Tensor, axis: number, change: (x: tf.Tensor3D) => tf.Tensor): tf.Tensor {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const y = change(tf.reshape(x, [productOf(before), x.shape[axis]!, productOf(after)]));
  return tf.reshape(y, [...before, y.size / productOf([...before, ...after]), ...after]);
}

const part = (x: tf.Tensor3D, begin: number, count: number) => tf.slice(x, [0, begin, 0], [x.shape[0], count, x.shape[2]]);
const padded = (x: tf.Tensor3D, before: number, after: number, value = 0) => (before + after === 0 ? x : tf.pad(x, [[0, 0], [before, after], [0, 0]], value));

/** By steps: cut into runs of `step` entries, of each of which the first is taken. */
function every(x: tf.Tensor, { axis, begin, step, count, length }: Stride): tf.Tensor {
  if (step === 1 && count === length) return x;
  return onAxis(x, axis, (flat) => {
    const [outer, , inner] = flat.shape;
    const whole = Math.min(count * step, length - begin);
    const runs = tf.reshape(padded(part(flat, begin, whole), 0, count * step - whole), [outer, count, step * inner]);
    return tf.slice(runs, [0, 0, 0], [outer, count, inner]);
  });
}

/** The adjoint of `every`: entries back in their places, 0 between them. */
function spread(dy: tf.Tensor, { axis, begin, step, count, length }: Stride): tf.Tensor {
  if (step === 1 && count === length) return dy;
  return onAxis(dy, axis, (flat) => {
    const [outer, , inner] = flat.shape;
    const stuffed = step === 1 ? flat : tf.pad(flat, [[0, 0], [0, 0], [0, (step - 1) * inner]]);
    const whole = Math.min(count * step, length - begin);
    const seen = part(tf.reshape(stuffed, [outer, count * step, inner]), 0, whole);
    return padded(seen, begin, length - begin - whole);
  });
}

/** x[begin : end : step] on every axis behind the batch; steps of 1 or more. */
export const slice: Op = {
  kind: 'shape',
  forward: ([x], _, a) => tf.clone(stridesOf(x.shape, a as unknown as SliceAttrs).reduce(every, x)),
  vjp: ([x], _, __, a, dy) => [stridesOf(x.shape, a as unknown as SliceAttrs).reduce(spread, dy)],
};

const int = (indices: readonly number[]) => tf.tensor1d([...indices], 'int32');

/**
 * For each entry of an axis of `length` where its copies are in y, one list for each time that it may occur; `none` where it has no more copies.
 * indices [2, 0, 2], length 3, none 3 → [[1, 3, 0], [3, 3, 2]].
 */
export function copiesOf(indices: readonly number[], length: number, none: number): readonly (readonly number[])[] {
  const places = Array.from({ length }, (): number[] => []);
  indices.forEach((index, at) => places[index]!.push(at));
  const most = Math.max(...places.map(({ length: copies }) => copies));
  return Array.from({ length: most }, (_, k) => places.map((copies) => copies[k] ?? none));
}

/** y[…, i, …] = x[…, indices[i], …] along `axis` of the stored tensor: channels in another order, nearest neighbours. */
export const gather: Op = {
  kind: 'shape',
  forward: ([x], _, a) => tf.gather(x, int(a.indices as number[]), a.axis as number),
  vjp([x], _, __, a, dy) {
    const [axis, indices] = [a.axis as number, a.indices as number[]];
    const longer = onAxis(dy, axis, (flat) => padded(flat, 0, 1)); // one 0 at the end, for entries that have no copy
    return [tf.addN(copiesOf(indices, x.shape[axis]!, indices.length).map((at) => tf.gather(longer, int(at), axis)))];
  },
};

/** x with `before` and `after` entries of `value` around it, on every axis behind the batch. */
export const pad: Op = {
  kind: 'shape',
  forward([x], _, a) {
    const [before, after] = [a.before, a.after] as [readonly number[], readonly number[]];
    return before.reduce((t, first, k) => (first + after[k]! === 0 ? t : onAxis(t, k + 1, (flat) => padded(flat, first, after[k]!, a.value as number))), tf.clone(x));
  },
  vjp: ([x], _, __, a, dy) => [(a.before as readonly number[]).reduce((t, first, k) => onAxis(t, k + 1, (flat) => part(flat, first, x.shape[k + 1]!)), dy)],
};

/** The weight `value` [1, …] for every row of x, of which it reads nothing else. */
export const constant: Op = {
  kind: 'shape',
  forward([x], w) {
    const value = need(w, 'value');
    const run = tf.customGrad((...args) => {
      const [{ shape }] = args as unknown as [tf.Tensor];
      return { value: tf.tile(value, [shape[0]!, ...value.shape.slice(1).map(() => 1)]), gradFunc: () => [tf.zeros(shape)] };
    });
    return run(x);
  },
  vjp: ([x]) => [tf.zerosLike(x)],
};
