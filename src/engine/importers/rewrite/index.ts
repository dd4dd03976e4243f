/** A lowered network → the same function in the forms that rules and methods know. The patterns stand in their own files; here is their table and the walk. */
import type { OpName } from '../../graph/ops/index.ts';
import { ACTIVATIONS } from './activations.ts';
import { ATTENTION } from './attention.ts';
import { mergeCommon } from './common.ts';
import { LAYER_NORM } from './layerNorm.ts';
import { MERGES } from './merge.ts';
import { MOVES } from './moves.ts';
import { openNet, type Lowered, type Net, type Pattern } from './net.ts';
import { SINKS } from './sink.ts';
import { SLICES } from './slices.ts';
import type { Shape } from '../shape.ts';
import { TOKENS } from './tokens.ts';

export type { Lowered } from './net.ts';

/** In order of preference where several end at one node. */
export const PATTERNS: readonly Pattern[] = [...MOVES, ...MERGES, ...LAYER_NORM, ...ACTIVATIONS, ...SLICES, ...ATTENTION, ...TOKENS];

/** Found once the others are: they would take forms apart that the others know. */
const LATE: readonly Pattern[] = [...PATTERNS, ...SINKS];

export interface Rewritten {
  readonly graph: Lowered;
  /** Ids of the patterns that were found, each once for every time. */
  readonly did: readonly string[];
}

/** Rounds over all nodes, each in order; a change is looked at again at once. More than these only a network built against it takes. */
const MOST_ROUNDS = 50;
/** Changes for each node, for the same reason. */
const MOST_CHANGES = 50;

const byOp = (patterns: readonly Pattern[]): ReadonlyMap<OpName, readonly Pattern[]> => {
  const found = new Map<OpName, Pattern[]>();
  for (const pattern of patterns) for (const op of pattern.at) found.set(op, [...(found.get(op) ?? []), pattern]);
  return found;
};

/**
 * The same function of one image of `shape` [H, W, C], with every pattern rewritten that is found, until none is. Nodes that keep their id keep their value.
 * Throws an `ImportProblem` where shapes do not fit. Cost: a few rounds, linear in the nodes, besides arithmetic on the weights that are folded.
 */
export function rewrite(graph: Lowered, shape: Shape): Rewritten {
  const net = openNet(graph, shape);
  const most = MOST_CHANGES * (graph.nodes.length + 1);
  const did: string[] = [];
  for (const patterns of [PATTERNS, LATE]) toFixedPoint(net, byOp(patterns), did, most);
  const nodes = net.finish();
  const { features } = graph;
  const kept = features && nodes.some(({ id }) => id === features.node) ? { features } : {};
  return { graph: { input: graph.input, output: net.output, nodes, ...kept }, did };
}

function toFixedPoint(net: Net, table: ReadonlyMap<OpName, readonly Pattern[]>, did: string[], most: number): void {
  for (let round = 0; round < MOST_ROUNDS && did.length < most; round++) {
    const before = did.length;
    for (const id of net.ids()) settle(net, id, table, did, most);
    did.push(...Array.from({ length: mergeCommon(net) }, () => 'common'));
    if (did.length === before) break;
  }
}

/** Rewrites at `id` and at what comes of it until no pattern ends there. */
function settle(net: Net, id: string, table: ReadonlyMap<OpName, readonly Pattern[]>, did: string[], most: number): void {
  const left = [id];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const node = net.node(at);
    if (!node || did.length >= most) continue;
    for (const pattern of table.get(node.op) ?? []) {
      const change = pattern.find(node, net);
      if (!change) continue;
      did.push(pattern.id);
      const changed = net.apply(at, change);
      if ('by' in change) left.push(...[...changed].reverse());
      break;
    }
  }
}
