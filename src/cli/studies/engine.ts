/** The worker's engine in this process, asked one request after the other: the same numbers as the page's. Plans nothing. */
import type { Catalog, BackendName, Request, Result } from '../../worker/protocol.ts';
import { checkMemory, heapBytes } from '../../worker/heap.ts';
import { createEngine, type Surroundings } from '../../worker/run.ts';
import { failureOf, type RunHost } from '../../worker/serve.ts';
import { startBackend } from '../backend.ts';
import { zooReader } from '../zoo.ts';

export interface Asked {
  readonly catalog: Catalog;
  /** Throws what the engine throws; where memory was full, only after a second try with half the batch. */
  ask(request: Request): Promise<Result>;
}

const SURROUNDINGS: Surroundings = {
  async startBackend(want) {
    const backend: BackendName = want === 'cpu' ? 'cpu' : 'wasm';
    await startBackend(backend);
    return { backend, tried: [] };
  },
  zoo: (folder) => zooReader(folder === '' ? undefined : folder),
  now: () => performance.now(),
  heapBytes,
  checkMemory,
};

const hostOf = (batchShare: number): RunHost => ({
  batchShare,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  cancelled: () => false,
  progress: () => {},
  phase: () => {},
  loading: () => {},
  partial: () => {},
});

/** Starts a backend and reads the zoo in `zoo` (public/zoo of the checkout where absent). */
export async function startAsked({ zoo = '', backend = 'wasm', around = {} }: { readonly zoo?: string; readonly backend?: string; readonly around?: Partial<Surroundings> } = {}): Promise<Asked> {
  const engine = createEngine({ ...SURROUNDINGS, ...around });
  const { catalog } = await engine.start({ type: 'start', backend: backend as BackendName, zoo });
  return {
    catalog,
    async ask(request) {
      try {
        return await engine.run(request, hostOf(1));
      } catch (error) {
        if (failureOf(error).reason !== 'memory') throw error;
        return engine.run(request, hostOf(0.5));
      }
    },
  };
}
