/** Moves of entries that say less than they write: one after another, none at all, there and back. Changes no number. */
import type { PlainNode } from '../../models/plain.ts';
import { entrywiseOn, instead, isEntrywise, made, nodeOf, sameAs } from './match.ts';
import type { Pattern, View } from './net.ts';
import { sameShape, type Shape } from '../shape.ts';
import { axisOf, numbers } from './shapes.ts';

const inputOf = (node: PlainNode): string => node.inputs[0]!;

/** An op that leaves every entry where it is. */
const nothing: Pattern = {
  id: 'nothing-moves',
  at: ['reshape', 'transpose', 'expand', 'slice', 'pad', 'concat', 'gather', 'roll'],
  find: (node, view) => (movesNothing(node, view.shape(inputOf(node)), view.shape(node.id)) ? sameAs(inputOf(node)) : undefined),
};

function movesNothing(node: PlainNode, before: Shape, after: Shape): boolean {
  if (node.inputs.length > 1 || !sameShape(before, after)) return false;
  switch (node.op) {
    case 'transpose':
      return numbers(node, 'perm').every((axis, i) => axis === i);
    case 'gather':
      return numbers(node, 'indices').every((index, i) => index === i);
    case 'roll':
      return numbers(node, 'by').every((places, i) => places % before[i]! === 0);
    default:
      return true;
  }
}

/** Two reshapes are one. */
const reshapes: Pattern = {
  id: 'reshape-twice',
  at: ['reshape'],
  find(node, view) {
    const first = nodeOf(view, inputOf(node), 'reshape');
    return first && instead(made(node.id, 'reshape', first.inputs, { shape: view.shape(node.id) }));
  },
};

/** Two transpositions are one. */
const transposes: Pattern = {
  id: 'transpose-twice',
  at: ['transpose'],
  find(node, view) {
    const first = nodeOf(view, inputOf(node), 'transpose');
    const perm = first && numbers(node, 'perm').map((axis) => numbers(first, 'perm')[axis]!);
    return perm && instead(made(node.id, 'transpose', first.inputs, { perm }));
  },
};

/** A transposition after which the axes longer than 1 stand in the old order. */
const unitAxes: Pattern = {
  id: 'transpose-of-units',
  at: ['transpose'],
  find(node, view) {
    const long = numbers(node, 'perm').filter((axis) => axis > 0 && view.shape(inputOf(node))[axis - 1]! > 1);
    return long.every((axis, i) => i === 0 || axis > long[i - 1]!) ? instead(made(node.id, 'reshape', node.inputs, { shape: view.shape(node.id) })) : undefined;
  },
};

/** Axes of length 1 take no part: the others are transposed alone, which other moves can then meet. */
const withoutUnits: Pattern = {
  id: 'transpose-without-units',
  at: ['transpose'],
  find(node, view) {
    const [perm, shape] = [numbers(node, 'perm').slice(1).map((axis) => axis - 1), view.shape(inputOf(node))];
    const long = shape.flatMap((n, axis) => (n > 1 ? [axis] : []));
    if (long.length === shape.length) return undefined;
    const alone = [0, ...perm.filter((axis) => long.includes(axis)).map((axis) => long.indexOf(axis) + 1)];
    const flat = made(`${node.id}·flat`, 'reshape', node.inputs, { shape: long.map((axis) => shape[axis]!) });
    return instead(flat, made(`${node.id}·turned`, 'transpose', [flat.id], { perm: alone }), made(node.id, 'reshape', [`${node.id}·turned`], { shape: view.shape(node.id) }));
  },
};

const twice = (op: PlainNode['op'], join: (inner: PlainNode, outer: PlainNode) => PlainNode['attrs']): Pattern => ({
  id: `${op}-twice`,
  at: [op],
  find(node, view) {
    const first = nodeOf(view, inputOf(node), op);
    return first && instead(made(node.id, op, first.inputs, join(first, node)));
  },
});

const sums = (a: readonly number[], b: readonly number[]) => a.map((n, i) => n + b[i]!);

const rolls = twice('roll', (inner, outer) => ({ by: sums(numbers(inner, 'by'), numbers(outer, 'by')) }));

