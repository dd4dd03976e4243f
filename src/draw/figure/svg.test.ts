import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast } from './ramp.ts';
import { parseHex } from '../colour.ts';
import { figureSize, figureSvg, wrap } from './svg.ts';
import { INKS, type Drawing } from './marks.ts';

const DRAWING: Drawing = {
  width: 500, height: 100,
  marks: [
    { kind: 'text', x: 1, y: 2, text: '<b> & "c"' },
    { kind: 'spot', id: 's', name: 'a < b', series: ['m'], x: 0, y: 0, marks: [{ kind: 'circle', x: 3, y: 4, r: 5, fill: 'accent' }, { kind: 'circle', x: 3, y: 4, r: 13, when: 'hit' }] },
    { kind: 'rect', x: 0, y: 0, w: 9, h: 9, series: ['m'], when: 'lit' },
  ],
};
const WORDS = { title: 'A & B', lead: ['What one sees.'], caption: ['Protocol <of> the study.', 'n: 3. Seed 0.'] };

describe('a figure as a file', () => {
  const svg = figureSvg(DRAWING, WORDS, 'dark');
  it('escapes every text', () => {
    for (const text of ['&lt;b&gt; &amp; &quot;c&quot;', '<title>a &lt; b</title>', 'A &amp; B', 'Protocol &lt;of&gt; the study.']) expect(svg).toContain(text);
  });
  it('holds title, sentence and the whole caption', () => {
    for (const text of ['What one sees.', 'n: 3. Seed 0.']) expect(svg).toContain(text);
    const long = { ...WORDS, caption: [Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ')] };
    for (let i = 0; i < 60; i++) expect(figureSvg(DRAWING, long, 'dark')).toContain(`word${i}`);
    expect(figureSize(DRAWING, long).height).toBeGreaterThan(figureSize(DRAWING, WORDS).height);
  });
  it('has the colours of its theme, and none that needs a style sheet', () => {
    expect(svg).toContain(`fill="${INKS.dark.accent}"`);
    expect(svg).not.toContain('var(');
  });
  it('leaves out what only the page needs', () => {
    expect(svg.match(/<circle /g)).toHaveLength(1);
    expect(svg).not.toContain('data-when');
  });
  it('is as large as it says', () => {
    const { width, height } = figureSize(DRAWING, WORDS);
    expect(svg).toContain(`width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`);
  });
  it('cuts an address that is longer than a line', () => {
    const address = `https://example.org/?${'x'.repeat(400)}`;
    const lines = [...figureSvg(DRAWING, { ...WORDS, caption: [address] }, 'light').matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
    expect(lines.join('')).toContain(address);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(DRAWING.width / 6);
  });
  it('breaks lines at spaces', () => expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc']));
});

describe('the inks', () => {
  const sheet = readFileSync(new URL('../../ui/styles/tokens.css', import.meta.url), 'utf8');
  it('are those of the page', () => {
    for (const [name, light] of Object.entries(INKS.light)) {
      const [, one, other] = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(sheet) ?? [];
      expect([name, one, other]).toEqual([name, light, INKS.dark[name as keyof typeof INKS.dark]]);
    }
  });
  it('of text and series read on the ground', () => {
    for (const theme of ['light', 'dark'] as const)
      for (const [name, hex] of Object.entries(INKS[theme])) {
        if (/^(ink|accent|warn|series)/.test(name)) expect([name, contrast(parseHex(hex), parseHex(INKS[theme].ground)) >= 4.5]).toEqual([name, true]);
      }
  });
});
