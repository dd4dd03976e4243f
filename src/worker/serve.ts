/**
 * Worker side of the protocol: one job at a time, cancel at the next tick, progress at most twenty times a second, results transferred.
 * Does not know what a request means: `engine` does. TensorFlow.js scopes are a global stack, so jobs must never interleave.
 */
import { Cancelled, type Host } from '../engine/job/job.ts';
import type { BackendName, Catalog, Failure, FromWorker, Pixels, Port, Request, Result, ToWorker } from './protocol.ts';

/** What a running request may ask of the worker; the batch is the engine's to choose. */
export interface RunHost extends Omit<Host, 'batch'> {
  /** Of the usual batch. */
  readonly batchShare: number;
  phase(phase: Extract<FromWorker, { type: 'phase' }>['phase'], burstMs?: number): void;
  /** Bytes of a model's weights, while they are downloaded. */
  loading(model: string, done: number, total: number): void;
  /** A result that is still growing; it is copied, not transferred. */
  partial(result: Result): void;
}

/** What the worker's entry gives to `serve`; a test gives a fake. */
export interface Engine {
  /** Throws, in words for the visitor, where no backend (or not the one that was asked for) can be used. */
  start(message: Extract<ToWorker, { type: 'start' }>): Promise<{ backend: BackendName; tried: Extract<FromWorker, { type: 'ready' }>['tried']; catalog: Catalog }>;
  put(id: string, pixels: Pixels): void;
  run(request: Request, host: RunHost): Promise<Result>;
  /** `kept`: what a memo holds for later runs; not counted among `tensors`. */
  memory(): Pick<Extract<FromWorker, { type: 'done' }>, 'heapBytes' | 'tensors' | 'kept'>;
}

export interface ServeOptions {
  /** A macrotask: a microtask would never let a `cancel` message in. */
  readonly breathe: () => Promise<void>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Between two messages of progress. */
const PROGRESS_MS = 50;

/** Errors whose name says that a request can never work, that memory ended, or that half the batch would not help; any other is a failure. */
const REASONS: Readonly<Record<string, Failure['reason']>> = { NotApplicable: 'not-applicable', OutOfMemory: 'memory', TooLarge: 'failed' };

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { reason: 'failed', message: String((error as { message?: unknown } | null)?.message ?? error) };
  const text = error.message;
  const memory = /out of memory|WASM memory|Aborted\(|memory access out of bounds|allocat/i.test(text);
  return { reason: REASONS[error.name] ?? (memory ? 'memory' : 'failed'), message: text };
}

export const buffersOf = (result: Result): ArrayBufferLike[] =>
  Object.values(result).flatMap((value: unknown) => (ArrayBuffer.isView(value) ? [value.buffer] : []));

export function serve(port: Port<FromWorker, ToWorker>, engine: Engine, { breathe, now }: ServeOptions): void {
  const cancelled = new Set<number>();
  const queue: Extract<ToWorker, { type: 'run' }>[] = [];
  let running = false;

  async function start(message: Extract<ToWorker, { type: 'start' }>): Promise<void> {
    try {
      port.postMessage({ type: 'ready', ...(await engine.start(message)) });
    } catch (error) {
      port.postMessage({ type: 'broken', message: failureOf(error).message });
    }
  }

  function hostOf(id: number, batchShare: number): RunHost {
    let told = -Infinity;
    let loadingTold = -Infinity;
    return {
      batchShare,
      breathe,
      cancelled: () => cancelled.has(id),
      progress(done, total) {
        if (now() - told < PROGRESS_MS && done < total) return;
        told = now();
        port.postMessage({ type: 'progress', id, done, total });
      },
      loading(model, done, total) {
        if (now() - loadingTold < PROGRESS_MS && done < total && done > 0) return;
        loadingTold = now();
        port.postMessage({ type: 'loading', id, model, done, total });
      },
      phase: (phase, burstMs) => port.postMessage({ type: 'phase', id, phase, burstMs }),
      partial: (result) => port.postMessage({ type: 'partial', id, result }),
    };
  }

  async function one({ id, request, batchShare = 1 }: Extract<ToWorker, { type: 'run' }>): Promise<void> {
    port.postMessage({ type: 'phase', id, phase: 'loading' }); // taken up: who hears nothing knows that the worker is dead
    try {
      await breathe(); // a burst of slider messages arrives before work starts
      if (cancelled.has(id)) throw new Cancelled();
      const result = await engine.run(request, hostOf(id, batchShare));
      port.postMessage({ type: 'done', id, result, ...engine.memory() }, [...new Set(buffersOf(result))]);
    } catch (error) {
      if (error instanceof Cancelled) port.postMessage({ type: 'cancelled', id });
      else port.postMessage({ type: 'failed', id, failure: failureOf(error) });
    } finally {
      cancelled.delete(id);
    }
  }

  async function pump(): Promise<void> {
    if (running) return;
    running = true;
    for (let next = queue.shift(); next; next = queue.shift()) await one(next);
    running = false;
  }

  port.onmessage = ({ data }) => {
    switch (data.type) {
      case 'start':
        return void start(data);
      case 'put':
        return engine.put(data.id, data.pixels);
      case 'cancel':
        return void cancelled.add(data.id);
      case 'run':
        queue.push(data);
        return void pump();
      default:
        return data satisfies never;
    }
  };
}
