/** Which entries of a graph's values stand for places of the image, on a map or as tokens; and its spatial layers, by depth. Computes nothing. */
import type { Features, Graph, Node } from './graph.ts';
import type { Attrs, OpName } from './ops/index.ts';

/** How entries stand for places: a map [N, h, w, C], or tokens. */
export type Layout = Omit<Features, 'node'>;

/** Of one image's value, without the batch; `undefined` where an axis is as long as the image asks for. */
type Shape = readonly (number | undefined)[];

/** A change of order on the way, as what would undo it: windows cut out of a map, heads split off, tokens turned on their side. */
type Move =
  | { readonly by: 'mergeHeads' }
  | { readonly by: 'transpose'; readonly perm: readonly number[] }
  | { readonly by: 'roll'; readonly shift: readonly number[] }
  | { readonly by: 'reshape'; readonly shape: Shape };

/** Where the places of a value are: at home in `layout`, or away from it by `moves`, the last one last. */
export interface Whereabouts {
  readonly layout: Layout;
  readonly moves: readonly Move[];
  readonly shape: Shape;
}

/** What an op does to the places of its (first) input. A softmax and a product weigh what the first input asks for: its rows stay. */
const EFFECTS = {
  preprocess: 'keeps',
  conv2d: 'convolves',
  depthwiseConv2d: 'convolves',
  maxPool: 'convolves',
  averagePool: 'convolves',
  dense: 'mixes',
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
  layerNorm: 'keeps',
  softmax: 'keeps',
  matMul: 'keeps',
  roll: 'moves',
  transpose: 'moves',
  splitHeads: 'moves',
  mergeHeads: 'moves',
  reshape: 'reshapes',
  prependToken: 'prepends',
  meanPool: 'ends',
  meanTokens: 'ends',
  takeToken: 'ends',
  affine: 'keeps',
  groupConv2d: 'convolves',
  resample: 'convolves',
  reduceMean: 'reduces',
  reduceSum: 'reduces',
  reduceMax: 'reduces',
  expand: 'keeps',
  slice: 'selects',
  gather: 'selects',
  pad: 'selects',
  constant: 'ends',
  leakyRelu: 'keeps',
  prelu: 'keeps',
  elu: 'keeps',
  selu: 'keeps',
  clip: 'keeps',
  hardSwish: 'keeps',
  mish: 'keeps',
  tanh: 'keeps',
  geluTanh: 'keeps',
  softsign: 'keeps',
  quantize: 'keeps',
  exp: 'keeps',
  log: 'keeps',
  sqrt: 'keeps',
  reciprocal: 'keeps',
  square: 'keeps',
  abs: 'keeps',
  erf: 'keeps',
  sin: 'keeps',
  cos: 'keeps',
  power: 'keeps',
  localResponseNorm: 'keeps',
} as const satisfies Record<OpName, 'keeps' | 'convolves' | 'mixes' | 'moves' | 'reshapes' | 'prepends' | 'reduces' | 'selects' | 'ends'>;

const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((n, i) => n === b[i]);
const fits = (a: Shape, b: Shape) => a.length === b.length && a.every((n, i) => n === undefined || b[i] === undefined || n === b[i]);
const home = (layout: Layout): Whereabouts => ({ layout, moves: [], shape: layout.tokens ? [undefined, undefined] : [undefined, undefined, undefined] });

/** The shape that a reshape asks for; −1 is what is left. */
const asked = ({ attrs }: Node): Shape => (attrs.shape as readonly number[]).map((n) => (n < 0 ? undefined : n));

/** The move that would take `node` back. */
function undoOf(op: OpName, attrs: Attrs): Move | undefined {
  switch (op) {
    case 'splitHeads':
      return { by: 'mergeHeads' };
    case 'transpose': {
      const perm = attrs.perm as readonly number[];
      return { by: 'transpose', perm: perm.map((_, axis) => perm.indexOf(axis)) };
    }
    case 'roll':
      return { by: 'roll', shift: (attrs.by as readonly number[]).map((places) => -places) };
    default:
      return undefined;
  }
}

