/** Names, announcements and the opening line. */
import { describe, expect, it } from 'vitest';
import { choice, flag, float, int } from '../../engine/params.ts';
import { announcement, cellName, openingLine, paramSummary, progressLine, tally, voters, votingWords } from './words.ts';

const params = {
  steps: int({ title: 'Steps', min: 2, max: 256, default: 32, unit: 'steps' }),
  baseline: choice(['black', 'mean-colour'], { title: 'Baseline' }),
  radius: float({ title: 'Radius, share of the pixel value', min: 0, max: 1, default: 0.1, unit: 'percent' }),
  square: flag({ title: 'Square', default: false }),
};

describe('paramSummary', () => {
  it('shows the first two by default, and what was changed before them', () => {
    expect(paramSummary({ params }, {})).toBe('32 steps · black');
    expect(paramSummary({ params }, { radius: 0.25 })).toBe('radius 25\u00a0% · 32 steps');
    expect(paramSummary({ params }, { baseline: 'mean-colour', square: true })).toBe('mean colour · square');
  });
});

describe('cellName', () => {
  it('begins with model and method whatever the status', () => {
    for (const status of ['queued', 'running', 'done', 'failed', 'not-applicable'] as const) {
      expect(cellName({ model: 'Residual', method: 'Grad-CAM', status })).toMatch(/^Residual, Grad-CAM: /);
    }
  });
  it('carries progress, the map in words, and a completeness gap only beyond one percent', () => {
    expect(cellName({ model: 'A', method: 'B', status: 'running', progress: { done: 1, total: 4 } })).toBe('A, B: computing, 25\u00a0%');
    expect(cellName({ model: 'A', method: 'B', status: 'done', summary: 'Mostly positive, upper left.', gap: 0.004 })).toBe('A, B: ready. Mostly positive, upper left');
    expect(cellName({ model: 'A', method: 'B', status: 'running', growing: true, summary: 'Mostly positive.' })).toBe('A, B: computing. the map is still growing. Mostly positive');
    expect(cellName({ model: 'A', method: 'B', status: 'queued', growing: true, summary: 'Mostly positive.' })).toMatch(/the map is unfinished/);
    expect(cellName({ model: 'A', method: 'B', status: 'done', gap: -0.034 })).toBe('A, B: ready. completeness is off by 3.4\u00a0%');
    expect(cellName({ model: 'A', method: 'B', status: 'not-applicable', message: 'needs a spatial map.' })).toBe('A, B: does not apply. needs a spatial map');
  });
});

describe('tally', () => {
  const cells = [
    { status: 'done' as const },
    { status: 'running' as const, progress: { done: 1, total: 2 } },
    { status: 'queued' as const },
    { status: 'not-applicable' as const },
  ];
  it('counts the running ones by their share', () => {
    expect(tally(cells).share).toBeCloseTo(2.5 / 4);
  });
  it('announces maps, and what will not come', () => {
    expect(announcement(tally(cells))).toBe('1 of 3 maps ready, 1 not applicable');
    expect(announcement(tally([{ status: 'failed' }, { status: 'done' }]))).toBe('1 of 2 maps ready, 1 map failed');
    expect(announcement(tally([]))).toBe('');
    expect(progressLine(tally(cells, 18_000))).toBe('1 of 3 maps · about 18 s left');
  });
});

describe('voters and the opening line', () => {
  it('says who votes', () => {
    expect([voters(3, 4), voters(4, 4), voters(0, 0)]).toEqual(['3 of 4 vote', 'all 4 vote', 'nobody votes']);
    expect(votingWords(['votes', 'weak', 'dissents', 'votes', 'weak', 'shortcut'])).toBe('2 of 6 vote: 1 sees another class, 2 are weak, 1 learned a shortcut');
    expect(votingWords(['votes', 'votes'])).toBe('both vote');
  });
  it('names agreement and disagreement, with articles', () => {
    expect(openingLine({ predictions: ['mug', 'mug', undefined] })).toBe('Three models look at the same picture.');
    expect(openingLine({ predictions: ['umbrella', 'umbrella'], truth: 'umbrella', explained: 'umbrella' })).toMatch(/^Both models see an umbrella, and they are right\. Each map/);
    expect(openingLine({ predictions: ['mug', 'teapot', 'mug'], truth: 'teapot', explained: 'mug' })).toMatch(/^The models disagree: two say mug, one teapot \(it is a teapot\)\./);
  });
});
