/** The engine's importers as the worker uses them: files of whichever format → one network. Fetched with the first model that a visitor brings. */
import { openFiles } from '../engine/importers/files.ts';
import { guessPreprocessing } from '../engine/importers/guessPreprocessing.ts';
import { importModel } from '../engine/importers/index.ts';
import { fitLabels } from '../engine/importers/labels.ts';
import { preprocessingNodes } from '../engine/importers/preprocessing.ts';
import { recognise } from '../engine/importers/rewrite/recognise.ts';
import { sniff } from '../engine/importers/sniff.ts';
import type { Source } from '../engine/importers/source.ts';
import type { Importer } from './own.ts';

/** The file leaves more than the batch of its images open. */
const leavesSizeOpen = ({ inputs: [input] }: Source): boolean => {
  const { shape } = input ?? {};
  return shape === undefined || shape.slice(1).some((length) => length === undefined);
};

/** Labels that the file tells, where they fit its outputs; others are of no use. */
function fitting(labels: readonly string[] | undefined, outputs: number): readonly string[] | undefined {
  try {
    return labels && fitLabels(labels, outputs);
  } catch {
    return undefined;
  }
}

/** A thousand outputs without names are taken for ImageNet's classes, whose list the page has. */
function recognised(lowered: Parameters<typeof recognise>[0], shape: readonly number[], labels: number | undefined): ReturnType<typeof recognise> {
  const found = recognise(lowered, shape, labels);
  return labels === undefined && (found.outputs === 1000 || found.outputs === 1001) ? recognise(lowered, shape, found.outputs) : found;
}

const CERTAINTY = { sure: '', likely: ' (likely)', unsure: ' (no more than a guess)' } as const;
const STEPS = 3;

export const importer: Importer = {
  async open(files, inputSize, tell) {
    await tell(0, STEPS);
    if (files.size === 1) for (const [name, bytes] of files) sniff(bytes, name); // what cannot be read says how it can be
    const opened = openFiles(files);
    const source = opened.source();
    await tell(1, STEPS);
    const { plain: lowered, facts, remarks, channels, inputSize: size } = importModel(source, inputSize === undefined ? {} : { inputSize });
    await tell(2, STEPS);
    const { graph: plain, kind, outputs, words } = recognised(lowered, [size, size, channels], (source.labels ?? opened.labels)?.length);
    const { preprocessing, certainty, reason } = guessPreprocessing(source);
    const labels = fitting(source.labels ?? opened.labels, outputs);
    await tell(STEPS, STEPS);
    return {
      format: source.format, facts, remarks, plain, outputs, channels, inputSize: size, anySize: leavesSizeOpen(source), ...(labels ? { labels } : {}),
      output: kind, outputWords: words,
      preprocessing, why: `${reason}${CERTAINTY[certainty]}`,
    };
  },
  withPreprocessing(plain, preprocessing, channels) {
    const input = plain.nodes.some(({ id }) => id === 'picture') ? 'the picture' : 'picture';
    const first = preprocessingNodes(preprocessing, channels, input);
    const last = first.at(-1)!.id;
    return { ...plain, input, nodes: [...first, ...plain.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => (name === plain.input ? last : name)) }))] };
  },
};
