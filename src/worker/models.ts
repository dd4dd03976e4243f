/** The models of this worker: loaded once, canonized, on a GPU checked against their golden numbers. Decodes nothing itself (engine/models/zoo). */
import { canonize } from '../engine/graph/canonize.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import { backward, gradient, record, type Graph } from '../engine/graph/graph.ts';
import { sizeOf, type Size } from '../engine/graph/size.ts';
import { loadModel, loadOutline, type Model, type Read } from '../engine/models/zoo.ts';
import * as tf from '../engine/tf.ts';
import { Unreachable } from './loadBytes.ts';
import type { ModelEntry, Pixels } from './protocol.ts';
import { differ } from './selfTest.ts';

export interface Loaded {
  readonly id: string;
  /** Batch normalisation folded. */
  readonly graph: Graph;
  readonly manifest: Model['manifest'];
  readonly size: Size;
}

/** Bytes of a download so far, and in all. */
export type Progress = (done: number, total: number) => void;
/** `Read` that also tells how far it is. */
export type ReadSlowly = (...about: [...Parameters<Read>, progress?: Progress]) => Promise<ArrayBuffer>;

export interface ModelsOptions {
  readonly read: ReadSlowly;
  /** What models are called, for messages. */
  readonly entries: readonly Pick<ModelEntry, 'id' | 'title'>[];
  /** Pixels of a scene, for the golden numbers. */
  readonly scene: (seed: number) => Pixels;
  /** Whether golden numbers are checked at loading: on backends whose arithmetic is not trusted. */
  readonly check: boolean;
}

export interface Models {
  /** Ready at hand, without loading. */
  has(id: string): boolean;
  /** Throws where a file is missing or damaged, or where this backend computes the model wrong. Cost: about 50 ms the first time, and the download. */
  get(id: string, progress?: Progress): Promise<Loaded>;
  /** What `use` makes of the model's network: of the loaded one, or else of one without its weights, which are not downloaded for it. */
  outline<T>(id: string, use: (model: Pick<Loaded, 'graph'> & { readonly manifest: Pick<Model['manifest'], 'inputSize' | 'classes'> }) => T): Promise<T>;
}

export const toTensor = ({ data, size }: Pixels): tf.Tensor4D => tf.tensor4d(data, [1, size, size, 3]);

export function createModels({ read, entries, scene, check }: ModelsOptions): Models {
  const known = new Map<string, Loaded>();

  /** A missing connection is said of the model, in the visitor's words. */
  async function named<T>(id: string, work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
      const title = entries.find((entry) => entry.id === id)?.title ?? id;
      if (error.offline) throw new Error(`${title} is not on this computer yet, and there is no connection: go online, then press Retry`, { cause: error });
      throw new Error(`${title} could not be loaded, this site does not answer: check the connection, then press Retry`, { cause: error });
    });
  }

  return {
    has: (id) => known.has(id),
    async get(id, progress) {
      const found = known.get(id);
      if (found) return found;
      const { graph: raw, manifest } = await named(id, loadModel(id, (file, expected) => read(file, expected, progress)));
      const graph = canonize(raw);
      const { inputSize } = manifest;
      const loaded: Loaded = { id, graph, manifest, size: sizeOf(graph, [inputSize, inputSize, 3]) };
      if (check) await checkGolden(loaded, scene(manifest.card.golden.scene));
      known.set(id, loaded);
      return loaded;
    },
    async outline(id, use) {
      const found = known.get(id);
      if (found) return use(found);
      const { graph: raw, file } = await named(id, loadOutline(id, read));
      const graph = canonize(raw);
      try {
        return use({ graph, manifest: file });
      } finally {
        disposeGraph(graph);
        disposeGraph(raw);
      }
    },
  };
}

/** Throws where logits or gradient of the golden scene are not those of the model card. Cost: one forward and one backward pass. */
async function checkGolden({ id, graph, manifest }: Loaded, pixels: Pixels): Promise<void> {
  const { golden } = manifest.card;
  const [y, dx] = tf.tidy(() => {
    const tape = record(graph, toTensor(pixels));
    const logits = tf.clone(tape.value.get(graph.output)!);
    const seed = tf.cast(tf.oneHot([golden.gradient.target], logits.shape[1]!), 'float32');
    return [logits, backward(tape, seed, gradient).get(graph.input)!] as const;
  });
  try {
    const [logits, slopes] = [await y.data(), (await dx.data()) as Float32Array];
    const problem = differ('logits', [...logits], golden.logits) ?? differ('gradient', [sumOf(slopes, Math.abs)], [golden.gradient.absoluteSum]);
    if (problem) throw new Error(`model '${id}' cannot be used with the backend '${tf.getBackend()}': ${problem}. Reload with ?backend=wasm`);
  } finally {
    tf.dispose([y, dx]);
  }
}

const sumOf = (values: Float32Array, of: (value: number) => number) => values.reduce((sum, value) => sum + of(value), 0);
