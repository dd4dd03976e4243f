/** Findings as rows with whiskers and as curves: what features are worth beside controls, kind to kind, masked beside its twin, and over the share that is shown. Pure. */
import type { Curves } from '../../../draw/figure/curves.ts';
import type { Whiskers, WhiskerRow } from '../../../draw/figure/whiskers.ts';
import type { TransferChoice } from '../../../state/view.ts';
import { BEST, GENERATORS, OTHER_FAMILIES, RANDOM } from '../../../studies/transfer/comparisons.ts';
import type { CurveLine } from '../../../studies/transfer/curves.ts';
import type { TransferFindings } from '../../../studies/transfer/findings.ts';
import { CONTROLS, harmonisedRow, randomRow } from '../../../studies/transfer/rows.ts';
import { HARMONISERS } from '../../../fields/harmonise.ts';
import { percent } from '../../../ui/numbers.ts';
import { estimateOf, kindTitle, MEASURES, type Measure } from './matrices.ts';

const MEAN = harmonisedRow('mean');

/** Of rows, and of sides of a comparison. */
const TITLES: Readonly<Record<string, string>> = {
  [GENERATORS]: 'One model’s feature', [OTHER_FAMILIES]: 'The same, shown to other families', [BEST]: 'The best single model’s feature', [RANDOM]: 'Random regions, as the features',
};
const titleOf = ({ rows }: TransferFindings, id: string): string => {
  const row = rows.find((one) => one.row.id === id)?.row;
  return TITLES[id] ?? (row?.kind === 'harmonised' ? `Harmonised: ${row.title.toLowerCase()}` : row?.title) ?? id;
};

/** '+12 points'. */
export const points = (share: number): string => Math.abs(share) < 0.0005 ? '0' : `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)}`;

/** By how much features beat random regions of their area and shape, or harmonised ones the best single model's. */
export function gainRows(findings: TransferFindings, against: typeof RANDOM | typeof BEST): Whiskers {
  const harmonised = HARMONISERS.map(harmonisedRow);
  const rows = (against === RANDOM ? [GENERATORS, OTHER_FAMILIES, BEST, ...harmonised] : harmonised).flatMap((of): WhiskerRow[] => {
    const comparison = findings.comparisons.find((one) => one.of === of && one.against === against);
    const [accuracy, probability] = [comparison && estimateOf(comparison.accuracy), comparison && estimateOf(comparison.probability)];
    return comparison && accuracy ? [{ id: of, title: titleOf(findings, of), estimates: [accuracy, probability], cells: [points(accuracy.mean), percent(comparison.areas[0], 0)] }] : [];
  });
  return {
    axis: { title: 'difference, in points of a hundred', format: points, holds: [0] },
    marks: ['accuracy', 'probability of the class'],
    rows,
    references: [{ at: 0, title: 'no better' }],
    columns: ['accuracy', 'shown'],
  };
}

/** Where features stand between what is known to show nothing in particular and what is known to show the object. */
export function controlRows(findings: TransferFindings, measure: Measure): Whiskers {
  const own = (id: string): WhiskerRow[] => {
    const found = findings.rows.find(({ row }) => row.id === id);
    const estimate = found && estimateOf(found.mean[measure]);
    return estimate ? [{ id, title: titleOf(findings, id), quiet: found.row.kind !== 'harmonised', estimates: [estimate], cells: [percent(estimate.mean, 0), percent(found.area, 0)] }] : [];
  };
  const mean = (id: string, title: string, finding: TransferFindings['diagonal']): WhiskerRow[] => {
    const estimate = estimateOf(finding[measure]);
    return estimate ? [{ id, title, estimates: [estimate], cells: [percent(estimate.mean, 0), ''] }] : [];
  };
  return {
    axis: { title: MEASURES[measure].title.toLowerCase(), domain: [0, 1], format: (share) => percent(share, 0) },
    marks: [MEASURES[measure].title.toLowerCase()],
    rows: [
      ...mean('own', 'A model’s own feature, to itself', findings.diagonal),
      ...mean('others', 'One model’s feature, to the others', findings.offDiagonal),
      ...own(MEAN),
      ...own(randomRow(MEAN)),
      ...CONTROLS.flatMap(own),
    ],
    columns: ['mean', 'shown'],
  };
}

/** From kind to kind, and to other families. */
export function kindRows({ groups }: TransferFindings, measure: Measure): Whiskers {
  return {
    axis: { title: MEASURES[measure].title.toLowerCase(), domain: [0, 1], format: (share) => percent(share, 0) },
    marks: [MEASURES[measure].title.toLowerCase()],
    rows: groups.flatMap((group): WhiskerRow[] => {
      const estimate = estimateOf(group[measure]);
      const title = `${kindTitle(group.from)} → ${kindTitle(group.to).toLowerCase()}`;
      return estimate ? [{ id: `${group.from}-${group.to}`, title, detail: `${group.pairs} pairs`, estimates: [estimate], cells: [percent(estimate.mean, 0)] }] : [];
    }),
    columns: ['mean'],
  };
}

/** The member that learned from masked images beside its twin that did not. */
export function maskedRows(findings: TransferFindings, measure: Measure): Whiskers | undefined {
  const { masked } = findings;
  if (!masked) return undefined;
  const title = (id: string) => findings.models.find((model) => model.id === id)?.title ?? id;
  const chosen = [GENERATORS, MEAN, RANDOM, 'object', 'outline', 'centre', 'inverted'];
  return {
    axis: { title: MEASURES[measure].title.toLowerCase(), domain: [0, 1], format: (share) => percent(share, 0) },
    marks: [title(masked.masked), title(masked.twin)],
    rows: masked.lines.filter(({ id }) => chosen.includes(id)).map((line) => ({ id: line.id, title: titleOf(findings, line.id), estimates: [estimateOf(line.masked[measure]), estimateOf(line.twin[measure])], cells: [points(line.difference.accuracy.value)] })),
    columns: ['difference'],
  };
}

const QUIET = new Set<CurveLine['kind']>(['random', 'control']);

function curvesFrom(lines: readonly CurveLine[], measure: TransferChoice['measure']): Curves {
  return {
    x: { title: 'share of the image shown', format: (share) => percent(share, 0) },
    y: { title: MEASURES[measure].title.toLowerCase(), domain: [0, 1], format: (share) => percent(share, 0) },
    curves: lines.map(({ id, kind, title, points: all }) => ({
      id, title, quiet: QUIET.has(kind), points: all.flatMap((point) => { const y = estimateOf(point[measure]); return y ? [{ x: point.share, y }] : []; }),
    })),
  };
}

export const familyCurves = ({ curves }: TransferFindings, measure: Measure): Curves => curvesFrom(curves.filter(({ kind, id }) => kind === 'family' || id === 'random'), measure);
export const harmonisedCurves = ({ curves }: TransferFindings, measure: Measure): Curves => curvesFrom(curves.filter(({ kind }) => kind !== 'family'), measure);
