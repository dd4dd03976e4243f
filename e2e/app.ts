/** The app as the journeys see it: opened with a link, read through roles and names, watched from outside. Asserts little itself. */
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from '../src/worker/protocol.ts';

export { expect };

/** What the page's workers said, and how the page itself fared. Filled by `watch`, which runs in the page before anything else. */
export interface Signals {
  /** Messages of all workers by type. */
  counts: Record<string, number>;
  /** The last `done` messages, newest last. */
  /** `kept`: bytes that the worker holds for later runs; its tensors are not counted. */
  done: { worker: number; tensors: number; kept: number; heapBytes: number; kind: string }[];
  /** The last explained fields, newest last. */
  fields: { model: string; backend: string; data: number[] }[];
  /** Durations in ms of tasks of the UI thread of 50 ms and more. */
  longTasks: number[];
  /** Ms from the start of the page's load. */
  firstMapMs?: number;
  allMapsMs?: number;
}

/** Runs in the page. Wraps `Worker` to listen in; the app knows nothing of it. */
function watch(): void {
  const signals: Signals = { counts: {}, done: [], fields: [], longTasks: [] };
  Object.assign(window, { signals });
  let workers = 0;
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      const worker = workers++;
      this.addEventListener('message', ({ data }: MessageEvent<{ type: string; tensors: number; kept?: { bytes: number }; heapBytes: number; result: { kind: string; data: Float32Array; backend: string } }>) => {
        signals.counts[data.type] = (signals.counts[data.type] ?? 0) + 1;
        if (data.type !== 'done') return;
        signals.done = [...signals.done, { worker, tensors: data.tensors, kept: data.kept?.bytes ?? 0, heapBytes: data.heapBytes, kind: data.result.kind }].slice(-400);
        if (data.result.kind === 'explain') signals.fields = [...signals.fields, { model: '', backend: data.result.backend, data: [...data.result.data] }].slice(-2);
      });
    }
  };
  new PerformanceObserver((list) => signals.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const cells = [...document.querySelectorAll('[role=grid] [role=gridcell]')].map((cell) => cell.getAttribute('data-status'));
    if (cells.includes('done')) signals.firstMapMs ??= performance.now();
    if (cells.length > 0 && cells.every((status) => status !== 'queued' && status !== 'running')) signals.allMapsMs ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-status'] });
}

/** The catalogue that the build wrote beside the site. */
export const catalog = JSON.parse(readFileSync(join(import.meta.dirname, '../dist/catalog.json'), 'utf8')) as Catalog;

const entry = <E extends { id: string }>(entries: readonly E[], id: string): E => {
  const found = entries.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`the catalogue has no '${id}': ${entries.map((candidate) => candidate.id).join(', ')}`);
  return found;
};
export const method = (id: string) => entry(catalog.methods, id);
/** A model by its family ('residual', 'transformer' …). */
export const modelOfFamily = (family: string) => {
  const found = catalog.models.find((model) => model.family === family);
  if (!found) throw new Error(`the catalogue has no model of the family '${family}'`);
  return found;
};

/** See playwright.config.ts. */
export const PATIENCE = Number(process.env.CHORALE_PATIENCE ?? 1);
const SETTLED = /^(done|failed|not-applicable)$/;

export class App {
  readonly page: Page;
  /** Every address that was asked for. */
  readonly requests: string[] = [];
  /** Uncaught errors and errors on the console. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
  }

  /** Opens the site with these keys of a link over the default view. WASM unless the link names another backend; '' for none. */
  async open(link: Readonly<Record<string, string | number>> = {}): Promise<void> {
    const { backend = 'wasm', ...rest } = link;
    const query = new URLSearchParams(Object.entries({ ...rest, ...(backend === '' ? {} : { backend }) }).map(([key, value]) => [key, String(value)]));
    await this.page.goto(`./?${query}`);
  }

  get grid(): Locator {
    return this.page.getByRole('grid', { name: 'Heatmaps' });
  }
  get cells(): Locator {
    return this.grid.getByRole('gridcell');
  }
  cell(model: string, methodTitle: string): Locator {
    return this.grid.getByRole('gridcell', { name: new RegExp(`^${escaped(`${model}, ${methodTitle}`)}(?![\\w ×-])`) });
  }
  slider(title: string): Locator {
    return this.page.getByRole('slider', { name: title, exact: true });
  }
  /** Selects a method by its column's head, so that its sliders stand in the inspector. */
  async select(methodTitle: string): Promise<void> {
    await this.grid.getByRole('columnheader', { name: methodTitle, exact: true }).getByRole('button').click();
    await expect(this.page.getByRole('heading', { name: methodTitle, exact: true })).toBeVisible();
  }

  /** Waits until no cell is queued or running. */
  async settled(timeout = 100_000 * PATIENCE): Promise<void> {
    await expect
      .poll(async () => (await this.statuses()).filter((status) => !SETTLED.test(status)).length + (await this.cells.count() === 0 ? 1 : 0), { timeout, intervals: [100, 250, 500], message: 'cells that are neither done, failed nor not-applicable' })
      .toBe(0);
  }
  statuses(): Promise<string[]> {
    return this.cells.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-status') ?? ''));
  }

  /** The pixels of a cell's picture as text: equal where and only where they are. */
  pixels(cell: Locator): Promise<string> {
    return cell.locator('canvas').first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  }
  /** How many colours a cell's picture holds. */
  colours(cell: Locator): Promise<number> {
    return cell
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => new Set(new Uint32Array(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size);
  }

  signals(): Promise<Signals> {
    return this.page.evaluate(() => (window as unknown as { signals: Signals }).signals);
  }

  /** A message for the visitor: a notice, a cell's reason, the state of the engine. */
  message(text: RegExp): Locator {
    return this.page.getByText(text).filter({ visible: true }).first();
  }

  /** Hands files over as the file dialogue does. */
  async choose(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(file);
  }

  /** Drops a file from the disk on the picture, as the browser itself would. */
  async drop(path: string): Promise<void> {
    const box = (await this.page.locator('.image-drop').boundingBox())!;
    const session = await this.page.context().newCDPSession(this.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [path], dragOperationsMask: 1 } });
    }
    await session.detach();
  }

  async paste(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const handle = await this.transfer(file);
    await this.page.evaluate((data) => document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })), handle);
  }

  /** What the menu of a figure saves. */
  async saved(figure: string, kind: 'PNG' | 'SVG' | 'CSV'): Promise<Buffer> {
    await this.page.getByRole('button', { name: `Save the figure: ${figure}`, exact: true }).click();
    const [file] = await Promise.all([this.page.waitForEvent('download'), this.page.getByRole('menuitem', { name: new RegExp(kind) }).click()]);
    return readFileSync(await file.path());
  }

  private transfer({ name, mimeType, buffer }: { name: string; mimeType: string; buffer: Buffer }) {
    return this.page.evaluateHandle(
      ({ name, mimeType, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], name, { type: mimeType }));
        return data;
      },
      { name, mimeType, base64: buffer.toString('base64') },
    );
  }
}

export const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Every journey also proves that nothing was logged as an error; those that provoke one say `expectErrors`. */
export const test = base.extend<{ app: App; expectErrors: boolean }>({
  expectErrors: [false, { option: true }],
  app: async ({ page, expectErrors }, use) => {
    await page.addInitScript(watch);
    const app = new App(page);
    await use(app);
    if (!expectErrors) expect(app.errors, 'errors of the page').toEqual([]);
  },
});

/** A small view, for journeys that are not about the whole grid. */
export const SMALL = { models: modelOfFamily('plain').id, methods: 'gradient,integrated-gradients' } as const;
