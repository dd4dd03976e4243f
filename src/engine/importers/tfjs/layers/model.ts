/** A Keras model, sequential or functional, models inside it included → operators: each layer is read by the table of its class, once a call. */
import { ImportProblem } from '../../problem.ts';
import type { Length } from '../../source.ts';
import type { Emitter } from '../emitter.ts';
import { damaged, integer, list, record, text, type Json } from '../json.ts';
import type { Weights } from '../weights.ts';
import { ACTIVATIONS } from './activations.ts';
import { entryOf, FUNCTION, referencesOf, type Argument, type Entry, type Reference } from './calls.ts';
import { DENSE } from './dense.ts';
import { FUNCTIONS } from './functions.ts';
import { configOf, type Layer, type LayerTable, type Value, type Weight } from './layer.ts';
import { weightNames, type WeightNames } from './names.ts';
import { SHAPES } from './shapes.ts';
import { WINDOWS } from './windows.ts';

const TABLE: LayerTable = { ...WINDOWS, ...DENSE, ...ACTIVATIONS, ...SHAPES };
const MODELS = ['Sequential', 'Functional', 'Model'];
/** How many models may lie in one another. */
const DEEPEST = 16;

/** All layer classes that can be read, for the docs. */
export const LAYER_CLASSES = ['InputLayer', ...MODELS, ...Object.keys(TABLE)].sort();

export interface Context {
  readonly out: Emitter;
  readonly weights: Weights;
  readonly names: WeightNames;
  readonly keras3: boolean;
  /** Weights that are constants of the source already: a layer may be called often. */
  readonly written: Map<string, Weight>;
}

export const contextOf = (out: Emitter, weights: Weights, keras3: boolean): Context => ({ out, weights, keras3, names: weightNames(weights), written: new Map() });

function layerOf({ className, config }: Entry, path: readonly string[], context: Context): Layer {
  const scope = context.out.scope(path.join('/'));
  const written = (names: readonly string[]): Weight | undefined => {
    const found = names.map((name) => context.names.find(path, name)).find((name) => name !== undefined);
    if (found === undefined) return undefined;
    const constant = context.weights.read(found);
    const weight = context.written.get(found) ?? { name: context.out.constant(found, constant), shape: constant.shape };
    context.written.set(found, weight);
    return weight;
  };
  const layer = (own: Json): Layer => ({
    ...scope,
    kind: className,
    keras3: context.keras3,
    config: configOf(own, path.join('/')),
    weight(...names) {
      const weight = written(names);
      if (weight) return weight;
      const near = context.names.near(path).slice(0, 4);
      const rest = near.length > 0 ? `; it has ${near.map((name) => `'${name}'`).join(', ')}` : '';
      throw new ImportProblem(`the weight files lack '${names[0]!}' of layer '${path.join('/')}' (${className})${rest}`, 'export the model again, with all its weights');
    },
    within: layer,
  });
  return layer(config);
}

function read(entry: Entry, inputs: readonly Value[], path: readonly string[], context: Context): readonly Value[] {
  const own = [...path, entry.name];
  if (MODELS.includes(entry.className)) return readModel(entry.className, entry.config, inputs, own, context);
  if (entry.className === FUNCTION) return [readFunction(inputs, layerOf(entry, own, context))];
  if (!Object.hasOwn(TABLE, entry.className)) {
    throw new ImportProblem(`no reader for layers of the class '${entry.className}' ('${own.join('/')}')`, 'convert the model as a graph model (tensorflowjs_converter --output_format=tfjs_graph_model) or to ONNX (tf2onnx), where layers are made of plain operations');
  }
  return [TABLE[entry.className]!(inputs, layerOf(entry, own, context))];
}

/** A function of TensorFlow that Keras 2 keeps by its name. */
function readFunction(inputs: readonly Value[], layer: Layer): Value {
  const name = layer.config.text('function');
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]!(inputs, layer);
  throw new ImportProblem(`layer '${layer.node}' calls the function tf.${name}, which cannot be read`, 'convert the model as a graph model: tensorflowjs_converter --output_format=tfjs_graph_model');
}

/** `batch_input_shape` in Keras 2, `batch_shape` in Keras 3; null stands for an open length. */
function shapeOf(config: Json, layer: string): Length[] | undefined {
  const written = config.batch_input_shape ?? config.batch_shape ?? config.batchInputShape;
  if (written === undefined || written === null) return undefined;
  const where = `the input shape of '${layer}'`;
  const shape = list(written, where).map((length) => (length === null ? undefined : integer(length, where)));
  if (shape.length < 1 || shape.length > 8 || shape.some((length) => length !== undefined && length < 1)) throw damaged(`${where} is ${JSON.stringify(written)}`);
  return shape;
}

function inputOf(config: Json, name: string, shape: Length[] | undefined, { out }: Context): Value {
  if (!shape) throw new ImportProblem(`the file does not tell the shape of its input '${name}'`, 'build the model with an Input layer of a fixed size, such as Input((224, 224, 3)), and export it again');
  const integers = typeof config.dtype === 'string' && /^(u?int|bool)/.test(config.dtype);
  return { name: out.input({ name, shape, type: integers ? 'int' : 'float' }), shape };
}

