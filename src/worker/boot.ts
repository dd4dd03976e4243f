/**
 * Starts the engine for a page: WASM workers at once, so that the first map comes soon; later, once they rest, a GPU proves itself in a worker of its own.
 * The UI's side; decides from measured times only.
 */
import { createClient, type Client, type ClientOptions } from './client.ts';
import type { Clock, PoolSpec, Ready, WorkerHandle } from './pool.ts';
import type { BackendName } from './protocol.ts';

export interface BootOptions extends Pick<ClientOptions, 'onEntry' | 'onLoading' | 'onReady' | 'onBroken' | 'cacheBytes'> {
  /** The address of the weights' folder, ending in '/'. */
  readonly zoo: string;
  /** The backend that the visitor forces. */
  readonly backend?: BackendName;
  readonly spawn?: () => WorkerHandle;
  readonly clock?: Clock;
  /** Logical processors. */
  readonly cores?: number;
}

/** A GPU must be this many times faster than all WASM workers together before the page moves to it. */
const CLEARLY = 1.5;
/** How long nothing must run before the trial, and how long it may take. */
const REST_MS = 1_500;
const TRIAL_MS = 60_000;

const clockOfPage: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const spawnWorker = (): WorkerHandle => new Worker(new URL('./main.ts', import.meta.url), { type: 'module', name: 'engine' }) as unknown as WorkerHandle;

/** One worker on a GPU; on WASM and plain JavaScript clamp(cores, 1, 4). */
export const poolSize = (backend: BackendName | undefined, cores: number): number => (backend === 'webgpu' || backend === 'webgl' ? 1 : Math.min(4, Math.max(1, cores)));

/** Of a trial: whether its GPU beats `workers` WASM workers clearly. */
export function isClearlyFaster({ backend, tried }: Ready, workers: number): boolean {
  const msOf = (name: BackendName) => tried.find((result) => result.backend === name)?.ms;
  const [gpu, wasm] = [msOf(backend), msOf('wasm')];
  return (backend === 'webgpu' || backend === 'webgl') && gpu !== undefined && wasm !== undefined && gpu * CLEARLY < wasm / workers;
}

export function startEngine(options: BootOptions): Client {
  const { zoo, backend, spawn = spawnWorker, clock = clockOfPage, cores = globalThis.navigator?.hardwareConcurrency ?? 2 } = options;
  const size = poolSize(backend, cores);
  const spec: PoolSpec = { spawn, size, start: { type: 'start', backend, zoo } };
  let resting: (() => void) | undefined;
  let over = backend !== undefined;
  const client = createClient({
    ...spec,
    clock,
    cacheBytes: options.cacheBytes,
    onEntry: options.onEntry,
    onLoading: options.onLoading,
    onBroken: options.onBroken,
    onReady(message) {
      options.onReady?.(message);
      if (!over) awaitRest();
    },
  });

  /** Tries the GPU once nothing has run for a while. */
  function awaitRest(quietSince = clock.now()): void {
    resting?.();
    resting = clock.after(REST_MS / 3, () => {
      if (over) return;
      if (!client.idle()) return awaitRest();
      if (clock.now() - quietSince < REST_MS) return awaitRest(quietSince);
      over = true;
      tryGpu({ spec, clock, adopt: (next, handle, ready) => (client.adopt(next, handle), options.onReady?.(ready)) });
    });
  }

  return {
    ...client,
    close() {
      over = true;
      resting?.();
      client.close();
    },
  };
}

interface Trial {
  readonly spec: PoolSpec;
  readonly clock: Clock;
  adopt(spec: PoolSpec, handle: WorkerHandle, ready: Ready): void;
}

/** Starts a worker that proves and measures the GPU backends; it is adopted if it is clearly faster, else ended. */
function tryGpu({ spec, clock, adopt }: Trial): void {
  const handle = spec.spawn();
  const end = () => {
    stop();
    handle.onmessage = handle.onerror = null;
    handle.terminate();
  };
  const stop = clock.after(TRIAL_MS, end);
  handle.onerror = end;
  handle.onmessage = ({ data }) => {
    if (data.type !== 'ready' || !isClearlyFaster(data, spec.size)) return end();
    stop();
    adopt({ spawn: spec.spawn, size: 1, start: { ...spec.start, backend: data.backend } }, handle, data);
  };
  handle.postMessage({ ...spec.start, backend: 'best' });
}
