/** What a study is asked for on the command line: flags → its setup, and what of the setup decides its numbers. Runs nothing. */
import { resolveParams } from '../../engine/describe.ts';
import type { ScoreKind } from '../../engine/methods/score.ts';
import { committees } from '../../state/committees.ts';
import { drawScenes, type StudySetup } from '../../studies/setup.ts';
import type { Catalog, MethodEntry, ModelEntry } from '../../worker/protocol.ts';
import { UsageError, type Arguments, type Flag } from '../command.ts';
import { listed, namedValues, shardOf } from '../lists.ts';
import { backendFlag } from '../backend.ts';
import { zooFlag } from '../zoo.ts';

/** Of a study over scenes; a margin would need a rival for each model. */
const SCORES = ['published', 'logit', 'probability', 'log-probability'] as const satisfies readonly ('published' | ScoreKind)[];

export const STUDY_FLAGS = {
  models: { value: 'A,B|all|COMMITTEE', help: 'models of the zoo, or a committee of the page such as families (all)' },
  method: { value: 'ID', help: 'a method of the catalogue (smoothgrad)' },
  params: { value: 'NAME=VALUE,…', help: 'parameters of the method (its defaults)' },
  score: { value: 'KIND', help: `${SCORES.join(', ')} (published)` },
  scenes: { value: 'N', help: 'test scenes that are drawn, each dozen one of each class (48)' },
  seed: { value: 'N', help: 'of the choice of scenes and of whatever the method draws (0)' },
  shard: { value: 'I/N', help: 'every N-th scene from the I-th on: the shards together are the whole' },
  minutes: { value: 'M', help: 'stop after so many core-minutes; the same command goes on from there' },
  backend: backendFlag,
  zoo: zooFlag,
} as const satisfies Readonly<Record<string, Flag>>;

export interface StudyAsked {
  /** With all images, those of other shards too: an image's place decides what is drawn for it. */
  readonly setup: StudySetup;
  /** Of this shard's images. */
  readonly places: readonly number[];
}

function modelsOf(text: string, { models }: Catalog): readonly ModelEntry[] {
  const committee = committees(models).find(({ id }) => id === text);
  const ids = new Set(committee?.models ?? listed(text));
  for (const id of ids) if (!models.some((model) => model.id === id)) throw new UsageError(`--models: there is neither a model nor a committee '${id}'; models: ${models.map((model) => model.id).join(', ')}; committees: ${committees(models).map((other) => other.id).join(', ')}`);
  return models.filter(({ id }) => ids.has(id)); // in the order of the catalogue, so that the same committee is the same study
}

function methodOf(id: string, { methods }: Catalog): MethodEntry {
  const found = methods.find((method) => method.id === id);
  if (!found) throw new UsageError(`--method ${id}: choose one of ${methods.map((method) => method.id).join(', ')}`);
  return found;
}

function scoreOf(text: string, method: MethodEntry): ScoreKind {
  if (!(SCORES as readonly string[]).includes(text)) throw new UsageError(`--score ${text}: choose from ${SCORES.join(', ')}`);
  return text === 'published' ? method.score : (text as ScoreKind);
}

/** Throws, naming the flag, where something is not there. */
export function studyAsked(args: Arguments, catalog: Catalog): StudyAsked {
  const method = methodOf(args.text('method') ?? 'smoothgrad', catalog);
  const given = namedValues('params', listed(args.text('params')) ?? []);
  const seed = args.integer('seed') ?? 0;
  const images = drawScenes(catalog.scenes, args.integer('scenes', 1) ?? 48, seed);
  const inShard = shardOf(args.text('shard'));
  const places = images.flatMap((image, at) => (inShard(image, at) ? [at] : []));
  const setup: StudySetup = {
    models: modelsOf(args.text('models') ?? 'all', catalog),
    method,
    params: resolveParams(method.params, given),
    score: scoreOf(args.text('score') ?? 'published', method),
    images,
    seed,
  };
  return { setup, places };
}
