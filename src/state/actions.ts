/** Everything that a visitor can do, one function each. They change the intent; what it takes to show it follows from that (request.ts, sync.ts). */
import { coerce, type Value } from '../engine/params.ts';
import type { ScoreKind } from '../engine/methods/score.ts';
import type { BackendName } from '../worker/protocol.ts';
import { largestSquare, type Square } from '../fields/picture.ts';
import { allModels } from './classes.ts';
import { cropPicture, type Photo } from './picture.ts';
import type { Changes } from './sceneChanges.ts';
import { SCENE_DRAG, type Notice, type Store } from './store.ts';
import type { ConsensusChoice, DisplayChoice, ImageChoice, LabId, PollsChoice, RosterChoice, ShortcutChoice, StudyChoice, TableChoice, TargetChoice, TransferChoice, View } from './view.ts';

export interface EditOptions {
  /** More is to come (a slider is held): one step of the history, previews meanwhile. Without it the change is final. */
  readonly dragging?: boolean;
}

/** How many steps can be undone. */
const HISTORY = 100;

interface Edit extends EditOptions {
  /** The method whose slider it is. */
  readonly method?: string;
  /** Not a step that one would want to undo (a selection, the theme). */
  readonly passing?: boolean;
}

function edit(store: Store, change: (view: View) => View, { dragging = false, method = '', passing = false }: Edit = {}): void {
  store.setState((state) => {
    const view = change(state.view);
    const goesOn = state.dragging !== undefined;
    const step = !passing && !goesOn && view !== state.view;
    return {
      view,
      dragging: passing ? state.dragging : dragging ? method : undefined,
      history: step ? { past: [...state.history.past, state.view].slice(-HISTORY), future: [] } : state.history,
      address: passing ? 'replace' : 'push',
    };
  });
}

const toggled = (list: readonly string[], id: string, order: readonly string[]) =>
  list.includes(id) ? list.filter((other) => other !== id) : inserted(list, id, order);

/** `id` put where it stands in `order`, as far as the visitor's own order allows. */
function inserted(list: readonly string[], id: string, order: readonly string[]): string[] {
  const rank = order.indexOf(id);
  const at = list.findIndex((other) => order.indexOf(other) > rank);
  return at < 0 ? [...list, id] : list.toSpliced(at, 0, id);
}

const moved = (list: readonly string[], id: string, to: number) => list.filter((other) => other !== id).toSpliced(to, 0, id);

export const setImage = (store: Store, image: ImageChoice): void => edit(store, (view) => ({ ...view, image, region: undefined }));

/** Changes the scene on show; nothing where a photograph is. The pinned region stays: one compares. */
export const setChanges = (store: Store, changes: Changes, options: EditOptions = {}): void =>
  edit(store, (view) => {
    if (view.image.kind !== 'scene') return view;
    const { kind, seed } = view.image;
    return { ...view, image: { kind, seed, ...(changes.length > 0 ? { changes } : {}) } };
  }, { ...options, method: SCENE_DRAG });

/** Shows a decoded photograph, cropped to its largest centred square. */
export function openPhoto(store: Store, photo: Photo): void {
  const picture = cropPicture(photo, largestSquare(photo));
  store.setState(({ pictures }) => ({ pictures: { ...pictures, [picture.id]: picture } }));
  setImage(store, { kind: 'picture', id: picture.id });
  for (const message of photo.notices) notify(store, 'info', message);
}

/** Moves the visible square of the present picture; what it shows becomes a picture of its own. */
export function setCrop(store: Store, crop: Square, options?: EditOptions): void {
  const { view, pictures } = store.getState();
  const present = view.image.kind === 'picture' ? pictures[view.image.id] : undefined;
  if (!present) return;
  const picture = cropPicture(present, crop);
  const { [present.id]: _, ...others } = pictures; // on the way of a drag nobody can return to it
  store.setState({ pictures: { ...(store.getState().dragging === undefined ? pictures : others), [picture.id]: picture } });
  edit(store, (before) => ({ ...before, image: { kind: 'picture', id: picture.id }, region: undefined }), options);
}

