/** From the intent to what must be computed: pure. Says what each cell shows and in which order; nothing is sent from here. */
import { coerce, defaults, type Params, type Value } from '../engine/params.ts';
import { imageKey } from '../worker/key.ts';
import type { Entry } from '../worker/client.ts';
import type { EffectsRequest, ExplainRequest, ImageRef, MethodEntry, ModelEntry, PredictRequest, PredictResult, Request, ScoreRequest } from '../worker/protocol.ts';
import { isOwn } from '../worker/ownModels.ts';
import { allModels, classSpace, type ClassSpace } from './classes.ts';
import { DEFAULT_SCENE, defaultView } from './defaults.ts';
import type { View } from './view.ts';
import { LARGEST_SEED } from './urlRead.ts';
import { LARGE_SCENE_SIZE, SCENE_DRAG, SCENE_SIZE, SLOTS, type State } from './store.ts';
import { electors, voicesOf } from './voting.ts';

export interface Planned<R extends Request = Request> {
  readonly request: R;
  /** Smaller is earlier. */
  readonly order: number;
  readonly background?: boolean;
}

/** What a model says of the present image. */
export interface Prediction {
  readonly model: string;
  readonly probabilities: Float32Array;
  readonly strangeness?: number;
  /** The most probable class of the view (classes.ts), and the next. */
  readonly top: number;
  readonly runnerUp: number;
}

/** The image that a baseline of 'image' is: the chosen one, else the scene on show (for a photograph the first scene) with its object gone. */
export function baselineOf({ baselineImage, image }: Pick<View, 'baselineImage' | 'image'>): ImageRef {
  if (baselineImage) return baselineImage;
  const scene = image.kind === 'scene' ? image : { kind: 'scene' as const, seed: DEFAULT_SCENE };
  return { ...scene, changes: [...(scene.changes ?? []), { type: 'remove-object' }] };
}

/** How many passes make a column dear: the product of its counts (samples, steps, classes). A guess that orders the work and foretells its time. */
export function dearness(method: MethodEntry, params: Readonly<Record<string, Value>>): number {
  const counts = Object.entries(method.params).filter(([, param]) => param.kind === 'int' && (param.unit === 'samples' || param.unit === 'steps' || param.scale === 'log'));
  const product = counts.reduce((passes, [name]) => passes * Number(params[name]), 1);
  return method.family === 'perturbation' && counts.length === 0 ? 100 : product;
}

/** The method's parameters: the defaults, and what the visitor set, in range. */
export function paramsOf(declared: Params, set: Readonly<Record<string, Value>> = {}): Record<string, Value> {
  const entries = Object.entries(set).flatMap(([name, value]) => {
    const param = declared[name];
    const coerced = param && coerce(param, value);
    return coerced === undefined ? [] : [[name, coerced] as const];
  });
  return { ...defaults(declared), ...Object.fromEntries(entries) };
}

/** The two most probable classes. */
function ranked(probabilities: Float32Array): { top: number; runnerUp: number } {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  return { top: order[0] ?? 0, runnerUp: order[1] ?? 0 };
}

/** Two looks of one scene: with other changes. */
const sameScene = (a: ImageRef, b: ImageRef): boolean => a.kind === 'scene' && b.kind === 'scene' && a.seed === b.seed;

/** What `entry` says of `image`; `undefined` while it speaks of another. While the scene is `dragged`, what it said of the scene's look just before will do. */
export function predictionFrom(entry: Entry | undefined, image: ImageRef, dragged = false, space?: ClassSpace): Prediction | undefined {
  const { request, result } = entry?.shown ?? {};
  if (request?.kind !== 'predict' || result?.kind !== 'predict') return undefined;
  if (imageKey(request.image) !== imageKey(image) && !(dragged && sameScene(request.image, image))) return undefined;
  const { strangeness } = result satisfies PredictResult;
  const probabilities = inSpace(request.model, result, space);
  return { model: request.model, probabilities, strangeness, ...ranked(probabilities) };
}

const known = new WeakMap<PredictResult, { readonly space: ClassSpace; readonly placed: Float32Array }>();

