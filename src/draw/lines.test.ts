import { describe, expect, it } from 'vitest';
import { scaleCells, scaleWords, type ScaleChoice } from '../fields/scale.ts';
import { divergingPalette, sequentialPalette } from './colour.ts';
import { contourPath, massContourPath, outlinePath } from './contour.ts';
import { gridSize, gridSvg, type ExportGrid } from './export.ts';
import { formatShare, formatValue, legendOf } from './legend.ts';

const plane = (size: number, value: (x: number, y: number) => number) => ({
  data: Float32Array.from({ length: size * size }, (_, i) => value((i % size) + 0.5, Math.floor(i / size) + 0.5)),
  height: size,
  width: size,
});
const points = (path: string): number[][] => [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe('contours', () => {
  it('of a cone are circles, in the coordinates of the box', () => {
    const cone = plane(64, (x, y) => 40 - Math.hypot(x - 32, y - 32));
    const ring = points(contourPath(cone, 20, 128, 128));
    expect(ring.length).toBeGreaterThan(30);
    for (const [x, y] of ring) expect(Math.hypot(x! - 64, y! - 64)).toBeCloseTo(40, 0);
  });
  it('enclose the places that hold the share of the mass', () => {
    const blob = plane(64, (x, y) => Math.exp(-((x - 20) ** 2 + (y - 40) ** 2) / 200));
    const ring = points(massContourPath(blob, 0.5, 64, 64));
    const radius = Math.hypot(ring[0]![0]! - 20, ring[0]![1]! - 40);
    expect(Math.abs(radius - 10 * Math.sqrt(2 * Math.log(2)))).toBeLessThan(0.7);
  });
  it('of speckle are regions, not one line for each pixel', () => {
    const speckle = plane(64, (x, y) => (Math.hypot(x - 32, y - 32) < 16 && (Math.floor(x) + Math.floor(y)) % 3 === 0 ? 1 : 0));
    expect(massContourPath(speckle, 0.5, 64, 64).split('M').length - 1).toBe(1);
    expect(contourPath(speckle, 0.5, 64, 64).split('M').length - 1).toBeGreaterThan(50);
  });
  it('leave out rings too small to be a region', () => {
    const two = plane(64, (x, y) => (Math.hypot(x - 20, y - 20) < 10 || Math.hypot(x - 50, y - 50) < 2 ? 1 : 0));
    expect(contourPath(two, 0.5, 64, 64).split('M').length - 1).toBe(2);
    expect(contourPath(two, 0.5, 64, 64, 1 / 200).split('M').length - 1).toBe(1);
  });
  it('of a coarse map enclose its strong places, even where all are equal', () => {
    const block = plane(4, (x, y) => (x < 2 && y < 2 ? 1 : 0));
    const ring = points(massContourPath(block, 0.5, 4, 4));
    expect(Math.max(...ring.map(([x]) => x!))).toBeCloseTo(2, 6);
  });
  it('of an empty map are nothing', () => expect(massContourPath(plane(8, () => 0), 0.5, 64, 64)).toBe(''));
  it('of a mask follow its pixels', () => {
    expect(outlinePath({ data: Uint8Array.of(0, 0, 0, 1), height: 2, width: 2 }, 10, 10)).toBe('M5 5L10 5L10 10L5 10Z');
  });
});

describe('legend', () => {
  const choice: ScaleChoice = { scope: 'column', unit: 'raw', percentile: 99 };
  const scaleOf = (values: number[], signed: boolean) =>
    scaleCells([{ row: 'a', column: 'b', map: { data: Float32Array.from(values), height: 1, width: values.length }, signed }], choice)[0]!;
  it('of a signed scale runs from −limit over 0 to +limit', () => {
    const legend = legendOf(scaleOf([0.8, -0.8], true), scaleWords(choice, 'raw'), divergingPalette('blue-red', [250, 248, 245]));
    expect(legend.ticks.map(({ label }) => label)).toEqual(['−0.8', '0', '+0.8']);
    expect(legend.stops[8]!.colour).toBe('rgb(250 248 245)');
    expect(legend.spoken).toBe('Colours run from −0.8 to +0.8; shared scale: column · clipped at the 99th percentile of |value| · raw values.');
  });
  it('of an unsigned scale begins at 0, and says when there is nothing to see', () => {
    const legend = legendOf(scaleOf([0, 0], false), 'words', sequentialPalette('viridis'));
    expect(legend.ticks.map(({ label }) => label)).toEqual(['0', '0.5', '1']);
    expect(legend.notes).toEqual(['All values are near zero on this scale.']);
  });
  it('writes numbers of every size', () => {
    expect([0, 0.1234, -1231.5, 1.5e-7, 2e9, Number.NaN].map(formatValue)).toEqual(['0', '0.123', '−1230', '1.5·10⁻⁷', '2·10⁹', '–']);
    expect([0.08349, 0, 1.2, -0.00012].map(formatShare)).toEqual(['8.35\u00a0%', '0\u00a0%', '120\u00a0%', '−0.012\u00a0%']);
  });
});

describe('export', () => {
  const legend = { gradient: '', stops: [{ at: 0, colour: 'rgb(0 0 0)' }], ticks: [{ at: 0, value: 0, label: '0' }], words: 'a < b', notes: [], spoken: '' };
  const grid: ExportGrid = {
    title: 'Teapot & "friends"',
    columns: [{ title: 'Integrated Gradients', detail: '32 steps' }, { title: 'Grad-CAM' }],
    rows: [
      {
        title: 'Plain CNN',
        cells: [
          { name: 'Plain CNN, Integrated Gradients', picture: 'data:image/png;base64,AAAA', contour: 'M1 1L2 2Z' },
          { name: 'Plain CNN, Grad-CAM', words: 'needs a spatial map: choose a token grid' },
        ],
      },
    ],
    legends: [legend],
    caption: ['scene 7', 'seed 1'],
    cellSize: 120,
    colours: { ground: '#fff', ink: '#000', faint: '#666', line: '#ddd' },
  };
  const svg = gridSvg(grid);
  it('has pictures inside, labels as text, a name for every cell, and refers to no other file', () => {
    expect(svg.match(/<image /g)?.length).toBe(1);
    expect(svg).toContain('<title>Plain CNN, Grad-CAM</title>');
    expect(svg).toContain('>32 steps</text>');
    expect(svg.match(/d="M1 1L2 2Z"/g)?.length).toBe(2);
    expect([...svg.matchAll(/href="([^"]*)"/g)].every(([, target]) => target!.startsWith('data:'))).toBe(true);
  });
  it('escapes what is written and balances its tags', () => {
    expect(svg).toContain('Teapot &amp; &quot;friends&quot;');
    expect(svg).toContain('a &lt; b');
    const open = svg.match(/<(svg|text|title|defs|linearGradient)\b/g)!.length;
    expect(svg.match(/<\/(svg|text|title|defs|linearGradient)>/g)!.length).toBe(open);
  });
  it('grows with its cells', () => {
    const { width, height } = gridSize({ ...grid, columns: new Array(9).fill(grid.columns[0]), rows: new Array(4).fill(grid.rows[0]) });
    expect(width).toBeGreaterThan(9 * 128);
    expect(height).toBeGreaterThan(4 * 128);
  });
});
