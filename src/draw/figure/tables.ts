/** The numbers of a figure as a table, for readers of the screen and as CSV, and what the figure is in a sentence. The same data as the drawing; unrounded. */
import type { Estimate } from './marks.ts';
import type { Curves } from './curves.ts';
import type { Dendrogram } from './dendrogram.ts';
import type { Matrix } from './matrix.ts';
import type { Scatter } from './scatter.ts';
import type { StackedShares } from './shares.ts';
import type { Whiskers } from './whiskers.ts';

export interface FigureTable {
  readonly header: readonly string[];
  /** The first cell names the row; '' where nothing was measured. */
  readonly rows: readonly (readonly (string | number)[])[];
}

const interval = ['interval, from', 'interval, to'] as const;
const cells = (estimate: Estimate | undefined): (string | number)[] => [estimate?.mean ?? '', estimate?.low ?? '', estimate?.high ?? ''];
const headers = (title: string) => [title, ...interval.map((end) => `${title}, ${end}`)];

export const scatterTable = ({ x, y, points }: Scatter): FigureTable => ({
  header: ['name', 'group', 'role', ...headers(y.title), ...headers(x.title)],
  rows: points.map((point) => [point.title, point.group ?? '', point.shape ?? 'member', ...cells(point.y), ...cells(point.x)]),
});

export function scatterSays({ x, y, points, fits = [] }: Scatter): string {
  return `Scatter plot of ${points.length} points: ${y.title}, up, against ${x.title}, across.${fits.map(({ title }) => ` Line: ${title}.`).join('')}`;
}

/** A line a cell, so that intervals have columns of their own. */
export const matrixTable = ({ rows, columns, values, rowTitle, columnTitle, measure }: Matrix): FigureTable => ({
  header: [rowTitle, columnTitle, ...headers(measure)],
  rows: rows.flatMap((row, r) => columns.flatMap((column, c) => (values[r]?.[c] ? [[row.title, column.title, ...cells(values[r][c])]] : []))),
});

export function matrixSays({ rows, columns, values, rowTitle, columnTitle, measure, format }: Matrix): string {
  const known = values.flatMap((row, r) => row.flatMap((value, c) => (value && Number.isFinite(value.mean) ? [{ mean: value.mean, pair: `${rows[r]!.title}, ${columns[c]!.title}` }] : [])));
  const size = `Table of ${rows.length} rows (${rowTitle}) and ${columns.length} columns (${columnTitle}): ${measure}.`;
  if (known.length === 0) return `${size} Nothing is measured yet.`;
  const sorted = known.sort((a, b) => a.mean - b.mean);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return `${size} Lowest ${format(least.mean)} (${least.pair}), highest ${format(most.mean)} (${most.pair}).`;
}

export const dendrogramTable = ({ leaves, tree, measure }: Dendrogram): FigureTable => {
  const titles = leaves.map(({ title }) => title);
  for (const { a, b } of tree) titles.push(`${titles[a]} + ${titles[b]}`);
  return { header: ['merge', 'one', 'other', measure], rows: tree.map(({ a, b, height }, i) => [i + 1, titles[a] ?? '', titles[b] ?? '', height]) };
};

export const dendrogramSays = ({ leaves, measure }: Dendrogram): string => `Tree of ${leaves.length} names, joined by ${measure}.`;

export const curvesTable = ({ x, y, curves }: Curves): FigureTable => ({
  header: ['curve', x.title, ...headers(y.title)],
  rows: curves.flatMap(({ title, points }) => points.map((point) => [title, point.x, ...cells(point.y)])),
});

export const curvesSays = ({ x, y, curves, references = [] }: Curves): string =>
  `${curves.length} curves of ${y.title}, up, over ${x.title}, across: ${curves.map(({ title }) => title).join(', ')}.${references.map(({ title, at }) => ` A line at ${title}, ${Number(at.toPrecision(3))}.`).join('')}`;

export const whiskersTable = ({ axis, marks, rows, columns = [] }: Whiskers): FigureTable => ({
  header: ['name', 'detail', ...marks.flatMap((mark) => headers(mark === axis.title ? mark : `${mark}, ${axis.title}`)), ...columns],
  rows: rows.map(({ title, detail = '', estimates, cells: words = [] }) => [title, detail, ...marks.flatMap((_, i) => cells(estimates[i])), ...columns.map((_, i) => words[i] ?? '')]),
});

export const whiskersSays = ({ axis, marks, rows, references = [] }: Whiskers): string =>
  `${rows.length} rows with ${marks.join(' and ')}: ${axis.title}.${references.map(({ title, at }) => ` A line at ${title}, ${Number(at.toPrecision(3))}.`).join('')}`;

export const sharesTable = ({ title, parts }: StackedShares): FigureTable => ({ header: ['part', ...headers(title)], rows: parts.map((part) => [part.title, ...cells(part.share)]) });

export const sharesSays = ({ title, parts, format }: StackedShares): string => `${title}: ${parts.map((part) => `${part.title} ${format(part.share.mean)}`).join(', ')}.`;
