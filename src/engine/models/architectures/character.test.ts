/** What makes each architecture itself: windows that hide what wraps round, connections to all before, gates, one size. */
import { describe, expect, it } from 'vitest';
import { backward, forward, gradient, record, type Graph } from '../../graph/graph.ts';
import { useBackend } from '../../testing/backends.ts';
import { toyImage } from '../../testing/toy.ts';
import * as tf from '../../tf.ts';
import { toGraph } from '../plain.ts';
import { architecture, type ArchitectureId } from './index.ts';

await useBackend('wasm');

const made = (id: ArchitectureId) => toGraph(architecture(id).build(4, 12));
const image = toyImage(3, 64);

/** Which [row, column] of the map `from` the entries of `to` at one place hang on. */
function reachOf(graph: Graph, from: string, to: string, [row, column]: readonly [number, number]): string[] {
  return tf.tidy(() => {
    const cut = { ...graph, output: to, nodes: graph.nodes.slice(0, graph.nodes.findIndex(({ id }) => id === to) + 1) };
    const tape = record(cut, image);
    const [, rows, columns, channels] = tape.value.get(to)!.shape as [number, number, number, number];
    const hot = Float32Array.from({ length: rows * columns * channels }, (_, i) => (Math.floor(i / channels) === row * columns + column ? Math.cos(i) : 0));
    const mass = tf.sum(tf.abs(backward(tape, tf.tensor(hot, [1, rows, columns, channels]), gradient, { keep: [from] }).get(from)!), 3).dataSync();
    const most = Math.max(...mass);
    return Array.from(mass).flatMap((m, i) => (m > 1e-20 * most ? [`${Math.floor(i / columns)},${i % columns}`] : []));
  });
}
const block = (rows: readonly [number, number], columns: readonly [number, number]) => {
  const found: string[] = [];
  for (let r = rows[0]; r <= rows[1]; r++) for (let c = columns[0]; c <= columns[1]; c++) found.push(`${r},${c}`);
  return found;
};

describe('the window transformer', () => {
  const places = [[[0, 0], [0, 3], [0, 3]], [[5, 14], [4, 7], [12, 15]]] as const;
  it.each(places)('attends within its window: %j', (at, rows, columns) => {
    expect(reachOf(made('swin-s'), 'stage-1-block-1-norm-1', 'stage-1-block-1-attention-merged-map', at)).toEqual(block(rows, columns));
  });
  const shifted = [[[0, 0], [0, 1], [0, 1]], [[2, 2], [2, 5], [2, 5]], [[15, 7], [14, 15], [6, 9]], [[8, 15], [6, 9], [14, 15]], [[1, 14], [0, 1], [14, 15]]] as const;
  it.each(shifted)('in its second block within the shifted window, and never across the edge that the shift wraps round: %j', (at, rows, columns) => {
    expect(reachOf(made('swin-s'), 'stage-1-block-2-norm-1', 'stage-1-block-2-attention-back', at)).toEqual(block(rows, columns));
  });
});

it('the dense net hands every layer all that came before in its stage, as it was', () => {
  const graph = made('densenet-16');
  tf.tidy(() => {
    const { value } = record(graph, image);
    const last = value.get('dense-2-5-concat') as tf.Tensor4D;
    const before = ['transition-1-pool', ...[1, 2, 3, 4, 5].map((i) => `dense-2-${i}-relu`)];
    expect(last.shape[3]).toBe(48 + 5 * 20);
    let at = 0;
    for (const id of before) {
      const part = value.get(id)!;
      const [, h, w, c] = part.shape as [number, number, number, number];
      expect(tf.max(tf.abs(tf.sub(tf.slice(last, [0, 0, 0, at], [1, h, w, c]), part))).dataSync()[0]).toBe(0);
      at += c;
    }
  });
});

it('the gated net gates each channel by one number in (0, 1), which hangs on the whole map', () => {
  const graph = made('efficientnet-s');
  tf.tidy(() => {
    const { value } = record(graph, image);
    const [signal, gate, gated] = ['block-2-depthwise-silu', 'block-2-excite-gate', 'block-2-excite-gated'].map((id) => value.get(id)!) as [tf.Tensor, tf.Tensor, tf.Tensor];
    expect(gate.shape).toEqual([1, 1, 1, 72]);
    expect(Math.min(...gate.dataSync())).toBeGreaterThan(0);
    expect(Math.max(...gate.dataSync())).toBeLessThan(1);
    expect(new Set(gate.dataSync()).size).toBeGreaterThan(36);
    expect(tf.max(tf.abs(tf.sub(gated, tf.mul(signal, gate)))).dataSync()[0]).toBe(0);
  });
  // An entry of the product hangs on every place of the signal, by way of the gate.
  expect(reachOf(graph, 'block-2-depthwise-silu', 'block-2-excite-gated', [3, 9])).toHaveLength(16 * 16);
});

it('the ConvNeXt block sees 7×7 places; the mixer, every place from each', () => {
  expect(reachOf(made('convnext-s'), 'stem-2', 'stage-1-block-1-depthwise', [8, 5])).toEqual(block([5, 11], [2, 8]));
  const mixer = made('mixer-s');
  const map = { ...mixer, nodes: mixer.nodes.map((node) => (node.id === 'block-1-tokens-back' ? [node, { ...node, id: 'as-map', op: 'reshape' as const, inputs: [node.id], weights: {}, attrs: { shape: [8, 8, 64] } }] : [node])).flat() };
  expect(reachOf(map, 'stem-5-relu', 'as-map', [2, 6])).toHaveLength(64);
});

it.each(['swin-s', 'mixer-s', 'linear'] as const)('%s says that it reads one size only', (id) => {
  const graph = made(id);
  const tensors = tf.memory().numTensors;
  expect(() => tf.tidy(() => forward(graph, toyImage(0, 32)))).toThrow(/cannot take the shape .* images of one size only.*resize it/);
  expect(tf.memory().numTensors).toBe(tensors);
});

it.each(['hybrid-s', 'convnext-s', 'densenet-16', 'inception-s', 'efficientnet-s', 'vit-xs8'] as const)('%s also reads smaller images, as training does at first', (id) => {
  expect(tf.tidy(() => forward(made(id), toyImage(0, 48)).shape)).toEqual([1, 12]);
});
