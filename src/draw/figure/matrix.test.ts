import { describe, expect, it } from 'vitest';
import { parseHex } from '../colour.ts';
import { textWidth } from './labels.ts';
import { matrix, type Matrix } from './matrix.ts';
import { runsOf } from './matrixLayout.ts';
import { INKS, type Ink, type TextMark } from './marks.ts';
import { contrast, inkOn, rampColour } from './ramp.ts';

const heads = (n: number, group?: (i: number) => string) => Array.from({ length: n }, (_, i) => ({ id: `m${i}`, title: `Model ${i}`, ...(group ? { group: group(i) } : {}) }));
const table = (rows: number, columns: number): Matrix => ({
  rowTitle: 'features of', columnTitle: 'shown to', measure: 'accuracy', rows: heads(rows, (i) => (i < 2 ? 'a' : 'b')), columns: heads(columns),
  values: Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => (r === 0 && c === 1 ? undefined : { mean: (r * columns + c) / (rows * columns), low: 0, high: 1 }))),
  ramp: { kind: 'sequential', low: 0, high: 1 }, format: (value) => value.toFixed(2),
});
const ROOM = { width: 900, theme: 'light' } as const;

/** Subpaths of all coloured cells as rectangles. */
const cellsOf = (data: Matrix) =>
  matrix(data, ROOM).marks.flatMap((mark) => (mark.kind === 'path' && mark.crisp ? [...mark.d.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)/g)].map(([, x, y, w]) => ({ x: Number(x), y: Number(y), w: Number(w), fill: mark.fill })) : []));

describe('a matrix', () => {
  it('covers every measured cell once', () => {
    for (const [rows, columns] of [[3, 4], [50, 20], [100, 100]] as const) {
      const { cellWidth } = matrix(table(rows, columns), ROOM).lattice!;
      const area = cellsOf(table(rows, columns)).reduce((sum, { w }) => sum + w / cellWidth, 0);
      expect(Math.round(area)).toBe(rows * columns - 1);
    }
  });
  it('is few elements, however many cells', () => {
    expect(matrix(table(100, 100), ROOM).marks.filter((mark) => mark.kind === 'path').length).toBeLessThanOrEqual(66);
  });
  it('prints numbers until they are too many, and says what is missing', () => {
    const numbers = (data: Matrix) => matrix(data, ROOM).marks.filter((mark): mark is TextMark => mark.kind === 'text' && /^(\d\.\d\d|·)$/.test(mark.text) && mark.anchor === 'middle');
    expect(numbers(table(3, 4)).map(({ text }) => text)).toEqual(['0.00', '·', '0.17', '0.25', '0.33', '0.42', '0.50', '0.58', '0.67', '0.75', '0.83', '0.92']);
    expect(numbers(table(50, 50))).toEqual([]);
  });
  it('sets groups apart', () => {
    const { lattice } = matrix(table(4, 3), ROOM);
    const steps = lattice!.rows.slice(1).map((y, i) => y - lattice!.rows[i]!);
    expect(steps[0]).toBe(lattice!.cellHeight);
    expect(steps[1]).toBeGreaterThan(lattice!.cellHeight);
    expect(runsOf(table(4, 3).rows)).toEqual([{ group: 'a', from: 0, to: 1 }, { group: 'b', from: 2, to: 3 }]);
  });
  it('draws a line along each group, with its name where it fits', () => {
    const data = { ...table(6, 6), columns: heads(6, (i) => (i < 5 ? 'wide enough' : 'never as narrow as this')) };
    const { marks, lattice } = matrix(data, { ...ROOM, width: 500 });
    const texts = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
    expect(['a', 'b', 'wide enough', 'never as narrow as this'].map((name) => texts.includes(name))).toEqual([true, true, true, false]);
    const ruled = marks.flatMap((mark) => (mark.kind === 'line' ? [mark] : []));
    expect(ruled).toHaveLength(4);
    expect(ruled[0]).toMatchObject({ x1: lattice!.columns[0]! + 1, x2: lattice!.columns[4]! + lattice!.cellWidth - 1 });
  });
  it('names a cell with its interval, and whose it is', () => {
    const { lattice } = matrix(table(3, 4), ROOM);
    expect(lattice!.name(1, 2)).toBe('features of Model 1, shown to Model 2: accuracy 0.50 (0.00 to 1.00)');
    expect(lattice!.name(0, 1)).toMatch(/: not measured$/);
    expect([lattice!.series(1, 2), lattice!.series(1, 1)]).toEqual([['m1', 'm2'], ['m1']]);
  });
  it('is wider than a narrow screen rather than illegible', () => {
    expect(matrix(table(10, 20), { ...ROOM, width: 320 }).width).toBeGreaterThan(320);
  });
  it('has room for the leaning name of its last column: it fits where its cells do', () => {
    const data = { ...table(4, 16), columns: heads(16).map((head) => ({ ...head, title: 'A rather long title' })) };
    expect(matrix(data, { ...ROOM, width: 800 })).toMatchObject({ width: 800 });
    expect(matrix(data, { ...ROOM, width: 800 }).stays).toBeUndefined();
  });
  it('wider than its room, keeps the names of its rows apart: all of them, cut where there is little room', () => {
    const data = { ...table(10, 20), rows: heads(10, () => 'a').map((head) => ({ ...head, title: `${head.title} of a family with a long name` })) };
    const { stays, marks, lattice } = matrix(data, { ...ROOM, width: 320 });
    const names = stays!.marks.filter((mark): mark is TextMark => mark.kind === 'text' && mark.anchor === 'end');
    expect(names.map(({ series }) => series)).toEqual(data.rows.map(({ id }) => [id]));
    expect(names.map(({ y }) => y - lattice!.cellHeight / 2 - 4)).toEqual([...lattice!.rows]);
    for (const { text, x } of names) expect([text.includes('…'), x - textWidth(text) >= 18, x < stays!.width, stays!.width <= 128]).toEqual([true, true, true, true]);
    expect(stays!.from).toBe(lattice!.columns[0]);
    // What a file gets has the whole names still.
    expect(marks.filter((mark) => mark.kind === 'text' && mark.text.startsWith('Model 3 of a f') && mark.text.endsWith('long name')).length).toBeGreaterThan(0);
    expect(matrix(data, { ...ROOM, width: 1400 }).stays).toBeUndefined();
  });
});

describe('colours of cells', () => {
  const bytes = (ink: Ink) => [...ink.matchAll(/\d+/g)].map(Number) as unknown as [number, number, number];
  it('carry text of at least 4.5 : 1 everywhere on every ramp', () => {
    for (const theme of ['light', 'dark'] as const)
      for (const kind of ['sequential', 'diverging'] as const)
        for (let i = 0; i <= 64; i++) {
          const ground = rampColour({ kind, low: 0, high: 1 }, theme, i / 64);
          expect(contrast(ground, bytes(inkOn(ground)))).toBeGreaterThanOrEqual(4.5);
        }
  });
  it('grow away from the ground', () => {
    for (const theme of ['light', 'dark'] as const) {
      const ground = parseHex(INKS[theme].ground);
      const away = Array.from({ length: 9 }, (_, i) => contrast(rampColour({ kind: 'sequential', low: 0, high: 1 }, theme, i / 8), ground));
      expect(away[0]).toBe(1);
      away.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(away[i]!));
      expect(rampColour({ kind: 'diverging', low: -2, high: 2 }, theme, 0)).toEqual(ground);
    }
  });
  it('contrast is that of WCAG: black on white 21, one and the same 1', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
    expect(contrast([120, 3, 9], [120, 3, 9])).toBe(1);
  });
});
