/** What rules ask of a graph's shape: which layers are the first, and whose values cannot be negative. Decides by ops alone, never by names or numbers. */
import type { Graph, Node } from '../graph/graph.ts';
import type { OpName } from '../graph/ops/index.ts';

/** Layers with weights that are linear in one input. */
export const LINEAR = ['conv2d', 'depthwiseConv2d', 'groupConv2d', 'dense'] as const satisfies readonly OpName[];
export const CONVOLUTIONS = ['conv2d', 'depthwiseConv2d', 'groupConv2d'] as const satisfies readonly OpName[];

/** The linear layers that read the image with no other linear layer before them: one in most networks, more where branches start at the image. */
export function firstLayers(graph: Graph): ReadonlySet<string> {
  const untouched = new Set([graph.input]);
  const first = new Set<string>();
  for (const { id, op, inputs } of graph.nodes) {
    if (!inputs.every((input) => untouched.has(input))) continue;
    if ((LINEAR as readonly OpName[]).includes(op)) first.add(id);
    else untouched.add(id);
  }
  return first;
}

/** Never below 0, whatever comes in. */
const RECTIFIED: readonly OpName[] = ['relu', 'relu6', 'softplus', 'sigmoid', 'softmax', 'exp', 'sqrt', 'square', 'abs'];
/** Never below 0 where no input is. */
const KEEP_SIGN: readonly OpName[] = [
  'maxPool', 'averagePool', 'meanPool', 'meanTokens', 'reduceMean', 'reduceSum', 'reduceMax', 'add', 'mul', 'localResponseNorm', 'quantize',
  'concat', 'roll', 'reshape', 'transpose', 'takeToken', 'splitHeads', 'mergeHeads', 'expand', 'slice', 'gather',
];

/** The nodes whose values are at least 0 by construction: of their inputs' negative parts a rule need not think. */
export function nonNegativeNodes(graph: Graph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { id, op, inputs } of graph.nodes)
    if (RECTIFIED.includes(op) || (KEEP_SIGN.includes(op) && inputs.every((input) => found.has(input)))) found.add(id);
  return found;
}

/** What only moves entries, between a gate's sigmoid and its product. */
const MOVING: readonly OpName[] = ['reshape', 'transpose', 'roll', 'splitHeads', 'mergeHeads', 'expand', 'slice', 'gather'];

/** A sigmoid, or the straight line that stands for it: cut off at 0 and at 1. */
const isGate = ({ op, attrs }: Node) => op === 'sigmoid' || (op === 'clip' && attrs.min === 0 && attrs.max === 1);

/** The products with a gate, whose values are in [0, 1], as the place of the signal among the inputs of each; products of two signals or of two gates are none. */
export function gatedSignals(graph: Graph): ReadonlyMap<string, 0 | 1> {
  const gates = new Set<string>();
  const found = new Map<string, 0 | 1>();
  for (const node of graph.nodes) {
    const { id, op, inputs } = node;
    if (isGate(node) || (MOVING.includes(op) && gates.has(inputs[0]!))) gates.add(id);
    const [left, right] = [gates.has(inputs[0]!), gates.has(inputs[1] ?? '')];
    if (op === 'mul' && left !== right) found.set(id, left ? 1 : 0);
  }
  return found;
}

/** Hand relevance to each input in proportion to its value: none where it is 0. */
const SHARING: readonly OpName[] = [...LINEAR, 'add', 'averagePool', 'meanPool', 'meanTokens', 'reduceMean', 'reduceSum', 'resample', 'matMul', 'mul', 'softmax'];
/** Hand on what arrives at an entry to the entry that it came from. */
const CARRYING: readonly OpName[] = [
  'relu', 'relu6', 'maxPool', 'reduceMax', 'localResponseNorm', 'quantize',
  'concat', 'roll', 'reshape', 'transpose', 'takeToken', 'prependToken', 'splitHeads', 'mergeHeads', 'expand', 'slice', 'gather', 'pad',
];

/**
 * The nodes at which no relevance arrives where their value is not above 0: rectifiers alone read them, and what reads those shares by value.
 * (The rules of first layers do not, but no first layer stands behind another layer.)
 */
export function rectifiedNodes(graph: Graph): ReadonlySet<string> {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) for (const id of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);
  const [nothingAtZero, rectified, gated] = [new Set<string>(), new Set<string>(), gatedSignals(graph)];
  const hands = (by: Node) => (gated.has(by.id) ? nothingAtZero.has(by.id) : SHARING.includes(by.op) || (CARRYING.includes(by.op) && nothingAtZero.has(by.id)));
  for (const { id } of [...graph.nodes].reverse()) {
    const read = readers.get(id) ?? [];
    if (id === graph.output || read.length === 0) continue;
    if (read.every(hands)) nothingAtZero.add(id);
    if (read.every((by) => (by.op === 'relu' || by.op === 'relu6') && nothingAtZero.has(by.id))) rectified.add(id);
  }
  return rectified;
}
