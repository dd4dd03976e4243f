/** `explain`: one attribution map of one model for one image, to JSON, NumPy or PNG. The numbers are engine/explain's. */
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { colourAt, divergingPalette, paletteIndex, sequentialPalette } from '../../draw/colour.ts';
import { explain, predict, type Explanation } from '../../engine/explain.ts';
import { methodOf } from '../../engine/methods/index.ts';
import { SCORES, type ScoreKind } from '../../engine/methods/score.ts';
import type { Read } from '../../engine/models/zoo.ts';
import { sceneSeed } from '../../engine/scenes/index.ts';
import * as tf from '../../engine/tf.ts';
import type { Field } from '../../fields/field.ts';
import { writeNpy } from '../../fields/npy.ts';
import { percentileOfMagnitude } from '../../fields/percentile.ts';
import { pool } from '../../fields/pool.ts';
import { backendFlag, startBackend, terminalHost } from '../backend.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { namedValues } from '../lists.ts';
import { openNetwork } from '../network.ts';
import { isPath, openOwnModel, ownFlags, type OwnChoices } from '../ownModel.ts';
import { encodePng, readPicture } from '../picture.ts';
import { zooFlag, zooReader } from '../zoo.ts';

export interface ExplainArguments {
  /** Of the zoo by its id, or a path of one's own. */
  readonly model: string;
  /** How one's own is read. */
  readonly own?: OwnChoices;
  /** A file, or scene:SEED. */
  readonly image: string;
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  /** A class by its id or index, or 'top'. */
  readonly target: string;
  readonly score?: { readonly kind: ScoreKind; readonly rival?: number };
  readonly seed: number;
  readonly baselineImage?: string;
  readonly batch?: number;
  readonly read: Read;
}

