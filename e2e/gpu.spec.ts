/**
 * WebGL and WebGPU (through a software adapter here): five methods of different kinds agree with WASM. Speed is not their business,
 * and all methods are `npm run verify:gpu`'s.
 */
import { enginesScript, workerFile } from '../scripts/lib/engines.mjs';
import { catalog, expect, method, modelOfFamily, PATIENCE, test } from './app.ts';
import type { Engines } from './page/engines.ts';

const plain = modelOfFamily('plain');
const IMAGE = { kind: 'scene', seed: 36_007 } as const;
const TARGET = 0;

/** Few passes each: a software adapter takes seconds for what WASM does in a blink. */
const KINDS = [
  { id: 'gradient', params: {} },
  { id: 'integrated-gradients', params: { steps: 4 } },
  { id: catalog.methods.find(({ family }) => family === 'propagation')?.id ?? 'guided-backprop', params: {} },
  { id: 'grad-cam', params: {} },
  { id: 'occlusion', params: { patch: 32, stride: 32 } },
] as const;

/** In the page; see page/engines.ts. */
declare const engines: Engines;

for (const backend of ['webgl', 'webgpu'] as const) {
  test(`${backend}: five methods give WASM’s fields within a thousandth`, async ({ page }) => {
    test.setTimeout(240_000 * PATIENCE);
    await page.goto('./catalog.json'); // any page of the site: nothing of the app runs on it
    await page.evaluate(await enginesScript());
    for (const name of ['wasm', backend] as const) {
      const problem = await page.evaluate(([name, worker]) => engines.start(name, new URL(worker, location.href).href, new URL('zoo/', location.href).href), [name, workerFile()] as const);
      expect(problem, `start of ${name}`).toBeUndefined();
    }
    for (const { id, params } of KINDS) {
      const request = { kind: 'explain', model: plain.id, method: id, image: IMAGE, target: TARGET, score: { kind: method(id).score }, seed: 1, params } as const;
      const { notApplicable, failure, difference, largest, ms } = await page.evaluate(([backend, request]) => engines.compare(backend, request), [backend, request] as const);
      console.log(`    ${backend} ${id}: largest error ${(difference / largest).toExponential(1)} of the largest entry, ${(ms / 1000).toFixed(1)} s`);
      expect(notApplicable ?? failure, id).toBeUndefined();
      expect(largest, id).toBeGreaterThan(0);
      expect(difference, id).toBeLessThanOrEqual(1e-3 * largest);
    }
  });
}
