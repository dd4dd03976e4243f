/** The worker of the trial: the real `serve`, the real jobs, one large random graph. What it computes is not looked at, only what it takes. */
import { parentPort } from 'node:worker_threads';
import type { Graph } from '../../engine/graph/graph.ts';
import { runJob, type Host } from '../../engine/job/job.ts';
import { methodOf } from '../../engine/methods/index.ts';
import { defaults } from '../../engine/params.ts';
import { scenesCatalog } from '../../engine/scenes/index.ts';
import * as tf from '../../engine/tf.ts';
import { normals } from '../../engine/math/rng.ts';
import type { Catalog, ExplainRequest, ExplainResult, FromWorker, Port, ToWorker } from '../../worker/protocol.ts';
import { serve, type Engine, type RunHost } from '../../worker/serve.ts';
import { createPace } from '../../worker/batch.ts';
import { startBackend } from '../backend.ts';
import { MULTIPLY_ADDS, vggSized } from './vgg.ts';

export const SIDE = 224;
const NOTHING: Catalog = { models: [], methods: [], metrics: [], ops: [], composites: [], scenes: scenesCatalog };
const memory = () => (tf.backend() as unknown as { wasm: { asm: { memory: WebAssembly.Memory } } }).wasm.asm.memory;

/** `params.rows` is the batch of one burst; the rest are the method's own. */
async function attribute(graph: Graph, x: tf.Tensor, request: ExplainRequest, host: RunHost): Promise<ExplainResult> {
  const { rows = 1, ...params } = request.params as Record<string, number>;
  const batch = Math.max(1, Math.floor(rows * host.batchShare));
  const jobHost: Host = { ...host, batch };
  const start = performance.now();
  const { result, passes } = await runJob(jobHost, async (job) => {
    const method = methodOf(request.method);
    const question = { graph, x, target: request.target, score: { kind: 'logit' as const }, seed: request.seed };
    return method.attribute({ ...question, params: { ...defaults(method.params), ...params } }, job);
  });
  const [value = NaN] = tf.tidy(() => tf.sum(result).dataSync());
  result.dispose();
  return { kind: 'explain', data: Float32Array.of(value), height: 1, width: 1, channels: 1, score: { kind: 'logit' }, value, passes, ms: performance.now() - start, backend: 'wasm', batch };
}

/** Serves on the parent's port until it is terminated. */
export function runTrialWorker(): void {
  if (!parentPort) throw new Error('`trial --worker` is started by `trial`, not by hand');
  let graph: Graph | undefined;
  let x: tf.Tensor | undefined;
  const engine: Engine = {
    async start() {
      await startBackend('wasm');
      graph = vggSized();
      x = tf.keep(tf.tidy(() => tf.clipByValue(tf.add(tf.mul(tf.tensor(normals(1, 'trial', 0, SIDE * SIDE * 3), [1, SIDE, SIDE, 3]), 0.2), 0.5), 0, 1)));
      return { backend: 'wasm', tried: [], catalog: NOTHING };
    },
    put: () => undefined,
    run(request, host) {
      if (request.kind !== 'explain' || !graph || !x) throw new Error(`the trial's worker only explains, and was asked to ${request.kind}`);
      host.phase('computing', createPace('wasm').burstMs('', MULTIPLY_ADDS, (request.params.rows as number | undefined) ?? 1));
      return attribute(graph, x, request, host);
    },
    memory: () => ({ heapBytes: memory().buffer.byteLength, tensors: tf.memory().numTensors }),
  };
  serve(parentPort as unknown as Port<FromWorker, ToWorker>, engine, { breathe: () => new Promise((resolve) => setImmediate(resolve)), now: () => performance.now() });
}
