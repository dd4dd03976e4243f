/**
 * `trial`: memory and life of a worker, tried on a VGG-16-sized graph at 224 × 224: LRP-α2β1, DeepLIFT, Integrated Gradients, a cancel in the middle,
 * a request twice too large, a worker that is killed. Prints what it took; asserts nothing about speed.
 */
import { Worker } from 'node:worker_threads';
import { createClient, type Client, type Entry } from '../../worker/client.ts';
import type { Clock, WorkerHandle } from '../../worker/pool.ts';
import type { ExplainRequest, ExplainResult, FromWorker, ToWorker } from '../../worker/protocol.ts';
import { UsageError, type Command } from '../command.ts';
import { runTrialWorker } from './worker.ts';

const GIB = 2 ** 30;

const clock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** What a worker said, with the time. */
interface Heard {
  readonly at: number;
  readonly worker: number;
  readonly message: FromWorker;
}

interface Rig {
  readonly client: Client;
  readonly heard: Heard[];
  readonly workers: Worker[];
  readonly entries: Map<string, Entry | undefined>;
}

function startRig(): Rig {
  const heard: Heard[] = [];
  const workers: Worker[] = [];
  const entries: Rig['entries'] = new Map();
  const spawn = (): WorkerHandle => {
    const worker = new Worker(process.argv[1]!, { argv: ['trial', '--worker'] });
    const index = workers.push(worker) - 1;
    const handle: WorkerHandle = { onmessage: null, onerror: null, postMessage: (message: ToWorker) => worker.postMessage(message), terminate: () => void worker.terminate() };
    worker.on('message', (message: FromWorker) => {
      heard.push({ at: performance.now(), worker: index, message });
      handle.onmessage?.({ data: message });
    });
    worker.on('error', (error: Error) => handle.onerror?.({ message: error.message }));
    worker.on('exit', () => handle.onerror?.({ message: 'it was terminated' }));
    return handle;
  };
  const client = createClient({ spawn, size: 1, start: { type: 'start', zoo: '' }, clock, onEntry: (slot, entry) => entries.set(slot, entry) });
  return { client, heard, workers, entries };
}

const request = (method: string, params: Record<string, number>): ExplainRequest => ({
  kind: 'explain', model: 'vgg-sized', method, image: { kind: 'scene', seed: 1 }, target: 7, score: { kind: 'logit' }, seed: 0, params,
});

async function until(reached: () => boolean, seconds: number, what: string): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    if (reached()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not happen within ${seconds} s`);
}

const lastDone = (heard: readonly Heard[]) => heard.map(({ message }) => message).findLast((message) => message.type === 'done')!;

async function computed({ client, heard }: Rig, name: string, asked: ExplainRequest): Promise<ExplainResult> {
  const result = await client.ask(asked);
  const { heapBytes, tensors } = lastDone(heard);
  console.log(`${name.padEnd(34)} ${(result.ms / 1000).toFixed(1).padStart(6)} s   heap ${(heapBytes / GIB).toFixed(2)} GiB   ${tensors} tensors left   batch ${result.batch}`);
  return result;
}

async function cancelled({ client, heard, workers }: Rig): Promise<void> {
  const from = heard.length;
  const ticks = () => heard.slice(from).filter(({ message }) => message.type === 'progress').length;
  client.show('slot', { ...request('integrated-gradients', { steps: 32, rows: 4 }), seed: 2 }); // a seed of its own: the result of the other is kept
  await until(() => ticks() >= 2, 300, 'the second tick');
  const start = performance.now();
  client.show('slot', undefined);
  const workersBefore = workers.length;
  const answered = () => heard.slice(from).some(({ message }) => message.type === 'cancelled');
  await until(() => answered() || workers.length > workersBefore, 60, 'silence after the cancel');
  const how = answered() ? 'at the next tick' : 'no tick came within a second: the worker was ended';
  console.log(`cancel in the middle of 32 steps     ${(performance.now() - start).toFixed(0)} ms to silence (${how})`);
}

async function killed(rig: Rig): Promise<void> {
  const { client, heard, workers } = rig;
  const expected = await computed(rig, 'Integrated Gradients, 8 steps', request('integrated-gradients', { steps: 8, rows: 4 }));
  const from = heard.length;
  const asked = client.ask({ ...request('integrated-gradients', { steps: 8, rows: 4 }), seed: 3 });
  await until(() => heard.slice(from).some(({ message }) => message.type === 'progress'), 300, 'a tick');
  const start = performance.now();
  await workers.at(-1)!.terminate();
  const { value } = await asked;
  console.log(`killed after its first tick          replayed on a new worker in ${((performance.now() - start) / 1000).toFixed(1)} s, the same sum: ${value === expected.value}`);
}

const STEPS: Readonly<Record<string, (rig: Rig) => Promise<unknown>>> = {
  relevance: (rig) => computed(rig, 'LRP-α2β1', request('lrp-alpha-beta', {})),
  difference: (rig) => computed(rig, 'DeepLIFT Rescale', request('deeplift-rescale', {})),
  path: (rig) => computed(rig, 'Integrated Gradients, 32 steps', request('integrated-gradients', { steps: 32, rows: 4 })),
  cancel: cancelled,
  kill: killed,
  large: (rig) => computed(rig, 'twice too large: 32 rows in a burst', request('integrated-gradients', { steps: 32, rows: 32 })),
};

export const trialCommand: Command = {
  summary: 'Try memory and life of a worker on a VGG-16-sized graph (minutes; up to 4 GiB).',
  flags: {
    only: { value: 'STEP', help: `one of ${Object.keys(STEPS).join(', ')}` },
    worker: { help: 'what the trial starts its workers with' },
  },
  async run(args) {
    if (args.has('worker')) {
      runTrialWorker();
      return 0;
    }
    const only = args.text('only');
    if (only && !STEPS[only]) throw new UsageError(`--only ${only}: the steps are ${Object.keys(STEPS).join(', ')}`);
    const rig = startRig();
    await until(() => rig.heard.some(({ message }) => message.type === 'ready'), 120, 'the start of the worker');
    for (const [name, step] of Object.entries(STEPS)) if (!only || only === name) await step(rig);
    rig.client.close();
    return 0;
  },
};
