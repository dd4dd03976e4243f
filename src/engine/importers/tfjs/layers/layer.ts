/** What reading one Keras layer means: its configuration, its weights, the shapes of its values. No layer is read here. */
import { ImportProblem } from '../../problem.ts';
import type { Length } from '../../source.ts';
import type { Scope } from '../emitter.ts';
import { damaged, integer, number, text, type Json } from '../json.ts';

/** A value of the network; its batch is axis 0. */
export interface Value {
  readonly name: string;
  readonly shape: readonly Length[];
}

export interface Layer extends Scope {
  /** Keras's class: 'Conv2D'. */
  readonly kind: string;
  readonly config: Config;
  /** Keras 3 computes some activations otherwise. */
  readonly keras3: boolean;
  /** Under the first of `names` that the weight files have for this layer. */
  weight(...names: readonly string[]): Weight;
  /** The layer that this one wraps, with the configuration of its own. */
  within(config: Json): Layer;
}

export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
}

export type ReadLayer = (inputs: readonly Value[], layer: Layer) => Value;
export type LayerTable = Readonly<Record<string, ReadLayer>>;

export interface Config {
  raw(name: string): unknown;
  text(name: string, fallback?: string): string;
  number(name: string, fallback?: number): number;
  flag(name: string, fallback: boolean): boolean;
  /** One number stands for all. */
  integers(name: string, count: number, fallback?: readonly number[]): number[];
}

export function configOf(json: Json, layer: string): Config {
  const at = (name: string) => (Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined);
  const where = (name: string) => `'${name}' of layer '${layer}'`;
  const missing = (name: string): never => {
    throw damaged(`layer '${layer}' lacks its '${name}'`);
  };
  return {
    raw: at,
    text: (name, fallback) => (at(name) === undefined ? (fallback ?? missing(name)) : text(at(name), where(name))),
    number: (name, fallback) => (at(name) === undefined ? (fallback ?? missing(name)) : number(at(name), where(name))),
    flag: (name, fallback) => (at(name) === undefined ? fallback : at(name) === true),
    integers(name, count, fallback) {
      const value = at(name);
      if (value === undefined) return [...(fallback ?? missing(name))];
      const numbers = Array.isArray(value) ? value.map((entry) => integer(entry, where(name))) : Array<number>(count).fill(integer(value, where(name)));
      if (numbers.length !== count) throw damaged(`${where(name)} should have ${count} numbers and has ${numbers.length}`);
      return numbers;
    },
  };
}

export const refuse = (layer: Layer, thing: string, remedy: string) => new ImportProblem(`layer '${layer.node}' (${layer.kind}) ${thing}`, remedy);

export const show = (shape: readonly Length[]) => `[${shape.map((length) => length ?? '?').join(', ')}]`;

export function single(inputs: readonly Value[], layer: Layer): Value {
  if (inputs.length !== 1) throw refuse(layer, `is given ${inputs.length} values and takes one`, 'the file is damaged; export the model again');
  return inputs[0]!;
}

/** A length that the layer must know. */
export function known(length: Length, what: string, layer: Layer): number {
  if (length === undefined) throw refuse(layer, `needs the ${what} of its input, which the file leaves open`, 'give the input a fixed size, such as (224, 224, 3), when exporting');
  return length;
}

/** −1 is the last axis. */
export function axisIn(axis: number, rank: number, layer: Layer): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 1 || positive >= rank) throw refuse(layer, `works along axis ${axis} of a value with ${rank} axes`, 'axes 1 and up can be read; axis 0 is the batch');
  return positive;
}

/** A value of the same shape under another name. */
export const like = (value: Value, name: string): Value => ({ name, shape: value.shape });