/** Sets a parameter of a method, brought into its range; what equals the default is left out of the view. */
export function setParam(store: Store, methodId: string, name: string, value: Value, options: EditOptions = {}): void {
  const param = store.getState().catalog.methods.find(({ id }) => id === methodId)?.params[name];
  if (!param) throw new Error(`method '${methodId}' has no parameter '${name}'`);
  const coerced = coerce(param, value);
  if (coerced === undefined) throw new Error(`${methodId}.${name} cannot be ${JSON.stringify(value)}`);
  edit(store, (view) => {
    const { [name]: _, ...others } = view.params[methodId] ?? {};
    const own = coerced === param.default ? others : { ...others, [name]: coerced };
    return { ...view, params: withParams(view, methodId, own) };
  }, { ...options, method: methodId });
}

function withParams(view: View, methodId: string, own: Readonly<Record<string, Value>>): View['params'] {
  const { [methodId]: _, ...rest } = view.params;
  return Object.keys(own).length > 0 ? { ...rest, [methodId]: own } : rest;
}

export const resetParams = (store: Store, methodId: string): void => edit(store, (view) => ({ ...view, params: withParams(view, methodId, {}) }));

export function toggleModel(store: Store, modelId: string): void {
  const order = allModels(store.getState().catalog).map(({ id }) => id);
  edit(store, (view) => ({ ...view, models: toggled(view.models, modelId, order) }));
}
/** Shows these rows, in this order. */
export const setModels = (store: Store, models: readonly string[]): void => edit(store, (view) => ({ ...view, models }));
export function toggleMethod(store: Store, methodId: string): void {
  const order = store.getState().catalog.methods.map(({ id }) => id);
  edit(store, (view) => ({ ...view, methods: toggled(view.methods, methodId, order) }));
}
export const moveModel = (store: Store, modelId: string, to: number): void => edit(store, (view) => ({ ...view, models: moved(view.models, modelId, to) }));
export const moveMethod = (store: Store, methodId: string, to: number): void => edit(store, (view) => ({ ...view, methods: moved(view.methods, methodId, to) }));

export const setTarget = (store: Store, target: TargetChoice): void => edit(store, (view) => ({ ...view, target }));
export const setScore = (store: Store, score: 'published' | ScoreKind): void => edit(store, (view) => ({ ...view, score }));
export const setRival = (store: Store, rival: 'runner-up' | number): void => edit(store, (view) => ({ ...view, rival }));
/** What a baseline of 'image' is. */
export const setBaselineImage = (store: Store, baselineImage: ImageChoice | undefined): void => edit(store, (view) => ({ ...view, baselineImage }));
export const setSeed = (store: Store, seed: number): void => edit(store, (view) => ({ ...view, seed }));

export const setDisplay = (store: Store, change: Partial<DisplayChoice>, options?: EditOptions): void =>
  edit(store, (view) => ({ ...view, display: { ...view.display, ...change } }), options);
export const setConsensus = (store: Store, change: Partial<ConsensusChoice>): void =>
  edit(store, (view) => ({ ...view, consensus: { ...view.consensus, ...change } }));

export const select = (store: Store, selected: View['selected']): void => edit(store, (view) => ({ ...view, selected }), { passing: true });
/** Goes to another page: a step of the browser's history, not one to undo. */
export function setLab(store: Store, lab: LabId): void {
  edit(store, (view) => ({ ...view, lab }), { passing: true });
  store.setState({ address: 'push' });
}
export const setTable = (store: Store, change: Partial<TableChoice>): void =>
  edit(store, (view) => ({ ...view, table: { ...view.table, ...change } }), { passing: true });

export const setRoster = (store: Store, change: Partial<RosterChoice>): void =>
  edit(store, (view) => ({ ...view, roster: { ...view.roster, ...change } }), { passing: true });

/** Goes to the grid with the model as a row, selected. */
export function showModelInExplore(store: Store, modelId: string): void {
  const order = allModels(store.getState().catalog).map(({ id }) => id);
  edit(store, (view) => ({
    ...view,
    lab: 'explore',
    models: view.models.includes(modelId) ? view.models : inserted(view.models, modelId, order),
    selected: { model: modelId },
  }));
}

export const setStudy = (store: Store, change: Partial<StudyChoice>, options?: EditOptions): void =>
  edit(store, (view) => ({ ...view, study: { ...view.study, ...change } }), options);

