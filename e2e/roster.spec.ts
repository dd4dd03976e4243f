/** The Committee page: the picture of the spread, its order and filter, a card with its network, the link, the files, axe, 360 pixels. */
import { readFileSync } from 'node:fs';
import { catalog, expect, modelOfFamily, test, type App } from './app.ts';
import { expectForEveryone } from './axe.ts';

const plain = modelOfFamily('plain');
const transformer = modelOfFamily('transformer');
const roster = (app: App) => app.page.getByRole('table', { name: /The models of the committee/ });
const names = (app: App) => roster(app).getByRole('rowheader').getByRole('button').allInnerTexts();
const titles = (texts: readonly string[]) => texts.map((text) => text.replace('›', '').trim());
const card = (app: App, title: string) => app.page.getByRole('region', { name: title, exact: true });
const drawing = (app: App) => app.page.getByRole('listbox', { name: /from the image down to the logits/ });

test('the spread before anything is touched; sorted, filtered, a card opened, a composite chosen; the link restores it; no weights are loaded for it', async ({ app }) => {
  await app.open({ lab: 'committee' });
  await expect(app.page).toHaveTitle(/^Committee/);
  await expect(app.page.locator('.lab-story').first()).toHaveText(/right on 2,000 test scenes/);
  expect(titles(await names(app))).toHaveLength(catalog.models.length);
  const byAccuracy = [...catalog.models].sort((a, b) => b.accuracy.test - a.accuracy.test).map(({ title }) => title);
  expect(titles(await names(app))).toEqual(byAccuracy);

  await roster(app).getByRole('button', { name: 'Parameters' }).click();
  await expect(roster(app).getByRole('columnheader', { name: /Parameters/ })).toHaveAttribute('aria-sort', 'ascending');
  expect(titles(await names(app))[0]).toBe([...catalog.models].sort((a, b) => a.parameters - b.parameters)[0]!.title);
  await roster(app).getByRole('button', { name: 'Parameters' }).click();
  await expect(roster(app).getByRole('columnheader', { name: /Parameters/ })).toHaveAttribute('aria-sort', 'descending');

  expect(app.requests.filter((url) => url.includes('weights'))).toEqual([]);
  await app.page.getByRole('combobox', { name: 'Family' }).selectOption(plain.family);
  expect(titles(await names(app))).toHaveLength(catalog.models.filter(({ family }) => family === plain.family).length);
  await roster(app).getByRole('button', { name: plain.title, exact: true }).click();
  await expect(card(app, plain.title)).toContainText(/95 % interval .* to .*\s%/);
  await expect(card(app, plain.title)).toContainText('Expected calibration error, ten equal bins');
  await expect(app.page.getByRole('table', { name: /Test scenes by true class/ }).getByRole('rowheader')).toHaveCount(plain.classes.length);
  await expect(drawing(app).getByRole('option', { name: /^3×3 convolution, .*rule z⁺/ }).first()).toBeVisible();
  await app.page.getByRole('combobox', { name: 'Rules of' }).selectOption('epsilon');
  await expect(drawing(app).getByRole('option', { name: /^3×3 convolution, .*rule ε/ }).first()).toBeVisible();
  await expect(app.page).toHaveURL(/composite=epsilon/);

  await app.page.reload();
  await expect(drawing(app).getByRole('option', { name: /^3×3 convolution, .*rule ε/ }).first()).toBeVisible();
  await expect(app.page.getByRole('combobox', { name: 'Family' })).toHaveValue(plain.family);
  // With few rows the study of the shortcut is in sight: it asks its two models. No card and no drawing asks for weights.
  expect(app.requests.filter((url) => /weights/.test(url) && !/zoo\/vgg-7(-sticker)?\/weights/.test(url))).toEqual([]);
  await app.page.keyboard.press('Escape');
  await expect(card(app, plain.title)).toHaveCount(0);
});

test('the diagram by keys; its list; what folds opens; drawing and table are files; a model goes to the grid and out of it', async ({ app }) => {
  await app.open({ lab: 'committee', at: `${transformer.id}/`, composite: 'attn-lrp' });
  await drawing(app).focus();
  await app.page.keyboard.press('ArrowDown');
  await expect(drawing(app).getByRole('option', { selected: true })).toHaveAccessibleName(/^3×3 convolution/);
  await expect(app.page.locator('.network-facts')).toContainText('Weights, kernel');
  const stops = await drawing(app).getByRole('option').count();
  await drawing(app).getByRole('option', { name: /more blocks? like the one above/ }).first().click();
  await expect.poll(() => drawing(app).getByRole('option').count()).toBeGreaterThan(stops);
  await expect(app.page).toHaveURL(/unfolded=true/);
  await app.page.getByText('The network as a list').click();
  const listed = app.page.getByRole('table', { name: /Nodes in the order/ }).getByRole('rowheader');
  expect(await drawing(app).getByRole('option').count()).toBe(await listed.count());

  const [drawn] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('button', { name: 'Save the drawing, SVG' }).click()]);
  const svg = readFileSync(await drawn.path(), 'utf8');
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).not.toMatch(/var\(--|light-dark/);
  await app.page.getByRole('button', { name: 'Export' }).click();
  const [table] = await Promise.all([app.page.waitForEvent('download'), app.page.getByRole('menuitem', { name: /CSV/ }).click()]);
  expect(readFileSync(await table.path(), 'utf8').trim().split('\r\n')).toHaveLength(1 + catalog.models.length);

  const isBest = catalog.models.every(({ accuracy }) => accuracy.test <= transformer.accuracy.test);
  await app.page.keyboard.press(isBest ? 'j' : 'k');
  await expect(card(app, transformer.title)).toHaveCount(0);
  await app.page.getByRole('button', { name: /Go to it in Explore|Show in Explore/ }).click();
  await expect(app.page).not.toHaveURL(/lab=/);
  await expect(app.grid).toBeVisible();
});

test('axe finds nothing serious on an open card, wide and light, narrow and dark; 360 pixels are enough', async ({ app }, info) => {
  await app.open({ lab: 'committee', theme: 'light', at: `${plain.id}/` });
  await expect(drawing(app)).toBeVisible();
  await expectForEveryone(app, info);
});
