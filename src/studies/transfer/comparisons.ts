/** What is held against what: features against their matched random regions, harmonised ones against single ones, all against the other controls. Paired over images. */
import { HARMONISERS } from '../../fields/harmonise.ts';
import { CONTROLS, harmonisedRow, randomRow } from './rows.ts';
import { CHOSEN } from './settings.ts';
import { findDifference, seriesOf, type CellAt, type Difference, type Series, type Table } from './table.ts';

/** 'generators': every member's own feature; 'best': the best of them; or a row. */
export type Side = string;
export const GENERATORS = 'generators';
/** Members' features, shown to models of other families. */
export const OTHER_FAMILIES = 'other families';
export const BEST = 'best';
export const RANDOM = 'random';

export interface Comparison extends Difference {
  readonly of: Side;
  /** 'random': the matched random regions of the same features. */
  readonly against: Side;
  /** Mean share of the image that either side shows. */
  readonly areas: readonly [number, number];
}

const others = ({ models, members }: Table, from: number, elsewhere = false): readonly number[] => members.filter((tester) => tester !== from && !(elsewhere && models[tester]!.family === models[from]!.family));

/** Every member's row, or what `rename` makes of it, shown to the other members. */
const generatorCells = (table: Table, rename: (id: string) => string = (id) => id, elsewhere = false): CellAt[] =>
  table.members.flatMap((from) => others(table, from, elsewhere).map((tester) => ({ row: rename(table.models[from]!.id), tester })));

const rowCells = ({ members }: Table, row: string): CellAt[] => members.map((tester) => ({ row, tester }));

/**
 * For each image the generator that did best on all others: by the accuracy of the other members on its feature, then by their probability. So the image
 * that it is judged by did not choose it. −1 where there is no other image, or none with a feature.
 */
export function bestElsewhere(table: Table): readonly number[] {
  const series = table.members.map((from) => seriesOf(table, others(table, from).map((tester) => ({ row: table.models[from]!.id, tester }))));
  const without = (values: readonly number[], left: number): number => {
    const rest = values.filter((value, at) => at !== left && !Number.isNaN(value));
    return rest.length === 0 ? Number.NaN : rest.reduce((sum, value) => sum + value, 0) / rest.length;
  };
  return table.images.map((_, at) => {
    const scores = series.map(({ right, probability }) => ({ right: without(right, at), probability: without(probability, at) }));
    return scores.reduce((best, score, k) => {
      if (Number.isNaN(score.right)) return best;
      const lead = best < 0 ? 1 : score.right - scores[table.members.indexOf(best)]!.right || score.probability - scores[table.members.indexOf(best)]!.probability;
      return lead > 0 ? table.members[k]! : best;
    }, -1);
  });
}

/** Mean share of the image that the cells' rows show. */
function areaOf(table: Table, cells: readonly CellAt[] | ((at: number) => readonly CellAt[])): number {
  const areas = table.images.flatMap((image, at) => (typeof cells === 'function' ? cells(at) : cells).flatMap(({ row }) => table.row(image, CHOSEN, row)?.area ?? []));
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

type Cells = readonly CellAt[] | ((at: number) => readonly CellAt[]);

/** All comparisons at the chosen region, over members as testers; no model is shown its own feature. */
export function comparisonsOf(table: Table): readonly Comparison[] {
  const known = new Map<Cells, Series>();
  const series = (cells: Cells): Series => {
    const found = known.get(cells) ?? seriesOf(table, cells);
    known.set(cells, found);
    return found;
  };
  const compare = (of: Side, against: Side, first: Cells, second: Cells): Comparison => ({ of, against, ...findDifference(table, series(first), series(second)), areas: [areaOf(table, first), areaOf(table, second)] });
  const best = bestElsewhere(table);
  /** The cells of a row shown to those that the image's best generator is shown to. */
  const beside = (row: (generator: string) => string) => (at: number): readonly CellAt[] => {
    const from = best[at]!;
    return from < 0 ? [] : others(table, from).map((tester) => ({ row: row(table.models[from]!.id), tester }));
  };
  const generators = generatorCells(table);
  const controls = CONTROLS.map((control) => ({ control, cells: rowCells(table, control) }));
  const features: readonly { of: Side; cells: Cells; random: Cells }[] = [
    { of: GENERATORS, cells: generators, random: generatorCells(table, randomRow) },
    ...HARMONISERS.map(harmonisedRow).map((row) => ({ of: row, cells: rowCells(table, row), random: rowCells(table, randomRow(row)) })),
  ];
  return [
    ...features.map(({ of, cells, random }) => compare(of, RANDOM, cells, random)),
    compare(OTHER_FAMILIES, RANDOM, generatorCells(table, undefined, true), generatorCells(table, randomRow, true)),
    compare(BEST, RANDOM, beside((id) => id), beside(randomRow)),
    ...features.slice(1).flatMap(({ of, cells }) => [compare(of, BEST, beside(() => of), beside((id) => id)), compare(of, GENERATORS, cells, generators)]),
    compare('object', 'outline', controls.find(({ control }) => control === 'object')!.cells, controls.find(({ control }) => control === 'outline')!.cells),
    ...features.flatMap(({ of, cells }) => controls.map(({ control, cells: against }) => compare(of, control, cells, against))),
  ];
}
