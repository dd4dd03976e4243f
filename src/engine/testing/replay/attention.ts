/** Replays of the attention methods: every tensor that the case stores, through the shipped functions. */
import { record, type Graph } from '../../graph/graph.ts';
import type { Job } from '../../job/job.ts';
import { attentionOf, carried, readMap, weightsOf, withoutBatch } from '../../methods/attentionMaps.ts';
import { rollout } from '../../methods/attentionRollout.ts';
import { gradientWeighted } from '../../methods/genericAttention.ts';
import { attentionSlopes, attribute, ofPixels, relevanceOf, type Variant } from '../../methods/transformerAttribution.ts';
import * as tf from '../../tf.ts';
import { LOGIT, type Example, type Replay } from './example.ts';

/** Under what name the case stores each variant. */
const VARIANT_OF: Readonly<Record<string, Exclude<Variant, 'pixels'>>> = {
  chefer_transformer_attribution: 'attribution',
  chefer_rollout: 'relevance-rollout',
  chefer_last_layer: 'last-relevance',
  chefer_last_layer_attn: 'last-attention',
};

/** The stored net with its token layout, which it does not tell: patches row by row after the class token. */
function laidOut({ net, x }: Example): Graph {
  const patch = net.graph.nodes.find(({ op }) => op === 'conv2d')!;
  const [down, across] = patch.attrs.strides as [number, number];
  return { ...net.graph, features: { node: patch.id, tokens: { rows: x.shape[1]! / down, cols: x.shape[2]! / across, skip: 1 } } };
}

export const attended: Replay = async (example, job) => {
  const graph = laidOut(example);
  const { x, target } = example;
  const attention = attentionOf(graph);
  const question = { graph, x, target, score: LOGIT };
  const owned = (make: () => tf.Tensor) => job.own(tf.tidy(make));
  const variants = Object.entries(VARIANT_OF).map(([name, variant]) => [name, owned(() => attribute(question, variant, attention, job))] as const);
  return Promise.resolve({
    ...Object.fromEntries(variants),
    ...byLayer(question, attention.layers, job),
    rollout: owned(() => readMap(rollout(meanWeights(question, attention.layers)), attention)),
    rolloutFull: owned(() => rollout(meanWeights(question, attention.layers))),
    generic_attention: owned(() => readMap(carried(gradientWeighted(question, attention.layers, job)), attention)),
    chefer_full: owned(() => tf.sum(ofPixels(question, job), 3)),
  });
};

type Asked = Parameters<typeof attribute>[0];

const meanWeights = ({ graph, x }: Asked, layers: readonly string[]) => weightsOf(record(graph, x), layers).map((a) => tf.mean<tf.Tensor2D>(a, 0));

/** Attention, its relevance and its gradient, [layers, heads, T, T] each. */
function byLayer(question: Asked, layers: readonly string[], job: Job): Record<string, tf.Tensor> {
  const parts = tf.tidy(() => {
    const tape = record(question.graph, question.x);
    const attention = tf.stack(weightsOf(tape, layers));
    const attnGradient = tf.stack(attentionSlopes(tape, question, layers, job));
    const relevance = relevanceOf(tape, question, layers, job);
    return { attention, attnGradient, attnRelevance: tf.stack(layers.map((id) => withoutBatch(relevance.get(id)!))) };
  });
  Object.values(parts).forEach((t) => job.own(t));
  return parts;
}
