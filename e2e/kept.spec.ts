/** What studies compute is kept by the browser: after a reload nothing of it is asked again, until it is forgotten. */
import { expect, PATIENCE, test, type App, type Signals } from './app.ts';

const TINY = { lab: 'committee', 'sticker.scenes': 2, 'sticker.methods': 'gradient' };
const section = (app: App) => app.page.getByRole('region', { name: 'The planted shortcut' });
const bar = (app: App) => section(app).locator('.sweep-bar');

async function finish(app: App): Promise<void> {
  await section(app).scrollIntoViewIfNeeded();
  await section(app).getByRole('table').scrollIntoViewIfNeeded();
  await expect(bar(app)).toHaveAttribute('data-status', 'done', { timeout: 100_000 * PATIENCE });
}
/** Answers of this page load that nothing but the study asks for. */
const computed = (app: App) => app.page.evaluate(() => (window as unknown as { signals: Signals }).signals.done.filter(({ kind }) => kind === 'effects').length);

test('a study is not computed again after a reload; what is kept can be seen and forgotten', async ({ app }) => {
  await app.open(TINY);
  await finish(app);
  expect(await computed(app)).toBe(4);
  const says = await bar(app).locator('span').first().textContent();
  await bar(app).getByRole('button', { name: 'Kept results' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Kept results' });
  await expect(dialog).toContainText(/keeps \d+ results of studies, \d+ KB/);
  await dialog.getByRole('button', { name: 'Close' }).click();

  await app.page.reload();
  await finish(app);
  expect(await computed(app)).toBe(0);
  await expect(bar(app).locator('span').first()).toHaveText(says!);

  await bar(app).getByRole('button', { name: 'Kept results' }).click();
  await dialog.getByRole('button', { name: 'Forget them' }).click();
  await expect(dialog).toContainText('keeps no results of studies');
  await app.page.reload();
  await finish(app);
  expect(await computed(app)).toBe(4);
});
