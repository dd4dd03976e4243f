/** Models of one's own: brought by file and by drop, looked at, explained beside the others, kept, linked, removed; and files that are none. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, modelOfFamily, test, type App } from './app.ts';
import { expectAccessible, expectNoSidewaysScroll } from './axe.ts';
import { tinyOnnx } from './onnx.ts';

const plain = modelOfFamily('plain');
const ASSETS = join(import.meta.dirname, '../../shared/assets');
const SQUEEZENET = join(ASSETS, 'models/onnx-squeezenet-fp16-224/SqueezeNet_fp16.onnx');
const MOBILENET = join(ASSETS, 'models/tfjs-layers-mobilenet-v1-025-224');
const PHOTOGRAPH = join(ASSETS, 'images/cropped-224/n02391049_zebra.png');

const dialog = (app: App) => app.page.getByRole('dialog');
const button = (app: App, name: string | RegExp) => dialog(app).getByRole('button', { name });

async function openDialog(app: App): Promise<void> {
  await app.page.getByRole('button', { name: 'Add a model' }).click();
  await expect(dialog(app)).toBeVisible();
}

/** By the dialog's file button. */
async function choose(app: App, ...files: { name: string; buffer: Buffer }[]): Promise<void> {
  const chooser = app.page.waitForEvent('filechooser');
  await button(app, 'Choose files').click();
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: 'application/octet-stream' })));
}

async function add(app: App, name?: string): Promise<void> {
  await expect(button(app, 'Add to the grid')).toBeEnabled({ timeout: 120_000 });
  if (name !== undefined) await dialog(app).getByLabel('Name', { exact: true }).fill(name);
  await button(app, 'Add to the grid').click();
  await expect(dialog(app)).toBeHidden();
}

const row = (app: App, name: string) => app.grid.getByRole('rowheader', { name, exact: true });

test('a small ONNX file is looked at, explained beside a built-in model, kept across a reload, changed and removed', async ({ app }, info) => {
  await app.open({ models: `${plain.id},${modelOfFamily('residual').id}`, methods: 'gradient,integrated-gradients', theme: 'light' });
  await app.settled();
  await openDialog(app);
  await choose(app, { name: 'tiny.onnx', buffer: tinyOnnx() });
  await expect(dialog(app).getByText('32 × 32 pixels, colour')).toBeVisible({ timeout: 60_000 });
  await expect(dialog(app).getByText(/\d+ of \d+ run on it/)).toBeVisible();
  // Another preprocessing is another answer, at once.
  const says = dialog(app).getByLabel('Its largest outputs');
  const before = await says.textContent();
  await dialog(app).getByLabel('Preset').selectOption({ label: '0 to 255' });
  await expect.poll(() => says.textContent()).not.toBe(before);
  await dialog(app).getByLabel('Preset').selectOption({ label: '0 to 1' });
  await expectAccessible(app, 'the dialog', '.bring');
  writeFileSync(info.outputPath('dialog.png'), await app.page.screenshot());
  await add(app, 'Three colours');
  await expect(row(app, 'Three colours')).toContainText(/class \d/);
  await app.settled();
  expect(await app.colours(app.cell('Three colours', 'Gradient'))).toBeGreaterThan(10);
  // It knows no class of the scenes: explained on its own, it does not vote.
  await expect(row(app, 'Three colours')).toContainText('on its own classes, no vote');

  await app.page.reload();
  await expect(row(app, 'Three colours')).toBeVisible();
  await app.settled();
  expect(app.requests.filter((url) => !url.startsWith(new URL('./', app.page.url().split('?')[0]).href) && !url.startsWith('blob:'))).toEqual([]);

  const link = app.page.url();
  await openDialog(app);
  await button(app, 'Remove Three colours').click();
  await expect(row(app, 'Three colours')).toHaveCount(0);
  await button(app, 'Undo').click();
  await expect(button(app, 'Change Three colours')).toBeVisible();
  await button(app, 'Remove Three colours').click();
  await button(app, 'Close').click();
  await app.page.goto(link);
  await expect(app.message(/is not on this computer: get its file, choose “Add a model”/)).toBeVisible();
});

