/** What patterns are written with: new nodes, chains of one-number affine steps, ops that act on each entry alone. Rewrites nothing. */
import type { Attrs, OpName } from '../../graph/ops/index.ts';
import type { PlainNode, Weight } from '../../models/plain.ts';
import type { Change, View } from './net.ts';
import { sameShape, type Shape } from '../shape.ts';
import { axisOf, numbers } from './shapes.ts';
import { affineOf, scalar, uniform, type Affine } from './weights.ts';

/** A new node; the last of a change bears the id of what it stands for. */
export const made = (id: string, op: OpName, inputs: readonly string[], attrs: Attrs = {}, weights: Readonly<Record<string, Weight>> = {}): PlainNode => ({ id, op, inputs, weights, attrs });

export const instead = (...by: PlainNode[]): Change => ({ by });

export const sameAs = (id: string): Change => ({ same: id });

/** y = scale · x + shift with weights; those that are left out are left out. */
export const affineNode = (id: string, input: string, { scale, shift }: Affine): PlainNode => made(id, 'affine', [input], {}, { ...(scale && { scale }), ...(shift && { shift }) });

/** y = scale · x + shift with one number each. */
export const line = (id: string, input: string, scale: number, shift = 0): PlainNode =>
  affineNode(id, input, { scale: scale === 1 ? undefined : scalar(scale), shift: shift === 0 ? undefined : scalar(shift) });

/** A function of each entry alone, without weights of its own. */
const ENTRYWISE: readonly OpName[] = [
  'relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'clip', 'hardSwish', 'mish', 'tanh', 'softplus', 'softsign', 'gelu', 'geluTanh', 'sigmoid', 'silu', 'exp', 'log', 'sqrt', 'reciprocal', 'square',
  'abs', 'erf', 'sin', 'cos', 'power', 'quantize',
];

/** Whether every entry of `node` hangs on the entries at its own place alone, in the same way everywhere. */
export const isEntrywise = (node: PlainNode): boolean => ENTRYWISE.includes(node.op) || node.op === 'add' || (node.op === 'affine' && slopeOf(node) !== undefined);

/** `node` on other inputs; what it does to each entry alone does not hang on their shape. */
export function entrywiseOn(node: PlainNode, id: string, inputs: readonly string[]): PlainNode {
  const step = slopeOf(node);
  return step ? line(id, inputs[0]!, step.scale, step.shift) : { ...node, id, inputs };
}

/** A value as scale · x + shift with one number each. */
export interface Line {
  readonly id: string;
  readonly scale: number;
  readonly shift: number;
}

/** scale and shift of an affine node that has one number for each. */
export function slopeOf(node: PlainNode): Pick<Line, 'scale' | 'shift'> | undefined {
  if (node.op !== 'affine') return undefined;
  const { scale, shift } = affineOf(node);
  const [a, b] = [scale ? uniform(scale) : 1, shift ? uniform(shift) : 0];
  return a === undefined || b === undefined ? undefined : { scale: a, shift: b };
}

/** The value `id` as lines of itself, of what it is a line of, and so on: the nearest first. */
export function lines(view: View, id: string): readonly Line[] {
  const found: Line[] = [{ id, scale: 1, shift: 0 }];
  for (;;) {
    const last = found.at(-1)!;
    const node = view.node(last.id);
    const step = node && slopeOf(node);
    if (!step) return found;
    found.push({ id: node.inputs[0]!, scale: last.scale * step.scale, shift: last.scale * step.shift + last.shift });
  }
}

/** The value `id` as a line of what is no line itself. */
export const deepest = (view: View, id: string): Line => lines(view, id).at(-1)!;

/** Equal up to the rounding of numbers in a file. */
export const near = (a: number, b: number, tolerance = 1e-4): boolean => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** Both orders of the two inputs of a product or sum. */
export const bothWays = ({ inputs: [a, b] }: PlainNode): readonly (readonly [string, string])[] => (b === undefined ? [] : [[a!, b], [b, a!]]);

/** The node `id` where it has this op. */
export function nodeOf(view: View, id: string | undefined, ...ops: readonly OpName[]): PlainNode | undefined {
  const node = id === undefined ? undefined : view.node(id);
  return node && ops.includes(node.op) ? node : undefined;
}

/** The value `id` as a line of what is no line itself, nor the same entries under another shape. */
export function flatLine(view: View, id: string): Line {
  const line = deepest(view, id);
  const node = nodeOf(view, line.id, 'reshape');
  if (!node) return line;
  const inner = flatLine(view, node.inputs[0]!);
  return { id: inner.id, scale: line.scale * inner.scale, shift: line.scale * inner.shift + line.shift };
}

/** Of `shape`, with one entry along the last axis. */
export const rowsOf = (shape: Shape): Shape => [...shape.slice(0, -1), 1];

/**
 * What has one number for each row of `shape`, all axes but the last, where `id` repeats it along that last axis or would be: as a line of what is no line.
 * Rows stand in the order of `shape`, so that a mean over the last axis of a value of that shape can be told by its node.
 */
export function rowLine(view: View, id: string, shape: Shape): Line | undefined {
  const line = deepest(view, id);
  const node = nodeOf(view, line.id, 'expand');
  const inner = node ? node.inputs[0]! : line.id;
  if (!sameShape(view.shape(inner), rowsOf(shape))) return undefined;
  const { id: base, scale, shift } = flatLine(view, inner);
  return { id: base, scale: line.scale * scale, shift: line.scale * shift + line.shift };
}

/** Whether both hold the same rows: one value, or two shapes of it with one last axis. */
export const sameRows = (view: View, a: string, b: string): boolean => flat(view, a) === flat(view, b) && view.shape(a).at(-1) === view.shape(b).at(-1);

/** The value whose entries `id` holds in the same order, under another shape. */
export function flat(view: View, id: string): string {
  const node = nodeOf(view, id, 'reshape');
  return node ? flat(view, node.inputs[0]!) : id;
}

/** The value over whose last axis the node `id` is reduced in this way. */
export function reducedRows(view: View, id: string, op: 'reduceMean' | 'reduceSum' | 'reduceMax'): string | undefined {
  const node = nodeOf(view, id, op);
  const input = node?.inputs[0];
  if (!node || input === undefined) return undefined;
  const rank = view.shape(input).length;
  const axes = numbers(node, 'axes').map((axis) => axisOf(axis, rank));
  return axes.length === 1 && axes[0] === rank - 1 ? input : undefined;
}
