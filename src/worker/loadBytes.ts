/**
 * The one gate through which the app fetches: same-origin files under the page's base, and addresses that the visitor typed.
 * Keeps files in the browser's cache where it has one, and tells how far a download is. What the bytes must be, its caller says.
 */

import { Cancelled } from '../engine/job/job.ts';

/** 'origin': `base` is the folder that the address must lie under. 'typed': the visitor wrote the address, so any http(s) address goes. */
export type Source = { readonly kind: 'origin'; readonly base: string } | { readonly kind: 'typed' };

/** What is used of the platform; a test gives its own. */
export interface Platform {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  readonly caches?: Pick<CacheStorage, 'open'>;
  /** Locks that all workers of the page share. */
  readonly locks?: { request<T>(name: string, work: () => Promise<T>): Promise<T> };
  /** False where the browser knows that there is no connection. */
  readonly online?: () => boolean;
}

/** What a file must be: its key in the cache contains the checksum, so that a new release never meets an old file. */
export interface Expected {
  readonly bytes: number;
  readonly sha256: string;
}

export interface LoadOptions {
  /** Keep the bytes under this name. With `expected` what is kept is taken at once; without, only where the network fails. */
  readonly cache?: string;
  readonly expected?: Expected;
  /** Whether these are the bytes that are expected; what is kept and is not is fetched anew, and what is fetched and is not is not kept. */
  readonly isSound?: (bytes: ArrayBuffer) => boolean;
  /** More is not taken: the download ends with `TooLong`. The way of a large file of unknown length: its progress is told, and heard by `progress` it can be broken off. */
  readonly limitBytes?: number;
  /** Bytes so far of a download, and in all: those expected, for a response may be compressed or not say how long it is. */
  readonly progress?: (done: number, total: number) => void;
  readonly platform?: Platform;
}

/** A file that could not be fetched: the connection, not the file, is at fault. */
export class Unreachable extends Error {
  override name = 'Unreachable';
  constructor(url: string, why: string, readonly offline: boolean) {
    super(`${url} could not be fetched (${why}): check the connection; an address on another site must allow this page (CORS)`);
  }
}

/** A file that is larger than its caller takes. */
export class TooLong extends Error {
  override name = 'TooLong';
}

const PLATFORM: Platform = {
  fetch: (url, init) => fetch(url, init),
  caches: globalThis.caches,
  locks: globalThis.navigator?.locks && { request: (name, work) => navigator.locks.request(name, work) as ReturnType<typeof work> },
  online: () => globalThis.navigator?.onLine ?? true,
};

/** Throws unless `url` may be fetched. */
function admit(url: string, source: Source): URL {
  if (!URL.canParse(url)) throw new Error(`'${url}' is no address: write it in full, with https://`);
  const address = new URL(url);
  if (source.kind === 'origin' && !address.href.startsWith(new URL('./', source.base).href)) {
    throw new Error(`'${url}' is not fetched: it lies outside ${new URL('./', source.base).href}. Chorale loads from its own folder only, or from an address that you type`);
  }
  if (address.protocol !== 'https:' && address.protocol !== 'http:') throw new Error(`'${url}' is not fetched: only http and https addresses are`);
  return address;
}

/** The cache, or `undefined` where it is absent, forbidden (private windows) or broken: the load goes on without. */
async function openCache(name: string | undefined, { caches }: Platform): Promise<Cache | undefined> {
  try {
    return name === undefined ? undefined : await caches?.open(name);
  } catch {
    return undefined;
  }
}

async function cached(cache: Cache | undefined, url: string): Promise<ArrayBuffer | undefined> {
  try {
    return await (await cache?.match(url))?.arrayBuffer();
  } catch {
    return undefined;
  }
}

/** Keeps a file, and forgets others of the same path: older releases of it. A full or forbidden cache is no error: the next visit downloads again. */
async function keep(cache: Cache | undefined, url: string, bytes: ArrayBuffer): Promise<void> {
  try {
    await cache?.put(url, new Response(bytes.slice()));
    for (const { url: other } of (await cache?.keys(url, { ignoreSearch: true })) ?? []) if (other !== url) await cache?.delete(other);
  } catch {
    // as above
  }
}

async function download(url: string, { platform = PLATFORM, progress, expected, limitBytes }: LoadOptions): Promise<ArrayBuffer> {
  const unreachable = (error: unknown) => new Unreachable(url, error instanceof Error ? error.message : String(error), platform.online?.() === false);
  const response = await platform.fetch(url, { credentials: 'omit' }).catch((error: unknown) => {
    throw unreachable(error);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`.trim() + `: check that the file is there and may be read`);
  const total = expected?.bytes ?? Number(response.headers.get('content-length') ?? 0);
  const tell: LoadOptions['progress'] = (done, all) => {
    if (Math.max(done, limitBytes ? all : 0) > (limitBytes ?? Infinity)) throw new TooLong(`${url} has more than ${Math.round(limitBytes! / 1e6)} MB: choose a smaller file`);
    progress?.(done, all);
  };
  try {
    return response.body && (expected || limitBytes) ? await collect(response.body, total, tell) : await response.arrayBuffer();
  } catch (error) {
    throw error instanceof TooLong || error instanceof Cancelled ? error : unreachable(error); // it broke off on the way
  }
}

/** The bytes of a stream. `total` is what is expected: it makes the room and the share, and is not trusted. */
async function collect(body: ReadableStream<Uint8Array>, total: number, progress?: LoadOptions['progress']): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let done = 0;
  progress?.(0, total);
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    done += next.value.length;
    try {
      progress?.(done, Math.max(done, total));
    } catch (error) {
      await reader.cancel().catch(() => undefined);
      throw error;
    }
  }
  const bytes = new Uint8Array(done);
  chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
  return bytes.buffer;
}

/**
 * The bytes at `url`. Errors name the address, the status and the remedy. A full or missing cache never fails a load.
 * What is expected is kept under its checksum and downloaded by one worker at a time: another that wants it waits, and finds it kept.
 */
export async function loadBytes(url: string, source: Source, options: LoadOptions = {}): Promise<ArrayBuffer> {
  const { platform = PLATFORM, expected, isSound = () => true } = options;
  const address = admit(url, source);
  const cache = await openCache(options.cache, platform);
  if (!expected) return loadFresh(address.href, cache, options);
  address.searchParams.set('sha256', expected.sha256);
  const key = address.href;
  const kept = async () => {
    const bytes = await cached(cache, key);
    return bytes && bytes.byteLength === expected.bytes && isSound(bytes) ? bytes : undefined;
  };
  const fetched = async () => {
    const bytes = await download(key, options);
    if (bytes.byteLength === expected.bytes && isSound(bytes)) await keep(cache, key, bytes);
    else await cache?.delete(key).catch(() => false);
    return bytes;
  };
  const known = await kept();
  if (known) return known;
  return cache && platform.locks ? platform.locks.request(`load ${key}`, async () => (await kept()) ?? fetched()) : fetched();
}

/** What changes is asked for anew; the last answer stands in where the network fails. */
async function loadFresh(url: string, cache: Cache | undefined, options: LoadOptions): Promise<ArrayBuffer> {
  try {
    const bytes = await download(url, options);
    await keep(cache, url, bytes);
    return bytes;
  } catch (error) {
    const known = error instanceof Unreachable ? await cached(cache, url) : undefined;
    if (known) return known;
    throw error;
  }
}
