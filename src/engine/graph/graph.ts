/** A network as data, and the walk: record a forward pass, carry a signal back over it under a policy. Knows no attribution method. */
import * as tf from '../tf.ts';
import { OPS, type Attrs, type Inputs, type Op, type OpName, type Weights } from './ops/index.ts';

export interface Node {
  readonly id: string;
  readonly op: OpName;
  readonly inputs: readonly string[];
  readonly weights: Weights;
  readonly attrs: Attrs;
}

/** Where a model's last spatial features stand: a [N, h, w, C] node, or tokens [N, skip + rows·cols, D] laid out row-major. */
export interface Features {
  readonly node: string;
  readonly tokens?: { readonly rows: number; readonly cols: number; readonly skip: number };
}

/** Nodes in topological order; `output` is the node of the logits [N, classes]. `input` names the images [N, H, W, 3] in [0, 1]. */
export interface Graph {
  readonly input: string;
  readonly output: string;
  readonly nodes: readonly Node[];
  readonly features?: Features;
}

/** Every value of one forward pass. Lives inside one `tf.tidy`; `backward` uses it up. */
export interface Tape {
  readonly graph: Graph;
  readonly value: Map<string, tf.Tensor>;
}

export interface Step {
  readonly node: Node;
  readonly op: Op;
  readonly xs: Inputs;
  readonly y: tf.Tensor;
  /** What arrived at the output of this node. */
  readonly signal: tf.Tensor;
}

/** How a signal crosses one node backwards, one signal per input: the gradient, an LRP rule, guided backprop, DeepLIFT … */
export type Policy = (step: Step) => tf.Tensor[];

export const gradient: Policy = ({ op, xs, y, node, signal }) => op.vjp(xs, y, node.weights, node.attrs, signal);

const inputsOf = (node: Node, value: ReadonlyMap<string, tf.Tensor>): Inputs =>
  node.inputs.map((id) => valueOf(value, id, node)) as unknown as Inputs;

function valueOf(value: ReadonlyMap<string, tf.Tensor>, id: string, node: Node): tf.Tensor {
  const tensor = value.get(id);
  if (!tensor) throw new Error(`node '${node.id}' (${node.op}) reads '${id}', which no earlier node gives`);
  return tensor;
}

const run = (node: Node, value: ReadonlyMap<string, tf.Tensor>) =>
  tf.tidy(() => (OPS[node.op] as Op).forward(inputsOf(node, value), node.weights, node.attrs));

/** One forward pass with every value kept. Cost: one forward; memory: `tapeBytes`. */
export function record(graph: Graph, x: tf.Tensor): Tape {
  const value = new Map([[graph.input, x]]);
  for (const node of graph.nodes) value.set(node.id, run(node, value));
  return { graph, value };
}

/** The logits [N, classes], each value freed after its last use. */
export function forward(graph: Graph, x: tf.Tensor, output = graph.output): tf.Tensor {
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, i) => node.inputs.forEach((id) => lastUse.set(id, i)));
  const value = new Map([[graph.input, x]]);
  for (const [i, node] of graph.nodes.entries()) {
    value.set(node.id, run(node, value));
    if (node.id === output) break;
    for (const id of new Set(node.inputs)) if (lastUse.get(id) === i && id !== graph.input) value.get(id)!.dispose();
  }
  const y = value.get(output);
  if (!y) throw new Error(`the graph has no node '${output}'`);
  for (const [id, tensor] of value) if (tensor !== y && id !== graph.input) tensor.dispose();
  return y;
}

export interface BackwardOptions {
  /** Nodes whose value and arriving signal outlive the walk; it stops once all of them are known. */
  readonly keep?: readonly string[];
  /** Free values and signals after their last use. Off while an outer `tf.grad` watches (second derivatives). */
  readonly free?: boolean;
  /** Leave the tape's values for another walk over the same tape. */
  readonly reuse?: boolean;
}

/** Walks the tape from the output to the first kept node under `policy`. Returns the signal at each kept node. */
export function backward({ graph, value }: Tape, seed: tf.Tensor, policy: Policy, options: BackwardOptions = {}): Map<string, tf.Tensor> {
  const { keep = [graph.input], free = true, reuse = false } = options;
  const kept = new Set([...keep, graph.input]);
  const stop = Math.min(...keep.map((id) => graph.nodes.findIndex((node) => node.id === id)));
  const signals = new Map([[graph.output, seed]]);
  for (let i = graph.nodes.length - 1; i > stop; i--) {
    const node = graph.nodes[i]!;
    const signal = signals.get(node.id);
    if (signal) cross(node, signal, value, signals, policy, free);
    if (!free || kept.has(node.id)) continue;
    if (!reuse) value.get(node.id)?.dispose();
    if (signal && signal !== seed) signal.dispose();
    signals.delete(node.id);
  }
  return new Map(keep.map((id) => [id, signals.get(id) ?? missing(id)]));
}

function missing(id: string): never {
  throw new Error(`no signal reached '${id}': it is not on a path to the output`);
}

/** Carries `signal` over one node and adds what arrives at its inputs. Each part gets a handle of its own, so that each can be freed. */
function cross(node: Node, signal: tf.Tensor, value: Map<string, tf.Tensor>, signals: Map<string, tf.Tensor>, policy: Policy, free: boolean): void {
  const step: Step = { node, op: OPS[node.op], xs: inputsOf(node, value), y: value.get(node.id)!, signal };
  const parts = tf.tidy(() => policy(step).map((part, i, all) => (part === signal || all.indexOf(part) < i ? tf.clone(part) : part)));
  node.inputs.forEach((id, k) => {
    const part = parts[k]!;
    const before = signals.get(id);
    if (!before) return void signals.set(id, part);
    signals.set(id, tf.add(before, part));
    if (free) tf.dispose([before, part]);
  });
}
