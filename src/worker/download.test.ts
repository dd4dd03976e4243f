/** Bringing a model from an address: its parts, its progress, and what is said where that does not work. */
import { expect, test } from 'vitest';
import { Cancelled } from '../engine/job/job.ts';
import { download } from './download.ts';
import { loadBytes, Unreachable, type Platform } from './loadBytes.ts';
import { memoryShelf } from './ownTesting.ts';
import type { RunHost } from './serve.ts';
import { breathe } from './testing.ts';

const BASE = 'https://models.example/mobile/';
const site: Record<string, string> = {
  [`${BASE}model.json`]: JSON.stringify({ weightsManifest: [{ paths: ['group1-shard1of2', 'group1-shard2of2'] }] }),
  [`${BASE}group1-shard1of2`]: 'aaaa',
  [`${BASE}group1-shard2of2`]: 'bb',
  [`${BASE}none.json`]: '{}',
  [`${BASE}net.onnx`]: 'network',
};
const platform: Platform = { fetch: async (url) => (url in site ? new Response(site[url]) : new Response('', { status: 404, statusText: 'Not Found' })), online: () => true };
const fetchTyped = (address: string, limitBytes: number, progress: (done: number, total: number) => void) => loadBytes(address, { kind: 'typed' }, { limitBytes, progress, platform });
const hostOf = (change: Partial<RunHost> = {}): RunHost => ({ batchShare: 1, breathe, cancelled: () => false, progress: () => {}, phase: () => {}, loading: () => {}, partial: () => {}, ...change });

test('a model.json comes with its parts, and the bytes so far are told', async () => {
  const shelf = memoryShelf();
  const told: number[] = [];
  const found = await download({ kind: 'download', address: `${BASE}model.json` }, hostOf({ loading: (_, done) => void told.push(done) }), { shelf, fetchTyped });
  expect(found.names).toEqual(['model.json', 'group1-shard1of2', 'group1-shard2of2']);
  const files = await shelf.files(found.files);
  expect(new TextDecoder().decode(files.get('group1-shard2of2'))).toBe('bb');
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBe(found.bytes);
  expect(found.bytes).toBe(site[`${BASE}model.json`]!.length + 6);
});

test('what cannot be had is refused with what helps', async () => {
  const get = (address: string, options: Partial<Parameters<typeof download>[2]> = {}, host = hostOf()) => download({ kind: 'download', address }, host, { shelf: memoryShelf(), fetchTyped, ...options });
  await expect(get(`${BASE}gone.onnx`)).rejects.toThrow(/gone.onnx answered 404.*drop them here/);
  await expect(get(`${BASE}none.json`)).rejects.toThrow(/none.json is no TensorFlow.js model: it names no weights/);
  await expect(get('file:///etc/passwd')).rejects.toThrow(/only http and https/);
  await expect(get('mobile')).rejects.toThrow(/no address/);
  const barred = () => Promise.reject(new Unreachable('https://x.example/a.onnx', 'Failed to fetch', false));
  await expect(get('https://x.example/a.onnx', { fetchTyped: barred })).rejects.toThrow(/does not allow other pages to read it \(CORS\).*drop them here/);
  await expect(get(`${BASE}net.onnx`, {}, hostOf({ cancelled: () => true }))).rejects.toThrow(Cancelled);
});

test('a file that is too large is broken off', async () => {
  const progress: number[] = [];
  await expect(loadBytes(`${BASE}net.onnx`, { kind: 'typed' }, { platform, limitBytes: 3, progress: (done) => void progress.push(done) })).rejects.toThrow(/more than 0 MB/);
  expect(progress).toEqual([0]);
});
