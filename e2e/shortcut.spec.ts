/** The planted shortcut on the Committee page: a tiny study's numbers, stopping it, its link, its files, the way to Explore; axe, wide and narrow. */
import { readFileSync } from 'node:fs';
import { expect, method, PATIENCE, test, type App } from './app.ts';
import { expectForEveryone } from './axe.ts';

const METHODS = ['gradient', 'grad-cam'];
const TINY = { lab: 'committee', 'sticker.scenes': 2, 'sticker.methods': METHODS.join() };
const section = (app: App) => app.page.getByRole('region', { name: 'The planted shortcut' });
const run = (app: App) => section(app).locator('.sweep-bar');
const row = (app: App, id: string) => section(app).locator(`tr[data-method="${id}"]`);
const finished = (app: App) => expect(run(app)).toHaveAttribute('data-status', 'done', { timeout: 100_000 * PATIENCE });

async function show(app: App, link: Readonly<Record<string, string | number>> = TINY): Promise<void> {
  await app.open(link);
  await section(app).scrollIntoViewIfNeeded();
  await section(app).getByRole('table').scrollIntoViewIfNeeded();
}

test('a tiny study gives numbers for both models, its link restores it, its file holds it, a scene opens in Explore', async ({ app }) => {
  await show(app);
  await finished(app);
  for (const id of METHODS) {
    await expect(row(app, id)).toContainText('n = 2');
    await expect(row(app, id).locator('.shortcut-plot > svg')).toHaveAccessibleName(/cheat [\d.]+ × \(95 %.*twin [\d.]+ ×/);
  }
  await expect(section(app).getByText(/Taking the sticker away moves the cheat’s logit by/)).toBeVisible();
  await expect(section(app).getByText(/^2 scenes of the test split, seed 0/)).toBeVisible();
  await expect(section(app).getByRole('figure', { name: /With the sticker of a house/ })).toContainText(/Cheathouse \.\d\d/);
  await section(app).getByRole('button', { name: 'Save the study' }).click();
  const [file] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('menuitem', { name: /CSV/ }).click()]);
  expect(readFileSync(await file.path(), 'utf8').trim().split('\r\n')).toHaveLength(1 + 2 * 2 * METHODS.length);

  await section(app).getByText('Misleading', { exact: true }).click();
  await expect(app.page).toHaveURL(/sticker\.colour=misleading/);
  await finished(app);
  await app.page.reload();
  await section(app).getByRole('table').scrollIntoViewIfNeeded();
  await expect(section(app).getByRole('radio', { name: 'Misleading' })).toBeChecked();
  await finished(app);
  await expect(section(app).getByText(/every sticker has the colour of another class/)).toBeVisible();

  await section(app).getByText('The scenes of the study').click();
  await section(app).getByRole('button', { name: /^Scene 3\d{4}$/ }).first().click();
  await expect(app.page).toHaveURL(/change=sticker:/);
  await app.settled();
  await expect(app.cells).toHaveCount(2 * METHODS.length + METHODS.length);
});

test('a study that is stopped keeps what it found, and goes on from there', async ({ app }) => {
  await show(app, { ...TINY, 'sticker.scenes': 30, 'sticker.methods': 'gradient' });
  await expect(row(app, 'gradient')).toContainText(/n = [1-9]/, { timeout: 60_000 * PATIENCE });
  await run(app).getByRole('button', { name: 'Stop' }).click();
  await expect(run(app)).toContainText(/^stopped at \d+ of \d+ answers/);
  const before = Number(/n = (\d+)/.exec((await row(app, 'gradient').textContent())!)![1]);
  expect(before).toBeLessThan(30);
  await run(app).getByRole('button', { name: 'Continue' }).click();
  await expect.poll(async () => Number(/n = (\d+)/.exec((await row(app, 'gradient').textContent())!)![1]), { timeout: 60_000 * PATIENCE }).toBeGreaterThan(before);
  await run(app).getByRole('button', { name: 'Pause' }).click();
  await expect(run(app)).toContainText(/^paused at/);
});

test('axe finds nothing serious in the section, wide and light, narrow and dark; 360 pixels are enough', async ({ app }, info) => {
  await show(app, { ...TINY, theme: 'light' });
  await finished(app);
  await expectForEveryone(app, info, '#shortcut');
  await expect(row(app, 'gradient').getByText(method('gradient').title)).toBeVisible();
});
