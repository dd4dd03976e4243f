/** What is made once from a model's weights and kept: positive parts, transposed kernels. Freed with the graph. Computes nothing itself. */
import * as tf from '../tf.ts';
import type { Graph } from './graph.ts';

interface Made {
  readonly variant: number;
  readonly tensor: tf.Tensor;
}

const known = new WeakMap<tf.Tensor, Map<string, Made>>();

/**
 * `make(weight)`, made at the first call for this weight and `name` and kept until the graph is disposed. Borrowed by the caller.
 * Of what also hangs on a number (w + γ w⁺ on γ), only the last `variant` is kept: a slider that is dragged must not fill the memory.
 */
export function derived(weight: tf.Tensor, name: string, make: (weight: tf.Tensor) => tf.Tensor, variant = 0): tf.Tensor {
  const made = known.get(weight) ?? new Map<string, Made>();
  known.set(weight, made);
  const found = made.get(name);
  if (found?.variant === variant) return found.tensor;
  found?.tensor.dispose();
  const tensor = tf.keep(tf.tidy(() => make(weight)));
  made.set(name, { variant, tensor });
  return tensor;
}

/** Frees the weights of `graph` and what was derived from them. The graph is of no use afterwards; weights shared with another graph are gone there too. */
export function disposeGraph(graph: Graph): void {
  for (const node of graph.nodes)
    for (const weight of Object.values(node.weights)) {
      known.get(weight)?.forEach(({ tensor }) => tensor.dispose());
      known.delete(weight);
      weight.dispose();
    }
}
