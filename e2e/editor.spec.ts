/** The scene editor: a part is removed by keys, everything follows, the link restores it, undo brings it back. */
import { expect, modelOfFamily, PATIENCE, test } from './app.ts';
import { expectAccessible } from './axe.ts';

const plain = modelOfFamily('plain');
const VIEW = { models: plain.id, methods: 'gradient,grad-cam', target: 'Watering can', at: `${plain.id}/gradient` } as const;

test('a part removed by keys: picture, prediction, map and effects follow; link and undo know of it', async ({ app }) => {
  test.setTimeout(240_000 * PATIENCE);
  await app.open(VIEW);
  await app.settled();
  const cell = app.cell(plain.title, 'Gradient');
  const picture = () => app.page.locator('.image-frame canvas').first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const says = () => app.page.getByRole('rowheader', { name: plain.title, exact: true }).locator('.head-detail').textContent();
  const effects = app.page.getByRole('region', { name: 'What each part does' });
  await expect(effects.getByRole('row', { name: /^Handle/ })).toContainText(/[+−]\d/, { timeout: 60_000 * PATIENCE });
  const before = { picture: await picture(), map: await app.pixels(cell), says: await says() };

  await app.page.getByText('Change the scene').focus();
  await app.page.keyboard.press('Enter');
  const handle = app.page.getByRole('switch', { name: 'Handle' });
  await expect(handle).toBeChecked();
  await handle.focus();
  await app.page.keyboard.press('Space');
  await expect(handle).not.toBeChecked();
  await expect(app.page).toHaveURL(/change=remove-part:handle(&|$)/);
  await app.settled();
  await expect.poll(picture).not.toBe(before.picture);
  await expect.poll(() => app.pixels(cell)).not.toBe(before.map);
  await expect.poll(says).not.toBe(before.says);
  await expect(effects.getByRole('row', { name: /^Spout/ })).toBeVisible({ timeout: 60_000 * PATIENCE });
  await expect(effects.getByRole('row', { name: /^Handle/ })).toHaveCount(0);
  const changed = await app.pixels(cell);

  await expectAccessible(app);

  await app.page.reload();
  await app.settled();
  await expect.poll(() => app.pixels(cell)).toBe(changed);

  await app.page.getByText('Change the scene').click();
  await app.page.getByRole('switch', { name: 'Handle' }).focus();
  await app.page.keyboard.press('Space');
  await expect(app.page).not.toHaveURL(/change=/);
  await app.page.keyboard.press('Control+z');
  await expect(app.page).toHaveURL(/change=remove-part:handle/);
  await app.page.keyboard.press('Control+y');
  await app.settled();
  await expect.poll(() => app.pixels(cell)).toBe(before.map);
});

test('arrow keys turn the scene; a sticker is one click away; a slider’s drag is one step to undo', async ({ app }) => {
  await app.open({ ...VIEW, at: '' });
  await app.settled();
  await app.page.getByRole('group', { name: /^The scene\. Left and right/ }).focus();
  await app.page.keyboard.press('ArrowRight');
  await expect(app.page).toHaveURL(/change=turn:\d+(&|$)/);
  await app.page.getByRole('button', { name: /which it is not$/ }).click();
  await expect(app.page).toHaveURL(/turn:\d+,sticker:[a-z-]+\/top-left/);
  await app.page.keyboard.press('Control+z');
  await app.page.keyboard.press('Control+z');
  await expect(app.page).not.toHaveURL(/change=/);
  await app.page.getByText('Change the scene').click();
  const size = app.slider('Size');
  await size.scrollIntoViewIfNeeded();
  const box = (await size.boundingBox())!;
  const middle = box.y + box.height / 2;
  await app.page.mouse.move(box.x + box.width / 2, middle);
  await app.page.mouse.down();
  for (let step = 1; step <= 8; step++) await app.page.mouse.move(box.x + box.width * (0.5 - 0.05 * step), middle);
  await app.page.mouse.up();
  await expect(app.page).toHaveURL(/change=size:0\.\d+/);
  await app.settled();
  await app.page.keyboard.press('Control+z');
  await expect(app.page).not.toHaveURL(/change=/);
});
