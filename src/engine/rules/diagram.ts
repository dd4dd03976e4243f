/** A network as plain data for a drawing: every node with its shape, its size, and the rule that each composite gives it. Draws nothing. */
import type { Features, Graph } from '../graph/graph.ts';
import { nodeSizes } from '../graph/size.ts';
import { OPS, type Attrs, type Op, type OpKind, type OpName } from '../graph/ops/index.ts';
import { COMPOSITES, ruleTable } from './composites.ts';

export interface DiagramNode {
  readonly id: string;
  readonly op: OpName;
  readonly kind: OpKind;
  readonly inputs: readonly string[];
  readonly attrs: Attrs;
  /** Of the value for one image: [height, width, channels], [tokens, width] … */
  readonly shape: readonly number[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Learned ones: the pixels' mean and deviation do not count. */
  readonly parameters: number;
  readonly multiplyAdds: number;
}

export interface Diagram {
  readonly input: { readonly id: string; readonly shape: readonly number[] };
  readonly output: string;
  /** Where Grad-CAM and its kin look. */
  readonly features?: Features;
  /** In topological order. */
  readonly nodes: readonly DiagramNode[];
  /** By composite, the rule of each node in the same order. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
}

/** `shape` is that of one image, [H, W, C]. Cost: one forward pass. */
export function diagramOf(graph: Graph, shape: readonly number[]): Diagram {
  const sizes = nodeSizes(graph, shape);
  const nodes = graph.nodes.map(({ id, op, inputs, attrs, weights }, index): DiagramNode => {
    const named = Object.entries(weights).map(([name, weight]) => ({ name, shape: weight.shape }));
    return { ...sizes[index]!, ...(op === 'preprocess' ? { parameters: 0 } : {}), id, op, kind: (OPS[op] as Op).kind, inputs, attrs, weights: named };
  });
  const rules = Object.fromEntries(COMPOSITES.map((id) => [id, ruleTable(id, graph).map(([, , rule]) => rule)]));
  const { input, output, features } = graph;
  return { input: { id: input, shape }, output, ...(features ? { features } : {}), nodes, rules };
}
