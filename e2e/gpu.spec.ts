/** WebGL and WebGPU (through a software adapter here): one model's gradient agrees with WASM's. Speed is not their business. */
import { type App, expect, modelOfFamily, PATIENCE, test } from './app.ts';

const plain = modelOfFamily('plain');
const VIEW = { models: plain.id, methods: 'gradient', scene: 36_007, target: plain.classes[0]! } as const;

async function field(app: App, backend: string): Promise<number[]> {
  await app.open({ ...VIEW, backend });
  await app.settled(150_000 * PATIENCE);
  await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done');
  const { fields } = await app.signals();
  const last = fields.at(-1);
  expect(last?.backend).toBe(backend);
  return last!.data;
}

for (const backend of ['webgl', 'webgpu']) {
  test(`${backend}: the gradient is WASM’s within a thousandth`, async ({ app }) => {
    test.setTimeout(240_000 * PATIENCE);
    const expected = await field(app, 'wasm');
    const found = await field(app, backend);
    expect(found).toHaveLength(expected.length);
    const largest = Math.max(...expected.map(Math.abs));
    const error = Math.max(...found.map((value, i) => Math.abs(value - expected[i]!))) / largest;
    console.log(`    ${backend}: largest error ${error.toExponential(1)} of the largest entry`);
    expect(largest).toBeGreaterThan(0);
    expect(error).toBeLessThan(1e-3);
  });
}
