/** What the attention methods share: the attention of a recorded pass, products of token matrices, and what the head reads of them. Knows no method. */
import { attentionNodes, isWindowed, readoutOf, type Readout } from '../graph/attention.ts';
import type { Features, Graph, Tape } from '../graph/graph.ts';
import * as tf from '../tf.ts';

/** Where attention stands in a graph, and how a token matrix becomes a map. */
export interface Attention {
  /** Nodes of the attention weights [1, heads, T, T], the first layer first. */
  readonly layers: readonly string[];
  readonly readout: Readout;
  readonly tokens: NonNullable<Features['tokens']>;
}

/** Why what is asked of attention of any reach says nothing about `graph`. */
export const lacksAnyAttention = (graph: Graph): string | undefined => (attentionNodes(graph).length === 0 ? 'Needs attention between places. This model has none.' : undefined);

/** Why `graph` has no attention map, in words for the visitor; `undefined` where it has. */
export function lacksAttention(graph: Graph): string | undefined {
  const none = lacksAnyAttention(graph);
  if (none !== undefined) return none;
  if (!graph.features) return 'Needs one network whose attention leads from the image to the answer; this model names no spatial features (an ensemble has them in each member).';
  if (isWindowed(graph)) return "Needs whole-image attention: this model's tokens attend only to their own small window, and windows of different layers cannot be multiplied into one map.";
  if (!graph.features.tokens) return 'Needs to know where in the image each token lies, and this model does not say.';
  if (readoutOf(graph) === undefined) return 'Needs a head that reads one token or the mean over the tokens. This model reads them in another way.';
  return undefined;
}

/** The attention of `graph`; throws what `lacksAttention` says. */
export function attentionOf(graph: Graph): Attention {
  const reason = lacksAttention(graph);
  if (reason !== undefined) throw new Error(reason);
  return { layers: attentionNodes(graph), readout: readoutOf(graph)!, tokens: graph.features!.tokens! };
}

/** The attention weights of each layer, [heads, T, T]. */
export const weightsOf = ({ value }: Tape, layers: readonly string[]): tf.Tensor3D[] => layers.map((id) => withoutBatch(value.get(id)!));

/** [1, heads, T, T] → [heads, T, T]. */
export const withoutBatch = (t: tf.Tensor): tf.Tensor3D => tf.squeeze(t, [0]);

export const identityLike = (matrix: tf.Tensor): tf.Tensor2D => tf.eye(matrix.shape[0]!);

/**
 * (I + C_L) ⋯ (I + C_1) − I for the layers' matrices C_l [T, T]: what attention carries from token to token beside each token's own stream.
 * Without the identity, which a head that reads the mean over tokens would see as a constant under the whole map.
 */
export const carried = (layers: readonly tf.Tensor2D[]): tf.Tensor2D =>
  layers.reduce((before, layer) => tf.add(tf.add(before, layer), tf.matMul(layer, before)), tf.zerosLike(layers[0]!));

/** What the head reads of a token matrix [T, T] (rows ask, columns answer): one row or the mean of all, without tokens that stand for no place. → [1, rows, cols, 1] */
export function readMap(matrix: tf.Tensor2D, { readout, tokens }: Attention): tf.Tensor4D {
  const { rows, cols, skip } = tokens;
  const count = matrix.shape[0];
  if (count !== skip + rows * cols) throw new Error(`attention between ${count} tokens, but the model lays out ${skip} + ${rows} × ${cols}: the last spatial features and the attention must share their tokens`);
  const row = readout === 'mean' ? tf.mean(matrix, 0) : tf.reshape(tf.slice(matrix, [readout, 0], [1, count]), [count]);
  return tf.reshape(tf.slice(row, skip, rows * cols), [1, rows, cols, 1]);
}
