/** A scene is the same bytes in the browser and in Node: what it must be for a link to mean the same everywhere. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { checksum, makeScene, renderScene } from '../src/engine/scenes/index.ts';
import { expect, test } from './app.ts';

// The bundle is the test's own; the page's policy would refuse it.
test.use({ bypassCSP: true });

const SEEDS = [1, 36_007, 50_001, 123_456];

test('checksums of scenes agree with Node’s', async ({ app }) => {
  const { outputFiles } = await build({
    stdin: { contents: `export { checksum, renderScene, makeScene } from './src/engine/scenes/index.ts';`, resolveDir: join(import.meta.dirname, '..'), loader: 'ts' },
    bundle: true,
    format: 'iife',
    globalName: 'scenes',
    write: false,
  });
  await app.open({ models: '', methods: '' });
  await app.page.addScriptTag({ content: outputFiles[0]!.text });
  const browser = await app.page.evaluate((seeds) => {
    const { scenes } = window as unknown as { scenes: { checksum: typeof checksum; renderScene: typeof renderScene; makeScene: typeof makeScene } };
    return seeds.map((seed) => scenes.checksum(scenes.renderScene(scenes.makeScene(seed), 64)));
  }, SEEDS);
  expect(browser).toEqual(SEEDS.map((seed) => checksum(renderScene(makeScene(seed), 64))));
});
