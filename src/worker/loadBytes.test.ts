import { expect, test } from 'vitest';
import { forget, loadBytes, type Platform } from './loadBytes.ts';

const BASE = 'https://host.example/chorale/zoo/';
const HERE = { kind: 'origin', base: BASE } as const;
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

function platform(change: Partial<Record<'put' | 'open' | 'match', () => never>> = {}) {
  const asked: string[] = [];
  const stored = new Map<string, Response>();
  const cache = {
    match: async (url: string) => (change.match?.(), stored.get(url)?.clone()),
    put: async (url: string, response: Response) => (change.put?.(), void stored.set(url, response)),
    delete: async (url: string) => stored.delete(url),
  };
  const made: Platform = {
    fetch: async (url) => (asked.push(url), url.endsWith('absent') ? new Response('', { status: 404, statusText: 'Not Found' }) : new Response('weights')),
    caches: { open: async () => (change.open?.(), cache as unknown as Cache) },
  };
  return { platform: made, asked };
}

const full = () => {
  throw new DOMException('full', 'QuotaExceededError');
};

test('weights are fetched once and then come from the cache, until forgotten', async () => {
  const { platform: p, asked } = platform();
  const load = () => loadBytes(`${BASE}w.bin`, HERE, { cache: 'weights', platform: p });
  expect(await load()).toEqual(bytesOf('weights'));
  expect(await load()).toEqual(bytesOf('weights'));
  expect(asked).toHaveLength(1);
  await forget(`${BASE}w.bin`, 'weights', p);
  await load();
  expect(asked).toHaveLength(2);
});

test.each([['put'], ['open'], ['match']] as const)('a cache that fails at %s does not fail the load', async (where) => {
  const { platform: p } = platform({ [where]: full });
  expect(await loadBytes(`${BASE}w.bin`, HERE, { cache: 'weights', platform: p })).toEqual(bytesOf('weights'));
});

test('no cache at all', async () => {
  const { platform: p } = platform();
  expect(await loadBytes(`${BASE}w.bin`, HERE, { cache: 'weights', platform: { fetch: p.fetch } })).toEqual(bytesOf('weights'));
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
  const { platform: p } = platform();
  await expect(loadBytes(`${BASE}absent`, HERE, { platform: p })).rejects.toThrow(`${BASE}absent answered 404 Not Found: check that the file is there`);
  const offline: Platform = { fetch: () => Promise.reject(new TypeError('Failed to fetch')) };
  await expect(loadBytes(`${BASE}w.bin`, HERE, { platform: offline })).rejects.toThrow(/w.bin could not be fetched \(Failed to fetch\): check the connection/);
});
