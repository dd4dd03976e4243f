/** What goes wrong around the app: links of nonsense, an absent backend, spoiled weights, workers that die. */
import { type App, catalog, escaped, expect, method, modelOfFamily, PATIENCE, test } from './app.ts';

const plain = modelOfFamily('plain');
const other = catalog.models.find(({ id }) => id !== plain.id)!;
const VIEW = { models: plain.id, methods: 'gradient' } as const;

test('a link of nonsense opens what it can and says what it could not', async ({ app }) => {
  await app.open({ models: `${plain.id},no-such-model`, methods: 'gradient,no-such-method', scene: 'abc', target: 'unicorn', opacity: 99, 'integrated-gradients.steps': -5, region: 'here', seed: '1e99', unknown: '%%%' });
  await app.settled();
  await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done');
  for (const words of [/no-such-model/, /no-such-method/, /unicorn/, /scene=abc/]) await expect(app.message(words)).toBeVisible();
});

test.describe('an absent backend', () => {
  test.use({ expectErrors: true });
  test('that is forced says so, and nothing else is used in its place', async ({ app }) => {
    await app.open({ ...VIEW, backend: 'webgpu' });
    await expect(app.message(/webgpu/i)).toBeVisible({ timeout: 30_000 * PATIENCE });
    await expect(app.cells.first()).not.toHaveAttribute('data-status', 'done');
    await expect(app.message(/backend=(wasm|cpu)|without .*backend|remove/i)).toBeVisible();
  });
});

test.describe('spoiled weights', () => {
  test.use({ expectErrors: true });
  test('weights that are not what the card says fail their row, and no other', async ({ app, context }) => {
    await context.route(new RegExp(`/zoo/${escaped(plain.id)}/.*(bin|weights|f16|fp16)`), async (route) => {
      const response = await route.fetch();
      const body = Buffer.from(await response.body());
      body[body.length >> 1]! ^= 0xff;
      await route.fulfill({ response, body });
    });
    await app.open({ models: `${plain.id},${other.id}`, methods: 'gradient' });
    await app.settled();
    await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'failed');
    await expect(app.cell(plain.title, 'Gradient')).toContainText(/sha|checksum/i);
    await expect(app.cell(other.title, 'Gradient')).toHaveAttribute('data-status', 'done');
  });
});

test.describe('workers that die', () => {
  test.use({ expectErrors: true });
  const local = method('local-attribution');
  /** Long enough to die in. */
  const LONG = { models: plain.id, methods: local.id, 'local-attribution.iterations': 50, 'local-attribution.classes': 100 } as const;
  const throwInAll = (app: App) =>
    Promise.all(app.page.workers().map((worker) => worker.evaluate(() => void setTimeout(() => { throw new Error('struck by a test'); })).catch(() => undefined)));
  const running = (app: App) => expect(app.cell(plain.title, local.title)).toHaveAttribute('data-status', 'running', { timeout: 30_000 * PATIENCE });

  test('in the middle: another takes over, what was on screen stays', async ({ app }) => {
    await app.open({ ...LONG, methods: `gradient,${local.id}` });
    await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done', { timeout: 30_000 * PATIENCE });
    const before = await app.pixels(app.cell(plain.title, 'Gradient'));
    await running(app);
    await throwInAll(app);
    await app.settled();
    await expect(app.cell(plain.title, local.title)).toHaveAttribute('data-status', 'done');
    expect(await app.pixels(app.cell(plain.title, 'Gradient'))).toBe(before);
  });

  test('twice on the same request: it is failed, with a way to retry', async ({ app }) => {
    await app.open(LONG);
    const cell = app.cell(plain.title, local.title);
    for (let i = 0; i < 2; i++) {
      await running(app);
      await app.page.waitForTimeout(300); // the worker has taken it up and ticks
      await throwInAll(app);
      if (i === 0) await app.page.waitForTimeout(500);
    }
    await expect(cell).toHaveAttribute('data-status', 'failed', { timeout: 30_000 * PATIENCE });
    await expect(cell).toContainText(/twice|2 times/);
    await cell.getByRole('button', { name: 'Retry' }).click();
    await app.settled();
    await expect(cell).toHaveAttribute('data-status', 'done');
  });

  test('without a word: the watchdog notices', async ({ app }) => {
    test.setTimeout(90_000 * PATIENCE);
    await app.open(LONG);
    await running(app);
    await app.page.waitForTimeout(300);
    await Promise.all(app.page.workers().map((worker) => worker.evaluate(() => close()).catch(() => undefined)));
    await expect(app.cell(plain.title, local.title)).toHaveAttribute('data-status', 'done', { timeout: 60_000 * PATIENCE });
  });
});
