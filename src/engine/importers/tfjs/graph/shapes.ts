/** Ops that lay numbers out anew, and those that compute shapes: TensorFlow name → ONNX operators. */
import { damaged, LARGEST } from '../json.ts';
import { asList, constantInteger, count, input, refuse, type NodeScope, type Read, type Table } from './read.ts';

const axisAttribute = (scope: NodeScope, names: readonly string[]) => scope.attributes.integers(names.find((name) => scope.attributes.has(name)) ?? names[0]!, []);

const squeeze: Read = (inputs, scope) => {
  const axes = axisAttribute(scope, ['squeeze_dims', 'axis']);
  return scope.op('Squeeze', axes.length > 0 ? [input(inputs, 0, scope), scope.ints(axes)] : [input(inputs, 0, scope)]);
};

const concat = (axisFirst: boolean): Read => (inputs, scope) => {
  const values = axisFirst ? inputs.slice(1) : inputs.slice(0, -1);
  const axis = constantInteger(input(inputs, axisFirst ? 0 : inputs.length - 1, scope), 'the axis', scope);
  return scope.op('Concat', [input(values, 0, scope), ...values.slice(1)], { axis });
};

const split: Read = (inputs, scope) => {
  const parts = count(scope.attributes.integer('num_split'), 'the number of parts', scope);
  return scope.ops('Split', [input(inputs, 1, scope)], parts, { axis: constantInteger(input(inputs, 0, scope), 'the axis', scope), num_outputs: parts });
};

const splitSized: Read = (inputs, scope) => {
  const sizes = scope.integers(input(inputs, 1, scope), 'the sizes');
  if (sizes.some((size) => size < 0)) throw refuse(scope, `leaves a size open: [${sizes.join(', ')}]`, 'give every size when exporting');
  return scope.ops('Split', [input(inputs, 0, scope), scope.ints(sizes)], count(sizes.length, 'the number of parts', scope), { axis: constantInteger(input(inputs, 2, scope), 'the axis', scope) });
};

const pack: Read = (inputs, scope) => {
  const axis = scope.attributes.integer('axis', 0);
  const parts = [input(inputs, 0, scope), ...inputs.slice(1)].map((value) => scope.op('Unsqueeze', [value, scope.ints([axis])]));
  return scope.op('Concat', parts, { axis });
};

const unpack: Read = (inputs, scope) => {
  const axis = scope.attributes.integer('axis', 0);
  const parts = count(scope.attributes.integer('num'), 'the number of parts', scope);
  const split = scope.ops('Split', [input(inputs, 0, scope)], parts, { axis, num_outputs: parts });
  return split.map((part) => scope.op('Squeeze', [part, scope.ints([axis])]));
};

/** A size of −1 means up to the end. */
const slice: Read = (inputs, scope) => {
  const begin = scope.integers(input(inputs, 1, scope), 'the begin');
  const size = scope.integers(input(inputs, 2, scope), 'the size');
  if (begin.length !== size.length) throw damaged(`the begin of '${scope.node}' has ${begin.length} entries and its size ${size.length}`);
  const ends = begin.map((start, axis) => (size[axis]! < 0 ? LARGEST : start + size[axis]!));
  return scope.op('Slice', [input(inputs, 0, scope), scope.ints(begin), scope.ints(ends), scope.ints(begin.map((_, axis) => axis))]);
};

/** What StridedSlice says of one of its entries: bit `at` of each mask. */
interface Entry {
  readonly kind: 'slice' | 'shrink' | 'new' | 'ellipsis';
  readonly begin: number;
  readonly end: number;
  readonly stride: number;
}

function entriesOf(inputs: readonly string[], scope: NodeScope): Entry[] {
  const [begin, end, strides] = ['begin', 'end', 'strides'].map((what, at) => scope.integers(input(inputs, at + 1, scope), `the ${what}`)) as [number[], number[], number[]];
  if (end.length !== begin.length || strides.length !== begin.length || strides.includes(0)) throw damaged(`begin, end and strides of '${scope.node}' do not fit: [${begin.join(', ')}], [${end.join(', ')}], [${strides.join(', ')}]`);
  const bit = (mask: string, at: number) => ((scope.attributes.integer(mask, 0) >> at) & 1) === 1;
  return begin.map((from, at): Entry => {
    const stride = strides[at]!;
    if (bit('ellipsis_mask', at)) return { kind: 'ellipsis', begin: 0, end: 0, stride: 1 };
    if (bit('new_axis_mask', at)) return { kind: 'new', begin: 0, end: 0, stride: 1 };
    if (bit('shrink_axis_mask', at)) return { kind: 'shrink', begin: from, end: from === -1 ? LARGEST : from + 1, stride: 1 };
    const first = bit('begin_mask', at) ? (stride > 0 ? 0 : LARGEST) : from;
    return { kind: 'slice', begin: first, end: bit('end_mask', at) ? (stride > 0 ? LARGEST : -LARGEST) : end[at]!, stride };
  });
}

