/** From the trained network to the one that is shipped: batch normalisation becomes part of the layer before it. Not for canonizing a foreign graph. */
import type { PlainGraph, PlainNode, Weight } from '../models/plain.ts';

/** The same function without the batch normalisations that directly follow a convolution or dense layer. */
export function foldBatchNorm(plain: PlainGraph): PlainGraph {
  const folded = new Map<string, PlainNode>();
  const renamed = new Map<string, string>();
  const readers = (id: string) => plain.nodes.filter((node) => node.inputs.includes(id)).length;
  for (const norm of plain.nodes) {
    const before = plain.nodes.find((node) => node.id === norm.inputs[0]);
    if (norm.op !== 'batchNorm' || !before || !['conv2d', 'depthwiseConv2d', 'dense'].includes(before.op) || readers(before.id) > 1) continue;
    folded.set(before.id, fold(before, norm));
    renamed.set(norm.id, before.id);
  }
  const nameOf = (id: string) => renamed.get(id) ?? id;
  return {
    ...plain,
    output: nameOf(plain.output),
    features: { ...plain.features, node: nameOf(plain.features.node) },
    nodes: plain.nodes.filter((node) => !renamed.has(node.id)).map((node) => {
      const { inputs, ...rest } = folded.get(node.id) ?? node;
      return { ...rest, inputs: inputs.map(nameOf) };
    }),
  };
}

/** kernel' = kernel · s, bias' = (bias − mean) · s + beta, with s = gamma / √(variance + ε) per output channel. */
function fold(layer: PlainNode, norm: PlainNode): PlainNode {
  const kernel = weight(layer, 'kernel');
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((name) => weight(norm, name).values) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const channels = gamma.length;
  const slope = gamma.map((g, c) => g / Math.sqrt(variance[c]! + (norm.attrs.epsilon as number)));
  const bias = beta.map((b, c) => b + ((layer.weights.bias?.values[c] ?? 0) - mean[c]!) * slope[c]!);
  // The output channel is the kernel's last axis, or for a depthwise one [kh, kw, C, 1] its last but one: both have stride 1.
  return { ...layer, weights: { kernel: { shape: kernel.shape, values: kernel.values.map((k, i) => k * slope[i % channels]!) }, bias: { shape: [channels], values: bias } } };
}

function weight(node: PlainNode, name: string): Weight {
  const found = node.weights[name];
  if (!found) throw new Error(`node '${node.id}' (${node.op}) has no weight '${name}', so that its batch normalisation cannot be folded`);
  return found;
}
