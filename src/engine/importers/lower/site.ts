/** What a lowering sees of the operator that it lowers: its inputs, its attributes, and the graph that is being written. Lowers nothing itself. */
import type { Attrs, OpName } from '../../graph/ops/index.ts';
import { ImportProblem } from '../problem.ts';
import type { Constant, Operator } from '../source.ts';
import type { Emission, Net } from './net.ts';
import { shapeOf, type Signal, type Value } from './signal.ts';

export interface Site {
  readonly operator: Operator;
  readonly inputs: readonly (Value | undefined)[];
  readonly net: Net;
  /** Tells the visitor something about how the model was read. */
  remark(text: string): void;
}

/** From an operator to its outputs. */
export type Lower = (site: Site) => readonly Value[];

/** Refuses the operator at this site. */
export function refuse({ operator: { name, type } }: Site, why: string, remedy: string): never {
  throw new ImportProblem(`'${name}' (${type}) ${why}`, remedy);
}

const DAMAGED = 'the file is damaged or was written by a faulty exporter; export it again';

/** Input k as it is. */
export const valueAt = (site: Site, k: number): Value => site.inputs[k] ?? refuse(site, `lacks its input ${k + 1}`, DAMAGED);
/** Input k as a signal; a constant becomes one. */
export const signalAt = (site: Site, k = 0): Signal => site.net.signalOf(valueAt(site, k), site.operator.name);

/** Input k, which must not depend on the image. */
export function constantAt(site: Site, k: number, what: string): Constant {
  const value = valueAt(site, k);
  return value.kind === 'constant' ? value.constant : refuse(site, `has ${what} that are computed from the image`, 'export the model with fixed weights and shapes (torch.onnx.export with do_constant_folding=True)');
}
/** Its numbers, or `undefined` where the optional input is left out. */
export const numbersAt = (site: Site, k: number, what: string): readonly number[] | undefined => (site.inputs[k] ? Array.from(constantAt(site, k, what).values) : undefined);

export function numberOf<T extends number | undefined>({ operator }: Site, name: string, absent: T): number | T {
  const value = operator.attributes[name];
  return typeof value === 'number' ? value : absent;
}
export function numbersOf<T extends readonly number[] | undefined>({ operator }: Site, name: string, absent: T): readonly number[] | T {
  const value = operator.attributes[name];
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number') ? (value as readonly number[]) : absent;
}
export function textOf({ operator }: Site, name: string, absent: string): string {
  const value = operator.attributes[name];
  return typeof value === 'string' ? value : absent;
}

/** An op on what a signal stores that leaves its layout alone. */
export function onEach(site: Site, signal: Signal, op: OpName, about: Emission = {}, name = site.operator.name): Signal {
  return { ...signal, node: site.net.emit(name, op, [signal.node], about) };
}

/** The same with attributes alone. */
export const elementwise = (op: OpName, attrs: (site: Site) => Attrs = () => ({})): Lower => (site) => [onEach(site, signalAt(site), op, { attrs: attrs(site) })];

/** y = x · scale + shift by numbers that are the same everywhere. */
export function scaled(site: Site, signal: Signal, scale: number, shift = 0, name = site.operator.name): Signal {
  const flat = (value: number) => ({ shape: [1, ...signal.stored.map(() => 1)], values: Float32Array.of(value) });
  return onEach(site, signal, 'affine', { weights: { ...(scale === 1 ? {} : { scale: flat(scale) }), ...(shift === 0 ? {} : { shift: flat(shift) }) } }, name);
}

/** The sum of two signals, broadcast. */
export function sum(site: Site, first: Signal, second: Signal, name = site.operator.name): Signal {
  const [a, b] = site.net.aligned(first, second);
  return { ...a, node: site.net.emit(name, 'add', [a.node, b.node]) };
}

/** The product of two signals, broadcast. */
export function product(site: Site, first: Signal, second: Signal, name = site.operator.name): Signal {
  const [a, b] = site.net.aligned(first, second, true);
  const wide = shapeOf(a).every((n, axis) => n >= shapeOf(b)[axis]!) ? a : b;
  return { ...wide, node: site.net.emit(name, 'mul', [a.node, b.node]) };
}
