/** The branch of the self-test's network with the ops that only imported networks have. Not trained. */
import type { Attrs, OpName } from '../engine/graph/ops/index.ts';
import type { Weight } from '../engine/models/plain.ts';

export type AddNode = (id: string, op: OpName, inputs: readonly string[], weights?: Readonly<Record<string, Weight>>, attrs?: Attrs) => void;
type Draw = (name: string, shape: readonly number[], deviation: number, mean?: number) => Weight;

/** Functions of numbers in (−1, 1), side by side, so that each has a slope of its own in the gradient. */
const OF_ANY: readonly (readonly [OpName, Attrs?])[] = [
  ['leakyRelu', { alpha: 0.2 }], ['elu', { alpha: 0.7 }], ['selu'], ['clip', { min: -0.5, max: 0.4 }], ['hardSwish'], ['mish'], ['geluTanh'], ['softsign'],
  ['quantize', { scale: 1e-5, zeroPoint: 3, min: -6e4, max: 7e4 }], ['sin'], ['cos'], ['erf'], ['square'], ['abs'], ['exp'],
];
/** Functions of numbers above 0. */
const OF_POSITIVE: readonly (readonly [OpName, Attrs?])[] = [['power', { exponent: 1.5 }], ['sqrt'], ['log'], ['reciprocal']];

/** From 'sum', a map [8, 8, 8] of either sign, to 'imported', a row of 8 numbers. */
export function selfTestImports(node: AddNode, weight: Draw): void {
  const scale = { scale: weight('imported/scale', [1, 1, 1, 8], 0.2, 1), shift: weight('imported/shift', [1, 8, 8, 1], 0.3, -0.5) };
  node('imported/affine', 'affine', ['sum'], scale);
  const grouped = { kernel: weight('imported/grouped', [3, 3, 2, 8], 0.3), bias: weight('imported/bias', [8], 0.1) };
  node('imported/grouped', 'groupConv2d', ['imported/affine'], grouped, { strides: [2, 2], pad: [[0, 0], [0, 1], [1, 0], [0, 0]], groups: 4 });
  node('imported/prelu', 'prelu', ['imported/grouped'], { alpha: weight('imported/alpha', [1, 1, 1, 8], 0.1, 0.3) });
  node('imported/norm', 'localResponseNorm', ['imported/prelu'], {}, { size: 5, alpha: 0.5, beta: 0.75, bias: 1 });
  node('imported/gather', 'gather', ['imported/norm'], {}, { axis: 3, indices: [1, 0, 3, 2, 7, 6, 5, 5] });
  node('imported/resample', 'resample', ['imported/gather'], { rows: weight('imported/rows', [6, 4], 0.4), columns: weight('imported/columns', [5, 4], 0.4) });
  node('imported/tanh', 'tanh', ['imported/resample']);
  const read = (from: string) => ([op, attrs]: readonly [OpName, Attrs?]) => (node(`imported/${op}`, op, [from], {}, attrs ?? {}), `imported/${op}`);
  node('imported/all', 'add', [...OF_ANY.map(read('imported/tanh')), ...OF_POSITIVE.map(read('imported/exp'))]);
  node('imported/slice', 'slice', ['imported/all'], {}, { begin: [1, 0, 0], end: [6, 5, 8], step: [2, 1, 1] });
  node('imported/pad', 'pad', ['imported/slice'], {}, { before: [0, 1, 0], after: [0, 0, 0], value: 0.5 });
  node('imported/sum', 'reduceSum', ['imported/pad'], {}, { axes: [2], keepDims: true });
  node('imported/expand', 'expand', ['imported/sum'], {}, { shape: [3, 4, 8] });
  node('imported/constant', 'constant', ['sum'], { value: weight('imported/constant', [1, 3, 4, 8], 0.3) });
  node('imported/both', 'add', ['imported/expand', 'imported/constant']);
  node('imported/mean', 'reduceMean', ['imported/both'], {}, { axes: [1], keepDims: true });
  node('imported/max', 'reduceMax', ['imported/mean'], {}, { axes: [1, 2], keepDims: false });
  node('imported', 'affine', ['imported/max'], { scale: weight('imported/last', [1, 8], 0.02, 0.1) });
}
