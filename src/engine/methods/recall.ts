/** Sums over gradients of which earlier runs may have left some: the loop behind Integrated Gradients and SmoothGrad. Chooses neither points nor weights. */
import { addBlocks, BLOCK, type Job, type Memo } from '../job/job.ts';
import * as tf from '../tf.ts';

export interface Term {
  readonly weight: number;
  /** States everything that the row hangs on besides model, image, class, score and seed; absent: it is not kept. */
  readonly name?: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface RecalledSum {
  readonly terms: readonly Term[];
  /** The rows of these terms, [n, …]. Called in a tidy. */
  readonly compute: (indices: readonly number[]) => tf.Tensor;
  /** What rows add before they are weighed; the rows themselves where absent. */
  readonly contribute?: (rows: tf.Tensor) => tf.Tensor;
  /** The field as the terms so far show it: their weighed sum, and the sum of their weights. Called in a tidy. */
  readonly estimate: (total: tf.Tensor, weight: number) => tf.Tensor;
  /** Ticks before and in all, where there is other work too. */
  readonly progress?: Progress;
}

/**
 * Σ_k weight_k · row_k, rows recalled or else computed and kept. Added in blocks of four in the order of the terms, so that the sum depends neither on
 * the batch nor on what was recalled. Owned by the job. Cost: the rows that are not known, `job.batch` at a time.
 */
export async function recalledSum({ terms, compute, contribute = (rows) => rows, estimate, progress = { done: 0, total: terms.length } }: RecalledSum, job: Job): Promise<tf.Tensor> {
  let total: tf.Tensor | undefined;
  let weight = 0;
  for (let from = 0; from < terms.length; ) {
    const to = reach(terms, from, Math.max(BLOCK, job.batch), job.memo);
    const part = terms.slice(from, to);
    const [before, first] = [total, from];
    total = job.own(
      tf.tidy(() => {
        const rows = contribute(rowsOf(part, (missing) => compute(missing.map((k) => first + k)), job));
        const weights = tf.tensor(part.map((term) => term.weight), [part.length, ...rows.shape.slice(1).map(() => 1)]);
        return addBlocks(before, tf.mul(rows, weights));
      }),
    );
    if (before) job.drop(before);
    weight += part.reduce((all, term) => all + term.weight, 0);
    from = to;
    await job.tick(progress.done + to, progress.total, total);
    const [soFar, share] = [total, weight];
    if (to < terms.length) await job.offer(() => estimate(soFar, share));
  }
  if (!total) throw new Error('a sum over no terms: at least one is needed');
  return total;
}

/** Where a burst from `from` ends: whole blocks with at most `size` rows to compute. */
function reach(terms: readonly Term[], from: number, size: number, memo: Memo | undefined): number {
  const isMissing = ({ name }: Term) => !(name !== undefined && memo?.recall(name));
  let [to, missing] = [from, 0];
  while (to < terms.length) {
    missing += terms.slice(to, to + BLOCK).filter(isMissing).length;
    if (missing > size && to > from) break;
    to = Math.min(terms.length, to + BLOCK);
  }
  return to;
}

/** The rows of `terms` in their order. Rows that had to be computed are kept by their names. */
function rowsOf(terms: readonly Term[], compute: (missing: readonly number[]) => tf.Tensor, job: Job): tf.Tensor {
  const known = terms.map(({ name }) => (name === undefined ? undefined : job.memo?.recall(name)));
  const missing = [...known.keys()].filter((k) => !known[k]);
  const computed = missing.length > 0 ? compute(missing) : undefined;
  if (!job.memo) return computed!;
  const fresh = computed ? tf.split(computed, missing.length) : [];
  const rows = tf.concat(known.map((row, k) => row ?? fresh[missing.indexOf(k)]!));
  missing.forEach((k, i) => terms[k]!.name !== undefined && job.memo!.keep(terms[k]!.name!, fresh[i]!));
  job.spend({ recalled: terms.length - missing.length });
  return rows;
}
