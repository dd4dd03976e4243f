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

const around = (rank: number, axis: number, before: number, after: number) => Array.from({ length: rank }, (_, k): [number, number] => (k === axis ? [before, after] : [0, 0]));

const part = (x: tf.Tensor, axis: number, begin: number, count: number) =>
  tf.slice(x, x.shape.map((_, k) => (k === axis ? begin : 0)), x.shape.map((n, k) => (k === axis ? count : n)));

/** x with `lengths` in place of the `axes` axes from `axis` on. */
const regrouped = (x: tf.Tensor, axis: number, axes: number, lengths: readonly number[]) => tf.reshape(x, [...x.shape.slice(0, axis), ...lengths, ...x.shape.slice(axis + axes)]);

/** By steps: cut into runs of `step` entries, of each of which the first is taken. */
function every(x: tf.Tensor, { axis, begin, step, count, length }: Stride): tf.Tensor {
  if (step === 1) return count === length ? x : part(x, axis, begin, count);
  const whole = Math.min(count * step, length - begin);
  const runs = tf.pad(part(x, axis, begin, whole), around(x.rank, axis, 0, count * step - whole));
  return regrouped(part(regrouped(runs, axis, 1, [count, step]), axis + 1, 0, 1), axis, 2, [count]);
}

/** The adjoint of `every`: entries back in their places, 0 between them. */
function spread(dy: tf.Tensor, { axis, begin, step, count, length }: Stride): tf.Tensor {
  const stuffed = () => tf.pad(regrouped(dy, axis, 1, [count, 1]), around(dy.rank + 1, axis + 1, 0, step - 1));
  const runs = step === 1 ? dy : regrouped(stuffed(), axis, 2, [count * step]);
  const seen = begin + count * step > length ? part(runs, axis, 0, length - begin) : runs;
  return seen.shape[axis] === length ? seen : tf.pad(seen, around(dy.rank, axis, begin, length - begin - seen.shape[axis]!));
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
    const padded = tf.pad(dy, around(dy.rank, axis, 0, 1)); // one 0 at the end, for entries that have no copy
    return [tf.addN(copiesOf(indices, x.shape[axis]!, indices.length).map((at) => tf.gather(padded, int(at), axis)))];
  },
};

/** x with `before` and `after` entries of `value` around it, on every axis behind the batch. */
export const pad: Op = {
  kind: 'shape',
  forward([x], _, a) {
    const after = a.after as readonly number[];
    return tf.pad(x, [[0, 0], ...(a.before as readonly number[]).map((n, k): [number, number] => [n, after[k]!])], a.value as number);
  },
  vjp: ([x], _, __, a, dy) => [tf.slice(dy, [0, ...(a.before as readonly number[])], x.shape)],
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
