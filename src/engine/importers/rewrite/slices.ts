/** Parts of a value that one layer computes for several readers, as the packed q, k, v of attention: a layer for each reader. Exact: columns of a kernel are chosen. */
import type { PlainNode, Weight } from '../../models/plain.ts';
import { instead, made, nodeOf, sameAs } from './match.ts';
import type { Pattern, View } from './net.ts';
import { sameShape, sizeOfShape, type Shape } from '../shape.ts';
import { axisOf, numbers } from './shapes.ts';
import { weightOf } from './weights.ts';

/** Whether all that read `id` take parts of it, and together no more than there is. */
function isShared(view: View, id: string): boolean {
  const readers = view.readers(id);
  const parts = readers.reduce((sum, reader) => sum + sizeOfShape(view.shape(reader.id)), 0);
  return id !== view.output && readers.every(({ op }) => op === 'slice' || op === 'gather') && parts <= sizeOfShape(view.shape(id));
}

/** The entries of each axis that a slice takes. */
const taken = (node: PlainNode, shape: Shape): readonly (readonly number[])[] =>
  shape.map((n, axis) => {
    const [begin, end, step] = ['begin', 'end', 'step'].map((name) => numbers(node, name)[axis]!) as [number, number, number];
    return Array.from({ length: Math.ceil((Math.min(end, n) - begin) / step) }, (_, k) => begin + k * step);
  });

/** A slice of what was transposed is a slice, transposed. */
const beforeTranspose: Pattern = {
  id: 'slice-before-transpose',
  at: ['slice'],
  find(node, view) {
    const move = nodeOf(view, node.inputs[0], 'transpose');
    if (!move || !isShared(view, move.id)) return undefined;
    const perm = numbers(move, 'perm');
    const stored = (name: string) => perm.slice(1).map((_, axis) => numbers(node, name)[perm.indexOf(axis + 1) - 1]!);
    const attrs = { begin: stored('begin'), end: stored('end'), step: stored('step') };
    return instead(made(`${node.id}·part`, 'slice', move.inputs, attrs), made(node.id, 'transpose', [`${node.id}·part`], { perm }));
  },
};

/** Whether only moves stand between `id` and a dense layer. */
function comesOfLayer(view: View, id: string): boolean {
  const node = nodeOf(view, id, 'reshape', 'transpose', 'dense');
  return node !== undefined && (node.op === 'dense' || comesOfLayer(view, node.inputs[0]!));
}

/** A run of entries of what a reshape made, where it is a run of entries before it too. */
const beforeReshape: Pattern = {
  id: 'slice-before-reshape',
  at: ['slice'],
  find(node, view) {
    const cut = nodeOf(view, node.inputs[0], 'reshape');
    if (!cut || nodeOf(view, cut.inputs[0], 'dense') || !comesOfLayer(view, cut.id) || !isShared(view, cut.id)) return undefined;
    const [before, after] = [view.shape(cut.inputs[0]!), view.shape(cut.id)];
    const run = runOf(node, after);
    if (!run) return undefined;
    const axis = before.findIndex((_, k) => sizeOfShape(before.slice(0, k)) === sizeOfShape(after.slice(0, run.axis)) && before[k]! > 1);
    const each = sizeOfShape(after.slice(run.axis + 1)) / sizeOfShape(before.slice(axis + 1));
    if (axis < 0 || !Number.isInteger(each) || each * after[run.axis]! !== before[axis]) return undefined;
    const at = (there: number, elsewhere: (n: number) => number) => before.map((n, k) => (k === axis ? there : elsewhere(n)));
    const part = made(`${node.id}·part`, 'slice', cut.inputs, { begin: at(run.begin * each, () => 0), end: at(run.end * each, (n) => n), step: before.map(() => 1) });
    return instead(part, made(node.id, 'reshape', [part.id], { shape: view.shape(node.id) }));
  },
};

/** How many of the first axes both shapes have in common so that only the last one of `before` was cut; `undefined` where more was. */
function cutOnlyLast(before: Shape, after: Shape): number | undefined {
  const kept = before.length - 1;
  return sameShape(before.slice(0, kept), after.slice(0, kept)) && after.length >= before.length ? kept : undefined;
}

