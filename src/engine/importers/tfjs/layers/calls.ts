/** Who calls whom in a functional Keras model: `inbound_nodes` in the forms of Keras 2 and 3. Reads no layer. */
import { ImportProblem } from '../../problem.ts';
import { damaged, integer, isRecord, list, record, text, type Json } from '../json.ts';

/** The value `tensor` of the call number `node` of a layer. */
export interface Reference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

export interface Entry {
  readonly name: string;
  readonly className: string;
  readonly config: Json;
  /** One list of inputs a call; none for an input layer. */
  readonly calls: readonly (readonly Reference[])[];
}

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

/** The tensors among the arguments of a Keras 3 call. */
function tensorsIn(value: unknown, where: string, depth = 0): Reference[] {
  if (depth > 8) throw damaged(`${where} is nested too deeply`);
  if (Array.isArray(value)) return value.flatMap((entry) => tensorsIn(entry, where, depth + 1));
  if (!isRecord(value)) return [];
  if (value.class_name === '__keras_tensor__') return [referenceOf(record(value.config, where).keras_history, where)];
  return Object.values(value).flatMap((entry) => tensorsIn(entry, where, depth + 1));
}

function callOf(value: unknown, layer: string): Reference[] {
  const where = `the inputs of layer '${layer}'`;
  if (isRecord(value)) return [...tensorsIn(value.args, where), ...tensorsIn(value.kwargs, where)];
  const tensors = isReference(value) ? [value] : list(value, where);
  for (const tensor of tensors) {
    const named = Array.isArray(tensor) && isRecord(tensor[3]) ? Object.entries(tensor[3]).filter(([, argument]) => isReference(argument)) : [];
    if (named.length > 0) throw new ImportProblem(`layer '${layer}' takes another value as its argument '${named[0]![0]}'`, 'convert the model as a graph model: tensorflowjs_converter --output_format=tfjs_graph_model');
  }
  return tensors.map((tensor) => referenceOf(tensor, where));
}

export function entryOf(value: unknown, index: number): Entry {
  const where = `layer ${index + 1}`;
  const layer = record(value, where);
  const config = isRecord(layer.config) ? layer.config : {};
  const name = text(layer.name ?? config.name, `the name of ${where}`);
  return { name, className: text(layer.class_name, `the class of layer '${name}'`), config, calls: list(layer.inbound_nodes ?? [], `the calls of layer '${name}'`).map((call) => callOf(call, name)) };
}
