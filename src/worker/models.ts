/** The models of this worker: loaded once, canonized, on a GPU checked against their golden numbers. Decodes nothing itself (engine/models/zoo). */
import { canonize } from '../engine/graph/canonize.ts';
import { backward, gradient, record, type Graph } from '../engine/graph/graph.ts';
import { sizeOf, type Size } from '../engine/graph/size.ts';
import { loadModel, type Model, type Read } from '../engine/models/zoo.ts';
import * as tf from '../engine/tf.ts';
import type { Pixels } from './protocol.ts';
import { differ } from './selfTest.ts';

export interface Loaded {
  readonly id: string;
  /** Batch normalisation folded. */
  readonly graph: Graph;
  readonly manifest: Model['manifest'];
  readonly size: Size;
}

export interface ModelsOptions {
  readonly read: Read;
  /** Forgets a cached file that turned out damaged. */
  readonly forget: (file: string) => Promise<void>;
  /** Pixels of a scene, for the golden numbers. */
  readonly scene: (seed: number) => Pixels;
  /** Whether golden numbers are checked at loading: on backends whose arithmetic is not trusted. */
  readonly check: boolean;
}

export interface Models {
  /** Ready at hand, without loading. */
  has(id: string): boolean;
  /** Throws where a file is missing or damaged, or where this backend computes the model wrong. Cost: about 50 ms the first time. */
  get(id: string): Promise<Loaded>;
}

export const toTensor = ({ data, size }: Pixels): tf.Tensor4D => tf.tensor4d(data, [1, size, size, 3]);

export function createModels({ read, forget, scene, check }: ModelsOptions): Models {
  const known = new Map<string, Loaded>();

  /** A stale file in the cache is fetched anew, once. */
  async function load(id: string): Promise<Model> {
    try {
      return await loadModel(id, read);
    } catch {
      await forget(`${id}/weights.bin`);
      return loadModel(id, read);
    }
  }

  return {
    has: (id) => known.has(id),
    async get(id) {
      const found = known.get(id);
      if (found) return found;
      const { graph: raw, manifest } = await load(id);
      const graph = canonize(raw);
      const { inputSize } = manifest;
      const loaded: Loaded = { id, graph, manifest, size: sizeOf(graph, [inputSize, inputSize, 3]) };
      if (check) await checkGolden(loaded, scene(manifest.card.golden.scene));
      known.set(id, loaded);
      return loaded;
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
