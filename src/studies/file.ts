/** The file of a study's result: the protocol that decides its numbers, and a record for each image. Read strictly, merged exactly. Makes no record and no finding. */
import type { Value } from '../engine/params.ts';
import { ENGINE_VERSION } from './kept.ts';
import type { StudySetup } from './setup.ts';
import { STUDY_IDS, type StudyId, type StudyRecord } from './study.ts';

/** Plain data as JSON holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Everything that decides the numbers of records. Two files with the same protocol can be merged. */
export interface Protocol {
  /** Raised when any number changes that the engine gives (kept.ts). */
  readonly engine: number;
  /** In the order in which they are shown; the weights by their checksum. */
  readonly models: readonly { readonly id: string; readonly sha256: string }[];
  readonly method: string;
  readonly params: Readonly<Record<string, Value>>;
  readonly score: string;
  readonly seed: number;
  readonly source: 'scenes' | 'folder';
  /** How many images there are in all, those of other shards too. */
  readonly drawn: number;
  /** The study's own. */
  readonly settings: { readonly [name: string]: Json };
}

export interface StudyFile<Kept extends StudyRecord = StudyRecord> {
  readonly format: 1;
  readonly study: StudyId;
  readonly protocol: Protocol;
  /** By place, each image once; images of other shards, and those that were not reached, are missing. */
  readonly records: readonly Kept[];
}

/** A file that cannot be read, or not with others: the message names the file, what is wrong with it, and the remedy. */
export class StudyFileError extends Error {
  override name = 'StudyFileError';
}

export function protocolOf({ models, method, params, score, seed, images }: StudySetup, settings: object): Protocol {
  return {
    engine: ENGINE_VERSION,
    models: models.map(({ id, sha256 }) => ({ id, sha256 })),
    method: method.id,
    params: Object.fromEntries(Object.keys(method.params).sort().map((name) => [name, params[name]!])),
    score,
    seed,
    source: images.some(({ kind }) => kind === 'picture') ? 'folder' : 'scenes',
    drawn: images.length,
    settings: sorted(settings as Protocol['settings']) as Protocol['settings'],
  };
}

/** With the names of every object in alphabetical order: the same data, the same text. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part as Json)]));
}

/** The file's text, a line for each record: the same file, the same bytes. */
export function studyText<Kept extends StudyRecord>({ format, study, protocol, records }: StudyFile<Kept>): string {
  const lines = [...records].sort((a, b) => a.at - b.at).map((record) => JSON.stringify(record));
  return `{"format":${format},"study":${JSON.stringify(study)},"protocol":${JSON.stringify(sorted(protocol as unknown as Json))},\n"records":[\n${lines.join(',\n')}\n]}\n`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isModel = (value: unknown) => isObject(value) && typeof value['id'] === 'string' && typeof value['sha256'] === 'string';

/** What each part of a protocol must be. */
const PARTS = {
  engine: [isCount, 'a whole number'],
  models: [(value) => Array.isArray(value) && value.length > 0 && value.every(isModel), 'a list of models with id and sha256'],
  method: [(value) => typeof value === 'string', 'a method’s id'],
  params: [isObject, 'parameters by name'],
  score: [(value) => typeof value === 'string', 'a score’s name'],
  seed: [isCount, 'a whole number'],
  source: [(value) => value === 'scenes' || value === 'folder', "'scenes' or 'folder'"],
  drawn: [(value) => isCount(value) && value > 0, 'a whole number of at least 1'],
  settings: [isObject, 'settings by name'],
} as const satisfies Record<keyof Protocol, readonly [(value: unknown) => boolean, string]>;

const shown = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40));

/**
 * The file in `text`. Throws `StudyFileError` unless it is one, of `study` where that is given, with every record in its place.
 * `check` says what is wrong with a record, if anything.
 */
