/** From the bytes of files to a network with all that its file tells: format, size, labels, a guess of its preprocessing. Reads no path; explains nothing. */
import { openFiles } from './files.ts';
import { guessPreprocessing, type Guess } from './guessPreprocessing.ts';
import { importModel, type Imported } from './index.ts';
import { fitLabels } from './labels.ts';
import { sniff } from './sniff.ts';
import type { Source } from './source.ts';

export interface OpenedModel extends Imported {
  readonly format: Source['format'];
  readonly guess: Guess;
  /** Whether the file leaves the size of its images open. */
  readonly anySize: boolean;
  /** From the file or from a list beside it, where they fit the outputs. */
  readonly labels?: readonly string[];
}

/** The file leaves more than the batch of its images open. */
const leavesSizeOpen = ({ inputs: [input] }: Source): boolean => {
  const { shape } = input ?? {};
  return shape === undefined || shape.slice(1).some((length) => length === undefined);
};

/** Others are of no use. */
function fitting(labels: readonly string[] | undefined, outputs: number): readonly string[] | undefined {
  try {
    return labels && fitLabels(labels, outputs);
  } catch {
    return undefined;
  }
}

/** The model among `files` (path → bytes; a zip counts as what it holds). Throws an ImportProblem. Cost: a copy of the weights, and the folding of constants. */
export function openModel(files: ReadonlyMap<string, Uint8Array>, inputSize?: number): OpenedModel {
  if (files.size === 1) for (const [name, bytes] of files) sniff(bytes, name); // what cannot be read says how it can be
  const opened = openFiles(files);
  const source = opened.source();
  const imported = importModel(source, inputSize === undefined ? {} : { inputSize });
  const labels = fitting(source.labels ?? opened.labels, imported.outputs);
  return { ...imported, format: source.format, guess: guessPreprocessing(source), anySize: leavesSizeOpen(source), ...(labels ? { labels } : {}) };
}
