/** The dialog in which a visitor brings a model: from files or an address to a look at it, then to a row of the grid. What the page shows of it: labs/explore/bring. */
import { fitLabels, numberedLabels, readLabels } from '../engine/importers/labels.ts';
import type { Client } from '../worker/client.ts';
import { fingerprintOf, idOf, MOST_BYTES, type NamedFile, type OwnShelf } from '../worker/ownModels.ts';
import type { InspectRequest, InspectResult, OwnModel, Reading } from '../worker/protocol.ts';
import { toggleModel } from './actions.ts';
import { keepModel, takeOut } from './own.ts';
import { finePixels } from './picture.ts';
import { SLOTS, type State, type Store } from './store.ts';

/** Where the names of the classes come from. */
export type LabelSource = 'file' | 'imagenet' | 'own' | 'numbers';

/** A model on its way in, or one that is being changed. */
export interface Draft {
  readonly files: string;
  readonly names: readonly string[];
  readonly bytes: number;
  readonly title: string;
  /** As the visitor wants it read; as guessed where absent. */
  readonly reading: Partial<Reading>;
  readonly labels: LabelSource;
  /** Of 'imagenet' and 'own', once they are there; 'file' has those of the inspection. */
  readonly given?: readonly string[];
  /** Why the labels that were given do not fit. */
  readonly labelProblem?: string;
  readonly corrections?: OwnModel['corrections'];
  /** The model that is being changed. */
  readonly replaces?: string;
}

export interface Bringing {
  /** Files are being read or fetched: from where. The address names the download in the store's `loading`. */
  readonly taking?: { readonly what: string; readonly done: number; readonly total: number };
  readonly draft?: Draft;
  /** What went wrong with the last files or the last address. */
  readonly problem?: string;
  /** The model that was removed last, while its files are still there. */
  readonly removed?: OwnModel;
}

/** What the functions below work with. */
export interface Bringer {
  readonly store: Store;
  readonly client: Pick<Client, 'ask' | 'show' | 'put'>;
  readonly shelf: OwnShelf;
}

const change = (store: Store, next: (bringing: Bringing) => Bringing): void => store.setState(({ bringing }) => (bringing ? { bringing: next(bringing) } : {}));
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What ends when the dialog is closed or other files come. */
let pending: AbortController | undefined;

/** Opens the dialog; with `change` at a model that is there. */
export function openModels(store: Store, { change: id }: { readonly change?: string } = {}): void {
  const own = store.getState().catalog.own?.find((entry) => entry.id === id)?.own;
  store.setState({ bringing: own ? { draft: draftOf(own) } : {} });
}

const draftOf = ({ id, files, title, bytes, preprocessing, inputSize, classes, corrections }: OwnModel): Draft => ({
  files, title, bytes, names: [title], reading: { preprocessing, inputSize }, labels: 'own', given: classes, replaces: id, ...(corrections ? { corrections } : {}),
});

/** Closes it: what was not added is forgotten. */
export async function closeModels({ store, client, shelf }: Bringer): Promise<void> {
  const { bringing } = store.getState();
  pending?.abort(new Error('closed'));
  client.show(SLOTS.inspection, undefined);
  store.setState({ bringing: undefined });
  for (const files of [bringing?.draft?.files, bringing?.removed?.files]) if (files) await shelf.dropFiles(files).catch(() => undefined);
}

/** Back to the list of models and ways to bring one. */
export async function dropDraft({ store, client, shelf }: Bringer): Promise<void> {
  const files = store.getState().bringing?.draft?.files;
  pending?.abort(new Error('dropped'));
  client.show(SLOTS.inspection, undefined);
  change(store, ({ removed }) => (removed ? { removed } : {}));
  if (files && files !== store.getState().bringing?.removed?.files) await shelf.dropFiles(files).catch(() => undefined);
}