/** Probabilities by class of the view, 0 for those that a model of the visitor's does not know; a model of the zoo knows the first of them. */
function inSpace(model: string, result: PredictResult, space: ClassSpace | undefined): Float32Array {
  if (!space || space.outputs(model) === undefined) return result.probabilities;
  const before = known.get(result);
  if (before?.space === space) return before.placed;
  const placed = new Float32Array(space.titles.length);
  result.probabilities.forEach((share, index) => (placed[space.common(model, index)] = share));
  known.set(result, { space, placed });
  return placed;
}

/** Remembers the last answer while what it was read from is the same object: within one update every row and cell asks anew. */
function latest<S extends object, T>(make: (state: S) => T, read: readonly (keyof S)[]): (state: S) => T {
  let before: { readonly state: S; readonly made: T } | undefined;
  return (state) => {
    if (!before || read.some((key) => before!.state[key] !== state[key])) before = { state, made: make(state) };
    return before.made;
  };
}

/** Predictions of the present image by model, as far as they are known. */
export const predictionsOf = latest((state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): Readonly<Record<string, Prediction>> => {
  const space = classSpace(state.catalog);
  const found = state.view.models.map((model) => predictionFrom(state.entries[SLOTS.prediction(model)], state.view.image, state.dragging === SCENE_DRAG, space));
  return Object.fromEntries(found.flatMap((prediction) => (prediction ? [[prediction.model, prediction]] : [])));
}, ['view', 'entries', 'catalog', 'dragging']);

/** Voices that differ by less are the same number, rounded. */
const SAME_VOICES = 1e-9;

/**
 * The class with the most voices (each prediction one, unless `voiceOf` says otherwise); a tie goes to the class that more of them know, then to the larger
 * summed probability. `undefined` without predictions.
 */
export function majorityOf(predictions: readonly Prediction[], voiceOf: (model: string) => number = () => 1, knows: (model: string, index: number) => boolean = () => true): number | undefined {
  const tally = [...new Set(predictions.map(({ top }) => top))].map((index) => ({
    index,
    voices: predictions.reduce((sum, { model, top }) => sum + (top === index ? voiceOf(model) : 0), 0),
    known: predictions.filter(({ model }) => knows(model, index)).length,
    belief: predictions.reduce((sum, { model, probabilities }) => sum + voiceOf(model) * (probabilities[index] ?? 0), 0),
  }));
  return tally.sort((a, b) => (Math.abs(a.voices - b.voices) > SAME_VOICES ? b.voices - a.voices : b.known - a.known || b.belief - a.belief || a.index - b.index))[0]?.index;
}

/** The models on show whose answers decide which class is the majority's. */
const shownElectors = latest(
  ({ view, catalog }: Pick<State, 'view' | 'catalog'>) => electors(view.models.flatMap((id) => allModels(catalog).find((entry) => entry.id === id) ?? []), view.consensus),
  ['view', 'catalog'],
);

/** The class that the committee on show names, as far as its predictions are known: of those that have a vote, by their voices. */
export const committeeMajority = latest((state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): number | undefined => {
  const predictions = predictionsOf(state);
  const answered = shownElectors(state).filter(({ id }) => predictions[id]);
  const voices = voicesOf(answered, state.view.consensus);
  return majorityOf(answered.map(({ id }) => predictions[id]!), (id) => voices.get(id) ?? 0, (id, index) => knows(state, id, index)) ?? majorityOf(Object.values(predictions));
}, ['view', 'entries', 'catalog', 'dragging']);

/**
 * The class of the view that is explained on `model`: the one asked for, or its own answer where it knows no such class. `undefined` while a prediction that it hangs on is outstanding.
 * 'majority' is that of all shown models that have a vote, so that it does not change while they come in; one that failed is not waited for (its cells then say why).
 */
export function targetOf(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>, model: string): number | undefined {
  const asked = askedOf(state, model);
  if (asked === undefined || knows(state, model, asked)) return asked;
  const own = predictionsOf(state)[model];
  if (own) return own.top;
  return hasFailed(state, model) ? classSpace(state.catalog).common(model, 0) : undefined;
}

/** Whether the model has an output for the class. */
export const knows = ({ catalog }: Pick<State, 'catalog'>, model: string, target: number): boolean => classSpace(catalog).output(model, target) !== undefined;

