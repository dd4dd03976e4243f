/** Layer normalisation written out: (x − mean) / √(variance + ε), by a quotient or by factors. Not a deviation to which ε is added, nor another axis than the last. */
import type { PlainNode } from '../../models/plain.ts';
import { bothWays, deepest, flat, flatLine, instead, made, near, nodeOf, reducedRows, rowLine, sameRows } from './match.ts';
import type { Change, Pattern, View } from './net.ts';
import type { Shape } from '../shape.ts';
import { affineOf, combine, composed, perChannel, scalar, weightOf, type Affine } from './weights.ts';

/** x, where `id` is x − mean(x). */
function centred(view: View, id: string): string | undefined {
  const node = nodeOf(view, id, 'add');
  if (node?.inputs.length !== 2) return undefined;
  return bothWays(node).find(([x, other]) => isMean(view, other, x, -1))?.[0];
}

/** Whether `id` is `factor` times the mean of `x` over its last axis. */
function isMean(view: View, id: string, x: string, factor: number): boolean {
  const row = rowLine(view, id, view.shape(x));
  const from = row?.scale === factor && row.shift === 0 ? reducedRows(view, row.id, 'reduceMean') : undefined;
  return from !== undefined && sameRows(view, from, x);
}

/** What is squared. */
function rootOf(view: View, id: string): string | undefined {
  const node = nodeOf(view, id, 'square', 'power', 'mul');
  if (!node || (node.op === 'power' && node.attrs.exponent !== 2)) return undefined;
  return node.op !== 'mul' || node.inputs[0] === node.inputs[1] ? node.inputs[0] : undefined;
}

/** `id` as k / √(variance of x + ε). */
interface Inverse {
  readonly x: string;
  readonly epsilon: number;
  readonly factor: number;
}

function inverseOf(view: View, id: string, shape: Shape): Inverse | undefined {
  const outer = rowLine(view, id, shape);
  const radicand = outer?.shift === 0 ? underRoot(view, outer.id) : undefined;
  if (!outer || radicand === undefined) return undefined;
  const inner = flatLine(view, radicand);
  const deviation = reducedRows(view, inner.id, 'reduceMean');
  const square = deviation === undefined ? undefined : rootOf(view, flat(view, deviation));
  const x = square === undefined ? undefined : centred(view, square);
  if (x === undefined || !(inner.scale > 0) || inner.shift < 0 || view.shape(x).at(-1) !== view.shape(deviation!).at(-1)) return undefined;
  return { x, epsilon: inner.shift / inner.scale, factor: outer.scale / Math.sqrt(inner.scale) };
}

/** v, where `id` is 1 / √v: a reciprocal of a root or a root of a reciprocal, or a power. */
function underRoot(view: View, id: string): string | undefined {
  const node = nodeOf(view, id, 'reciprocal', 'power', 'sqrt');
  const inner = node && flatLine(view, node.inputs[0]!);
  if (!node || !inner) return undefined;
  if (node.op === 'power' && node.attrs.exponent === -0.5) return node.inputs[0];
  const wanted = exponentOf(node);
  const other = nodeOf(view, inner.id, 'reciprocal', 'power', 'sqrt');
  return other && inner.scale === 1 && inner.shift === 0 && wanted * exponentOf(other) === -0.5 ? other.inputs[0] : undefined;
}

const exponentOf = ({ op, attrs }: PlainNode): number => (op === 'reciprocal' ? -1 : op === 'sqrt' ? 0.5 : (attrs.exponent as number));

/** `id` as γ ⊙ base + β, one number for each of `channels`. */
function throughChannels(view: View, id: string, channels: number): { readonly base: string; readonly step: Affine } {
  const node = nodeOf(view, id, 'affine');
  if (!node) return { base: id, step: {} };
  const { scale, shift } = affineOf(node);
  const own = { scale: scale && perChannel(scale, channels), shift: shift && perChannel(shift, channels) };
  if ((scale && !own.scale) || (shift && !own.shift)) return { base: id, step: {} };
  const { base, step } = throughChannels(view, node.inputs[0]!, channels);
  return { base, step: composed(step, own) };
}

function normalized(id: string, x: string, channels: number, epsilon: number, { scale, shift }: Affine): Change {
  const all = (value: number) => new Float32Array(channels).fill(value);
  const gamma = combine(scale ?? scalar(1), weightOf([channels], all(1)), (a, b) => a * b);
  return instead(made(id, 'layerNorm', [x], { epsilon }, { gamma, beta: shift ?? weightOf([channels], all(0)) }));
}

/** γ (x − mean) / √(variance + ε), γ before or after the quotient. */
function quotient(node: PlainNode, view: View): Change | undefined {
  const channels = view.shape(node.id).at(-1)!;
  for (const [left, right] of bothWays(node)) {
    const numerator = deepest(view, left);
    const x = numerator.shift === 0 ? centred(view, numerator.id) : undefined;
    if (x === undefined) continue;
    const { base, step } = throughChannels(view, right, channels);
    const inverse = inverseOf(view, base, view.shape(x));
    if (!inverse || !sameRows(view, inverse.x, x) || step.shift) continue;
    return normalized(node.id, x, channels, inverse.epsilon, composed({ scale: step.scale }, { scale: scalar(inverse.factor * numerator.scale) }));
  }
  return undefined;
}

/** x i + (β − mean i), i = γ / √(variance + ε): as TensorFlow writes a normalisation by moments. */
function factors(node: PlainNode, view: View): Change | undefined {
  const channels = view.shape(node.id).at(-1)!;
  for (const [left, right] of node.inputs.length === 2 ? bothWays(node) : []) {
    const [product, offset] = [nodeOf(view, left, 'mul'), throughChannels(view, right, channels)];
    const other = nodeOf(view, offset.base, 'mul');
    if (!product || !other || !offset.step.scale?.values.every((n) => near(n, -1, 1e-6))) continue;
    for (const [x, i] of bothWays(product)) {
      const mean = bothWays(other).find(([, factor]) => factor === i)?.[0];
      const { base, step } = throughChannels(view, i, channels);
      const inverse = inverseOf(view, base, view.shape(x));
      if (mean === undefined || step.shift || !isMean(view, mean, x, 1) || !inverse || !sameRows(view, inverse.x, x)) continue;
      const scale = composed({ scale: step.scale }, { scale: scalar(inverse.factor) }).scale;
      return normalized(node.id, x, channels, inverse.epsilon, { scale, shift: offset.step.shift });
    }
  }
  return undefined;
}

export const LAYER_NORM: readonly Pattern[] = [
  { id: 'layer-norm', at: ['mul'], find: quotient },
  { id: 'layer-norm', at: ['add'], find: factors },
];
