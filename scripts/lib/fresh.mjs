/** Tells whether the built site is up to date, and builds it where it is not. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode } from './run.mjs';

const SOURCES = ['index.html', 'vite.config.ts', 'package-lock.json', 'tsconfig.base.json', 'public', 'src', 'scripts/build.mjs', 'scripts/chorale.mjs'];

/** The newest change below `path` in ms; folders count too, so that a deleted file is seen. Tests are not part of the site. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || /\.test\.tsx?$/.test(path)) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export function isStale() {
  const built = join(ROOT, 'dist/index.html');
  if (!existsSync(built)) return true;
  return Math.max(...SOURCES.map((name) => newest(join(ROOT, name)))) > statSync(built).mtimeMs;
}

/** → true where the site is there afterwards. */
export async function ensureBuilt() {
  if (!isStale()) return true;
  console.log('Building the site …');
  return (await runNode([join(ROOT, 'scripts/build.mjs')])).code === 0;
}