/** A part of a dense layer's columns, also behind a reshape that cuts them into heads: a dense layer of these columns. */
const ownColumns: Pattern = {
  id: 'own-columns',
  at: ['slice'],
  find(node, view) {
    const cut = nodeOf(view, node.inputs[0], 'reshape');
    const layer = nodeOf(view, cut ? cut.inputs[0] : node.inputs[0], 'dense');
    if (!layer || !isShared(view, node.inputs[0]!) || (cut && !view.isPrivate(layer.id))) return undefined;
    const after = view.shape(node.inputs[0]!);
    const kept = cutOnlyLast(view.shape(layer.id), after);
    const parts = taken(node, after);
    if (kept === undefined || parts.slice(0, kept).some((entries, axis) => entries.length < after[axis]!)) return undefined;
    const columns = parts.slice(kept).reduce<readonly number[]>((found, entries, k) => found.flatMap((base) => entries.map((entry) => base * after[kept + k]! + entry)), [0]);
    const own: PlainNode = { ...layer, id: `${node.id}·columns`, weights: chosen(layer.weights, columns) };
    if (!cut) return instead({ ...own, id: node.id });
    return instead(own, made(node.id, 'reshape', [own.id], { shape: view.shape(node.id) }));
  },
};

const chosen = ({ kernel, bias, ...rest }: PlainNode['weights'], columns: readonly number[]): PlainNode['weights'] => ({
  ...rest,
  kernel: columnsOf(kernel!, columns),
  ...(bias && { bias: weightOf([columns.length], columns.map((column) => bias.values[column]!)) }),
});

/** These columns of a kernel [in, out]. */
function columnsOf({ shape: [rows = 0, width = 0], values }: Weight, columns: readonly number[]): Weight {
  const result = new Float32Array(rows * columns.length);
  const isRun = columns.every((column, k) => column === columns[0]! + k);
  for (let row = 0; row < rows; row++)
    if (isRun) result.set(values.subarray(row * width + columns[0]!, row * width + columns[0]! + columns.length), row * columns.length);
    else for (let k = 0; k < columns.length; k++) result[row * columns.length + k] = values[row * width + columns[k]!]!;
  return { shape: [rows, columns.length], values: result };
}

/** A part of what was put side by side that lies in one of the inputs: a part of that input, or all of it. */
const ofOneInput: Pattern = {
  id: 'part-of-one-input',
  at: ['slice'],
  find(node, view) {
    const joined = nodeOf(view, node.inputs[0], 'concat');
    if (!joined) return undefined;
    const axis = axisOf((joined.attrs.axis as number | undefined) ?? -1, view.shape(joined.id).length);
    const [begin, end] = [numbers(node, 'begin')[axis]!, Math.min(numbers(node, 'end')[axis]!, view.shape(joined.id)[axis]!)];
    let start = 0;
    for (const input of joined.inputs) {
      const length = view.shape(input)[axis]!;
      if (begin >= start && end <= start + length) return instead(shifted(node, input, axis, begin - start, end - start));
      start += length;
    }
    return undefined;
  },
};

function shifted(node: PlainNode, input: string, axis: number, begin: number, end: number): PlainNode {
  const at = (name: string, value: number) => numbers(node, name).map((n, k) => (k === axis ? value : n));
  return made(node.id, 'slice', [input], { begin: at('begin', begin), end: at('end', end), step: numbers(node, 'step') });
}

/** One axis of which a slice takes a run, all others whole. */
interface Run {
  readonly axis: number;
  readonly begin: number;
  readonly end: number;
}

function runOf(node: PlainNode, shape: Shape): Run | undefined {
  const cut = taken(node, shape).flatMap((entries, axis) => (entries.length < shape[axis]! ? [{ axis, begin: entries[0]!, end: entries.at(-1)! + 1 }] : []));
  return cut.length === 1 && numbers(node, 'step').every((step) => step === 1) ? cut[0] : undefined;
}

/** The end of a value, then its beginning: it was moved round. Parts that meet again as they were: the value. */
const movedRound: Pattern = {
  id: 'roll',
  at: ['concat'],
  find(node, view) {
    const parts = node.inputs.map((id) => nodeOf(view, id, 'slice'));
    const source = parts[0]?.inputs[0];
    if (source === undefined || parts.length !== 2 || !parts.every((part) => part?.inputs[0] === source)) return undefined;
    const shape = view.shape(source);
    const [first, second] = parts.map((part) => runOf(part!, shape));
    const axis = axisOf((node.attrs.axis as number | undefined) ?? -1, shape.length);
    if (first?.axis !== axis || second?.axis !== axis) return undefined;
    if (first.begin === 0 && first.end === second.begin && second.end === shape[axis]) return sameAs(source);
    if (first.end !== shape[axis] || second.begin !== 0 || second.end !== first.begin || shape.length !== 3 || axis > 1) return undefined;
    const places = shape[axis] - first.begin;
    return instead(made(node.id, 'roll', [source], { by: axis === 0 ? [places, 0] : [0, places] }));
  },
};

export const SLICES: readonly Pattern[] = [beforeTranspose, ownColumns, beforeReshape, ofOneInput, movedRound];