/** Entry k of the inner slice is entry begin + k · step before it; no end lies beyond the inner one's. */
const slices = twice('slice', (inner, outer) => {
  const [begin, end, step] = [numbers(inner, 'begin'), numbers(inner, 'end'), numbers(inner, 'step')];
  const at = (i: number, k: number) => begin[i]! + k * step[i]!;
  return {
    begin: numbers(outer, 'begin').map((k, i) => at(i, k)),
    end: numbers(outer, 'end').map((k, i) => Math.min(at(i, k - 1) + 1, end[i]!)),
    step: numbers(outer, 'step').map((s, i) => s * step[i]!),
  };
});

/** Entries at even steps are a slice. */
const evenSteps: Pattern = {
  id: 'gather-is-slice',
  at: ['gather'],
  find(node, view) {
    const [indices, shape] = [numbers(node, 'indices'), view.shape(inputOf(node))];
    const axis = axisOf(node.attrs.axis as number, shape.length);
    const step = (indices[1] ?? indices[0]! + 1) - indices[0]!;
    if (step < 1 || indices.some((index, i) => index !== indices[0]! + i * step)) return undefined;
    const along = <T>(there: T, elsewhere: (n: number) => T) => shape.map((n, i) => (i === axis ? there : elsewhere(n)));
    const attrs = { begin: along(indices[0]!, () => 0), end: along(indices.at(-1)! + 1, (n) => n), step: along(step, () => 1) };
    return instead(made(node.id, 'slice', node.inputs, attrs));
  },
};

/** Reduced without the axes, which a reshape then puts back with length 1. */
const keptAxes: Pattern = {
  id: 'reduce-keeps-axes',
  at: ['reshape'],
  find(node, view) {
    const reduce = nodeOf(view, inputOf(node), 'reduceMean', 'reduceSum', 'reduceMax');
    if (!reduce || reduce.attrs.keepDims === true) return undefined;
    const before = view.shape(inputOf(reduce));
    const axes = numbers(reduce, 'axes').map((axis) => axisOf(axis, before.length));
    const kept = before.map((n, i) => (axes.includes(i) ? 1 : n));
    return sameShape(kept, view.shape(node.id)) ? instead(made(node.id, reduce.op, reduce.inputs, { ...reduce.attrs, keepDims: true })) : undefined;
  },
};

/** How far back from a move the one that it undoes is looked for. */
const MOST_BETWEEN = 8;

/** A move that undoes an earlier one, with nothing between them but ops on each entry alone: both go. */
const thereAndBack: Pattern = {
  id: 'there-and-back',
  at: ['transpose', 'reshape'],
  find(node, view) {
    const between: PlainNode[] = [];
    const last = undone(inputOf(node), node, view, between);
    const step = between.at(-1);
    return last !== undefined && step ? instead(...between.slice(0, -1), { ...step, id: node.id }) : undefined;
  },
};

const undoes = (move: PlainNode, earlier: PlainNode, view: View): boolean =>
  move.op === earlier.op && (move.op === 'reshape' ? sameShape(view.shape(move.id), view.shape(inputOf(earlier))) : numbers(move, 'perm').every((axis, i) => numbers(earlier, 'perm')[axis] === i));

/** The id of `id` as it is before the move that `back` undoes; the nodes that make it are appended. */
function undone(id: string, back: PlainNode, view: View, between: PlainNode[]): string | undefined {
  const node = view.node(id);
  if (!node) return undefined;
  if (undoes(back, node, view)) return inputOf(node);
  if (!isEntrywise(node) || !view.isPrivate(id) || between.length >= MOST_BETWEEN) return undefined;
  const inputs = node.inputs.map((input) => undone(input, back, view, between));
  if (!inputs.every((input) => input !== undefined)) return undefined;
  const moved = entrywiseOn(node, `${id}·moved`, inputs);
  between.push(moved);
  return moved.id;
}

export const MOVES: readonly Pattern[] = [nothing, reshapes, transposes, unitAxes, withoutUnits, rolls, slices, evenSteps, keptAxes, thereAndBack];

