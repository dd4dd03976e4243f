/** Constant evaluation along axes: sums and other reductions, running sums, softmax, the place of the largest. */
import type { Constant, Operator } from '../../source.ts';
import { axisOf, blank, entries, listOf, need, numberOf, storer, stridesOf, type Fold, type Inputs } from './array.ts';

interface Reduction {
  readonly start: number;
  step(total: number, value: number): number;
  finish?(total: number, count: number): number;
}

/** The axes that a Reduce operator reduces, from its second input or attribute; none means all, or none with `noop_with_empty_axes`. For signals too. */
export function reducedAxes(operator: Operator, rank: number, inputs: Inputs): number[] {
  const axes = listOf(operator, inputs, 1, 'axes') ?? [];
  if (axes.length === 0) return numberOf(operator, 'noop_with_empty_axes', 0) ? [] : Array.from({ length: rank }, (_, axis) => axis);
  return axes.map((axis) => axisOf(operator, axis, rank));
}

const reduction = ({ start, step, finish = (total) => total }: Reduction): Fold => (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axes = reducedAxes(operator, x.shape.length, inputs);
  if (axes.length === 0 && numberOf(operator, 'noop_with_empty_axes', 0)) return [x];
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const totals = new Float64Array(entries(operator, kept)).fill(start);
  const to = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const from = stridesOf(x.shape);
  for (let i = 0; i < x.values.length; i++) {
    let place = 0;
    for (let axis = 0; axis < from.length; axis++) place += (Math.floor(i / from[axis]!) % x.shape[axis]!) * to[axis]!;
    totals[place] = step(totals[place]!, x.values[i]!);
  }
  const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
  const made = blank(operator, x.type, numberOf(operator, 'keepdims', 1) ? kept : x.shape.filter((_, axis) => !axes.includes(axis)));
  const store = storer(x.type);
  totals.forEach((total, i) => (made.values[i] = store(finish(total, count))));
  return [made];
};

/** Runs `line` over every line of x along `axis`: flat place of its first entry, entries between neighbours, length. */
function lines(x: Constant, axis: number, line: (first: number, step: number, length: number, index: number) => void): void {
  const [length, step] = [x.shape[axis]!, stridesOf(x.shape)[axis]!];
  const count = length === 0 ? 0 : x.values.length / length;
  for (let i = 0; i < count; i++) line(Math.floor(i / step) * step * length + (i % step), step, length, i);
}

/** The first place (or the last, with `select_last_index`) of the best value. */
const argBest = (better: (a: number, b: number) => boolean): Fold => (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axis = axisOf(operator, numberOf(operator, 'axis', 0), x.shape.length);
  const last = numberOf(operator, 'select_last_index', 0) !== 0;
  const made = blank(operator, 'int', numberOf(operator, 'keepdims', 1) ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1));
  lines(x, axis, (first, step, length, index) => {
    let best = 0;
    for (let k = 1; k < length; k++) {
      const [value, held] = [x.values[first + k * step]!, x.values[first + best * step]!];
      if (better(value, held) || (last && value === held)) best = k;
    }
    made.values[index] = best;
  });
  return [made];
};

const cumSum: Fold = (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axis = axisOf(operator, need(operator, inputs, 1).values[0] ?? 0, x.shape.length);
  const [exclusive, reverse] = [numberOf(operator, 'exclusive', 0) !== 0, numberOf(operator, 'reverse', 0) !== 0];
  const made = blank(operator, x.type, x.shape);
  const store = storer(x.type);
  lines(x, axis, (first, step, length) => {
    let total = 0;
    for (let k = 0; k < length; k++) {
      const place = first + (reverse ? length - 1 - k : k) * step;
      const before = total;
      total += x.values[place]!;
      made.values[place] = store(exclusive ? before : total);
    }
  });
  return [made];
};

/** e^(x − max) / Σ, or its logarithm. */
const softmax = (logarithm: boolean): Fold => (operator, inputs) => {
  const x = need(operator, inputs, 0);
  const axis = axisOf(operator, numberOf(operator, 'axis', -1), x.shape.length);
  const made = blank(operator, 'float', x.shape);
  lines(x, axis, (first, step, length) => {
    let [most, total] = [-Infinity, 0];
    for (let k = 0; k < length; k++) most = Math.max(most, x.values[first + k * step]!);
    for (let k = 0; k < length; k++) total += Math.exp(x.values[first + k * step]! - most);
    for (let k = 0; k < length; k++) {
      const shifted = x.values[first + k * step]! - most;
      made.values[first + k * step] = logarithm ? shifted - Math.log(total) : Math.exp(shifted) / total;
    }
  });
  return [made];
};

const sum = (total: number, value: number) => total + value;
const squares = (total: number, value: number) => total + value * value;

export const REDUCE = {
  ReduceSum: reduction({ start: 0, step: sum }),
  ReduceMean: reduction({ start: 0, step: sum, finish: (total, count) => total / count }),
  ReduceMax: reduction({ start: -Infinity, step: Math.max }),
  ReduceMin: reduction({ start: Infinity, step: Math.min }),
  ReduceProd: reduction({ start: 1, step: (total, value) => total * value }),
  ReduceL1: reduction({ start: 0, step: (total, value) => total + Math.abs(value) }),
  ReduceL2: reduction({ start: 0, step: squares, finish: Math.sqrt }),
  ReduceSumSquare: reduction({ start: 0, step: squares }),
  ArgMax: argBest((a, b) => a > b),
  ArgMin: argBest((a, b) => a < b),
  CumSum: cumSum,
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
} satisfies Record<string, Fold>;
