/** `npm run build`: the site into dist/, with the catalogue of models and methods beside it as catalog.json. Serves nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile, ROOT, runNode } from './lib/run.mjs';

const { code } = await runNode([packageFile('vite/bin/vite.js'), 'build', '--logLevel', 'error']);
if (code !== 0) process.exit(code);
const catalog = await runNode([join(ROOT, 'scripts/chorale.mjs'), 'catalog', '--json'], { quiet: true });
const json = catalog.output.slice(Math.max(0, catalog.output.indexOf('{')));
if (catalog.code !== 0 || !isCatalog(json)) {
  console.error(`'chorale catalog --json' gave no catalogue:\n${catalog.output}`);
  process.exit(1);
}
mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(join(ROOT, 'dist/catalog.json'), json);

/** Every part is there and names its entries: a method that fails to register would be seen here, before a browser is. */
function isCatalog(text) {
  try {
    const parts = JSON.parse(text);
    return ['models', 'methods', 'metrics', 'ops'].every((part) => Array.isArray(parts[part]) && parts[part].every(({ id }) => typeof id === 'string')) && parts.methods.length > 0;
  } catch {
    return false;
  }
}
