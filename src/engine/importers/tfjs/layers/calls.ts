/** Who calls whom in a functional Keras model: `inbound_nodes` in the forms of Keras 2 and 3. Reads no layer. */
import { ImportProblem } from '../../problem.ts';
import { damaged, integer, isRecord, list, record, text, type Json } from '../json.ts';

/** The value `tensor` of the call number `node` of a layer. */
export interface Reference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

/** What a call hands a layer: a value, or a number that stands in the file. */
export type Argument = Reference | number;

export interface Entry {
  readonly name: string;
  readonly className: string;
  readonly config: Json;
  /** One list of arguments a call; none for an input layer. */
  readonly calls: readonly (readonly Argument[])[];
}

/** The class of a function that Keras 2 keeps as a layer. */
export const FUNCTION = 'TFOpLambda';

const isReference = (value: unknown) => Array.isArray(value) && typeof value[0] === 'string';

export function referenceOf(value: unknown, where: string): Reference {
  const [layer, node, tensor] = list(value, where);
  return { layer: text(layer, where), node: integer(node ?? 0, where), tensor: integer(tensor ?? 0, where) };
}

/** One reference, a list of them, or (from models with named outputs) an object of them. */
export function referencesOf(value: unknown, where: string): Reference[] {
  if (value === undefined || value === null) return [];
  if (isReference(value)) return [referenceOf(value, where)];
  return (isRecord(value) ? Object.values(value) : list(value, where)).flatMap((entry) => referencesOf(entry, where));
}

/** The tensors among the arguments of a Keras 3 call, in order, and numbers that stand beside them as arguments of their own. */
function argumentsIn(value: unknown, where: string, depth = 0): Argument[] {
  if (depth > 8) throw damaged(`${where} is nested too deeply`);
  if (typeof value === 'number' && depth === 1) return [value];
  if (Array.isArray(value)) return value.flatMap((entry) => argumentsIn(entry, where, depth + 1));
  if (!isRecord(value)) return [];
  if (value.class_name === '__keras_tensor__') return [referenceOf(record(value.config, where).keras_history, where)];
  return Object.values(value).flatMap((entry) => argumentsIn(entry, where, Math.max(2, depth + 1)));
}

/** Keras 2 names what a function takes besides: {"y": 127.5} or {"y": ["conv", 0, 0]}. */
const NAMED = ['x', 'y'];
const CONSTANT = '_CONSTANT_VALUE';

function argumentsOf(tensor: unknown, layer: string, isFunction: boolean): Argument[] {
  const where = `the inputs of layer '${layer}'`;
  const [name, , value, given] = list(tensor, where);
  const first = name === CONSTANT && typeof value === 'number' ? value : referenceOf(tensor, where);
  const more: Argument[] = [];
  for (const [key, argument] of Object.entries(isRecord(given) ? given : {})) {
    if (isFunction && NAMED.includes(key) && typeof argument === 'number') more.push(argument);
    else if (isFunction && NAMED.includes(key) && isReference(argument)) more.push(referenceOf(argument, where));
    else if (isReference(argument)) throw new ImportProblem(`layer '${layer}' takes another value as its argument '${key}'`, 'convert the model as a graph model: tensorflowjs_converter --output_format=tfjs_graph_model');
  }
  return [first, ...more];
}

function callOf(value: unknown, layer: string, isFunction: boolean): Argument[] {
  const where = `the inputs of layer '${layer}'`;
  if (isRecord(value)) return [...argumentsIn(value.args, where), ...argumentsIn(value.kwargs, where, 1).filter((argument) => typeof argument !== 'number')];
  return (isReference(value) ? [value] : list(value, where)).flatMap((tensor) => argumentsOf(tensor, layer, isFunction));
}

export function entryOf(value: unknown, index: number): Entry {
  const where = `layer ${index + 1}`;
  const layer = record(value, where);
  const config = isRecord(layer.config) ? layer.config : {};
  const name = text(layer.name ?? config.name, `the name of ${where}`);
  const className = text(layer.class_name, `the class of layer '${name}'`);
  return { name, className, config, calls: list(layer.inbound_nodes ?? [], `the calls of layer '${name}'`).map((call) => callOf(call, name, className === FUNCTION)) };
}