/** The axis of entry `at` among those that `counts`: from the front, or behind an ellipsis from the back. */
function axisOf(entries: readonly Entry[], at: number, counts: (entry: Entry) => boolean): number {
  const ellipsis = entries.findIndex(({ kind }) => kind === 'ellipsis');
  if (ellipsis < 0 || at < ellipsis) return entries.slice(0, at).filter(counts).length;
  return -entries.slice(at).filter(counts).length;
}

/** begin : end : stride an axis; masks open an end, drop an axis, add one, or skip many. */
const stridedSlice: Read = (inputs, scope) => {
  const entries = entriesOf(inputs, scope);
  const axesOf = (wanted: (entry: Entry) => boolean, counts: (entry: Entry) => boolean) => entries.flatMap((entry, at) => (wanted(entry) ? [axisOf(entries, at, counts)] : []));
  const sliced = entries.filter(({ kind }) => kind === 'slice' || kind === 'shrink');
  const read = ({ kind }: Entry) => kind === 'slice' || kind === 'shrink';
  let value = input(inputs, 0, scope);
  if (sliced.length > 0) value = scope.op('Slice', [value, ...[sliced.map(({ begin }) => begin), sliced.map(({ end }) => end), axesOf(read, read), sliced.map(({ stride }) => stride)].map((numbers) => scope.ints(numbers))]);
  const shrunk = axesOf(({ kind }) => kind === 'shrink', read);
  if (shrunk.length > 0) value = scope.op('Squeeze', [value, scope.ints(shrunk)]);
  const added = axesOf(({ kind }) => kind === 'new', ({ kind }) => kind === 'slice' || kind === 'new');
  return added.length > 0 ? scope.op('Unsqueeze', [value, scope.ints(added)]) : value;
};

const gather: Read = (inputs, scope) => {
  if (scope.attributes.integer('batch_dims', 0) !== 0) throw refuse(scope, 'gathers along a batch of its own (batch_dims)', 'export the model without it');
  const axis = inputs.length > 2 ? constantInteger(inputs[2]!, 'the axis', scope) : 0;
  return scope.op('Gather', [input(inputs, 0, scope), input(inputs, 1, scope)], { axis });
};

/** [[before, after], …] an axis → all before, then all after, as ONNX wants it. */
const padding = (inputs: readonly string[], scope: NodeScope): string => {
  const turned = scope.op('Transpose', [input(inputs, 1, scope)], { perm: [1, 0] });
  return scope.op('Reshape', [turned, scope.ints([-1])]);
};

const mirrored: Read = (inputs, scope) => {
  const mode = scope.attributes.text('mode');
  if (mode !== 'REFLECT') throw refuse(scope, `pads in the mode '${mode}'`, 'REFLECT can be read; SYMMETRIC has no counterpart here');
  return scope.op('Pad', [input(inputs, 0, scope), padding(inputs, scope)], { mode: 'reflect' });
};

export const SHAPES: Table = {
  Reshape: (inputs, scope) => scope.op('Reshape', [input(inputs, 0, scope), input(inputs, 1, scope)]),
  Squeeze: squeeze,
  ExpandDims: (inputs, scope) => scope.op('Unsqueeze', [input(inputs, 0, scope), asList(input(inputs, 1, scope), scope)]),
  Transpose: (inputs, scope) => scope.op('Transpose', [input(inputs, 0, scope)], { perm: scope.integers(input(inputs, 1, scope), 'the order of axes') }),
  ConcatV2: concat(false), Concat: concat(true),
  Split: split, SplitV: splitSized, Pack: pack, Unpack: unpack,
  Slice: slice, StridedSlice: stridedSlice, Gather: gather, GatherV2: gather,
  Pad: (inputs, scope) => scope.op('Pad', [input(inputs, 0, scope), padding(inputs, scope)], { mode: 'constant' }),
  PadV2: (inputs, scope) => scope.op('Pad', [input(inputs, 0, scope), padding(inputs, scope), input(inputs, 2, scope)], { mode: 'constant' }),
  MirrorPad: mirrored,
  Tile: (inputs, scope) => scope.op('Tile', [input(inputs, 0, scope), input(inputs, 1, scope)]),
  BroadcastTo: (inputs, scope) => scope.op('Expand', [input(inputs, 0, scope), input(inputs, 1, scope)]),
  Shape: (inputs, scope) => scope.op('Shape', [input(inputs, 0, scope)]),
  Size: (inputs, scope) => scope.op('Size', [input(inputs, 0, scope)]),
  Fill: (inputs, scope) => scope.op('Expand', [input(inputs, 1, scope), input(inputs, 0, scope)]),
  Range: (inputs, scope) => scope.op('Range', [input(inputs, 0, scope), input(inputs, 1, scope), input(inputs, 2, scope)]),
  ZerosLike: (inputs, scope) => scope.op('Expand', [scope.floats([0]), scope.op('Shape', [input(inputs, 0, scope)])]),
  OnesLike: (inputs, scope) => scope.op('Expand', [scope.floats([1]), scope.op('Shape', [input(inputs, 0, scope)])]),
};
