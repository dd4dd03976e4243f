/** Tables as comma-separated text (RFC 4180). */
import type { Field } from './field.ts';

type Cell = string | number;

/** Spaces are plain: what keeps a line together on the page is in a file's way. */
const quote = (cell: Cell): string => {
  const text = String(cell).replaceAll('\u00a0', ' ');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Lines end in CRLF, as the standard asks. */
export const toCsv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');

/** One line per place: row, column and its channels, as the shortest decimals that give the same float32 back. */
export function fieldToCsv({ data, height, width, channels }: Field): string {
  const names = channels === 1 ? ['value'] : channels === 3 ? ['red', 'green', 'blue'] : Array.from({ length: channels }, (_, c) => `channel ${c}`);
  const rows = Array.from({ length: height * width }, (_, place) => [
    Math.floor(place / width),
    place % width,
    ...Array.from(data.subarray(place * channels, (place + 1) * channels), shortest),
  ]);
  return toCsv(['row', 'column', ...names], rows);
}

function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
