/** Makes sure that Node is new enough and that node_modules holds what package-lock.json asks for. Installs nothing else. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNpm } from './run.mjs';

/** Ends the process with one clear sentence where Node is too old. */
export function requireNode(major = 20) {
  const found = Number(process.versions.node.split('.')[0]);
  if (found >= major) return;
  console.error(`Chorale needs Node ${major} or newer; this is ${process.version}. Install it from https://nodejs.org and run the command again.`);
  process.exit(1);
}

/** The packages of package-lock.json that are absent from node_modules or there in another version. */
export function missingPackages(root = ROOT) {
  const installed = join(root, 'node_modules/.package-lock.json');
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = existsSync(installed) ? readLock(installed) : {};
  return Object.keys(wanted).filter((path) => path !== '' && !wanted[path].optional && !wanted[path].peer && present[path]?.version !== wanted[path].version);
}

const readLock = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** `npm ci`, only where something is missing. */
export async function ensureInstalled() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.log(`Installing packages (${missing.length} missing) …`);
  const { code } = await runNpm(['ci', '--no-audit', '--no-fund']);
  if (code === 0) return;
  console.error(`'npm ci' ended with code ${code}: is the npm registry reachable? (npm ping)`);
  process.exit(1);
}
