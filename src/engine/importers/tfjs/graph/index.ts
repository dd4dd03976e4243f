/** A TensorFlow.js graph model → Source: every node is read by the table of its op, in an order that inputs precede. */
import { ImportProblem } from '../../problem.ts';
import type { Length, Source } from '../../source.ts';
import { emitter, type Emitter } from '../emitter.ts';
import { damaged, isRecord, list, type Json } from '../json.ts';
import type { Weights } from '../weights.ts';
import { constantOf } from './constants.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { readGraphDef, type GraphDef, type GraphNode, type Place } from './graphDef.ts';
import type { Table } from './read.ts';
import { SHAPES } from './shapes.ts';
import { WINDOWS } from './windows.ts';

const TABLE: Table = { ...ELEMENTWISE, ...WINDOWS, ...SHAPES };

/** All op names that can be read, for the docs. */
export const GRAPH_OPS = ['Placeholder', 'Const', ...Object.keys(TABLE)].sort();

function placeholder(node: GraphNode, graph: GraphDef, out: Emitter): string {
  const dims = node.attributes.shape('shape') ?? graph.inputShapes.get(node.name);
  const shape = dims?.map((length): Length => (length > 0 ? length : undefined));
  return out.input({ name: node.name, type: node.attributes.type('dtype', 'float') === 'float' ? 'float' : 'int', ...(shape ? { shape } : {}) });
}

/** Why an op cannot be read, and what to do about it. */
function unknown({ name, op }: GraphNode, functions: ReadonlySet<string>): ImportProblem {
  if (functions.has(op) || op.endsWith('PartitionedCall')) return new ImportProblem(`node '${name}' calls a function of the graph (${op})`, 'convert the model again with tensorflowjs_converter, which inlines functions of a frozen graph');
  if (/^(While|If|Switch|Merge|Enter|Exit|NextIteration|LoopCond|TensorList.*)$/.test(op.replace(/^Stateless/, ''))) return new ImportProblem(`node '${name}' branches or loops (${op})`, 'export the network for inference, with a fixed number of steps');
  return new ImportProblem(`no reader for the op '${op}' of node '${name}'`, 'export only the classifier, from its image to its scores; what stands before or behind it (decoding, boxes, tables) belongs outside the file');
}

/** `model`: the whole of model.json. Errors name node and op. Cost: one walk over the nodes that the outputs need. */
export function readGraphModel(model: Json, weights: Weights, facts: Source['facts']): Source {
  const graph = readGraphDef(model);
  const library = isRecord(model.modelTopology) && isRecord(model.modelTopology.library) ? list(model.modelTopology.library.function ?? [], 'the functions of the graph') : [];
  const functions = new Set(library.flatMap((entry) => (isRecord(entry) && isRecord(entry.signature) ? [String(entry.signature.name)] : [])));
  const out = emitter();
  const values = new Map<string, readonly string[]>();
  const valueAt = ({ node, index }: Place): string => {
    const value = values.get(node)?.[index];
    if (value === undefined) throw damaged(`output ${index} of node '${node}' is read, and it has ${values.get(node)?.length ?? 0}`);
    return value;
  };
  for (const node of graph.nodes) {
    const read = Object.hasOwn(TABLE, node.op) ? TABLE[node.op] : undefined;
    const given = (): string | readonly string[] => {
      if (node.op === 'Placeholder') return placeholder(node, graph, out);
      if (node.op === 'Const') return out.constant(node.name, constantOf(node, weights));
      if (node.op === 'NoOp') return [];
      if (!read) throw unknown(node, functions);
      return read(node.inputs.map(valueAt), { ...out.scope(node.name), kind: node.op, attributes: node.attributes });
    };
    values.set(node.name, [given()].flat());
  }
  return out.finish('TensorFlow.js graph', [...new Set(graph.outputs.map(valueAt))], facts);
}
