/** A scatter plot: a point a thing, whiskers in both directions, a label beside it, a fitted line if there is one. Data to marks; fits nothing. */
import { axisOf, acrossMarks, endWidth, upMarks, upWidth, type AxisSpec, type Box, type Plane } from './axis.ts';
import { overlap, placeLabels, textWidth, type Area, type Placed } from './labels.ts';
import { estimateWords, seriesInk, type Drawing, type Estimate, type Ink, type LineMark, type Mark, type PlainMark, type Room, type SpotMark } from './marks.ts';
import { shapeKey, shapeMark, type Shape } from './shapes.ts';

export interface ScatterPoint {
  /** Its series: the model's id. */
  readonly id: string;
  /** The label. */
  readonly title: string;
  /** In words, in its accessible name; equal groups have the same colour. */
  readonly group?: string;
  readonly shape?: Shape;
  readonly x: Estimate;
  readonly y: Estimate;
}

export interface Scatter {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly points: readonly ScatterPoint[];
  /** y = intercept + slope · x in the values' own units; bent where an axis is not linear. */
  readonly fits?: readonly { readonly slope: number; readonly intercept: number; readonly title: string; readonly dash?: string }[];
  /** Lines across, such as chance. */
  readonly references?: readonly { readonly axis: 'x' | 'y'; readonly at: number; readonly title: string }[];
  /** x = y, for two measures of one kind. */
  readonly diagonal?: boolean;
  /** Pixels; made of the width if not given. */
  readonly height?: number;
}

const ends = ({ mean, low, high }: Estimate): number[] => [mean, low ?? mean, high ?? mean];

function planeOf({ x: across, y: up, points, height, references = [] }: Scatter, width: number): Plane {
  const of = (axis: 'x' | 'y') => [...points.flatMap((point) => ends(point[axis])), ...references.flatMap((line) => (line.axis === axis ? [line.at] : []))];
  const xAxis = axisOf(across, of('x'), width < 480 ? 4 : 6);
  const yAxis = axisOf(up, of('y'));
  const tall = height ?? Math.round(Math.min(460, Math.max(280, 0.62 * width)));
  const box: Box = { left: upWidth(yAxis), top: 26, right: width - Math.max(12, endWidth(xAxis)), bottom: tall - 58 };
  return { box, xAxis, yAxis, x: (value) => box.left + xAxis.at(value) * (box.right - box.left), y: (value) => box.bottom - yAxis.at(value) * (box.bottom - box.top) };
}

const whisker = (x1: number, y1: number, x2: number, y2: number, stroke: Ink): LineMark => ({ kind: 'line', x1, y1, x2, y2, stroke, width: 1.2, opacity: 0.55 });

function whiskers({ x, y }: ScatterPoint, plane: Plane, ink: Ink): LineMark[] {
  const [cx, cy] = [plane.x(x.mean), plane.y(y.mean)];
  return [
    ...(x.low !== undefined && x.high !== undefined ? [whisker(plane.x(x.low), cy, plane.x(x.high), cy, ink)] : []),
    ...(y.low !== undefined && y.high !== undefined ? [whisker(cx, plane.y(y.low), cx, plane.y(y.high), ink)] : []),
  ];
}

const areaOf = ({ x1, y1, x2, y2 }: LineMark): Area => ({ x: Math.min(x1, x2) - 1, y: Math.min(y1, y2) - 1, w: Math.abs(x2 - x1) + 2, h: Math.abs(y2 - y1) + 2 });

const nameOf = ({ title, group, x, y }: ScatterPoint, { x: across, y: up }: Scatter, { xAxis, yAxis }: Plane): string =>
  `${title}${group ? `, ${group}` : ''}: ${up.title} ${estimateWords(y, yAxis.format)}; ${across.title} ${estimateWords(x, xAxis.format)}`;

/** The label, and a thin line to it where it stands off; unplaced labels are seen while the point is lit. */
function labelMarks(point: ScatterPoint, place: Placed | undefined, [cx, cy]: readonly [number, number], ink: Ink, right: number): PlainMark[] {
  if (!place) {
    const late = cx > right - 90;
    return [{ kind: 'text', x: cx + (late ? -9 : 9), y: cy - 7, text: point.title, fill: ink, bold: true, halo: true, when: 'lit', anchor: late ? 'end' : 'start' }];
  }
  const { x, y, w, h } = place.area;
  const [nearX, nearY] = [Math.min(x + w, Math.max(x, cx)), Math.min(y + h, Math.max(y, cy))];
  const leader: PlainMark[] = place.far ? [{ kind: 'line', x1: cx, y1: cy, x2: nearX, y2: nearY, stroke: 'hair-strong', width: 0.7 }] : [];
  return [...leader, { kind: 'text', x: place.x, y: place.y, text: point.title, fill: ink, halo: true }];
}

