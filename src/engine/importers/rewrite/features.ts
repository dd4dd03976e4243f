/** Where a network's last spatial features stand: the last map, or the last tokens, whose entries still lie over places of the image. Reads ops and shapes, no number. */
import { attentionNodes } from '../../graph/attention.ts';
import type { Features, Graph } from '../../graph/graph.ts';
import { placesOf } from '../../graph/places.ts';
import type { PlainNode } from '../../models/plain.ts';
import type { Lowered } from './net.ts';
import type { Shape } from '../shape.ts';
import { shapesOf } from './shapes.ts';

type Tokens = NonNullable<Features['tokens']>;

/** Every grid [rows, columns] of which tokens are made, row by row, from a map; the last one first. */
function grids(graph: Lowered, shapes: ReadonlyMap<string, Shape>): readonly Tokens[] {
  const found = new Map<string, Tokens>();
  for (const { id, op, inputs } of [...graph.nodes].reverse()) {
    const [before, after] = [shapes.get(inputs[0]!)!, shapes.get(id)!];
    if (op !== 'reshape' || before.length !== 3 || after.length !== 2 || before[2] !== after[1]) continue;
    found.set(before.join(), { rows: before[0]!, cols: before[1]!, skip: 0 });
  }
  return [...found.values()];
}

/** The nodes whose entries lie at home over a grid of more than one place, in order. */
function atHome(graph: Lowered, shapes: ReadonlyMap<string, Shape>, tokens: Tokens | undefined): readonly Features[] {
  const places = placesOf({ ...graph, features: { node: '', tokens } } as unknown as Graph);
  return graph.nodes.flatMap(({ id }): Features[] => {
    const [at, shape] = [places.get(id), shapes.get(id)!];
    if (!at || at.moves.length > 0) return [];
    if (!at.layout.tokens) return shape.length === 3 && shape[0]! * shape[1]! > 1 ? [{ node: id }] : [];
    const { rows, cols, skip } = at.layout.tokens;
    return rows * cols > 1 && shape.length === 2 && shape[0] === skip + rows * cols ? [{ node: id, tokens: at.layout.tokens }] : [];
  });
}

/** Makes places coarser and learns nothing: what it reads is worth more. */
const COARSER: readonly PlainNode['op'][] = ['maxPool', 'averagePool', 'pad', 'slice', 'reshape', 'roll'];

/**
 * The last node that lies over places, before pooling and flattening; `undefined` where none does. A head that reads one token takes nothing from
 * the others after the last attention: there it is what that attention reads.
 */
export function findFeatures(graph: Lowered, input: Shape): Features | undefined {
  const shapes = shapesOf(graph, input);
  const place = new Map(graph.nodes.map(({ id }, k) => [id, k]));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const candidates = [...grids(graph, shapes), undefined].map((tokens) => atHome(graph, shapes, tokens));
  const latest = (found: readonly Features[]) => place.get(found.at(-1)?.node ?? '') ?? -1;
  const best = candidates.reduce((a, b) => (latest(b) > latest(a) ? b : a));
  const last = best.at(-1);
  if (!last) return undefined;
  const known = new Map(best.map((features) => [features.node, features]));
  if (last.tokens && readsSomeTokens(graph, latest(best))) return beforeAttention(graph, byId, known) ?? last;
  let at = last;
  for (let node = byId.get(at.node)!; COARSER.includes(node.op); node = byId.get(at.node)!) {
    const before = known.get(node.inputs[0]!);
    if (!before) break;
    at = before;
  }
  return at;
}

/** Whether what comes after node `from` takes single tokens. */
const readsSomeTokens = (graph: Lowered, from: number): boolean => graph.nodes.slice(from + 1).some(({ op }) => op === 'takeToken');

/** What carries the stream between blocks. */
const STREAM: readonly PlainNode['op'][] = ['layerNorm', 'add', 'addParam', 'prependToken', 'concat'];

/** What the values of the last attention are made of. */
function beforeAttention(graph: Lowered, byId: ReadonlyMap<string, PlainNode>, known: ReadonlyMap<string, Features>): Features | undefined {
  const weights = attentionNodes(graph as unknown as Graph).at(-1);
  let node = byId.get(graph.nodes.find(({ op, inputs }) => op === 'matMul' && inputs[0] === weights)?.inputs[1] ?? '');
  while (node && !(STREAM.includes(node.op) && known.has(node.id))) node = byId.get(node.inputs[0]!);
  return node && known.get(node.id);
}

