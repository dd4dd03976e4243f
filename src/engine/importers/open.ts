/** From the bytes of files to a network ready to be explained, with all that its file tells: format, size, kind of output, labels, a guess of its preprocessing. Reads no path. */
import { openFiles } from './files.ts';
import { guessPreprocessing, type Guess } from './guessPreprocessing.ts';
import { importing, type Imported } from './index.ts';
import { fitLabels } from './labels.ts';
import { recognise, type Recognised } from './rewrite/recognise.ts';
import { sniff } from './sniff.ts';
import type { Source } from './source.ts';
import { watched } from './steps.ts';

export interface OpenedModel extends Omit<Imported, 'plain'>, Pick<Recognised, 'kind' | 'cut' | 'outputs' | 'words'> {
  /** Without preprocessing: [N, size, size, channels] → [N, outputs], in the forms that rules and methods know. */
  readonly plain: Recognised['graph'];
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

/** A thousand outputs without names are taken for ImageNet's classes, whose list is at hand. */
function recognised({ plain, inputSize, channels }: Imported, labels: number | undefined): Recognised {
  const shape = [inputSize, inputSize, channels];
  const found = recognise(plain, shape, labels);
  return labels === undefined && (found.outputs === 1000 || found.outputs === 1001) ? recognise(plain, shape, found.outputs) : found;
}

/**
 * The model among `files` (path → bytes; a zip counts as what it holds). `tell` is awaited every few operators and may throw to break off.
 * Throws an ImportProblem. Cost: a copy of the weights, and the folding of constants.
 */
export async function openModel(files: ReadonlyMap<string, Uint8Array>, inputSize?: number, tell: (done: number, total: number) => Promise<void> = () => Promise.resolve()): Promise<OpenedModel> {
  if (files.size === 1) for (const [name, bytes] of files) sniff(bytes, name); // what cannot be read says how it can be
  const opened = openFiles(files);
  const source = opened.source();
  const total = source.operators.length;
  const imported = await watched(importing(source, inputSize === undefined ? {} : { inputSize }), (done) => tell(done, total));
  const told = source.labels ?? opened.labels;
  const { graph, kind, cut, outputs, words } = recognised(imported, told?.length);
  const labels = fitting(told, outputs);
  await tell(total, total);
  return { ...imported, plain: graph, kind, ...(cut ? { cut } : {}), outputs, words, format: source.format, guess: guessPreprocessing(source), anySize: leavesSizeOpen(source), ...(labels ? { labels } : {}) };
}
