/**
 * Outcomes of sweeps that survive a reload: in the browser's database, named by what they hang on (studies/kept.ts), the longest unused forgotten first.
 * Never in anyone's way: what cannot be read or written is computed. Holds nothing in memory but what is on its way.
 */
import type { SweepItem } from '../studies/plan.ts';
import type { Request } from '../worker/protocol.ts';
import { openShelf, type Shelf, type Thing, type Use } from './shelf.ts';
import type { SweepMemory } from './sweep.ts';

/** Some six thousand maps of 64 × 64 × 3. */
const LIMIT_BYTES = 300 * 2 ** 20;
/** What is left after a pruning, so that the next write does not prune again. */
const PRUNED = 0.9;
/** Writes are gathered for so long, or until they are so many bytes. */
const GATHER_MS = 500;
const GATHER_BYTES = 8 * 2 ** 20;
/** A use is noted when the last note is older: looking at a study must not write as much as making it. */
const NOTE_MS = 3_600_000;
/** A read that takes longer is given up: computing takes less. After so many of these on end nobody asks any more. */
const READ_MS = 3000;
const LATE_READS = 10;
/** Of an object's names and numbers, roughly. */
const OVERHEAD = 200;

export interface Usage {
  readonly count: number;
  readonly bytes: number;
}

export interface Outcomes {
  /** For a sweep. What `nameOf` gives no name to is not kept. */
  memory<Outcome>(nameOf: (request: Request) => string | undefined): SweepMemory<Outcome>;
  /** What is kept, of all visits. Rejects where there is no database. */
  usage(): Promise<Usage>;
  /** Forgets all of it. */
  clear(): Promise<void>;
  /** Writes what is on its way. */
  flush(): Promise<void>;
  /** Why nothing is kept, in words for the visitor; `undefined` while all is well. */
  problem(): string | undefined;
}

export interface OutcomesOptions {
  readonly shelf: Shelf;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limitBytes?: number;
  /** Runs `work` when the thread has nothing better to do. */
  readonly idle?: (work: () => void) => void;
}

/** Of plain data with typed arrays in it. */
export function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesOf(part), OVERHEAD);
}

/** What comes of `work` in time; else `undefined`. */
function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

interface Asked {
  readonly name: string;
  resolve(value: unknown): void;
}

export function createOutcomes({ shelf, now, limitBytes = LIMIT_BYTES, idle = (work) => void setTimeout(work, 0) }: OutcomesOptions): Outcomes {
  let asked: Asked[] = [];
  const writing = new Map<string, Thing>();
  const wanted = new Map<string, Use>();
  let gathered = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flushing: Promise<void> = Promise.resolve();
  /** On the shelf, as far as this page knows; other tabs add to it. */
  let total: number | undefined;
  let problem: string | undefined;
  let lateReads = 0;

  const give = (error: unknown) => {
    problem ??= `What is computed is not kept beyond this visit (${error instanceof Error ? error.message : String(error)}).`;
  };

  /** Answers everything that was asked for in this turn with one look. */
  async function look(): Promise<void> {
    const batch = asked;
    asked = [];
    const found = new Map<string, Thing>();
    const names = [...new Set(batch.map(({ name }) => name))].filter((name) => !writing.has(name));
    if (problem === undefined && names.length > 0) {
      try {
        const things = await within(READ_MS, shelf.read(names));
        lateReads = things ? 0 : lateReads + 1;
        if (lateReads >= LATE_READS) give(new Error('the database does not answer'));
        for (const thing of things ?? []) found.set(thing.name, thing);
      } catch (error) {
        give(error);
      }
    }
    for (const { name, resolve } of batch) resolve((writing.get(name) ?? found.get(name))?.value);
    for (const { name, bytes, used } of found.values()) if (now() - used > NOTE_MS) wanted.set(name, { name, bytes, used: now() });
    if (wanted.size > 0) schedule();
  }

  const get = (name: string): Promise<unknown> =>
    new Promise((resolve) => {
      if (asked.length === 0) queueMicrotask(() => void look());
      asked.push({ name, resolve });
    });

  function put(name: string, value: unknown): void {
    if (problem !== undefined) return;
    const bytes = bytesOf(value) + name.length;
    writing.set(name, { name, value, bytes, used: now() });
    gathered += bytes;
    if (gathered > GATHER_BYTES) void flush();
    else schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(() => void flush(), GATHER_MS);
  }

  /** One transaction after the other. */
  const flush = (): Promise<void> => (flushing = flushing.then(writeAll, writeAll));

  async function writeAll(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [things, uses] = [[...writing.values()], [...wanted.values()]];
    wanted.clear();
    gathered = 0;
    if (problem === undefined && things.length + uses.length > 0) await write(things, uses);
    for (const thing of things) if (writing.get(thing.name) === thing) writing.delete(thing.name);
  }

  async function write(things: readonly Thing[], uses: readonly Use[]): Promise<void> {
    const bytes = things.reduce((sum, thing) => sum + thing.bytes, 0);
    try {
      await shelf.write(things, uses).catch(async (error: unknown) => {
        if ((error as Partial<Error> | null)?.name !== 'QuotaExceededError') throw error;
        await prune(Math.min(limitBytes, total ?? limitBytes) / 2);
        await shelf.write(things, uses);
      });
      total = total === undefined ? await measure() : total + bytes;
      if (total > limitBytes) idle(() => void prune(PRUNED * limitBytes).catch(give));
    } catch (error) {
      give(error);
    }
  }

  const sumOf = (uses: readonly Use[]) => uses.reduce((sum, { bytes }) => sum + bytes, 0);
  const measure = async () => sumOf(await shelf.uses());

  /** Forgets the longest unused until `bytes` are left. */
  async function prune(bytes: number): Promise<void> {
    const uses = await shelf.uses();
    let left = sumOf(uses);
    const removed = uses.filter((use) => {
      if (left <= bytes) return false;
      left -= use.bytes;
      return true;
    });
    if (removed.length > 0) await shelf.remove(removed.map(({ name }) => name));
    total = left;
  }

  return {
    memory: <Outcome>(nameOf: (request: Request) => string | undefined): SweepMemory<Outcome> => ({
      async get({ request }: SweepItem) {
        const name = nameOf(request);
        return name === undefined ? undefined : ((await get(name)) as Outcome | undefined);
      },
      put({ request }, outcome) {
        const name = nameOf(request);
        if (name !== undefined) put(name, outcome);
      },
    }),
    async usage() {
      await flush();
      const uses = await shelf.uses();
      return { count: uses.length, bytes: sumOf(uses) };
    },
    async clear() {
      await flush();
      await shelf.clear();
      total = 0;
    },
    flush,
    problem: () => problem,
  };
}

const idleTime = (work: () => void) => void ('requestIdleCallback' in globalThis ? requestIdleCallback(work, { timeout: 10_000 }) : setTimeout(work, 1000));

let shared: Outcomes | undefined;
/** Those of this browser: the same for every sweep of the thread. Two tabs, and a page with its worker, may keep at once. */
export function keptOutcomes(): Outcomes {
  if (shared) return shared;
  // Asking for it throws in some private windows.
  const factory = (() => { try { return globalThis.indexedDB as IDBFactory | undefined; } catch { return undefined; } })();
  return (shared = createOutcomes({ shelf: openShelf(factory), now: () => Date.now(), idle: idleTime }));
}
