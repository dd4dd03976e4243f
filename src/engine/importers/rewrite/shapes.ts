/** The shape of every value of a network from its ops alone, without the batch. Makes no tensor and reads no weight's numbers. */
import type { OpName } from '../../graph/ops/index.ts';
import type { PlainNode } from '../../models/plain.ts';
import { ImportProblem } from '../problem.ts';
import type { Lowered } from './net.ts';
import { sameShape, sizeOfShape, type Shape } from '../shape.ts';

/** Of one image's value, without the batch. */
type Rule = (xs: readonly Shape[], node: PlainNode) => Shape;

export const written = (shape: Shape): string => (shape.length === 0 ? 'one number' : shape.join('×'));

/** The attribute `name` of `node` as numbers. */
export const numbers = (node: PlainNode, name: string): readonly number[] => node.attrs[name] as readonly number[];

/** Throws: what `node` asks for does not fit what it reads. */
function misfit(node: PlainNode, why: string): never {
  throw new ImportProblem(`the shapes at '${node.id}' (${node.op}) do not fit: ${why}`, 'export the model again, with the input size that it was made for and with shapes that its own runtime accepts');
}

const ranked = (node: PlainNode, shape: Shape, ...ranks: number[]): Shape =>
  ranks.includes(shape.length) ? shape : misfit(node, `it reads ${written(shape)}, which has ${shape.length} axes, and takes ${ranks.join(' or ')}`);

const weightShape = (node: PlainNode, name: string): Shape => node.weights[name]?.shape ?? misfit(node, `the weight '${name}' is missing`);

const same: Rule = ([x]) => x!;

/** Of one axis behind a window of `size` that moves by `stride`. */
function windowed(node: PlainNode, length: number, size: number, axis: 0 | 1): number {
  const stride = numbers(node, 'strides')[axis]!;
  const { pad } = node.attrs;
  if (pad === 'same') return Math.ceil(length / stride);
  const [before, after] = pad === 'valid' ? [0, 0] : (pad as readonly (readonly [number, number])[])[axis + 1]!;
  const count = Math.floor((length + before + after - size) / stride) + 1;
  return count > 0 ? count : misfit(node, `a window of ${size} is larger than the ${length} entries of its axis`);
}

/** [H, W, C] under a kernel whose last axes say how many channels go in and come out. */
const convolved = (channels: (node: PlainNode, kernel: Shape, from: number) => number): Rule => ([x], node) => {
  const [height, width, from] = ranked(node, x!, 3) as [number, number, number];
  const kernel = weightShape(node, 'kernel');
  return [windowed(node, height, kernel[0]!, 0), windowed(node, width, kernel[1]!, 1), channels(node, kernel, from)];
};

const expects = (node: PlainNode, wanted: number, given: number, value: number): number =>
  wanted === given ? value : misfit(node, `its kernel takes ${wanted} channels, and ${given} come in`);

const conv: Rule = convolved((node, kernel, from) => expects(node, kernel[2]!, from, kernel[3]!));
const depthwise: Rule = convolved((node, kernel, from) => expects(node, kernel[2]!, from, from * (kernel[3] ?? 1)));
const grouped: Rule = convolved((node, kernel, from) => expects(node, kernel[2]! * (node.attrs.groups as number), from, kernel[3]!));

const pooled: Rule = ([x], node) => {
  const [height, width, channels] = ranked(node, x!, 3) as [number, number, number];
  const size = numbers(node, 'size');
  return [windowed(node, height, size[0]!, 0), windowed(node, width, size[1]!, 1), channels];
};

const dense: Rule = ([x], node) => {
  const [from, to] = weightShape(node, 'kernel') as [number, number];
  const last = x!.at(-1);
  return last === from ? [...x!.slice(0, -1), to] : misfit(node, `its kernel takes ${from} entries, and ${written(x!)} comes in`);
};