test('files that are no model say so, and what to do', async ({ app }) => {
  await app.open({ models: plain.id, methods: 'gradient' });
  await openDialog(app);
  const refused = async (name: string, buffer: Buffer, words: RegExp) => {
    await choose(app, { name, buffer });
    await expect(dialog(app).getByRole('alert')).toContainText(words, { timeout: 30_000 });
    const back = button(app, 'Back');
    if (await back.isVisible()) await back.click();
  };
  await refused('net.pt', Buffer.from('PK\u0003\u0004 archive/data.pkl'), /torch\.onnx\.export/);
  await refused('net.h5', Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]), /tensorflowjs_converter/);
  await refused('cut.onnx', tinyOnnx().subarray(0, 300), /cut|ends|download/i);
  await refused('model.json', Buffer.from('{"weightsManifest": [], "modelTopology": {"node": []}}'), /model\.json|node|output/i);
  await refused('empty.onnx', Buffer.alloc(0), /empty/);
});

test('an address that cannot be read says why and how to go on; the catalogue is fetched from only on a click', async ({ app }) => {
  await app.open({ models: plain.id, methods: 'gradient' });
  await app.settled();
  await openDialog(app);
  await dialog(app).getByText('Public models').click();
  await expect(dialog(app).getByText(/not verified here/).first()).toBeVisible();
  expect(app.requests.filter((url) => /googleapis|huggingface|github/.test(url))).toEqual([]);
  await app.page.route('https://models.example/**', (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }));
  await dialog(app).getByLabel('Or an address').fill('https://models.example/net.onnx');
  await button(app, 'Fetch').first().click();
  await expect(dialog(app).getByRole('alert')).toContainText(/models\.example\/net\.onnx.*drop them here/, { timeout: 20_000 });
  app.errors.length = 0; // the browser logs the 404
});

test('at 360 pixels nothing scrolls sideways, and the dialog is for everyone in the dark', async ({ app }) => {
  await app.page.setViewportSize({ width: 360, height: 800 });
  await app.open({ models: plain.id, methods: 'gradient', theme: 'dark' });
  await openDialog(app);
  await choose(app, { name: 'tiny.onnx', buffer: tinyOnnx() });
  await expect(button(app, 'Add to the grid')).toBeEnabled({ timeout: 120_000 });
  await expectNoSidewaysScroll(app);
  await expectAccessible(app, '360 px, dark', '.bring');
});

test('SqueezeNet and MobileNet explain a photograph side by side, ten methods each, with consensus', async ({ app }, info) => {
  test.skip(!existsSync(SQUEEZENET) || !existsSync(MOBILENET) || !existsSync(PHOTOGRAPH), 'real models and a photograph of others are no part of the project: they are read from ../shared/assets, which this checkout does not have. The small file above goes the same way everywhere');
  test.setTimeout(600_000);
  await app.open({ models: plain.id, methods: TEN.join() });
  await app.drop(PHOTOGRAPH);
  await app.drop(SQUEEZENET);
  await add(app, 'SqueezeNet');
  await openDialog(app);
  await choose(app, ...readdirSync(MOBILENET).filter((name) => name !== 'golden.derived.json').map((name) => ({ name, buffer: readFileSync(join(MOBILENET, name)) })));
  await add(app, 'MobileNet');
  await app.page.getByRole('button', { name: `${plain.title} in the committee` }).click();
  await expect(row(app, 'SqueezeNet')).toContainText('zebra', { timeout: 60_000 });
  await expect(row(app, 'MobileNet')).toContainText('zebra', { timeout: 60_000 });
  await app.settled(500_000);
  const statuses = await app.statuses();
  expect(statuses.filter((status) => status === 'failed')).toEqual([]);
  for (const model of ['SqueezeNet', 'MobileNet']) expect(await app.colours(app.cell(model, 'Gradient'))).toBeGreaterThan(10);
  expect(statuses.filter((status) => status === 'done').length).toBeGreaterThanOrEqual(27);
  await expect(app.cell('Consensus', 'Gradient')).toHaveAttribute('aria-label', /consensus of 2 of 2/);
  writeFileSync(info.outputPath('import.png'), await app.page.screenshot());
});

const TEN = ['gradient', 'gradient-x-input', 'integrated-gradients', 'guided-backprop', 'lrp-epsilon', 'lrp-gamma', 'lrp-z-plus', 'deeplift-rescale', 'grad-cam', 'layer-cam'];
