/** The kinds of figures: of each the drawing, its table and its sentence, made from one description. What a page hands to `ui/figure/Figure.tsx`. */
import { curves, type Curves } from './curves.ts';
import { dendrogram, type Dendrogram } from './dendrogram.ts';
import type { Drawing, Room } from './marks.ts';
import { matrix, type Matrix } from './matrix.ts';
import { scatter, type Scatter } from './scatter.ts';
import { stackedShares, type StackedShares } from './shares.ts';
import {
  curvesSays, curvesTable, dendrogramSays, dendrogramTable, matrixSays, matrixTable, scatterSays, scatterTable, sharesSays, sharesTable, whiskersSays, whiskersTable,
  type FigureTable,
} from './tables.ts';
import { whiskers, type Whiskers } from './whiskers.ts';

export interface FigureKind<Data> {
  /** Pure: the same data and room, the same marks. */
  draw(data: Data, room: Room): Drawing;
  table(data: Data): FigureTable;
  /** What it is, in a sentence for those who do not see it. */
  says(data: Data): string;
}

export const SCATTER: FigureKind<Scatter> = { draw: scatter, table: scatterTable, says: scatterSays };
export const MATRIX: FigureKind<Matrix> = { draw: matrix, table: matrixTable, says: matrixSays };
export const DENDROGRAM: FigureKind<Dendrogram> = { draw: dendrogram, table: dendrogramTable, says: dendrogramSays };
export const CURVES: FigureKind<Curves> = { draw: curves, table: curvesTable, says: curvesSays };
export const WHISKERS: FigureKind<Whiskers> = { draw: whiskers, table: whiskersTable, says: whiskersSays };
export const SHARES: FigureKind<StackedShares> = { draw: stackedShares, table: sharesTable, says: sharesSays };
