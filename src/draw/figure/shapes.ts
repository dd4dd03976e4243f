/** The shapes that say a role, as on the Committee page: filled votes, hollow is weak on purpose, a triangle cheats; a square is no model. */
import type { Ink, PlainMark } from './marks.ts';

export type Shape = 'member' | 'weak' | 'shortcut' | 'other';

/** In letters. */
const SHAPE_SIGNS = { member: '●', weak: '○', shortcut: '▲', other: '■' } as const satisfies Record<Shape, string>;
const WORDS = { member: 'votes', weak: 'weak on purpose', shortcut: 'cheats', other: 'no model' } as const satisfies Record<Shape, string>;

/** '● votes': a sign that no line break takes from its words. */
export const signed = (shape: Shape, words: string): string => `${SHAPE_SIGNS[shape]} ${words}`.replaceAll(' ', '\u00a0');

export function shapeMark(shape: Shape, x: number, y: number, ink: Ink): PlainMark {
  const at = (value: number) => value.toFixed(1);
  switch (shape) {
    case 'member':
      return { kind: 'circle', x, y, r: 4.5, fill: ink, stroke: 'ground' };
    case 'weak':
      return { kind: 'circle', x, y, r: 4, fill: 'ground', stroke: ink, width: 2 };
    case 'shortcut':
      return { kind: 'path', d: `M${at(x)} ${at(y - 6)}l5.5 10h-11z`, fill: ink, stroke: 'ground' };
    case 'other':
      return { kind: 'path', d: `M${at(x - 4)} ${at(y - 4)}h8v8h-8z`, fill: ink, stroke: 'ground' };
    default:
      return shape satisfies never;
  }
}

/** What the shapes among `shapes` mean; '' where all are members. */
export function shapeKey(shapes: readonly Shape[]): string {
  const present = (Object.keys(WORDS) as Shape[]).filter((shape) => shapes.includes(shape));
  return present.some((shape) => shape !== 'member') ? present.map((shape) => signed(shape, WORDS[shape])).join('   ') : '';
}
