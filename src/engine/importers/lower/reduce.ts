/** Operators that take axes together: means, sums, extremes, norms. */
import type { OpName } from '../../graph/ops/index.ts';
import { axisOf, type Signal } from './signal.ts';
import { numberOf, numbersAt, numbersOf, onEach, product, refuse, scaled, signalAt, type Lower, type Site } from './site.ts';

type Reduction = Extract<OpName, 'reduceMean' | 'reduceSum' | 'reduceMax'>;

/** The axes that the operator names; all where it names none. */
function axesOf(site: Site, signal: Signal): readonly number[] {
  const rank = signal.axes.length;
  const given = numbersAt(site, 1, 'axes') ?? numbersOf(site, 'axes', []);
  if (given.length > 0) return given.map((axis) => axisOf(axis, rank, site.operator.name));
  return numberOf(site, 'noop_with_empty_axes', 0) === 1 ? [] : signal.axes.map((_, axis) => axis);
}

/** `signal` reduced along `axes`, which stay as lengths of 1. */
export function reduced(site: Site, signal: Signal, op: Reduction, axes: readonly number[], name = site.operator.name): Signal {
  const places = axes.flatMap((axis) => signal.axes[axis]!);
  if (places.length === 0) return signal;
  const node = site.net.emit(name, op, [signal.node], { attrs: { axes: places.map((place) => place + 1).sort((a, b) => a - b), keepDims: true } });
  return { kind: 'signal', node, stored: signal.stored.map((n, place) => (places.includes(place) ? 1 : n)), axes: signal.axes.map((list, axis) => (axes.includes(axis) ? [] : list)) };
}

/** Before, along the axes, and after. */
interface Steps {
  readonly before?: (site: Site, signal: Signal) => Signal;
  readonly along: Reduction;
  readonly after?: (site: Site, signal: Signal) => Signal;
}

const reduce = ({ before, along, after }: Steps): Lower => (site) => {
  const signal = signalAt(site);
  const axes = axesOf(site, signal);
  const from = before ? before(site, signal) : signal;
  const through = reduced(site, from, along, axes, before ?? after ? `${site.operator.name}·${along}` : site.operator.name);
  const to = after ? after(site, through) : through;
  return [numberOf(site, 'keepdims', 1) === 1 ? to : { ...to, axes: to.axes.filter((_, axis) => !axes.includes(axis)) }];
};

const step = (op: OpName) => (site: Site, signal: Signal) => onEach(site, signal, op, {}, `${site.operator.name}·${op}`);
const negative = (site: Site, signal: Signal) => scaled(site, signal, -1, 0, `${site.operator.name}·negative`);

/** x / ‖x‖ along one axis. */
const normalise: Lower = (site) => {
  const signal = signalAt(site);
  const axis = axisOf(numberOf(site, 'axis', -1), signal.axes.length, site.operator.name);
  const p = numberOf(site, 'p', 2);
  if (p !== 1 && p !== 2) return refuse(site, `normalises by the ${p}-norm`, 'use the 1-norm or the 2-norm');
  const total = reduced(site, step(p === 2 ? 'square' : 'abs')(site, signal), 'reduceSum', [axis], `${site.operator.name}·sum`);
  return [product(site, signal, step('reciprocal')(site, p === 2 ? step('sqrt')(site, total) : total))];
};

export const REDUCE: Readonly<Record<string, Lower>> = {
  ReduceMean: reduce({ along: 'reduceMean' }),
  ReduceSum: reduce({ along: 'reduceSum' }),
  ReduceMax: reduce({ along: 'reduceMax' }),
  ReduceMin: reduce({ before: negative, along: 'reduceMax', after: negative }),
  ReduceL1: reduce({ before: step('abs'), along: 'reduceSum' }),
  ReduceL2: reduce({ before: step('square'), along: 'reduceSum', after: step('sqrt') }),
  ReduceSumSquare: reduce({ before: step('square'), along: 'reduceSum' }),
  ReduceLogSum: reduce({ along: 'reduceSum', after: step('log') }),
  ReduceLogSumExp: reduce({ before: step('exp'), along: 'reduceSum', after: step('log') }),
  LpNormalization: normalise,
};
