/** What is made once from a model's weights and kept: positive parts, transposed kernels. Freed with the graph. Computes nothing itself. */
import * as tf from '../tf.ts';
import type { Graph } from './graph.ts';

const known = new WeakMap<tf.Tensor, Map<string, tf.Tensor>>();

/** `make(weight)`, made at the first call for this weight and `name` and kept until the graph is disposed. Borrowed by the caller. */
export function derived(weight: tf.Tensor, name: string, make: (weight: tf.Tensor) => tf.Tensor): tf.Tensor {
  const made = known.get(weight) ?? new Map<string, tf.Tensor>();
  known.set(weight, made);
  const found = made.get(name);
  if (found) return found;
  const fresh = tf.keep(tf.tidy(() => make(weight)));
  made.set(name, fresh);
  return fresh;
}

/** Frees the weights of `graph` and what was derived from them. The graph is of no use afterwards; weights shared with another graph are gone there too. */
export function disposeGraph(graph: Graph): void {
  for (const node of graph.nodes)
    for (const weight of Object.values(node.weights)) {
      known.get(weight)?.forEach((tensor) => tensor.dispose());
      known.delete(weight);
      weight.dispose();
    }
}
