/**
 * The visitor's own models as the browser keeps them: their files as they were given, and a small record of how they are read.
 * Works on the page and in a worker; parses no file (importing.ts does).
 */
import { sha256 } from '../engine/math/sha256.ts';
import type { OwnModel, Reading } from './catalog.ts';

export interface NamedFile {
  /** Its path within what was given. */
  readonly name: string;
  readonly blob: Blob;
}

/** More is refused before anything is read: no page could hold the network. */
export const MOST_BYTES = 2 ** 30;

/** Every promise rejects, in words for the visitor, where the browser keeps nothing or has no room left. */
export interface OwnShelf {
  /** In the order in which they were added. */
  list(): Promise<readonly OwnModel[]>;
  get(id: string): Promise<OwnModel | undefined>;
  /** Adds or replaces; its files must be there. */
  put(model: OwnModel): Promise<void>;
  /** Its files go with the last model that reads them, unless they are to be kept for an undo. */
  remove(id: string, files?: 'keep files'): Promise<void>;
  /** Keeps files under the name of what they contain. */
  keepFiles(files: string, given: readonly NamedFile[]): Promise<void>;
  /** Throws where they are no longer there. */
  files(files: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Forgets files that no model reads. */
  dropFiles(files: string): Promise<void>;
  /** Forgets all that no model has read since yesterday: what a page that was closed left behind. */
  tidy(): Promise<void>;
}

const TOGETHER_BYTES = 64e6;
const DAY_MS = 86_400_000;
const DATABASE = 'chorale-models';
const VERSION = 1;
const MODELS = 'models';
const FILES = 'files';

interface Kept {
  readonly files: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly given: readonly NamedFile[];
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database failed'));
  });

const ended = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the database gave up'));
  });

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(MODELS, { keyPath: 'id' });
    request.result.createObjectStore(FILES, { keyPath: 'files' });
  };
  return done(request);
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** What a refusal of the database means for the visitor. */
async function explained(error: unknown): Promise<Error> {
  const name = error instanceof DOMException ? error.name : '';
  const text = error instanceof Error ? error.message : String(error);
  if (name !== 'QuotaExceededError') {
    return new Error(`This browser does not keep models here (${text}): leave the private window, or allow this site to store data.`, { cause: error });
  }
  const { usage = 0, quota = 0 } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {};
  return new Error(`The model does not fit: this site uses ${megabytes(usage)} of the ${megabytes(quota)} that the browser gives it. Remove a model that you no longer need, or free disk space.`, { cause: error });
}

export function openOwnShelf(factory: IDBFactory | undefined): OwnShelf {
  let opened: Promise<IDBDatabase> | undefined;
  const connect = (): Promise<IDBDatabase> => {
    if (!factory) return Promise.reject(new Error('it offers no database'));
    opened ??= open(factory).then(
      (database) => {
        database.onversionchange = () => (database.close(), (opened = undefined));
        database.onclose = () => void (opened = undefined);
        return database;
      },
      (error: unknown) => {
        opened = undefined; // the next use tries again
        throw error;
      },
    );
    return opened;
  };
  async function within<T>(mode: IDBTransactionMode, use: (models: IDBObjectStore, files: IDBObjectStore) => Promise<T>): Promise<T> {
    try {
      const transaction = (await connect()).transaction([MODELS, FILES], mode);
      const end = ended(transaction);
      const [result] = await Promise.all([use(transaction.objectStore(MODELS), transaction.objectStore(FILES)), end]);
      return result;
    } catch (error) {
      throw await explained(error);
    }
  }
  const all = (models: IDBObjectStore) => done(models.getAll() as IDBRequest<OwnModel[]>);
  async function dropUnread(models: IDBObjectStore, store: IDBObjectStore, files: string): Promise<void> {
    if ((await all(models)).every((model) => model.files !== files)) await done(store.delete(files));
  }
  return {
    list: () => within('readonly', async (models) => (await all(models)).sort((a, b) => a.added - b.added)),
    get: (id) => within('readonly', (models) => done(models.get(id) as IDBRequest<OwnModel | undefined>)),
    put: (model) => within('readwrite', async (models) => void (await done(models.put(model)))),
    remove: (id, keep) =>
      within('readwrite', async (models, store) => {
        const model = await done(models.get(id) as IDBRequest<OwnModel | undefined>);
        await done(models.delete(id));
        if (model && !keep) await dropUnread(models, store, model.files);
      }),
    keepFiles: (files, given) => within('readwrite', async (_, store) => void (await done(store.put({ files, given, since: Date.now() } satisfies Kept)))),
    async files(files) {
      const kept = await within('readonly', (_, store) => done(store.get(files) as IDBRequest<Kept | undefined>));
      if (!kept) throw new Error(`The files of this model (${files}) are no longer on this computer: remove the model, then add its file again.`);
      const read = kept.given.map(async ({ name, blob }) => [name, new Uint8Array(await blob.arrayBuffer())] as const);
      return new Map(await Promise.all(read));
    },
    dropFiles: (files) => within('readwrite', (models, store) => dropUnread(models, store, files)),
    tidy: () =>
      within('readwrite', async (models, store) => {
        const read = new Set((await all(models)).map((model) => model.files));
        const kept = await done(store.getAll() as IDBRequest<Kept[]>);
        for (const { files, since } of kept) if (!read.has(files) && Date.now() - since > DAY_MS) await done(store.delete(files));
      }),
  };
}

/** An id as requests, links and rows bear it; `reading` tells apart two ways to read the same files. */
export const OWN = 'own:';
export const isOwn = (id: string): boolean => id.startsWith(OWN);
/** 64 bits of the files and 24 of how they are read. */
export const ownId = (files: string, reading: string): string => `${OWN}${files}.${reading.slice(0, 6)}`;

async function digest(bytes: Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) return sha256(bytes); // plain http
  const found = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(found, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** 64 bits that tell files apart by what they contain, and by their names where there are several. Cost: about 1 ms a megabyte, tenfold on plain http. */
export async function fingerprintOf(given: readonly NamedFile[], tell?: (done: number, total: number) => void): Promise<string> {
  const total = given.reduce((sum, { blob }) => sum + blob.size, 0);
  const lines: string[] = [];
  let read = 0;
  const one = async ({ name, blob }: NamedFile) => {
    lines.push(`${given.length > 1 ? name : ''} ${await digest(new Uint8Array(await blob.arrayBuffer()))}`);
    tell?.((read += blob.size), total);
  };
  // Many small ones at once: each waits for the browser's disk. Large ones after each other: all together may be more than the memory bears.
  if (total < TOGETHER_BYTES) await Promise.all(given.map(one));
  else for (const file of given) await one(file);
  return (await digest(new TextEncoder().encode(lines.sort().join('\n')))).slice(0, 16);
}

/** The id of `files` read in this way. */
export const idOf = async (files: string, { preprocessing: { resize, share, order, mean, std }, inputSize }: Reading): Promise<string> =>
  ownId(files, await digest(new TextEncoder().encode(JSON.stringify([inputSize, resize, share, order, mean, std]))));

/** The files that a model of this id reads. */
export const filesOf = (id: string): string | undefined => /^own:([0-9a-f]{16})(?:\.[0-9a-f]+)?$/.exec(id)?.[1];
