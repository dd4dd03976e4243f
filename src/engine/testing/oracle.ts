/** Reads a folder of reference values (nets, inputs, cases) into graphs and numbers. Computes nothing; the files come through an injected reader. */
import * as tf from '../tf.ts';
import { canonize } from '../graph/canonize.ts';
import { disposeGraph } from '../graph/derived.ts';
import type { Graph } from '../graph/graph.ts';
import { graphOf, type OracleModel } from './oracleGraph.ts';

/** Paths are relative to the oracle's folder. */
export interface OracleReader {
  json(path: string): Promise<unknown>;
  bytes(path: string): Promise<ArrayBuffer>;
  /** Names in a folder, '' being the oracle's own. */
  list(folder: string): Promise<readonly string[]>;
}

interface Encoded {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'float32' | 'int32';
  readonly data?: readonly number[];
  readonly b64?: string;
}
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface OracleCase {
  readonly id: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly replay: Readonly<Record<string, Numbers>>;
  readonly expected: Readonly<Record<string, Numbers>>;
  /** Largest absolute difference of the same reference code in float32, per expected tensor. */
  readonly float32Deviation: Readonly<Record<string, number>>;
}

export interface OracleInputs {
  /** The examples, [n, …]. */
  readonly x: Numbers;
  readonly targets: readonly number[];
  /** 'b1': one baseline for each example. */
  readonly b1: Numbers;
  /** Images that all examples share: what stands for training data. */
  readonly baselineSet: Numbers;
  readonly logits: Numbers;
  /** Labels of the places [H, W] or [F], by the names that cases use. */
  readonly segments: Readonly<Record<'segments8' | 'segmentsIrregular', Numbers>>;
}

export interface OracleNet {
  readonly name: string;
  /** As stored. */
  readonly original: Graph;
  /** As the engine runs it: batch normalisation folded. */
  readonly graph: Graph;
  readonly inputs: OracleInputs;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function bytesOfBase64(text: string): Uint8Array {
  const clean = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let [bits, held, at] = [0, 0, 0];
  for (const digit of clean) {
    bits = ((bits << 6) | DIGITS.indexOf(digit)) & 0xffffff;
    held += 6;
    if (held >= 8) bytes[at++] = (bits >> (held -= 8)) & 0xff;
  }
  return bytes;
}

export function decode(encoded: Encoded): Numbers {
  if (encoded.data) return { shape: encoded.shape, data: Float64Array.from(encoded.data) };
  const { buffer } = bytesOfBase64(encoded.b64 ?? '');
  const data = encoded.dtype === 'float64' ? new Float64Array(buffer) : encoded.dtype === 'float32' ? new Float32Array(buffer) : new Int32Array(buffer);
  return { shape: encoded.shape, data: Float64Array.from(data as ArrayLike<number>) };
}

const decodeAll = (record: Readonly<Record<string, Encoded>> = {}) => Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, decode(tensor)]));

/** Example `i` of `numbers` as a tensor with a batch axis of one. */
export function exampleOf({ shape, data }: Numbers, i: number): tf.Tensor {
  const size = data.length / shape[0]!;
  return tf.tensor(Float32Array.from(data.subarray(i * size, (i + 1) * size)), [1, ...shape.slice(1)]);
}

/** The nets of the folder, by name. */
export async function netsOf(read: OracleReader): Promise<string[]> {
  const names = await read.list('');
  const nets: string[] = [];
  for (const name of [...names].sort()) if (!name.includes('.') && (await read.list(name)).includes('model.json')) nets.push(name);
  if (nets.length === 0) throw new Error('this folder holds no oracle: none of its folders has a model.json');
  return nets;
}

/** The methods that `net` has cases of: the names of its files. */
export const methodsOf = async (read: OracleReader, net: string): Promise<string[]> =>
  (await read.list(net))
    .filter((file) => file.endsWith('.json') && !['model.json', 'inputs.json'].includes(file))
    .map((file) => file.slice(0, -5))
    .sort();

export async function readNet(read: OracleReader, name: string): Promise<OracleNet> {
  const model = (await read.json(`${name}/model.json`)) as OracleModel;
  const inputs = (await read.json(`${name}/inputs.json`)) as Record<string, Encoded> & { targets: readonly number[] };
  const weights = new Float32Array(await read.bytes(`${name}/${model.weights.file}`));
  const original = graphOf(model, weights);
  return {
    name,
    original,
    graph: canonize(original),
    inputs: {
      x: decode(inputs.x!),
      b1: decode(inputs.baseline_b1!),
      baselineSet: decode(inputs.baselineSet!),
      logits: decode(inputs.logits!),
      targets: inputs.targets,
      segments: { segments8: decode(inputs.segments8!), segmentsIrregular: decode(inputs.segmentsIrregular!) },
    },
  };
}

export function disposeNet({ original, graph }: OracleNet): void {
  disposeGraph(graph);
  disposeGraph(original);
}

interface CaseFile {
  readonly cases: readonly {
    readonly id: string;
    readonly params: Record<string, unknown>;
    readonly replay?: Record<string, Encoded>;
    readonly expected: Record<string, Encoded>;
    readonly float32_dev?: Record<string, { maxAbs: number }>;
  }[];
}

/** Stored [layers, examples, …], unlike all else. */
const LAYERS_FIRST = ['attention', 'attnRelevance', 'attnGradient'];

/** [a, b, …] → [b, a, …]. */
function examplesFirst({ shape: [layers, examples, ...rest], data }: Numbers): Numbers {
  const size = rest.reduce((a, b) => a * b, 1);
  const turned = new Float64Array(data.length);
  for (let l = 0; l < layers!; l++)
    for (let e = 0; e < examples!; e++) turned.set(data.subarray((l * examples! + e) * size, (l * examples! + e + 1) * size), (e * layers! + l) * size);
  return { shape: [examples!, layers!, ...rest], data: turned };
}

const decodeExpected = (record: Readonly<Record<string, Encoded>>) =>
  Object.fromEntries(Object.entries(decodeAll(record)).map(([name, numbers]) => [name, LAYERS_FIRST.includes(name) ? examplesFirst(numbers) : numbers]));

/** The cases of one method; a case without numbers of its own (a note says so) replays those of the case before it, or else of the first that has some. */
export async function readCases(read: OracleReader, net: string, method: string): Promise<OracleCase[]> {
  const file = (await read.json(`${net}/${method}.json`)) as CaseFile;
  const hasNumbers = (c: CaseFile['cases'][number]) => Object.keys(c.replay ?? {}).length > 0;
  let replay = decodeAll(file.cases.find(hasNumbers)?.replay);
  return file.cases.map((c) => {
    if (hasNumbers(c)) replay = decodeAll(c.replay);
    const deviation = Object.fromEntries(Object.entries(c.float32_dev ?? {}).map(([name, { maxAbs }]) => [name, maxAbs]));
    return { id: c.id, params: c.params, replay, expected: decodeExpected(c.expected), float32Deviation: deviation };
  });
}
