/** Forty methods in the grid: the menu that finds, sets of columns, maps that grow, the two seeds of a sampled one. */
import { catalog, expect, method, modelOfFamily, PATIENCE, SMALL, test } from './app.ts';

const plain = modelOfFamily('plain');
const vit = modelOfFamily('transformer');
const smooth = method('smoothgrad');
const rise = method('rise');

test('the menu finds a method by a word, says where it does not run, and keeps the catalogue’s order; a set replaces the columns', async ({ app }) => {
  const guided = method('guided-backprop');
  await app.open({ ...SMALL, models: `${plain.id},${vit.id}` });
  await app.settled();
  await app.page.getByRole('button', { name: 'Methods', exact: true }).click();
  await expect(app.page.getByRole('menuitemcheckbox')).toHaveCount(catalog.methods.length);
  await expect(app.page.getByRole('menuitemcheckbox', { name: method('integrated-gradients').title, exact: true })).toBeChecked();
  await app.page.keyboard.type('guided back');
  const found = app.page.getByRole('menuitemcheckbox', { name: guided.title, exact: true });
  await expect(found).toBeVisible();
  await expect(found).toContainText(`Does not run on ${vit.title}.`, { timeout: 30_000 * PATIENCE });
  await expect(app.page.getByRole('menuitemcheckbox', { name: 'Integrated Gradients', exact: true })).toHaveCount(0);
  await found.click();
  await app.page.keyboard.press('Escape');
  await expect(app.page).toHaveURL(/methods=gradient,guided-backprop,integrated-gradients/);
  await app.settled();
  await expect(app.cell(vit.title, guided.title)).toHaveAttribute('data-status', 'not-applicable');
  await app.page.getByRole('button', { name: 'Sets of methods' }).click();
  await app.page.getByRole('menuitem', { name: 'First view' }).click();
  await expect(app.page).not.toHaveURL(/methods=/);
});

test('a map grows: it is drawn and marked, does not vote, is not exported, and ends whole', async ({ app }) => {
  await app.open({ models: plain.id, methods: rise.id, 'rise.samples': 800, at: `${plain.id}/${rise.id}` });
  const cell = app.cell(plain.title, rise.title);
  await expect(cell).toHaveAttribute('data-growing', 'true', { timeout: 60_000 * PATIENCE });
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(cell).toHaveAttribute('data-status', 'queued');
  await expect(cell).toHaveAttribute('aria-label', /the map is unfinished/);
  await expect(cell).toContainText('unfinished');
  expect(await app.colours(cell)).toBeGreaterThan(8);
  await expect(app.cell('Consensus', rise.title).locator('canvas')).toHaveCount(0);
  await app.page.getByRole('button', { name: 'Export' }).click();
  await app.page.getByRole('menuitem', { name: 'Numbers, CSV' }).click();
  await expect(app.message(/still growing/)).toBeVisible();
  await app.page.getByRole('button', { name: 'Resume' }).click();
  await app.settled();
  await expect(cell).not.toHaveAttribute('data-growing');
  await expect(cell).toHaveAttribute('aria-label', /: ready/);
  await expect(app.cell('Consensus', rise.title).locator('canvas')).toHaveCount(1);
});

test('a sampled map is computed with the next seed too, and the inspector says how far they agree', async ({ app }) => {
  const noise = method('noise');
  await app.open({ models: plain.id, methods: `gradient,${smooth.id},${noise.id}`, seed: 7, 'smoothgrad.samples': 8, at: `${plain.id}/${smooth.id}` });
  await app.settled();
  const seeds = app.page.getByRole('region', { name: 'Two seeds' });
  await expect(seeds).toContainText(/seeds 7 and 8/);
  await expect(seeds).toContainText(/Overlap of the strongest tenth\s*\d+/);
  await app.cell(plain.title, noise.title).click();
  await expect(seeds).toContainText(/mostly chance/);
  await app.cell(plain.title, 'Gradient').click();
  await expect(seeds).toHaveCount(0);
});
