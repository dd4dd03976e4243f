/** A grid of heatmaps as a file: SVG with pictures inside and labels as vectors, and PNG made from it. Raw values: `fields/npy.ts`, `fields/csv.ts`. */
import { CONTOUR_STROKES, OUTLINE_STROKES, type Stroke } from './contour.ts';
import { FONT } from './figure/elements.ts';
import { elementSvg, escape, wrap } from './figure/svg.ts';
import { paint, type Picture } from './heatmap.ts';
import type { Legend } from './legend.ts';

export interface ExportCell {
  /** Its accessible name. */
  readonly name: string;
  /** A PNG as data URL (`pictureToUrl`); without one the cell shows `words`. */
  readonly picture?: string;
  readonly words?: string;
  /** Paths in a box of cellSize × cellSize (`contourPath`, `outlinePath`). */
  readonly contour?: string;
  readonly outline?: string;
}
export interface ExportHeader {
  readonly title: string;
  readonly detail?: string;
}
export interface ExportRow extends ExportHeader {
  readonly cells: readonly ExportCell[];
}
export interface ExportGrid {
  readonly title: string;
  readonly columns: readonly ExportHeader[];
  readonly rows: readonly ExportRow[];
  readonly legends: readonly Legend[];
  /** Protocol: image, class, score, seed, versions. One line each. */
  readonly caption: readonly string[];
  readonly cellSize: number;
  readonly colours: { readonly ground: string; readonly ink: string; readonly faint: string; readonly line: string };
}

const MARGIN = 24;
const GAP = 8;
const HEADER = 56;
const ROW_LABEL = 132;
const LEGEND = 46;
const LINE = 17;

/** `looks`: attributes by their names in SVG. */
const text = (x: number, y: number, content: string, fill: string, looks: Readonly<Record<string, string | number>> = {}): string => elementSvg({ tag: 'text', attributes: { x, y, fill, ...looks }, children: [content] });

function strokes(path: string, kinds: readonly Stroke[]): string {
  return kinds
    .map(({ colour, width, dash }) => `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}"${dash ? ` stroke-dasharray="${dash.join(' ')}"` : ''} stroke-linejoin="round"/>`)
    .join('');
}

function cellSvg(cell: ExportCell, x: number, y: number, { cellSize, colours }: ExportGrid): string {
  const inside = cell.picture
    ? `<image href="${escape(cell.picture)}" width="${cellSize}" height="${cellSize}" style="image-rendering:pixelated"/>`
    : `<rect x=".5" y=".5" width="${cellSize - 1}" height="${cellSize - 1}" fill="none" stroke="${colours.line}" stroke-dasharray="3 3"/>` +
      wrap(cell.words ?? '', Math.floor(cellSize / 6.5))
        .map((line, i, all) => text(cellSize / 2, cellSize / 2 + (i - (all.length - 1) / 2) * 14 + 4, line, colours.faint, { 'font-size': 11, 'text-anchor': 'middle' }))
        .join('');
  const lines = (cell.contour ? strokes(cell.contour, CONTOUR_STROKES) : '') + (cell.outline ? strokes(cell.outline, OUTLINE_STROKES) : '');
  return `<svg x="${x}" y="${y}" width="${cellSize}" height="${cellSize}" role="img"><title>${escape(cell.name)}</title>${inside}${lines}</svg>`;
}

/** Title and detail with the detail's baseline at `y`; a title that does not fit `width` runs over two lines. */
function headerSvg(header: ExportHeader, x: number, y: number, width: number, colours: ExportGrid['colours']): string {
  const lines = wrap(header.title, Math.max(8, Math.floor(width / 7)));
  const title = lines.map((line, i) => text(x, y - 15 * (lines.length - i), line, colours.ink, { 'font-size': 12, 'font-weight': 600 })).join('');
  return title + (header.detail ? text(x, y, header.detail, colours.faint, { 'font-size': 11 }) : '');
}

function legendSvg(legend: Legend, index: number, y: number, { colours }: ExportGrid): string {
  const id = `strip-${index}`;
  const stops = legend.stops.map(({ at, colour }) => `<stop offset="${at}" stop-color="${colour}"/>`).join('');
  const anchors = ['start', 'middle', 'end'];
  const ticks = legend.ticks.map(({ at, label }, i) => text(MARGIN + 220 * at, y + 24, label, colours.faint, { 'font-size': 11, 'text-anchor': anchors[i] ?? 'middle' })).join('');
  return (
    `<defs><linearGradient id="${id}">${stops}</linearGradient></defs>` +
    `<rect x="${MARGIN}" y="${y}" width="220" height="10" fill="url(#${id})"/>${ticks}` +
    text(MARGIN + 236, y + 9, [legend.words, ...legend.notes].join(' · '), colours.faint, { 'font-size': 11 })
  );
}

/** Width and height of the drawing, in its own pixels. */
export function gridSize(grid: ExportGrid): { width: number; height: number } {
  const step = grid.cellSize + GAP;
  return {
    width: Math.max(720, 2 * MARGIN + ROW_LABEL + grid.columns.length * step - GAP),
    height: 2 * MARGIN + LINE + HEADER + grid.rows.length * step + grid.legends.length * LEGEND + grid.caption.length * LINE,
  };
}

/** The whole grid as one SVG document that needs no other file. Text is escaped; every cell has its name as a title. */
export function gridSvg(grid: ExportGrid): string {
  const { width, height } = gridSize(grid);
  const { colours, cellSize } = grid;
  const step = cellSize + GAP;
  const left = MARGIN + ROW_LABEL;
  const top = MARGIN + LINE + HEADER;
  const parts = [text(MARGIN, MARGIN + 12, grid.title, colours.ink, { 'font-size': 16, 'font-weight': 600 })];
  grid.columns.forEach((column, i) => parts.push(headerSvg(column, left + i * step, top - 10, cellSize, colours)));
  grid.rows.forEach((row, j) => {
    parts.push(headerSvg(row, MARGIN, top + j * step + cellSize / 2 + 8, ROW_LABEL, colours));
    row.cells.forEach((cell, i) => parts.push(cellSvg(cell, left + i * step, top + j * step, grid)));
  });
  const below = top + grid.rows.length * step + 12;
  grid.legends.forEach((legend, i) => parts.push(legendSvg(legend, i, below + i * LEGEND, grid)));
  const captionTop = below + grid.legends.length * LEGEND;
  grid.caption.forEach((line, i) => parts.push(text(MARGIN, captionTop + i * LINE, line, colours.faint, { 'font-size': 11 })));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escape(FONT)}" role="img">` +
    `<title>${escape(grid.title)}</title><rect width="${width}" height="${height}" fill="${colours.ground}"/>${parts.join('')}</svg>`
  );
}

/** A picture as a PNG data URL. Needs a browser. */
export function pictureToUrl(picture: Picture): string {
  const canvas = document.createElement('canvas');
  paint(canvas, picture);
  return canvas.toDataURL('image/png');
}

/** An SVG document as PNG at `scale` × its size (2: sharp on print and on dense screens). Needs a browser. */
export async function svgToPng(svg: string, size: { width: number; height: number }, scale = 2): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = size.width * scale;
  canvas.height = size.height * scale;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`The browser made no PNG of ${canvas.width}×${canvas.height}: choose fewer cells.`))), 'image/png');
  });
}
