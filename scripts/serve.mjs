/**
 * A small static server for the built site: `node scripts/serve.mjs [--root dist] [--base /chorale/] [--port 4173] [--host 127.0.0.1] [--headers]`.
 * Not needed to host Chorale: any static host will do. `--headers` adds the headers that docs/hosting.md recommends.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from './lib/run.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** What a host that can set headers should send; the site works without any of them. */
export const RECOMMENDED_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; worker-src 'self'; connect-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** The file that `url` stands for, or undefined: outside of the base, outside of the root, absent, or not a file. */
export function locate(url, root, base) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://host').pathname);
  } catch {
    return undefined;
  }
  if (!path.startsWith(base) || path.includes('\0')) return undefined;
  const file = resolve(root, `.${sep}${path.slice(base.length)}`);
  if (file !== root && !file.startsWith(root + sep)) return undefined;
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile()) return { file, stat };
  const index = join(file, 'index.html');
  const indexStat = path.endsWith('/') ? statSync(index, { throwIfNoEntry: false }) : undefined;
  return indexStat?.isFile() ? { file: index, stat: indexStat } : undefined;
}

function answer(request, response, { root, base, headers }) {
  const send = (status, more, text) => {
    response.writeHead(status, { ...headers, ...more });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  const plain = { 'Content-Type': 'text/plain; charset=utf-8' };
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, { ...plain, Allow: 'GET, HEAD' }, 'only GET and HEAD\n');
  if (base !== '/' && `${request.url}/` === base) return send(301, { Location: base }, '');
  const found = locate(request.url ?? '/', root, base);
  if (!found) return send(404, plain, `nothing at ${request.url}; the site starts at ${base}\n`);
  const tag = `"${found.stat.size.toString(36)}-${Math.round(found.stat.mtimeMs).toString(36)}"`;
  const about = { ETag: tag, 'Cache-Control': 'no-cache' };
  if (request.headers['if-none-match'] === tag) return send(304, about);
  response.writeHead(200, { ...headers, ...about, 'Content-Type': TYPES[extname(found.file)] ?? 'application/octet-stream', 'Content-Length': found.stat.size });
  if (request.method === 'HEAD') return response.end();
  pipeline(createReadStream(found.file), response, () => undefined);
}

/** Starts the server; a taken port moves on to the next. → { url, close }. */
export async function serve({ root = join(ROOT, 'dist'), base = '/', port = 4173, host = '127.0.0.1', headers = {} } = {}) {
  const given = { root: resolve(root), base: `/${base}/`.replace(/\/+/g, '/'), headers };
  const server = createServer((request, response) => answer(request, response, given));
  const taken = await listen(server, port, host);
  return {
    url: `http://${host === '0.0.0.0' ? 'localhost' : host}:${taken}${given.base}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

async function listen(server, port, host) {
  for (const candidate of [...Array.from({ length: 20 }, (_, i) => port + i), 0]) {
    const problem = await new Promise((done) => {
      server.once('error', done);
      server.listen(candidate, host, () => (server.off('error', done), done(undefined)));
    });
    if (!problem) return server.address().port;
    if (problem.code !== 'EADDRINUSE') throw problem;
  }
  throw new Error(`no free port on ${host}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { root: { type: 'string' }, base: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' }, headers: { type: 'boolean' } } });
  const { url } = await serve({ ...values, port: Number(values.port ?? 4173), headers: values.headers ? RECOMMENDED_HEADERS : {} });
  console.log(url);
}
