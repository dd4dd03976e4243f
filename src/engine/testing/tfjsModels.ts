/** Small TensorFlow.js models that tests write themselves, and the whole way from their JSON to numbers. Not for shipped code. */
import { importModel } from '../importers/index.ts';
import type { Source } from '../importers/source.ts';
import { readTfjs } from '../importers/tfjs/index.ts';
import { disposeGraph } from '../graph/derived.ts';
import { forward } from '../graph/graph.ts';
import { normals } from '../math/rng.ts';
import { toGraph } from '../models/plain.ts';
import * as tf from '../tf.ts';

export interface TestWeight {
  readonly shape: readonly number[];
  /** Absent: normal draws named after the weight, so that a test can ask for the same. */
  readonly values?: readonly number[];
  readonly dtype?: 'float32' | 'int32';
}

export type TestWeights = Readonly<Record<string, TestWeight>>;

export const volume = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
export const valuesOf = (name: string, { shape, values }: TestWeight): readonly number[] => values ?? Array.from(normals(7, name, 0, volume(shape)));

/** Manifest and bytes, one shard. */
export function packed(weights: TestWeights): { weightsManifest: object[]; bytes: Uint8Array } {
  const entries = Object.entries(weights).map(([name, weight]) => ({ name, shape: weight.shape, dtype: weight.dtype ?? 'float32', values: valuesOf(name, weight) }));
  const bytes = Uint8Array.from(entries.flatMap(({ values, dtype }) => [...new Uint8Array((dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)).buffer)]));
  return { weightsManifest: [{ paths: ['w'], weights: entries.map(({ name, shape, dtype }) => ({ name, shape, dtype })) }], bytes };
}

type Attributes = Readonly<Record<string, unknown>>;

/** Attributes as a GraphDef writes them. */
export const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
export const texts = (...values: string[]) => ({ list: { s: values.map((value) => text(value).s) } });
export const ints = (...values: number[]) => ({ list: { i: values.map(String) } });
export const flag = { b: true };

export const node = (name: string, op: string, input: readonly string[] = [], attr: Attributes = {}) => ({ name, op, input, attr });
/** The picture, 'x'; −1 for an open length. */
export const placeholder = (...dims: readonly number[]) => node('x', 'Placeholder', [], { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: dims.map((size) => ({ size: String(size) })) } } });

/** A graph model of these nodes; every weight is a Const. */
export function graphModel(nodes: readonly object[], weights: TestWeights = {}, more: object = {}): Source {
  const { weightsManifest, bytes } = packed(weights);
  const consts = Object.keys(weights).map((name) => node(name, 'Const'));
  return readTfjs({ format: 'graph-model', modelTopology: { node: [...nodes, ...consts] }, weightsManifest, ...more }, () => bytes);
}

/** A Keras layer as model.json holds it. */
export const layer = (class_name: string, name: string, config: object = {}, inbound_nodes: readonly unknown[] = []) => ({ class_name, name, config: { name, ...config }, inbound_nodes });
/** One call, of these layers' first outputs. */
export const from = (...names: readonly string[]) => [names.map((name) => [name, 0, 0, {}])];

export function layersModel(class_name: string, config: unknown, weights: TestWeights = {}, keras_version = '2.9.0'): Source {
  const { weightsManifest, bytes } = packed(weights);
  return readTfjs({ modelTopology: { keras_version, model_config: { class_name, config } }, weightsManifest }, () => bytes);
}

/** What the engine answers for two pictures of [size, size, channels]; normal draws. The caller frees `x`. */
export function answer(source: Source, size: number, channels: number): { x: tf.Tensor4D; values: Float32Array } {
  const { plain } = importModel(source);
  const graph = toGraph({ ...plain, features: plain.features ?? { node: plain.output } });
  const x = tf.tensor4d(normals(3, 'pictures', 0, 2 * size * size * channels), [2, size, size, channels]);
  const y = forward(graph, x);
  const values = y.dataSync() as Float32Array;
  y.dispose();
  disposeGraph(graph);
  return { x, values };
}

/** Largest difference over the largest entry; infinite where the numbers of entries differ. */
export function distance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Infinity;
  const largest = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return Array.from(found).reduce((most, value, index) => Math.max(most, Math.abs(value - wanted[index]!)), 0) / largest;
}
