/** What figures are drawn of: a few marks in pixels, with names and series for those who point, hear or walk. Not how they get onto a page or into a file: `elements.ts`. */
import type { Theme } from '../colour.ts';

/** A colour by its part in the figure; the page has it as a CSS variable of the same name. */
export type InkName = keyof (typeof INKS)['light'];
export type Ink = InkName | 'none' | `rgb(${string})`;

/** The values of ui/styles/tokens.css, for files, which have no style sheet. A test holds the two together. */
export const INKS = {
  light: {
    ink: '#17191c', 'ink-2': '#55585e', 'ink-3': '#686b70', ground: '#fbfaf7', panel: '#ffffff', hair: '#e4e0d9', 'hair-strong': '#8b8880', track: '#ece8e1', accent: '#0e6b5b', warn: '#8a4b08',
    'series-1': '#0e6b5b', 'series-2': '#9a4a06', 'series-3': '#2f5fa8', 'series-4': '#8a3a86', 'series-5': '#6a6200', 'series-6': '#a83252',
  },
  dark: {
    ink: '#f1efea', 'ink-2': '#b0b1b0', 'ink-3': '#9b9d9e', ground: '#131416', panel: '#1b1d1f', hair: '#2e3134', 'hair-strong': '#797c80', track: '#2c2f32', accent: '#62cdb3', warn: '#f0b46a',
    'series-1': '#62cdb3', 'series-2': '#f0a868', 'series-3': '#8fb8f2', 'series-4': '#dc9fd8', 'series-5': '#cfc460', 'series-6': '#f597a8',
  },
} as const satisfies Record<Theme, Readonly<Record<string, string>>>;

/** Of the series with this place in an order; after six they begin again: dashes and labels tell those apart. */
export const seriesInk = (index: number): InkName => `series-${((index % 6) + 1) as 1 | 2 | 3 | 4 | 5 | 6}`;

interface Looks {
  readonly fill?: Ink;
  readonly stroke?: Ink;
  /** Of the stroke, in pixels; 1 unless said. */
  readonly width?: number;
  readonly dash?: string;
  readonly opacity?: number;
}
interface Part {
  /** Whose it is (ids of models, methods …): lit with them in every figure. A spot's series holds for the marks in it. */
  readonly series?: readonly string[];
  /** 'hit': an invisible target for the pointer; 'lit': seen only while its series is lit. Neither goes into a file. */
  readonly when?: 'hit' | 'lit';
}

export interface LineMark extends Looks, Part {
  readonly kind: 'line';
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}
export interface PathMark extends Looks, Part {
  readonly kind: 'path';
  readonly d: string;
  /** Pixels that touch, without blurred seams. */
  readonly crisp?: boolean;
}
export interface CircleMark extends Looks, Part {
  readonly kind: 'circle';
  readonly x: number;
  readonly y: number;
  readonly r: number;
}
export interface RectMark extends Looks, Part {
  readonly kind: 'rect';
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly crisp?: boolean;
}
export interface TextMark extends Part {
  readonly kind: 'text';
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly text: string;
  readonly fill?: Ink;
  /** 11 unless said. */
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Degrees, clockwise around (x, y). */
  readonly turn?: number;
  /** Edged with the ground, so that it reads over lines. */
  readonly halo?: boolean;
}
/** Marks that are one thing, with a name: what the pointer finds and the arrow keys walk to. */
export interface SpotMark {
  readonly kind: 'spot';
  /** Unique in the figure. */
  readonly id: string;
  /** A sentence with its numbers. */
  readonly name: string;
  readonly series: readonly string[];
  /** Where it stands, for the arrow keys. */
  readonly x: number;
  readonly y: number;
  readonly marks: readonly PlainMark[];
}

export type PlainMark = LineMark | PathMark | CircleMark | RectMark | TextMark;
export type Mark = PlainMark | SpotMark;

/** Cells that are too many to be a mark each: the renderer answers for the one under the pointer or the keyboard's cursor. */
export interface Lattice {
  /** Left edges and tops of columns and rows. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly cellWidth: number;
  readonly cellHeight: number;
  name(row: number, column: number): string;
  series(row: number, column: number): readonly string[];
}

/** What stays in sight at the left while the rest scrolls beneath it. */
export interface Stays {
  /** As wide as this, in place of the drawing's pixels left of `from`. */
  readonly width: number;
  readonly from: number;
  readonly marks: readonly PlainMark[];
}

/** A figure without its words: the same for the page and for a file. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** The last lie on top. */
  readonly marks: readonly Mark[];
  readonly lattice?: Lattice;
  /** For the page alone, where the drawing is wider than its room. */
  readonly stays?: Stays;
}

/** What every drawing needs to know of the place where it will stand. */
export interface Room {
  /** Pixels to fill; a matrix may be wider, and scrolls. */
  readonly width: number;
  readonly theme: Theme;
}

/** A mean with its interval, as `meanInterval` gives it; without `low` and `high` there is none. */
export interface Estimate {
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

/** '.84 (.81 to .87)'. */
export function estimateWords({ mean, low, high }: Estimate, format: (value: number) => string): string {
  return low === undefined || high === undefined ? format(mean) : `${format(mean)} (${format(low)} to ${format(high)})`;
}
