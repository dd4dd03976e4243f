/** The committee as a file: every model, whatever the page filters. Text only; the download is the page's. */
import { toCsv } from '../../fields/csv.ts';
import type { ModelEntry } from '../../worker/protocol.ts';

export const ROSTER_EXPORTS = [
  { id: 'csv', title: 'Table, CSV', description: 'every model, with intervals' },
  { id: 'json', title: 'Table, JSON', description: 'with classes, notes and checksums' },
] as const;
export type RosterExportId = (typeof ROSTER_EXPORTS)[number]['id'];

const HEADER = [
  'model', 'title', 'family', 'role', 'parameters', 'multiply-adds of one image', 'download, bytes',
  'validation accuracy', 'test accuracy', '95 % interval, from', '95 % interval, to', 'test scenes', 'expected calibration error, ten equal bins', 'note', 'sha256',
] as const;

export function modelsCsv(models: readonly ModelEntry[]): string {
  const lines = models.map(({ id, title, familyTitle, role, parameters, multiplyAdds, bytes, accuracy, calibrationError, note = '', sha256 }) => {
    const { validation, test, interval, n } = accuracy;
    return [id, title, familyTitle, role, parameters, multiplyAdds, bytes, validation, test, ...interval, n, calibrationError, note, sha256];
  });
  return toCsv(HEADER, lines);
}

export const modelsJson = (models: readonly ModelEntry[]): string => `${JSON.stringify({ app: 'Chorale', models }, undefined, 2)}\n`;
