/** The Transfer page: a tiny study's numbers with n, the preview under its slider, stopping, the link and the reload, its file; axe, wide and narrow. */
import { readFileSync } from 'node:fs';
import { expect, modelOfFamily, PATIENCE, test, type App } from './app.ts';
import { expectForEveryone } from './axe.ts';
import { saveFigure } from './figures.ts';

const MODELS = [modelOfFamily('plain').id, modelOfFamily('residual').id, modelOfFamily('transformer').id];
/** Few small models, a cheap method, few images: the whole study takes seconds. */
const TINY = { lab: 'transfer', 'study.models': MODELS.join(), 'study.method': 'gradient', 'study.images': 2, 'transfer.shares': '0.2' };

const run = (app: App) => app.page.locator('.lab-head .sweep-bar');
const finished = (app: App) => expect(run(app)).toHaveAttribute('data-status', 'done', { timeout: 100_000 * PATIENCE });
const tile = (app: App, id: string) => app.page.locator(`.tile[data-row="${id}"]`);
const asked = (app: App, id: string) => expect(tile(app, id).getByRole('button')).toHaveAccessibleName(/of 3 right$/, { timeout: 60_000 * PATIENCE });
const matrix = (app: App) => app.page.getByRole('figure', { name: 'Whose features serve whom' });

test('the page tells n before anything is touched; the matrix, the comparisons and the claims stand; a saved study opens again', async ({ app }) => {
  await app.open(TINY);
  await finished(app);
  await expect(app.page.locator('.lab-story')).toContainText(/On \d of 2 images, those that all good models get right, other members keep \d+\s%/);
  await expect(matrix(app)).toContainText(/n: \d of 2 images kept .*3 models/);
  for (const title of ['What a feature is worth', 'Beside the controls', 'From kind to kind', 'Do the maps agree?']) await expect(app.page.getByRole('figure', { name: title })).toBeVisible();
  await expect(app.page.locator('.transfer-claims li').first()).toContainText(/random region/);

  const { csv } = await saveFigure(app, 'Whose features serve whom', /n: \d of 2 images kept/);
  expect(csv[0]!.slice(0, 2)).toEqual(['Shown: the feature of', 'to']);
  const own = csv.filter(([shown, to]) => shown === to && shown !== '');
  expect(own).toHaveLength(MODELS.length);
  for (const [, , share] of own) expect(Number(share)).toBeLessThanOrEqual(1);

  await app.page.getByRole('button', { name: 'Export', exact: true }).click();
  const [file] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('menuitem', { name: /The study, JSON/ }).click()]);
  const text = readFileSync(await file.path(), 'utf8');
  expect((JSON.parse(text) as { study: string; records: unknown[] }).records).toHaveLength(2);
  const story = await app.page.locator('.lab-story').textContent();
  await app.page.locator('.study-file input[type=file]').setInputFiles({ name: 'saved.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await expect(app.page.getByText('From saved.json; nothing is asked of models.')).toBeVisible();
  await expect(app.page.locator('.lab-story')).toHaveText(story!);
});

test('the preview follows the slider: other pixels at once, other reactions, and the link says so', async ({ app }) => {
  await app.open(TINY);
  await asked(app, MODELS[0]!);
  const before = await app.pixels(tile(app, MODELS[0]!));
  const slider = app.slider('Share of the image shown, q');
  await slider.focus();
  await slider.press('End');
  await expect.poll(() => app.pixels(tile(app, MODELS[0]!))).not.toBe(before);
  await expect(app.page).toHaveURL(/transfer\.share=1(&|$)/);
  // The whole image: every good model is right again, since the study keeps no other image.
  await expect(tile(app, MODELS[0]!).getByRole('button')).toHaveAccessibleName(/3 of 3 right$/, { timeout: 60_000 * PATIENCE });
  await app.page.keyboard.press('Control+z');
  await expect(app.page).not.toHaveURL(/transfer\.share=/);
  await tile(app, 'harmonised mean').getByRole('button').click();
  await expect(app.page.getByRole('heading', { name: /Shown only: mean of the maps/ })).toBeVisible();
});

test('a study that is stopped keeps what it found; its link restores it after a reload, and what was computed is not computed again', async ({ app }) => {
  await app.open({ ...TINY, 'study.images': 40, 'transfer.region': 'windows', 'transfer.fill': 'noise' });
  await expect(app.page.locator('.lab-story')).toContainText(/On [1-9]\d* of \d+ images? so far/, { timeout: 60_000 * PATIENCE });
  await app.page.getByRole('button', { name: 'Stop' }).click();
  await expect(run(app)).toContainText(/matrix: stopped at \d+ of/);
  await expect(matrix(app)).toBeVisible();
  await app.page.waitForTimeout(1000); // what is on its way to the browser's database
  await app.page.goto(app.page.url().replace('study.images=40', 'study.images=1'));
  await finished(app);
  await expect(app.page.getByRole('combobox', { name: 'Feature region' })).toHaveValue('windows');
  expect((await app.signals()).done.filter(({ kind }) => kind === 'explain')).toHaveLength(0);
});

test('axe finds nothing serious, wide and light, narrow and dark; 360 pixels are enough', async ({ app }, info) => {
  await app.open({ ...TINY, theme: 'light' });
  await finished(app);
  await asked(app, MODELS[0]!);
  await expectForEveryone(app, info);
});
