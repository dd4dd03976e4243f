/**
 * The part that studies over many images share: of every image its truth, every model's answer, and, where it is kept, every model's map.
 * Pure. What a study asks beyond that it adds by `more`; what it makes of the outcomes is its own.
 */
import type { Field } from '../fields/field.ts';
import type { DescribeRequest, ExplainRequest, PredictRequest, Result, SceneRequest } from '../worker/protocol.ts';
import { sweepItem, type Found, type SweepItem, type SweepPlan } from './plan.ts';
import { baselineFor, filtering, nameOf, refOf, SIDE, type SceneImage, type StudyImage, type StudySetup } from './setup.ts';

/** What outcomes are kept as (kept.ts). Raise the number when something else is kept of an answer than before. */
export const OUTCOMES = 'explanations-1';

/** What is kept of an answer: plain data. */
export type Outcome =
  /** `mask` is 1 where the object is [SIDE, SIDE]; `rgb` sRGB bytes [SIDE, SIDE, 3]. */
  | { readonly kind: 'scene'; readonly classTitle: string; readonly mask: Uint8Array; readonly rgb: Uint8Array }
  | { readonly kind: 'answer'; readonly probabilities: Float32Array }
  | MapOutcome
  | ReactionOutcome
  /** Whether the method applies to a model; where it does not, no map will come. */
  | { readonly kind: 'capability'; readonly applies: boolean };
/** Raw and signed; `segments` labels the places of a method that weighs segments. */
export interface MapOutcome extends Field {
  readonly kind: 'map';
  readonly segments?: Uint8Array;
  /** Of the process that computed it. */
  readonly ms: number;
}
/** One entry for each mask that was shown. */
export interface ReactionOutcome {
  readonly kind: 'reaction';
  readonly top: Uint8Array;
  readonly probability: Float32Array;
}

/** Not among the object's parts. */
const SURROUNDINGS: readonly string[] = ['background', 'ground', 'distractor', 'shadow', 'sticker'];

/** What is known of one image so far. */
export interface ImageFacts {
  readonly image: StudyImage;
  readonly at: number;
  readonly rgb?: Uint8Array;
  /** 1 where the object is; absent where nobody said. */
  readonly mask?: Uint8Array;
  /** By model id. */
  readonly answers: ReadonlyMap<string, Float32Array>;
  /** 'waiting' until the models that filter have answered. */
  readonly standing: 'waiting' | 'kept' | 'left out';
  /** The class that is explained: the true one, or, where nobody knows it, the one that most of the filtering models name. */
  readonly target?: number;
  /** By model id. */
  readonly maps: ReadonlyMap<string, MapOutcome>;
}

/** Items that a study adds once an image is kept, as far as they can be said from what is known; `failed`: keys of what will not come. */
export type More = (facts: ImageFacts, found: Found<Outcome>, order: number, failed: ReadonlySet<string>) => readonly SweepItem[];
export interface StudyOptions {
  readonly more?: More;
  /** How many that is for each image: they count before they are known. */
  readonly adds?: number;
}

/** Room for the items of an image between its order and the next image's. */
export const STRIDE = 10_000;

const outcomeOf = <K extends Outcome['kind']>(found: Found<Outcome>, key: string | undefined, kind: K): Extract<Outcome, { kind: K }> | undefined => {
  const outcome = key === undefined ? undefined : found.get(key);
  return outcome?.kind === kind ? (outcome as Extract<Outcome, { kind: K }>) : undefined;
};

export const argmax = (values: ArrayLike<number>): number => Array.from(values).reduce((best, value, i, all) => (value > all[best]! ? i : best), 0);

/** The request for a map of one image. */
export function mapRequest({ method, params, score, seed }: Pick<StudySetup, 'method' | 'params' | 'score' | 'seed'>, model: string, image: StudyImage, target: number): ExplainRequest {
  const baselineImage = Object.values(params).includes('image') ? baselineFor(image) : undefined;
  return { kind: 'explain', model, method: method.id, image: refOf(image), target, score: { kind: score }, seed, params, ...(baselineImage ? { baselineImage } : {}) };
}

export const sceneItem = (image: SceneImage, order: number, adds = 0): SweepItem => sweepItem({ kind: 'scene', seed: image.seed, size: SIDE } satisfies SceneRequest, nameOf(image), order, adds);

interface ImageItems {
  readonly scene?: SweepItem;
  /** In the order of the setup's models; empty until the truth is known. */
  readonly answers: readonly SweepItem[];
  /** In the same order; empty until the image is kept. */
  readonly maps: readonly SweepItem[];
  readonly facts: ImageFacts;
}

