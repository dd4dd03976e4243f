/** The gate: what it lets through, what it keeps and for how long, what it tells on the way. */
import { describe, expect, test } from 'vitest';
import { loadBytes, Unreachable, type LoadOptions, type Platform } from './loadBytes.ts';

const BASE = 'https://host.example/chorale/zoo/';
const HERE = { kind: 'origin', base: BASE } as const;
const URL_OF = { weights: `${BASE}m/weights.bin`, card: `${BASE}m/card.json` } as const;
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;
const textOf = (bytes: ArrayBuffer) => new TextDecoder().decode(bytes);
const expectedOf = (text: string, sha256 = `sha-of-${text}`) => ({ bytes: text.length, sha256 });

interface Change extends Partial<Record<'put' | 'open' | 'match' | 'keys', () => never>> {
  readonly answer?: () => Response | Promise<Response>;
  readonly locks?: boolean;
}

/** One file everywhere, a cache that can fail, locks as browsers have them. */
function platform(change: Change = {}) {
  const asked: string[] = [];
  const stored = new Map<string, ArrayBuffer>();
  const path = (url: string) => url.split('?')[0];
  const cache = {
    match: async (url: string) => (change.match?.(), stored.has(url) ? new Response(stored.get(url)) : undefined),
    put: async (url: string, response: Response) => (change.put?.(), void stored.set(url, await response.arrayBuffer())),
    keys: async (url: string) => (change.keys?.(), [...stored.keys()].filter((key) => path(key) === path(url)).map((key) => ({ url: key }))),
    delete: async (url: string) => stored.delete(url),
  };
  const queues = new Map<string, Promise<unknown>>();
  const made: Platform = {
    fetch: async (url) => (asked.push(url), change.answer?.() ?? new Response('weights')),
    caches: { open: async () => (change.open?.(), cache as unknown as Cache) },
    ...(change.locks === false ? {} : { locks: { request: (name, work) => {
      const turn = (queues.get(name) ?? Promise.resolve()).then(work);
      queues.set(name, turn.catch(() => undefined));
      return turn;
    } } }),
    online: () => false,
  };
  return { platform: made, asked, stored };
}
const weights = (p: Platform, options: LoadOptions = {}) => loadBytes(URL_OF.weights, HERE, { cache: 'weights', expected: expectedOf('weights'), platform: p, ...options });

const full = () => {
  throw new DOMException('full', 'QuotaExceededError');
};
const offline = () => Promise.reject(new TypeError('Failed to fetch'));

