/** From a model's places to the image's: features or tokens laid out on their grid, and a coarse map enlarged. Attributes nothing. */
import type { Features, Graph } from '../graph/graph.ts';
import { layerAt } from '../graph/places.ts';
import { choice, float } from '../params.ts';
import * as tf from '../tf.ts';

/** Features or their signal as [1, h, w, C]: tokens lose those that stand for no place (the class token) and go to their grid. */
export function onGrid(t: tf.Tensor, tokens: Features['tokens']): tf.Tensor4D {
  if (!tokens) return t as tf.Tensor4D;
  const { rows, cols, skip } = tokens;
  const width = t.shape.at(-1)!;
  return tf.reshape(tf.slice(t, [0, skip, 0], [1, rows * cols, width]), [1, rows, cols, width]);
}

/** The spatial features at this share of the depth, 1 being those that the model names; throws where it names none. */
export function featuresOf(graph: Graph, layer = 1): Features {
  const features = layerAt(graph, layer);
  if (!features) throw new Error('this model names no spatial features: class activation maps have nothing to weigh');
  return features;
}

/** Why the class activation map `title` has nothing to weigh on a graph, in words for the visitor; `undefined` where it has. */
export const lacksFeatures = (title: string, { features }: Graph): string | undefined =>
  features ? undefined : `${title} needs spatial features; this model names none (an ensemble has one map in each member).`;

export const layerParam = float({
  title: 'Layer',
  help: 'Where in the network the features are taken, from its first activation to the last that still has places (as published). Earlier layers are finer and know less of the class.',
  min: 0,
  max: 1,
  step: 0.05,
  default: 1,
  unit: 'percent',
});

export const upsamplingParam = choice(['nearest', 'bilinear'], {
  title: 'Enlarge',
  help: 'How the coarse map is brought to the size of the image.',
  labels: { bilinear: 'Smooth (bilinear)', nearest: 'As blocks (nearest)' },
});

/** Maps [n, h, w, C] → the height and width of `x`. Bilinear with half-pixel centres and clamped edges; nearest takes source ⌊i·h/H⌋. */
export function upsample(maps: tf.Tensor, x: tf.Tensor, mode: 'bilinear' | 'nearest'): tf.Tensor4D {
  const size: [number, number] = [x.shape[1]!, x.shape[2]!];
  return mode === 'bilinear'
    ? tf.image.resizeBilinear(maps as tf.Tensor4D, size, false, true)
    : tf.image.resizeNearestNeighbor(maps as tf.Tensor4D, size);
}

/** How many channels these features have, read off the weights before them; `input` is the image's own number. */
export function featureChannels(graph: Graph, features: Features, input: number): number {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const channels = (id: string): number => {
    const node = byId.get(id);
    if (!node) return input;
    const { op, weights, attrs, inputs } = node;
    if (op === 'concat') return inputs.reduce((sum, branch) => sum + channels(branch), 0);
    if (op === 'reshape') return (attrs.shape as number[]).at(-1)!;
    if (op === 'depthwiseConv2d') return weights.kernel!.shape[2]!;
    return Object.values(weights)[0]?.shape.at(-1) ?? channels(inputs[0]!);
  };
  return channels(features.node);
}
