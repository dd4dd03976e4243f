/**
 * What each method takes on each model: time, passes, a pass in bare forward passes of the same batch, the longest burst between two ticks.
 * Runs a method as the worker does, with the worker's bursts. Prints nothing.
 */
import { createPace, needOf, type Pace } from '../../worker/batch.ts';
import { describeMethod } from '../../engine/describe.ts';
import { predict, resolveScore } from '../../engine/explain.ts';
import { canonize } from '../../engine/graph/canonize.ts';
import { disposeGraph } from '../../engine/graph/derived.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import { sizeOf, type Size } from '../../engine/graph/size.ts';
import { runJob, type Passes } from '../../engine/job/job.ts';
import type { AttributionRequest, Method } from '../../engine/methods/method.ts';
import { loadModel, type Read } from '../../engine/models/zoo.ts';
import { defaults, type Values } from '../../engine/params.ts';
import { sceneSeed } from '../../engine/scenes/index.ts';
import * as tf from '../../engine/tf.ts';
import type { CliBackend } from '../backend.ts';
import { readPicture } from '../picture.ts';
import { bareForward, cpuSince, median } from './measure.ts';

/** With which parameters a method was timed: the default ones, unless they take too long. */
export type Setting = 'default' | 'preview' | 'tiny';

export interface MethodRow {
  readonly model: string;
  readonly method: string;
  readonly family: string;
  /** Why it does not apply, or how it failed; the rest is absent then. */
  readonly reason?: string;
  readonly failure?: string;
  readonly setting?: Setting;
  /** Rows of a burst. */
  readonly batch?: number;
  readonly passes?: Passes;
  /** CPU time of the whole run, in ms. */
  readonly ms?: number;
  /** CPU time of one pass, forward or backward, in bare forward passes of the same batch. */
  readonly perPass?: number;
  /** Of the clock, between two ticks, in ms: what a cancel waits for. `rows`: images that went forward in it. */
  readonly longestBurst?: { readonly ms: number; readonly rows: number };
}

export interface MethodsAsked {
  readonly backend: CliBackend;
  readonly models: readonly string[];
  readonly methods: readonly Method[];
  readonly read: Read;
  /** A run that is predicted to take longer is made with cheaper parameters. */
  readonly limitMs: number;
  /** Sees each row as it is known. */
  readonly report?: (row: MethodRow) => void;
}

const SCENE = 36_007;
const SEED = 1;

/** A model with all that a run on it needs. */
interface Bench {
  readonly id: string;
  readonly graph: Graph;
  readonly size: Size;
  readonly classes: number;
  readonly x: tf.Tensor;
  readonly target: number;
  readonly logits: Float32Array;
  readonly pace: Pace;
  /** Milliseconds of a bare forward pass of `batch` images. */
  forwardMs(batch: number): number;
}

const picture = async (seed: number, side: number) => {
  const { data } = await readPicture(`scene:${seed}`, side);
  return tf.tensor4d(data, [1, side, side, 3]);
};

export async function measureMethods(asked: MethodsAsked): Promise<MethodRow[]> {
  const rows: MethodRow[] = [];
  for (const id of asked.models) {
    const loaded = await loadModel(id, asked.read);
    const graph = canonize(loaded.graph);
    const { inputSize, classes } = loaded.manifest;
    const x = await picture(SCENE, inputSize);
    const { logits } = await predict(graph, x);
    const known = new Map<number, number>();
    const forwardMs = (batch: number) => {
      if (!known.has(batch)) known.set(batch, bareForward(graph, [inputSize, inputSize, 3], batch, 5).median);
      return known.get(batch)!;
    };
    const bench: Bench = { id, graph, size: sizeOf(graph, [inputSize, inputSize, 3]), classes: classes.length, x, target: logits.indexOf(Math.max(...logits)), logits, pace: createPace(asked.backend), forwardMs };
    for (const method of asked.methods) {
      const row = await measureMethod(method, bench, asked.limitMs).catch((error: unknown) => ({ failure: (error as Error).message }));
      rows.push({ model: id, method: method.id, family: method.family, ...row });
      asked.report?.(rows.at(-1)!);
    }
    x.dispose();
    for (const used of [graph, loaded.graph]) disposeGraph(used);
  }
  return rows;
}

