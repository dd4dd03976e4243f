/** A model that somebody else made, from the disk to a network ready to be explained. Its formats are the engine's importers' business. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { canonize } from '../engine/graph/canonize.ts';
import { disposeGraph } from '../engine/graph/derived.ts';
import { fitLabels, numberedLabels, readLabels } from '../engine/importers/labels.ts';
import { openModel, type OpenedModel } from '../engine/importers/open.ts';
import { formatPreprocessing, parsePreprocessing, withPreprocessing, type Preprocessing } from '../engine/importers/preprocessing.ts';
import { toGraph } from '../engine/models/plain.ts';
import { UsageError, type Flag } from './command.ts';
import type { Network } from './network.ts';
import { repositoryRoot } from './sceneCache.ts';

export interface OwnChoices {
  /** As `parsePreprocessing` reads it; guessed where absent. */
  readonly preprocess?: string;
  /** A file, or 'imagenet'; what the model's file tells where absent. */
  readonly labels?: string;
  /** Side of the images where the file leaves it open. */
  readonly size?: number;
}

export const ownFlags: Readonly<Record<'preprocess' | 'labels' | 'size', Flag>> = {
  preprocess: { value: 'TEXT', help: 'for a model of your own: torchvision, tf, caffe, unit, bytes, or order=bgr,mean=104/117/123,scale=255,crop=0.875 (guessed)' },
  labels: { value: 'FILE|imagenet', help: "names of its classes: one a line, CSV or JSON (the file's own; ImageNet's where there are 1,000)" },
  size: { value: 'PIXELS', help: 'side of its images, where the file leaves it open (224)' },
};

/** Whether `name` is a file or folder rather than the id of a model of the zoo. */
export const isPath = (name: string): Promise<boolean> => stat(name).then(() => true, () => false);

/** Files of more than this are no labels, notes or weights of a model. */
const MOST_BYTES = 2 ** 31;

/** What may hold weights of `model`, which lies in the same folder. */
const belongs = (name: string, model: string): boolean => name === model || (!/\.(onnx|json|zip|npy|png|jpe?g)$/i.test(name) && (!/\.onnx$/i.test(model) || /\.(data|bin|weights?)$|_data$/i.test(name) || name.startsWith(model)));

/** `path`: a file, with the weights that lie beside it, or a folder → path within it → bytes. */
export async function readModelFiles(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await stat(path).catch(() => {
    throw new UsageError(`there is no file or folder '${path}'`);
  });
  const folder = found.isDirectory() ? path : dirname(path);
  const names = found.isDirectory() || /\.(json|onnx)$/i.test(path) ? await filesBelow(folder) : [basename(path)];
  const wanted = found.isDirectory() ? names.filter((name) => !/\.(npy|png|jpe?g)$/i.test(name)) : names.filter((name) => belongs(name, basename(path)));
  const files = new Map<string, Uint8Array>();
  for (const name of wanted) {
    const { size } = await stat(join(folder, name));
    if (size > MOST_BYTES) throw new UsageError(`'${name}' has ${(size / 2 ** 30).toFixed(1)} GiB: at most 2 are read; use a smaller model`);
    files.set(name, new Uint8Array(await readFile(join(folder, name))));
  }
  return files;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** ImageNet's names, as the page has them. */
const imagenet = async (): Promise<readonly string[]> => readLabels(await readFile(join(repositoryRoot(), 'public/labels/imagenet.txt'), 'utf8'), "ImageNet's labels");

async function labelsOf({ labels, outputs }: OpenedModel, wanted: string | undefined): Promise<readonly string[]> {
  if (wanted === 'imagenet') return fitLabels(await imagenet(), outputs, "ImageNet's labels");
  if (wanted !== undefined) {
    const text = await readFile(wanted, 'utf8').catch(() => {
      throw new UsageError(`--labels: there is no file '${wanted}'`);
    });
    return fitLabels(readLabels(text, wanted), outputs, wanted);
  }
  return labels ?? (outputs === 1000 || outputs === 1001 ? fitLabels(await imagenet(), outputs) : numberedLabels(outputs));
}

export interface OwnNetwork extends Network {
  readonly opened: OpenedModel;
  readonly preprocessing: Preprocessing;
  /** "caffe; guessed: converted from Caffe …", or what was chosen. */
  readonly preprocessingWords: string;
}

/** Opens the model at `path`. The backend must be current; the caller disposes it. Throws an ImportProblem or a UsageError. */
export async function openOwnModel(path: string, { preprocess, labels, size }: OwnChoices = {}): Promise<OwnNetwork> {
  const chosen = preprocess === undefined ? undefined : parsePreprocessing(preprocess);
  const opened = await openModel(await readModelFiles(path), size);
  const names = await labelsOf(opened, labels);
  const preprocessing = chosen ?? opened.guess.preprocessing;
  const raw = toGraph(withPreprocessing(opened.plain, preprocessing, opened.channels));
  const graph = canonize(raw);
  return {
    opened,
    preprocessing,
    preprocessingWords: chosen ? formatPreprocessing(chosen) : `${formatPreprocessing(preprocessing)} (guessed, ${opened.guess.certainty}: ${opened.guess.reason})`,
    graph,
    inputSize: opened.inputSize,
    framing: preprocessing,
    classes: names.map((name) => ({ id: name, title: name })),
    dispose: () => [graph, raw].forEach(disposeGraph),
  };
}
