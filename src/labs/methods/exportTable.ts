/** The table of methods as a file: every method and model, whatever the page filters. Text only; the download is the page's. */
import { toCsv } from '../../fields/csv.ts';
import { claimsInWords, rangeWords } from '../../ui/methodWords.ts';
import { familyTitle } from '../../ui/families.ts';
import type { Known, TableCell, TableRow } from './table.ts';

export const TABLE_EXPORTS = [
  { id: 'csv', title: 'Table, CSV', description: 'every method, every model' },
  { id: 'json', title: 'Table, JSON', description: 'with formulas, parameters and reasons' },
] as const;
export type TableExportId = (typeof TABLE_EXPORTS)[number]['id'];

function cellText(cell: TableCell): string {
  switch (cell.kind) {
    case 'runs':
      return 'runs';
    case 'refuses':
      return `does not run: ${cell.reason}`;
    case 'failed':
      return `unknown: ${cell.message}`;
    case 'unknown':
      return 'unknown';
    default:
      return cell satisfies never;
  }
}

export function tableCsv(rows: readonly TableRow[], models: readonly Known[]): string {
  const header = ['method', 'title', 'family', ...models.map(({ model }) => model.id), 'passes, least', 'passes, most', 'passes are exact', 'signed', 'score', 'claims', 'source'];
  const lines = rows.map(({ method, cells, passes, claims }) => [
    method.id,
    method.title,
    familyTitle(method.family),
    ...cells.map(cellText),
    passes?.least ?? '',
    passes?.most ?? '',
    passes ? String(passes.exact) : '',
    String(method.signed),
    method.score,
    claims ? claimsInWords(claims).join('; ') : '',
    method.reference,
  ]);
  return toCsv(header, lines);
}

export function tableJson(rows: readonly TableRow[], models: readonly Known[]): string {
  const methods = rows.map(({ method, cells }) => {
    const { id, title, family, signed, score, card, params, reference } = method;
    const parameters = Object.entries(params).map(([name, param]) => ({ name, title: param.title, range: rangeWords(param), default: param.default }));
    const on = Object.fromEntries(models.map(({ model }, index) => [model.id, withoutTag(cells[index]!)]));
    return { id, title, family, signed, score, ...card, parameters, reference, models: on };
  });
  const entries = models.map(({ model: { id, title, family } }) => ({ id, title, family }));
  return `${JSON.stringify({ app: 'Chorale', models: entries, methods }, undefined, 2)}\n`;
}

function withoutTag(cell: TableCell): object {
  switch (cell.kind) {
    case 'runs':
      return { runs: true, passes: cell.capability.passes, claims: cell.capability.claims };
    case 'refuses':
      return { runs: false, reason: cell.reason };
    case 'failed':
      return { runs: null, problem: cell.message };
    case 'unknown':
      return { runs: null };
    default:
      return cell satisfies never;
  }
}