/** What `explain` found, with what it was asked. */
export interface ExplainReport extends Explanation {
  readonly model: string;
  readonly method: string;
  readonly image: string;
  readonly target: number;
  readonly class: string;
  readonly seed: number;
  readonly params: Readonly<Record<string, string>>;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Loads the model, reads the image, explains. The backend must be current. Leaves no tensor. */
export async function explainImage(args: ExplainArguments): Promise<ExplainReport> {
  const method = methodOf(args.method);
  const isOwn = await isPath(args.model);
  const network = await (isOwn ? openOwnModel(args.model, args.own) : openNetwork(args.model, args.read));
  const { graph } = network;
  const classes = network.classes.map(({ id }) => id);
  const images: tf.Tensor[] = [];
  const tensorOf = async (name: string) => {
    const { data, height, width } = await readPicture(name, network.inputSize, network.framing);
    images.push(tf.tensor4d(data, [1, height, width, 3]));
    return images.at(-1)!;
  };
  try {
    const x = await tensorOf(args.image);
    const baselineImage = args.baselineImage === undefined ? undefined : await tensorOf(args.baselineImage);
    const { probabilities } = await predict(graph, x);
    const target = targetOf(args.target, classes, probabilities);
    const { score, seed, params } = args;
    const background = async (count: number) => {
      const scenes = await Promise.all(Array.from({ length: count }, (_, i) => tensorOf(`scene:${sceneSeed('train', i)}`)));
      images.push(tf.concat(scenes));
      return images.at(-1)!;
    };
    // Scenes are the training data of the zoo's models alone.
    const found = await explain({ graph, method, x, target, score, seed, params, baselineImage, ...(isOwn ? {} : { background }), model: args.model }, terminalHost(args.batch ?? 32));
    const named = Object.fromEntries(classes.map((id, c) => [id, probabilities[c]!]));
    return { ...found, model: args.model, method: method.id, image: args.image, target, class: classes[target]!, seed, params, probabilities: named };
  } finally {
    tf.dispose(images);
    network.dispose();
  }
}

function targetOf(name: string, classes: readonly string[], probabilities: Float32Array): number {
  if (name === 'top') return probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
  const index = classes.includes(name) ? classes.indexOf(name) : /^\d+$/.test(name) ? Number(name) : -1;
  if (index < 0 || index >= classes.length) throw new UsageError(`there is no class '${name}': choose 'top', an index below ${classes.length}, or one of ${classes.slice(0, 40).join(', ')}${classes.length > 40 ? ' …' : ''}`);
  return index;
}

/** The map as a picture: channels summed, the 99th percentile of |value| at the ends of the palette. */
export async function heatmapPng(field: Field, signed: boolean): Promise<Uint8Array> {
  const { data, height, width } = pool(field, 'sum');
  const limit = percentileOfMagnitude(data, 99) || 1;
  const palette = signed ? divergingPalette('blue-red', [255, 255, 255]) : sequentialPalette('inferno');
  const rgb = Uint8Array.from({ length: 3 * data.length }, (_, i) => colourAt(palette, paletteIndex(palette.kind, data[Math.floor(i / 3)]! / limit))[i % 3]!);
  return encodePng(rgb, width, height, Math.max(1, Math.round(512 / width)));
}

/** In the format that the name's ending says. */
export async function writeReport(out: string, report: ExplainReport): Promise<void> {
  const { data, standardError, segments, ...rest } = report;
  const arrays = Object.entries({ data, standardError, segments }).flatMap(([name, values]) => (values ? [[name, Array.from(values)] as const] : []));
  switch (extname(out)) {
    case '.json':
      return writeFile(out, JSON.stringify({ ...rest, ...Object.fromEntries(arrays) }));
    case '.npy':
      return writeFile(out, writeNpy({ data, shape: [rest.height, rest.width, rest.channels] }));
    case '.png':
      return writeFile(out, await heatmapPng(report, data.some((v) => v < 0)));
    default:
      throw new UsageError(`--out ${out}: the name must end in .json, .npy or .png`);
  }
}

function required(args: Arguments, flag: string): string {
  const value = args.text(flag);
  if (value === undefined) throw new UsageError(`--${flag} is missing. See: chorale explain --help`);
  return value;
}

function scoreArgument(args: Arguments): ExplainArguments['score'] {
  const kind = args.text('score') ?? 'published';
  const rival = args.integer('rival');
  if (kind === 'published') return undefined;
  if (!(SCORES as readonly string[]).includes(kind)) throw new UsageError(`--score ${kind}: choose from published, ${SCORES.join(', ')}`);
  return { kind: kind as ScoreKind, rival };
}

export const explainCommand: Command = {
  summary: "One attribution map: a model's answer for one image, explained by one method.",
  flags: {
    model: { value: 'ID|PATH', help: "a model of the zoo, several as one ('mean(a,b)', the mean of their logits), or your own: model.onnx, model.json, a folder, a zip" },
    ...ownFlags,
    image: { value: 'FILE|scene:SEED', help: 'a photograph, or a rendered scene' },
    method: { value: 'ID', help: 'a method of the catalogue' },
    set: { value: 'NAME=VALUE', help: 'a parameter of the method; may be given several times', many: true },
    target: { value: 'CLASS|top', help: 'the class that is explained (top)' },
    score: { value: 'KIND', help: `published, ${SCORES.join(', ')} (published)` },
    rival: { value: 'INDEX', help: 'the class a margin is taken against (the best other one)' },
    'baseline-image': { value: 'FILE|scene:SEED', help: "for --set baseline=image or fill=image" },
    seed: { value: 'N', help: 'of every random draw (0)' },
    out: { value: 'FILE', help: '.json, .npy or .png' },
    batch: { value: 'N', help: 'rows of one burst (32)' },
    backend: backendFlag,
    zoo: zooFlag,
  },
  async run(args) {
    const out = required(args, 'out');
    if (!['.json', '.npy', '.png'].includes(extname(out))) throw new UsageError(`--out ${out}: the name must end in .json, .npy or .png`);
    const [model, image, method] = [required(args, 'model'), required(args, 'image'), required(args, 'method')];
    await startBackend(args.text('backend') ?? 'wasm');
    const report = await explainImage({
      model,
      own: { preprocess: args.text('preprocess'), labels: args.text('labels'), size: args.integer('size', 1) },
      image,
      method,
      params: namedValues('set', args.all('set')),
      target: args.text('target') ?? 'top',
      score: scoreArgument(args),
      seed: args.integer('seed') ?? 0,
      baselineImage: args.text('baseline-image'),
      batch: args.integer('batch', 1),
      read: zooReader(args.text('zoo')),
    });
    await writeReport(out, report);
    const gap = report.gap === undefined ? '' : `, gap ${(100 * report.gap).toPrecision(2)} %`;
    console.log(`${out}: ${report.method} of ${report.model} for '${report.class}', ${report.score.kind} ${report.value.toPrecision(4)}${gap}, ${report.passes.forward} forward and ${report.passes.backward} backward passes`);
    return 0;
  },
};
