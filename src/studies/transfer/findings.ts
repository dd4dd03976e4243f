/** What a transfer study found, from the records of its images: the matrix and its means, with 95 % intervals over images. Pure. Not in words (claims.ts). */
import { ratioOfMeans, type CountedEstimate } from '../../fields/bootstrap.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { agreementOf, type AgreementFindings } from './agreement.ts';
import { comparisonsOf, type Comparison } from './comparisons.ts';
import { curvesOf, type CurveLine } from './curves.ts';
import { maskedOf, type MaskedFindings } from './masked.ts';
import type { Lost, TransferRecord } from './record.ts';
import { rowsOf, type Row, type RowModel } from './rows.ts';
import { CHOSEN } from './settings.ts';
import { findDifference, findMean, seriesOf, shareEstimate, studentEstimate, tableOf, type CellAt, type Difference, type MeanFinding, type Series, type Table } from './table.ts';

/** One row shown to one model. */
export interface CellFinding {
  /** Share of images, Wilson's interval. */
  readonly accuracy: CountedEstimate;
  /** Accuracy over the tester's on the whole images. */
  readonly kept: CountedEstimate;
  /** Mean probability of the class, Student's interval. */
  readonly probability: CountedEstimate;
}

export interface RowFinding {
  readonly row: Row;
  /** Mean share of the image that is shown, and how compact it is. */
  readonly area: number;
  readonly compactness: number;
  /** By tester, in the order of the models; `undefined` where no image has the row. */
  readonly cells: readonly (CellFinding | undefined)[];
  /** Over the members, a generator itself left out. */
  readonly mean: MeanFinding;
}

export interface TesterFinding {
  readonly model: RowModel;
  /** On the whole images. */
  readonly clean: CountedEstimate;
  readonly cleanProbability: CountedEstimate;
  /** Over the features of the members, its own left out: how much it makes of others' features. */
  readonly mean: MeanFinding;
}

/** From the features of one group of members to the models of another, no model to itself. */
export interface GroupFinding extends MeanFinding {
  readonly from: string;
  readonly to: string;
  /** Pairs of models. */
  readonly pairs: number;
}

export interface TransferFindings {
  readonly drawn: number;
  readonly kept: number;
  /** Kept images of which something failed: what is missing is in no number, and n says how many have it. */
  readonly lost: readonly (Lost & { readonly name: string })[];
  /** Kept images of each class, by class index. */
  readonly balance: readonly number[];
  readonly models: readonly RowModel[];
  /** Ids of those that the means are over. */
  readonly members: readonly string[];
  readonly rows: readonly RowFinding[];
  readonly testers: readonly TesterFinding[];
  /** By family title. */
  readonly families: readonly GroupFinding[];
  /** By how places of the image come together: 'convolution', 'attention', 'other'. */
  readonly groups: readonly GroupFinding[];
  /** Each member's own feature shown to itself; to the others; to those of other families. */
  readonly diagonal: MeanFinding;
  readonly offDiagonal: MeanFinding;
  readonly otherFamilies: MeanFinding;
  /** (CC + AA − CA − AC) / 2 over the means of the groups of convolution and attention: how much a feature is lost between the two kinds, whatever generators and testers are good at on the whole. */
  readonly kinds?: Difference;
  readonly comparisons: readonly Comparison[];
  readonly curves: readonly CurveLine[];
  readonly agreement: AgreementFindings;
  /** Where both the masked model and its twin are among the models. */
  readonly masked?: MaskedFindings;
}

function balanceOf({ images }: Table): number[] {
  const count = Array.from({ length: Math.max(0, ...images.map(({ target }) => target + 1)) }, () => 0);
  for (const { target } of images) count[target]!++;
  return count;
}

function cellOf(table: Table, row: Row, tester: number): CellFinding | undefined {
  const { right, clean, probability } = seriesOf(table, [{ row: row.id, tester }]);
  const accuracy = shareEstimate(right);
  if (accuracy.n === 0) return undefined;
  const always = clean.every((value) => value === 1 || Number.isNaN(value));
  // Nothing to divide by but 1: the interval of the accuracy, which does not close where every image is right.
  return { accuracy, kept: always ? accuracy : ratioOfMeans(right, clean, table.resamples), probability: studentEstimate(probability) };
}

