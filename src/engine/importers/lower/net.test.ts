/** Views: whatever a source does to axes, the engine's node read through the view has the entries that row-major arithmetic gives; and it costs no move that is not needed. */
import { describe, expect, test } from 'vitest';
import { forward } from '../../graph/graph.ts';
import { stream } from '../../math/rng.ts';
import { toGraph } from '../../models/plain.ts';
import { useBackend } from '../../testing/backends.ts';
import * as tf from '../../tf.ts';
import { createNet, inOrderOf, INPUT, type Net } from './net.ts';
import { sizeOfShape } from '../shape.ts';
import { permuted, shapeOf, type Signal } from './signal.ts';

await useBackend('cpu');

/** Row-major entries in the source's order. */
interface Plain {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const transposedPlain = ({ shape, values }: Plain, perm: readonly number[]): Plain => ({ shape: perm.map((axis) => shape[axis]!), values: inOrderOf(values, shape, perm) });

/** Slow and written out: the entry at every index, one by one. */
function slowly({ shape, values }: Plain, perm: readonly number[]): number[] {
  const to = perm.map((axis) => shape[axis]!);
  return Array.from({ length: values.length }, (_, flat) => {
    const index = to.map((n, axis) => Math.floor(flat / sizeOfShape(to.slice(axis + 1))) % n);
    return values[shape.reduce((at, n, axis) => at * n + index[perm.indexOf(axis)]!, 0)]!;
  });
}

/** What the node of `signal` in the source's own order computes from the images, which store [H, W, C]. */
function entries(net: Net, signal: Signal, stored: readonly number[]): { values: number[]; moves: string[] } {
  const node = net.arranged(signal, shapeOf(signal).map((_, axis) => [axis]));
  const plain = { ...net.finish(node), features: { node } };
  const graph = toGraph(plain);
  const x = tf.tensor(Array.from({ length: sizeOfShape(stored) }, (_, k) => k), [1, ...stored]);
  const y = plain.nodes.length === 0 ? x : forward(graph, x);
  return { values: Array.from(y.dataSync()), moves: plain.nodes.map(({ op }) => op) };
}

/** The images [1, C, H, W] of a source whose engine stores [H, W, C] with the entries 0, 1, 2, … */
function start([h, w, c]: readonly [number, number, number]): { signal: Signal; plain: Plain } {
  const stored = Float32Array.from({ length: h * w * c }, (_, k) => k);
  return { signal: { kind: 'signal', node: INPUT, stored: [h, w, c], axes: [[], [2], [0], [1]] }, plain: { shape: [1, c, h, w], values: inOrderOf(stored, [h, w, c], [2, 0, 1]) } };
}

test('a transposition of numbers, against every index written out', () => {
  const values = Float32Array.from({ length: 60 }, (_, k) => k * k);
  for (const perm of [[2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]]) expect(Array.from(inOrderOf(values, [3, 4, 5], perm))).toEqual(slowly({ shape: [3, 4, 5], values }, perm));
});

/** A random shape with the same number of entries. */
function otherShape(size: number, draw: (n: number) => number): number[] {
  const shape: number[] = [];
  let rest = size;
  for (const prime of [2, 2, 2, 2, 2, 3, 3, 3, 5]) {
    if (rest % prime !== 0) continue;
    rest /= prime;
    if (shape.length > 0 && draw(2) === 0) shape[draw(shape.length)]! *= prime;
    else shape.splice(draw(shape.length + 1), 0, prime);
  }
  if (rest > 1) shape.push(rest);
  if (draw(3) === 0) shape.splice(draw(shape.length + 1), 0, 1);
  return shape;
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))('six random reshapes and transpositions, seed %i', (seed) => {
  const draws = stream(seed, 'views');
  const net = createNet();
  let { signal, plain } = start([4, 6, 5]);
  for (let step = 0; step < 6; step++) {
    if (draws.below(2) === 0) {
      const perm = draws.shuffle(plain.shape.map((_, axis) => axis));
      signal = permuted(signal, perm);
      plain = transposedPlain(plain, perm);
    } else {
      const shape = otherShape(120, (n) => draws.below(n));
      signal = net.reshaped(signal, shape);
      plain = { ...plain, shape };
    }
    expect(shapeOf(signal)).toEqual(plain.shape);
  }
  expect(entries(net, signal, [4, 6, 5]).values).toEqual(Array.from(plain.values));
});

