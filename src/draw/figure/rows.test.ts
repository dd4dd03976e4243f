import { describe, expect, it } from 'vitest';
import { curves, type Curves } from './curves.ts';
import { dendrogram, leafOrder, reordered, treeMarks } from './dendrogram.ts';
import { lanes, spreadOut, textWidth } from './labels.ts';
import type { Drawing, LineMark, PlainMark, SpotMark, TextMark } from './marks.ts';
import { stackedShares, type StackedShares } from './shares.ts';
import { whiskers, type Whiskers } from './whiskers.ts';

const ROOM = { width: 800, theme: 'light' } as const;
const spotsOf = ({ marks }: Drawing) => new Map(marks.flatMap((mark): [string, SpotMark][] => (mark.kind === 'spot' ? [[mark.id, mark]] : [])));
const linesOf = (marks: readonly PlainMark[]) => marks.filter((mark): mark is LineMark => mark.kind === 'line');
const dashed = ({ marks }: Drawing) => marks.find((mark): mark is LineMark => mark.kind === 'line' && mark.dash === '3 3')!;

describe('rows with whiskers', () => {
  const DATA: Whiskers = {
    axis: { title: 'times', domain: [0, 10] }, marks: ['cheat', 'twin'], columns: ['reveals'], references: [{ at: 5, title: 'chance' }],
    rows: [
      { id: 'a', title: 'First', estimates: [{ mean: 5, low: 0, high: 10 }, undefined], cells: ['2 of 2'] },
      { id: 'b', title: 'Second', group: 'other', estimates: [{ mean: 2 }, { mean: 4, low: 3, high: 5 }], cells: ['–'] },
    ],
  };
  const drawing = whiskers(DATA, ROOM);
  const [a, b] = ['a', 'b'].map((id) => spotsOf(drawing).get(id)!) as [SpotMark, SpotMark];
  it('puts mark and whisker where the axis says, and the line at chance', () => {
    const [whisker] = linesOf(a.marks);
    expect(dashed(drawing).x1).toBeCloseTo((whisker!.x1 + whisker!.x2) / 2, 6);
    const triangle = a.marks.find((mark) => mark.kind === 'path')!;
    expect(Number(/M([\d.]+)/.exec((triangle as { d: string }).d)![1])).toBeCloseTo(dashed(drawing).x1, 0);
  });
  it('has marks only where there is something, a shape for each estimate', () => {
    const shapes = ({ marks }: SpotMark) => marks.filter(({ kind }) => kind === 'path' || kind === 'circle').map(({ kind }) => kind);
    expect([shapes(a), shapes(b)]).toEqual([['path'], ['path', 'circle']]);
  });
  it('tells everything in its name', () => {
    expect(a.name).toBe('First: times cheat 5 (0 to 10); reveals 2 of 2');
    expect(b.name).toBe('Second: times cheat 2; twin 4 (3 to 5); reveals –');
  });
  it('leaves its columns out where it is narrow', () => {
    expect(spotsOf(whiskers(DATA, { ...ROOM, width: 340 })).get('a')!.marks.some((mark) => mark.kind === 'text' && mark.text === '2 of 2')).toBe(false);
  });
});

