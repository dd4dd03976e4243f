/** The static server and the look at package-lock.json: what they must refuse and what they must see. Nothing is installed or built here. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingPackages } from './lib/install.mjs';
import { serve } from './serve.mjs';

const folder = mkdtempSync(join(tmpdir(), 'chorale-'));
let site: Awaited<ReturnType<typeof serve>>;

/** A request whose path no client has tidied. */
const get = (path: string, headers = {}, method = 'GET') =>
  new Promise<{ status: number; type: string | undefined; tag: string | undefined; body: string }>((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: new URL(site.url).port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], tag: response.headers.etag, body }));
    });
    call.on('error', reject).end();
  });

describe('serve', () => {
  beforeAll(async () => {
    mkdirSync(join(folder, 'site/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'site/index.html'), '<p>home</p>');
    writeFileSync(join(folder, 'site/assets/a.wasm'), 'wasm');
    site = await serve({ root: join(folder, 'site'), base: '/chorale/', port: 45_871 });
  });
  afterAll(() => site.close());

  it('serves the index under the sub-path, and nothing beside it', async () => {
    expect(await get('/chorale/?seed=1')).toMatchObject({ status: 200, body: '<p>home</p>', type: 'text/html; charset=utf-8' });
    expect((await get('/chorale')).status).toBe(301);
    expect((await get('/index.html')).status).toBe(404);
    expect((await get('/chorale/assets/')).status).toBe(404);
    expect((await get('/chorale/absent.js')).status).toBe(404);
  });
  it('calls WebAssembly by its type, which streaming compilation asks for', async () => {
    expect((await get('/chorale/assets/a.wasm')).type).toBe('application/wasm');
  });
  it.each(['/chorale/../secret.txt', '/chorale/%2e%2e/secret.txt', '/chorale/..%2fsecret.txt', '/chorale//..//..//secret.txt', '/chorale/%00', '/chorale/%zz'])('keeps %s inside', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: expect.not.stringContaining('secret\n') });
  });
  it('answers 304 to a known tag, nothing to HEAD, 405 to POST', async () => {
    const { tag } = await get('/chorale/');
    expect((await get('/chorale/', { 'If-None-Match': tag })).status).toBe(304);
    expect(await get('/chorale/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await get('/chorale/', {}, 'POST')).status).toBe(405);
  });
  it('moves on to the next port where one is taken', async () => {
    const other = await serve({ root: join(folder, 'site'), port: Number(new URL(site.url).port) });
    expect(other.url).not.toBe(site.url);
    await other.close();
  });
});

describe('missingPackages', () => {
  const lock = (packages: object) => JSON.stringify({ packages });
  it('sees what is absent or of another version, and no optional package', () => {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), lock({ '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' }, 'node_modules/c': { version: '1.0.0', optional: true } }));
    expect(missingPackages(folder)).toEqual(['node_modules/a', 'node_modules/b']);
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.9.0' } }));
    expect(missingPackages(folder)).toEqual(['node_modules/b']);
  });
});
