/** Models that the visitor brought, in a worker: read from the shelf, imported, inspected. Parses no format itself: an importer does. */
import { canonize } from '../engine/graph/canonize.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import { forward, type Graph } from '../engine/graph/graph.ts';
import { sizeOf, type Size } from '../engine/graph/size.ts';
import { capabilityOf } from './capability.ts';
import { Cancelled } from '../engine/job/job.ts';
import { METHODS } from '../engine/methods/index.ts';
import { toGraph, type PlainGraph } from '../engine/models/plain.ts';
import * as tf from '../engine/tf.ts';
import type { Preprocessing, Reading } from './catalog.ts';
import type { Images } from './images.ts';
import type { Loaded } from './models.ts';
import type { InspectRequest, InspectResult } from './protocol.ts';
import type { OwnShelf } from './ownModels.ts';
import type { RunHost } from './serve.ts';

/** What an importer makes of files. */
export interface Opened extends Pick<InspectResult, 'format' | 'facts' | 'remarks' | 'anySize' | 'channels' | 'outputs' | 'output' | 'outputWords' | 'labels' | 'why'>, Reading {
  /** Without preprocessing: [N, size, size, channels] → [N, outputs]. */
  readonly plain: Network;
}

/** Its features may be unknown. */
export type Network = Omit<PlainGraph, 'features'> & Partial<Pick<PlainGraph, 'features'>>;

export interface Importer {
  /** Throws, in words for the visitor, for what cannot be read. `tell`: operators so far, and in all; it may throw to break off. */
  open(files: ReadonlyMap<string, Uint8Array>, inputSize: number | undefined, tell: (done: number, total: number) => Promise<void>): Promise<Opened>;
  /** The same network from pictures in [0, 1], [N, size, size, 3]. */
  withPreprocessing(plain: Network, preprocessing: Preprocessing, channels: number): Network;
}

export interface OwnOptions {
  readonly shelf: Pick<OwnShelf, 'get' | 'files'>;
  /** Fetched when the first model is read: nobody else needs it. */
  readonly importer: () => Promise<Importer>;
  readonly now: () => number;
}

export interface Own {
  /** The model of this id. Cost: reading and importing its files, a second for 100 MB. */
  load(id: string): Promise<Loaded & { dispose(): void }>;
  inspect(request: InspectRequest, host: RunHost, images: Images): Promise<InspectResult>;
}

/** What an inspection says first. */
const TOP = 5;

export function createOwn({ shelf, importer, now }: OwnOptions): Own {
  /** The files that were opened last: a dialog asks again and again about the same. */
  let last: { readonly key: string; readonly opened: Opened } | undefined;

  async function open(files: string, inputSize: number | undefined, tell: (done: number, total: number) => Promise<void>): Promise<Opened> {
    const key = `${files} ${inputSize ?? ''}`;
    if (last?.key === key) return last.opened;
    last = undefined; // two at a time may be more than the memory bears
    const opened = await (await importer()).open(await shelf.files(files), inputSize, tell);
    last = { key, opened };
    return opened;
  }

  async function graphOf(opened: Opened, preprocessing: Preprocessing): Promise<{ graph: Graph; size: Size; dispose(): void }> {
    const raw = toGraph((await importer()).withPreprocessing(opened.plain, preprocessing, opened.channels));
    const graph = canonize(raw);
    const dispose = () => {
      disposeGraph(graph);
      disposeGraph(raw);
    };
    try {
      return { graph, size: sizeOf(graph, [opened.inputSize, opened.inputSize, 3]), dispose };
    } catch (error) {
      dispose();
      throw error;
    }
  }

  return {
    async load(id) {
      const model = await shelf.get(id);
      if (!model) throw new Error(`The model '${id}' is not on this computer: choose “Add a model” and give the same file again.`);
      const opened = await open(model.files, model.inputSize, () => Promise.resolve());
      last = undefined; // its numbers are on the backend now
      const { graph, size, dispose } = await graphOf(opened, model.preprocessing);
      const classes = Array.from({ length: opened.outputs }, (_, k) => ({ id: model.classes[k] ?? `output ${k}`, title: model.classes[k] ?? `output ${k}` }));
      return { id, title: model.title, graph, inputSize: opened.inputSize, share: shareOf(model.preprocessing), classes, size, dispose };
    },
    async inspect({ files, reading, image }, host, images) {
      const started = now();
      host.phase('computing', INSPECTION_MS);
      const tell = async (done: number, total: number) => {
        host.progress(done, total);
        await breathe(host);
      };
      const opened = await open(files, reading?.inputSize, tell);
      await breathe(host);
      const preprocessing = reading?.preprocessing ?? opened.preprocessing;
      const { graph, size, dispose } = await graphOf(opened, preprocessing);
      try {
        const { plain, why, ...found } = opened;
        const top = image && (await topOf(graph, images.get(image, { size: opened.inputSize, share: shareOf(preprocessing) }).data, opened));
        return {
          kind: 'inspect', ...found, preprocessing, why: reading?.preprocessing ? '' : why,
          operations: operationsOf(plain), parameters: size.parameters, multiplyAdds: size.multiplyAdds, tapeBytes: size.tapeBytes,
          ...(top ? { top } : {}), without: withoutOf(graph, opened), ms: now() - started,
        };
      } finally {
        dispose();
      }
    },
  };
}

/** How long a large file may take without a word before the worker counts as dead: eight times this. */
const INSPECTION_MS = 15_000;

/** A squeezed picture is read whole. */
export const shareOf = ({ resize, share }: Preprocessing): number => (resize === 'crop' ? share : 1);

async function breathe(host: RunHost): Promise<void> {
  await host.breathe();
  if (host.cancelled()) throw new Cancelled();
}

function operationsOf({ nodes }: Network): InspectResult['operations'] {
  const counts = new Map<string, number>();
  for (const { op } of nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => ({ op, count })).sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
}

function withoutOf(graph: Graph, { inputSize, outputs }: Opened): Record<string, string> {
  const size = { shape: [inputSize, inputSize, 3], classes: outputs };
  return Object.fromEntries(METHODS.flatMap((method) => {
    const { reason } = capabilityOf(method, graph, size);
    return reason === undefined ? [] : [[method.id, reason] as const];
  }));
}

/** The largest outputs, with softmax beside. Throws where they are not finite. Cost: one forward pass. */
async function topOf(graph: Graph, data: Float32Array, { inputSize }: Opened): Promise<NonNullable<InspectResult['top']>> {
  const y = tf.tidy(() => forward(graph, tf.tensor4d(data, [1, inputSize, inputSize, 3])));
  try {
    const values = (await y.data()) as Float32Array;
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new Error(`Output ${wrong} of this model is ${values[wrong]} for the present picture: a weight is not a number, or the preprocessing is far off. Check the file, or choose another preprocessing.`);
    const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const total = values.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    return Array.from(values, (value, index) => ({ index, value, probability: Math.exp(value - largest) / total }))
      .sort((a, b) => b.value - a.value || a.index - b.index)
      .slice(0, TOP);
  } finally {
    y.dispose();
  }
}
