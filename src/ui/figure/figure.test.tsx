import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../draw/figure/elements.ts';
import { SCATTER } from '../../draw/figure/kinds.ts';
import { INKS } from '../../draw/figure/marks.ts';
import { elementSvg, paintOf } from '../../draw/figure/svg.ts';
import type { Scatter } from '../../draw/figure/scatter.ts';
import { captionLines } from './caption.ts';
import { cellAt } from './LatticeLayer.tsx';
import { Marks } from './Marks.tsx';
import { walk } from './walk.ts';

const DATA: Scatter = {
  x: { title: 'accuracy' }, y: { title: 'score' }, fits: [{ slope: 1, intercept: 0, title: 'fit' }], references: [{ axis: 'y', at: 0.2, title: 'chance' }],
  points: [{ id: 'a', title: 'A & co', x: { mean: 0.4, low: 0.3, high: 0.5 }, y: { mean: 0.3 } }, { id: 'b', title: 'B', shape: 'weak', x: { mean: 0.6 }, y: { mean: 0.7 } }],
};

describe('the page and the file', () => {
  it('show the same marks: the page’s markup is the file’s but for colours by name, and what only pointers need', () => {
    const { marks } = SCATTER.draw(DATA, { width: 600, theme: 'light' });
    const paint = paintOf('light');
    const page = renderToStaticMarkup(<svg><Marks marks={marks} /></svg>).slice('<svg>'.length, -'</svg>'.length).replace(/var\(--([\w-]+)\)/g, (_, name: keyof typeof INKS.light) => INKS.light[name]);
    const everything = elementsOf(marks, paint, true).map(elementSvg).join('');
    const plain = (svg: string) => svg.replace(/><\/(line|path|circle|rect)>/g, '/>');
    expect(plain(page)).toBe(plain(everything));
    expect(elementsOf(marks, paint, false).map(elementSvg).join('')).toBe(everything.replace(/<(circle|text|line|rect|path) [^>]*data-when="\w+"[^>]*?(\/>|>[^<]*<\/\1>)/g, ''));
  });
  it('give a spot its role, name and tab stop', () => {
    const { marks } = SCATTER.draw(DATA, { width: 600, theme: 'light' });
    const page = renderToStaticMarkup(<svg><Marks marks={marks} spots={(id, name) => ({ role: 'img', 'aria-label': name, tabIndex: id === 'b' ? 0 : -1 })} /></svg>);
    expect(page).toMatch(/data-spot="a"[^>]*aria-label="A &amp; co: score 0.3; accuracy 0.4 \(0.3 to 0.5\)"[^>]*tabindex="-1"/);
    expect(page.match(/tabindex="0"/g)).toHaveLength(1);
  });
});

describe('the arrow keys', () => {
  const SPOTS = [{ id: 'a', x: 0, y: 0 }, { id: 'b', x: 10, y: 50 }, { id: 'c', x: 10, y: 5 }, { id: 'd', x: 30, y: 90 }];
  it('lead to the next in that direction, the nearest of several', () => {
    expect(walk(SPOTS, 'a', 'ArrowRight')).toBe('c');
    expect(walk(SPOTS, 'c', 'ArrowDown')).toBe('b');
    expect(walk(SPOTS, 'd', 'ArrowLeft')).toBe('b');
    expect([walk(SPOTS, 'b', 'Home'), walk(SPOTS, 'b', 'End'), walk(SPOTS, 'd', 'ArrowRight'), walk(SPOTS, 'a', 'x')]).toEqual(['a', 'd', undefined, undefined]);
  });
  it('reach every spot, also those that lie on one another', () => {
    const many = [...SPOTS, { id: 'twin', x: 10, y: 5 }];
    const seen = new Set(['a']);
    for (let round = 0; round < many.length; round++) for (const from of seen) for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) {
      const next = walk(many, from, key);
      if (next) seen.add(next);
    }
    expect([...seen].sort()).toEqual(['a', 'b', 'c', 'd', 'twin']);
  });
});

it('the pointer finds its cell, and none in the gap between groups', () => {
  const lattice = { rows: [0, 10, 27], columns: [5, 25], cellWidth: 20, cellHeight: 10, name: () => '', series: () => [] };
  expect([cellAt(lattice, 6, 1), cellAt(lattice, 44, 36), cellAt(lattice, 6, 22), cellAt(lattice, 4, 1), cellAt(lattice, 46, 1)]).toEqual([{ row: 0, column: 0 }, { row: 2, column: 1 }, undefined, undefined, undefined]);
});

it('a caption always tells n and seed', () => {
  expect(captionLines({ protocol: ['What was done.'], n: '38 of 40 scenes', seed: 0 })).toEqual(['What was done.', 'n: 38 of 40 scenes. Seed 0.']);
});
