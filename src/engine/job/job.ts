/** A running computation: what it may ask of its host, and what becomes of its tensors. Knows neither graphs nor methods. */
import * as tf from '../tf.ts';

export class Cancelled extends Error {
  override name = 'Cancelled';
  constructor() {
    super('cancelled');
  }
}

/** A value became NaN or infinite on the way; the job stops rather than paint it. */
export class NotFinite extends Error {
  override name = 'NotFinite';
}

export interface Passes {
  readonly forward: number;
  readonly backward: number;
  /** Gradients that an earlier run left (`Memo`) and that took no pass; absent: none. */
  readonly recalled?: number;
}

/** What a running method may ask of its host. Two duties: tidy every burst, own what outlives one. */
export interface Job {
  /** Rows (images) that one burst may hold. */
  readonly batch: number;
  /** Keep `t` until the job settles. */
  own<T extends tf.Tensor>(t: T): T;
  /** Forget `t` and free it now. */
  drop(t: tf.Tensor): void;
  /** Book passes, counted per image. */
  spend(passes: Partial<Passes>): void;
  /** The only suspension point: report progress, drain the device, let `cancel` arrive. Throws `Cancelled`, `NotFinite`. */
  tick(done: number, total: number, partial?: tf.Tensor): Promise<void>;
  /** Shows the field as it is known so far. `estimate` runs in a tidy, and only where the host wants to see it now. */
  offer(estimate: () => tf.Tensor): Promise<void>;
  /** Books the standard error of each entry of the field, as numbers in the field's layout; the last call counts. */
  standardError(values: Float32Array): void;
  /** Books the segments that the field is constant on: a label for each of its places, row-major; the last call counts. */
  segments(labels: Uint8Array): void;
  /** What earlier runs on the same question left; absent where the host keeps nothing. */
  readonly memo?: Memo;
}

/** Tensors of earlier runs on the same model, image, class and score, by a name that states all else they hang on. */
export interface Memo {
  /** Borrowed; `undefined` where it was never kept, or forgotten since. */
  recall(name: string): tf.Tensor | undefined;
  /** Keeps a handle of its own to `t`. */
  keep(name: string, t: tf.Tensor): void;
}

/** What the surroundings give to a job: a worker, the command line or a test. */
export interface Host {
  readonly batch: number;
  cancelled(): boolean;
  progress(done: number, total: number): void;
  /** A macrotask, so that a queued `cancel` message is seen. */
  breathe(): Promise<void>;
  /** After each burst: throws where the device's memory is at its end. */
  check?(): void;
  /** Who looks on while the field grows: `wants` says whether now is a good time, `take` gets the numbers. */
  readonly viewer?: { wants(): boolean; take(data: Float32Array, shape: number[]): void };
  readonly memo?: Memo;
}

/** What a job says of its field beside it, where it knows it. */
export interface Booked {
  standardError?: Float32Array;
  segments?: Uint8Array;
}

/** Runs one job; frees everything that it owns, whatever happens. The result is the caller's. */
export async function runJob<T>(host: Host, body: (job: Job) => Promise<T>): Promise<{ result: T; passes: Passes; booked: Readonly<Booked> }> {
  const owned = new Set<tf.Tensor>();
  const booked: Booked = {};
  const passes: { forward: number; backward: number; recalled?: number } = { forward: 0, backward: 0 };
  const job: Job = {
    batch: Math.max(1, Math.floor(host.batch)),
    own: (t) => {
      owned.add(tf.keep(t));
      return t;
    },
    drop: (t) => {
      owned.delete(t);
      t.dispose();
    },
    spend: ({ forward = 0, backward = 0, recalled = 0 }) => {
      passes.forward += forward;
      passes.backward += backward;
      if (recalled > 0) passes.recalled = (passes.recalled ?? 0) + recalled;
    },
    async tick(done, total, partial) {
      host.check?.();
      if (partial) await drain(partial);
      host.progress(done, total);
      await host.breathe();
      if (host.cancelled()) throw new Cancelled();
    },
    async offer(estimate) {
      if (!host.viewer?.wants()) return;
      const field = tf.tidy(estimate);
      try {
        host.viewer.take((await field.data()) as Float32Array, field.shape);
      } finally {
        field.dispose();
      }
    },
    standardError: (values) => void (booked.standardError = values),
    segments: (labels) => void (booked.segments = labels),
    memo: host.memo,
  };
  try {
    const result = await body(job);
    if (result instanceof tf.Tensor) owned.delete(result);
    return { result, passes, booked };
  } finally {
    for (const t of owned) t.dispose();
  }
}

/** Reads one number of `partial`: waits for the device (at most one burst in flight), and stops at the first NaN. */
async function drain(partial: tf.Tensor): Promise<void> {
  const probe = tf.tidy(() => tf.sum(partial));
  const [value] = await probe.data();
  probe.dispose();
  if (!Number.isFinite(value)) throw new NotFinite(`the running result became ${value}: an activation of the model overflowed. Try a smaller radius or noise, or another backend`);
}

/** Rows that are summed together; the order of additions is fixed by it and not by the batch. */
export const BLOCK = 4;

/**
 * Σ over rows [0, n) of `burst(from, to)` → [to − from, …], in device-sized bursts: the loop behind IG, SmoothGrad, RISE, Shapley sampling.
 * Rows are added in blocks of four, blocks in index order, so that the sum does not depend on the batch. Owned by the job.
 * After each burst but the last `estimate(sum so far, rows so far)` is offered to the viewer.
 */
export async function sum(
  job: Job,
  n: number,
  burst: (from: number, to: number) => tf.Tensor,
  { progress = { done: 0, total: n }, estimate }: { progress?: { done: number; total: number }; estimate?: (total: tf.Tensor, rows: number) => tf.Tensor } = {},
): Promise<tf.Tensor> {
  const size = Math.max(BLOCK, Math.floor(job.batch / BLOCK) * BLOCK);
  let total: tf.Tensor | undefined;
  for (let from = 0; from < n; from += size) {
    const to = Math.min(n, from + size);
    const before = total;
    total = job.own(tf.tidy(() => addBlocks(before, inPieces(job.batch, from, to, burst))));
    if (before) job.drop(before);
    await job.tick(progress.done + to, progress.total, total);
    const soFar = total;
    if (estimate && to < n) await job.offer(() => estimate(soFar, to));
  }
  if (!total) throw new Error(`a sum over ${n} rows: at least one is needed`);
  return total;
}

/** Rows [from, to), `size` at a time: where memory bears less than a block, a block comes in pieces. */
function inPieces(size: number, from: number, to: number, burst: (from: number, to: number) => tf.Tensor): tf.Tensor {
  if (to - from <= size) return burst(from, to);
  const pieces: tf.Tensor[] = [];
  for (let at = from; at < to; at += size) pieces.push(tf.tidy(() => burst(at, Math.min(to, at + size))));
  return tf.concat(pieces);
}

/** `total` with the rows added in blocks, in index order. */
export function addBlocks(total: tf.Tensor | undefined, rows: tf.Tensor): tf.Tensor {
  const parts = tf.unstack(rows);
  for (let i = 0; i < parts.length; i += BLOCK) {
    const block = parts.slice(i, i + BLOCK).reduce((a, b) => tf.add(a, b));
    total = total ? tf.add(total, block) : block;
  }
  return total!;
}
