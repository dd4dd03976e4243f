/** Where the parts of a matrix stand: sizes of cells, gaps between groups, room for names and trees. Geometry; draws nothing. */
import type { Tree } from './dendrogram.ts';
import { textWidth } from './labels.ts';
import type { Estimate } from './marks.ts';
import type { Ramp } from './ramp.ts';

export interface Head {
  /** Its series: a model's id, 'control-random' … */
  readonly id: string;
  readonly title: string;
  /** Neighbours of one group stand together; groups are set apart by a gap with their name beside it. */
  readonly group?: string;
  /** For controls and means. */
  readonly quiet?: boolean;
}

export interface Matrix {
  /** What rows and columns are: 'features of', 'shown to'. */
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly Head[];
  readonly columns: readonly Head[];
  /** [row][column]; `undefined` where nothing was measured. Means are rows and columns like others, with `quiet` heads in a group of their own. */
  readonly values: readonly (readonly (Estimate | undefined)[])[];
  readonly ramp: Ramp;
  /** In cells and names. */
  readonly format: (value: number) => string;
  /** Of what is measured, in a cell's name: 'accuracy kept'. */
  readonly measure: string;
  /** Merges of a clustering whose leaves are the rows (columns) in their given order. */
  readonly rowTree?: Tree;
  readonly columnTree?: Tree;
}

/** From so many cells in a row or column on there are no numbers in them. */
const DENSE = 42;
/** About as high as a dense matrix may be. */
const TALL = 900;
/** Between groups. */
export const GAP = 7;
/** Depth of a tree beside the cells. */
export const TREE = 44;

export interface Layout {
  readonly cell: { readonly w: number; readonly h: number };
  readonly dense: boolean;
  readonly left: number;
  readonly top: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
  /** Where what stands under the cells begins. */
  readonly below: number;
}

interface Run {
  readonly group: string;
  readonly from: number;
  readonly to: number;
}
/** Neighbours of one group. */
export function runsOf(heads: readonly Head[]): Run[] {
  const runs: { group: string; from: number; to: number }[] = [];
  heads.forEach(({ group = '' }, i) => {
    const last = runs.at(-1);
    if (last?.group === group) last.to = i;
    else runs.push({ group, from: i, to: i });
  });
  return runs;
}

/** Places of heads one after the other, with a gap where the group changes. */
function placesOf(heads: readonly Head[], start: number, size: number): number[] {
  let at = start;
  return heads.map((head, i) => {
    if (i > 0 && head.group !== heads[i - 1]!.group) at += GAP;
    const here = at;
    at += size;
    return here;
  });
}

/** Of a name beside the cells; longer ones are cut there, and whole in a cell's name and in the table. */
export const LONGEST = 190;
const widestTitle = (heads: readonly Head[]) => Math.min(LONGEST, Math.max(0, ...heads.map(({ title }) => textWidth(title))));

/** Changes of group from one head to the next: a gap each. */
const gapsOf = (heads: readonly Head[]): number => GAP * (runsOf(heads).length - 1);

/** How far a leaning name of the last column reaches beyond the middle of its cells. */
const reachOf = (columns: readonly Head[]): number => 0.72 * Math.min(LONGEST, textWidth(columns.at(-1)?.title ?? '')) + 10;

/** A number's cell is as wide as the room allows, between what the widest needs and 56; a dense matrix fills the room with squares. `beside`: what stands to the right of the cells. */
function cellSize({ rows, columns, values, format }: Matrix, dense: boolean, room: number, beside: number): Layout['cell'] {
  const free = room - gapsOf(columns);
  const fair = Math.floor(Math.min((free - beside) / columns.length, dense ? Infinity : (free - reachOf(columns)) / (columns.length - 0.5)));
  if (dense) {
    const side = Math.max(4, Math.min(14, fair, Math.floor(TALL / rows.length)));
    return { w: side, h: side };
  }
  const widest = Math.max(12, ...values.flatMap((row) => row.map((value) => (value ? textWidth(format(value.mean)) : 0))));
  return { w: Math.max(Math.ceil(widest) + 8, Math.min(56, fair)), h: 24 };
}

/** Left of the names of rows: the lines of their groups. */
export const besideNames = (rows: readonly Head[]): number => (rows.some(({ group }) => group) ? 18 : 0);

export function layoutOf(matrix: Matrix, room: number): Layout {
  const { rows, columns, rowTree, columnTree } = matrix;
  const dense = rows.length > DENSE || columns.length > DENSE;
  const left = Math.ceil(besideNames(rows) + widestTitle(rows) + 8);
  const beside = rowTree ? TREE + 6 : dense ? 0 : 34;
  const cell = cellSize(matrix, dense, room - left, beside);
  // Names of columns lean by 45°, and stand upright over a dense matrix.
  const lean = dense ? 1 : Math.SQRT1_2;
  const top = Math.ceil(34 + 1.02 * lean * widestTitle(columns));
  const [x, y] = [placesOf(columns, left, cell.w), placesOf(rows, top, cell.h)];
  const [right, bottom] = [(x.at(-1) ?? left) + cell.w, (y.at(-1) ?? top) + cell.h];
  const overhang = dense ? 10 : reachOf(columns) - cell.w / 2;
  const below = bottom + (columnTree ? TREE + 6 : columns.some(({ group }) => group) ? 22 : 0);
  return { cell, dense, left, top, x, y, right, bottom, below, width: Math.max(room, Math.ceil(right + Math.max(beside, overhang))) };
}