/** Takes files that the visitor dropped or chose, and looks at what they are. Opens the dialog where it is closed. */
export async function takeFiles(bringer: Bringer, given: readonly NamedFile[]): Promise<void> {
  const { store, shelf } = bringer;
  const what = given[0]?.name ?? 'nothing';
  if (!store.getState().bringing) openModels(store);
  await take(bringer, what, async (tell) => {
    const bytes = given.reduce((sum, { blob }) => sum + blob.size, 0);
    if (bytes === 0) throw new Error(`${what} is empty: choose the model's file again.`);
    if (bytes > MOST_BYTES) throw new Error(`${what} has ${(bytes / 1e9).toFixed(1)} GB, at most ${(MOST_BYTES / 1e9).toFixed(1)} GB are read: export it with 16-bit or 8-bit weights, or choose a smaller model.`);
    tell(0, bytes);
    const files = await fingerprintOf(given, tell);
    await shelf.keepFiles(files, given);
    return { files, names: given.map(({ name }) => name), bytes };
  });
}

/** Fetches a model from an address that the visitor typed or chose, once. */
export async function takeAddress(bringer: Bringer, address: string, title?: string, reading: Partial<Reading> = {}): Promise<void> {
  await take(bringer, address, async (_, signal) => bringer.client.ask({ kind: 'download', address }, { signal, order: FIRST }), title, reading);
}

/** Before the grid's work. */
const FIRST = -10_000;

type Taken = Pick<Draft, 'files' | 'names' | 'bytes'>;

async function take(bringer: Bringer, what: string, get: (tell: (done: number, total: number) => void, signal: AbortSignal) => Promise<Taken>, title?: string, reading: Partial<Reading> = {}): Promise<void> {
  const { store } = bringer;
  await dropDraft(bringer);
  const { signal } = (pending = new AbortController());
  change(store, ({ removed }) => ({ ...(removed ? { removed } : {}), taking: { what, done: 0, total: 0 } }));
  try {
    const { files, names, bytes } = await get((done, total) => change(store, (before) => ({ ...before, taking: { what, done, total } })), signal);
    if (signal.aborted) return void (await bringer.shelf.dropFiles(files).catch(() => undefined));
    change(store, ({ removed }) => ({ ...(removed ? { removed } : {}), draft: { files, names, bytes, title: title ?? titleOf(names), reading, labels: 'file' } }));
    inspect(bringer);
  } catch (error) {
    if (!signal.aborted) change(store, ({ removed }) => ({ ...(removed ? { removed } : {}), problem: wordsOf(error) }));
  }
}

/** "squeezenet-v1_1.onnx" → "squeezenet-v1 1"; of a model.json the folder's name. */
function titleOf(names: readonly string[]): string {
  const main = names.find((name) => /\.(onnx|zip)$/i.test(name)) ?? names.find((name) => /model\.json$/i.test(name)) ?? names[0] ?? 'model';
  const parts = main.split('/');
  const base = /^model\.json$/i.test(parts.at(-1)!) && parts.length > 1 ? parts.at(-2)! : parts.at(-1)!;
  return base.replace(/\.(onnx|json|zip)$/i, '').replaceAll('_', ' ').slice(0, 60) || 'model';
}

/** Asks what the draft's files are, read as it says, and what the model says of the picture on show. */
export function inspect({ store, client }: Bringer): void {
  const { bringing, view, pictures } = store.getState();
  const draft = bringing?.draft;
  if (!draft) return;
  const { image } = view;
  const picture = image.kind === 'picture' ? pictures[image.id] : undefined;
  if (picture) client.put(picture.id, finePixels(picture));
  const request: InspectRequest = { kind: 'inspect', files: draft.files, image, ...(Object.keys(draft.reading).length > 0 ? { reading: draft.reading } : {}) };
  client.show(SLOTS.inspection, request, { order: FIRST });
}

/** What is known of the draft's files, whatever reading it was asked with. */
export function inspectionOf({ bringing, entries }: Pick<State, 'bringing' | 'entries'>): InspectResult | undefined {
  const { request, result } = entries[SLOTS.inspection]?.shown ?? {};
  return request?.kind === 'inspect' && request.files === bringing?.draft?.files && result?.kind === 'inspect' ? result : undefined;
}

export function setDraft(store: Store, next: Partial<Pick<Draft, 'title' | 'corrections'>>): void {
  change(store, (before) => (before.draft ? { ...before, draft: { ...before.draft, ...next } } : before));
}

