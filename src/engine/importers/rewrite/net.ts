/** A network while it is being rewritten: nodes by id with who reads whom, and one way to change it. Knows no pattern. */
import type { PlainGraph, PlainNode } from '../../models/plain.ts';
import type { Shape } from '../shape.ts';
import { shapeOf, shapesOf } from './shapes.ts';

/** A network as lowered: its features may not be known yet. */
export type Lowered = Omit<PlainGraph, 'features'> & Partial<Pick<PlainGraph, 'features'>>;

/** What patterns may ask of a network. */
export interface View {
  readonly input: string;
  readonly output: string;
  /** `undefined` for the input. */
  node(id: string): PlainNode | undefined;
  /** Of one image's value, without the batch. */
  shape(id: string): Shape;
  readers(id: string): readonly PlainNode[];
  /** Whether one node alone reads this value, and it is not the output. */
  isPrivate(id: string): boolean;
}

/**
 * Instead of a node: nodes that compute the same value, the last of which bears its id; or a value that is known already.
 * Ids of the others are free wishes: they are made unique.
 */
export type Change = { readonly by: readonly PlainNode[] } | { readonly same: string };

/** One pattern: where a node is the last of what is meant, what it may be replaced by. Pure; `undefined` leaves it. */
export interface Pattern {
  readonly id: string;
  /** Ops of the node at which the pattern ends. */
  readonly at: readonly PlainNode['op'][];
  find(node: PlainNode, view: View): Change | undefined;
}

export interface Net extends View {
  /** In topological order. */
  ids(): readonly string[];
  /** Returns the ids of the nodes that are new or were changed, in order. */
  apply(id: string, change: Change): readonly string[];
  finish(): readonly PlainNode[];
}

/** Opens `graph` for changes; one image is of `shape` [H, W, C]. What does not lead to the output is dropped. */
export function openNet(graph: Lowered, shape: Shape): Net {
  const shapes = shapesOf(graph, shape);
  const alive = reaching(graph);
  const nodes = new Map(alive.map((node) => [node.id, node]));
  const readers = new Map<string, Set<string>>();
  let { output } = graph;
  let order: readonly string[] = alive.map(({ id }) => id);
  const before = new Map<string, string[]>();
  const readersOf = (id: string): Set<string> => readers.get(id) ?? new Set();

  function link(node: PlainNode): void {
    for (const input of node.inputs) readers.set(input, readersOf(input).add(node.id));
  }
  /** Takes `node` off the list of who reads what, and whatever nobody reads any more with it. */
  function unlink(first: PlainNode): void {
    const left = [first];
    for (let node = left.pop(); node; node = left.pop())
      for (const input of node.inputs) {
        readersOf(input).delete(node.id);
        const source = nodes.get(input);
        if (!source || readersOf(input).size > 0 || input === output) continue;
        nodes.delete(input);
        left.push(source);
      }
  }
  function write(node: PlainNode): void {
    nodes.set(node.id, node);
    shapes.set(node.id, shapeOf(node, node.inputs.map((id) => shapes.get(id)!)));
    link(node);
  }
  function fresh(id: string): string {
    let name = id;
    for (let k = 2; nodes.has(name) || name === graph.input; k++) name = `${id}-${k}`;
    return name;
  }

  function forward(id: string, to: string): readonly string[] {
    const changed = [...readersOf(id)];
    for (const reader of changed) {
      const node = nodes.get(reader)!;
      nodes.set(reader, { ...node, inputs: node.inputs.map((input) => (input === id ? to : input)) });
      readers.set(to, readersOf(to).add(reader));
    }
    readers.delete(id);
    if (output === id) output = to;
    const node = nodes.get(id)!;
    nodes.delete(id);
    unlink(node);
    return changed;
  }
  function replace(id: string, by: readonly PlainNode[]): readonly string[] {
    const old = nodes.get(id)!;
    const names = new Map<string, string>();
    const fixed = by.map((node, k) => {
      const inputs = node.inputs.map((input) => names.get(input) ?? input);
      if (k < by.length - 1) names.set(node.id, fresh(node.id));
      const renamed = { ...node, id: names.get(node.id) ?? id, inputs };
      if (k < by.length - 1) write(renamed);
      return renamed;
    });
    write(fixed.at(-1)!);
    unlinkOld(old, fixed.at(-1)!);
    before.set(id, [...(before.get(id) ?? []), ...names.values()]);
    return fixed.map((node) => node.id);
  }
  /** As `unlink`, where a node of the same id now reads `now.inputs`. */
  function unlinkOld(old: PlainNode, now: PlainNode): void {
    unlink({ ...old, inputs: old.inputs.filter((input) => !now.inputs.includes(input)) });
  }

  alive.forEach(link);
  const net: Net = {
    input: graph.input,
    get output() {
      return output;
    },
    node: (id) => nodes.get(id),
    shape: (id) => shapes.get(id)!,
    readers: (id) => [...readersOf(id)].map((reader) => nodes.get(reader)!),
    isPrivate: (id) => readersOf(id).size === 1 && id !== output && id !== graph.input,
    ids() {
      const spread = (id: string): readonly string[] => [...(before.get(id)?.flatMap(spread) ?? []), id];
      order = order.flatMap(spread).filter((id) => nodes.has(id));
      before.clear();
      return order;
    },
    apply: (id, change) => ('same' in change ? forward(id, change.same) : replace(id, change.by)),
    finish: () => net.ids().map((id) => nodes.get(id)!),
  };
  return net;
}

/** The nodes from which a way leads to the output. */
function reaching({ nodes, output }: Lowered): readonly PlainNode[] {
  const needed = new Set([output]);
  for (const { id, inputs } of [...nodes].reverse()) if (needed.has(id)) inputs.forEach((input) => needed.add(input));
  return nodes.filter(({ id }) => needed.has(id));
}
