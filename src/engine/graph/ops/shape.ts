/** Ops that only move entries: every entry of y is an entry of x (or a constant). Not those that choose entries (select.ts). */
import * as tf from '../../tf.ts';
import { need, type Attrs, type Op } from './op.ts';

/** [N, …] → [N, shape…], row-major: flatten, tokens from a map, a map from tokens. */
export const reshape: Op = {
  kind: 'shape',
  forward([x], _, a) {
    const shape = a.shape as number[];
    const [wanted, given] = [shape.reduce((n, m) => n * m, 1), x.size / x.shape[0]!];
    if (wanted >= 0 && wanted !== given) throw new Error(`${x.shape.slice(1).join('×')} cannot take the shape ${shape.join('×')}: this network reads images of one size only, and this image has another; resize it to what the model names`);
    return tf.reshape(x, [x.shape[0]!, ...shape]);
  },
  vjp: ([x], _, __, ___, dy) => [tf.reshape(dy, x.shape)],
};

const inverse = (perm: readonly number[]) => perm.map((_, i) => perm.indexOf(i));

/** The axes in another order; `perm` counts the batch axis, which stays first. */
export const transpose: Op = {
  kind: 'shape',
  forward: ([x], _, a) => tf.transpose(x, [...(a.perm as number[])]),
  vjp: (_, __, ___, a, dy) => [tf.transpose(dy, inverse(a.perm as number[]))],
};

/** The inputs side by side along `axis`, the last where absent: dense connections, parallel branches, tokens of two kinds. */
export const concat: Op = {
  kind: 'shape',
  forward: (xs, _, a) => (xs.length === 1 ? tf.clone(xs[0]) : tf.concat([...xs], sideBySide(a))),
  vjp(xs, _, __, a, dy) {
    const axis = sideBySide(a);
    return xs.length === 1 ? [dy] : tf.split(dy, xs.map((x) => x.shape.at(axis)!), axis);
  },
};

const sideBySide = (a: Attrs) => (a.axis as number | undefined) ?? -1;

/** [N, H, W, C] moved round by `by` = [rows, columns]: what leaves on one side comes in on the other. Shifted windows. */
export const roll: Op = {
  kind: 'shape',
  forward: ([x], _, a) => rolled(x, a.by as readonly [number, number]),
  vjp: (_, __, ___, a, dy) => {
    const [rows, columns] = a.by as readonly [number, number];
    return [rolled(dy, [-rows, -columns])];
  },
};

function rolled(x: tf.Tensor, by: readonly [number, number]): tf.Tensor {
  return by.reduce((t, places, k) => {
    const axis = k + 1;
    const n = t.shape[axis]!;
    const last = ((places % n) + n) % n;
    if (last === 0) return t;
    const [kept, wrapped] = tf.split(t, [n - last, last], axis) as [tf.Tensor, tf.Tensor];
    return tf.concat([wrapped, kept], axis);
  }, tf.clone(x));
}

/** [N, T, D] → [N, D]: the token at `index` (the class token is 0). */
export const takeToken: Op = {
  kind: 'shape',
  forward: ([x], _, a) => {
    const [n, , d] = (x as tf.Tensor3D).shape;
    return tf.reshape(tf.slice(x, [0, a.index as number, 0], [n, 1, d]), [n, d]);
  },
  vjp: ([x], _, __, a, dy) => {
    const [n, t, d] = (x as tf.Tensor3D).shape;
    const index = a.index as number;
    return [tf.pad(tf.reshape(dy, [n, 1, d]), [[0, 0], [index, t - 1 - index], [0, 0]])];
  },
};

/** [N, T, D] → [N, T + 1, D]: a learned token `value` [1, 1, D] becomes token 0. */
export const prependToken: Op = {
  kind: 'shape',
  forward: ([x], w) => tf.concat([tf.tile(need(w, 'value'), [x.shape[0]!, 1, 1]), x], 1),
  vjp: ([x], _, __, ___, dy) => [tf.slice(dy, [0, 1, 0], x.shape)],
};

/** [N, T, D] → [N, heads, T, D / heads]; head h owns the columns h·D/heads … */
export const splitHeads: Op = {
  kind: 'shape',
  forward: ([x], _, a) => split(x, a),
  vjp: (_, __, ___, ____, dy) => [merge(dy)],
};

/** [N, heads, T, E] → [N, T, heads · E], the inverse of `splitHeads`. */
export const mergeHeads: Op = {
  kind: 'shape',
  forward: ([x]) => merge(x),
  vjp: ([x], _, __, ___, dy) => [split(dy, { heads: x.shape[1] })],
};

function split(x: tf.Tensor, a: Attrs): tf.Tensor {
  const [n, t, d] = (x as tf.Tensor3D).shape;
  const heads = a.heads as number;
  return tf.transpose(tf.reshape(x, [n, t, heads, d / heads]), [0, 2, 1, 3]);
}
function merge(x: tf.Tensor): tf.Tensor {
  const [n, heads, t, e] = (x as tf.Tensor4D).shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [n, t, heads * e]);
}
