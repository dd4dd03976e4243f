/** The engine's importers as the worker uses them: files of whichever format → one network. Fetched with the first model that a visitor brings. */
import { openModel } from '../engine/importers/open.ts';
import { withPreprocessing } from '../engine/importers/preprocessing.ts';
import type { Importer } from './own.ts';

const CERTAINTY = { sure: '', likely: ' (likely)', unsure: ' (no more than a guess)' } as const;

export const importer: Importer = {
  async open(files, inputSize, tell) {
    const { kind, words, guess: { preprocessing, certainty, reason }, ...opened } = await openModel(files, inputSize, tell);
    return { ...opened, output: kind, outputWords: words, preprocessing, why: `${reason}${CERTAINTY[certainty]}` };
  },
  withPreprocessing,
};