/** Whether `node` is that move. */
function makes(node: Node, move: Move | undefined): boolean {
  const { op, attrs } = node;
  switch (move?.by) {
    case undefined:
      return false;
    case 'mergeHeads':
      return op === 'mergeHeads';
    case 'transpose':
      return op === 'transpose' && same(attrs.perm as readonly number[], move.perm);
    case 'roll':
      return op === 'roll' && same(attrs.by as readonly number[], move.shift);
    case 'reshape':
      return op === 'reshape' && fits(asked(node), move.shape);
  }
}

/** The shape of one image's value behind an op that only moves entries. */
function shapeAfter({ op, attrs }: Node, shape: Shape): Shape {
  switch (op) {
    case 'transpose':
      return (attrs.perm as readonly number[]).slice(1).map((axis) => shape[axis - 1]);
    case 'splitHeads':
      return [attrs.heads as number, shape[0], undefined];
    case 'mergeHeads':
      return [shape[1], undefined];
    default:
      return shape;
  }
}

function moved(node: Node, { layout, moves, shape }: Whereabouts): Whereabouts | undefined {
  const now = shapeAfter(node, shape);
  if (makes(node, moves.at(-1))) return { layout, moves: moves.slice(0, -1), shape: now };
  const undo = undoOf(node.op, node.attrs);
  return undo && { layout, moves: [...moves, undo], shape: now };
}

/** A map row by row is tokens, tokens are a map; any other shape takes the places away, until the shape before comes back. */
function reshaped(node: Node, { layout, moves, shape }: Whereabouts, tokens: Features['tokens']): Whereabouts {
  const to = asked(node);
  if (makes(node, moves.at(-1))) return { layout, moves: moves.slice(0, -1), shape: to };
  if (moves.at(-1)?.by === 'reshape') return { layout, moves, shape: to }; // two reshapes are one: what undoes the first undoes both
  if (moves.length === 0 && !layout.tokens && tokens && to.length === 2) return home({ tokens: { ...tokens, skip: 0 } });
  if (moves.length === 0 && layout.tokens?.skip === 0 && fits(to, [layout.tokens.rows, layout.tokens.cols, undefined])) return home({});
  return { layout, moves: [...moves, { by: 'reshape', shape }], shape: to };
}

/** Whether these are the last of the stored axes, which −1 also is. */
const actsOnChannels = (axes: readonly number[], shape: Shape) => axes.every((axis) => axis === shape.length || axis === -1);

/** The axes behind the batch, from 0, that a slice, a gather or a padding changes; an axis of unknown length is taken to be sliced whole where it begins at 0. */
function changedAxes({ op, attrs }: Node, { layout: { tokens }, moves, shape }: Whereabouts): readonly number[] {
  if (op === 'gather') return [(attrs.axis as number) - 1];
  const [low, high] = (op === 'slice' ? [attrs.begin, attrs.end] : [attrs.before, attrs.after]) as [readonly number[], readonly number[]];
  const count = tokens && moves.length === 0 ? tokens.skip + tokens.rows * tokens.cols : 0;
  const isWhole = (axis: number) => (op === 'pad' ? high[axis] === 0 : high[axis]! >= (shape[axis] ?? (axis === 0 ? count : 0)) && (attrs.step as readonly number[])[axis] === 1);
  return low.flatMap((first, axis) => (first === 0 && isWhole(axis) ? [] : [axis]));
}

/** Channels may be chosen. A map may be padded, or sliced by steps, as a convolution does both; of tokens those may go that stand for no place. */
function selected(node: Node, at: Whereabouts): Whereabouts | undefined {
  const { layout, moves, shape } = at;
  const changed = changedAxes(node, at).filter((axis) => axis !== shape.length - 1);
  if (changed.length === 0) return { layout, moves, shape: [...shape.slice(0, -1), undefined] };
  if (moves.length > 0 || node.op === 'gather') return undefined;
  if (!layout.tokens) return node.op === 'pad' || changed.every((axis) => isNear(node, axis)) ? home(layout) : undefined;
  const { rows, cols, skip } = layout.tokens;
  const [first, end] = [(node.attrs.begin as readonly number[] | undefined)?.[0] ?? Infinity, (node.attrs.end as readonly number[] | undefined)?.[0] ?? 0];
  const goes = first <= skip && end >= skip + rows * cols && (node.attrs.step as readonly number[])[0] === 1;
  return goes ? home({ tokens: { rows, cols, skip: skip - first } }) : undefined;
}

