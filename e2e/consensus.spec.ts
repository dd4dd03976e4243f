/** The Consensus page on a tiny study: its numbers with n, a changed vote, an opened image, the two-way view, a folder, figures as files, stopping, a reload that asks nothing again, its file; axe, wide and narrow. */
import { readFileSync } from 'node:fs';
import { expectForEveryone } from './axe.ts';
import { expect, PATIENCE, test, type App } from './app.ts';
import { saveFigure } from './figures.ts';
import { discMask, grey, jpeg, text } from './pictures.ts';

const TINY = { lab: 'consensus', 'study.models': 'vgg-7,resnet-10,mobilenet-xs', 'study.method': 'gradient', 'study.images': 4 };
const run = (app: App) => app.page.locator('.sweep-bar').first();
const finished = (app: App) => expect(run(app)).toHaveAttribute('data-status', 'done', { timeout: 100_000 * PATIENCE });
const caption = (app: App) => app.page.getByRole('figure', { name: 'Score of each model' }).locator('figcaption');
const maps = async (app: App) => (await app.signals()).done.filter(({ kind }) => kind === 'explain').length;

test('a tiny study says n and intervals; another vote asks for no map; an image opens with every member’s map; a reload asks nothing again; the file opens', async ({ app }) => {
  await app.open(TINY);
  await finished(app);
  await expect(app.page.getByText(/^\d of 4 test scenes (is|are) kept|[1-4] of 4 test scenes are kept/).first()).toBeVisible({ timeout: 30_000 * PATIENCE });
  await expect(caption(app)).toContainText(/n: [1-4] of 4 images kept, 3 models\. Seed 0/, { timeout: 30_000 * PATIENCE });
  const asked = await maps(app);
  expect(asked).toBeGreaterThan(0);

  await app.page.getByLabel('Maps vote').selectOption('rank');
  await expect(app.page).toHaveURL(/polls\.rule=rank/);
  await expect(caption(app)).toContainText('ranks of |w|', { timeout: 30_000 * PATIENCE });
  expect(await maps(app)).toBe(asked);

  await app.page.getByRole('button', { name: /open the consensus of/ }).first().click();
  await expect(app.page.getByRole('list', { name: 'Every member’s map' }).getByRole('listitem')).toHaveCount(3);
  await expect(app.page).toHaveURL(/polls\.image=/);
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('list', { name: 'Every member’s map' })).toHaveCount(0);

  await app.page.getByRole('button', { name: 'Save the result' }).click();
  const [file] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('menuitem', { name: /JSON/ }).click()]);
  const saved = readFileSync(await file.path(), 'utf8');
  expect((JSON.parse(saved) as { records: unknown[] }).records).toHaveLength(4);

  await app.page.waitForTimeout(1500); // what was computed is written
  await app.page.reload();
  await finished(app);
  await expect(caption(app)).toContainText('ranks of |w|', { timeout: 30_000 * PATIENCE });
  expect(await maps(app), 'maps that were computed again').toBe(0);

  await app.page.locator('input[type=file]').last().setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(saved) });
  await expect(app.page.getByText('This is what mine.json holds')).toBeVisible();
  await app.page.getByRole('button', { name: 'Back to the live study' }).click();
  await expect(app.page.getByRole('form', { name: 'The study' })).toBeVisible();
  await app.page.locator('input[type=file]').last().setInputFiles({ name: 'torn.json', mimeType: 'application/json', buffer: Buffer.from(saved.slice(0, 200)) });
  await expect(app.message(/torn\.json: it is not JSON/)).toBeVisible();
});