/** Another preprocessing or another size: looked at anew. */
export function setReading(bringer: Bringer, reading: Partial<Reading>): void {
  change(bringer.store, (before) => (before.draft ? { ...before, draft: { ...before.draft, reading: { ...before.draft.reading, ...reading } } } : before));
  inspect(bringer);
}

/** Names from the list of the site, from a file of the visitor's, or none. */
export async function setLabels({ store, client }: Pick<Bringer, 'store' | 'client'>, labels: LabelSource, file?: { readonly name: string; text(): Promise<string> }): Promise<void> {
  const put = (next: Partial<Draft>) => change(store, (before) => {
    if (!before.draft) return before;
    const { given: _, labelProblem: __, ...rest } = before.draft;
    return { ...before, draft: { ...rest, ...next } };
  });
  if (labels === 'file' || labels === 'numbers') return put({ labels });
  const outputs = inspectionOf(store.getState())?.outputs;
  if (outputs === undefined) return;
  try {
    const text = file ? await file.text() : (await client.ask({ kind: 'text', file: 'labels/imagenet.txt' }, { order: FIRST })).text;
    const name = file?.name ?? 'the ImageNet list';
    put({ labels, given: fitLabels(readLabels(text, name), outputs, name) });
  } catch (error) {
    change(store, (before) => (before.draft ? { ...before, draft: { ...before.draft, labelProblem: wordsOf(error) } } : before));
  }
}

/** The names that the draft has as it stands. */
export function labelsOf(draft: Draft, inspection: InspectResult): readonly string[] {
  const known = draft.labels === 'file' ? inspection.labels : draft.labels === 'numbers' ? undefined : draft.given;
  return known?.length === inspection.outputs ? known : numberedLabels(inspection.outputs);
}

/** Puts the draft among the visitor's models and into the grid; tells what went wrong. */
export async function addDraft(bringer: Bringer): Promise<void> {
  const { store, client, shelf } = bringer;
  const state = store.getState();
  const [draft, inspection] = [state.bringing?.draft, inspectionOf(state)];
  if (!draft || !inspection) return;
  const { inputSize, preprocessing, format, parameters, multiplyAdds } = inspection;
  const before = state.catalog.own?.find(({ id }) => id === draft.replaces)?.own;
  const model: OwnModel = {
    id: await idOf(draft.files, { preprocessing, inputSize }),
    files: draft.files, title: draft.title.trim() || 'My model', bytes: draft.bytes, classes: labelsOf(draft, inspection),
    added: before?.added ?? Date.now(), format, inputSize, preprocessing, parameters, multiplyAdds,
    ...(draft.corrections && Object.keys(draft.corrections).length > 0 ? { corrections: draft.corrections } : {}),
  };
  try {
    await keepModel(store, shelf, model, draft.replaces);
  } catch (error) {
    return change(store, (now) => ({ ...now, problem: wordsOf(error) }));
  }
  client.show(SLOTS.inspection, undefined);
  store.setState({ bringing: undefined });
  if (!store.getState().view.models.includes(model.id)) toggleModel(store, model.id);
}

/** Removes a model; until the dialog closes it can come back. */
export async function removeModel({ store, shelf }: Pick<Bringer, 'store' | 'shelf'>, id: string): Promise<void> {
  const before = store.getState().bringing?.removed;
  try {
    const removed = await takeOut(store, shelf, id);
    if (before && before.files !== removed?.files) await shelf.dropFiles(before.files);
    change(store, () => (removed ? { removed } : {}));
  } catch (error) {
    change(store, (now) => ({ ...now, problem: wordsOf(error) }));
  }
}

export async function undoRemoval({ store, shelf }: Pick<Bringer, 'store' | 'shelf'>): Promise<void> {
  const removed = store.getState().bringing?.removed;
  if (!removed) return;
  try {
    await keepModel(store, shelf, removed);
    change(store, () => ({}));
  } catch (error) {
    change(store, (now) => ({ ...now, problem: wordsOf(error) }));
  }
}

/** Whether a name may be a file of a model rather than a picture. */
export const isModelFile = (name: string): boolean => /\.(onnx|json|zip|bin|data|pb|pt|pth|h5|hdf5|keras|safetensors|tflite|ckpt|weights)$|shard\d*of\d+/i.test(name);