/** The class that the visitor asks `model` about, whether it knows it or not. */
export function askedOf(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>, model: string): number | undefined {
  const { target } = state.view;
  if (typeof target === 'number') return target;
  const predictions = predictionsOf(state);
  if (target === 'own' && predictions[model]) return predictions[model].top;
  const awaited = target === 'own' ? [model] : shownElectors(state).map(({ id }) => id);
  if (awaited.some((id) => !predictions[id] && !hasFailed(state, id))) return undefined;
  return committeeMajority(state) ?? 0;
}

const hasFailed = ({ entries }: Pick<State, 'entries'>, model: string) => entries[SLOTS.prediction(model)]?.status === 'failed';

/** The explained scalar; the rival of a margin is the model's most probable other class. `undefined` while that is not known. */
function scoreFor(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>, method: MethodEntry, model: string, target: number): ScoreRequest | undefined {
  const { view } = state;
  const prediction = predictionsOf(state)[model];
  const kind = view.score === 'published' ? method.score : view.score;
  if (kind !== 'margin') return { kind };
  const outputOf = (common: number) => ({ kind, rival: classSpace(state.catalog).output(model, common) ?? 0 });
  if (typeof view.rival === 'number' && view.rival !== target && knows(state, model, view.rival)) return outputOf(view.rival);
  if (!prediction) return hasFailed(state, model) ? { kind, rival: target === 0 ? 1 : 0 } : undefined;
  return outputOf(prediction.top === target ? prediction.runnerUp : prediction.top);
}

/** The request of one cell, or `undefined` while the predictions that it hangs on are outstanding. */
export function requestOf(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>, model: string, methodId: string): ExplainRequest | undefined {
  const { view, catalog } = state;
  const method = catalog.methods.find(({ id }) => id === methodId);
  const explained = targetOf(state, model);
  if (!method || explained === undefined) return undefined;
  const score = scoreFor(state, method, model, explained);
  const target = classSpace(catalog).output(model, explained);
  if (!score || target === undefined) return undefined;
  const params = paramsOf(method.params, view.params[methodId]);
  const baselineImage = Object.values(params).includes('image') ? baselineOf(view) : undefined;
  const preview = (method.previews && state.dragging === methodId) || state.dragging === SCENE_DRAG;
  const extra = { ...(baselineImage ? { baselineImage } : {}), ...(preview ? { preview } : {}) };
  return { kind: 'explain', model, method: methodId, image: view.image, target, score, seed: view.seed, params, ...extra };
}

/** Rows that are done together, before those below them: about what a screen shows. */
const BLOCK = 4;
/** Columns of more passes wait until all others are done in every row. */
const DEAR = 150;

/** What every cell of the grid shows, by slot: the first rows of all columns before the rows below, cheap columns first; dear columns after all others. */
export function cellRequests(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): Map<string, Planned<ExplainRequest>> {
  const { view, catalog } = state;
  const columns = view.methods
    .flatMap((id) => catalog.methods.find((method) => method.id === id) ?? [])
    .map((method, place) => ({ id: method.id, place, cost: dearness(method, paramsOf(method.params, view.params[method.id])) }))
    .sort((a, b) => a.cost - b.cost || a.place - b.place);
  const cells = columns
    .flatMap(({ id, cost }, column) => view.models.map((model, row) => ({ model, id, dear: Number(cost > DEAR), block: Math.floor(row / BLOCK), column, row })))
    .sort((a, b) => a.dear - b.dear || a.block - b.block || a.column - b.column || a.row - b.row);
  return new Map(
    cells.flatMap(({ model, id }, order) => {
      const request = requestOf(state, model, id);
      return request ? [[SLOTS.cell(model, id), { request, order }] as const] : [];
    }),
  );
}

/** The columns of the table of methods: the chosen models, or the first visit's where none is chosen. What a method needs is asked of a loaded model, so not of all. */
export function tableModels({ view, catalog }: Pick<State, 'view' | 'catalog'>): readonly ModelEntry[] {
  const zoo = view.models.filter((id) => !isOwn(id));
  const ids = zoo.length > 0 ? zoo : defaultView(catalog).models;
  return ids.flatMap((id) => catalog.models.find((model) => model.id === id) ?? []);
}

/** After everything else. */
const LAST = 1e6;