/** The shape that both are repeated to, axis by axis from the last. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let i = 0; i < rank; i++) {
    const [n, m] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (n !== m && n !== 1 && m !== 1) return undefined;
    result.push(n === 1 ? m : n);
  }
  return result;
}

const together: Rule = (xs, node) => xs.reduce((a, b) => broadcast(a, b) ?? misfit(node, `it reads ${xs.map(written).join(' and ')}`));

/** x with a weight that is repeated to it; the weight has a leading 1 for the batch or fewer axes than that. */
const withWeights = (...names: string[]): Rule => ([x], node) => {
  for (const name of names) {
    const weight = node.weights[name];
    if (!weight) continue;
    const all = broadcast([1, ...x!], weight.shape);
    if (!all || !sameShape(all, [1, ...x!])) misfit(node, `'${name}' of ${written(weight.shape)} goes with ${written(x!)}`);
  }
  return x!;
};

const matMul: Rule = ([left, right], node) => {
  const [rows, inner] = left!.slice(-2) as [number, number];
  const [a, b] = right!.slice(-2) as [number, number];
  const [other, columns] = node.attrs.transposeB === true ? [b, a] : [a, b];
  const batch = broadcast(left!.slice(0, -2), right!.slice(0, -2));
  return batch && inner === other ? [...batch, rows, columns] : misfit(node, `it multiplies ${written(left!)} by ${written(right!)}`);
};

const reshape: Rule = ([x], node) => {
  const wanted = numbers(node, 'shape');
  const known = wanted.reduce((n, m) => (m < 0 ? n : n * m), 1);
  const shape = wanted.map((n) => (n < 0 ? sizeOfShape(x!) / known : n));
  return sizeOfShape(shape) === sizeOfShape(x!) && shape.every(Number.isInteger) ? shape : misfit(node, `${written(x!)} cannot become ${written(wanted)}`);
};

const transpose: Rule = ([x], node) => {
  const perm = numbers(node, 'perm');
  return perm.length === x!.length + 1 ? perm.slice(1).map((axis) => x![axis - 1]!) : misfit(node, `${perm.length} axes are put in order, and ${written(x!)} has ${x!.length + 1} with the batch`);
};

/** Which axis of a shape without the batch a stored axis is; negative ones count from the end. */
export const axisOf = (stored: number, rank: number): number => (stored < 0 ? stored + rank : stored - 1);

const concat: Rule = (xs, node) => {
  const first = xs[0]!;
  const axis = axisOf((node.attrs.axis as number | undefined) ?? -1, first.length);
  const fits = (x: Shape) => x.length === first.length && x.every((n, i) => i === axis || n === first[i]);
  if (!xs.every(fits)) misfit(node, `it joins ${xs.map(written).join(', ')} along axis ${axis + 1}`);
  return first.map((n, i) => (i === axis ? xs.reduce((sum, x) => sum + x[i]!, 0) : n));
};

const reduced: Rule = ([x], node) => {
  const axes = numbers(node, 'axes').map((axis) => axisOf(axis, x!.length));
  if (axes.some((axis) => axis < 0 || axis >= x!.length)) misfit(node, `${written(x!)} has no axis ${numbers(node, 'axes').join(', ')}`);
  return node.attrs.keepDims === true ? x!.map((n, axis) => (axes.includes(axis) ? 1 : n)) : x!.filter((_, axis) => !axes.includes(axis));
};

const expand: Rule = ([x], node) => {
  const shape = numbers(node, 'shape');
  const all = broadcast(x!, shape);
  return all && sameShape(all, shape) ? shape : misfit(node, `${written(x!)} cannot be repeated to ${written(shape)}`);
};

const slice: Rule = ([x], node) => {
  const [begin, end, step] = [numbers(node, 'begin'), numbers(node, 'end'), numbers(node, 'step')];
  return x!.map((n, i) => {
    const count = Math.ceil((Math.min(end[i]!, n) - begin[i]!) / step[i]!);
    return count > 0 && begin[i]! >= 0 ? count : misfit(node, `entries ${begin[i]} to ${end[i]} of an axis of ${n}`);
  });
};

