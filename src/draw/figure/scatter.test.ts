import { describe, expect, it } from 'vitest';
import { overlap, placeLabels, textWidth } from './labels.ts';
import type { LineMark, SpotMark, TextMark } from './marks.ts';
import { scatter, type Scatter, type ScatterPoint } from './scatter.ts';

const point = (id: string, x: number, y: number, more: Partial<ScatterPoint> = {}): ScatterPoint => ({ id, title: id.toUpperCase(), x: { mean: x }, y: { mean: y }, ...more });
const DATA: Scatter = {
  x: { title: 'accuracy', domain: [0, 1] },
  y: { title: 'score', domain: [0, 10] },
  points: [point('low', 0, 0), point('high', 1, 10), point('middle', 0.5, 5, { group: 'g', shape: 'shortcut', x: { mean: 0.5, low: 0.25, high: 1 }, y: { mean: 5, low: 0, high: 7.5 } })],
};
const ROOM = { width: 700, theme: 'light' } as const;
const spotsOf = (data: Scatter, width = 700) => new Map(scatter(data, { ...ROOM, width }).marks.flatMap((mark): [string, SpotMark][] => (mark.kind === 'spot' ? [[mark.id, mark]] : [])));

describe('a scatter plot', () => {
  const spots = spotsOf(DATA);
  const [low, high, middle] = ['low', 'high', 'middle'].map((id) => spots.get(id)!) as [SpotMark, SpotMark, SpotMark];
  it('runs from end to end of its axes, up is more', () => {
    expect(middle.x).toBeCloseTo((low.x + high.x) / 2, 6);
    expect(middle.y).toBeCloseTo((low.y + high.y) / 2, 6);
    expect(high.y).toBeLessThan(low.y);
  });
  it('puts whiskers where the intervals end', () => {
    const [across, up] = middle.marks.filter((mark): mark is LineMark => mark.kind === 'line');
    expect(across!.x2).toBeCloseTo(high.x, 6);
    expect(across!.x1).toBeCloseTo(low.x + 0.25 * (high.x - low.x), 6);
    expect(up!.y1).toBeCloseTo(low.y, 6);
    expect(up!.y2).toBeCloseTo(low.y + 0.75 * (high.y - low.y), 6);
  });
  it('tells the numbers and the interval in its name', () => {
    expect(middle.name).toBe('MIDDLE, g: score 5 (0 to 7.5); accuracy 0.5 (0.25 to 1)');
  });
  it('draws roles in shapes, with a key only where one is no member', () => {
    const kinds = (spot: SpotMark) => spot.marks.filter(({ kind, when }) => (kind === 'path' || kind === 'circle') && when !== 'hit').map(({ kind }) => kind);
    expect([kinds(low), kinds(middle)]).toEqual([['circle'], ['path']]);
    const key = (data: Scatter) => scatter(data, ROOM).marks.some((mark) => mark.kind === 'text' && mark.text.includes('▲'));
    expect([key(DATA), key({ ...DATA, points: DATA.points.slice(0, 2) })]).toEqual([true, false]);
  });
  it('leaves out what is not known', () => {
    expect(spotsOf({ ...DATA, points: [...DATA.points, point('none', Number.NaN, 1)] }).has('none')).toBe(false);
  });
  it('draws a fitted line through its own values only', () => {
    const fit = scatter({ ...DATA, fits: [{ slope: 20, intercept: 0, title: 'steep' }] }, ROOM).marks.find((mark) => mark.kind === 'path')!;
    const points = [...(fit as { d: string }).d.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(points[0]![0]).toBeCloseTo(low.x, 0);
    expect(points.at(-1)![0]).toBeCloseTo(middle.x, 0);
    expect(points.at(-1)![1]).toBeCloseTo(high.y, 0);
  });
});

describe('labels', () => {
  const crowd = Array.from({ length: 24 }, (_, i) => point(`model-${i}`, 0.5 + 0.22 * Math.sin(3.7 * i), 5 + 3 * Math.cos(2.3 * i)));
  it('cover no other label, at any width', () => {
    for (const width of [320, 560, 900]) {
      const areas = [...spotsOf({ ...DATA, points: crowd }, width).values()].flatMap((spot) =>
        spot.marks.flatMap((mark) => (mark.kind === 'text' && !mark.when ? [{ x: mark.x, y: mark.y - 9, w: textWidth(mark.text), h: 11 }] : [])),
      );
      areas.forEach((a, i) => areas.slice(i + 1).forEach((b) => expect(overlap(a, b)).toBe(0)));
      if (width === 900) expect(areas.length).toBeGreaterThan(20);
    }
  });
  it('that find no place are there when lit', () => {
    const same = Array.from({ length: 40 }, (_, i) => point(`m${i}`, 0.5, 5));
    const texts = [...spotsOf({ ...DATA, points: same }, 320).values()].map(({ marks }) => marks.find((mark): mark is TextMark => mark.kind === 'text')!);
    expect(texts).toHaveLength(40);
    expect(texts.some(({ when }) => when === 'lit')).toBe(true);
  });
  it('stay in their box and keep off points', () => {
    const anchors = [{ x: 5, y: 50, text: 'wide words here' }, { x: 40, y: 50, text: 'b' }];
    const placed = placeLabels(anchors, { x: 0, y: 0, w: 200, h: 100 });
    for (const one of placed) {
      expect(one!.area.x).toBeGreaterThanOrEqual(0);
      expect(overlap(one!.area, { x: 34, y: 44, w: 12, h: 12 }) === 0 || one === placed[1]).toBe(true);
    }
  });
});
