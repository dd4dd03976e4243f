/** Marks as elements of SVG, once for React and for files: tag, attributes, children. Chooses no colour: `paint` does. */
import type { Ink, Mark, PlainMark, SpotMark } from './marks.ts';

export interface Element {
  readonly tag: 'g' | 'line' | 'path' | 'circle' | 'rect' | 'text' | 'title';
  /** By their names in SVG. */
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Element | string)[];
}

export const FONT = 'Inter, "Helvetica Neue", Arial, sans-serif';

const tenth = (value: number): number => Math.round(10 * value) / 10;

/** Leaves out what is not said. */
function attributes(all: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string | number] => entry[1] !== undefined));
}

function looks(mark: Exclude<PlainMark, { kind: 'text' }>, paint: (ink: Ink) => string) {
  return {
    fill: paint(mark.fill ?? 'none'),
    stroke: mark.stroke && paint(mark.stroke),
    'stroke-width': mark.stroke && mark.width,
    'stroke-dasharray': mark.dash,
    opacity: mark.opacity,
    'shape-rendering': 'crisp' in mark && mark.crisp ? 'crispEdges' : undefined,
  };
}

function plainElement(mark: PlainMark, paint: (ink: Ink) => string): Element {
  const part = { 'data-series': mark.series?.join(' '), 'data-when': mark.when };
  const element = (tag: Element['tag'], own: Readonly<Record<string, string | number | undefined>>, children: Element['children'] = []): Element => ({ tag, attributes: attributes({ ...own, ...part }), children });
  switch (mark.kind) {
    case 'line':
      return element('line', { x1: tenth(mark.x1), y1: tenth(mark.y1), x2: tenth(mark.x2), y2: tenth(mark.y2), ...looks(mark, paint) });
    case 'path':
      return element('path', { d: mark.d, ...looks(mark, paint) });
    case 'circle':
      return element('circle', { cx: tenth(mark.x), cy: tenth(mark.y), r: mark.r, ...looks(mark, paint) });
    case 'rect':
      return element('rect', { x: tenth(mark.x), y: tenth(mark.y), width: tenth(Math.max(0, mark.w)), height: tenth(Math.max(0, mark.h)), ...looks(mark, paint) });
    case 'text': {
      const [x, y] = [tenth(mark.x), tenth(mark.y)];
      const edge = mark.halo ? { stroke: paint('ground'), 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' } : {};
      const anchor = mark.anchor && mark.anchor !== 'start' ? mark.anchor : undefined;
      return element(
        'text',
        { x, y, fill: paint(mark.fill ?? 'ink'), 'font-size': mark.size ?? 11, 'font-weight': mark.bold ? 600 : undefined, 'text-anchor': anchor, transform: mark.turn ? `rotate(${mark.turn} ${x} ${y})` : undefined, ...edge },
        [mark.text],
      );
    }
    default:
      return mark satisfies never;
  }
}

function spotElement(spot: SpotMark, paint: (ink: Ink) => string, page: boolean): Element {
  const title: Element = { tag: 'title', attributes: {}, children: [spot.name] };
  return { tag: 'g', attributes: { 'data-spot': spot.id, 'data-series': spot.series.join(' ') }, children: [title, ...elementsOf(spot.marks, paint, page)] };
}

/** In drawing order; marks that only the page needs are left out of a file. */
export const elementsOf = (marks: readonly Mark[], paint: (ink: Ink) => string, page: boolean): Element[] =>
  marks.flatMap((mark) => {
    if (mark.kind === 'spot') return [spotElement(mark, paint, page)];
    return mark.when && !page ? [] : [plainElement(mark, paint)];
  });
