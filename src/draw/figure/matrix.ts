/** A table as a figure: a coloured cell a pair, its number inside, groups set apart, means at the ends, trees of a clustering at the sides. Data to marks; orders nothing. */
import { treeMarks } from './dendrogram.ts';
import { fitted, fittedEnds, textWidth } from './labels.ts';
import { estimateWords, type Drawing, type Ink, type Lattice, type Mark, type PlainMark, type Room, type Stays } from './marks.ts';
import { besideNames, GAP, layoutOf, LONGEST, runsOf, TREE, type Layout, type Matrix } from './matrixLayout.ts';
import { inkOn, rampColour, rampInk } from './ramp.ts';

export type { Head, Matrix } from './matrixLayout.ts';

/** Cells of one colour are one path, runs in a row one rectangle: a hundred by a hundred cells are 65 elements. */
function cellMarks({ values, ramp }: Matrix, { cell, x, y }: Layout, theme: Room['theme']): PlainMark[] {
  const paths = new Map<Ink, string>();
  const put = (ink: Ink, from: number, to: number, top: number) => paths.set(ink, `${paths.get(ink) ?? ''}M${from} ${top}h${to - from}v${cell.h}h${from - to}z`);
  values.forEach((row, r) => {
    let run: { ink: Ink; from: number; to: number } | undefined;
    row.forEach((value, c) => {
      const ink = value && Number.isFinite(value.mean) ? rampInk(ramp, theme, value.mean) : undefined;
      if (run && run.ink === ink && run.to === x[c]!) run = { ...run, to: x[c]! + cell.w };
      else {
        if (run) put(run.ink, run.from, run.to, y[r]!);
        run = ink && { ink, from: x[c]!, to: x[c]! + cell.w };
      }
    });
    if (run) put(run.ink, run.from, run.to, y[r]!);
  });
  return [...paths].map(([fill, d]): PlainMark => ({ kind: 'path', d, fill, crisp: true }));
}

/** The numbers; a dot where nothing was measured. */
function numberMarks({ values, ramp, format }: Matrix, { cell, dense, x, y }: Layout, theme: Room['theme']): PlainMark[] {
  if (dense) return [];
  return values.flatMap((row, r) =>
    row.map((value, c): PlainMark => {
      const known = value !== undefined && Number.isFinite(value.mean);
      return { kind: 'text', x: x[c]! + cell.w / 2, y: y[r]! + cell.h / 2 + 4, text: known ? format(value.mean) : '·', fill: known ? inkOn(rampColour(ramp, theme, value.mean)) : 'ink-3', anchor: 'middle' };
    }),
  );
}

/** Names of dense rows or columns that would touch are left out: every how many stand. */
const every = (size: number): number => Math.max(1, Math.ceil(11 / size));

/** Names of rows, ending at `edge` and no wider than there is room left of it. */
function rowNames({ rows, rowTitle }: Matrix, { cell, top, y }: Layout, edge: number): PlainMark[] {
  const room = Math.min(LONGEST, edge - 8 - besideNames(rows));
  const step = every(cell.h);
  return [
    ...rows.flatMap(({ id, title, quiet }, r): PlainMark[] => (r % step === 0 ? [{ kind: 'text', x: edge - 8, y: y[r]! + cell.h / 2 + 4, text: fittedEnds(title, room), anchor: 'end', fill: quiet ? 'ink-2' : 'ink', series: [id] }] : [])),
    { kind: 'text', x: 0, y: top - 6, text: fitted(`${rowTitle} ↓`, edge), fill: 'ink-2' },
  ];
}

/** Names of rows and columns, each lit with its series together with its band. */
function headMarks(data: Matrix, layout: Layout): PlainMark[] {
  const { rows, columns, columnTitle } = data;
  const { cell, dense, left, top, x, y, right, bottom } = layout;
  const columnStep = dense ? every(cell.w) : 1;
  const band = (series: string, at: { x: number; y: number; w: number; h: number }): PlainMark => ({ kind: 'rect', ...at, fill: 'none', stroke: 'ink', width: 1.5, series: [series], when: 'lit' });
  return [
    ...rowNames(data, layout, left),
    ...rows.map(({ id }, r) => band(id, { x: left - 1, y: y[r]!, w: right - left + 2, h: cell.h })),
    ...columns.flatMap(({ id, title, quiet }, c): PlainMark[] => [
      ...(c % columnStep === 0 ? [{ kind: 'text', x: x[c]! + cell.w / 2 + (dense ? 4 : 2), y: top - 6, text: fittedEnds(title, LONGEST), turn: dense ? -90 : -45, fill: quiet ? 'ink-2' : 'ink', series: [id] } satisfies PlainMark] : []),
      band(id, { x: x[c]!, y: top - 1, w: cell.w, h: bottom - top + 2 }),
    ]),
    { kind: 'text', x: left, y: 11, text: `${columnTitle} →`, fill: 'ink-2' },
  ];
}