export function readStudyFile<Kept extends StudyRecord = StudyRecord>(text: string, name: string, study?: StudyId, check: (record: Readonly<Record<string, unknown>>) => string | undefined = () => undefined): StudyFile<Kept> {
  const fail = (what: string, remedy = "choose a file that a study's page or 'chorale' has saved"): never => {
    throw new StudyFileError(`${name}: ${what}; ${remedy}`);
  };
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return fail('it is not JSON');
  }
  if (!isObject(file)) return fail('it holds no study');
  if (file['format'] !== 1) return fail(`its format is ${shown(file['format'])}, this program reads format 1`);
  if (!STUDY_IDS.some((id) => id === file['study'])) return fail(`its study is ${shown(file['study'])}, this program knows ${STUDY_IDS.join(' and ')}`);
  if (study !== undefined && file['study'] !== study) return fail(`it holds a study of ${String(file['study'])}, not of ${study}`, 'open it on the page of that name');
  const { protocol, records } = file;
  if (!isObject(protocol)) return fail('its protocol is missing');
  for (const [part, [is, words]] of Object.entries(PARTS)) if (!is(protocol[part])) return fail(`its protocol's ${part} is ${shown(protocol[part])}, not ${words}`);
  if (!Array.isArray(records)) return fail('its records are missing');
  const drawn = protocol['drawn'] as number;
  let last = -1;
  for (const [i, record] of (records as readonly unknown[]).entries()) {
    if (!isObject(record) || !isCount(record['at']) || record['at'] >= drawn) return fail(`record ${i} is not of an image 0 … ${drawn - 1} (at: ${shown(isObject(record) ? record['at'] : record)})`);
    if (record['at'] <= last) return fail(`record ${i} is of image ${record['at']}, after one of image ${last}: each stands once, in order`);
    last = record['at'];
    const wrong = check(record);
    if (wrong !== undefined) return fail(`the record of image ${record['at']} ${wrong}`);
  }
  return file as unknown as StudyFile<Kept>;
}

/** Names of what differs between two protocols, with both values. */
function differences(a: Protocol, b: Protocol): string[] {
  return (Object.keys(PARTS) as (keyof Protocol)[]).flatMap((part) => {
    const [mine, theirs] = [a, b].map((protocol) => JSON.stringify(sorted(protocol[part] as Json)));
    return mine === theirs ? [] : [`${part} ${shown(a[part])} and ${shown(b[part])}`];
  });
}

/** Times of computation, which differ from run to run, do not count. */
const comparable = (record: StudyRecord) => JSON.stringify(sorted(record as unknown as Json), (name, value: unknown) => (name === 'ms' ? undefined : value));

/** All records of several files of one protocol. Throws `StudyFileError` where protocols differ, or two records of one image. The order of the files does not matter. */
export function mergeFiles<Kept extends StudyRecord>(files: readonly { readonly name: string; readonly file: StudyFile<Kept> }[]): StudyFile<Kept> {
  const [first, ...others] = files;
  if (!first) throw new StudyFileError('there is nothing to merge: name two files or more');
  for (const { name, file } of others) {
    if (file.study !== first.file.study) throw new StudyFileError(`${first.name} holds a study of ${first.file.study}, ${name} one of ${file.study}: merge files of one study`);
    const different = differences(first.file.protocol, file.protocol);
    if (different.length > 0) throw new StudyFileError(`${first.name} and ${name} were made differently (${different.join('; ')}): merge shards of one run`);
  }
  const merged = new Map<number, { readonly name: string; readonly record: Kept }>();
  for (const { name, file } of files)
    for (const record of file.records) {
      const before = merged.get(record.at);
      if (before && comparable(before.record) !== comparable(record)) throw new StudyFileError(`${before.name} and ${name} differ in image ${record.at}: run one of them again`);
      if (!before || JSON.stringify(record) < JSON.stringify(before.record)) merged.set(record.at, { name, record });
    }
  return { ...first.file, records: [...merged.values()].map(({ record }) => record).sort((a, b) => a.at - b.at) };
}
