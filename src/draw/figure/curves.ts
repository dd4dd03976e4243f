/** Curves: several series over one quantity, bands for their intervals, names at their right ends, lines such as chance. Data to marks; smooths nothing. */
import { area, line } from 'd3-shape';
import { acrossMarks, axisOf, endWidth, upMarks, upWidth, type AxisSpec, type Box, type Plane } from './axis.ts';
import { fitted, spreadOut, textWidth } from './labels.ts';
import { estimateWords, seriesInk, type Drawing, type Estimate, type Ink, type Mark, type PlainMark, type Room, type SpotMark } from './marks.ts';

export interface Curve {
  /** Its series: a model's id, a family's … */
  readonly id: string;
  readonly title: string;
  /** In order of x. */
  readonly points: readonly { readonly x: number; readonly y: Estimate }[];
  /** Quieter, without colour: controls. */
  readonly quiet?: boolean;
}

export interface Curves {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly curves: readonly Curve[];
  /** Lines across, such as chance. */
  readonly references?: readonly { readonly at: number; readonly title: string }[];
  /** Pixels; made of the width if not given. */
  readonly height?: number;
}

/** Besides colour, so that curves can be told apart without it. */
const DASHES = [undefined, '7 3', '2 3', '9 3 2 3', '4 2', '12 4'] as const;
const LABEL = 14;
/** Of more curves than these, only the lit one shows its band: all at once hide each other. */
export const MOST_BANDS = 4;

/** Names stand on the right, over at most a third of the width. */
function planeOf({ x: across, y: up, curves, references = [], height }: Curves, width: number): Plane {
  const points = curves.flatMap((curve) => curve.points);
  const xAxis = axisOf({ ...across, domain: across.domain ?? rangeOf(points.map(({ x }) => x)) }, [], width < 480 ? 4 : 6);
  const yAxis = axisOf(up, [...points.flatMap(({ y }) => [y.mean, y.low ?? y.mean, y.high ?? y.mean]), ...references.map(({ at }) => at)]);
  const labels = Math.min(width / 3, Math.max(0, ...curves.map(({ title }) => textWidth(title)))) + 10;
  const beyond = Math.max(labels, endWidth(xAxis));
  const tall = height ?? Math.round(Math.min(420, Math.max(280, 0.55 * width, 26 + 44 + curves.length * LABEL)));
  const box: Box = { left: upWidth(yAxis), top: 26, right: width - beyond, bottom: tall - 44 };
  return { box, xAxis, yAxis, x: (value) => box.left + xAxis.at(value) * (box.right - box.left), y: (value) => box.bottom - yAxis.at(value) * (box.bottom - box.top) };
}

const rangeOf = (values: readonly number[]): [number, number] => (values.length > 0 && Math.min(...values) < Math.max(...values) ? [Math.min(...values), Math.max(...values)] : [(values[0] ?? 0) - 0.5, (values[0] ?? 0) + 0.5]);

const inkOf = ({ quiet }: Curve, index: number): Ink => (quiet ? 'ink-3' : seriesInk(index));

function nameOf({ title, points }: Curve, { x, y }: Curves, { xAxis, yAxis }: Plane): string {
  const at = (point: Curve['points'][number]) => `${estimateWords(point.y, yAxis.format)} at ${xAxis.format(point.x)}`;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `${title}: nothing measured`;
  const best = points.reduce((most, point) => (point.y.mean > most.y.mean ? point : most));
  const peak = best === first || best === last ? '' : `, most ${at(best)}`;
  return `${title}: ${y.title} ${at(first)}${peak}, ${at(last)} (${x.title})`;
}

/** The band, the line with a dot at each measured point, the name at its end with a thin line to it where it had to move. */
function curveSpot(curve: Curve, index: number, labelY: number, data: Curves, plane: Plane, width: number): SpotMark {
  const { box, x, y } = plane;
  const ink = inkOf(curve, index);
  const known = curve.points.filter((point) => Number.isFinite(point.y.mean));
  const bounded = known.filter((point): point is { x: number; y: Required<Estimate> } => point.y.low !== undefined && point.y.high !== undefined);
  const band = area<(typeof bounded)[number]>((point) => x(point.x), (point) => y(point.y.low), (point) => y(point.y.high)).digits(1)(bounded);
  const path = line<(typeof known)[number]>((point) => x(point.x), (point) => y(point.y.mean)).digits(1)(known);
  const last = known.at(-1);
  const [endX, endY] = last ? [x(last.x), y(last.y.mean)] : [box.right, labelY];
  const marks: PlainMark[] = [
    ...(bounded.length > 1 && band ? [{ kind: 'path', d: band, fill: ink, opacity: 0.14, ...(data.curves.length > MOST_BANDS ? { when: 'lit' } : {}) } satisfies PlainMark] : []),
    ...(known.length > 1 && path ? [{ kind: 'path', d: path, stroke: ink, width: 1.8, dash: curve.quiet ? '3 3' : DASHES[index % DASHES.length] } satisfies PlainMark, { kind: 'path', d: path, stroke: 'none', width: 12, when: 'hit' } satisfies PlainMark] : []),
    ...known.map((point): PlainMark => ({ kind: 'circle', x: x(point.x), y: y(point.y.mean), r: 2.2, fill: ink })),
    ...(Math.abs(labelY - endY) > 4 || endX < box.right - 4 ? [{ kind: 'line', x1: endX + 3, y1: endY, x2: box.right + 6, y2: labelY, stroke: ink, width: 0.6, opacity: 0.7 } satisfies PlainMark] : []),
    { kind: 'text', x: box.right + 8, y: labelY + 4, text: fitted(curve.title, width - box.right - 8), fill: ink === 'ink-3' ? 'ink-2' : ink },
  ];
  return { kind: 'spot', id: curve.id, name: nameOf(curve, data, plane), series: [curve.id], x: box.right, y: labelY, marks };
}

export function curves(data: Curves, { width }: Room): Drawing {
  const plane = planeOf(data, width);
  const { box, y } = plane;
  const ends = data.curves.map(({ points }) => y(points.findLast((point) => Number.isFinite(point.y.mean))?.y.mean ?? plane.yAxis.low));
  const labels = spreadOut(ends, LABEL, box.top, box.bottom);
  const marks: Mark[] = [
    ...upMarks(plane.yAxis, data.y.title, box),
    ...acrossMarks(plane.xAxis, data.x.title, box),
    ...(data.references ?? []).flatMap(({ at, title }): PlainMark[] => [
      { kind: 'line', x1: box.left, x2: box.right, y1: y(at), y2: y(at), stroke: 'ink-3', dash: '3 3' },
      { kind: 'text', x: box.left + 4, y: y(at) - 5, text: title, fill: 'ink-2', halo: true },
    ]),
    ...data.curves.map((curve, i) => curveSpot(curve, i, labels[i]!, data, plane, width)),
  ];
  return { width, height: box.bottom + 44, marks };
}
