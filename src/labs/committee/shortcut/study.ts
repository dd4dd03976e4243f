/**
 * The study of the planted shortcut: which held-out scenes get which sticker, what is asked of the cheat and of its honest twin, what is kept of an answer.
 * Pure. Not its statistics (findings.ts), and not how it is run (state/sweep.ts).
 */
import { stream } from '../../../engine/math/rng.ts';
import type { Value } from '../../../engine/params.ts';
import { pool } from '../../../fields/pool.ts';
import { sumsById } from '../../../fields/regions.ts';
import { baselineOf } from '../../../state/request.ts';
import { sweepItem, type Found, type SweepItem, type SweepPlan } from '../../../studies/plan.ts';
import { CORNERS, type ShortcutChoice } from '../../../state/view.ts';
import type { EffectsRequest, ExplainRequest, ImageRef, MethodEntry, PredictRequest, Result, SceneRequest, ScenesEntry } from '../../../worker/protocol.ts';

export const CHEAT = 'vgg-7-sticker';
/** Of the same architecture, trained without stickers. */
export const TWIN = 'vgg-7';
export const SUBJECTS = [CHEAT, TWIN] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Of the sticker's pixels in an id map. */
export const STICKER = 255;
const SIDE = 64;
/** Other grounds and other backgrounds that a true effect is the mean over. */
export const DRAWS = 4;

type Corner = (typeof CORNERS)[number];

/** In label order. */
export type Classes = readonly { readonly id: string; readonly title: string }[];
export const classesOf = ({ stickers }: ScenesEntry): Classes => stickers.map(({ classId, title }) => ({ id: classId, title }));

/** A test scene and its sticker. */
export interface StuckScene {
  readonly seed: number;
  /** The sticker has the colour of the scene's own class. */
  readonly truthful: boolean;
  readonly corner: Corner;
  /** Else it has that of the class so many places further on. */
  readonly further: number;
}

export interface Setup {
  readonly scenes: readonly StuckScene[];
  readonly classes: Classes;
  readonly methods: readonly { readonly method: MethodEntry; readonly params: Readonly<Record<string, Value>> }[];
  readonly seed: number;
}

/**
 * The first `scenes` of a seeded shuffle of the test split; every other sticker is truthful, unless all are to be alike. What happens to scene i hangs on
 * (seed, i) alone, so that a larger study keeps the smaller one's scenes.
 */
export function drawScenes({ test, stickers: { length: classes } }: ScenesEntry, { scenes, seed, corner, stickers }: Omit<ShortcutChoice, 'methods'>): StuckScene[] {
  const all = Array.from({ length: test.count }, (_, i) => test.first + i);
  const chosen = stream(seed, 'shortcut-scenes').shuffle(all).slice(0, scenes);
  return chosen.map((scene, i) => {
    const draws = stream(seed, 'shortcut-sticker', i);
    const drawn = draws.pick(CORNERS);
    const further = 1 + draws.below(Math.max(1, classes - 1));
    return { seed: scene, truthful: stickers === 'half' ? i % 2 === 0 : stickers === 'truthful', corner: corner === 'any' ? drawn : corner, further };
  });
}

/** What outcomes are kept as (studies/kept.ts). Raise the number when something else is kept of an answer than before. */
export const OUTCOMES = 'shortcut-1';

/** What is kept of an answer: plain data, some hundred bytes (an id map: four thousand). */
export type Outcome =
  | { readonly kind: 'class'; readonly classId: string }
  | { readonly kind: 'places'; readonly ids: Uint8Array }
  | { readonly kind: 'answer'; readonly top: number; readonly probability: number }
  | { readonly kind: 'effects'; readonly units: readonly { readonly id: number; readonly title: string; readonly effect: number }[] }
  | { readonly kind: 'credits'; readonly units: readonly Credit[] };

/** What a map gives a unit: Σ and Σ|·| of its channel-summed values over the unit's pixels. */
export interface Credit {
  readonly id: number;
  readonly sum: number;
  readonly mass: number;
  readonly pixels: number;
}

const outcomeOf = <K extends Outcome['kind']>(found: Found<Outcome>, key: string, kind: K): Extract<Outcome, { kind: K }> | undefined => {
  const outcome = found.get(key);
  return outcome?.kind === kind ? (outcome as Extract<Outcome, { kind: K }>) : undefined;
};

/** Which class the sticker's colour stands for. */
export function stickerClass(classes: Classes, { truthful, further }: Pick<StuckScene, 'truthful' | 'further'>, classId: string): string {
  const own = classes.findIndex(({ id }) => id === classId);
  return truthful || own < 0 ? classId : classes[(own + further) % classes.length]!.id;
}

export const stuckImage = (seed: number, classId: string, corner: Corner): Extract<ImageRef, { kind: 'scene' }> => ({ kind: 'scene', seed, changes: [{ type: 'sticker', classId, corner }] });

/** Everything that is asked about one scene, as far as it can be said from what was found. */
export interface SceneItems {
  readonly plain: SweepItem;
  readonly places?: SweepItem;
  readonly classId?: string;
  readonly sticker?: string;
  readonly subjects: readonly SubjectItems[];
}
export interface SubjectItems {
  readonly subject: Subject;
  readonly answer: SweepItem;
  readonly effects?: SweepItem;
  /** In the order of the setup's methods. */
  readonly maps: readonly SweepItem[];
}

/** Room for the items of a scene between its order and the next scene's. */
const STRIDE = 1000;

