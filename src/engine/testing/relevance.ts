/** A relevance walk for the tests and the oracle, by a composite's name. The walk is the shipped one. */
import type { Graph } from '../graph/graph.ts';
import { relevance as walk } from '../methods/relevance.ts';
import type { Composite } from '../rules/composite.ts';
import { compositeOf, type CompositeId, type RuleOptions } from '../rules/composites.ts';
import * as tf from '../tf.ts';

/** The relevance of every entry of x for the logit of `target`, under `composite` itself or the one of that name. */
export function relevance(graph: Graph, x: tf.Tensor, target: number, composite: Composite | CompositeId, options?: RuleOptions): tf.Tensor {
  const rules = typeof composite === 'string' ? compositeOf(composite, { graph, shape: x.shape.slice(1) }, options) : composite;
  return tf.tidy(() => walk({ graph, target, score: { kind: 'logit' } }, x, rules));
}
