/** The spatial layers of a graph, by depth: nodes whose entries stand for places of the image, on a map or as tokens. Computes nothing. */
import type { Features, Graph, Node } from './graph.ts';
import type { OpName } from './ops/index.ts';

/** How the entries of a node stand for places; `undefined` where they do not. */
type Layout = Omit<Features, 'node'> | undefined;

/** What an op does to the layout of its input. */
const EFFECTS = {
  preprocess: 'keeps',
  conv2d: 'keeps',
  depthwiseConv2d: 'keeps',
  dense: 'keeps',
  batchNorm: 'keeps',
  add: 'keeps',
  addParam: 'keeps',
  relu: 'keeps',
  relu6: 'keeps',
  softplus: 'keeps',
  gelu: 'keeps',
  sigmoid: 'keeps',
  silu: 'keeps',
  mul: 'keeps',
  concat: 'keeps',
  roll: 'keeps',
  maxPool: 'keeps',
  averagePool: 'keeps',
  layerNorm: 'keeps',
  reshape: 'reshapes',
  prependToken: 'prepends',
  meanPool: 'ends',
  meanTokens: 'ends',
  takeToken: 'ends',
  transpose: 'ends',
  matMul: 'ends',
  softmax: 'ends',
  splitHeads: 'ends',
  mergeHeads: 'ends',
} as const satisfies Record<OpName, 'keeps' | 'reshapes' | 'prepends' | 'ends'>;

/** After which ops a layer is worth a look: an activation on a map, the stream of tokens after each addition to it. */
const ON_MAPS: readonly OpName[] = ['relu', 'relu6', 'softplus', 'gelu', 'silu'];
const ON_TOKENS: readonly OpName[] = ['add'];

function layoutOf({ op, attrs }: Node, inputs: readonly Layout[], tokens: Features['tokens']): Layout {
  const known = inputs.find((layout) => layout !== undefined); // the summands of an addition have one shape
  switch (EFFECTS[op]) {
    case 'keeps':
      return known;
    case 'prepends':
      return known?.tokens && { tokens: { ...known.tokens, skip: known.tokens.skip + 1 } };
    case 'reshapes': {
      const rank = (attrs.shape as readonly number[]).length;
      return rank === 3 ? {} : rank === 2 && tokens ? { tokens: { ...tokens, skip: 0 } } : undefined;
    }
    case 'ends':
      return undefined;
  }
}

/** The spatial layers in order, the model's named features last; none where it names none. What comes after the features has no say. */
export function spatialLayers({ input, nodes, features }: Graph): readonly Features[] {
  if (!features) return [];
  const layouts = new Map<string, Layout>([[input, {}]]);
  const layers: Features[] = [];
  for (const node of nodes) {
    if (node.id === features.node) break;
    const layout = layoutOf(node, node.inputs.map((id) => layouts.get(id)), features.tokens);
    layouts.set(node.id, layout);
    if (layout && (layout.tokens ? ON_TOKENS : ON_MAPS).includes(node.op)) layers.push({ node: node.id, ...layout });
  }
  return [...layers, features];
}

/** The layer at this share of the depth: 0 is the first spatial layer, 1 the model's named features; `undefined` where it names none. */
export function layerAt(graph: Graph, share: number): Features | undefined {
  const layers = spatialLayers(graph);
  return layers[Math.round(share * (layers.length - 1))];
}
