/** Photographs: dropped, pasted, chosen, cropped by keys; and files that are none. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, modelOfFamily, test } from './app.ts';
import * as pictures from './pictures.ts';

const plain = modelOfFamily('plain');
const VIEW = { models: plain.id, methods: 'gradient' } as const;
const PHOTOGRAPHS = join(import.meta.dirname, '../../shared/assets/images/imagenet_samples');

test('a dropped photograph is explained, and its square moves by keys', async ({ app }, info) => {
  await app.open(VIEW);
  await app.settled();
  const cell = app.cell(plain.title, 'Gradient');
  const scene = await app.pixels(cell);
  const { name: fileName, buffer } = await pictures.jpeg();
  const path = info.outputPath(fileName);
  writeFileSync(path, buffer);
  await app.drop(path);
  const square = app.page.getByRole('group', { name: /^What the models see/ });
  await expect(square).toBeVisible();
  await app.settled();
  await expect.poll(() => app.pixels(cell)).not.toBe(scene);
  const photograph = await app.pixels(cell);
  const name = (await square.getAttribute('aria-label')) ?? '';
  await square.focus();
  await app.page.keyboard.press('Shift+ArrowRight');
  await expect(square).not.toHaveAttribute('aria-label', name);
  await app.settled();
  await expect.poll(() => app.pixels(cell)).not.toBe(photograph);
});

test('a pasted picture is explained, and the page says that it is far from what the models know', async ({ app }) => {
  await app.open(VIEW);
  await app.settled();
  await app.paste(await pictures.noise());
  await expect(app.page.getByRole('group', { name: /^What the models see/ })).toBeVisible();
  await app.settled();
  await expect(app.message(/never saw a photograph.* farther out than (9\d|100)\s% of validation scenes/)).toBeVisible();
});

test('a real photograph from a file', async ({ app }, info) => {
  if (!existsSync(PHOTOGRAPHS)) {
    info.annotations.push({ type: 'absent', description: PHOTOGRAPHS });
    console.log(`    ${PHOTOGRAPHS} is absent: a made picture serves instead`);
  }
  const name = existsSync(PHOTOGRAPHS) ? readdirSync(PHOTOGRAPHS).find((file) => /\.jpe?g$/i.test(file)) : undefined;
  const file = name ? { name, mimeType: 'image/jpeg', buffer: readFileSync(join(PHOTOGRAPHS, name)) } : await pictures.jpeg();
  await app.open(VIEW);
  await app.settled();
  await app.choose(file);
  await expect(app.page.getByRole('group', { name: /^What the models see/ })).toBeVisible();
  await app.settled();
  await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done');
});

const BAD = [
  ['no image', async () => pictures.text(), /notes\.png/],
  ['a truncated image', () => pictures.truncated(), /cut-off\.jpg/],
  ['dimensions beyond all reason', async () => pictures.huge(60_000), /huge\.png.*60.?000|60.?000.*huge\.png/s],
] as const;
for (const [what, make, words] of BAD) {
  test(`${what}: a clear message, and what was on screen stays`, async ({ app }) => {
    await app.open(VIEW);
    await app.settled();
    const cell = app.cell(plain.title, 'Gradient');
    const before = await app.pixels(cell);
    await app.choose(await make());
    await expect(app.message(words)).toBeVisible();
    await app.settled();
    expect(await app.pixels(cell)).toBe(before);
  });
}

const ODD = [
  ['a greyscale image', () => pictures.grey(), /greyscale/i],
  ['a transparent image', () => pictures.transparent(), /transparen/i],
  ['an animated image', () => pictures.animated(), /animat|first frame|first picture/i],
] as const;
for (const [what, make, words] of ODD) {
  test(`${what} is explained, and what was done to it is said`, async ({ app }) => {
    await app.open(VIEW);
    await app.settled();
    await app.choose(await make());
    await expect(app.page.getByRole('group', { name: /^What the models see/ })).toBeVisible();
    await app.settled();
    await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done');
    await expect(app.message(words)).toBeVisible();
  });
}
