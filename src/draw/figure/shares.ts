/** Parts of a whole: one bar, a piece a part, and beneath a row a part with its interval on the same axis. Data to marks; sums nothing up. */
import { axisOf, endWidth, rulerMarks } from './axis.ts';
import { fitted, textWidth } from './labels.ts';
import { estimateWords, seriesInk, type Drawing, type Estimate, type Ink, type Mark, type PlainMark, type Room, type SpotMark } from './marks.ts';

export interface SharePart {
  readonly id: string;
  readonly title: string;
  /** Of the whole; intervals may go below 0, as those of variance components do. */
  readonly share: Estimate;
  /** What is left over: without colour. */
  readonly quiet?: boolean;
}

export interface StackedShares {
  /** 'share of the variation of maps'. */
  readonly title: string;
  readonly parts: readonly SharePart[];
  readonly format: (share: number) => string;
}

const BAR = 30;
const ROW = 24;

const inkOf = ({ quiet }: SharePart, index: number): Ink => (quiet ? 'ink-3' : seriesInk(index));

/** Pieces stand in their order, as wide as they are; negative ones have none. */
export function stackedShares({ title, parts, format }: StackedShares, { width }: Room): Drawing {
  const widest = Math.max(0, ...parts.map((part) => textWidth(part.title, 12)));
  const left = Math.ceil(Math.min(width * 0.42, widest)) + 12;
  const whole = parts.reduce((sum, { share }) => sum + Math.max(0, share.mean || 0), 0);
  const ends = parts.flatMap(({ share }) => [share.low ?? share.mean, share.high ?? share.mean]);
  const axis = axisOf({ title, format, domain: [Math.min(0, ...ends.filter(Number.isFinite)), Math.max(1, whole)] }, [], width < 480 ? 4 : 6);
  const right = width - Math.max(14, endWidth(axis));
  const x = (value: number) => left + axis.at(value) * (right - left);
  const top = 22 + BAR + 14;
  const bottom = top + parts.length * ROW;
  let from = 0;
  const spots = parts.map((part, index): SpotMark => {
    const { id, share } = part;
    const ink = inkOf(part, index);
    const y = top + (index + 0.5) * ROW;
    const size = Math.max(0, share.mean || 0);
    const piece = { x: x(from), w: Math.max(0, x(from + size) - x(from) - 1) };
    from += size;
    const label = format(share.mean);
    const marks: PlainMark[] = [
      { kind: 'rect', x: piece.x, y: 22, w: piece.w, h: BAR, fill: ink },
      ...(textWidth(label) + 8 <= piece.w ? [{ kind: 'text', x: piece.x + piece.w / 2, y: 22 + BAR / 2 + 4, text: label, fill: 'ground', anchor: 'middle' } satisfies PlainMark] : []),
      { kind: 'rect', x: 0, y: y - ROW / 2, w: width, h: ROW, when: 'hit' },
      { kind: 'text', x: 0, y: y + 4, text: fitted(part.title, left - 10, 12), size: 12, fill: ink === 'ink-3' ? 'ink-2' : ink },
      ...(share.low !== undefined && share.high !== undefined ? [{ kind: 'line', x1: x(share.low), x2: x(share.high), y1: y, y2: y, stroke: ink, width: 1.5 } satisfies PlainMark] : []),
      ...(Number.isFinite(share.mean) ? [{ kind: 'circle', x: x(share.mean), y, r: 4.5, fill: ink, stroke: 'ground' } satisfies PlainMark] : []),
    ];
    return { kind: 'spot', id, name: `${part.title}: ${estimateWords(share, format)} of the whole`, series: [id], x: left, y, marks };
  });
  const marks: Mark[] = [
    { kind: 'text', x: 0, y: 12, text: fitted(title, width), fill: 'ink-2' },
    ...rulerMarks(axis, { left, right, top: 18, bottom }, bottom + 15),
    ...spots,
  ];
  return { width, height: bottom + 22, marks };
}