/** Whether a slice begins at the border of the map: at its first entry, or within the first step. */
const isNear = ({ attrs }: Node, axis: number) => (attrs.begin as readonly number[])[axis]! <= Math.max(1, (attrs.step as readonly number[])[axis]! - 1);

function after(node: Node, inputs: readonly (Whereabouts | undefined)[], tokens: Features['tokens']): Whereabouts | undefined {
  const at = inputs.find((one) => one?.moves.length === 0) ?? inputs[0]; // the summands of an addition have one shape
  if (!at) return undefined;
  const { layout, moves, shape } = at;
  switch (EFFECTS[node.op]) {
    case 'keeps':
      return node.op === 'concat' && !actsOnChannels([(node.attrs.axis as number | undefined) ?? shape.length], shape) ? undefined : { layout, moves, shape: [...shape.slice(0, -1), undefined] };
    case 'convolves':
      return moves.length === 0 ? home(layout) : undefined;
    case 'mixes': // the last axis: after another reshape it may hold places
      return moves.some(({ by }) => by === 'reshape') ? undefined : { layout, moves, shape: [...shape.slice(0, -1), undefined] };
    case 'moves':
      return moved(node, at);
    case 'reshapes':
      return reshaped(node, at, tokens);
    case 'reduces': // over channels alone: every place has its number
      return actsOnChannels(node.attrs.axes as readonly number[], shape) && node.attrs.keepDims === true ? at : undefined;
    case 'selects':
      return selected(node, at);
    case 'prepends':
      return moves.length === 0 && layout.tokens ? home({ tokens: { ...layout.tokens, skip: layout.tokens.skip + 1 } }) : undefined;
    case 'ends':
      return undefined;
  }
}

/** Where the places are in each node's value; nodes whose entries stand for no places are left out. */
export function placesOf({ input, nodes, features }: Graph): ReadonlyMap<string, Whereabouts> {
  const found = new Map([[input, home({})]]);
  for (const node of nodes) {
    const at = after(node, node.inputs.map((id) => found.get(id)), features?.tokens);
    if (at) found.set(node.id, at);
  }
  return found;
}

const ACTIVATIONS: readonly OpName[] = ['relu', 'relu6', 'softplus', 'gelu', 'silu', 'leakyRelu', 'prelu', 'elu', 'selu', 'clip', 'hardSwish', 'mish', 'tanh', 'geluTanh', 'softsign'];

/**
 * Which layers are worth a look. On a map: an activation, but for the branches of a concatenation, which stands for them; a sum or a concatenation that no
 * activation reads. Among tokens: the stream after each addition to it.
 */
function isLayer({ op }: Node, readers: readonly OpName[], { tokens }: Layout): boolean {
  if (tokens) return op === 'add';
  if (ACTIVATIONS.includes(op)) return readers.length === 0 || readers.some((by) => by !== 'concat');
  return (op === 'add' || op === 'concat') && !readers.some((by) => ACTIVATIONS.includes(by));
}

/** The spatial layers in order, the model's named features last; none where it names none. What comes after the features has no say. */
export function spatialLayers(graph: Graph): readonly Features[] {
  const { nodes, features } = graph;
  if (!features) return [];
  const places = placesOf(graph);
  const last = nodes.findIndex(({ id }) => id === features.node);
  const layers = nodes.slice(0, Math.max(last, 0)).flatMap((node): Features[] => {
    const at = places.get(node.id);
    if (!at || at.moves.length > 0) return [];
    const readers = nodes.filter(({ inputs }) => inputs.includes(node.id)).map(({ op }) => op);
    return isLayer(node, readers, at.layout) ? [{ node: node.id, ...at.layout }] : [];
  });
  return [...layers, features];
}

/** The layer at this share of the depth: 0 is the first spatial layer, 1 the model's named features; `undefined` where it names none. */
export function layerAt(graph: Graph, share: number): Features | undefined {
  const layers = spatialLayers(graph);
  return layers[Math.round(share * (layers.length - 1))];
}
