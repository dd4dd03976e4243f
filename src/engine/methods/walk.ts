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

/** The seed of a backward walk, made of the logits [n, classes]: its shape. */
export type Seed = (logits: tf.Tensor) => tf.Tensor;

/** The seed of a gradient of a score. */
export const seedOf = ({ target, score }: Omit<Question, 'graph'>): Seed => (logits) => scoreSeed(logits, target, score);

/** The seed of −score: what an attack on the class follows upwards. `twice`: the probabilities are taken for logits, as though the model ended in a softmax of its own. */
export const lossSeed = ({ target, score }: Omit<Question, 'graph'>, twice: boolean): Seed => (logits) => {
  if (!twice) return tf.neg(scoreSeed(logits, target, score));
  const p = tf.softmax(logits);
  const inner = scoreSeed(p, target, score);
  return tf.neg(tf.mul(p, tf.sub(inner, tf.sum(tf.mul(p, inner), -1, true))));
};

/** Logits [n, classes] of each row, and one gradient for each seed, from one forward pass a row. Cost: n forward, n backward for each seed. */
export function look(graph: Graph, xs: tf.Tensor, seeds: readonly Seed[], job: Job): { logits: tf.Tensor; gradients: tf.Tensor[] } {
  job.spend({ forward: xs.shape[0]!, backward: seeds.length * xs.shape[0]! });
  return tf.tidy(() => {
    const tape = record(graph, xs);
    const logits = tf.clone(tape.value.get(graph.output)!);
    const gradients = seeds.map((seed, i) => backward(tape, seed(logits), gradient, { reuse: i < seeds.length - 1 }).get(graph.input)!);
    return { logits, gradients };
  });
}

/** The class that each row of logits speaks for; the first of equals. */
export async function predictions(logits: tf.Tensor): Promise<number[]> {
  const classes = logits.shape.at(-1)!;
  const data = await logits.data();
  return Array.from({ length: data.length / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (data[row * classes + c]! > data[row * classes + best]!) best = c;
    return best;
  });
}

/** −1, 0 or 1. Not `tf.sign`: on WASM it takes small numbers (1e-9) for 0. */
export const signOf = (t: tf.Tensor): tf.Tensor => tf.sub(tf.step(t), tf.step(tf.neg(t)));

/** Runs a method of a single burst: its field is owned while the job is told about it. */
export async function inOneBurst(job: Job, burst: () => tf.Tensor): Promise<tf.Tensor> {
  const field = job.own(tf.tidy(burst));
  await job.tick(1, 1, field);
  return field;
}
