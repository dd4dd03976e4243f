/** What the tests of the rewriting share: small networks written node by node, and the proof that rewriting left the function as it was. */
import { expect } from 'vitest';
import { forward } from '../graph/graph.ts';
import { disposeGraph } from '../graph/derived.ts';
import type { Attrs, OpName } from '../graph/ops/index.ts';
import { normals } from '../math/rng.ts';
import { toGraph, type PlainNode, type Weight } from '../models/plain.ts';
import * as tf from '../tf.ts';
import { rewrite, type Lowered } from '../importers/rewrite/index.ts';
import type { Shape } from '../importers/shape.ts';

/** Normal numbers addressed by `name`. */
export const random = (name: string, shape: readonly number[], scale = 1): Weight => ({ shape, values: normals(3, name, 0, shape.reduce((n, m) => n * m, 1)).map((z) => scale * z) });

export const filled = (value: number, shape: readonly number[] = [1]): Weight => ({ shape, values: new Float32Array(shape.reduce((n, m) => n * m, 1)).fill(value) });

export interface Writer {
  readonly nodes: PlainNode[];
  /** Appends a node and returns its id. */
  add(op: OpName, inputs: string | readonly string[], weights?: Readonly<Record<string, Weight>>, attrs?: Attrs): string;
  /** y = scale · x + shift, one number each. */
  line(x: string, scale: number, shift?: number): string;
  finish(output: string): Lowered;
}

/** A network whose input is 'x'; nodes are called after their op and number. */
export function write(): Writer {
  const nodes: PlainNode[] = [];
  const add: Writer['add'] = (op, inputs, weights = {}, attrs = {}) => {
    const id = `${op}${nodes.length}`;
    nodes.push({ id, op, inputs: typeof inputs === 'string' ? [inputs] : inputs, weights, attrs });
    return id;
  };
  return { nodes, add, line: (x, scale, shift = 0) => add('affine', x, { scale: filled(scale), shift: filled(shift) }), finish: (output) => ({ input: 'x', output, nodes }) };
}

function run(graph: Lowered, shape: Shape): { readonly shape: Shape; readonly values: Float32Array } {
  const ready = toGraph(graph as Parameters<typeof toGraph>[0]);
  const result = tf.tidy(() => {
    const x = tf.tensor(normals(4, 'image', 0, 2 * shape.reduce((n, m) => n * m, 1)), [2, ...shape]);
    const y = forward(ready, x);
    return { shape: y.shape, values: y.dataSync() as Float32Array };
  });
  disposeGraph(ready);
  return result;
}

/** Entry by entry, to 1e-5 of the largest. */
function expectSame(before: Lowered, after: Lowered, shape: Shape): void {
  const [a, b] = [run(before, shape), run(after, shape)];
  expect(b.shape).toEqual(a.shape);
  const largest = a.values.reduce((most, n) => Math.max(most, Math.abs(n)), 0);
  const apart = a.values.reduce((most, n, i) => Math.max(most, Math.abs(n - b.values[i]!)), 0);
  expect(largest).toBeGreaterThan(0);
  expect(apart / largest).toBeLessThan(1e-5);
}

export interface Outcome {
  readonly nodes: readonly PlainNode[];
  /** Their ops, in order. */
  readonly ops: readonly OpName[];
  readonly did: readonly string[];
  readonly graph: Lowered;
}

/** `graph` rewritten, proven to be the same function of two random images of `shape`, and proven to change no more when rewritten again. */
export function rewritten(graph: Lowered, shape: Shape): Outcome {
  const { graph: after, did } = rewrite(graph, shape);
  expectSame(graph, after, shape);
  expect(rewrite(after, shape).did).toEqual([]);
  return { nodes: after.nodes, ops: after.nodes.map(({ op }) => op), did, graph: after };
}
