/** Everything that a training run is between two steps, as flat vectors: weights, AdamW's moments, the averaged weights. Holds no tensor. */
import type { Graph } from '../graph/graph.ts';
import { isTrainable, toGraph, type PlainGraph, type Weight } from '../models/plain.ts';

/** Where one weight stands in its vector. */
interface Slot {
  readonly node: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

export interface Layout {
  readonly plain: PlainGraph;
  readonly trainable: ReadonlyMap<string, Slot>;
  /** Running means and variances of the batch normalisations. */
  readonly statistics: ReadonlyMap<string, Slot>;
  /** 1 where weight decay acts (kernels), 0 elsewhere; along the trainable vector. */
  readonly decays: Uint8Array;
}

export interface TrainingState {
  step: number;
  readonly weights: Float32Array;
  readonly momentum: Float32Array;
  readonly squares: Float32Array;
  /** Exponential moving averages of the weights and of the batches' statistics: what is evaluated and saved. */
  readonly average: Float32Array;
  readonly statistics: Float32Array;
}

export const slotKey = (node: string, name: string) => `${node}/${name}`;

export function layoutOf(plain: PlainGraph): Layout {
  const trainable = new Map<string, Slot>();
  const statistics = new Map<string, Slot>();
  const ends = new Map([[trainable, 0], [statistics, 0]]);
  for (const { id, op, attrs, weights } of plain.nodes)
    for (const [name, { shape, values }] of Object.entries(weights)) {
      if (op === 'preprocess' || attrs.fixed === true) continue;
      const to = isTrainable({ op, attrs }, name) ? trainable : statistics;
      const offset = ends.get(to)!;
      to.set(slotKey(id, name), { node: id, name, shape, offset, length: values.length });
      ends.set(to, offset + values.length);
    }
  const decays = new Uint8Array(ends.get(trainable)!);
  for (const { name, offset, length } of trainable.values()) if (name === 'kernel') decays.fill(1, offset, offset + length);
  return { plain, trainable, statistics, decays };
}

/** The state before the first step. */
export function freshState({ plain, trainable, statistics }: Layout): TrainingState {
  const size = (slots: ReadonlyMap<string, Slot>) => [...slots.values()].reduce((n, slot) => n + slot.length, 0);
  const weights = new Float32Array(size(trainable));
  const running = new Float32Array(size(statistics));
  for (const { id, weights: own } of plain.nodes)
    for (const [name, { values }] of Object.entries(own)) {
      const key = slotKey(id, name);
      const [slot, vector] = trainable.has(key) ? [trainable.get(key)!, weights] : [statistics.get(key), running];
      if (slot) vector.set(values, slot.offset);
    }
  return { step: 0, weights, momentum: new Float32Array(weights.length), squares: new Float32Array(weights.length), average: weights.slice(), statistics: running };
}

/** The network with the state's averaged weights, as plain numbers. */
export const trainedPlain = (layout: Layout, state: TrainingState): PlainGraph => withWeights(layout, state.average, state.statistics);

/** The network with its current weights and without its first node (`preprocess`), on the current backend; the caller disposes it. */
export function trainingGraph(layout: Layout, state: TrainingState): Graph {
  const plain = withWeights(layout, state.weights, state.statistics);
  return toGraph({ ...plain, input: plain.nodes[0]!.id, nodes: plain.nodes.slice(1) });
}

/** Copies, so that the network does not change with the next step. */
function withWeights({ plain, trainable, statistics }: Layout, weights: Float32Array, running: Float32Array): PlainGraph {
  const current = (id: string, name: string, fixed: Weight): Weight => {
    const key = slotKey(id, name);
    const slot = trainable.get(key) ?? statistics.get(key);
    if (!slot) return fixed;
    return { shape: fixed.shape, values: (trainable.has(key) ? weights : running).slice(slot.offset, slot.offset + slot.length) };
  };
  return { ...plain, nodes: plain.nodes.map((node) => ({ ...node, weights: Object.fromEntries(Object.entries(node.weights).map(([name, w]) => [name, current(node.id, name, w)])) })) };
}
