/** One example of the oracle as a replay sees it, and how its parameters are read. Replays nothing itself. */
import type { Job } from '../../job/job.ts';
import type { Score } from '../../methods/score.ts';
import * as tf from '../../tf.ts';
import { exampleOf, type OracleCase, type OracleNet } from '../oracle.ts';

export interface Example {
  readonly net: OracleNet;
  readonly case: OracleCase;
  /** Which of the stored images. */
  readonly index: number;
  /** [1, …], owned by the job. */
  readonly x: tf.Tensor;
  readonly target: number;
}

/** The attributions of one example by the names under which the case stores them; owned by the job, or the caller's. */
export type Replay = (example: Example, job: Job) => Promise<Readonly<Record<string, tf.Tensor>>>;

export const LOGIT: Score = { kind: 'logit' };

/** What is asked of a method for this example. */
export const requestOf = ({ net, x, target }: Example, score: Score = LOGIT) => ({ graph: net.graph, x, target, score, seed: 0 });

export const text = (c: OracleCase, name: string): string => String(c.params[name]);
export const number = (c: OracleCase, name: string): number => {
  const value = c.params[name];
  if (typeof value !== 'number') throw new Error(`case '${c.id}' gives no number '${name}'`);
  return value;
};

/** Of a case's `output`. */
export const OUTPUTS: Readonly<Record<string, Score>> = { softmax: { kind: 'probability' }, log_softmax: { kind: 'log-probability' } };

/** The baseline that a case names, owned by the job. */
export function baselineOf({ net, case: c, index, x }: Example, job: Job): tf.Tensor {
  return job.own(text(c, 'baseline') === 'b1' ? exampleOf(net.inputs.b1, index) : tf.zerosLike(x));
}
