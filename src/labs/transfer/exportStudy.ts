/** The whole study as files: records that the page and the command line can open again, and its tables. Pure. */
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import { toCsv } from '../../fields/csv.ts';
import type { TransferFindings } from '../../studies/transfer/findings.ts';
import type { TransferRecord } from '../../studies/transfer/record.ts';
import { fileText } from './study/file.ts';
import type { Asked } from './study/useTransferStudy.ts';

export const STUDY_EXPORTS = [
  { id: 'json', title: 'The study, JSON', description: 'a record for each image: this page and the command line can open it again' },
  { id: 'csv', title: 'The matrix, CSV', description: 'a line for each feature and model, with intervals, unrounded' },
  { id: 'comparisons', title: 'The comparisons, CSV', description: 'features beside controls, harmonised beside single ones' },
] as const;
export type StudyExportId = (typeof STUDY_EXPORTS)[number]['id'];

export interface StudyScene {
  readonly asked: Asked;
  readonly records: readonly TransferRecord[];
  readonly findings: TransferFindings;
}

const cells = ({ value, low, high, n }: CountedEstimate): (string | number)[] => [value, low, high, n].map((number) => (Number.isFinite(number) ? number : ''));
const head = (name: string): string[] => [name, `${name}, from`, `${name}, to`, `${name}, images`];

const matrixCsv = ({ rows, models }: TransferFindings): string =>
  toCsv(
    ['shown', 'kind', 'share of the image', 'compactness', 'to', ...head('accuracy'), ...head('accuracy kept'), ...head('probability')],
    rows.flatMap(({ row, area, compactness, cells: found }) =>
      found.flatMap((cell, at) => (cell ? [[row.id, row.kind, area, Number.isFinite(compactness) ? compactness : '', models[at]!.id, ...cells(cell.accuracy), ...cells(cell.kept), ...cells(cell.probability)]] : [])),
    ),
  );

const comparisonsCsv = ({ comparisons }: TransferFindings): string =>
  toCsv(
    ['of', 'against', 'share shown, of', 'share shown, against', ...head('difference of accuracy'), ...head('difference of probability')],
    comparisons.map(({ of, against, areas, accuracy, probability }) => [of, against, ...areas.map((area) => (Number.isFinite(area) ? area : '')), ...cells(accuracy), ...cells(probability)]),
  );

/** Its name and its text. */
export function studyFile(id: StudyExportId, { asked, records, findings }: StudyScene): { readonly name: string; readonly text: string; readonly type: string } {
  switch (id) {
    case 'json':
      return { name: 'chorale-transfer.json', text: fileText(asked, records), type: 'application/json' };
    case 'csv':
      return { name: 'chorale-transfer-matrix.csv', text: matrixCsv(findings), type: 'text/csv' };
    case 'comparisons':
      return { name: 'chorale-transfer-comparisons.csv', text: comparisonsCsv(findings), type: 'text/csv' };
    default:
      return id satisfies never;
  }
}
