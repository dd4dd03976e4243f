/** What a study over many images asks: which models, which method, which images. Plain data; what is asked in which order stands in explanations.ts. */
import { stream } from '../engine/math/rng.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { Value } from '../engine/params.ts';
import type { ImageRef, MethodEntry, ModelEntry, ScenesEntry } from '../worker/protocol.ts';

/** A scene of the test split, or a picture of the visitor's with what is known of it. */
export type StudyImage = SceneImage | PictureImage;
export interface SceneImage {
  readonly kind: 'scene';
  readonly seed: number;
}
export interface PictureImage {
  readonly kind: 'picture';
  /** Of its pixels, as the engine knows them. */
  readonly id: string;
  readonly name: string;
  /** sRGB bytes [SIDE, SIDE, 3]. */
  readonly rgb: Uint8Array;
  /** 1 where the object is, [SIDE, SIDE]. */
  readonly mask?: Uint8Array;
  /** Of the models' classes. */
  readonly classIndex?: number;
}

/** What was chosen to explain with. */
export interface StudyMethod {
  readonly method: MethodEntry;
  /** All of them. */
  readonly params: Readonly<Record<string, Value>>;
  readonly score: ScoreKind;
}

export interface StudySetup extends StudyMethod {
  /** In the order in which they are shown. */
  readonly models: readonly ModelEntry[];
  readonly images: readonly StudyImage[];
  /** Of whatever the method draws. */
  readonly seed: number;
}

/** Side of what the models see, in pixels. */
export const SIDE = 64;

/** Members with at least this share of test images right decide which images are kept. METHODS: images that all good models classify rightly. */
export const GOOD_ACCURACY = 0.9;

/** Models whose answer decides whether an image is kept; without one, those that are there. */
export function filtering<M extends Pick<ModelEntry, 'role' | 'accuracy'>>(models: readonly M[]): readonly M[] {
  const good = models.filter(({ role, accuracy }) => role === 'member' && accuracy.test >= GOOD_ACCURACY);
  return good.length > 0 ? good : models;
}

/** Scenes of the test split come in blocks that hold each class once. */
const BLOCK = 12;

/** `count` seeds of the test split, each dozen one of each class; which ones, `seed` says. More scenes keep the first ones. */
export function drawScenes({ test }: Pick<ScenesEntry, 'test'>, count: number, seed: number): SceneImage[] {
  const blocks = Math.floor(test.count / BLOCK);
  const order = stream(seed, 'study-blocks').shuffle(Array.from({ length: blocks }, (_, block) => block));
  const within = (at: number) => stream(seed, 'study-scenes', Math.floor(at / BLOCK)).shuffle(Array.from({ length: BLOCK }, (_, i) => i))[at % BLOCK]!;
  return Array.from({ length: Math.min(count, blocks * BLOCK) }, (_, at) => ({ kind: 'scene', seed: test.first + order[Math.floor(at / BLOCK)]! * BLOCK + within(at) }));
}

export const refOf = (image: StudyImage): ImageRef => (image.kind === 'scene' ? { kind: 'scene', seed: image.seed } : { kind: 'picture', id: image.id });

/** What an image is called in records, tables and file names. */
export const nameOf = (image: StudyImage): string => (image.kind === 'scene' ? `scene ${image.seed}` : image.name);

/** What a method measures from where its baseline is an image: the scene without its object; nothing fits a picture. */
export const baselineFor = (image: StudyImage): ImageRef | undefined => (image.kind === 'scene' ? { kind: 'scene', seed: image.seed, changes: [{ type: 'remove-object' }] } : undefined);