describe('weights', () => {
  test('are fetched once, under an address with their checksum, and then come from the cache', async () => {
    const { platform: p, asked, stored } = platform();
    expect(textOf(await weights(p))).toBe('weights');
    expect(textOf(await weights(p))).toBe('weights');
    expect(asked).toEqual([`${URL_OF.weights}?sha256=sha-of-weights`]);
    expect([...stored.keys()]).toEqual(asked);
  });

  test('of a new release never meet the old file, which is forgotten', async () => {
    const { platform: p, asked, stored } = platform();
    stored.set(URL_OF.weights, bytesOf('oldest!'));
    stored.set(`${BASE}other/weights.bin?sha256=x`, bytesOf('another'));
    await weights(p, { expected: expectedOf('weights', 'old') });
    await weights(p, { expected: expectedOf('weights', 'new') });
    expect(asked).toHaveLength(2);
    expect([...stored.keys()]).toEqual([`${BASE}other/weights.bin?sha256=x`, `${URL_OF.weights}?sha256=new`]);
  });

  test.each([['cut short', 'weig'], ['spoiled', 'weighty']])('that are kept %s are fetched anew, once', async (_, text) => {
    const { platform: p, asked, stored } = platform();
    stored.set(`${URL_OF.weights}?sha256=sha-of-weights`, bytesOf(text));
    const isSound = (bytes: ArrayBuffer) => textOf(bytes) === 'weights';
    expect(textOf(await weights(p, { isSound }))).toBe('weights');
    expect(textOf(await weights(p, { isSound }))).toBe('weights');
    expect(asked).toHaveLength(1);
  });

  test('that come spoiled are handed on, for the zoo to refuse, but not kept', async () => {
    const { platform: p, stored } = platform({ answer: () => new Response('another') });
    expect(textOf(await weights(p, { isSound: () => false }))).toBe('another');
    expect(stored.size).toBe(0);
  });

  test('that two workers want at once are downloaded by one', async () => {
    const { platform: p, asked } = platform();
    const both = await Promise.all([weights(p), weights(p)]);
    expect(both.map(textOf)).toEqual(['weights', 'weights']);
    expect(asked).toHaveLength(1);
  });

  test('tell how far they are in bytes, whatever the response says of its length', async () => {
    const parts = ['wei', 'gh', 'ts'];
    const body = () => new ReadableStream({ pull: (to) => (parts.length > 0 ? to.enqueue(new TextEncoder().encode(parts.shift())) : to.close()) });
    const { platform: p } = platform({ answer: () => new Response(body(), { headers: { 'Content-Length': '3', 'Content-Encoding': 'br' } }) });
    const told: number[][] = [];
    await weights(p, { progress: (...numbers) => void told.push(numbers) });
    await weights(p, { progress: (...numbers) => void told.push(numbers) }); // from the cache: nothing to tell
    expect(told).toEqual([[0, 7], [3, 7], [5, 7], [7, 7]]);
  });

  test.each([['put'], ['open'], ['match'], ['keys']] as const)('load though the cache fails at %s', async (where) => {
    for (const locks of [true, false]) expect(textOf(await weights(platform({ [where]: full, locks }).platform))).toBe('weights');
  });

  test('load without any cache', async () => {
    const { platform: p } = platform();
    expect(textOf(await weights({ fetch: p.fetch }))).toBe('weights');
  });

  test('are there offline once they are kept; before, the error says that there is no connection', async () => {
    let connected = false;
    const { platform: p } = platform({ answer: () => (connected ? new Response('weights') : offline()) });
    await expect(weights(p)).rejects.toMatchObject({ name: 'Unreachable', offline: true });
    connected = true;
    await weights(p);
    connected = false;
    expect(textOf(await weights(p))).toBe('weights');
  });

  test('that break off on the way are unreachable, not kept', async () => {
    const body = () => new ReadableStream({ start: (to) => (to.enqueue(new Uint8Array(3)), to.error(new TypeError('network error'))) });
    const { platform: p, stored } = platform({ answer: () => new Response(body()) });
    await expect(weights(p)).rejects.toThrow(Unreachable);
    expect(stored.size).toBe(0);
  });
});

test('what changes is asked for anew each time; the last answer stands in where there is no connection', async () => {
  let answer = () => Promise.resolve(new Response('one'));
  const { platform: p, asked } = platform({ answer: () => answer() });
  const card = () => loadBytes(URL_OF.card, HERE, { cache: 'weights', platform: p }).then(textOf);
  expect(await card()).toBe('one');
  answer = () => Promise.resolve(new Response('two'));
  expect(await card()).toBe('two');
  answer = offline;
  expect(await card()).toBe('two');
  answer = () => Promise.resolve(new Response('', { status: 404, statusText: 'Not Found' }));
  await expect(card()).rejects.toThrow(/404/); // the host has answered
  expect(asked).toEqual(Array(4).fill(URL_OF.card));
});

test.each(['https://evil.example/w.bin', 'https://host.example/other/w.bin', `${BASE}../../w.bin`, 'data:text/plain,x', 'nonsense'])('%s is not fetched from the page’s own', async (url) => {
  const { platform: p, asked } = platform();
  await expect(loadBytes(url, HERE, { platform: p })).rejects.toThrow(url.startsWith('nonsense') ? /is no address/ : /is not fetched/);
  expect(asked).toEqual([]);
});

test('an address that the visitor typed is fetched, but only by http', async () => {
  const { platform: p, asked } = platform();
  await loadBytes('https://elsewhere.example/m.onnx', { kind: 'typed' }, { platform: p });
  expect(asked).toEqual(['https://elsewhere.example/m.onnx']);
  await expect(loadBytes('file:///etc/passwd', { kind: 'typed' }, { platform: p })).rejects.toThrow(/only http and https/);
});

test('errors name the address, the status and the remedy', async () => {
  const absent = platform({ answer: () => new Response('', { status: 404, statusText: 'Not Found' }) });
  await expect(loadBytes(URL_OF.card, HERE, { platform: absent.platform })).rejects.toThrow(`${URL_OF.card} answered 404 Not Found: check that the file is there`);
  await expect(loadBytes(URL_OF.card, HERE, { platform: { fetch: offline } })).rejects.toThrow(/card.json could not be fetched \(Failed to fetch\): check the connection/);
});
