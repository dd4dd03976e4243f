/** The models of this worker and their ensembles: loaded once, canonized, on a GPU checked against their golden numbers. Decodes nothing itself (engine/models/zoo). */
import { ensembleOf, type Member } from '../engine/committee/ensemble.ts';
import { canonize } from '../engine/graph/canonize.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import { backward, gradient, record, type Graph } from '../engine/graph/graph.ts';
import { sizeOf, type Size } from '../engine/graph/size.ts';
import type { Manifest, ModelCard } from '../engine/models/manifest.ts';
import { loadModel, loadOutline, type Read } from '../engine/models/zoo.ts';
import * as tf from '../engine/tf.ts';
import { membersOf } from './key.ts';
import type { Own } from './own.ts';
import { isOwn } from './ownModels.ts';
import { Unreachable } from './loadBytes.ts';
import type { ModelEntry, Pixels } from './protocol.ts';
import { differ } from './selfTest.ts';
import { wrongOp } from './selfTestOps.ts';

/** A network with its surroundings: batch normalisation folded. */
export interface Outlined extends Member {
  readonly title: string;
  readonly classes: Manifest['classes'];
  /** Side of the central square that it reads, as a share of the image's; the whole where absent. */
  readonly share?: number;
}

export interface Loaded extends Outlined {
  readonly size: Size;
  /** Those of the validation images; an ensemble has none. */
  readonly features?: ModelCard['features'];
}

/** Bytes of a download so far, and in all. */
export type Progress = (done: number, total: number) => void;
/** That of one model's weights; an ensemble loads those of its members one after the other. */
export type Loading = (model: string, ...progress: Parameters<Progress>) => void;
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
  /** The visitor's. */
  readonly own?: Pick<Own, 'load'>;
}

export interface Models {
  /** Ready at hand, without loading. */
  has(id: string): boolean;
  /** Throws where a file is missing or damaged, or where this backend computes the model wrong. Cost: about 50 ms the first time, and the download. */
  get(id: string, loading?: Loading): Promise<Loaded>;
  /** What `use` makes of the model's network: of the loaded one, or else of one without its weights, which are not downloaded for it. */
  outline<T>(id: string, use: (model: Outlined) => T): Promise<T>;
}

export const toTensor = ({ data, size }: Pixels): tf.Tensor4D => tf.tensor4d(data, [1, size, size, 3]);

/** Of parameters of the visitor's models that a worker keeps; the one asked for last stays whatever its size. */
const OWN_PARAMETERS = 1.5e8;

export function createModels({ read, entries, scene, check, own }: ModelsOptions): Models {
  const known = new Map<string, Loaded>();
  /** The visitor's among them, the longest unused first. */
  const owned = new Map<string, { readonly parameters: number; dispose(): void }>();

  /** The visitor's model, if this backend computes its ops right: nobody knows its numbers. */
  async function proven(loading: ReturnType<Own['load']>): ReturnType<Own['load']> {
    const model = await loading;
    const problem = check ? await wrongOp(model.graph.nodes.map(({ op }) => op)) : undefined;
    if (!problem) return model;
    model.dispose();
    throw new Error(`${model.title} cannot be used with the backend '${tf.getBackend()}': ${problem}. Reload with ?backend=wasm`);
  }

  async function brought(id: string, loader: Pick<Own, 'load'>): Promise<Loaded> {
    const before = owned.get(id);
    owned.delete(id);
    const { dispose, ...loaded } = before ? { ...known.get(id)!, dispose: before.dispose } : await proven(loader.load(id));
    owned.set(id, { parameters: loaded.size.parameters, dispose });
    known.set(id, loaded);
    for (const [oldest, { dispose: end }] of owned) {
      if (oldest === id || [...owned.values()].reduce((sum, { parameters }) => sum + parameters, 0) <= OWN_PARAMETERS) break;
      owned.delete(oldest);
      known.delete(oldest);
      end();
    }
    return loaded;
  }

  /** A missing connection is said of the model, in the visitor's words. */
  async function named<T>(id: string, work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
      const title = entries.find((entry) => entry.id === id)?.title ?? id;
      if (error.offline) throw new Error(`${title} is not on this computer yet, and there is no connection: go online, then press Retry`, { cause: error });
      throw new Error(`${title} could not be loaded, this site does not answer: check the connection, then press Retry`, { cause: error });
    });
  }

  async function load(id: string, progress: Progress): Promise<Loaded> {
    const { graph: raw, manifest } = await named(id, loadModel(id, (file, expected) => read(file, expected, progress)));
    const graph = canonize(raw);
    const { title, inputSize, classes, card } = manifest;
    if (check) await checkGolden(id, graph, card.golden, scene(card.golden.scene));
    return { id, title, graph, inputSize, classes, size: sizeOf(graph, [inputSize, inputSize, 3]), features: card.features };
  }

  async function one(id: string, loading?: Loading): Promise<Loaded> {
    if (own && isOwn(id)) return brought(id, own);
    const loaded = known.get(id) ?? (await load(id, (done, total) => loading?.(id, done, total)));
    known.set(id, loaded);
    return loaded;
  }

  /** Whether `id` is an ensemble. Throws where a member is none of the zoo's. */
  function isEnsemble(id: string): boolean {
    const members = membersOf(id);
    if (members[0] === id) return false;
    const stranger = members.find((member) => entries.every((entry) => entry.id !== member));
    if (stranger !== undefined) throw new Error(`there is no model '${stranger}', which '${id}' names: choose from ${entries.map((entry) => entry.id).join(', ')}`);
    return true;
  }

  async function together(id: string, loading?: Loading): Promise<Loaded> {
    const members: Loaded[] = [];
    for (const member of membersOf(id)) members.push(await one(member, loading));
    const joined = join(id, members);
    const loaded = { ...joined, size: sizeOf(joined.graph, [joined.inputSize, joined.inputSize, 3]) };
    known.set(id, loaded);
    return loaded;
  }

  return {
    has: (id) => membersOf(id).every((member) => known.has(member)),
    get: async (id, loading) => (isOwn(id) ? one(id) : (known.get(id) ?? (isEnsemble(id) ? together(id, loading) : one(id, loading)))),
    async outline(id, use) {
      const found = known.get(id);
      if (found) return use(found);
      if (own && isOwn(id)) return use(await one(id)); // its file is on this computer
      const made: Graph[] = [];
      const outlined = async (member: string): Promise<Outlined> => {
        const { graph: raw, file } = await named(member, loadOutline(member, read));
        made.push(raw);
        const graph = canonize(raw);
        made.push(graph);
        return { id: member, title: file.title, graph, inputSize: file.inputSize, classes: file.classes };
      };
      try {
        if (!isEnsemble(id)) return use(await outlined(id));
        const members: Outlined[] = [];
        for (const member of membersOf(id)) members.push(known.get(member) ?? (await outlined(member)));
        return use(join(id, members));
      } finally {
        for (const graph of made.reverse()) disposeGraph(graph);
      }
    },
  };
}

/** The ensemble of `members`, whose weights it shares. */
function join(id: string, members: readonly Outlined[]): Outlined {
  const graph = ensembleOf(members);
  const { inputSize, classes } = members[0]!;
  return { id, title: `The ensemble of ${members.length} models`, graph, inputSize, classes };
}

/** Throws where logits or gradient of the golden scene are not those of the model card. Cost: one forward and one backward pass. */
async function checkGolden(id: string, graph: Graph, golden: ModelCard['golden'], pixels: Pixels): Promise<void> {
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
