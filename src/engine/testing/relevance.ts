/** A relevance walk for the tests and the oracle: composites are not on offer as methods yet. */
import { backward, record, type Graph } from '../graph/graph.ts';
import { follow, logitSeed, type Composite } from '../rules/composite.ts';
import * as tf from '../tf.ts';

/** The relevance of every entry of x for the logit of `target`, under `composite`; starts with the logit itself. */
export const relevance = (graph: Graph, x: tf.Tensor, target: number, composite: Composite): tf.Tensor =>
  tf.tidy(() => {
    const tape = record(graph, x);
    return backward(tape, logitSeed(tape.value.get(graph.output)!, target), follow(composite)).get(graph.input)!;
  });