/** Everything that the page on show needs, by slot. In the grid predictions go before all; the large scene comes after the first column of heatmaps. */
export function plan(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): Map<string, Planned> {
  const { view } = state;
  switch (view.lab) {
    case 'explore':
      return planExplore(state);
    case 'consensus':
      return new Map(); // what it asks is a sweep's
    case 'committee':
      return planCommittee(view);
    case 'transfer':
      return new Map(); // a sweep asks for it: labs/transfer
    case 'methods':
      return new Map(tableModels(state).map(({ id }, row) => [SLOTS.capabilities(id), { request: { kind: 'capabilities', model: id }, order: row }]));
    default:
      return view.lab satisfies never;
  }
}

/** Nothing until a card is open: only then are that model's card and network worth a download. */
function planCommittee({ selected: { model } }: View): Map<string, Planned> {
  if (model === undefined || isOwn(model)) return new Map();
  return new Map<string, Planned>([
    [SLOTS.card(model), { request: { kind: 'card', model }, order: 0 }],
    [SLOTS.graph(model), { request: { kind: 'graph', model }, order: 1 }],
  ]);
}

function planExplore(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): Map<string, Planned> {
  const { view } = state;
  const { image, models, selected, params } = view;
  const planned = new Map<string, Planned>(cellRequests(state));
  models.forEach((model, row) => planned.set(SLOTS.prediction(model), { request: { kind: 'predict', model, image } satisfies PredictRequest, order: row - 1000 }));
  if (image.kind === 'scene') {
    const { seed, changes } = image;
    planned.set(SLOTS.scene, { request: { kind: 'scene', seed, changes, size: SCENE_SIZE }, order: -2000 });
    if (state.dragging !== SCENE_DRAG) planned.set(SLOTS.largeScene, { request: { kind: 'scene', seed, changes, size: LARGE_SCENE_SIZE }, order: Math.min(BLOCK, models.length) - 0.5 });
  }
  const method = state.catalog.methods.find(({ id }) => id === selected.method);
  const model = selected.model ?? models[0];
  if (method && model) planned.set(SLOTS.description, { request: { kind: 'describe', model, method: method.id, params: paramsOf(method.params, params[method.id]) }, order: -500 });
  models.forEach((id, row) => planned.set(SLOTS.capabilities(id), { request: { kind: 'capabilities', model: id }, order: LAST + row, background: true }));
  effectRequests(state).forEach((request, row) => planned.set(SLOTS.effects(request.model), { request, order: LAST - 1000 + row, background: true }));
  const again = secondSeedRequest(state);
  if (again) planned.set(SLOTS.secondSeed, { request: again, order: LAST - 1, background: true });
  return planned;
}

/** How many other grounds and backgrounds an effect is the mean over. */
export const EFFECT_DRAWS = 4;

/** What the parts of the scene truly do, on every model shown, once something is selected and the class is known; not while a slider is dragged. */
function effectRequests(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): EffectsRequest[] {
  const { image, selected, seed } = state.view;
  const models = state.view.models.filter((model) => !isOwn(model)); // a unit of a scene means nothing to others
  if (image.kind !== 'scene' || state.dragging !== undefined || (selected.model === undefined && selected.method === undefined)) return [];
  return models.flatMap((model): EffectsRequest[] => {
    const target = targetOf(state, model);
    return target === undefined ? [] : [{ kind: 'effects', model, image, target, draws: EFFECT_DRAWS, seed }];
  });
}

/** The selected map with the next seed, where chance has a part in it; `undefined` where it has none, or while a slider is dragged. */
function secondSeedRequest(state: Pick<State, 'view' | 'entries' | 'catalog' | 'dragging'>): ExplainRequest | undefined {
  const { selected: { model, method }, models, methods } = state.view;
  if (!model || !method || !models.includes(model) || !methods.includes(method) || state.dragging !== undefined) return undefined;
  const { request, result } = state.entries[SLOTS.description]?.shown ?? {};
  const described = request?.kind === 'describe' && request.model === model && request.method === method;
  if (!described || result?.kind !== 'describe' || result.reason !== undefined || result.claims.includes('deterministic')) return undefined;
  const first = requestOf(state, model, method);
  return first && { ...first, seed: nextSeed(first.seed) };
}

/** The seed of the second look; the largest is followed by 0. */
export const nextSeed = (seed: number): number => (seed >= LARGEST_SEED ? 0 : seed + 1);