function spots(scatter: Scatter, plane: Plane, blocked: readonly Area[]): SpotMark[] {
  const groups = [...new Set(scatter.points.map(({ group }) => group))];
  const inkOf = ({ group }: ScatterPoint): Ink => (groups.length > 1 ? seriesInk(groups.indexOf(group)) : 'accent');
  const known = scatter.points.filter(({ x, y }) => Number.isFinite(x.mean) && Number.isFinite(y.mean));
  const lines = known.map((point) => whiskers(point, plane, inkOf(point)));
  const places = known.map((point) => ({ x: plane.x(point.x.mean), y: plane.y(point.y.mean), text: point.title }));
  const { left, top, right, bottom } = plane.box;
  const labels = placeLabels(places, { x: left + 2, y: top, w: right - left + 8, h: bottom - top }, lines.flat().map(areaOf), blocked);
  return known.map((point, i) => {
    const { x, y } = places[i]!;
    const ink = inkOf(point);
    const marks: PlainMark[] = [...lines[i]!, ...labelMarks(point, labels[i], [x, y], ink, right), shapeMark(point.shape ?? 'member', x, y, ink), { kind: 'circle', x, y, r: 13, fill: 'none', when: 'hit' }];
    return { kind: 'spot', id: point.id, name: nameOf(point, scatter, plane), series: [point.id], x, y, marks };
  });
}

interface FitLine {
  readonly marks: readonly PlainMark[];
  /** Of its words. */
  readonly area: Area;
}

/** Sampled, since a line bends on an axis of odds; only what lies within the plot. Its words stand over the end that has fewer points around. */
function fitLines({ fits = [], points }: Scatter, { box, xAxis, yAxis, x, y }: Plane): FitLine[] {
  return fits.flatMap(({ slope, intercept, title, dash }, index): FitLine[] => {
    const values = Array.from({ length: 65 }, (_, i) => xAxis.low + (i / 64) * (xAxis.high - xAxis.low));
    const inside = values.map((value) => [value, intercept + slope * value] as const).filter(([, at]) => at >= yAxis.low && at <= yAxis.high);
    const [first, last] = [inside[0], inside.at(-1)];
    if (!first || !last) return [];
    const width = textWidth(title);
    const area = (left: number, [, at]: readonly [number, number]): Area => ({ x: left, y: Math.max(box.top, Math.min(box.bottom - 20, y(at) - 19)) - 15 * index, w: width, h: 13 });
    const crowd = (place: Area) => points.filter((point) => overlap(place, { x: x(point.x.mean) - 8, y: y(point.y.mean) - 8, w: 16, h: 16 }) > 0).length;
    const [start, end] = [area(box.left + 6, first), area(Math.min(box.right, x(last[0])) - width - 4, last)];
    const words = crowd(start) < crowd(end) ? start : end;
    const path = inside.map(([value, at]) => `${x(value).toFixed(1)} ${y(at).toFixed(1)}`);
    return [
      {
        area: words,
        marks: [
          { kind: 'path', d: `M${path.join('L')}`, stroke: 'ink-3', width: 1.2, dash: dash ?? (index === 0 ? undefined : '5 4') },
          { kind: 'text', x: words.x, y: words.y + 10, text: title, fill: 'ink-2', halo: true },
        ],
      },
    ];
  });
}

function referenceMarks({ references = [], diagonal }: Scatter, { box, x, y, xAxis, yAxis }: Plane): PlainMark[] {
  const lines = references.flatMap(({ axis, at, title }): PlainMark[] =>
    axis === 'x'
      ? [
          { kind: 'line', x1: x(at), x2: x(at), y1: box.top, y2: box.bottom, stroke: 'ink-3', dash: '3 3' },
          { kind: 'text', x: x(at) + 4, y: box.top + 11, text: title, fill: 'ink-2', halo: true },
        ]
      : [
          { kind: 'line', x1: box.left, x2: box.right, y1: y(at), y2: y(at), stroke: 'ink-3', dash: '3 3' },
          { kind: 'text', x: box.right - 2, y: y(at) - 5, text: title, fill: 'ink-2', anchor: 'end', halo: true },
        ],
  );
  const [from, to] = [Math.max(xAxis.low, yAxis.low), Math.min(xAxis.high, yAxis.high)];
  return diagonal && from < to ? [...lines, { kind: 'line', x1: x(from), y1: y(from), x2: x(to), y2: y(to), stroke: 'hair-strong', dash: '2 3' }] : lines;
}

export function scatter(data: Scatter, { width }: Room): Drawing {
  const plane = planeOf(data, width);
  const { box } = plane;
  const fits = fitLines(data, plane);
  const key = shapeKey(data.points.map(({ shape }) => shape ?? 'member'));
  const marks: Mark[] = [
    ...upMarks(plane.yAxis, data.y.title, box),
    ...acrossMarks(plane.xAxis, data.x.title, box),
    ...referenceMarks(data, plane),
    ...fits.flatMap(({ marks: line }) => line),
    ...(key ? [{ kind: 'text', x: box.left, y: box.bottom + 54, text: key, fill: 'ink-2' } satisfies PlainMark] : []),
    ...spots(data, plane, fits.map(({ area }) => area)),
  ];
  return { width, height: box.bottom + (key ? 60 : 42), marks };
}
