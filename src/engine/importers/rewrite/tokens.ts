/** Tokens and pools under the names that methods look for: a token taken or put first, positions added, means over places and over tokens. Moves and sums, nothing learned changes. */
import type { PlainNode } from '../../models/plain.ts';
import { instead, made, nodeOf } from './match.ts';
import type { Pattern } from './net.ts';
import { sameShape } from '../shape.ts';
import { axisOf, numbers } from './shapes.ts';
import { affineOf, weightOf } from './weights.ts';

/** One row of [T, D]. */
const takeToken: Pattern = {
  id: 'take-token',
  at: ['slice'],
  find(node, view) {
    const [before, after] = [view.shape(node.inputs[0]!), view.shape(node.id)];
    if (before.length !== 2 || after[0] !== 1 || before[0] === 1 || after[1] !== before[1]) return undefined;
    const token = made(`${node.id}·token`, 'takeToken', node.inputs, { index: numbers(node, 'begin')[0]! });
    return instead(token, made(node.id, 'reshape', [token.id], { shape: after }));
  },
};

/** More learned tokens than this are no class tokens. */
const MOST_TOKENS = 64;

/** [class, tokens]: constants before the tokens of the image, of which the last comes first here, each put before what there is. */
const prependToken: Pattern = {
  id: 'prepend-token',
  at: ['concat'],
  find(node, view) {
    const shape = view.shape(node.id);
    const [last, ...before] = [...node.inputs].reverse();
    const constants = before.map((id) => nodeOf(view, id, 'constant'));
    const isAlongTokens = shape.length === 2 && axisOf((node.attrs.axis as number | undefined) ?? -1, 2) === 0;
    if (!isAlongTokens || constants.length === 0 || last === undefined || nodeOf(view, last, 'constant')) return undefined;
    if (shape[0]! - view.shape(last)[0]! > MOST_TOKENS || !constants.every((constant) => constant !== undefined)) return undefined;
    const width = shape[1]!;
    const rows = constants.flatMap(({ weights }) => {
      const { values } = weights.value!;
      return Array.from({ length: values.length / width }, (_, k) => values.slice(k * width, (k + 1) * width)).reverse();
    });
    const ids = rows.map((_, k) => (k === rows.length - 1 ? node.id : `${node.id}·${rows.length - k}`));
    return instead(...rows.map((row, k) => made(ids[k]!, 'prependToken', [ids[k - 1] ?? last], {}, { value: weightOf([1, 1, width], row) })));
  },
};

/** What a softmax turns into 0: a mask, which no training made. */
const HIDDEN = -50;

const isMask = (values: Float32Array): boolean => values.some((n) => n <= HIDDEN);

/** A shift that is not the same at all places: a learned position, a bias of relative positions, or a mask. */
const positions: Pattern = {
  id: 'position',
  at: ['affine'],
  find(node) {
    const { scale, shift } = affineOf(node);
    if (scale || !shift || shift.values.length === 1 || shift.values.length === shift.shape.at(-1)) return undefined;
    return instead(made(node.id, 'addParam', node.inputs, isMask(shift.values) ? { fixed: true } : {}, { value: shift }));
  },
};

/** A constant under another shape. */
const shapedConstant: Pattern = {
  id: 'constant-shaped',
  at: ['reshape'],
  find(node, view) {
    const constant = nodeOf(view, node.inputs[0], 'constant');
    const value = constant && { shape: [1, ...view.shape(node.id)], values: constant.weights.value!.values };
    return value && instead(made(node.id, 'constant', constant.inputs, {}, { value }));
  },
};

/** A sum with a constant. */
const addedConstant: Pattern = {
  id: 'constant-summand',
  at: ['add'],
  find(node, view) {
    const found = node.inputs.map((id) => constantAt(id, (at) => nodeOf(view, at, 'constant', 'expand')));
    const k = found.findIndex((constant) => constant !== undefined);
    if (k < 0 || node.inputs.length !== 2 || found.every((constant) => constant !== undefined)) return undefined;
    const { value } = found[k]!.weights as { value: { shape: readonly number[]; values: Float32Array } };
    return instead(made(node.id, 'affine', [node.inputs[1 - k]!], {}, { shift: value }));
  },
};

function constantAt(id: string, node: (id: string) => PlainNode | undefined): PlainNode | undefined {
  const found = node(id);
  return found?.op === 'expand' ? constantAt(found.inputs[0]!, node) : found;
}

/** A product with a constant that is repeated along the other factor. */
const constantFactor: Pattern = {
  id: 'constant-factor',
  at: ['mul'],
  find(node, view) {
    const k = node.inputs.findIndex((id) => nodeOf(view, id, 'constant'));
    const other = node.inputs[1 - k];
    if (k < 0 || other === undefined || !sameShape(view.shape(other), view.shape(node.id))) return undefined;
    return instead(made(node.id, 'affine', [other], {}, { scale: view.node(node.inputs[k]!)!.weights.value! }));
  },
};

/** The mean over all places of a map, or over all tokens. */
const means: Pattern = {
  id: 'mean-pool',
  at: ['reduceMean'],
  find(node, view) {
    const shape = view.shape(node.inputs[0]!);
    const axes = numbers(node, 'axes').map((axis) => axisOf(axis, shape.length)).sort();
    const op = shape.length === 3 && sameShape(axes, [0, 1]) ? 'meanPool' : shape.length === 2 && sameShape(axes, [0]) ? 'meanTokens' : undefined;
    if (!op) return undefined;
    if (node.attrs.keepDims !== true) return instead(made(node.id, op, node.inputs));
    return instead(made(`${node.id}·mean`, op, node.inputs), made(node.id, 'reshape', [`${node.id}·mean`], { shape: view.shape(node.id) }));
  },
};

/** A window as large as the map, without anything around it. */
const wholeMap: Pattern = {
  id: 'pool-of-whole-map',
  at: ['averagePool'],
  find(node, view) {
    const [height, width, channels] = view.shape(node.inputs[0]!) as [number, number, number];
    const { pad } = node.attrs;
    const bare = pad === 'valid' || (Array.isArray(pad) && (pad as number[][]).flat().every((n) => n === 0));
    if (!bare || height * width === 1 || !sameShape(numbers(node, 'size'), [height, width])) return undefined;
    return instead(made(`${node.id}·mean`, 'meanPool', node.inputs), made(node.id, 'reshape', [`${node.id}·mean`], { shape: [1, 1, channels] }));
  },
};

/** [H, W, g · c] → [H, W, g, c] → [H, W, c, g] → [H, W, c · g]: the same channels in another order. */
const channelShuffle: Pattern = {
  id: 'channel-shuffle',
  at: ['reshape'],
  find(node, view) {
    const move = nodeOf(view, node.inputs[0], 'transpose');
    const cut = nodeOf(view, move?.inputs[0], 'reshape');
    if (!move || !cut || !sameShape(numbers(move, 'perm'), [0, 1, 2, 4, 3])) return undefined;
    const [before, after] = [view.shape(cut.inputs[0]!), view.shape(node.id)];
    const [height, width, groups, each] = view.shape(cut.id) as [number, number, number, number];
    if (!sameShape(before, after) || !sameShape(before, [height, width, groups * each])) return undefined;
    const indices = Array.from({ length: groups * each }, (_, k) => (k % groups) * each + Math.floor(k / groups));
    return instead(made(node.id, 'gather', cut.inputs, { axis: 3, indices }));
  },
};

export const TOKENS: readonly Pattern[] = [takeToken, prependToken, shapedConstant, addedConstant, constantFactor, positions, means, wholeMap, channelShuffle];
