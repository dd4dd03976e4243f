/** Bytes of an ONNX file → `Source`. Pure: files beside it are asked for, nothing is fetched; whether the engine can run the network is not asked here. */
import { ImportProblem } from '../problem.ts';
import type { Operator, Source, SourceInput } from '../source.ts';
import { decodeModel } from './decode.ts';
import type { Constants, Draft } from './draft.ts';
import { flatten } from './functions.ts';
import { labelsOf } from './labels.ts';
import { Bench } from './modernise/bench.ts';
import { modernise } from './modernise/index.ts';
import { alive, dependent, ordered } from './order.ts';
import { isFloat, type GraphProto, type ModelProto, type ValueProto } from './proto.ts';
import type { External } from './tensor.ts';

/**
 * Reads opset 7 to 25; functions are inlined, old forms modernised (docs/importers.md). `external` gives files that lie beside the model.
 * Whatever is wrong with the bytes is an `ImportProblem` that names it. Cost: the file's length, and a copy of the weights as float32.
 */
export function readOnnx(bytes: Uint8Array, external?: External): Source {
  const model = decodeModel(bytes);
  const graph = model.graph;
  if (!graph || (graph.nodes.length === 0 && graph.outputs.length === 0)) throw new ImportProblem('the file holds no ONNX graph', 'choose the .onnx file of a network');
  const { drafts, constants, names, operatorNames } = flatten(model, graph, external);
  const inputs = inputsOf(graph, constants);
  const read = new Set(inputs.map((input) => input.name));
  const given = { has: (name: string) => constants.has(name) || read.has(name) };
  refuseSparse(graph, drafts);
  const order = ordered(drafts, graph.outputs.map((output) => output.name), given);
  const { outputs, lost } = outputsOf(graph, dependent(order, read));
  const bench = new Bench(constants, names, operatorNames, ranksOf(graph));
  for (const input of inputs) bench.setType(input.name, input.type);
  const modern = modernise(alive(order, outputs), outputs, bench);
  const ends = outputs.map((output) => [bench.resolve(output), output] as const).filter(([end]) => !constants.has(end));
  // an output that an Identity gave keeps its name
  const called = new Map(ends.filter(([end]) => !read.has(end)));
  const operators = renamed(alive(modern, ends.map(([end]) => end)), called);
  if (operators.length === 0) throw new ImportProblem('the network does nothing with its input', 'export the model again');
  return {
    format: 'ONNX',
    inputs,
    outputs: ends.map(([end]) => called.get(end) ?? end),
    operators,
    constants: usedConstants(operators.flatMap((operator) => operator.inputs), constants),
    facts: factsOf(model, graph),
    remarks: [...lost, ...bench.remarks],
    labels: labelsOf(model.metadata),
  };
}

/** Inputs that no initialiser fills; older files list initialisers among the inputs. */
function inputsOf(graph: GraphProto, constants: Constants): SourceInput[] {
  const names = new Set<string>();
  return graph.inputs
    .filter((input) => input.name !== '' && !constants.has(input.name))
    .map((input) => {
      if (names.has(input.name)) throw new ImportProblem(`two inputs bear the name '${input.name}'`, 'export the model again');
      names.add(input.name);
      if (input.other) throw new ImportProblem(`the input '${input.name}' is ${input.other}`, 'export the network alone, from images to scores');
      return { name: input.name, type: input.elementType === 0 || isFloat(input.elementType) ? 'float' : 'int', ...(input.shape && { shape: input.shape.map(openOrLength) }) };
    });
}

/** Some exporters write 0 or −1 for an axis of any length. */
const openOrLength = (length: number | undefined) => (length !== undefined && length > 0 ? length : undefined);

/** Outputs that change with the input; others can explain nothing. */
function outputsOf(graph: GraphProto, moved: ReadonlySet<string>): { outputs: string[]; lost: string[] } {
  const all = graph.outputs.map((output) => output.name);
  const outputs = all.filter((output) => moved.has(output));
  if (outputs.length === 0) throw new ImportProblem(all.length === 0 ? 'the network has no output' : `the output '${all.join("', '")}' does not depend on any input`, 'export the model again');
  return { outputs, lost: all.filter((output) => !moved.has(output)).map((output) => `The output '${output}' is the same for every image and is left out.`) };
}

function renamed(operators: readonly Operator[], names: ReadonlyMap<string, string>): Operator[] {
  const called = (list: readonly string[]) => (list.some((name) => names.has(name)) ? list.map((name) => names.get(name) ?? name) : list);
  return operators.map((operator) => ({ ...operator, inputs: called(operator.inputs), outputs: called(operator.outputs) }));
}

function refuseSparse(graph: GraphProto, drafts: readonly Draft[]): void {
  const names = new Set(graph.sparse);
  const sparse = names.size === 0 ? undefined : drafts.flatMap((draft) => draft.inputs).find((input) => names.has(input));
  if (sparse !== undefined) throw new ImportProblem(`the tensor '${sparse}' is stored sparse`, 'export the weights as dense tensors');
}

function ranksOf(graph: GraphProto): Map<string, number> {
  const known = (value: ValueProto): [string, number][] => (value.shape ? [[value.name, value.shape.length]] : []);
  return new Map([...graph.values, ...graph.outputs, ...graph.inputs].flatMap(known));
}

function usedConstants(taken: readonly string[], constants: Constants): Source['constants'] {
  const out = new Map<string, NonNullable<ReturnType<Constants['get']>>>();
  for (const name of taken) {
    const constant = out.has(name) ? undefined : constants.get(name);
    if (constant) out.set(name, constant);
  }
  return out;
}

function factsOf(model: ModelProto, graph: GraphProto): Record<string, string> {
  const producer = [model.producer, model.producerVersion].filter(Boolean).join(' ');
  const opset = model.opsets.map(({ domain, version }) => (domain ? `${domain} ${version}` : String(version))).join(', ');
  const told: [string, string][] = [
    ['producer', producer],
    ['opset', opset],
    ['IR version', String(model.irVersion)],
    ['graph', graph.name],
    ['domain', model.domain],
    ['model version', model.modelVersion ? String(model.modelVersion) : ''],
    ['description', model.doc],
    ...model.metadata.map(({ key, value }): [string, string] => [key, value]),
  ];
  return Object.fromEntries(told.filter(([, value]) => value !== ''));
}
