/**
 * Runs in a page of the built site: the app's own client on one built worker for each backend, and how far their fields lie apart.
 * Bundled by scripts/lib/engines.mjs for the journeys and for `npm run verify:gpu`; no visitor is sent it.
 */
import { createClient, type Client } from '../../src/worker/client.ts';
import type { RequestFailed } from '../../src/worker/jobs.ts';
import { LIMITS, type WorkerHandle } from '../../src/worker/pool.ts';
import type { BackendName, DescribeRequest, ExplainRequest, ExplainResult, ImageRef } from '../../src/worker/protocol.ts';

/** A software adapter may need a minute for one burst: the watchdog waits. */
Object.assign(LIMITS, { silenceMs: 3_600_000, startMs: 600_000 });

export interface Comparison {
  /** Why there is nothing to compare: the method does not apply, or a backend failed; names the backend. */
  readonly notApplicable?: string;
  readonly failure?: string;
  /** Largest |difference| and largest |entry| of the reference; NaN where a field is not finite. */
  readonly difference: number;
  readonly largest: number;
  /** Whole runs, the first one of a method on a GPU compiles its programs. */
  readonly ms: number;
  readonly referenceMs: number;
}

const NOTHING = { difference: NaN, largest: NaN, ms: 0, referenceMs: 0 } as const;
const REFERENCE = 'wasm';

function createEngines() {
  const clients = new Map<BackendName, Client>();

  /** Starts the worker at `address` on `backend`. → nothing, or why it cannot. */
  function start(backend: BackendName, address: string, zoo: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const spawn = () => new Worker(address, { type: 'module', name: backend }) as unknown as WorkerHandle;
      const clock = {
        now: () => performance.now(),
        after(ms: number, run: () => void) {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      };
      const client = createClient({ spawn, size: 1, start: { type: 'start', backend, zoo }, clock, onEntry: () => undefined, onReady: () => resolve(undefined), onBroken: resolve });
      clients.set(backend, client);
    });
  }

  const clientOf = (backend: BackendName): Client => {
    const client = clients.get(backend);
    if (!client) throw new Error(`the backend '${backend}' was not started: call start first`);
    return client;
  };

  async function explained(backend: BackendName, request: ExplainRequest): Promise<ExplainResult | { readonly failure: string }> {
    const found = await clientOf(backend).ask(request).catch((error: unknown) => ({ failure: `${backend}: ${(error as RequestFailed).message}` }));
    if ('failure' in found || found.backend === backend) return found;
    return { failure: `'${backend}' was asked for and '${found.backend}' answered` };
  }

  return {
    start,
    /** The class of the largest logit, by the reference. */
    async top(model: string, image: ImageRef): Promise<number> {
      const { logits } = await clientOf(REFERENCE).ask({ kind: 'predict', model, image });
      return logits.indexOf(Math.max(...logits));
    },
    /** The field of `request` on `backend` against the one on WASM. */
    async compare(backend: BackendName, request: ExplainRequest): Promise<Comparison> {
      const { model, method, params } = request;
      const { reason } = await clientOf(REFERENCE).ask({ kind: 'describe', model, method, params } satisfies DescribeRequest);
      if (reason !== undefined) return { ...NOTHING, notApplicable: reason };
      const expected = await explained(REFERENCE, request);
      if ('failure' in expected) return { ...NOTHING, failure: expected.failure };
      const found = await explained(backend, request);
      if ('failure' in found) return { ...NOTHING, failure: found.failure };
      if (found.data.length !== expected.data.length) return { ...NOTHING, failure: `${backend} gave ${found.data.length} numbers, ${REFERENCE} ${expected.data.length}` };
      const { difference, largest } = distance(found.data, expected.data);
      return { difference, largest, ms: found.ms, referenceMs: expected.ms };
    },
  };
}

/** Both NaN where any entry of either is not finite. */
function distance(found: Float32Array, expected: Float32Array): { difference: number; largest: number } {
  if (![...found, ...expected].every(Number.isFinite)) return { difference: NaN, largest: NaN };
  return {
    difference: expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0),
    largest: expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  };
}

export type Engines = ReturnType<typeof createEngines>;
(globalThis as unknown as { engines: Engines }).engines = createEngines();
