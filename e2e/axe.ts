/** What every page is held to: no serious finding of axe, wide and narrow, in light and dark; nothing scrolls sideways at 360 pixels. */
import AxeBuilder from '@axe-core/playwright';
import type { TestInfo } from '@playwright/test';
import { expect, type App } from './app.ts';

/** No finding of axe that is serious or critical, in the page or in what `within` selects. `when`: in the report. */
export async function expectAccessible({ page }: App, when = 'now', within?: string): Promise<void> {
  const builder = new AxeBuilder({ page });
  const { violations } = await (within === undefined ? builder : builder.include(within)).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`), when).toEqual([]);
}

export async function expectNoSidewaysScroll({ page }: App): Promise<void> {
  const width = page.viewportSize()!.width;
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
}

/** A page that was opened with `theme: 'light'`: 1440 pixels in light, then 360 in dark, with a picture of both in the report. */
export async function expectForEveryone(app: App, info: TestInfo, within?: string): Promise<void> {
  for (const width of [1440, 360]) {
    await app.page.setViewportSize({ width, height: 900 });
    await expectAccessible(app, `${width} px`, within);
    const picture = { path: info.outputPath(`${width}.png`) };
    const body = within === undefined ? await app.page.screenshot(picture) : await app.page.locator(within).screenshot(picture);
    await info.attach(`${width} px`, { body, contentType: 'image/png' });
    if (width === 1440) await app.page.getByRole('button', { name: /^Theme: light/ }).click();
  }
  await expectNoSidewaysScroll(app);
}
