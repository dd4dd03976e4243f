/**
 * The one gate through which the app fetches: same-origin files under the page's base, and addresses that the visitor typed.
 * Keeps weights in the browser's cache where it has one. Does not check what the bytes are (the zoo's sha256 does).
 */

/** 'origin': `base` is the folder that the address must lie under. 'typed': the visitor wrote the address, so any http(s) address goes. */
export type Source = { readonly kind: 'origin'; readonly base: string } | { readonly kind: 'typed' };

/** What is used of the platform; a test gives its own. */
export interface Platform {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  readonly caches?: Pick<CacheStorage, 'open'>;
}

export interface LoadOptions {
  /** Keep the bytes under this name; absent for what changes. */
  readonly cache?: string;
  readonly platform?: Platform;
}

const PLATFORM: Platform = { fetch: (url, init) => fetch(url, init), caches: globalThis.caches };

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
async function openCache(name: string, { caches }: Platform): Promise<Cache | undefined> {
  try {
    return await caches?.open(name);
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

async function download(url: string, platform: Platform): Promise<Response> {
  let response: Response;
  try {
    response = await platform.fetch(url, { credentials: 'omit' });
  } catch (error) {
    throw new Error(`${url} could not be fetched (${error instanceof Error ? error.message : String(error)}): check the connection; an address on another site must allow this page (CORS)`);
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`.trim() + `: check that the file is there and may be read`);
  return response;
}

/** The bytes at `url`. Errors name the address, the status and the remedy. A full or missing cache never fails a load. */
export async function loadBytes(url: string, source: Source, { cache: name, platform = PLATFORM }: LoadOptions = {}): Promise<ArrayBuffer> {
  const { href } = admit(url, source);
  const cache = name === undefined ? undefined : await openCache(name, platform);
  const known = await cached(cache, href);
  if (known) return known;
  const response = await download(href, platform);
  const copy = cache && response.clone();
  const bytes = await response.arrayBuffer();
  if (copy) await cache.put(href, copy).catch(() => undefined); // full, or forbidden: the next visit downloads again
  return bytes;
}

/** Forgets a file whose bytes turned out wrong, so that a retry fetches it anew. */
export async function forget(url: string, name: string, platform: Platform = PLATFORM): Promise<void> {
  const cache = await openCache(name, platform);
  await cache?.delete(url).catch(() => false);
}
