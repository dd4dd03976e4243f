/** For everyone: no serious finding of axe in light and dark, names, announcements, a narrow screen. */
import { catalog, expect, modelOfFamily, SMALL, test } from './app.ts';
import { expectAccessible, expectNoSidewaysScroll } from './axe.ts';

const plain = modelOfFamily('plain');

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in ${theme}`, async ({ app }) => {
    await app.open({ ...SMALL, theme, at: `${plain.id}/integrated-gradients` });
    await app.settled();
    for (const tab of ['Selected', 'Display', 'Consensus']) {
      await app.page.getByRole('tab', { name: tab }).click();
      await expectAccessible(app, `tab ${tab}`);
    }
  });
}

test('finished maps are announced once, politely', async ({ app }) => {
  await app.open(SMALL);
  await app.settled();
  await expect(app.page.locator('[aria-live=polite], [role=status]').filter({ hasText: /maps? ready/ }).first()).toHaveText(/^2 of 2 maps ready/);
});

test('360 pixels are enough: nothing scrolls sideways', async ({ app }, info) => {
  await app.page.setViewportSize({ width: 360, height: 740 });
  await app.open({ models: catalog.models.slice(0, 2).map(({ id }) => id).join(), methods: SMALL.methods });
  await app.settled();
  await info.attach('360 px', { body: await app.page.screenshot({ fullPage: true, path: info.outputPath('360.png') }), contentType: 'image/png' });
  await expectNoSidewaysScroll(app);
  await expect(app.cell(plain.title, 'Gradient')).toBeVisible();
});
