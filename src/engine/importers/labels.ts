/** Names of a network's classes, read from text of several forms and held against its outputs. Comparing two lists: fields/labels.ts. */
import { ImportProblem } from './problem.ts';

const REMEDY = 'give a text file with one name a line, or JSON such as ["cat", "dog"] or {"0": "cat", "1": "dog"}';

const WNID = /^n\d{8}$/;
const WHOLE = /^\d+$/;

/** Longest text that is read as labels, in characters. */
const LONGEST = 5e6;

/**
 * One name a line; wnid and name; lines of CSV (index, wnid, name in any order, a header if it likes); a JSON array; {"0": "tench"}; Keras'
 * {"0": ["n01440764", "tench"]}; {"tench": 0}; a configuration with "id2label". Throws an ImportProblem.
 */
export function readLabels(text: string, name = 'the labels'): readonly string[] {
  if (text.length > LONGEST) throw new ImportProblem(`${name} has ${text.length.toLocaleString('en')} characters`, `that is no list of labels; ${REMEDY}`);
  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') throw new ImportProblem(`${name} is empty`, REMEDY);
  // Python's dictionaries begin with a brace too, but with a bare number behind it.
  const labels = /^(\[|\{(?!\s*\d))/.test(content) ? fromJson(content, name) : fromLines(content.split(/\r\n|\n|\r/).map((line) => line.trim()), name);
  if (labels.length === 0) throw new ImportProblem(`${name} is empty`, REMEDY);
  const blank = labels.findIndex((label) => label === '');
  if (blank >= 0) throw new ImportProblem(`${name} has no name for class ${blank}`, REMEDY);
  return labels;
}

function fromJson(content: string, name: string): string[] {
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch (cause) {
    throw new ImportProblem(`${name} begins like JSON but is none (${(cause as Error).message})`, REMEDY, { cause });
  }
  if (Array.isArray(read)) return read.map((entry, i) => nameOf(entry, name, i));
  const table = read as Record<string, unknown>;
  const nested = table.id2label ?? table.labels ?? table.classes;
  if (typeof nested === 'object' && nested !== null) return fromJson(JSON.stringify(nested), name);
  const entries = Object.entries(table);
  const turned = entries.every(([key, value]) => Number.isInteger(value) && !WHOLE.test(key));
  return inOrder(turned ? entries.map(([key, value]) => [Number(value), readable(key)]) : entries.map(([key, value]) => [WHOLE.test(key) ? Number(key) : NaN, nameOf(value, name, key)]), name);
}

/** A name, or a list of which the last entry that is no number of WordNet's is one. */
function nameOf(entry: unknown, name: string, place: number | string): string {
  const value: unknown = Array.isArray(entry) ? (entry.findLast((part) => typeof part === 'string' && !WNID.test(part)) ?? entry[0]) : entry;
  if (typeof value !== 'string') throw new ImportProblem(`${name} has no name at ${place}`, REMEDY);
  return readable(value);
}

const readable = (label: string): string => label.replaceAll('_', ' ').trim();

/** Classes counted from 0 (or all from 1) without a gap. */
function inOrder(entries: readonly (readonly [number, string])[], name: string): string[] {
  const first = Math.min(...entries.map(([index]) => index));
  const labels: (string | undefined)[] = entries.map(() => undefined);
  for (const [index, label] of entries) {
    const place = index - (first === 1 ? 1 : 0);
    if (!(place in labels)) throw new ImportProblem(`${name} numbers its classes with a gap (${entries.length} names, one of them for class ${index})`, REMEDY);
    if (labels[place] !== undefined) throw new ImportProblem(`${name} names class ${index} twice ('${labels[place]}' and '${label}')`, REMEDY);
    labels[place] = label;
  }
  return labels as string[];
}

/** Fields of a line of CSV; quotes as RFC 4180 has them. */
const fieldsOf = (line: string, separator: string): string[] =>
  line
    .match(new RegExp(`(?:"(?:[^"]|"")*"|[^${separator}"]*)(?:${separator}|$)`, 'g'))!
    .slice(0, -1)
    .map((field) => field.replace(new RegExp(`${separator}$`), '').trim())
    .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));

const HEADER = /^(label|labels|name|names|class|class_name|category|index|id|class_id|wnid|synset)$/i;

function fromLines(lines: readonly string[], name: string): string[] {
  const kept = lines.filter((line, i) => line !== '' || i < lines.length - 1);
  const separator = ['\t', ',', ';'].find((mark) => isTable(kept, mark));
  if (separator) return fromTable(kept.map((line) => fieldsOf(line, separator)), name);
  // "0: 'tench, Tinca tinca'," and "n01440764 tench, Tinca tinca".
  const numbered = kept.map((line) => /^\{?\s*(\d+)\s*:\s*(["']?)(.*?)\2,?\s*\}?$/.exec(line));
  if (numbered.every((match) => match !== null)) return inOrder(numbered.map((match) => [Number(match[1]), readable(match[3]!)]), name);
  return kept.map((line) => readable(line.replace(/^n\d{8}\s+/, '').replace(/^"(.*)"$/, '$1')));
}

/** As many fields on every line, at least two, and a header or a column of numbers or of WordNet's numbers. Names with synonyms are no table. */
function isTable(lines: readonly string[], separator: string): boolean {
  if (!lines.every((line) => line.includes(separator))) return false;
  const rows = lines.map((line) => fieldsOf(line, separator));
  const width = rows[0]!.length;
  if (!rows.every((row) => row.length === width)) return false;
  const body = rows.slice(1);
  return rows[0]!.every((field) => HEADER.test(field)) || rows[0]!.some((_, c) => body.length > 0 && body.every((row) => WHOLE.test(row[c]!) || WNID.test(row[c]!)));
}

function fromTable(rows: readonly (readonly string[])[], name: string): string[] {
  const head = rows[0]!;
  const body = head.every((field) => HEADER.test(field)) ? rows.slice(1) : rows;
  const columns = head.map((_, c) => c);
  const index = columns.find((c) => body.every((row) => WHOLE.test(row[c]!)));
  const label = columns.find((c) => c !== index && !body.every((row) => WNID.test(row[c]!) || WHOLE.test(row[c]!)));
  if (label === undefined || body.length === 0) throw new ImportProblem(`${name} is a table without a column of names`, REMEDY);
  return index === undefined ? body.map((row) => readable(row[label]!)) : inOrder(body.map((row) => [Number(row[index]), readable(row[label]!)]), name);
}

/**
 * The labels of a network of that many outputs. TensorFlow's ImageNet networks have 1,001 classes, of which the first is the background: it is put before 1,000 names.
 * Throws an ImportProblem where the counts differ otherwise.
 */
export function fitLabels(labels: readonly string[], outputs: number, name = 'the labels'): readonly string[] {
  if (labels.length === outputs) return labels;
  if (labels.length === 1000 && outputs === 1001) return ['background', ...labels];
  if (labels.length === 1001 && outputs === 1000 && /^background$/i.test(labels[0]!)) return labels.slice(1);
  throw new ImportProblem(
    `${name} has ${labels.length.toLocaleString('en')} names, the network ${outputs.toLocaleString('en')} outputs`,
    labels.length === outputs + 1 || labels.length === outputs - 1 ? 'one name is too many or missing: look for a header, or for a background class' : 'give the list that belongs to this network',
  );
}

/** Where no list is known: "class 0", "class 1", … */
export const numberedLabels = (outputs: number): readonly string[] => Array.from({ length: outputs }, (_, i) => `class ${i}`);
