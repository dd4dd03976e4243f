/** What must stay small: requests to foreign hosts (none), the UI thread's tasks, tensors left after a hundred slider moves (those kept for later runs are bounded and counted apart). */
import { expect, method, modelOfFamily, PATIENCE, SMALL, test } from './app.ts';

const plain = modelOfFamily('plain');
const steps = method('integrated-gradients');

test('every request goes to the page’s own folder', async ({ app, baseURL }) => {
  await app.open(SMALL);
  await app.settled();
  const foreign = app.requests.filter((url) => !url.startsWith(baseURL!) && !url.startsWith(`blob:${new URL(baseURL!).origin}`) && !url.startsWith('data:'));
  expect(foreign).toEqual([]);
  expect(app.requests.some((url) => url.endsWith('.wasm'))).toBe(true);
});

test('a dragged slider keeps the page quick and leaves no tensor behind', async ({ app }) => {
  test.setTimeout(120_000 * PATIENCE);
  await app.open({ models: plain.id, methods: steps.id });
  await app.settled();
  await app.select(steps.title);
  const slider = app.slider('Steps');
  const box = (await slider.boundingBox())!;
  const drag = async (moves: number) => {
    await app.page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await app.page.mouse.down();
    for (let i = 0; i < moves; i++) {
      const share = 0.1 + 0.6 * Math.abs(((2 * i) / moves) % 2 - 1);
      await app.page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
      await app.page.waitForTimeout(30);
    }
    await app.page.mouse.up();
    await app.settled();
  };
  /** The last count of each worker that has run both before and after. */
  const tensors = async () => new Map((await app.signals()).done.filter(({ kind }) => kind === 'explain').map((done) => [done.worker, done.tensors]));
  await drag(20);
  const before = await tensors();
  const longBefore = (await app.signals()).longTasks.length;
  await drag(100);
  const after = await tensors();
  const { longTasks, counts, done } = await app.signals();
  const kept = Math.max(...done.map((one) => one.kept)) / 2 ** 20;
  const long = longTasks.slice(longBefore);
  console.log(`    tensors by worker before ${[...before.values()]} and after ${[...after.values()]}; at most ${kept.toFixed(1)} MiB kept for later runs; ${long.length} long tasks, longest ${Math.round(Math.max(0, ...long))} ms; ${counts['done']} done, ${counts['cancelled'] ?? 0} cancelled`);
  for (const [worker, count] of before) expect(after.get(worker), `tensors of worker ${worker}`).toBe(count);
  expect(kept, 'MiB kept for later runs').toBeGreaterThan(0); // the nodes of a path, so that the next step count finds them
  expect(kept, 'MiB kept for later runs').toBeLessThanOrEqual(96);
  expect(Math.max(0, ...long), 'longest task of the UI thread in ms').toBeLessThan(200);
  await expect(app.cell(plain.title, steps.title)).toHaveAttribute('data-status', 'done');
});
