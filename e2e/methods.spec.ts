/** The Methods page: the table of what runs where, its filter, a card, the way to the grid, its link, its files, 360 pixels. */
import { readFileSync } from 'node:fs';
import { catalog, expect, method, modelOfFamily, PATIENCE, SMALL, test, type App } from './app.ts';
import { expectForEveryone } from './axe.ts';

/** The models on show, and so the columns: only of them is asked what runs. */
const SHOWN = [modelOfFamily('plain'), modelOfFamily('transformer')];
const models = SHOWN.map(({ id }) => id).join(',');

const steps = method('integrated-gradients');
const guided = method('guided-backprop');
const table = (app: App) => app.page.getByRole('table', { name: /Which method runs on which model/ });
const row = (app: App, title: string) => table(app).getByRole('row').filter({ has: app.page.getByRole('button', { name: title, exact: true }) });
/** Every model has answered. */
const answered = (app: App) => expect(app.page.locator('.lab-story')).toHaveText(new RegExp(`^${catalog.methods.length} methods, ${SHOWN.length} models: .*run`), { timeout: 60_000 * PATIENCE });

test('the table says for every method and model that it runs or why not; a card leads to the grid', async ({ app }) => {
  await app.open({ ...SMALL, models });
  await app.settled();
  await app.page.getByRole('navigation', { name: 'Labs' }).getByRole('link', { name: 'Methods' }).click();
  await expect(app.page).toHaveURL(/lab=methods/);
  await expect(app.page).toHaveTitle(/^Methods/);
  await expect(app.page.getByRole('main')).toBeFocused();
  await answered(app);
  for (const { title } of catalog.methods) await expect(row(app, title).locator('.model-cell[data-kind=runs], .model-cell[data-kind=refuses]')).toHaveCount(SHOWN.length);
  const refused = row(app, guided.title).getByRole('cell').nth(SHOWN.findIndex(({ family }) => family === 'transformer'));
  await expect(refused).toHaveText(/does not run: needs ReLU/);

  await app.page.getByRole('searchbox', { name: 'Find' }).fill('gelu guided');
  await expect(table(app).getByRole('rowheader').filter({ has: app.page.getByRole('button') })).toHaveCount(1);
  await row(app, guided.title).getByRole('button').click();
  const card = app.page.getByRole('region', { name: `Where ${guided.title} runs` });
  await expect(card).toContainText(/Vision transformer.*GELU/);
  await app.page.getByRole('button', { name: 'Show in Explore' }).click();
  await expect(app.page).not.toHaveURL(/lab=/);
  await expect(app.grid.getByRole('columnheader', { name: guided.title, exact: true })).toBeVisible();
  await app.settled();
  await app.page.goBack();
  await expect(app.page.getByRole('searchbox', { name: 'Find' })).toHaveValue('gelu guided');
  await app.page.goBack();
  await expect(app.grid).toBeVisible();
  await expect(app.page).toHaveTitle(/^Chorale/);
});

test('a link restores filter, order and open card; nothing is computed for it; the files hold the table', async ({ app }) => {
  await app.open({ lab: 'methods', models, family: steps.family, sort: 'cost', at: `/${steps.id}` });
  await answered(app);
  await expect(app.page.getByRole('combobox', { name: 'Family' })).toHaveValue(steps.family);
  await expect(table(app).getByRole('columnheader', { name: 'Passes' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(row(app, steps.title).getByRole('button')).toHaveAttribute('aria-expanded', 'true');
  await expect(app.page.getByText(steps.card.misleads)).toBeVisible();
  await expect(table(app).getByRole('group', { name: 'Formula' })).toBeVisible();
  expect((await app.signals()).done.map(({ kind }) => kind)).not.toContain('explain');
  const save = async (name: RegExp) => {
    await app.page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('menuitem', { name }).click()]);
    return readFileSync(await file.path(), 'utf8');
  };
  const csv = await save(/CSV/);
  expect(csv.trim().split('\r\n')).toHaveLength(1 + catalog.methods.length);
  expect(JSON.parse(await save(/JSON/))).toMatchObject({ methods: catalog.methods.map(({ id }) => ({ id })) });
  await app.page.keyboard.press('Escape');
  await expect(row(app, steps.title).getByRole('button')).toHaveAttribute('aria-expanded', 'false');
  await app.page.keyboard.press('/');
  await expect(app.page.getByRole('searchbox', { name: 'Find' })).toBeFocused();
});

test('axe finds nothing serious on the Methods page, wide and light, narrow and dark; 360 pixels are enough', async ({ app }, info) => {
  await app.open({ lab: 'methods', models, theme: 'light', family: steps.family, at: `/${steps.id}` });
  await answered(app);
  await expectForEveryone(app, info);
  await expect(row(app, steps.title).getByText(modelOfFamily('transformer').title)).toBeVisible();
});
