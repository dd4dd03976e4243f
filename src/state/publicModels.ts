/** The site's catalogue of public models (public/catalogue.json), which a host may edit: read with care. Fetches nothing. */
import { parsePreprocessing } from '../engine/importers/preprocessing.ts';
import type { Reading } from '../worker/protocol.ts';

export interface PublicModel {
  readonly id: string;
  readonly title: string;
  readonly address: string;
  readonly format: string;
  readonly licence: string;
  /** 0 where unknown. */
  readonly bytes: number;
  /** What the catalogue says of how it is read; the rest is guessed. */
  readonly reading: Partial<Reading>;
}

const text = (entry: Readonly<Record<string, unknown>>, key: string, place: number): string => {
  const value = entry[key];
  if (typeof value !== 'string' || value === '') throw new Error(`catalogue.json: entry ${place + 1} has no '${key}': give it as text`);
  return value;
};

/** Throws, naming the entry, where something is missing. */
export function readCatalogue(json: string): readonly PublicModel[] {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch (error) {
    throw new Error(`catalogue.json is not JSON (${(error as Error).message}): check its commas and quotes`, { cause: error });
  }
  const models = (read as { models?: unknown } | null)?.models;
  if (!Array.isArray(models)) throw new Error("catalogue.json has no list 'models'");
  return models.map((entry: Readonly<Record<string, unknown>>, place) => {
    const { bytes, preprocessing } = entry;
    const address = text(entry, 'address', place);
    if (!/^https?:\/\//.test(address)) throw new Error(`catalogue.json: entry ${place + 1} has the address '${address}': write it in full, with https://`);
    return {
      id: text(entry, 'id', place), title: text(entry, 'title', place), address, format: text(entry, 'format', place), licence: text(entry, 'licence', place),
      bytes: typeof bytes === 'number' && bytes > 0 ? bytes : 0,
      reading: typeof preprocessing === 'string' ? { preprocessing: parsePreprocessing(preprocessing) } : {},
    };
  });
}