const gather: Rule = ([x], node) => {
  const [axis, indices] = [axisOf(node.attrs.axis as number, x!.length), numbers(node, 'indices')];
  const outside = indices.find((i) => i < 0 || i >= (x![axis] ?? 0));
  return outside === undefined ? x!.map((n, i) => (i === axis ? indices.length : n)) : misfit(node, `it takes entry ${outside} of ${written(x!)} along axis ${axis + 1}`);
};

const pad: Rule = ([x], node) => x!.map((n, i) => n + numbers(node, 'before')[i]! + numbers(node, 'after')[i]!);

/** What each op makes of the shapes that it reads. */
const RULES = {
  preprocess: same,
  affine: withWeights('scale', 'shift'),
  conv2d: conv,
  depthwiseConv2d: depthwise,
  groupConv2d: grouped,
  dense,
  batchNorm: same,
  resample: ([x], node) => {
    const [, , channels] = ranked(node, x!, 3);
    return [weightShape(node, 'rows')[0]!, weightShape(node, 'columns')[0]!, channels!];
  },
  meanPool: ([x], node) => [ranked(node, x!, 3)[2]!],
  meanTokens: ([x], node) => [ranked(node, x!, 2)[1]!],
  reduceMean: reduced,
  reduceSum: reduced,
  reduceMax: reduced,
  add: together,
  addParam: withWeights('value'),
  relu: same,
  relu6: same,
  leakyRelu: same,
  prelu: withWeights('alpha'),
  elu: same,
  selu: same,
  clip: same,
  hardSwish: same,
  mish: same,
  tanh: same,
  softplus: same,
  softsign: same,
  gelu: same,
  geluTanh: same,
  sigmoid: same,
  silu: same,
  exp: same,
  log: same,
  sqrt: same,
  reciprocal: same,
  square: same,
  abs: same,
  erf: same,
  sin: same,
  cos: same,
  power: same,
  quantize: same,
  localResponseNorm: same,
  maxPool: pooled,
  averagePool: pooled,
  matMul,
  mul: together,
  softmax: same,
  layerNorm: same,
  reshape,
  transpose,
  concat,
  roll: ([x], node) => ranked(node, x!, 3),
  expand,
  slice,
  gather,
  pad,
  constant: (_, node) => weightShape(node, 'value').slice(1),
  takeToken: ([x], node) => [ranked(node, x!, 2)[1]!],
  prependToken: ([x], node) => [ranked(node, x!, 2)[0]! + (node.weights.value?.shape[1] ?? 1), x![1]!],
  splitHeads: ([x], node) => {
    const [tokens, width] = ranked(node, x!, 2) as [number, number];
    const heads = node.attrs.heads as number;
    return width % heads === 0 ? [heads, tokens, width / heads] : misfit(node, `${width} entries cannot be split into ${heads} heads`);
  },
  mergeHeads: ([x], node) => {
    const [heads, tokens, width] = ranked(node, x!, 3) as [number, number, number];
    return [tokens, heads * width];
  },
} as const satisfies Record<OpName, Rule>;

/** The shape of the value of `node` where its inputs have these shapes. Throws an `ImportProblem` that names the node where they do not fit. */
export const shapeOf = (node: PlainNode, inputs: readonly Shape[]): Shape => RULES[node.op](inputs, node);

/** The shape of every value, the input's included, for one image of `input` [H, W, C]. Linear in the nodes. */
export function shapesOf(graph: Lowered, input: Shape): Map<string, Shape> {
  const shapes = new Map<string, Shape>([[graph.input, input]]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => shapes.get(id) ?? misfit(node, `it reads '${id}', which no earlier node gives`));
    shapes.set(node.id, shapeOf(node, inputs));
  }
  return shapes;
}
