/** The nodes of a GraphDef, in an order in which each stands behind what it reads. Knows no op but Placeholder, Const and NoOp. */
import { ImportProblem } from '../../problem.ts';
import { damaged, isRecord, list, record, text, type Json } from '../json.ts';
import { attributesOf, shapeOf, type Attributes } from './attributes.ts';

/** An output of a node: TensorFlow writes 'node', 'node:1'. */
export interface Place {
  readonly node: string;
  readonly index: number;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Place[];
  readonly attributes: Attributes;
}

export interface GraphDef {
  /** Those that the outputs need. */
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly Place[];
  /** Shapes that only the signature tells. */
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
}

/** 'name', 'name:1', and inside functions 'name:output:1'. */
export function placeOf(written: string): Place {
  const parts = written.split(':');
  const index = parts.length > 1 ? Number(parts.at(-1)) : 0;
  if (!Number.isInteger(index) || index < 0 || parts.length > 3) throw damaged(`'${written}' is no name of a node's output`);
  return { node: parts[0]!, index };
}

function nodeOf(value: unknown, index: number): GraphNode {
  const node = record(value, `node ${index + 1} of the graph`);
  const name = text(node.name, `the name of node ${index + 1}`);
  const inputs = list(node.input ?? [], `the inputs of node '${name}'`).map((input) => text(input, `an input of node '${name}'`));
  // '^name' only says that `name` runs first.
  return { name, op: text(node.op, `the op of node '${name}'`), inputs: inputs.filter((input) => !input.startsWith('^')).map(placeOf), attributes: attributesOf(name, isRecord(node.attr) ? node.attr : {}) };
}

/** Depth first without recursion; a node met again on its own way is a cycle. */
function ordered(nodes: ReadonlyMap<string, GraphNode>, outputs: readonly Place[]): GraphNode[] {
  const order: GraphNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack = outputs.map(({ node }) => ({ name: node, reader: 'the signature' })).reverse();
  while (stack.length > 0) {
    const { name, reader } = stack.at(-1)!;
    const node = nodes.get(name);
    if (!node) throw damaged(`${reader} reads '${name}', and the graph has no such node`);
    if (state.get(name) === undefined) {
      state.set(name, 'open');
      for (const input of [...node.inputs].reverse()) {
        if (state.get(input.node) === 'open') throw new ImportProblem(`nodes '${name}' and '${input.node}' read each other in a circle`, 'only networks without loops can be explained here; export the model without recurrence');
        if (state.get(input.node) === undefined) stack.push({ name: input.node, reader: `node '${name}'` });
      }
      continue;
    }
    stack.pop();
    if (state.get(name) === 'open') order.push(node);
    state.set(name, 'done');
  }
  return order;
}

/** Nodes that no other reads, where no signature names outputs. */
function leaves(nodes: ReadonlyMap<string, GraphNode>): Place[] {
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  return [...nodes.values()].filter(({ name, op }) => !read.has(name) && !['Const', 'NoOp', 'Placeholder', 'Assert'].includes(op)).map(({ name }) => ({ node: name, index: 0 }));
}

/** Old converters put the signature among the user's metadata. */
function signatureOf(model: Json): { outputs: Place[]; shapes: Map<string, number[]> } {
  const metadata = isRecord(model.userDefinedMetadata) ? model.userDefinedMetadata : {};
  const signature = [model.signature, metadata.signature].find(isRecord) ?? {};
  const named = (side: unknown) => Object.values(isRecord(side) ? side : {}).map((tensor) => record(tensor, 'an entry of the signature')).filter(({ name }) => name !== undefined);
  const shapes = named(signature.inputs).flatMap(({ name, tensorShape }) => {
    const shape = isRecord(tensorShape) ? shapeOf(tensorShape, 'a shape of the signature') : undefined;
    return shape ? [[placeOf(text(name, 'a name of the signature')).node, shape] as const] : [];
  });
  return { outputs: named(signature.outputs).map(({ name }) => placeOf(text(name, 'a name of the signature'))), shapes: new Map(shapes) };
}

/** `model`: the whole of model.json. Errors: two nodes of one name, a node that is read and not there, a circle, no output. */
export function readGraphDef(model: Json): GraphDef {
  const topology = record(model.modelTopology, 'the graph');
  const nodes = new Map<string, GraphNode>();
  list(topology.node, 'the list of nodes').forEach((value, index) => {
    const node = nodeOf(value, index);
    if (nodes.has(node.name)) throw damaged(`two nodes are called '${node.name}'`);
    nodes.set(node.name, node);
  });
  const { outputs: signed, shapes } = signatureOf(model);
  const outputs = signed.length > 0 ? signed : leaves(nodes);
  if (outputs.length === 0) throw damaged(`none of the ${nodes.size} nodes is an output`);
  return { nodes: ordered(nodes, outputs), outputs, inputShapes: shapes };
}
