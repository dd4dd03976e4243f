/** What methods share: scores and gradients of a batch of images, booked on the job. Knows no particular method. */
import { backward, forward, gradient, record, type Graph, type Policy } from '../graph/graph.ts';
import type { Job } from '../job/job.ts';
import * as tf from '../tf.ts';
import { scoreOf, scoreSeed, type Score, type Target } from './score.ts';

/** What is explained: one number of the output of `graph`. */
export interface Question {
  readonly graph: Graph;
  readonly target: Target;
  readonly score: Score;
}

/** The score of each row of `xs` [n, …] → [n]. Cost: n forward passes. */
export function scores({ graph, target, score }: Question, xs: tf.Tensor, job: Job): tf.Tensor1D {
  job.spend({ forward: xs.shape[0]! });
  return tf.tidy(() => scoreOf(forward(graph, xs), target, score));
}

/** d score / d x for each row of `xs`, carried back under `policy`; shape of `xs`. Cost: n forward and n backward passes. */
export function gradients({ graph, target, score }: Question, xs: tf.Tensor, job: Job, policy: Policy = gradient): tf.Tensor {
  job.spend({ forward: xs.shape[0]!, backward: xs.shape[0]! });
  return tf.tidy(() => {
    const tape = record(graph, xs);
    const seed = scoreSeed(tape.value.get(graph.output)!, target, score);
    return backward(tape, seed, policy).get(graph.input)!;
  });
}

/** Two gradients of different questions from one forward pass per row. Cost: n forward and 2n backward passes. */
export function twoGradients(graph: Graph, xs: tf.Tensor, [a, b]: readonly [Omit<Question, 'graph'>, Omit<Question, 'graph'>], job: Job): [tf.Tensor, tf.Tensor] {
  job.spend({ forward: xs.shape[0]!, backward: 2 * xs.shape[0]! });
  return tf.tidy(() => {
    const tape = record(graph, xs);
    const logits = tape.value.get(graph.output)!;
    const [seedA, seedB] = [scoreSeed(logits, a.target, a.score), scoreSeed(logits, b.target, b.score)];
    const first = backward(tape, seedA, gradient, { reuse: true }).get(graph.input)!;
    return [first, backward(tape, seedB, gradient).get(graph.input)!];
  });
}

/** Runs a method of a single burst: its field is owned while the job is told about it. */
export async function inOneBurst(job: Job, burst: () => tf.Tensor): Promise<tf.Tensor> {
  const field = job.own(tf.tidy(burst));
  await job.tick(1, 1, field);
  return field;
}