export const setPolls = (store: Store, change: Partial<PollsChoice>, options?: EditOptions): void =>
  edit(store, (view) => ({ ...view, polls: { ...view.polls, ...change } }), options);
/** Opens an image of the Consensus page, or closes it: nothing one would want to undo. */
export const openPoll = (store: Store, image: number | undefined): void => edit(store, (view) => ({ ...view, polls: { ...view.polls, image } }), { passing: true });

export const setTransfer = (store: Store, change: Partial<TransferChoice>, options?: EditOptions): void =>
  edit(store, (view) => ({ ...view, transfer: { ...view.transfer, ...change } }), options);

/** Which image and which pair the preview points at: a look, not a step to undo. */
export const lookAt = (store: Store, { image, generator, tester }: Pick<TransferChoice, 'image' | 'generator' | 'tester'>): void =>
  edit(store, (view) => ({ ...view, transfer: { ...view.transfer, image, generator, tester } }), { passing: true });

export const setShortcut = (store: Store, change: Partial<ShortcutChoice>, options?: EditOptions): void =>
  edit(store, (view) => ({ ...view, shortcut: { ...view.shortcut, ...change } }), options);

/** Goes to the grid with an image, these models as rows and these methods as columns. */
export const showSceneInExplore = (store: Store, { image, models, methods }: Pick<View, 'image' | 'models' | 'methods'>): void =>
  edit(store, (view) => ({ ...view, lab: 'explore', image, models, methods, target: 'own', region: undefined, selected: {} }));

/** Goes to the grid with an image of a study: its models as rows, its method with its parameters as a column, the class that the study explains. */
export const showStudyInExplore = (store: Store, { image, models, target }: { readonly image: ImageChoice; readonly models: readonly string[]; readonly target: number }): void =>
  edit(store, (view) => {
    const { method, params, score, seed } = view.study;
    return { ...view, lab: 'explore', image, models, methods: [method], params: withParams(view, method, params), target, score, seed, region: undefined, selected: { method } };
  });

/** Goes to the grid with the method as a column, selected. */
export function showInExplore(store: Store, methodId: string): void {
  const order = store.getState().catalog.methods.map(({ id }) => id);
  edit(store, (view) => ({
    ...view,
    lab: 'explore',
    methods: view.methods.includes(methodId) ? view.methods : inserted(view.methods, methodId, order),
    selected: { method: methodId },
  }));
}

export const pinRegion = (store: Store, region: View['region']): void => edit(store, (view) => ({ ...view, region }), { passing: true });
export const setTheme = (store: Store, theme: View['theme']): void => edit(store, (view) => ({ ...view, theme }), { passing: true });
/** Takes effect when the page is loaded again. */
export const setBackend = (store: Store, backend: BackendName | undefined): void => edit(store, (view) => ({ ...view, backend }), { passing: true });

/** A slider was let go without another change: the exact request runs. */
export const endDrag = (store: Store): void => store.setState({ dragging: undefined, address: 'push' });

/** Shows a whole view (a link, the browser's back button). `address` says whether the address bar already has it. */
export function setView(store: Store, view: View, address: 'push' | 'keep' = 'keep'): void {
  edit(store, () => view);
  store.setState({ address });
}

/** Undo and redo stay on the page that is on show. */
export function undo(store: Store): void {
  store.setState(({ view, history: { past, future } }) => {
    const before = past.at(-1);
    return before ? { view: { ...before, lab: view.lab }, dragging: undefined, history: { past: past.slice(0, -1), future: [view, ...future] }, address: 'replace' } : {};
  });
}

export function redo(store: Store): void {
  store.setState(({ view, history: { past, future } }) => {
    const [next, ...rest] = future;
    return next ? { view: { ...next, lab: view.lab }, dragging: undefined, history: { past: [...past, view], future: rest }, address: 'replace' } : {};
  });
}

/** Tells the visitor something; the same message is not told twice at a time. */
export function notify(store: Store, tone: Notice['tone'], message: string): void {
  store.setState(({ notices }) => {
    if (notices.some((notice) => notice.message === message)) return {};
    return { notices: [...notices, { id: 1 + Math.max(0, ...notices.map(({ id }) => id)), tone, message }] };
  });
}
export const dismissNotice = (store: Store, id: number): void =>
  store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
