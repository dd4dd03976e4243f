/** The browser's database as a shelf of named things, many at a time: one IndexedDB, opened when first needed. Knows neither what lies on it nor how much may. */

export interface Use {
  readonly name: string;
  readonly bytes: number;
  /** When it was last wanted, in milliseconds since 1970. */
  readonly used: number;
}
export interface Thing extends Use {
  /** Structured-cloneable. */
  readonly value: unknown;
}

/** Everything rejects where the browser has no database, forbids it, or has lost it. */
export interface Shelf {
  /** Those of `names` that are there. Cost: one transaction, about 0.1 ms a thing. */
  read(names: readonly string[]): Promise<readonly Thing[]>;
  /** `wanted`: things that are there already and were used. Rejects with a QuotaExceededError where the disk is full. */
  write(things: readonly Thing[], wanted: readonly Use[]): Promise<void>;
  /** Of everything, the longest unused first. */
  uses(): Promise<readonly Use[]>;
  remove(names: readonly string[]): Promise<void>;
  clear(): Promise<void>;
}

const DATABASE = 'chorale';
/** Of the two stores below: raised, a database of before is emptied. */
const VERSION = 1;
const THINGS = 'things';
/** Apart from the things, so that the longest unused are found without reading any. */
const USES = 'uses';
/** A database that another tab holds up is given up; a busy computer takes its seconds. */
const OPEN_MS = 30_000;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database failed'));
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the database gave up'));
  });
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    const { result } = request;
    for (const name of [...result.objectStoreNames]) result.deleteObjectStore(name);
    result.createObjectStore(THINGS);
    result.createObjectStore(USES, { keyPath: 'name' }).createIndex('used', 'used');
  };
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the database did not open: another tab holds it')), OPEN_MS);
    done(request).then(resolve, reject).finally(() => clearTimeout(late));
  });
}

export function openShelf(factory: IDBFactory | undefined): Shelf {
  let opened: Promise<IDBDatabase> | undefined;
  const connect = (): Promise<IDBDatabase> => {
    if (!factory) return Promise.reject(new Error('this browser offers no database here'));
    opened ??= open(factory).then((database) => {
      // Another tab's newer version, or the visitor's clearing of the site: the next use opens anew.
      database.onversionchange = () => {
        database.close();
        opened = undefined;
      };
      database.onclose = () => void (opened = undefined);
      return database;
    });
    return opened;
  };
  async function within<T>(mode: IDBTransactionMode, use: (things: IDBObjectStore, uses: IDBObjectStore) => T | Promise<T>): Promise<T> {
    const transaction = (await connect()).transaction([THINGS, USES], mode, { durability: 'relaxed' });
    const end = ended(transaction);
    const [result] = await Promise.all([use(transaction.objectStore(THINGS), transaction.objectStore(USES)), end]);
    return result;
  }
  return {
    async read(names) {
      const found = await within('readonly', (things) => Promise.all(names.map((name) => done(things.get(name) as IDBRequest<Thing | undefined>))));
      return found.filter((thing) => thing !== undefined);
    },
    write: (added, wanted) =>
      within('readwrite', (things, uses) => {
        for (const thing of added) things.put(thing, thing.name);
        for (const { name, bytes, used } of [...added, ...wanted]) uses.put({ name, bytes, used });
      }),
    uses: () => within('readonly', (_, uses) => done(uses.index('used').getAll() as IDBRequest<Use[]>)),
    remove: (names) =>
      within('readwrite', (things, uses) => {
        for (const name of names) {
          things.delete(name);
          uses.delete(name);
        }
      }),
    clear: () =>
      within('readwrite', (things, uses) => {
        things.clear();
        uses.clear();
      }),
  };
}
