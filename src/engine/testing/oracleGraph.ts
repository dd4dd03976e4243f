/** Lowers the oracle's description of a network to a graph of our ops. Reads no files. */
import type { Graph, Node } from '../graph/graph.ts';
import type { Weights } from '../graph/ops/index.ts';
import * as tf from '../tf.ts';

interface OracleNode {
  readonly name: string;
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly outputShape?: readonly number[];
  readonly strides?: readonly number[];
  readonly padding?: string;
  readonly poolSize?: readonly number[];
  readonly epsilon?: number;
  readonly index?: number;
  readonly perm?: readonly number[];
  readonly heads?: number;
  readonly channels?: number;
}
export interface OracleModel {
  readonly output: string;
  readonly nodes: readonly OracleNode[];
  readonly weights: {
    readonly file: string;
    readonly entries: readonly { readonly name: string; readonly shape: readonly number[]; readonly offset: number; readonly length: number }[];
  };
}

/** The graph of `model`; its tensors are the caller's to dispose (`disposeGraph`). */
export function graphOf(model: OracleModel, data: Float32Array): Graph {
  const weights = new Map<string, Record<string, tf.Tensor>>();
  for (const { name, shape, offset, length } of model.weights.entries) {
    const [node, parameter] = name.split('/') as [string, string];
    const tensor = tf.tensor(data.slice(offset, offset + length), [...shape]);
    weights.set(node, { ...weights.get(node), [parameter]: tensor });
  }
  const input = model.nodes.find((node) => node.op === 'input');
  if (!input) throw new Error("the oracle's model has no node of op 'input'");
  const nodes = model.nodes.filter((node) => node !== input).flatMap((node) => lower(node, weights.get(node.name) ?? {}));
  return { input: input.name, output: model.output, nodes };
}

function lower(node: OracleNode, weights: Weights): Node[] {
  const one = (op: Node['op'], attrs: Node['attrs'] = {}): Node[] => [{ id: node.name, op, inputs: node.inputs ?? [], weights, attrs }];
  const window = { strides: node.strides, pad: node.padding };
  switch (node.op) {
    case 'conv2d':
    case 'depthwiseConv2d':
      return one(node.op, window);
    case 'maxPool2d':
      return one('maxPool', { ...window, size: node.poolSize });
    case 'globalAvgPool2d':
      return one('meanPool');
    case 'batchNorm':
    case 'layerNorm':
      return one(node.op, { epsilon: node.epsilon });
    case 'flatten':
    case 'toTokens':
      return one('reshape', { shape: node.outputShape });
    case 'transpose':
      return one('transpose', { perm: node.perm });
    case 'takeToken':
      return one('takeToken', { index: node.index });
    case 'dense':
    case 'relu':
    case 'relu6':
    case 'softplus':
    case 'gelu':
    case 'add':
    case 'addParam':
    case 'meanTokens':
    case 'prependToken':
      return one(node.op);
    case 'multiHeadSelfAttention':
      return attention(node, weights);
    default:
      throw new Error(`the oracle's op '${node.op}' (node '${node.name}') has no counterpart: add it to oracleGraph.ts`);
  }
}

/** softmax(q kᵀ / √(D / heads)) v, heads merged, one last dense layer: nine nodes, the last one called as the layer. */
function attention({ name, inputs = [], heads = 1, channels = 1 }: OracleNode, weights: Weights): Node[] {
  const parts = tf.tidy(() => ({ kernels: tf.split(weights.qkvKernel!, 3, 1), biases: tf.split(weights.qkvBias!, 3) }));
  tf.dispose([weights.qkvKernel!, weights.qkvBias!]);
  const at = (part: string) => `${name}/${part}`;
  const node = (part: string, op: Node['op'], from: readonly string[], attrs: Node['attrs'] = {}, w: Weights = {}): Node => ({ id: part && at(part), op, inputs: from, weights: w, attrs });
  const projected = ['q', 'k', 'v'].flatMap((part, i) => [
    node(part, 'dense', inputs, {}, { kernel: parts.kernels[i]!, bias: parts.biases[i]! }),
    node(`${part}-heads`, 'splitHeads', [at(part)], { heads }),
  ]);
  return [
    ...projected,
    node('scores', 'matMul', [at('q-heads'), at('k-heads')], { transposeB: true, scale: 1 / Math.sqrt(channels / heads) }),
    node('softmax', 'softmax', [at('scores')]),
    node('mixed', 'matMul', [at('softmax'), at('v-heads')]),
    node('merged', 'mergeHeads', [at('mixed')]),
    { id: name, op: 'dense', inputs: [at('merged')], weights: { kernel: weights.outKernel!, bias: weights.outBias! }, attrs: {} },
  ];
}
