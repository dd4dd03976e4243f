/** For the tests of this folder and of state/: workers in this thread, over real message channels, with a fake engine and a clock set by hand. */
import { MessageChannel } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { Cancelled } from '../engine/job/job.ts';
import { createClient, type ClientOptions, type Entry } from './client.ts';
import { scenesCatalog } from '../engine/scenes/index.ts';
import type { Clock, PoolSpec, WorkerHandle } from './pool.ts';
import type { Catalog, ExplainRequest, ExplainResult, Pixels, Request, Result } from './protocol.ts';
import { serve, type Engine, type RunHost } from './serve.ts';

export const CATALOG: Catalog = {
  models: ['cnn', 'vit', 'resnet'].map((id) => ({
    id, title: id.toUpperCase(), architecture: id, family: 'plain', familyTitle: 'Plain', mixes: 'convolution' as const, role: 'member' as const,
    inputSize: 64, classes: ['mug', 'watering can', 'car'], parameters: 1, multiplyAdds: 1, calibrationError: 0.01, bytes: 2, sha256: id,
    accuracy: { validation: 0.9, test: 0.9, interval: [0.88, 0.92] as const, n: 10 },
  })),
  methods: [
    entry('integrated-gradients', 'path', true, { steps: { kind: 'int', title: 'Steps', min: 2, max: 256, default: 32, unit: 'steps' }, rule: { kind: 'choice', title: 'Rule', options: ['midpoint', 'left'], default: 'midpoint' } }),
    entry('gradient', 'gradient', false, {}),
    entry('smoothgrad', 'gradient', true, { noise: { kind: 'float', title: 'Noise', min: 0, max: 1, default: 0.15 }, square: { kind: 'flag', title: 'Square', default: false } }),
  ],
  metrics: [],
  ops: [],
  composites: [{ id: 'epsilon', title: 'LRP-ε' }, { id: 'epsilon-plus', title: 'LRP-ε-z⁺' }],
  scenes: scenesCatalog,
};

function entry(id: string, family: string, previews: boolean, params: Catalog['methods'][number]['params']): Catalog['methods'][number] {
  return { id, title: id, cite: 'x2020', reference: 'X 2020', family, signed: true, score: 'logit', card: { says: '', formula: '', misleads: '' }, params, previews };
}

export const explainRequest = (steps: number, change: Partial<ExplainRequest> = {}): ExplainRequest => ({
  kind: 'explain', model: 'cnn', method: 'integrated-gradients', image: { kind: 'scene', seed: 1 }, target: 0, score: { kind: 'logit' }, seed: 0, params: { steps }, ...change,
});

/** A field whose first number tells which request made it. */
export const explainResult = (first: number, batch = 8): ExplainResult => ({
  kind: 'explain', data: Float32Array.of(first, 0, 0, 0), height: 2, width: 2, channels: 1, score: { kind: 'logit' }, value: 1,
  passes: { forward: 0, backward: first }, ms: 1, backend: 'cpu', batch,
});

/** What a fake engine does with requests; the default ticks `steps` times. */
export type FakeRun = (request: Request, host: RunHost, worker: number) => Promise<Result>;

export const ticking: FakeRun = async (request, host) => {
  if (request.kind !== 'explain') throw new Error(`this fake cannot ${request.kind}`);
  const steps = Number(request.params.steps);
  host.phase('computing');
  for (let i = 1; i <= steps; i++) {
    host.progress(i, steps);
    await host.breathe();
    if (host.cancelled()) throw new Cancelled();
  }
  return explainResult(steps, 8 * host.batchShare);
};

export interface Rig {
  readonly spec: PoolSpec;
  /** Requests that started, in order, with the worker that ran them. */
  readonly started: { request: Request; worker: number }[];
  readonly pictures: Map<string, Pixels>[];
  spawned(): number;
  terminated(): number;
  /** As if the worker's script had thrown. */
  crash(worker: number): void;
  /** As if the worker had died without a word. */
  silence(worker: number): void;
  heapBytes: number;
}

export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

export function rig(run: FakeRun = ticking, size = 1, broken?: string): Rig {
  const started: Rig['started'] = [];
  const pictures: Map<string, Pixels>[] = [];
  const handles: WorkerHandle[] = [];
  const ports: MessagePort[] = [];
  let terminated = 0;
  const result: Rig = {
    started, pictures, heapBytes: 0,
    spawned: () => handles.length,
    terminated: () => terminated,
    silence: (worker) => void (ports[worker]!.onmessage = null),
    crash: (worker) => handles[worker]!.onerror?.({ message: 'crash' }),
    spec: { size, start: { type: 'start', zoo: '' }, spawn },
  };
  function spawn(): WorkerHandle {
    const worker = handles.length;
    const known = new Map<string, Pixels>();
    pictures.push(known);
    const engine: Engine = {
      start: () => (broken ? Promise.reject(new Error(broken)) : Promise.resolve({ backend: 'cpu', tried: [], catalog: CATALOG })),
      put: (id, pixels) => void known.set(id, pixels),
      run: (request, host) => (started.push({ request, worker }), run(request, host, worker)),
      memory: () => ({ heapBytes: result.heapBytes, tensors: 0 }),
    };
    const { port1, port2 } = new MessageChannel();
    ports.push(port2 as unknown as MessagePort);
    serve(port2 as never, engine, { breathe, now: () => performance.now() });
    const handle = Object.assign(port1 as unknown as WorkerHandle, { onerror: null, terminate: () => (terminated++, port1.close()) });
    handles.push(handle);
    return handle;
  }
  return result;
}

/** A clock that stands still until `pass` is called. */
export function handClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  let alarms: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const alarm = { at: now + ms, run };
      alarms.push(alarm);
      return () => void (alarms = alarms.filter((other) => other !== alarm));
    },
    pass(ms) {
      const end = now + ms;
      for (let next = due(); next; next = due()) {
        alarms = alarms.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
      function due() {
        return alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      }
    },
  };
}

/** Lets messages travel until `reached`, or fails after two seconds. */
export async function until(reached: () => boolean, what = 'the expected state'): Promise<void> {
  for (const end = performance.now() + 2000; performance.now() < end; ) {
    if (reached()) return;
    await breathe();
  }
  throw new Error(`${what} was not reached within two seconds`);
}

/** A client over `made`, closed when the test ends, and what its slots show. */
export function startClient(made: Rig, change: Partial<ClientOptions> = {}) {
  const clock = handClock();
  const entries = new Map<string, Entry>();
  const client = createClient({ ...made.spec, clock, onEntry: (slot, entry) => (entry ? entries.set(slot, entry) : entries.delete(slot)), ...change });
  onTestFinished(() => client.close());
  const status = (slot: string) => entries.get(slot)?.status;
  const first = (slot: string) => (entries.get(slot)?.shown?.result as ExplainResult | undefined)?.data[0];
  return { ...made, client, clock, entries, status, first };
}
