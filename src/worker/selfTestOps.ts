/** Whether the current backend computes the ops right that only imported networks have, each alone. Asked for when such a network is loaded, not at the start. */
import { backward, gradient, record, type Graph } from '../engine/graph/graph.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import type { Attrs, OpName } from '../engine/graph/ops/index.ts';
import { normals } from '../engine/math/rng.ts';
import { toGraph, type Weight } from '../engine/models/plain.ts';
import * as tf from '../engine/tf.ts';
import { differ } from './selfTest.ts';
import { OP_PROBES } from './selfTestOps.golden.ts';
import { weight } from './selfTestNet.ts';

/** One call of an op: on seeded normal numbers, or on their magnitudes and 0.3. */
interface Case {
  readonly shape?: readonly number[];
  readonly weights?: Readonly<Record<string, Weight>>;
  readonly attrs?: Attrs;
  readonly positive?: boolean;
}

const SHAPE = [6, 5, 4] as const;
/** Given edge by edge, and not alike. */
const EDGES = [[0, 0], [0, 1], [1, 0], [0, 0]];
const WINDOW = { size: [3, 2], strides: [2, 1], pad: EDGES };
const draw = (name: string, shape: readonly number[], deviation = 0.5) => weight(`ops/${name}`, shape, deviation);

const CASES = {
  conv2d: { weights: { kernel: draw('conv2d', [3, 3, 4, 3]) }, attrs: { strides: [2, 2], pad: EDGES } },
  depthwiseConv2d: { weights: { kernel: draw('depthwise', [3, 3, 4, 1]) }, attrs: { strides: [2, 2], pad: EDGES } },
  groupConv2d: { weights: { kernel: draw('grouped', [3, 3, 2, 6]), bias: draw('bias', [6]) }, attrs: { strides: [2, 1], pad: EDGES, groups: 2 } },
  maxPool: { attrs: WINDOW },
  averagePool: { attrs: WINDOW },
  affine: { weights: { scale: draw('scale', [1, 1, 1, 4]), shift: draw('shift', [1, 6, 5, 1]) } },
  resample: { weights: { rows: draw('rows', [3, 6]), columns: draw('columns', [7, 5]) } },
  reduceMean: { attrs: { axes: [1, 2], keepDims: true } },
  reduceSum: { attrs: { axes: [2], keepDims: false } },
  reduceMax: { attrs: { axes: [1, 3], keepDims: false } },
  expand: { shape: [6, 1, 4], attrs: { shape: [6, 3, 4] } },
  slice: { attrs: { begin: [1, 0, 1], end: [6, 5, 3], step: [2, 1, 1] } },
  gather: { attrs: { axis: 2, indices: [4, 0, 4, 1] } },
  pad: { attrs: { before: [1, 0, 0], after: [0, 2, 1], value: 0.5 } },
  constant: { weights: { value: draw('constant', [1, 2, 3]) } },
  localResponseNorm: { attrs: { size: 3, alpha: 0.5, beta: 0.75, bias: 1 } },
  leakyRelu: { attrs: { alpha: 0.2 } },
  prelu: { weights: { alpha: draw('alpha', [1, 1, 1, 4]) } },
  elu: { attrs: { alpha: 0.7 } },
  selu: {},
  clip: { attrs: { min: -0.5, max: 0.8 } },
  hardSwish: {},
  mish: {},
  tanh: {},
  geluTanh: {},
  softsign: {},
  quantize: { attrs: { scale: 1e-4, zeroPoint: 3, min: -6e3, max: 7e3 } },
  exp: {},
  log: { positive: true },
  sqrt: { positive: true },
  reciprocal: { positive: true },
  square: {},
  abs: {},
  erf: {},
  sin: {},
  cos: {},
  power: { attrs: { exponent: 1.5 }, positive: true },
} satisfies Partial<Record<OpName, Case>>;

export type TestedOp = keyof typeof CASES;
export const TESTED_OPS = Object.keys(CASES) as readonly TestedOp[];

/** Two of the value and two of the pullback: sums through seeded random vectors, in which a wrong entry shows. */
export async function probesOf(op: TestedOp): Promise<number[]> {
  const { shape = SHAPE, weights = {}, attrs = {}, positive = false }: Case = CASES[op];
  const size = shape.reduce((a, b) => a * b, 1);
  const graph: Graph = toGraph({ input: 'x', output: op, nodes: [{ id: op, op, inputs: ['x'], weights, attrs }], features: { node: op } });
  const noise = (purpose: string, count: number) => normals(3, `self-test/${purpose}`, 0, count);
  const [y, dx] = tf.tidy(() => {
    const tape = record(graph, tf.tensor(noise('x', size).map((z) => (positive ? Math.abs(z) + 0.3 : z)), [1, ...shape]));
    const value = tf.clone(tape.value.get(op)!);
    return [value, backward(tape, tf.tensor(noise('cotangent', value.size), value.shape), gradient).get('x')!] as const;
  });
  try {
    const read = [await y.data(), await dx.data()];
    return read.flatMap((data) => ['first', 'second'].map((probe) => noise(`probe/${probe}`, data.length).reduce((sum, z, i) => sum + z * data[i]!, 0)));
  } finally {
    tf.dispose([y, dx]);
    disposeGraph(graph);
  }
}

const isTested = (op: OpName): op is TestedOp => op in CASES;

/** The first of these ops that the current backend computes wrong, in words; `undefined` where all are right. Cost: two small passes an op. */
export async function wrongOp(ops: Iterable<OpName>): Promise<string | undefined> {
  for (const op of new Set(ops)) {
    const problem = isTested(op) ? differ(op, await probesOf(op), OP_PROBES[op]) : undefined;
    if (problem) return problem;
  }
  return undefined;
}
