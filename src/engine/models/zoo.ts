/** Trained models from their files: read, check, decode; and the same way back. Reads nothing by itself: the caller says how a file is got. */
import type { Graph } from '../graph/graph.ts';
import { OPS } from '../graph/ops/index.ts';
import { sha256 } from '../math/sha256.ts';
import { decodeHalves, encodeHalves } from './half.ts';
import type { GraphFile, Manifest, ModelCard, WeightEntry, ZooEntry } from './manifest.ts';
import { toGraph, type PlainGraph, type Weight } from './plain.ts';

/** Gives a file's bytes by its path relative to the zoo, such as 'vgg-8/graph.json'; of weights it is known beforehand what they must be. */
export type Read = (file: string, expected?: { readonly bytes: number; readonly sha256: string }) => Promise<ArrayBuffer>;

export interface Model {
  readonly graph: Graph;
  readonly manifest: Manifest;
}

/** The models that the zoo holds, in the order in which they are shown. */
export const loadIndex = (read: Read): Promise<readonly ZooEntry[]> => readJson<readonly ZooEntry[]>(read, 'index.json');

/** What is written beside the weights of model `id`. */
export const loadCard = (id: string, read: Read): Promise<ModelCard> => readJson<ModelCard>(read, `${id}/card.json`);

/**
 * The model `id` with its weights on the current backend. Throws where a file is damaged: not JSON, a wrong checksum, too short,
 * a weight or an op that is missing. Cost: about 20 ms; the weights live until the caller disposes them.
 */
export async function loadModel(id: string, read: Read): Promise<Model> {
  const [file, card] = await Promise.all([readJson<GraphFile>(read, `${id}/graph.json`), loadCard(id, read)]);
  const plain = await loadPlain(id, file, read);
  if (card.sha256 !== file.weights.sha256) {
    throw new Error(`model '${id}': card.json speaks of weights ${card.sha256.slice(0, 12)}…, graph.json of ${file.weights.sha256.slice(0, 12)}…: run 'evaluate ${id}' again`);
  }
  const { graph: _, ...rest } = file;
  return { graph: toGraph(plain), manifest: { ...rest, card } };
}

/** The network of a graph.json with its weights as plain numbers, checked. */
export async function loadPlain(id: string, file: GraphFile, read: Read): Promise<PlainGraph> {
  checkFormat(id, file);
  const bytes = new Uint8Array(await read(`${id}/${file.weights.file}`, file.weights));
  if (bytes.length !== file.weights.bytes) {
    throw new Error(`model '${id}': ${file.weights.file} has ${bytes.length} bytes instead of ${file.weights.bytes}: the download was cut short or is another version; reload`);
  }
  const digest = sha256(bytes);
  if (digest !== file.weights.sha256) {
    throw new Error(`model '${id}': ${file.weights.file} has the checksum ${digest.slice(0, 12)}… instead of ${file.weights.sha256.slice(0, 12)}…: it is damaged or of another version; reload`);
  }
  const weights = new Map(file.weights.entries.map((entry) => [`${entry.node}/${entry.name}`, decode(id, entry, bytes)]));
  return { ...file.graph, nodes: file.graph.nodes.map((node) => ({ ...node, weights: weightsOf(id, node, file.weights.entries, weights) })) };
}

function checkFormat(id: string, { format }: GraphFile): void {
  if (format !== 1) throw new Error(`model '${id}': graph.json has format ${String(format)}, this program reads format 1`);
}

/** The network of the model `id` with zeros for weights: enough to say what can be done with it, without downloading any. The caller disposes it. */
export async function loadOutline(id: string, read: Read): Promise<{ readonly graph: Graph; readonly file: GraphFile }> {
  const file = await readJson<GraphFile>(read, `${id}/graph.json`);
  checkFormat(id, file);
  const { entries } = file.weights;
  const zeros = new Map(entries.map(({ node, name, shape }) => [`${node}/${name}`, { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
  return { graph: toGraph({ ...file.graph, nodes: file.graph.nodes.map((node) => ({ ...node, weights: weightsOf(id, node, entries, zeros) })) }), file };
}

function decode(id: string, { node, name, shape, offset }: WeightEntry, bytes: Uint8Array): Weight {
  const count = shape.reduce((a, b) => a * b, 1);
  if (offset + 2 * count > bytes.length) throw new Error(`model '${id}': the weight '${name}' of '${node}' ends at byte ${offset + 2 * count}, the file at ${bytes.length}`);
  return { shape, values: decodeHalves(bytes, offset, count) };
}

/** Ops whose node cannot run without these weights. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  preprocess: ['mean', 'std'],
  conv2d: ['kernel'],
  depthwiseConv2d: ['kernel'],
  dense: ['kernel'],
  batchNorm: ['gamma', 'beta', 'mean', 'variance'],
  layerNorm: ['gamma', 'beta'],
  addParam: ['value'],
  prependToken: ['value'],
  groupConv2d: ['kernel'],
  resample: ['rows', 'columns'],
  constant: ['value'],
  prelu: ['alpha'],
};

function weightsOf(id: string, node: GraphFile['graph']['nodes'][number], entries: readonly WeightEntry[], weights: ReadonlyMap<string, Weight>): Record<string, Weight> {
  if (!(node.op in OPS)) throw new Error(`model '${id}': node '${node.id}' has the op '${node.op}', which this program does not know`);
  const own = Object.fromEntries(entries.filter((e) => e.node === node.id).map((e) => [e.name, weights.get(`${e.node}/${e.name}`)!]));
  const missing = (NEEDED[node.op] ?? []).find((name) => !own[name]);
  if (missing) throw new Error(`model '${id}': node '${node.id}' (${node.op}) has no weight '${missing}' in graph.json`);
  return own;
}

async function readJson<T>(read: Read, file: string): Promise<T> {
  const text = new TextDecoder().decode(await read(file));
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`${file} is not JSON (it begins '${text.slice(0, 20)}'): is the zoo's address right?`, { cause: error });
  }
}

/** The two files of a network: what `loadPlain` reads. Weights are rounded to half precision. */
export function packModel(about: Pick<GraphFile, 'id' | 'title' | 'family' | 'inputSize' | 'classes' | 'training'>, plain: PlainGraph): { file: GraphFile; bytes: Uint8Array } {
  const entries: WeightEntry[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const node of plain.nodes)
    for (const [name, { shape, values }] of Object.entries(node.weights)) {
      entries.push({ node: node.id, name, shape, offset });
      parts.push(encodeHalves(values));
      offset += 2 * values.length;
    }
  const bytes = new Uint8Array(offset);
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  const nodes = plain.nodes.map(({ id, op, inputs, attrs }) => ({ id, op, inputs, attrs }));
  const { input, output, features } = plain;
  return {
    bytes,
    file: { format: 1, ...about, graph: { input, output, features, nodes }, weights: { file: 'weights.bin', type: 'float16', bytes: offset, sha256: sha256(bytes), entries } },
  };
}
