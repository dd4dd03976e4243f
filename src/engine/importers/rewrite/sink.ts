/** Reshapes that cut places into windows, moved behind what works on each row alone: the stream between blocks stays a map. For a network whose other patterns are found. */
import type { OpName } from '../../graph/ops/index.ts';
import type { PlainNode } from '../../models/plain.ts';
import { instead, isEntrywise, made, nodeOf, slopeOf } from './match.ts';
import type { Pattern, View } from './net.ts';

/** Work on the entries of the last axis, for each row alone. */
const ROWWISE: readonly OpName[] = ['dense', 'layerNorm', 'softmax'];

/** The reshape that `id` is, where it only cuts axes into more, and the last one not where `node` works on rows. */
function cutBefore(view: View, id: string, rows: boolean): PlainNode | undefined {
  const cut = nodeOf(view, id, 'reshape');
  if (!cut) return undefined;
  const [before, after] = [view.shape(cut.inputs[0]!), view.shape(id)];
  return after.length > before.length && before.length > 0 && (!rows || before.at(-1) === after.at(-1)) ? cut : undefined;
}

/** f(cut(x)) = cut(f(x)), for f on each row or each entry. A factor that is one number goes the other way, to the product that takes it up. */
const behindRows: Pattern = {
  id: 'cut-behind-rows',
  at: [...ROWWISE, 'relu', 'relu6', 'gelu', 'geluTanh', 'silu', 'hardSwish', 'tanh', 'sigmoid'],
  find(node, view) {
    const cut = cutBefore(view, node.inputs[0]!, ROWWISE.includes(node.op));
    if (!cut || (!ROWWISE.includes(node.op) && (!isEntrywise(node) || slopeOf(node)))) return undefined;
    const before = { ...node, id: `${node.id}·whole`, inputs: cut.inputs };
    return instead(before, made(node.id, 'reshape', [before.id], { shape: view.shape(node.id) }));
  },
};

/** cut(x) + y = cut(x + joined(y)). */
const behindSum: Pattern = {
  id: 'cut-behind-sum',
  at: ['add'],
  find(node, view) {
    const cut = node.inputs.map((id) => cutBefore(view, id, false)).find((found) => found !== undefined);
    if (!cut || node.inputs.length !== 2) return undefined;
    const shape = view.shape(cut.inputs[0]!);
    const joined = node.inputs.map((id, k) => (id === cut.id ? undefined : made(`${node.id}·joined-${k}`, 'reshape', [id], { shape })));
    const sum = made(`${node.id}·whole`, 'add', node.inputs.map((_, k) => joined[k]?.id ?? cut.inputs[0]!));
    return instead(...joined.filter((one) => one !== undefined), sum, made(node.id, 'reshape', [sum.id], { shape: view.shape(node.id) }));
  },
};

export const SINKS: readonly Pattern[] = [behindRows, behindSum];
