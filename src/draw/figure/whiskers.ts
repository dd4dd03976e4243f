/** Rows of dots with whiskers on one axis, lines such as chance, words in columns beside them. Data to marks; a row may hold several estimates. */
import { axisOf, endWidth, rulerMarks, uprightReferences, type Axis, type AxisSpec, type Box, type Reference } from './axis.ts';
import { fitted, textLines, textWidth } from './labels.ts';
import { estimateWords, type Drawing, type Estimate, type Ink, type Mark, type PlainMark, type Room, type SpotMark } from './marks.ts';
import { shapeKey, shapeMark, signed, type Shape } from './shapes.ts';

export interface WhiskerRow {
  /** Its series: a model's id, a method's … */
  readonly id: string;
  readonly title: string;
  /** A quieter line under the title. */
  readonly detail?: string;
  /** Rows of one group stand together. */
  readonly group?: string;
  /** Of the only mark, where the rows are models. */
  readonly shape?: Shape;
  /** Quieter: controls. */
  readonly quiet?: boolean;
  /** One for each of `marks`, in their order. */
  readonly estimates: readonly (Estimate | undefined)[];
  /** One for each of `columns`. */
  readonly cells?: readonly string[];
}

export interface Whiskers {
  readonly axis: AxisSpec;
  /** What each row's estimates are. One: the row's own shape. More: a triangle, a circle, a hollow one, a square, in this order. */
  readonly marks: readonly string[];
  readonly rows: readonly WhiskerRow[];
  readonly references?: readonly Reference[];
  /** Heads of words on the right; left out where it is narrow. */
  readonly columns?: readonly string[];
}

const SHAPES = ['shortcut', 'member', 'weak', 'other'] as const satisfies readonly Shape[];
const INKS = ['warn', 'accent', 'series-3', 'series-4'] as const satisfies readonly Ink[];
const COLUMN = 84;
const NARROW = 560;

interface Layout {
  readonly axis: Axis;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Lines of words over the axis. */
  readonly head: readonly string[];
  readonly row: number;
  /** Middles of rows. */
  readonly y: readonly number[];
  readonly bottom: number;
  readonly columns: readonly string[];
  x(value: number): number;
}

function layoutOf({ axis: spec, marks, rows, references = [], columns = [] }: Whiskers, width: number): Layout {
  const values = rows.flatMap(({ estimates }) => estimates.flatMap((one) => (one ? [one.mean, one.low ?? one.mean, one.high ?? one.mean] : [])));
  const axis = axisOf(spec, [...values, ...references.map(({ at }) => at)], width < NARROW ? 4 : 6);
  const shown = width < NARROW ? [] : columns;
  const widest = Math.max(0, ...rows.flatMap(({ title, detail }) => [textWidth(title, 12, marks.length > 1), textWidth(detail ?? '', 10.5)]));
  const left = Math.ceil(Math.min(width * 0.4, widest)) + 16;
  const right = width - Math.max(14, endWidth(axis)) - shown.length * COLUMN;
  const row = Math.max(rows.some(({ detail }) => detail) ? 34 : 22, 12 * marks.length + 8);
  const head = textLines([spec.title, keyOf(marks, rows)].filter(Boolean).join('   '), width - 4);
  const top = 32 + 14 * head.length;
  let at = top;
  const y = rows.map(({ group }, i) => {
    if (i > 0 && group !== rows[i - 1]!.group) at += 10;
    at += row;
    return at - row / 2;
  });
  return { axis, left, right, top, head, row, y, bottom: at + 4, columns: shown, x: (value) => left + axis.at(value) * (right - left) };
}

const keyOf = (marks: Whiskers['marks'], rows: Whiskers['rows']): string =>
  marks.length > 1 ? marks.map((mark, i) => signed(SHAPES[i % SHAPES.length]!, mark)).join('   ') : shapeKey(rows.map(({ shape }) => shape ?? 'member'));

/** Offsets of several marks from the row's middle. */
const offsets = (count: number): number[] => Array.from({ length: count }, (_, i) => 12 * (i - (count - 1) / 2));

function rowSpot(row: WhiskerRow, index: number, { marks, axis: spec }: Whiskers, { axis, x, y, left, right, row: height, columns }: Layout): SpotMark {
  const middle = y[index]!;
  const single = marks.length === 1;
  const drawn = offsets(marks.length).flatMap((offset, i): PlainMark[] => {
    const one = row.estimates[i];
    if (!one || !Number.isFinite(one.mean)) return [];
    const ink: Ink = row.quiet ? 'ink-3' : single ? 'accent' : INKS[i % INKS.length]!;
    const at = middle + offset;
    const whisker: PlainMark[] = one.low !== undefined && one.high !== undefined ? [{ kind: 'line', x1: x(one.low), x2: x(one.high), y1: at, y2: at, stroke: ink, width: 1.5 }] : [];
    return [...whisker, shapeMark(single ? row.shape ?? 'member' : SHAPES[i % SHAPES.length]!, x(one.mean), at, ink)];
  });
  const said = marks.flatMap((mark, i) => (row.estimates[i] ? [`${single && mark === spec.title ? '' : `${mark} `}${estimateWords(row.estimates[i], axis.format)}`] : [])).join('; ');
  const name = `${row.title}${row.detail ? `, ${row.detail}` : ''}: ${spec.title} ${said || 'not measured'}${(row.cells ?? []).map((cell, i) => (columns[i] ? `; ${columns[i]} ${cell}` : '')).join('')}`;
  const words: PlainMark[] = [
    { kind: 'text', x: 0, y: middle + (row.detail ? -1 : 4), text: fitted(row.title, left - 12, 12), size: 12, bold: !single, fill: row.quiet ? 'ink-2' : 'ink' },
    ...(row.detail ? [{ kind: 'text', x: 0, y: middle + 12, text: fitted(row.detail, left - 12, 10.5), size: 10.5, fill: 'ink-2' } satisfies PlainMark] : []),
    ...columns.map((_, i): PlainMark => ({ kind: 'text', x: right + (i + 1) * COLUMN + 8, y: middle + 4, text: row.cells?.[i] ?? '', anchor: 'end' })),
  ];
  return { kind: 'spot', id: row.id, name, series: [row.id], x: left, y: middle, marks: [{ kind: 'rect', x: 0, y: middle - height / 2, w: right, h: height, when: 'hit' }, ...words, ...drawn] };
}

export function whiskers(data: Whiskers, { width }: Room): Drawing {
  const layout = layoutOf(data, width);
  const { axis, left, right, top, head, bottom, columns } = layout;
  const box: Box = { left, right, top: top - 4, bottom };
  const references = uprightReferences(data.references ?? [], axis, box);
  // Over the axis where all of it has room there, else over the whole figure.
  const headX = head.length === 1 && left + textWidth(head[0]!) <= width ? left : 0;
  const marks: Mark[] = [
    ...head.map((text, i): PlainMark => ({ kind: 'text', x: headX, y: 12 + 14 * i, text, fill: 'ink-2' })),
    ...rulerMarks(axis, box, top - 10),
    ...references.marks,
    ...columns.map((title, i): PlainMark => ({ kind: 'text', x: right + (i + 1) * COLUMN + 8, y: top - 10, text: title, fill: 'ink-2', anchor: 'end' })),
    ...data.rows.map((row, i) => rowSpot(row, i, data, layout)),
  ];
  return { width, height: bottom + 6 + references.height, marks };
}
