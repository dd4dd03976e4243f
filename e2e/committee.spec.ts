/** Committees by one click: bytes on the way, nothing that was not chosen, who votes, the link; and a host that goes away. */
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { serve } from '../scripts/serve.mjs';
import { committees, type CommitteeId } from '../src/state/committees.ts';
import { App, catalog, expect, modelOfFamily, PATIENCE, test } from './app.ts';

const plain = modelOfFamily('plain');
const committee = (id: CommitteeId) => {
  const found = committees(catalog.models).find((one) => one.id === id);
  if (!found) throw new Error(`the catalogue has no committee '${id}'`);
  return found;
};
const titleOf = (id: string) => catalog.models.find((model) => model.id === id)!.title;

/** Weights come in pieces of this size, one each time. */
const PIECE = 16_384;
const EACH_MS = 120;

/** The site behind a slow line: weights in pieces, or not at all while it is cut. */
async function slowSite(port: number) {
  const site = await serve({ base: '/chorale/', port: port + 1 });
  const line = { cut: false };
  const pass = async (path: string, to: ServerResponse) => {
    const answer = await fetch(new URL(path, site.url));
    const bytes = Buffer.from(await answer.arrayBuffer());
    to.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'text/plain' });
    for (let at = 0; path.includes('weights.bin') && at < bytes.length; at += PIECE) {
      to.write(bytes.subarray(at, at + PIECE));
      await wait(EACH_MS);
    }
    to.end(path.includes('weights.bin') ? undefined : bytes);
  };
  const server = createServer(({ url = '/' }, to) => {
    if (line.cut && url.includes('/zoo/')) return void to.destroy();
    pass(url, to).catch(() => to.destroy());
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${port}/chorale/`,
    line,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await site.close();
    },
  };
}

const weightsOf = (app: App) => app.requests.flatMap((url) => /\/zoo\/([^/]+)\/weights\.bin/.exec(url)?.[1] ?? []);

test('one of each family: bytes on the way, each model once and no other; a vote changes the consensus, the link restores it', async ({ app, context }, info) => {
  test.setTimeout(300_000 * PATIENCE);
  const site = await slowSite(4340);
  const { models, title } = committee('families');
  try {
    await app.page.goto(`${site.url}?backend=wasm&models=${plain.id}&methods=gradient`);
    await app.settled();
    expect(weightsOf(app)).toEqual([plain.id]);
    await app.page.getByRole('button', { name: 'Committees' }).click();
    await app.page.getByRole('menuitemradio', { name: title }).click();
    await expect(app.page).toHaveURL(new RegExp(`models=${models.join()}(&|$)`));
    await expect(app.grid.getByText(/^\d+ of \d+ KB$/).first()).toBeVisible({ timeout: 60_000 * PATIENCE });
    await info.attach('loading', { body: await app.page.screenshot({ path: info.outputPath('loading.png') }), contentType: 'image/png' });
    await app.settled(240_000 * PATIENCE);
    await expect(app.grid.getByText(/^\d+ of \d+ KB$/)).toHaveCount(0);
    expect(weightsOf(app).toSorted()).toEqual([...new Set([plain.id, ...models])].toSorted());
    expect(app.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(site.url))).toEqual([]);

    const consensus = app.cell('Consensus', 'Gradient');
    const before = await app.pixels(consensus);
    await app.page.getByRole('tab', { name: 'Consensus' }).click();
    await app.page.getByRole('switch', { name: 'Weak and misled models vote too' }).click({ force: true });
    await app.page.getByRole('switch', { name: 'Models of another opinion vote too' }).click({ force: true });
    await expect(app.page).toHaveURL(/dissenters=true/);
    await app.settled(120_000 * PATIENCE);
    const votes = catalog.models.filter(({ id, role }) => models.includes(id) && role !== 'member').length > 0;
    if (votes) await expect.poll(() => app.pixels(consensus)).not.toBe(before);
    await expect(consensus).toHaveAttribute('aria-label', new RegExp(`consensus of ${models.length} of ${models.length}`));

    const page = await context.newPage();
    const again = new App(page);
    await page.goto(app.page.url());
    await again.settled(240_000 * PATIENCE);
    await expect(again.cell('Consensus', 'Gradient')).toHaveAttribute('aria-label', (await consensus.getAttribute('aria-label')) ?? '');
    expect(weightsOf(again), 'weights that were kept').toEqual([]);
  } finally {
    await site.close();
  }
});

test.describe('a host that goes away', () => {
  test.use({ expectErrors: true });
  test('the row says which model is missing and what to do; Retry brings it, the others stay', async ({ app }) => {
    const other = catalog.models.find(({ id, role }) => id !== plain.id && role === 'member')!;
    const site = await slowSite(4350);
    try {
      await app.page.goto(`${site.url}?backend=wasm&models=${plain.id}&methods=gradient&target=${plain.classes[0]}`);
      await app.settled();
      site.line.cut = true;
      await app.page.getByRole('button', { name: 'Models', exact: true }).click();
      await app.page.getByRole('menuitemcheckbox', { name: titleOf(other.id), exact: true }).click();
      await app.page.keyboard.press('Escape');
      await app.settled();
      await expect(app.cell(other.title, 'Gradient')).toContainText(new RegExp(`${other.title} could not be loaded.*check the connection`));
      await expect(app.cell(plain.title, 'Gradient')).toHaveAttribute('data-status', 'done');
      site.line.cut = false;
      await app.page.getByRole('button', { name: `Retry ${other.title}` }).click();
      await expect(app.cell(other.title, 'Gradient')).toHaveAttribute('data-status', 'done', { timeout: 60_000 * PATIENCE });
      await expect(app.grid.getByRole('rowheader', { name: other.title })).toContainText(/\.\d\d/);
    } finally {
      await site.close();
    }
  });
});