/** Pairs of members, generator and tester, that satisfy `wanted`. */
export const pairCells = ({ models, members }: Table, wanted: (from: RowModel, to: RowModel) => boolean): CellAt[] =>
  members.flatMap((from) => members.filter((tester) => wanted(models[from]!, models[tester]!)).map((tester) => ({ row: models[from]!.id, tester })));

function rowFinding(table: Table, row: Row): RowFinding {
  const records = table.images.flatMap((image) => table.row(image, CHOSEN, row.id) ?? []);
  const own = row.kind === 'generator' ? row.model : row.kind === 'random' ? row.of : undefined;
  const others = table.members.filter((tester) => table.models[tester]!.id !== own);
  return {
    row,
    area: studentEstimate(records.map(({ area }) => area)).value,
    compactness: studentEstimate(records.map(({ compactness }) => compactness)).value,
    cells: table.models.map((_, tester) => cellOf(table, row, tester)),
    mean: findMean(table, seriesOf(table, others.map((tester) => ({ row: row.id, tester })))),
  };
}

function testerFinding(table: Table, model: RowModel, tester: number): TesterFinding {
  const cells = table.members.filter((from) => from !== tester).map((from) => ({ row: table.models[from]!.id, tester }));
  return {
    model,
    clean: shareEstimate(table.images.map(({ right }) => right[tester]!)),
    cleanProbability: studentEstimate(table.images.map(({ probability }) => probability[tester]!)),
    mean: findMean(table, seriesOf(table, cells)),
  };
}

function groupsBy(table: Table, groupOf: (model: RowModel) => string): GroupFinding[] {
  const names = [...new Set(table.members.map((at) => groupOf(table.models[at]!)))];
  return names.flatMap((from) =>
    names.flatMap((to) => {
      const cells = pairCells(table, (a, b) => a.id !== b.id && groupOf(a) === from && groupOf(b) === to);
      return cells.length > 0 ? [{ from, to, pairs: cells.length, ...findMean(table, seriesOf(table, cells)) }] : [];
    }),
  );
}

/** `undefined` without two members of either kind. */
function kindsOf(table: Table): Difference | undefined {
  const kinds = ['convolution', 'attention'] as const;
  const group = (from: string, to: string) => pairCells(table, (a, b) => a.id !== b.id && a.mixes === from && b.mixes === to);
  if (kinds.some((kind) => group(kind, kind).length === 0)) return undefined;
  const half = (a: Series, b: Series): Series => {
    const mean = (name: keyof Series) => a[name].map((value, at) => (value + b[name][at]!) / 2);
    return { right: mean('right'), clean: mean('clean'), probability: mean('probability') };
  };
  const of = (from: string, to: string) => seriesOf(table, group(from, to));
  const [conv, attention] = kinds;
  return findDifference(table, half(of(conv, conv), of(attention, attention)), half(of(conv, attention), of(attention, conv)));
}

/** `models`: of the study, in its order; `seed`: of the resamples. Cost: half a second for twenty models and forty images. */
export function findingsOf(records: readonly TransferRecord[], models: readonly RowModel[] | readonly ModelEntry[], seed: number): TransferFindings {
  const table = tableOf(records, models, seed);
  const between = (wanted: (from: RowModel, to: RowModel) => boolean) => findMean(table, seriesOf(table, pairCells(table, wanted)));
  const masked = maskedOf(table);
  const kinds = kindsOf(table);
  return {
    drawn: table.drawn,
    kept: table.images.length,
    lost: table.images.flatMap(({ name, lost }) => (lost ? [{ name, ...lost }] : [])),
    balance: balanceOf(table),
    models,
    members: table.members.map((at) => models[at]!.id),
    rows: rowsOf(models).map((row) => rowFinding(table, row)),
    testers: models.map((model, at) => testerFinding(table, model, at)),
    families: groupsBy(table, ({ familyTitle }) => familyTitle),
    groups: groupsBy(table, ({ mixes }) => mixes),
    diagonal: between((a, b) => a.id === b.id),
    offDiagonal: between((a, b) => a.id !== b.id),
    otherFamilies: between((a, b) => a.family !== b.family),
    ...(kinds ? { kinds } : {}),
    comparisons: comparisonsOf(table),
    curves: curvesOf(table),
    agreement: agreementOf(table),
    ...(masked ? { masked } : {}),
  };
}
