/** Keeps three things in step once per animation frame: the view, the requests at the client, the address bar. Decides nothing by itself. */
import type { Client, Entry } from '../worker/client.ts';
import { setView, notify } from './actions.ts';
import { finePixels } from './picture.ts';
import { plan } from './request.ts';
import { isOwn } from '../worker/ownModels.ts';
import { SLOTS, type Loading, type State, type Store } from './store.ts';
import { readLink, writeLink } from './url.ts';

export interface SyncOptions {
  readonly store: Store;
  readonly client: Pick<Client, 'show' | 'hold' | 'put'>;
  /** Runs `work` before the next frame is drawn (`requestAnimationFrame`). */
  readonly frame: (work: () => void) => void;
  readonly address: {
    /** The query string, without '?'. */
    read(): string;
    write(query: string, how: 'push' | 'replace'): void;
    /** Calls `back` whenever the visitor goes back or forward. */
    listen(back: () => void): () => void;
  };
}

/** What the client tells of a slot, into the store. */
export const receiveEntry = (store: Store, slot: string, entry: Entry | undefined): void => receiveEntries(store, new Map([[slot, entry]]));

function receiveEntries(store: Store, news: ReadonlyMap<string, Entry | undefined>): void {
  store.setState(({ entries }) => {
    const kept = Object.entries(entries).filter(([slot]) => !news.has(slot));
    return { entries: Object.fromEntries([...kept, ...[...news].flatMap(([slot, entry]) => (entry ? [[slot, entry] as const] : []))]) };
  });
}

/**
 * `receiveEntry` once per frame for all that was told meanwhile, the last word on each slot. A page with many rows hears of several cells in a frame; and
 * one that is slow to draw draws less often, not later and later. Hand it to `createClient` as `onEntry`.
 */
export function collectEntries(store: Store, frame: SyncOptions['frame']): (slot: string, entry: Entry | undefined) => void {
  let news = new Map<string, Entry | undefined>();
  return (slot, entry) => {
    if (news.size === 0) {
      frame(() => {
        const told = news;
        news = new Map();
        receiveEntries(store, told);
      });
    }
    news.set(slot, entry);
  };
}

/** What the client tells of a model's download, into the store. Hand it to `createClient` as `onLoading`. */
export function receiveLoading(store: Store, model: string, bytes: Loading | undefined): void {
  store.setState(({ loading: { [model]: _, ...others } }) => ({ loading: bytes ? { ...others, [model]: bytes } : others }));
}

/** What the plan hangs on; an entry that only progressed does not change it. */
const inputsOf = ({ view, catalog, dragging, entries }: State): readonly unknown[] => [
  view,
  catalog,
  dragging,
  ...view.models.map((model) => entries[`predict:${model}`]?.shown),
  ...view.models.map((model) => entries[`predict:${model}`]?.status),
  entries[SLOTS.description]?.shown,
];

const differ = (a: readonly unknown[], b: readonly unknown[]) => a.length !== b.length || a.some((value, i) => value !== b[i]);

/** Starts; the returned function stops it. The link in the address bar is read by the caller before the store is made (url.ts). */
export function startSync({ store, client, frame, address }: SyncOptions): () => void {
  let shown = new Set<string>();
  let sent: readonly unknown[] = [];
  let scheduled = false;
  let stopped = false;
  let query = address.read();
  let put: readonly string[] = [];

  /** The client keeps a few pictures only, so each is put again when it comes back. */
  function putPictures({ view: { image, baselineImage, models }, pictures }: State): void {
    const fine = models.some(isOwn);
    const ids = [image, baselineImage].flatMap((choice) => (choice?.kind === 'picture' ? [choice.id] : []));
    for (const id of ids) {
      const picture = pictures[id];
      if (picture && !put.includes(`${id} ${fine}`)) client.put(id, fine ? finePixels(picture) : picture.pixels);
    }
    put = ids.map((id) => `${id} ${fine}`);
  }

  /** Not on the way of a drag: browsers refuse more than a few writes a second, and a drag is one step back. */
  function writeAddress({ view, catalog, address: how, dragging }: State): void {
    if (dragging !== undefined) return;
    const next = writeLink(view, catalog);
    if (next !== query && how !== 'keep') address.write(next, how);
    query = next;
  }

  function update(): void {
    scheduled = false;
    if (stopped) return;
    const state = store.getState();
    const inputs = inputsOf(state);
    if (!differ(inputs, sent)) return;
    sent = inputs;
    putPictures(state);
    const planned = plan(state);
    for (const [slot, { request, order, background }] of [...planned].sort(([, a], [, b]) => a.order - b.order)) client.show(slot, request, { order, background });
    const waiting = [...shown].filter((slot) => !planned.has(slot) && isWaiting(slot, state));
    for (const slot of waiting) client.hold(slot);
    for (const slot of shown) if (!planned.has(slot) && !waiting.includes(slot)) client.show(slot, undefined);
    shown = new Set([...planned.keys(), ...waiting]);
    writeAddress(state);
  }

  const schedule = () => {
    if (scheduled || !differ(inputsOf(store.getState()), sent)) return;
    scheduled = true;
    frame(update);
  };
  const unsubscribe = store.subscribe(schedule);
  const unlisten = address.listen(() => {
    const { catalog, pictures } = store.getState();
    const { view, notices } = readLink(address.read(), catalog, Object.keys(pictures));
    query = address.read();
    setView(store, view);
    for (const message of notices) notify(store, 'warning', message);
  });
  schedule();
  return () => {
    stopped = true;
    unsubscribe();
    unlisten();
  };
}

/** A cell of the grid whose class is not known yet: what it showed stays until it is. */
function isWaiting(slot: string, { view }: State): boolean {
  const [model, method] = slot.split('/');
  return method !== undefined && view.models.includes(model!) && view.methods.includes(method);
}
