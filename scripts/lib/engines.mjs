/** What the comparison of backends in a browser needs of the built site: its worker's address, and the script of e2e/page/engines.ts. Opens no browser. */
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

/** The engine's worker in dist/, as an address relative to the site: the page's script starts it under that name, beside workers of studies. */
export function workerFile(dist = join(ROOT, 'dist')) {
  const assets = join(dist, 'assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  for (const name of scripts) {
    const [, file] = /new Worker\([^)]*?["'`]([^"'`]+\.js)["'`],\s*import\.meta\.url[^}]*?name:\s*["'`]engine["'`]/.exec(readFileSync(join(assets, name), 'utf8')) ?? [];
    if (file && scripts.includes(file)) return `assets/${file}`;
  }
  throw new Error(`no script in ${assets} starts the engine's worker: build the site (npm run build)`);
}

/** The text of a script that defines `engines` in the page. */
export async function enginesScript() {
  const { outputFiles } = await build({ entryPoints: [join(ROOT, 'e2e/page/engines.ts')], bundle: true, format: 'iife', target: 'es2022', write: false, logLevel: 'error' });
  return outputFiles[0].text;
}
