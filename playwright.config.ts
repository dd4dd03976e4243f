/** How the journeys of e2e/ run: one browser, the built site under /chorale/, the WASM backend unless a journey says otherwise. */
import { defineConfig } from '@playwright/test';
import { QUIET, SOFTWARE_GPU } from './scripts/lib/browser.mjs';

const port = 4318;
const url = process.env.CHORALE_URL ?? `http://127.0.0.1:${port}/chorale/`;
/** On a slow or busy machine: every limit of time so many times longer. */
const patience = Number(process.env.CHORALE_PATIENCE ?? 1);
const executablePath = process.env.CHORALE_BROWSER ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 120_000 * patience,
  expect: { timeout: 20_000 * patience },
  reporter: 'list',
  use: {
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath, args: QUIET },
  },
  projects: [
    { name: 'wasm', testIgnore: /gpu\.spec\.ts/ },
    { name: 'gpu', testMatch: /gpu\.spec\.ts/, use: { launchOptions: { executablePath, args: [...QUIET, ...SOFTWARE_GPU] } } },
  ],
  ...(process.env.CHORALE_URL ? {} : { webServer: { command: `node scripts/serve.mjs --base /chorale/ --port ${port}`, url, reuseExistingServer: false } }),
});