describe('curves', () => {
  const flat = (id: string, at: number) => ({ id, title: id, points: [0, 1, 2].map((x) => ({ x, y: { mean: at, low: at - 0.1, high: at + 0.1 } })) });
  const DATA: Curves = { x: { title: 'share' }, y: { title: 'kept', domain: [0, 1] }, curves: [flat('one', 0.5), flat('two', 0.5), flat('three', 0.51)], references: [{ at: 0.5, title: 'chance' }] };
  const drawing = curves(DATA, ROOM);
  const labels = [...spotsOf(drawing).values()].map(({ marks }) => marks.find((mark): mark is TextMark => mark.kind === 'text')!);
  it('name themselves at their ends, without touching', () => {
    const tops = labels.map(({ y }) => y).sort((x, y) => x - y);
    expect(tops[1]! - tops[0]!).toBeGreaterThanOrEqual(14);
    expect(tops[2]! - tops[1]!).toBeGreaterThanOrEqual(14);
  });
  it('run from the first to the last measured place, at their height', () => {
    const { marks } = spotsOf(drawing).get('one')!;
    const path = marks.filter((mark) => mark.kind === 'path')[1] as { d: string };
    const points = [...path.d.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(points).toHaveLength(3);
    points.forEach(([, y]) => expect(y).toBeCloseTo(dashed(drawing).y1, 0));
    expect([points[0]![0], points[2]![0]]).toEqual([dashed(drawing).x1, dashed(drawing).x2].map((x) => Math.round(10 * x) / 10));
  });
  it('say first and last value', () => {
    expect(spotsOf(drawing).get('one')!.name).toBe('one: kept 0.5 (0.4 to 0.6) at 0, 0.5 (0.4 to 0.6) at 2 (share)');
    expect(spotsOf(curves({ ...DATA, curves: [{ id: 'none', title: 'none', points: [] }] }, ROOM)).get('none')!.name).toMatch(/nothing measured$/);
  });

  it('of many, the band of the lit one alone', () => {
    const bands = (count: number) => {
      const many = Array.from({ length: count }, (_, k) => ({ id: `${k}`, title: `${k}`, points: [0, 1].map((x) => ({ x, y: { mean: 0.5, low: 0.4, high: 0.6 } })) }));
      return [...spotsOf(curves({ ...DATA, curves: many }, ROOM)).values()].map(({ marks }) => marks.find((mark) => mark.kind === 'path' && mark.opacity !== undefined)!.when);
    };
    expect(bands(4)).toEqual([undefined, undefined, undefined, undefined]);
    expect(new Set(bands(5))).toEqual(new Set(['lit']));
  });
});

describe('labels spread out', () => {
  it('keeps order and distance, within its bounds', () => {
    const out = spreadOut([50, 50, 52, 99], 10, 0, 100);
    expect([...out].sort((a, b) => a - b)).toEqual(out);
    out.slice(1).forEach((at, i) => expect(at - out[i]!).toBeGreaterThanOrEqual(10));
    expect(Math.max(...out)).toBeLessThanOrEqual(100);
  });
});

describe('shares of a whole', () => {
  const DATA: StackedShares = {
    title: 'share', format: (share) => `${Math.round(100 * share)} %`,
    parts: [{ id: 'm', title: 'model', share: { mean: 0.25, low: -0.05, high: 0.4 } }, { id: 'x', title: 'method', share: { mean: 0.75 } }, { id: 'r', title: 'rest', share: { mean: -0.01 }, quiet: true }],
  };
  it('stand side by side, each as wide as it is; less than nothing has no width', () => {
    const pieces = [...spotsOf(stackedShares(DATA, ROOM)).values()].map(({ marks }) => marks.find((mark) => mark.kind === 'rect' && !mark.when) as { x: number; w: number });
    expect((pieces[1]!.w + 1) / (pieces[0]!.w + 1)).toBeCloseTo(3, 6);
    expect(pieces[1]!.x).toBeCloseTo(pieces[0]!.x + pieces[0]!.w + 1, 6);
    expect(pieces[2]!.w).toBe(0);
  });
  it('have room for an interval below 0', () => {
    const spots = spotsOf(stackedShares(DATA, ROOM));
    const [whisker] = linesOf(spots.get('m')!.marks);
    expect(whisker!.x1).toBeCloseTo(spots.get('m')!.x, 6);
    expect(spots.get('m')!.name).toBe('model: 25 % (-5 % to 40 %) of the whole');
  });
});

describe('a tree', () => {
  const TREE = [{ a: 0, b: 2, height: 1 }, { a: 1, b: 3, height: 4 }];
  it('orders leaves so that nothing crosses', () => {
    expect(leafOrder(TREE, 3)).toEqual([1, 0, 2]);
    expect(leafOrder([], 2)).toEqual([0, 1]);
  });
  it('follows its leaves to their new places, where nothing crosses', () => {
    const order = leafOrder(TREE, 3);
    expect(leafOrder(reordered(TREE, order), 3)).toEqual([0, 1, 2]);
    expect(reordered(TREE, order)).toEqual([{ a: 1, b: 2, height: 1 }, { a: 0, b: 3, height: 4 }]);
  });
  it('joins at its heights, halfway between what it joins', () => {
    const path = treeMarks(TREE, [0, 40, 20], { side: 'right', from: 100, to: 200 })[0] as { d: string };
    expect(path.d).toBe('M100.0 0.0L125.0 0.0L125.0 20.0L100.0 20.0M100.0 40.0L200.0 40.0L200.0 10.0L125.0 10.0');
  });
  it('names a leaf with the height at which it joins', () => {
    const leaves = ['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase() }));
    expect([...spotsOf(dendrogram({ leaves, tree: TREE, measure: '1 − r' }, ROOM)).values()].map(({ name }) => name)).toEqual([
      'A: joins others at 1 − r 1', 'B: joins others at 1 − r 4', 'C: joins others at 1 − r 1',
    ]);
  });
});

describe('names under lines', () => {
  it('that would touch stand on lines of their own', () => {
    expect(lanes([[0, 10], [5, 20], [12, 30], [40, 50]])).toEqual([0, 1, 0, 0]);
    const data: Whiskers = { axis: { title: 'times', domain: [0, 10] }, marks: ['times'], rows: [], references: [{ at: 5, title: 'chance' }, { at: 5.2, title: 'centre' }] };
    const names = whiskers(data, ROOM).marks.filter((mark): mark is TextMark => mark.kind === 'text' && /^c/.test(mark.text));
    expect(names[1]!.y - names[0]!.y).toBe(14);
  });
});

it('no word begins or ends outside a narrow figure', () => {
  const long = 'share of the map on the sticker, times its share of the area, over all scenes of the test split';
  const narrow = { width: 320, theme: 'dark' } as const;
  const drawings = [
    whiskers({ axis: { title: long, kind: 'odds' }, marks: ['one', 'other'], rows: [{ id: 'a', title: long, detail: long, estimates: [{ mean: 0.9 }, { mean: 0.95 }] }], references: [{ at: 0.998, title: 'the best of them all' }] }, narrow),
    curves({ x: { title: long }, y: { title: long }, curves: [{ id: 'a', title: long, points: [{ x: 0, y: { mean: 1 } }, { x: 1000, y: { mean: 2000 } }] }] }, narrow),
    stackedShares({ title: long, format: (share) => `${100 * share} %`, parts: [{ id: 'a', title: long, share: { mean: 1 } }] }, narrow),
    dendrogram({ leaves: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }], tree: [{ a: 0, b: 1, height: 12345 }], measure: long }, narrow),
  ];
  for (const { marks } of drawings)
    for (const mark of marks.flatMap((one): readonly PlainMark[] => (one.kind === 'spot' ? one.marks : [one]))) {
      if (mark.kind !== 'text') continue;
      const width = textWidth(mark.text, mark.size);
      const from = mark.x - (mark.anchor === 'end' ? width : mark.anchor === 'middle' ? width / 2 : 0);
      expect([mark.text, from >= -1, from + width <= 321]).toEqual([mark.text, true, true]);
    }
});