/** Everything that is asked about one image, as far as it can be said from what was found. */
function itemsOf(setup: StudySetup, at: number, found: Found<Outcome>, adds: number): ImageItems {
  const image = setup.images[at]!;
  const { models } = setup;
  const order = STRIDE * at;
  const [ref, name] = [refOf(image), nameOf(image)];
  const scene = image.kind === 'scene' ? sceneItem(image, order, 2 * models.length + adds) : undefined;
  const truth = outcomeOf(found, scene?.key, 'scene');
  const pixels = image.kind === 'scene' ? (truth && { rgb: truth.rgb, mask: truth.mask }) : { rgb: image.rgb, ...(image.mask ? { mask: image.mask } : {}) };
  if (!pixels) return { scene, answers: [], maps: [], facts: { image, at, answers: new Map(), standing: 'waiting', maps: new Map() } };
  const answers = models.map(({ id }, i) => sweepItem({ kind: 'predict', model: id, image: ref } satisfies PredictRequest, `the answer of ${id} on ${name}`, order + 1 + i, 1));
  const said = new Map(models.flatMap(({ id }, i) => { const answer = outcomeOf(found, answers[i]!.key, 'answer'); return answer ? [[id, answer.probabilities] as const] : []; }));
  const judged = judge(setup, image, truth?.classTitle, said);
  const facts = { image, at, ...pixels, answers: said, ...judged };
  if (judged.standing !== 'kept') return { scene, answers, maps: [], facts: { ...facts, maps: new Map() } };
  const maps = models.map(({ id }, i) => sweepItem(mapRequest(setup, id, image, judged.target!), `${setup.method.title} of ${id} on ${name}`, order + 1 + models.length + i));
  const drawn = new Map(models.flatMap(({ id }, i) => { const map = outcomeOf(found, maps[i]!.key, 'map'); return map ? [[id, map] as const] : []; }));
  return { scene, answers, maps, facts: { ...facts, maps: drawn } };
}

/** Whether an image is kept, and which class is explained on it. */
function judge({ models }: StudySetup, image: StudyImage, classTitle: string | undefined, said: ReadonlyMap<string, Float32Array>): Pick<ImageFacts, 'standing' | 'target'> {
  const judges = filtering(models);
  const own = image.kind === 'scene' ? models[0]!.classes.indexOf(classTitle!) : image.classIndex;
  if (!judges.every(({ id }) => said.has(id))) return { standing: 'waiting', ...(own === undefined ? {} : { target: own }) };
  const tops = judges.map(({ id }) => argmax(said.get(id)!));
  if (own !== undefined) return { standing: tops.every((top) => top === own) ? 'kept' : 'left out', target: own };
  const votes = tops.reduce<number[]>((count, top) => ((count[top] = (count[top] ?? 0) + 1), count), []);
  return { standing: 'kept', target: argmax(Array.from(votes, (count) => count ?? 0)) };
}

/** What is known of image `at`. */
export const factsOf = (setup: StudySetup, at: number, found: Found<Outcome>): ImageFacts => itemsOf(setup, at, found, 0).facts;

/** What is kept of a result. Throws where a map is not finite. */
function reduce(item: SweepItem, result: Result): Outcome {
  switch (result.kind) {
    case 'scene': {
      const object = new Set(result.legend.filter(({ name }) => !SURROUNDINGS.includes(name)).map(({ id }) => id));
      return { kind: 'scene', classTitle: result.classTitle, mask: Uint8Array.from(result.ids, (id) => Number(object.has(id))), rgb: result.rgb.slice() };
    }
    case 'predict':
      return { kind: 'answer', probabilities: result.probabilities.slice() };
    case 'explain': {
      const { data, height, width, channels, segments, ms } = result;
      if (!data.every(Number.isFinite)) throw new Error(`${item.name}: the map has values that are not finite`);
      return { kind: 'map', data: data.slice(), height, width, channels, ms, ...(segments ? { segments: segments.slice() } : {}) };
    }
    case 'react':
      return { kind: 'reaction', top: result.top.slice(), probability: result.probability.slice() };
    case 'describe':
      return { kind: 'capability', applies: result.reason === undefined };
    default:
      throw new Error(`a study asks for no '${result.kind}'`);
  }
}

/** The sweep: image by image, so that all models are always compared on the same images. */
export function planStudy(setup: StudySetup, { more = () => [], adds = 0 }: StudyOptions = {}): SweepPlan<Outcome> {
  const list = (at: number, found: Found<Outcome>, failed: ReadonlySet<string>): SweepItem[] => {
    const { scene, answers, maps, facts } = itemsOf(setup, at, found, adds);
    const added = facts.standing === 'kept' ? more(facts, found, STRIDE * at + 1 + 2 * setup.models.length, failed) : [];
    return [...(scene ? [scene] : []), ...answers, ...maps, ...added];
  };
  return {
    first: setup.images.flatMap((_, at) => list(at, new Map(), new Set())),
    reduce,
    follow: ({ order }, _, found, failed) => list(Math.floor(order / STRIDE), found, failed),
    without: ({ order }, found, failed) => list(Math.floor(order / STRIDE), found, failed),
  };
}

/** Whether the method applies to a model: costs no pass and no weights. */
export const capabilityItem = ({ method, params }: Pick<StudySetup, 'method' | 'params'>, model: string, order: number): SweepItem =>
  sweepItem({ kind: 'describe', model, method: method.id, params } satisfies DescribeRequest, `whether ${method.title} applies to ${model}`, order);
export const capabilityFor = (item: SweepItem, found: Found<Outcome>): boolean | undefined => outcomeOf(found, item.key, 'capability')?.applies;

/** What a model made of what it was shown. */
export const reactionFor = (item: SweepItem, found: Found<Outcome>): ReactionOutcome | undefined => outcomeOf(found, item.key, 'reaction');

/** The map that a request asked for. */
export const mapFor = (request: ExplainRequest, found: Found<Outcome>): MapOutcome | undefined => outcomeOf(found, sweepItem(request, '', 0).key, 'map');