export function itemsOf(setup: Setup, at: number, found: Found<Outcome>): SceneItems {
  const scene = setup.scenes[at]!;
  const perSubject = 1 + setup.methods.length;
  const order = STRIDE * at;
  const all = SUBJECTS.length * (1 + perSubject);
  const plain = sweepItem({ kind: 'scene', seed: scene.seed, size: SIDE } satisfies SceneRequest, `scene ${scene.seed}`, order, 1 + all);
  const classId = outcomeOf(found, plain.key, 'class')?.classId;
  if (classId === undefined) return { plain, subjects: [] };
  const sticker = stickerClass(setup.classes, scene, classId);
  const image = stuckImage(scene.seed, sticker, scene.corner);
  const places = sweepItem({ ...image, size: SIDE } satisfies SceneRequest, `scene ${scene.seed} with its sticker`, order + 1, all);
  const known = { plain, places, classId, sticker };
  if (!found.has(places.key)) return { ...known, subjects: [] };
  return { ...known, subjects: SUBJECTS.map((subject, i) => subjectItems(setup, subject, image, order + 2 + i * (2 + perSubject), found)) };
}

function subjectItems({ methods, seed }: Setup, subject: Subject, image: Extract<ImageRef, { kind: 'scene' }>, order: number, found: Found<Outcome>): SubjectItems {
  const where = `of ${subject} on scene ${image.seed}`;
  const answer = sweepItem({ kind: 'predict', model: subject, image } satisfies PredictRequest, `the answer ${where}`, order, 1 + methods.length);
  const target = outcomeOf(found, answer.key, 'answer')?.top;
  if (target === undefined) return { subject, answer, maps: [] };
  const effects = sweepItem({ kind: 'effects', model: subject, image, target, draws: DRAWS, seed } satisfies EffectsRequest, `the true effects ${where}`, order + 1);
  const maps = methods.map(({ method, params }, i) => {
    const baselineImage = Object.values(params).includes('image') ? baselineOf({ image }) : undefined;
    const request: ExplainRequest = { kind: 'explain', model: subject, method: method.id, image, target, score: { kind: 'logit' }, seed, params, ...(baselineImage ? { baselineImage } : {}) };
    return sweepItem(request, `${method.title} ${where}`, order + 2 + i);
  });
  return { subject, answer, effects, maps };
}

const listed = ({ plain, places, subjects }: SceneItems): SweepItem[] => [plain, ...(places ? [places] : []), ...subjects.flatMap(({ answer, effects, maps }) => [answer, ...(effects ? [effects] : []), ...maps])];

/** What is kept of a result. Throws where a map is not finite, or where the scene's id map is not known. */
function reduce(result: Result, ids: Uint8Array | undefined, stuck: boolean): Outcome {
  switch (result.kind) {
    case 'scene':
      return stuck ? { kind: 'places', ids: result.ids.slice() } : { kind: 'class', classId: result.classId };
    case 'predict': {
      const top = result.probabilities.reduce((best, p, i, all) => (p > all[best]! ? i : best), 0);
      return { kind: 'answer', top, probability: result.probabilities[top]! };
    }
    case 'effects':
      return { kind: 'effects', units: result.units.map(({ id, title, effect }) => ({ id, title, effect })) };
    case 'explain': {
      if (!ids) throw new Error('the scene’s id map is not there: the study must be run again');
      const units = [...sumsById(pool(result, 'sum'), ids, SIDE)].map(([id, sums]) => ({ id, ...sums }));
      if (!units.every(({ mass }) => Number.isFinite(mass))) throw new Error('the map has values that are not finite');
      return { kind: 'credits', units };
    }
    default:
      throw new Error(`the study asks for no '${result.kind}'`);
  }
}

/** The sweep: scene by scene, so that all methods are always compared on the same scenes. */
export function planStudy(setup: Setup): SweepPlan<Outcome> {
  const sceneOf = ({ order }: SweepItem) => Math.floor(order / STRIDE);
  return {
    first: setup.scenes.map((_, at) => itemsOf(setup, at, new Map()).plain),
    reduce(item, result, found) {
      const { places } = itemsOf(setup, sceneOf(item), found);
      const ids = places && outcomeOf(found, places.key, 'places')?.ids;
      return reduce(result, ids, item.key === places?.key);
    },
    follow: (item, _, found) => listed(itemsOf(setup, sceneOf(item), found)),
  };
}

/** What was found on one scene of one model. */
export interface Observation {
  readonly scene: StuckScene;
  readonly subject: Subject;
  readonly classId: string;
  readonly sticker: string;
  /** Index of the class that the model names. */
  readonly answer: number;
  readonly probability: number;
  readonly effects?: Extract<Outcome, { kind: 'effects' }>['units'];
  /** By method id. */
  readonly credits: ReadonlyMap<string, readonly Credit[]>;
}

/** All that was found for this setup, in the order of its scenes. */
export function observe(setup: Setup, found: Found<Outcome>): Observation[] {
  return setup.scenes.flatMap((scene, at) => {
    const { classId, sticker, subjects } = itemsOf(setup, at, found);
    if (classId === undefined || sticker === undefined) return [];
    return subjects.flatMap(({ subject, answer, effects, maps }): Observation[] => {
      const said = outcomeOf(found, answer.key, 'answer');
      if (!said) return [];
      const credits = maps.flatMap(({ key }, i): [string, readonly Credit[]][] => {
        const outcome = outcomeOf(found, key, 'credits');
        return outcome ? [[setup.methods[i]!.method.id, outcome.units]] : [];
      });
      const truth = effects && outcomeOf(found, effects.key, 'effects')?.units;
      return [{ scene, subject, classId, sticker, answer: said.top, probability: said.probability, ...(truth ? { effects: truth } : {}), credits: new Map(credits) }];
    });
  });
}
