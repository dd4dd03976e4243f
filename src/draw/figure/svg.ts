/** A figure as a file: its drawing with title, sentences and caption as one SVG document that needs no other. PNG is made from it: `draw/export.ts`. */
import type { Theme } from '../colour.ts';
import { elementsOf, FONT, type Element } from './elements.ts';
import { INKS, type Drawing, type Ink, type PlainMark, type TextMark } from './marks.ts';

export const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Lines of at most `length` characters, broken at spaces. */
export function wrap(content: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** An address has no spaces: what is longer than a line is cut. */
const broken = (line: string, length: number): string[] => Array.from({ length: Math.max(1, Math.ceil(line.length / length)) }, (_, i) => line.slice(i * length, (i + 1) * length));

/** Colours as a file has them. */
export const paintOf = (theme: Theme) => (ink: Ink): string => (ink in INKS[theme] ? INKS[theme][ink as keyof (typeof INKS)[Theme]] : ink);

/** An element as text. */
export function elementSvg({ tag, attributes, children }: Element): string {
  const head = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(String(value))}"`);
  const inside = children.map((child) => (typeof child === 'string' ? escape(child) : elementSvg(child))).join('');
  return inside === '' ? `<${tag}${head.join('')}/>` : `<${tag}${head.join('')}>${inside}</${tag}>`;
}

export interface Words {
  readonly title: string;
  /** Sentences over the drawing. */
  readonly lead: readonly string[];
  /** Protocol, n, seed, versions: a line each, beneath. */
  readonly caption: readonly string[];
}

const MARGIN = 24;
const LINE = 16;
const LEAST = 480;

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lead: readonly string[];
  readonly caption: readonly string[];
  readonly top: number;
}

function layoutOf({ width, height }: Drawing, words: Words): Layout {
  const across = Math.max(LEAST, width);
  const letters = Math.floor(across / 6);
  const lines = (texts: readonly string[]) => texts.flatMap((text) => wrap(text, letters)).flatMap((line) => broken(line, letters));
  const [lead, caption] = [lines(words.lead), lines(words.caption)];
  const top = MARGIN + 26 + lead.length * LINE + 8;
  return { width: Math.ceil(across + 2 * MARGIN), height: Math.ceil(top + height + 20 + caption.length * LINE + MARGIN), lead, caption, top };
}

/** Width and height of the document, in its own pixels. */
export function figureSize(drawing: Drawing, words: Words): { width: number; height: number } {
  const { width, height } = layoutOf(drawing, words);
  return { width, height };
}

/** The whole figure. What is drawn is what the page draws, in the colours of its theme; text is escaped. */
export function figureSvg(drawing: Drawing, words: Words, theme: Theme): string {
  const { width, height, lead, caption, top } = layoutOf(drawing, words);
  const paint = paintOf(theme);
  const draw = (marks: Drawing['marks']) => elementsOf(marks, paint, false).map(elementSvg).join('');
  const text = (line: string, y: number, more: Partial<TextMark> = {}): PlainMark => ({ kind: 'text', x: MARGIN, y, text: line, ...more });
  const above = [text(words.title, MARGIN + 14, { size: 16, bold: true }), ...lead.map((line, i) => text(line, MARGIN + 36 + i * LINE))];
  const below = caption.map((line, i) => text(line, top + drawing.height + 28 + i * LINE, { fill: 'ink-2' }));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escape(FONT)}" style="font-variant-numeric:tabular-nums" role="img">` +
    `<title>${escape(words.title)}</title><rect width="${width}" height="${height}" fill="${paint('ground')}"/>` +
    `${draw(above)}<g transform="translate(${MARGIN} ${top})">${draw(drawing.marks)}</g>${draw(below)}</svg>`
  );
}
