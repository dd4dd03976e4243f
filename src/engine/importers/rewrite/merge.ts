/** Chains of constant arithmetic become one step, or part of the linear layer before them. Exact algebra; only in a layer that nothing else reads. */
import type { OpName } from '../../graph/ops/index.ts';
import type { PlainNode, Weight } from '../../models/plain.ts';
import { affineNode, instead, made, nodeOf, sameAs } from './match.ts';
import type { Pattern } from './net.ts';
import { numbers } from './shapes.ts';
import { affineOf, compact, composed, perChannel, uniform, type Affine } from './weights.ts';

const known = new WeakSet<Weight>();

/** Shorter, or the same object: what was looked at once is not looked at again. */
function shortened(weight: Weight | undefined, neutral: number): Weight | undefined {
  if (!weight || known.has(weight)) return weight;
  const short = compact(weight);
  known.add(short);
  return uniform(short) === neutral ? undefined : short;
}

/** A factor of 1 or a summand of 0 goes; an axis along which nothing changes gets length 1. */
const tidy: Pattern = {
  id: 'affine-tidy',
  at: ['affine'],
  find(node) {
    const { scale, shift } = affineOf(node);
    const now = { scale: shortened(scale, 1), shift: shortened(shift, 0) };
    if (!now.scale && !now.shift) return sameAs(node.inputs[0]!);
    return now.scale === scale && now.shift === shift ? undefined : instead(affineNode(node.id, node.inputs[0]!, now));
  },
};

/** s₂ (s₁ x + t₁) + t₂. */
const chain: Pattern = {
  id: 'affine-twice',
  at: ['affine'],
  find(node, view) {
    const first = nodeOf(view, node.inputs[0], 'affine');
    return first && view.isPrivate(first.id) ? instead(affineNode(node.id, first.inputs[0]!, composed(affineOf(first), affineOf(node)))) : undefined;
  },
};

/** Ops that end in a factor and a summand for each channel, and what these are called. */
const FOLDS = {
  conv2d: ['kernel', 'bias'],
  depthwiseConv2d: ['kernel', 'bias'],
  groupConv2d: ['kernel', 'bias'],
  dense: ['kernel', 'bias'],
  batchNorm: ['gamma', 'beta'],
  layerNorm: ['gamma', 'beta'],
} as const satisfies Partial<Record<OpName, readonly [factor: string, summand: string]>>;
type Foldable = keyof typeof FOLDS;
const FOLDABLE = Object.keys(FOLDS) as Foldable[];

/** The channels are the last entries of every kernel, a depthwise one's [channels, multiplier] included. */
const timesChannels = ({ shape, values }: Weight, factor: Weight): Weight => ({ shape, values: values.map((n, i) => n * factor.values[i % factor.values.length]!) });

/** (L x + b) s + t = (s L) x + (s b + t), s and t one number for each channel. */
const intoLayer: Pattern = {
  id: 'affine-into-layer',
  at: ['affine'],
  find(node, view) {
    const layer = nodeOf(view, node.inputs[0], ...FOLDABLE);
    if (!layer || !view.isPrivate(layer.id)) return undefined;
    const step = channelwise(affineOf(node), view.shape(layer.id).at(-1)!);
    return step && instead({ ...layer, id: node.id, weights: folded(layer, step) });
  },
};

/** x + L y + t = x + (L y + t): a bias that an exporter moved behind a sum goes back to the layer that it is of, one without a bias before others. */
const throughSum: Pattern = {
  id: 'shift-through-sum',
  at: ['affine'],
  find(node, view) {
    const sum = nodeOf(view, node.inputs[0], 'add');
    const step = sum && view.isPrivate(sum.id) ? channelwise(affineOf(node), view.shape(sum.id).at(-1)!) : undefined;
    if (!sum || !step || step.scale) return undefined;
    const layers = sum.inputs.flatMap((id) => (view.isPrivate(id) ? (nodeOf(view, id, ...FOLDABLE) ?? []) : []));
    const layer = layers.find(({ op, weights }) => !weights[FOLDS[op as Foldable][1]]) ?? layers[0];
    if (!layer) return undefined;
    const own = { ...layer, id: `${node.id}·layer`, weights: folded(layer, step) };
    return instead(own, { ...sum, id: node.id, inputs: sum.inputs.map((id) => (id === layer.id ? own.id : id)) });
  },
};

function channelwise({ scale, shift }: Affine, channels: number): Affine | undefined {
  const step = { scale: scale && perChannel(scale, channels), shift: shift && perChannel(shift, channels) };
  return (scale && !step.scale) || (shift && !step.shift) ? undefined : step;
}

function folded({ op, weights }: PlainNode, { scale, shift }: Affine): PlainNode['weights'] {
  const [factor, summand] = FOLDS[op as Foldable];
  const before = weights[summand];
  const after = composed({ shift: before }, { scale, shift }).shift;
  return { ...weights, [factor]: scale ? timesChannels(weights[factor]!, scale) : weights[factor]!, ...(after && { [summand]: after }) };
}

