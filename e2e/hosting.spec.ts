/** The site on other hosts: at the root, in a deep folder, and under the headers that docs/hosting.md recommends. */
import { RECOMMENDED_HEADERS, serve } from '../scripts/serve.mjs';
import { expect, modelOfFamily, test } from './app.ts';

const plain = modelOfFamily('plain');

for (const [where, options] of [
  ['at the root', { base: '/' }],
  ['in a deep folder under strict headers', { base: '/some/where/else/', headers: RECOMMENDED_HEADERS }],
] as const) {
  test(`it works ${where}`, async ({ app }) => {
    const site = await serve({ ...options, port: 4330 });
    try {
      await app.page.goto(`${site.url}?backend=wasm&models=${plain.id}&methods=gradient`);
      await app.settled();
      await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done');
      expect(app.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(site.url))).toEqual([]);
    } finally {
      await site.close();
    }
  });
}
