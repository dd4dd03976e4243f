/** For tests of the worker's engine: zoos in memory, of any networks, and of two freshly initialised ones with what can go wrong on the way to them. Starts no backend itself. */
import type { Graph } from '../engine/graph/graph.ts';
import { ARCHITECTURES } from '../engine/models/architectures/index.ts';
import type { ModelCard } from '../engine/models/manifest.ts';
import { toPlain } from '../engine/models/plain.ts';
import { packModel } from '../engine/models/zoo.ts';
import { Unreachable } from './loadBytes.ts';
import type { ExplainRequest } from './protocol.ts';
import { createEngine, type Surroundings } from './run.ts';
import type { Engine, RunHost } from './serve.ts';
import { breathe } from './testing.ts';

export const CLASSES = Array.from({ length: 12 }, (_, i) => ({ id: `c${i}`, title: `C ${i}` }));
const { id, build } = ARCHITECTURES[1];
export const ID = id;
/** Another initialisation, for an ensemble. */
export const TWIN = 'twin';

const plain = build(1, CLASSES.length);
const packed = (name: string, title: string, network = plain) => packModel({ id: name, title, family: 'residual', inputSize: 64, classes: CLASSES, training: { seed: 1, scenes: 0, epochs: 0 } }, network);
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer;

/** Widths of the feature layer, which a card's statistics have. */
const width = plain.nodes.find(({ op }) => op === 'dense')!.weights.kernel!.shape[0]!;
const cardOf = (sha256: string) => ({
  sha256,
  features: { means: [new Array<number>(width).fill(0)], deviation: new Array<number>(width).fill(1), quantiles: Array.from({ length: 101 }, (_, i) => i / 10) },
}) as unknown as ModelCard;

export const REQUEST: ExplainRequest = { kind: 'explain', model: ID, method: 'integrated-gradients', image: { kind: 'scene', seed: 3 }, target: 2, score: { kind: 'logit' }, seed: 0, params: { steps: 8 } };

export const hostOf = (change: Partial<RunHost> = {}): RunHost => ({ batchShare: 1, breathe, cancelled: () => false, progress: () => {}, phase: () => {}, loading: () => {}, partial: () => {}, ...change });

export interface ZooOptions {
  readonly classes: readonly { readonly id: string; readonly title: string }[];
  readonly inputSize: number;
}

/** The same answers to images without negative values, behind a layer whose features can be pooled: a zoo's networks must name one. */
export function seeing({ input, nodes: [first, ...others], ...rest }: Graph): Graph {
  return { ...rest, input, nodes: [{ id: 'seen', op: 'relu', inputs: [input], weights: {}, attrs: {} }, { ...first!, inputs: ['seen'] }, ...others], features: { node: 'seen' } };
}

/** Reads the files of a zoo of these networks, each a member and a family of its own, whose features have three channels. */
export function zooOf(networks: Readonly<Record<string, Graph>>, { classes, inputSize }: ZooOptions): (name: string) => Promise<ArrayBuffer> {
  const files = new Map<string, ArrayBuffer>();
  const index = Object.entries(networks).map(([name, graph]) => {
    const { file, bytes } = packModel({ id: name, title: name, family: name, inputSize, classes: classes.map(({ id: own, title }) => ({ id: own, title })), training: { seed: 1, scenes: 0, epochs: 0 } }, toPlain(graph));
    const features = { means: [[0, 0, 0]], deviation: [1, 1, 1], quantiles: Array.from({ length: 101 }, (_, i) => i) };
    files.set(`${name}/graph.json`, text(file)).set(`${name}/card.json`, text({ sha256: file.weights.sha256, features })).set(`${name}/weights.bin`, bytes.slice().buffer as ArrayBuffer);
    const accuracy = { validation: 0.5, test: 0.5, interval: [0.4, 0.6], n: 10 };
    return { id: name, title: name, architecture: name, family: name, familyTitle: name, mixes: 'other', role: 'member', inputSize, classes: classes.map(({ title }) => title), parameters: 1, multiplyAdds: 1, calibrationError: 0, bytes: bytes.length, sha256: file.weights.sha256, accuracy };
  });
  files.set('index.json', text(index));
  return (name) => (files.has(name) ? Promise.resolve(files.get(name)!.slice(0)) : Promise.reject(new Error(`${name} is not there`)));
}

export interface TestZoo {
  readonly around: Surroundings;
  /** Names of the files that were read. */
  readonly asked: string[];
  /** Bytes of both networks' weights. */
  readonly weights: Readonly<Record<string, number>>;
  /** Of the first network's weights, how many reads to come are damaged; no answer; and then whether there is a connection all the same. */
  readonly trouble: { damaged: number; offline: boolean; connected: boolean };
  started(change?: Partial<Surroundings>): Promise<Engine>;
}

/** `startBackend`: makes the backend 'wasm' the current one. */
export function testZoo(startBackend: () => Promise<void>): TestZoo {
  const first = packed(ID, 'Residual net');
  const twin = packed(TWIN, 'Twin', build(2, CLASSES.length));
  const asked: string[] = [];
  const trouble = { damaged: 0, offline: false, connected: false };
  const files: Record<string, () => ArrayBuffer> = {
    'index.json': () => text([[ID, 'Residual net'], [TWIN, 'Twin']].map(([name, title]) => ({ id: name, title, classes: CLASSES.map((entry) => entry.id) }))),
    [`${ID}/graph.json`]: () => text(first.file),
    [`${ID}/card.json`]: () => text(cardOf(first.file.weights.sha256)),
    [`${ID}/weights.bin`]: () => (trouble.damaged-- > 0 ? first.bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) : first.bytes.slice()).buffer as ArrayBuffer,
    [`${TWIN}/graph.json`]: () => text(twin.file),
    [`${TWIN}/card.json`]: () => text(cardOf(twin.file.weights.sha256)),
    [`${TWIN}/weights.bin`]: () => twin.bytes.slice().buffer as ArrayBuffer,
  };
  const around: Surroundings = {
    startBackend: async () => {
      await startBackend();
      return { backend: 'wasm', tried: [] };
    },
    zoo: () => async (name, expected, progress) => {
      asked.push(name);
      if (trouble.offline && name !== 'index.json') throw new Unreachable(name, 'Failed to fetch', !trouble.connected);
      if (expected) progress?.(expected.bytes / 2, expected.bytes);
      return files[name]?.() ?? Promise.reject(new Error(`${name} answered 404`));
    },
    now: () => performance.now(),
    heapBytes: () => 0,
    checkMemory: () => {},
  };
  return {
    around, asked, trouble,
    weights: { [ID]: first.bytes.length, [TWIN]: twin.bytes.length },
    async started(change = {}) {
      const engine = createEngine({ ...around, ...change });
      await engine.start({ type: 'start', zoo: '' });
      return engine;
    },
  };
}