const layersOf = (config: Json | readonly unknown[], path: readonly string[]): Entry[] => {
  const layers = list(Array.isArray(config) ? config : record(config, 'the model').layers, `the layers of ${path.join('/') || 'the model'}`).map(entryOf);
  const names = layers.map(({ name }) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw damaged(`two layers are called '${double}'`);
  return layers;
};

/** The shape that a model's first layer tells, however many models it lies in; or that the model tells itself (`build_input_shape`). */
function firstShape(config: Json | readonly unknown[], path: readonly string[]): Length[] | undefined {
  if (path.length > DEEPEST) throw damaged(`models are nested ${path.length} deep`);
  const layers = layersOf(config, path);
  const own = Array.isArray(config) ? {} : (config as Json);
  const start = referencesOf(own.input_layers, 'input_layers')[0]?.layer;
  const first = layers.find(({ name }) => name === start) ?? layers[0];
  if (!first) return undefined;
  const inside = () => (MODELS.includes(first.className) ? firstShape(first.config, [...path, first.name]) : undefined);
  return shapeOf(first.config, first.name) ?? inside() ?? shapeOf({ batch_shape: own.build_input_shape }, first.name);
}

/** Layer after layer. */
function readSequential(config: Json, given: readonly Value[] | undefined, path: readonly string[], context: Context): readonly Value[] {
  const layers = layersOf(config, path);
  const [first] = layers;
  if (!first) throw damaged(`the model '${path.join('/')}' has no layers`);
  const start = given ?? [inputOf(first.config, first.className === 'InputLayer' ? first.name : `${first.name}_input`, firstShape(config, path), context)];
  return layers.filter(({ className }) => className !== 'InputLayer').reduce((values, entry) => read(entry, values, path, context), start);
}

/** Calls whose inputs are there are read, until none is left. A model inside counts its calls from 1: its own making was call 0. */
function readFunctional(config: Json, given: readonly Value[] | undefined, path: readonly string[], context: Context): readonly Value[] {
  const layers = layersOf(config, path);
  const values = new Map<string, readonly Value[]>();
  const [inputs, outputs] = [referencesOf(config.input_layers, 'input_layers'), referencesOf(config.output_layers, 'output_layers')];
  if (given && given.length !== inputs.length) throw damaged(`the model '${path.join('/')}' has ${inputs.length} inputs and is given ${given.length}`);
  const isReference = (argument: Argument): argument is Reference => typeof argument !== 'number';
  const wanted = [...outputs, ...layers.flatMap(({ calls }) => calls.flat()).filter(isReference)];
  const base = new Map(layers.map(({ name, calls }) => [name, wanted.some((reference) => reference.layer === name && reference.node >= calls.length) ? 1 : 0]));
  for (const { name, className, config: own } of layers) {
    if (className !== 'InputLayer') continue;
    const place = inputs.findIndex(({ layer }) => layer === name);
    values.set(`${name} 0`, [given ? (given[place] ?? inputOf(own, name, shapeOf(own, name), context)) : inputOf(own, name, shapeOf(own, name), context)]);
  }
  const at = ({ layer, node, tensor }: Reference) => values.get(`${layer} ${node}`)?.[tensor];
  const valueOf = (argument: Argument): Value | undefined => (isReference(argument) ? at(argument) : { name: context.out.scope([...path, 'number'].join('/')).floats([argument]), shape: [] });
  let left = layers.flatMap((entry) => (entry.className === 'InputLayer' ? [] : entry.calls.map((call, index) => ({ entry, call, key: `${entry.name} ${index + base.get(entry.name)!}` }))));
  while (left.length > 0) {
    const before = left.length;
    left = left.filter(({ entry, call, key }) => {
      if (call.length === 0 || call.some((argument) => isReference(argument) && !at(argument))) return true;
      const from = call.map(valueOf);
      values.set(key, read(entry, from as Value[], path, context));
      return false;
    });
    if (left.length === before) break;
  }
  return outputs.map((output) => {
    const value = at(output);
    if (value) return value;
    const stuck = left[0];
    throw damaged(stuck ? `layer '${stuck.entry.name}' reads ${stuck.call.filter(isReference).map(({ layer }) => `'${layer}'`).join(', ') || 'nothing'}, which is never computed: a circle or a missing layer` : `the output '${output.layer}' is no layer of the model`);
  });
}

/** `given`: what the model around this one hands in; undefined for the file's own model. Depth is bounded: files may nest models. */
export function readModel(className: string, config: unknown, given: readonly Value[] | undefined, path: readonly string[], context: Context): readonly Value[] {
  if (path.length > DEEPEST) throw damaged(`models are nested ${path.length} deep`);
  const sequential = Array.isArray(config) ? { layers: config as unknown[] } : record(config, `the configuration of ${path.join('/') || 'the model'}`);
  if (className === 'Sequential') return readSequential(sequential, given, path, context);
  if (className === 'Functional' || className === 'Model') return readFunctional(sequential, given, path, context);
  throw new ImportProblem(`the model is of the class '${text(className, 'the class of the model')}'`, 'sequential and functional models can be read as layers; convert any other as a graph model: tensorflowjs_converter --output_format=tfjs_graph_model');
}

