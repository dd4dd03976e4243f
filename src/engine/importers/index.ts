/** From a file's network to the engine's graph of one square image. Reads no file (open.ts) and recognises nothing (rewrite/). */
import type { PlainGraph } from '../models/plain.ts';
import { imageOf, lowering } from './lower/index.ts';
import { ImportProblem } from './problem.ts';
import type { Source } from './source.ts';
import { drained } from './steps.ts';

export interface ImportOptions {
  /** Side of the images where the file leaves it open. */
  readonly inputSize?: number;
}

export interface Imported {
  /** Without preprocessing: its input is what the file's network reads, as [N, size, size, channels]. */
  readonly plain: Omit<PlainGraph, 'features'> & Partial<Pick<PlainGraph, 'features'>>;
  readonly inputSize: number;
  readonly channels: number;
  readonly remarks: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

const USUAL_SIZE = 224;

/** Throws an ImportProblem where the network cannot be explained here. */
export const importModel = (source: Source, options?: ImportOptions): Imported => drained(importing(source, options));

/** The same step by step: yields how many operators are done. */
export function* importing(source: Source, { inputSize = USUAL_SIZE }: ImportOptions = {}): Generator<number, Imported> {
  const [input, ...others] = source.inputs;
  if (!input) throw new ImportProblem('the model has no input', 'export it with its image as the input');
  if (others.length > 0) throw new ImportProblem(`the model has ${source.inputs.length} inputs: ${source.inputs.map(({ name }) => `'${name}'`).join(', ')}`, 'only models that read one image are explained; export it with the others fixed');
  const image = imageOf(input, inputSize);
  if (image.height !== image.width) throw new ImportProblem(`the input '${input.name}' is ${image.height} × ${image.width}`, 'only square images are read; export it for a square');
  const { graph, remarks } = yield* lowering(source, image);
  const [first, ...more] = source.outputs;
  const several = more.length > 0 ? [`The model gives ${source.outputs.length} outputs (${source.outputs.map((name) => `'${name}'`).join(', ')}); what is explained is the first, '${first}'.`] : [];
  return { plain: graph, inputSize: image.height, channels: image.channels, remarks: [...remarks, ...several], facts: source.facts };
}
