import { describe, expect, it } from 'vitest';
import { dotAxis, dotPlotSize, dotPlotSvg, type DotPlot } from './dotPlot.ts';

describe('the axis', () => {
  it('runs from 0 to a round number that holds everything', () => {
    const { at, ticks } = dotAxis([0.3, 17.2, Number.NaN]);
    expect([at(0), at(20), at(10), at(-3), at(99)]).toEqual([0, 1, 0.5, 0, 1]);
    expect(ticks.map(({ value }) => value)).toEqual([0, 5, 10, 15, 20]);
  });
  it('does not shrink around nothing', () => {
    expect(dotAxis([]).at(2)).toBe(0.5);
  });
});

const PLOT: DotPlot = {
  title: 'A & B', lead: ['One sentence.'], axis: 'times', chance: { at: 1, title: 'chance' }, columns: ['reveals'], marks: ['cheat', 'twin'],
  rows: [
    { title: 'First', detail: 'n = 2', marks: [{ at: 5, low: 4, high: 10 }, undefined], cells: ['2 of 2'] },
    { title: 'Second', detail: 'n = 2', marks: [undefined, undefined], cells: ['–'] },
  ],
  caption: ['Protocol: <two> scenes, seed 0.'],
};
const COLOURS = { ground: '#fff', ink: '#000', faint: '#555', line: '#888', marks: ['#a00', '#0a0'] } as const;

describe('the figure', () => {
  const svg = dotPlotSvg(PLOT, COLOURS);
  it('has a row a thing with its words, and marks only where there are any', () => {
    for (const words of ['First', 'Second', '2 of 2', 'chance', 'One sentence.', 'A &amp; B', '&lt;two&gt;']) expect(svg).toContain(words);
    expect(svg.match(/<path /g)).toHaveLength(1);
    expect(svg.match(/<circle /g)).toBeNull();
  });
  it('puts mark and whisker where the axis says: 5 of 10 in the middle', () => {
    const [, x1, x2] = /<line x1="([\d.]+)" x2="([\d.]+)" y1="[\d.]+" y2="[\d.]+" stroke="#a00"/.exec(svg)!.map(Number);
    const middle = Number(/translate\(([\d.]+)/.exec(svg)![1]);
    expect((x2! - middle) / (middle - x1!)).toBeCloseTo(5, 2);
  });
  it('is as high as its rows and words', () => {
    const more = { ...PLOT, rows: [...PLOT.rows, PLOT.rows[0]!] };
    expect(dotPlotSize(more).height - dotPlotSize(PLOT).height).toBe(36);
    expect(svg).toContain(`height="${dotPlotSize(PLOT).height}"`);
  });
});
