/** How much models still recognise when more and more of the image is shown: per family of generators, harmonised, controls. */
import { HARMONISERS } from '../../fields/harmonise.ts';
import { harmonisedRow, randomRow } from './rows.ts';
import { findMean, seriesOf, type CellAt, type MeanFinding, type Table } from './table.ts';

export interface CurvePoint extends MeanFinding {
  readonly level: string;
  /** Of the image, that is shown on average. */
  readonly share: number;
}

export interface CurveLine {
  readonly id: string;
  readonly kind: 'family' | 'all' | 'harmonised' | 'random' | 'control';
  readonly title: string;
  /** By share, ascending. */
  readonly points: readonly CurvePoint[];
}

interface LineCells extends Omit<CurveLine, 'points'> {
  readonly cells: readonly CellAt[];
}

function linesOf({ models, members }: Table): readonly LineCells[] {
  const from = (wanted: (family: string) => boolean, rename: (id: string) => string = (id) => id): CellAt[] =>
    members.filter((at) => wanted(models[at]!.family)).flatMap((at) => members.filter((tester) => tester !== at).map((tester) => ({ row: rename(models[at]!.id), tester })));
  const row = (id: string): CellAt[] => members.map((tester) => ({ row: id, tester }));
  const families = new Map(members.map((at) => [models[at]!.family, models[at]!.familyTitle]));
  const mean = harmonisedRow('mean');
  return [
    { id: 'all', kind: 'all', title: 'All generators', cells: from(() => true) },
    ...[...families].map(([family, title]) => ({ id: `family ${family}`, kind: 'family' as const, title, cells: from((own) => own === family) })),
    ...HARMONISERS.map(harmonisedRow).map((id) => ({ id, kind: 'harmonised' as const, title: `Harmonised: ${id.slice('harmonised '.length).replace('-', ' ')}`, cells: row(id) })),
    { id: 'random', kind: 'random', title: 'Random, as the generators', cells: from(() => true, randomRow) },
    { id: randomRow(mean), kind: 'random', title: 'Random, as the harmonised mean', cells: row(randomRow(mean)) },
    { id: 'centre', kind: 'control', title: 'Centre', cells: row('centre') },
    { id: 'edges', kind: 'control', title: 'Edges of the image', cells: row('edges') },
  ];
}

/** A point for the chosen region and for each share of the curve; no lines without a curve. */
export function curvesOf(table: Table): readonly CurveLine[] {
  const levels = [...new Set(table.images.flatMap((image) => image.levels.map(({ level }) => level)))];
  if (levels.length < 2) return [];
  return linesOf(table).map(({ cells, ...line }) => {
    const rows = [...new Set(cells.map(({ row }) => row))];
    const points = levels.map((level): CurvePoint => {
      const areas = table.images.flatMap((image) => rows.flatMap((row) => table.row(image, level, row)?.area ?? []));
      return { level, share: areas.reduce((sum, area) => sum + area, 0) / areas.length, ...findMean(table, seriesOf(table, cells, level)) };
    });
    return { ...line, points: points.filter(({ share }) => Number.isFinite(share)).sort((a, b) => a.share - b.share) };
  });
}
