/** Type-checks every realm with its own tsconfig, two at a time. `node scripts/types.mjs [realm …]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile, ROOT, runNode } from './lib/run.mjs';

export const REALMS = ['engine', 'fields', 'worker', 'app', 'node'];

/** → one { name, code, output, seconds } per realm. */
export async function checkTypes(realms = REALMS, report = () => undefined) {
  const cache = join(ROOT, '.cache/types');
  mkdirSync(cache, { recursive: true });
  const waiting = [...realms];
  const results = [];
  const lane = async () => {
    for (let realm = waiting.shift(); realm; realm = waiting.shift()) {
      const from = performance.now();
      const args = ['-p', `tsconfig/${realm}.json`, '--pretty', 'false', '--incremental', '--tsBuildInfoFile', join(cache, `${realm}.tsbuildinfo`)];
      const { code, output } = await runNode([packageFile('typescript/bin/tsc'), ...args], { quiet: true });
      const result = { name: `types: ${realm}`, code, output, seconds: (performance.now() - from) / 1000 };
      results.push(result);
      report(result);
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  const results = await checkTypes(named.length ? named : REALMS, ({ name, code, output, seconds }) => {
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
    if (code !== 0) console.log(output);
  });
  process.exit(results.some(({ code }) => code !== 0) ? 1 : 0);
}
