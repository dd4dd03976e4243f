/** The walk of relevance: from any score back to the pixels under a composite of rules. Which rules, the composite says. */
import { backward, record, type BackwardOptions } from '../graph/graph.ts';
import { follow, type Composite } from '../rules/composite.ts';
import * as tf from '../tf.ts';
import { scoreSeed } from './score.ts';
import type { Question } from './walk.ts';

/**
 * Starts with R = (∂s/∂logits) ⊙ logits: for the logit, f_t at the target and 0 elsewhere; for another score s, its share of every logit by gradient × input.
 * → the relevance at each kept node, by default the input. Call in a tidy.  Cost: one forward pass, one backward walk.
 */
export function relevances({ graph, target, score }: Question, x: tf.Tensor, composite: Composite, options: BackwardOptions = {}): Map<string, tf.Tensor> {
  const tape = record(graph, x);
  const logits = tape.value.get(graph.output)!;
  return backward(tape, tf.mul(scoreSeed(logits, target, score), logits), follow(composite), options);
}

/** The relevance of every entry of x, its shape. Call in a tidy. */
export const relevance = (question: Question, x: tf.Tensor, composite: Composite): tf.Tensor => relevances(question, x, composite).get(question.graph.input)!;