/** A line along each group of rows, with its name where there is room for it. */
function rowGroups({ rows }: Matrix, { cell, y }: Layout): PlainMark[] {
  return runsOf(rows).flatMap(({ group, from, to }): PlainMark[] => {
    if (group === '') return [];
    const [top, bottom] = [y[from]! + 1, y[to]! + cell.h - 1];
    return [
      { kind: 'line', x1: 14, x2: 14, y1: top, y2: bottom, stroke: 'hair-strong' },
      ...(textWidth(group) <= bottom - top ? [{ kind: 'text', x: 9, y: (top + bottom) / 2, text: group, turn: -90, anchor: 'middle', fill: 'ink-2' } satisfies PlainMark] : []),
    ];
  });
}

/** A line beneath each group of columns, with its name where there is room for it. */
function columnGroups({ columns, columnTree }: Matrix, { cell, x, bottom: end }: Layout): PlainMark[] {
  const beneath = columnTree || columns.every(({ group }) => !group) ? [] : runsOf(columns);
  return beneath.flatMap(({ group, from, to }): PlainMark[] => {
    const [left, right] = [x[from]! + 1, x[to]! + cell.w - 1];
    if (group === '') return [];
    return [
      { kind: 'line', x1: left, x2: right, y1: end + 6, y2: end + 6, stroke: 'hair-strong' },
      ...(textWidth(group) <= right - left + GAP ? [{ kind: 'text', x: (left + right) / 2, y: end + 19, text: group, anchor: 'middle', fill: 'ink-2' } satisfies PlainMark] : []),
    ];
  });
}

const STRIP = 140;
/** The colours with their ends, for cells without numbers. */
function stripMarks({ ramp, format, measure }: Matrix, { dense, left, below }: Layout, theme: Room['theme']): PlainMark[] {
  if (!dense) return [];
  const steps = 28;
  const value = (i: number) => ramp.low + (i / (steps - 1)) * (ramp.high - ramp.low);
  return [
    ...Array.from({ length: steps }, (_, i): PlainMark => ({ kind: 'rect', x: left + (i * STRIP) / steps, y: below + 14, w: STRIP / steps, h: 10, fill: rampInk(ramp, theme, value(i)), crisp: true })),
    { kind: 'text', x: left, y: below + 38, text: format(ramp.low), fill: 'ink-2' },
    { kind: 'text', x: left + STRIP, y: below + 38, text: format(ramp.high), fill: 'ink-2', anchor: 'end' },
    { kind: 'text', x: left + STRIP + 12, y: below + 23, text: measure, fill: 'ink-2' },
  ];
}

function latticeOf({ rows, columns, values, format, measure, rowTitle, columnTitle }: Matrix, { cell, x, y }: Layout): Lattice {
  return {
    columns: x,
    rows: y,
    cellWidth: cell.w,
    cellHeight: cell.h,
    name(row, column) {
      const value = values[row]?.[column];
      const said = value && Number.isFinite(value.mean) ? `${measure} ${estimateWords(value, format)}` : 'not measured';
      return `${rowTitle} ${rows[row]!.title}, ${columnTitle} ${columns[column]!.title}: ${said}`;
    },
    series: (row, column) => [...new Set([rows[row]!.id, columns[column]!.id])],
  };
}

/** At most so much of the room, but enough for a short name. */
const STAYING = 0.4;
const ENOUGH = 88;

/** The names of rows once more, narrower where there is little room. */
function staysOf(data: Matrix, layout: Layout, room: number): Stays {
  const width = Math.min(layout.left, Math.max(ENOUGH, Math.round(STAYING * room)));
  return { width, from: layout.left, marks: [...rowGroups(data, layout), ...rowNames(data, layout, width)] };
}

export function matrix(data: Matrix, { width, theme }: Room): Drawing {
  const layout = layoutOf(data, width);
  const { cell, x, y, right, bottom, below, dense } = layout;
  const middles = (places: readonly number[], size: number) => places.map((at) => at + size / 2);
  const marks: Mark[] = [
    ...cellMarks(data, layout, theme),
    ...numberMarks(data, layout, theme),
    ...columnGroups(data, layout),
    ...rowGroups(data, layout),
    ...(data.rowTree ? treeMarks(data.rowTree, middles(y, cell.h), { side: 'right', from: right + 3, to: right + TREE }) : []),
    ...(data.columnTree ? treeMarks(data.columnTree, middles(x, cell.w), { side: 'bottom', from: bottom + 3, to: bottom + TREE }) : []),
    ...stripMarks(data, layout, theme),
    ...headMarks(data, layout),
  ];
  return { width: layout.width, height: below + (dense ? 46 : 8), marks, lattice: latticeOf(data, layout), ...(layout.width > width ? { stays: staysOf(data, layout, width) } : {}) };
}