type Measured = Omit<MethodRow, 'model' | 'method' | 'family'>;

async function measureMethod(method: Method, bench: Bench, limitMs: number): Promise<Measured> {
  const given = { shape: bench.x.shape.slice(1), classes: bench.classes };
  const { setting, params, predictedMs } = affordable(method, bench, limitMs);
  const { reason } = describeMethod(method, bench.graph, params, given);
  if (reason !== undefined) return { reason };
  const background = await backgroundOf(method.references?.(params) ?? 0, bench);
  const request: AttributionRequest = {
    graph: bench.graph, x: bench.x, target: bench.target, score: resolveScore({ kind: method.score }, bench.logits, bench.target), seed: SEED, params, background, model: bench.id,
  };
  const declared = method.passes(params, { ...given, graph: bench.graph });
  const batch = bench.pace.batch(bench.id, bench.size, needOf(bench.size, { memory: method.memory, ...declared }), 1);
  const runs = [await oneRun(method, request, batch)];
  // What is made once for a model is not the method's; a long run makes it count for little.
  if (predictedMs < limitMs / 4) runs.splice(0, 1, await oneRun(method, request, batch), await oneRun(method, request, batch), await oneRun(method, request, batch));
  background?.dispose();
  const { passes } = runs[0]!;
  const ms = median(runs.map((run) => run.ms));
  bench.pace.learn(bench.id, passes, ms);
  const together = Math.min(batch, Math.max(1, passes.forward));
  const all = passes.forward + passes.backward;
  return {
    setting, batch, passes, ms,
    perPass: all > 0 ? ms / all / (bench.forwardMs(together) / together) : undefined,
    longestBurst: runs.map((run) => run.longestBurst).sort((a, b) => a.ms - b.ms)[0]!,
  };
}

/** The default parameters where they are quick enough, else the preview's, else the smallest. */
function affordable(method: Method, bench: Bench, limitMs: number): { setting: Setting; params: Values; predictedMs: number } {
  const full = defaults(method.params);
  const small = { ...full, ...method.tiny } as Values;
  const predict = (params: Values) => {
    const { forward, backward } = method.passes(params, { shape: bench.x.shape.slice(1), classes: bench.classes, graph: bench.graph });
    return ((forward + 2 * backward) * bench.forwardMs(8)) / 8;
  };
  const choices: { setting: Setting; params: Values }[] = [{ setting: 'default', params: full }, { setting: 'preview', params: method.preview?.(full) ?? full }, { setting: 'tiny', params: small }];
  const priced = choices.map((choice) => ({ ...choice, predictedMs: predict(choice.params) }));
  return priced.find(({ predictedMs }) => predictedMs <= limitMs) ?? priced.sort((a, b) => a.predictedMs - b.predictedMs)[0]!;
}

async function backgroundOf(count: number, { x }: Bench): Promise<tf.Tensor | undefined> {
  if (count === 0) return undefined;
  const images = await Promise.all(Array.from({ length: count }, (_, i) => picture(sceneSeed('train', i), x.shape[1]!)));
  const stacked = tf.concat(images);
  tf.dispose(images);
  return stacked;
}

async function oneRun(method: Method, request: AttributionRequest, batch: number): Promise<{ ms: number; passes: Passes; longestBurst: { ms: number; rows: number } }> {
  let longestBurst = { ms: 0, rows: 0 };
  let [told, rows] = [performance.now(), 0];
  const ticked = () => {
    const ms = performance.now() - told;
    if (ms > longestBurst.ms) longestBurst = { ms, rows };
    [told, rows] = [performance.now(), 0];
  };
  const host = { batch, cancelled: () => false, progress: ticked, breathe: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const from = process.cpuUsage();
  const { result, passes } = await runJob(host, (job) => {
    const spend: typeof job.spend = (spent) => {
      rows += spent.forward ?? 0;
      job.spend(spent);
    };
    return method.attribute(request, { ...job, spend });
  });
  await result.data();
  result.dispose();
  return { ms: cpuSince(from), passes, longestBurst };
}
