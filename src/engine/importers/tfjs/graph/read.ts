/** What reading one node means. No op is read here. */
import { ImportProblem } from '../../problem.ts';
import type { Scope } from '../emitter.ts';
import { damaged } from '../json.ts';
import type { Attributes } from './attributes.ts';

export interface NodeScope extends Scope {
  readonly kind: string;
  readonly attributes: Attributes;
}

/** Names of the values that a node reads → names of the values that it gives. */
export type Read = (inputs: readonly string[], scope: NodeScope) => string | readonly string[];
export type Table = Readonly<Record<string, Read>>;

/** The input at `index`, or a problem that counts. */
export function input(inputs: readonly string[], index: number, scope: NodeScope): string {
  const value = inputs[index];
  if (value === undefined) throw damaged(`node '${scope.node}' (${scope.kind}) has ${inputs.length} inputs and needs ${index + 1}`);
  return value;
}

export const refuse = (scope: NodeScope, thing: string, remedy: string) => new ImportProblem(`node '${scope.node}' (${scope.kind}) ${thing}`, remedy);

/** A single whole number that the file must hold: an axis, a count. */
export function constantInteger(value: string, what: string, scope: NodeScope): number {
  const numbers = scope.integers(value, what);
  if (numbers.length !== 1) throw damaged(`${what} of '${scope.node}' should be one number and has ${numbers.length}`);
  return numbers[0]!;
}

/** A list of axes or lengths as ONNX wants it: TensorFlow also takes a bare number. */
export function asList(value: string, scope: NodeScope): string {
  const known = scope.constant(value);
  return known?.shape.length === 1 ? value : known ? scope.ints(Array.from(known.values)) : scope.op('Reshape', [value, scope.ints([-1])]);
}

/** How many values a node may give; a damaged file asks for billions. */
export function count(number: number, what: string, scope: NodeScope): number {
  if (number < 1 || number > 4096) throw damaged(`${what} of '${scope.node}' is ${number}`);
  return number;
}
