/** What rules ask of a graph's shape: which layers are the first, and whose values cannot be negative. Decides by ops alone, never by names or numbers. */
import type { Graph } from '../graph/graph.ts';
import type { OpName } from '../graph/ops/index.ts';

/** Layers with weights that are linear in one input. */
export const LINEAR = ['conv2d', 'depthwiseConv2d', 'dense'] as const satisfies readonly OpName[];
export const CONVOLUTIONS = ['conv2d', 'depthwiseConv2d'] as const satisfies readonly OpName[];

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
const RECTIFIED: readonly OpName[] = ['relu', 'relu6', 'softplus', 'softmax'];
/** Never below 0 where no input is. */
const KEEP_SIGN: readonly OpName[] = ['maxPool', 'meanPool', 'meanTokens', 'add', 'reshape', 'transpose', 'takeToken', 'splitHeads', 'mergeHeads'];

/** The nodes whose values are at least 0 by construction: of their inputs' negative parts a rule need not think. */
export function nonNegativeNodes(graph: Graph): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { id, op, inputs } of graph.nodes)
    if (RECTIFIED.includes(op) || (KEEP_SIGN.includes(op) && inputs.every((input) => found.has(input)))) found.add(id);
  return found;
}