/** From here on a number stands for no bound: exporters write the largest float. */
const NO_BOUND = 1e37;

/** The ends of the interval into which an op cuts its input. */
function interval(node: PlainNode | undefined): readonly [low: number, high: number] | undefined {
  switch (node?.op) {
    case 'relu':
      return [0, Infinity];
    case 'relu6':
      return [0, 6];
    case 'clip':
      return [(node.attrs.min as number | undefined) ?? -Infinity, (node.attrs.max as number | undefined) ?? Infinity];
    default:
      return undefined;
  }
}

/** An op that cuts to [low, high], in the form that rules know. */
function cut(id: string, input: string, low: number, high: number): PlainNode {
  if (low === 0 && high >= NO_BOUND) return made(id, 'relu', [input]);
  return low === 0 && high === 6 ? made(id, 'relu6', [input]) : made(id, 'clip', [input], { min: low, max: high });
}

/** clip(0, ∞) is relu, clip(0, 6) is relu6, and two cuts are one where their intervals meet. */
const cuts: Pattern = {
  id: 'clip',
  at: ['clip', 'relu', 'relu6'],
  find(node, view) {
    const [low, high] = interval(node)!;
    const first = nodeOf(view, node.inputs[0], 'clip', 'relu', 'relu6');
    const [innerLow, innerHigh] = interval(first) ?? [-Infinity, Infinity];
    if (first && innerLow < high && low < innerHigh && view.isPrivate(first.id)) return instead(cut(node.id, first.inputs[0]!, Math.max(low, innerLow), Math.min(high, innerHigh)));
    if (node.op !== 'clip') return undefined;
    if (low <= -NO_BOUND && high >= NO_BOUND) return sameAs(node.inputs[0]!);
    const best = cut(node.id, node.inputs[0]!, low, high);
    return best.op === 'clip' ? undefined : instead(best);
  },
};

const CONVOLUTIONS = ['conv2d', 'depthwiseConv2d', 'groupConv2d'] as const;
const NONE = [[0, 0], [0, 0], [0, 0], [0, 0]];

/** Zeros around a map that a convolution without padding of its own then reads: they are its padding. */
const padding: Pattern = {
  id: 'pad-into-convolution',
  at: CONVOLUTIONS,
  find(node, view) {
    const pad = nodeOf(view, node.inputs[0], 'pad');
    const own = node.attrs.pad === 'valid' ? NONE : (node.attrs.pad as readonly (readonly number[])[] | 'same');
    if (!pad || own === 'same' || pad.attrs.value !== 0) return undefined;
    const [before, after] = [numbers(pad, 'before'), numbers(pad, 'after')];
    if (before.length !== 3 || before[2] !== 0 || after[2] !== 0 || [...before, ...after].some((n) => n < 0)) return undefined;
    const all = own.map(([b, a], axis) => [b! + (before[axis - 1] ?? 0), a! + (after[axis - 1] ?? 0)]);
    return instead({ ...node, inputs: pad.inputs, attrs: { ...node.attrs, pad: all } });
  },
};

/** A map laid out channels first before a dense layer that reads all of it: the layer's rows in the order of the map. */
const flattened: Pattern = {
  id: 'flatten-order',
  at: ['dense'],
  find(node, view) {
    const flat = nodeOf(view, node.inputs[0], 'reshape');
    const move = nodeOf(view, flat?.inputs[0], 'transpose');
    if (!flat || !move || view.shape(flat.id).length !== 1) return undefined;
    const before = made(flat.id, 'reshape', move.inputs, { shape: view.shape(flat.id) });
    return instead(before, { ...node, inputs: [before.id], weights: { ...node.weights, kernel: rowsBefore(node.weights.kernel!, view.shape(move.inputs[0]!), numbers(move, 'perm')) } });
  },
};

/** A kernel's rows, which stand in the order of `shape` transposed by `perm`, in the order of `shape`. */
function rowsBefore({ shape, values }: Weight, before: readonly number[], perm: readonly number[]): Weight {
  const [rows, columns] = shape as [number, number];
  const axes = perm.slice(1).map((axis) => axis - 1);
  const strides = before.map((_, axis) => axes.slice(axes.indexOf(axis) + 1).reduce((n, later) => n * before[later]!, 1));
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    let [rest, from] = [row, 0];
    for (let axis = before.length - 1; axis >= 0; axis--) {
      from += (rest % before[axis]!) * strides[axis]!;
      rest = Math.floor(rest / before[axis]!);
    }
    result.set(values.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return { shape, values: result };
}

export const MERGES: readonly Pattern[] = [tidy, chain, intoLayer, throughSum, cuts, padding, flattened];
