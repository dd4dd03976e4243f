/** `npm run e2e [-- playwright arguments]`: the journeys of e2e/ in a real browser, on the built site served under /chorale/. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './lib/browser.mjs';
import { ensureBuilt } from './lib/fresh.mjs';
import { packageFile, ROOT, runNode } from './lib/run.mjs';
import { serve } from './serve.mjs';

/** → Playwright's exit code; 1 where no browser is found. */
export async function runJourneys(args = [], env = {}) {
  const browser = await findBrowser();
  if (!browser) return 1;
  const { url, close } = await serve({ root: join(ROOT, 'dist'), base: '/chorale/', port: 4317 });
  console.log(`Browser: ${browser}; site: ${url}`);
  const { code } = await runNode([packageFile('@playwright/test/cli.js'), 'test', ...args], { env: { ...env, CHORALE_BROWSER: browser, CHORALE_URL: url } });
  await close();
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!(await ensureBuilt())) process.exit(1);
  process.exit(await runJourneys(process.argv.slice(2)));
}