test('the two-way view runs to its end and says n; figures are saved whole; what is kept is told', async ({ app }) => {
  await app.open({ ...TINY, 'polls.methods': 'gradient,gradient-x-input', 'polls.images': 2 });
  await finished(app);
  const { csv } = await saveFigure(app, 'Score of each model', /n: [1-4] of 4 images kept, 3 models\. Seed 0/);
  expect(csv[0]!.slice(0, 2)).toEqual(['name', 'detail']);
  expect(csv).toHaveLength(4);
  for (const row of csv.slice(1)) expect(row.filter((cell) => Number(cell) > 0).length).toBeGreaterThanOrEqual(1);

  const section = app.page.getByRole('region', { name: 'Is it the model, or the method?' });
  await section.getByRole('button', { name: 'Measure it' }).click();
  await expect(section.locator('.sweep-bar')).toHaveAttribute('data-status', 'done', { timeout: 100_000 * PATIENCE });
  const shares = section.getByRole('figure', { name: 'Model, method, or both' });
  await expect(shares.locator('figcaption')).toContainText(/n: [12] of [12] images? kept, 2 models, 2 methods \(2 complete\)\. Seed 0/, { timeout: 30_000 * PATIENCE });
  await expect(shares.locator('svg [data-spot]')).toHaveCount(3); // no method draws: no residual
  const likeness = section.getByRole('figure', { name: 'Which maps are alike' });
  await expect(likeness.locator('.figure-cursor')).toHaveAccessibleName(/Spearman’s ρ 1\.00$/);

  await run(app).getByRole('button', { name: 'Kept results' }).click();
  await expect(app.page.getByRole('dialog', { name: 'Kept results' })).toContainText(/keeps \d+ results of studies, \d+/);
});

test('a folder of one’s own pictures: all are kept, only those with a mask are held against it, and nothing leaves the page', async ({ app }) => {
  await app.open({ ...TINY, 'study.source': 'folder' });
  const sent = app.requests.length;
  await app.page.locator('.study-folder input[type=file]').last().setInputFiles([await jpeg(), await discMask(), await grey(), text()]);
  await expect(app.page.getByText('2 pictures, 1 with a mask.')).toBeVisible({ timeout: 30_000 * PATIENCE });
  await app.page.getByText('1 file or mask with a problem').click();
  await expect(app.message(/notes\.png/)).toBeVisible();
  await finished(app);
  await expect(caption(app)).toContainText(/n: 2 of 2 images kept, 3 models/, { timeout: 30_000 * PATIENCE });
  const { csv } = await saveFigure(app, 'Alignment with the true mask', /n: 2 of 2 images kept/);
  expect(csv.length).toBeGreaterThan(4);
  await expect(app.page.getByRole('button', { name: /^disc\.jpg, .*: open the consensus of 2 models, average precision/ })).toBeVisible();
  await expect(app.page.getByRole('button', { name: /^grey\.png, .*: open the consensus of 2 models$/ })).toBeVisible();
  await expect(app.page.locator('.claims li[data-verdict="cannot tell"]')).toHaveCount(4);
  expect(app.requests.slice(sent).filter((address) => !new URL(address).pathname.startsWith('/chorale/') && !address.startsWith('blob:'))).toEqual([]);
});

test('a study that is stopped keeps what it found, and goes on from there; nobody asked is said', async ({ app }) => {
  await app.open({ ...TINY, 'study.images': 40 });
  await expect.poll(() => maps(app), { timeout: 60_000 * PATIENCE }).toBeGreaterThan(2);
  await run(app).getByRole('button', { name: 'Stop' }).click();
  await expect(run(app)).toContainText(/stopped at \d+ of \d+/);
  await run(app).getByRole('button', { name: 'Continue' }).click();
  await expect(run(app)).toHaveAttribute('data-status', 'running');
  await app.open({ lab: 'consensus', 'study.models': '' });
  await expect(app.page.getByText(/^Nobody is asked/)).toBeVisible();
});

test('axe finds nothing serious, wide and light, narrow and dark; 360 pixels are enough', async ({ app }, info) => {
  test.slow(); // every figure has a name for each of its marks, and all are looked at
  await app.open({ ...TINY, theme: 'light', 'polls.image': 1 });
  await finished(app);
  await expect(caption(app)).toContainText(/n: [1-4] of 4/, { timeout: 30_000 * PATIENCE });
  await expectForEveryone(app, info);
});
