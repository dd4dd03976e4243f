/** `npm run screenshot [-- out.png] [-- --link "theme=dark"] [--width 1440 --height 900]`: the built site's picture, once every map is there. */
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowser } from './lib/browser.mjs';
import { ensureBuilt } from './lib/fresh.mjs';
import { ROOT } from './lib/run.mjs';
import { serve } from './serve.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    link: { type: 'string', default: 'theme=light' },
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '900' },
    full: { type: 'boolean', default: false },
  },
});
const out = resolve(positionals[0] ?? join(ROOT, 'docs/images/explore.png'));
const executablePath = await findBrowser();
if (!executablePath || !(await ensureBuilt())) process.exit(1);

const { chromium } = await import('@playwright/test');
const site = await serve({ base: '/chorale/', port: 4319 });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
try {
  const page = await browser.newPage({ viewport: { width: Number(values.width), height: Number(values.height) } });
  await page.goto(`${site.url}?backend=wasm&${values.link}`);
  const waiting = () => {
    const cells = [...document.querySelectorAll('[role=gridcell]')];
    return cells.length > 0 && cells.every((cell) => !['queued', 'running'].includes(cell.dataset.status));
  };
  await page.waitForFunction(waiting, undefined, { timeout: 180_000 });
  await page.waitForTimeout(1500); // the large scene, fonts
  mkdirSync(dirname(out), { recursive: true });
  await page.screenshot({ path: out, fullPage: values.full });
  console.log(out);
} finally {
  await browser.close();
  await site.close();
}
