/** Arithmetic on weights as plain numbers, with the broadcasting of tensors. Small loops, no tensor. */
import type { PlainNode, Weight } from '../../models/plain.ts';
import { sizeOfShape, type Shape } from '../shape.ts';
import { broadcast } from './shapes.ts';

export const weightOf = (shape: Shape, values: ArrayLike<number>): Weight => ({ shape, values: Float32Array.from(values) });

/** Where in `from` each entry of `to` comes from, `from` repeated to it. */
function sources(from: Shape, to: Shape): Int32Array {
  const at = new Int32Array(sizeOfShape(to));
  let [inner, stride] = [1, 1];
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const [n, m] = [to[axis]!, from[from.length - to.length + axis] ?? 1];
    if (m !== 1) for (let i = 0; i < at.length; i++) at[i]! += (Math.floor(i / inner) % n) * stride;
    inner *= n;
    stride *= m;
  }
  return at;
}

/** f(a, b) entry by entry, both repeated to their common shape. */
export function combine(a: Weight, b: Weight, f: (a: number, b: number) => number): Weight {
  const shape = broadcast(a.shape, b.shape);
  if (!shape) throw new Error(`weights of ${a.shape.join('×')} and ${b.shape.join('×')} do not go together`);
  const [left, right] = [sources(a.shape, shape), sources(b.shape, shape)];
  return { shape, values: Float32Array.from(left, (i, k) => f(a.values[i]!, b.values[right[k]!]!)) };
}

const uniformKnown = new WeakMap<Weight, number | null>();

/** The number that all entries are, or `undefined`. */
export function uniform(weight: Weight): number | undefined {
  const known = uniformKnown.get(weight);
  if (known !== undefined) return known ?? undefined;
  const value = weight.values[0];
  const found = value !== undefined && weight.values.every((n) => n === value) ? value : undefined;
  uniformKnown.set(weight, found ?? null);
  return found;
}

/** As short as it can be without changing what it gives: an axis along which nothing changes gets length 1, and one number has one axis. */
export function compact(weight: Weight): Weight {
  let now = weight;
  weight.shape.forEach((n, axis) => {
    if (n > 1) now = withoutAxis(now, axis) ?? now;
  });
  return now.values.length === 1 && now.shape.length > 1 ? scalar(now.values[0]!) : now;
}

/** The weight with this axis of length 1, where it is constant along it. */
function withoutAxis({ shape, values }: Weight, axis: number): Weight | undefined {
  const n = shape[axis]!;
  const inner = sizeOfShape(shape.slice(axis + 1));
  const outer = values.length / n / inner;
  const first = (i: number) => Math.floor(i / inner) * n * inner + (i % inner);
  for (let i = 0; i < outer * inner; i++)
    for (let k = 1; k < n; k++) if (values[first(i) + k * inner] !== values[first(i)]) return undefined;
  return { shape: shape.map((m, a) => (a === axis ? 1 : m)), values: Float32Array.from({ length: outer * inner }, (_, i) => values[first(i)]!) };
}

/** [n] from a weight that varies along the last axis alone, repeated where it is one number; `undefined` where it varies along another. */
export function perChannel(weight: Weight, channels: number): Weight | undefined {
  if (weight.values.length === 1) return { shape: [channels], values: new Float32Array(channels).fill(weight.values[0]!) };
  return weight.values.length === channels && weight.shape.at(-1) === channels ? { shape: [channels], values: weight.values } : undefined;
}

/** `weight` in the shape of rank 1 that a scalar of any rank has. */
export const scalar = (value: number): Weight => weightOf([1], [value]);

/** What an `affine` multiplies by and adds. */
export interface Affine {
  readonly scale?: Weight;
  readonly shift?: Weight;
}

export const affineOf = ({ weights }: PlainNode): Affine => weights as Affine;

/** `inner` first, then `outer`: y = s₂ (s₁ x + t₁) + t₂ = (s₁ s₂) x + (s₂ t₁ + t₂). */
export function composed(inner: Affine, outer: Affine): Affine {
  const times = (a: Weight | undefined, b: Weight | undefined) => (a && b ? combine(a, b, (n, m) => n * m) : (a ?? b));
  const moved = inner.shift && times(inner.shift, outer.scale);
  const shift = moved && outer.shift ? combine(moved, outer.shift, (n, m) => n + m) : (moved ?? outer.shift);
  return { scale: times(inner.scale, outer.scale), shift };
}