describe('what costs nothing', () => {
  test('places as tokens, [1, C, H, W] → [1, C, H·W] → [1, H·W, C]: one reshape of what is stored', () => {
    const net = createNet();
    const tokens = permuted(net.reshaped(start([2, 3, 4]).signal, [1, 4, 6]), [0, 2, 1]);
    expect(net.arranged(tokens, [[1], [2]])).not.toBe(INPUT);
    expect(net.finish(INPUT).nodes.map(({ op }) => op)).toEqual(['reshape']);
  });

  test('a flattened map is turned into the source’s order first: channels come before places', () => {
    const net = createNet();
    net.arranged(net.reshaped(start([2, 3, 4]).signal, [1, 24]), [[1]]);
    expect(net.finish(INPUT).nodes.map(({ op, attrs }) => [op, attrs.perm ?? attrs.shape])).toEqual([['transpose', [0, 3, 1, 2]], ['reshape', [24]]]);
  });

  test('a pooled map flattens without a transposition', () => {
    const net = createNet();
    net.arranged(net.reshaped({ kind: 'signal', node: INPUT, stored: [1, 1, 4], axes: [[], [2], [], []] }, [1, 4]), [[1]]);
    expect(net.finish(INPUT).nodes.map(({ op, attrs }) => [op, attrs.shape])).toEqual([['reshape', [4]]]);
  });

  test('the same arrangement twice is one node', () => {
    const net = createNet();
    const { signal } = start([2, 3, 4]);
    const order = [[1], [2], [3]];
    expect(net.arranged(signal, order)).toBe(net.arranged(signal, order));
    expect(net.finish(INPUT).nodes).toHaveLength(1);
  });
});

test('no node has more than six axes, however often axes are cut', () => {
  const net = createNet();
  const { signal, plain } = start([8, 8, 16]);
  const cut = net.reshaped(permuted(net.reshaped(signal, [1, 16, 2, 4, 2, 4]), [0, 2, 4, 3, 5, 1]), [4, 16, 2, 2, 4]);
  const turned = permuted(cut, [2, 0, 3, 1, 4]);
  const { values } = entries(net, turned, [8, 8, 16]);
  const slow = transposedPlain({ ...transposedPlain({ ...plain, shape: [1, 16, 2, 4, 2, 4] }, [0, 2, 4, 3, 5, 1]), shape: [4, 16, 2, 2, 4] }, [2, 0, 3, 1, 4]);
  expect(values).toEqual(Array.from(slow.values));
  for (const { op, attrs } of net.finish(INPUT).nodes) if (op === 'transpose') expect((attrs.perm as number[]).length).toBeLessThanOrEqual(6);
});

test('windows: rows and columns cut and put side by side, back again, is the map as it was', () => {
  const net = createNet();
  const { signal, plain } = start([4, 6, 2]);
  const windows = net.reshaped(permuted(net.reshaped(signal, [1, 2, 2, 2, 3, 2]), [0, 2, 4, 3, 5, 1]), [6, 4, 2]);
  expect(shapeOf(windows)).toEqual([6, 4, 2]);
  const back = net.reshaped(permuted(net.reshaped(windows, [1, 2, 3, 2, 2, 2]), [0, 5, 1, 3, 2, 4]), [1, 2, 4, 6]);
  expect(entries(net, back, [4, 6, 2]).values).toEqual(Array.from(plain.values));
});

test('a constant beside a signal stands where the signal stores its axes', () => {
  const net = createNet();
  const { signal } = start([2, 3, 4]);
  const perChannel = net.beside({ type: 'float', shape: [4, 1, 1], values: Float32Array.of(1, 2, 3, 4) }, signal);
  expect(perChannel.weight).toEqual({ shape: [1, 1, 1, 4], values: Float32Array.of(1, 2, 3, 4) });
  const perPlace = net.beside({ type: 'float', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }, signal);
  expect(perPlace.weight).toEqual({ shape: [1, 2, 3, 1], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const turned = net.beside({ type: 'float', shape: [3, 2], values: Float32Array.of(1, 4, 2, 5, 3, 6) }, permuted(signal, [0, 1, 3, 2]));
  expect(turned.weight).toEqual(perPlace.weight);
});
