/** How the site is built: relative paths for any host and sub-path, the engine in a worker of its own. Not how it is tested. */
import { execFileSync } from 'node:child_process';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** What a page may load: itself, WebAssembly that it brought along, and pictures that the visitor hands over. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob: data:",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in the built page: the development server injects inline scripts. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' }],
};

/** The catalogue of models and methods as a module: a link can be read, and the page drawn, before the engine has started. */
const catalogModule: Plugin = {
  name: 'catalog',
  resolveId: (id) => (id === 'virtual:catalog' ? `\0${id}` : undefined),
  load(id) {
    if (id !== '\0virtual:catalog') return undefined;
    const json = execFileSync(process.execPath, ['scripts/chorale.mjs', 'catalog', '--json'], { cwd: import.meta.dirname, encoding: 'utf8' });
    return `export default JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(json)))})`;
  },
};

export default defineConfig({
  base: './',
  plugins: [react(), catalogModule, contentSecurityPolicy],
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0 },
});
