/** Axes of figures: from values to places along a line, with ticks at round numbers, and the marks of both. Data to geometry; knows no figure. */
import { scaleLinear } from 'd3-scale';
import { formatShare, formatValue } from '../legend.ts';
import { oddsAxis } from '../oddsAxis.ts';
import { fitted, lanes, textWidth } from './labels.ts';
import type { PlainMark } from './marks.ts';

export interface AxisSpec {
  readonly title: string;
  /** 'odds': for shares that crowd towards 1, even in the logarithm of the odds. */
  readonly kind?: 'linear' | 'odds';
  /** Must lie on the axis. */
  readonly holds?: readonly number[];
  /** Its very ends, where they are known (0 … 1 for shares); else round numbers around the values. */
  readonly domain?: readonly [low: number, high: number];
  readonly format?: (value: number) => string;
  /** It counts: no ticks between whole numbers. */
  readonly whole?: boolean;
}

export interface Axis {
  /** Along the axis, 0 … 1; what lies beyond its ends stands at the ends. */
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly at: number; readonly label: string }[];
  readonly low: number;
  readonly high: number;
  /** For names; of ticks unless the figure says otherwise. */
  format(value: number): string;
}

/** As a percentage with a real minus. */
export const asPercent = formatShare;

/** The axis that holds all finite `values`, with about `count` ticks. Where there are none it runs from 0 to 1. */
export function axisOf(spec: AxisSpec, values: readonly number[], count = 5): Axis {
  const held = [...values, ...(spec.holds ?? [])].filter(Number.isFinite);
  const format = spec.format ?? (spec.kind === 'odds' ? asPercent : formatValue);
  if (spec.kind === 'odds') {
    const { at, ticks } = oddsAxis(held);
    return { at, ticks: ticks.map(({ share, at: place }) => ({ value: share, at: place, label: format(share) })), low: ticks[0]!.share, high: ticks.at(-1)!.share, format };
  }
  const [low, high] = spec.domain ?? spread(held);
  const scale = scaleLinear([low, high], [0, 1]).clamp(true);
  if (!spec.domain) scale.nice(count);
  const [from, to] = scale.domain() as [number, number];
  return { at: (value) => scale(value), ticks: scale.ticks(count).filter((value) => !spec.whole || Number.isInteger(value)).map((value) => ({ value, at: scale(value), label: format(value) })), low: from, high: to, format };
}

function spread(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** The plotting area, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A figure with two axes: values to pixels. */
export interface Plane {
  readonly box: Box;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  x(value: number): number;
  y(value: number): number;
}

/** Ticks whose labels keep a distance; the first and the last stay. */
function thinned<T extends { readonly at: number; readonly label: string }>(ticks: readonly T[], length: number): readonly T[] {
  const kept: T[] = [];
  const room = (a: T, b: T) => Math.abs(a.at - b.at) * length >= (textWidth(a.label) + textWidth(b.label)) / 2 + 8;
  const last = ticks.at(-1);
  for (const tick of ticks) if (tick === last || ((kept.length === 0 || room(kept.at(-1)!, tick)) && (!last || room(tick, last)))) kept.push(tick);
  return kept;
}

/** Hairlines up from the ticks, their labels and the title below. */
export function acrossMarks(axis: Axis, title: string, { left, top, right, bottom }: Box): PlainMark[] {
  const x = (at: number) => left + at * (right - left);
  return [
    ...axis.ticks.map(({ at }): PlainMark => ({ kind: 'line', x1: x(at), x2: x(at), y1: top, y2: bottom, stroke: 'hair' })),
    { kind: 'line', x1: left, x2: right, y1: bottom, y2: bottom, stroke: 'hair-strong' },
    ...thinned(axis.ticks, right - left).map(({ at, label }): PlainMark => ({ kind: 'text', x: x(at), y: bottom + 16, text: label, fill: 'ink-2', anchor: 'middle' })),
    { kind: 'text', x: right, y: bottom + 34, text: fitted(title, right), fill: 'ink-2', anchor: 'end' },
  ];
}

/** Hairlines from the ticks, their labels on the left, the title above. */
export function upMarks(axis: Axis, title: string, { left, top, right, bottom }: Box): PlainMark[] {
  const y = (at: number) => bottom - at * (bottom - top);
  return [
    ...axis.ticks.flatMap(({ at, label }): PlainMark[] => [
      { kind: 'line', x1: left, x2: right, y1: y(at), y2: y(at), stroke: 'hair' },
      { kind: 'text', x: left - 8, y: y(at) + 4, text: label, fill: 'ink-2', anchor: 'end' },
    ]),
    { kind: 'text', x: 0, y: top - 14, text: fitted(title, right), fill: 'ink-2' },
  ];
}

/** Pixels that the labels of an upright axis need on its left. */
export const upWidth = (axis: Axis): number => Math.ceil(Math.max(...axis.ticks.map(({ label }) => textWidth(label)), 8)) + 10;

/** Pixels that half of an axis' last label needs beyond its end. */
export const endWidth = (axis: Axis): number => Math.ceil(textWidth(axis.ticks.at(-1)?.label ?? '') / 2) + 2;

/** A tick's hairline and its label over or under it, for axes along rows. */
export function rulerMarks(axis: Axis, { left, right, top, bottom }: Box, labelY: number): PlainMark[] {
  const x = (at: number) => left + at * (right - left);
  return [
    ...axis.ticks.map(({ at }): PlainMark => ({ kind: 'line', x1: x(at), x2: x(at), y1: top, y2: bottom, stroke: 'hair' })),
    ...thinned(axis.ticks, right - left).map(({ at, label }): PlainMark => ({ kind: 'text', x: x(at), y: labelY, text: label, fill: 'ink-2', anchor: 'middle' })),
  ];
}

export interface Reference {
  readonly at: number;
  readonly title: string;
}

/** Upright dashed lines with their names beneath, on as many lines as keep the names apart. */
export function uprightReferences(references: readonly Reference[], axis: Axis, { left, right, top, bottom }: Box): { readonly marks: readonly PlainMark[]; readonly height: number } {
  const names = references.map(({ at, title }) => {
    const [x, width] = [left + axis.at(at) * (right - left), textWidth(title)];
    return { x, title, from: Math.max(0, Math.min(right - width, x - width / 2)), width };
  });
  const rows = lanes(names.map(({ from, width }) => [from, from + width + 8]));
  const marks = names.flatMap(({ x, title, from }, i): PlainMark[] => [
    { kind: 'line', x1: x, x2: x, y1: top, y2: bottom, stroke: 'ink-3', dash: '3 3' },
    { kind: 'text', x: from, y: bottom + 13 + 14 * rows[i]!, text: title, fill: 'ink-2' },
  ]);
  return { marks, height: references.length === 0 ? 0 : 14 * (Math.max(...rows) + 1) };
}
