/** Dots with whiskers on one axis from nought, a row a thing, with a line at chance: the axis for the page, and the whole figure as a file. */
import { ticks } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { escape, FONT, wrap } from './export.ts';

export interface DotAxis {
  /** Along the axis, 0 … 1; what lies beyond its ends stands at the ends. */
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly at: number }[];
}

/** From 0 to a round number that holds all `values`, and at least `least`. */
export function dotAxis(values: readonly number[], least = 4): DotAxis {
  const most = Math.max(least, ...values.filter(Number.isFinite));
  const scale = scaleLinear([0, most], [0, 1]).nice(5).clamp(true);
  const [, end = most] = scale.domain();
  return { at: (value) => scale(value), ticks: ticks(0, end, 5).map((value) => ({ value, at: scale(value) })) };
}

export interface DotMark {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}
export interface DotPlot {
  readonly title: string;
  /** Sentences over the figure. */
  readonly lead: readonly string[];
  readonly axis: string;
  readonly chance: { readonly at: number; readonly title: string };
  /** Heads of the columns of words on the right. */
  readonly columns: readonly string[];
  /** Names of the marks of a row: the first is a triangle, the second a circle. */
  readonly marks: readonly [string, string];
  readonly rows: readonly { readonly title: string; readonly detail: string; readonly marks: readonly (DotMark | undefined)[]; readonly cells: readonly string[] }[];
  readonly caption: readonly string[];
}
export interface DotColours {
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  /** Of the two marks. */
  readonly marks: readonly [string, string];
}

const WIDTH = 960;
const MARGIN = 28;
const LABEL = 230;
const PLOT = 420;
const COLUMN = 110;
const ROW = 36;
const LINE = 16;
/** Letters of 11 px that fit across. */
const LETTERS = 150;

const textAt = (x: number, y: number, content: string, fill: string, more = '') => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}"${more}>${escape(content)}</text>`;

interface Layout {
  readonly lead: readonly string[];
  readonly caption: readonly string[];
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
}

function layoutOf({ lead, rows, caption }: DotPlot): Layout {
  const lines = (texts: readonly string[]) => texts.flatMap((text) => wrap(text, LETTERS));
  const [above, below] = [lines(lead), lines(caption)];
  const top = MARGIN + 22 + above.length * LINE + 46;
  const bottom = top + rows.length * ROW;
  return { lead: above, caption: below, top, bottom, height: bottom + 44 + below.length * LINE + MARGIN };
}

export const dotPlotSize = (plot: DotPlot): { width: number; height: number } => ({ width: WIDTH, height: layoutOf(plot).height });

/** A triangle for the first mark, a circle for the second, each with its whisker; the first above the row's middle. */
function markSvg(mark: DotMark | undefined, index: number, middle: number, axis: DotAxis, { marks, ground }: DotColours): string {
  if (!mark) return '';
  const colour = marks[index] ?? marks[0];
  const x = (value: number) => (MARGIN + LABEL + PLOT * axis.at(value)).toFixed(1);
  const y = middle + (index === 0 ? -6 : 6);
  const shape = index === 0 ? `<path transform="translate(${x(mark.at)} ${y})" d="M0-6 5.5 4H-5.5Z" fill="${colour}" stroke="${ground}"/>` : `<circle cx="${x(mark.at)}" cy="${y}" r="4.5" fill="${colour}" stroke="${ground}"/>`;
  return `<line x1="${x(mark.low)}" x2="${x(mark.high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="1.5"/>${shape}`;
}

/** One SVG document that needs no other file. */
export function dotPlotSvg(plot: DotPlot, colours: DotColours): string {
  const { lead, caption, top, bottom, height } = layoutOf(plot);
  const axis = dotAxis(plot.rows.flatMap(({ marks }) => marks.flatMap((mark) => (mark ? [mark.high] : []))));
  const left = MARGIN + LABEL;
  const x = (value: number) => left + PLOT * axis.at(value);
  const upright = (value: number, dash: string) => `<line x1="${x(value).toFixed(1)}" x2="${x(value).toFixed(1)}" y1="${top - 6}" y2="${bottom}" stroke="${colours.line}" ${dash}/>`;
  const small = ' font-size="11"';
  const end = ' font-size="11" text-anchor="end"';
  const columnAt = (index: number) => left + PLOT + (index + 1) * COLUMN + 20;
  const parts = [
    textAt(MARGIN, MARGIN + 12, plot.title, colours.ink, ' font-size="16" font-weight="600"'),
    ...lead.map((line, i) => textAt(MARGIN, MARGIN + 36 + i * LINE, line, colours.ink, small)),
    ...axis.ticks.map(({ value }) => upright(value, 'stroke-opacity=".35"') + textAt(x(value), top - 12, String(value), colours.faint, ' font-size="11" text-anchor="middle"')),
    upright(plot.chance.at, 'stroke-dasharray="3 3"'),
    textAt(x(plot.chance.at), bottom + 14, plot.chance.title, colours.faint, ' font-size="11" text-anchor="middle"'),
    textAt(left, top - 30, `${plot.axis}; ▲ ${plot.marks[0]}, ● ${plot.marks[1]}`, colours.faint, small),
    ...plot.columns.map((title, i) => textAt(columnAt(i), top - 12, title, colours.faint, end)),
    ...plot.rows.flatMap(({ title, detail, marks, cells }, row) => {
      const middle = top + (row + 0.5) * ROW;
      return [
        textAt(MARGIN, middle - 1, title, colours.ink, ' font-size="12" font-weight="600"'),
        textAt(MARGIN, middle + 12, detail, colours.faint, ' font-size="10"'),
        ...marks.map((mark, i) => markSvg(mark, i, middle, axis, colours)),
        ...cells.map((cell, i) => textAt(columnAt(i), middle + 4, cell, colours.ink, end)),
      ];
    }),
    ...caption.map((line, i) => textAt(MARGIN, bottom + 44 + i * LINE, line, colours.faint, small)),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${escape(FONT)}" role="img">` +
    `<title>${escape(plot.title)}</title><rect width="${WIDTH}" height="${height}" fill="${colours.ground}"/>${parts.join('')}</svg>`
  );
}
