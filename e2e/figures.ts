/** What every saved figure must be, whatever it shows: a picture at twice its size, the same as SVG with its caption, its numbers unrounded. */
import { expect, type App } from './app.ts';

/** Width and height of a PNG. */
const sizeOf = (png: Buffer): [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

export interface Saved {
  readonly svg: string;
  /** Rows of cells, the header first. */
  readonly csv: readonly (readonly string[])[];
}

/** Saves the figure in all three ways; `n` is what its caption says. */
export async function saveFigure(app: App, title: string, n: RegExp): Promise<Saved> {
  const png = await app.saved(title, 'PNG');
  const svg = (await app.saved(title, 'SVG')).toString('utf8');
  const text = (await app.saved(title, 'CSV')).toString('utf8');
  const [width, height] = ['width', 'height'].map((name) => Number(new RegExp(`<svg[^>]* ${name}="(\\d+)"`).exec(svg)![1]));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(sizeOf(png)).toEqual([2 * width!, 2 * height!]);
  const letters = svg.replace(/<[^>]*>/g, ' ').replaceAll('\u00a0', ' ');
  expect(letters).toContain(title);
  expect(letters).toMatch(n);
  expect(letters).not.toMatch(/NaN|undefined/);
  expect(svg).not.toMatch(/var\(--/);
  expect(text).not.toMatch(/NaN|undefined|\u00a0/);
  return { svg, csv: text.trimEnd().split('\r\n').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')) };
}
