/** Attention in the forms that methods look for: scores scaled by an attribute, keys that stand transposed, heads split and merged. Finds no attention itself. */
import type { PlainNode } from '../../models/plain.ts';
import { entrywiseOn, instead, made, nodeOf, slopeOf } from './match.ts';
import type { Change, Pattern, View } from './net.ts';
import { sameShape } from '../shape.ts';
import { numbers } from './shapes.ts';

const scaleOf = ({ attrs }: PlainNode): number => (attrs.scale as number | undefined) ?? 1;

const withScale = (node: PlainNode, factor: number): PlainNode => ({ ...node, attrs: { ...node.attrs, scale: scaleOf(node) * factor } });

/** A factor, where `node` does nothing but multiply by one number. */
function factorOf(node: PlainNode | undefined): number | undefined {
  const step = node && slopeOf(node);
  return step?.shift === 0 ? step.scale : undefined;
}

/** (s q)(t k)ᵀ = s t (q kᵀ): factors of the operands are the product's. */
const scaledOperand: Pattern = {
  id: 'scale-of-operand',
  at: ['matMul'],
  find(node, view) {
    for (const [at, id] of node.inputs.entries()) {
      const operand = view.node(id);
      const factor = factorOf(operand);
      if (operand && factor !== undefined) return instead({ ...withScale(node, factor), inputs: node.inputs.map((input, k) => (k === at ? operand.inputs[0]! : input)) });
    }
    return undefined;
  },
};

/** s (q kᵀ), where nothing else reads the product. */
const scaledScores: Pattern = {
  id: 'scale-of-scores',
  at: ['affine'],
  find(node, view) {
    const product = nodeOf(view, node.inputs[0], 'matMul');
    const factor = factorOf(node);
    return product && factor !== undefined && view.isPrivate(product.id) ? instead({ ...withScale(product, factor), id: node.id }) : undefined;
  },
};

/** What only moves entries, and no more of them: a factor may as well come after it. */
const MOVES = ['reshape', 'transpose', 'splitHeads', 'mergeHeads', 'slice', 'roll'] as const;

/** A factor that is one number, before a move: after it, where a product can take it up. */
const laterFactor: Pattern = {
  id: 'factor-after-move',
  at: MOVES,
  find(node, view) {
    const before = nodeOf(view, node.inputs[0], 'affine');
    if (!before || !slopeOf(before) || !view.isPrivate(before.id)) return undefined;
    return instead({ ...node, id: `${node.id}·moved`, inputs: before.inputs }, entrywiseOn(before, node.id, [`${node.id}·moved`]));
  },
};

const swapped = (perm: readonly number[]): readonly number[] => [...perm.slice(0, -2), perm.at(-1)!, perm.at(-2)!];

/** A second operand whose last axis was moved to the place before: it stays, and the product reads it transposed. */
const transposedOperand: Pattern = {
  id: 'transposed-operand',
  at: ['matMul'],
  find(node, view) {
    const [left, right] = node.inputs as [string, string];
    const move = nodeOf(view, right, 'transpose');
    const perm = move && numbers(move, 'perm');
    if (!perm || perm.at(-2) !== perm.length - 1) return undefined;
    const turned = made(`${node.id}·right`, 'transpose', move.inputs, { perm: swapped(perm) });
    return instead(turned, { ...node, inputs: [left, turned.id], attrs: { ...node.attrs, transposeB: node.attrs.transposeB !== true } });
  },
};

const HEADS_ASIDE = [0, 2, 1, 3];

/** [T, D] → [T, heads, D / heads] → [heads, T, D / heads]. */
const split: Pattern = {
  id: 'split-heads',
  at: ['transpose'],
  find(node, view) {
    const cut = sameShape(numbers(node, 'perm'), HEADS_ASIDE) ? nodeOf(view, node.inputs[0], 'reshape') : undefined;
    if (!cut) return undefined;
    const [tokens, heads, width] = view.shape(cut.id) as [number, number, number];
    return view.shape(cut.inputs[0]!).at(-1) === heads * width ? asTokens(cut.inputs[0]!, [tokens, heads * width], made(node.id, 'splitHeads', [], { heads }), view) : undefined;
  },
};

/** `last` on `input`, which takes the shape `tokens` before where it has another. */
function asTokens(input: string, tokens: readonly number[], last: PlainNode, view: View): Change {
  if (sameShape(view.shape(input), tokens)) return instead({ ...last, inputs: [input] });
  return instead(made(`${last.id}·tokens`, 'reshape', [input], { shape: tokens }), { ...last, inputs: [`${last.id}·tokens`] });
}

/** [heads, T, E] → [T, heads, E] → [T, heads · E], or a map of that many channels. */
const merge: Pattern = {
  id: 'merge-heads',
  at: ['reshape'],
  find(node, view) {
    const move = nodeOf(view, node.inputs[0], 'transpose');
    if (!move || !sameShape(numbers(move, 'perm'), HEADS_ASIDE)) return undefined;
    const [tokens, heads, width] = view.shape(move.id) as [number, number, number];
    const wanted = view.shape(node.id);
    if (wanted.at(-1) !== heads * width) return undefined;
    if (sameShape(wanted, [tokens, heads * width])) return instead(made(node.id, 'mergeHeads', move.inputs));
    return instead(made(`${node.id}·tokens`, 'mergeHeads', move.inputs), made(node.id, 'reshape', [`${node.id}·tokens`], { shape: wanted }));
  },
};

export const ATTENTION: readonly Pattern[] = [scaledOperand, scaledScores, laterFactor, transposedOperand, split, merge];
