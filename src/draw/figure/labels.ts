/** Direct labels: how wide a word is, and where it can stand without covering a mark or another word. Geometry; draws nothing. */

/** Widths of Inter's letters in ems, rounded up: words that fit by this measure fit. */
const NARROW = new Set("ijl.,:;'|!()[]I1 ·‘’\u00a0");
const WIDE = new Set('mwMWQ@%—…');

const letterWidth = (letter: string): number => {
  if (NARROW.has(letter)) return letter === '1' ? 0.62 : 0.32;
  if (WIDE.has(letter)) return 0.92;
  if (/[A-ZÄÖÜ]/.test(letter)) return 0.7;
  return /[0-9]/.test(letter) ? 0.64 : 0.58;
};

/** Pixels of `text` in Inter at `size`; an estimate, since no font is at hand. */
export function textWidth(text: string, size = 11, bold = false): number {
  let ems = 0;
  for (const letter of text) ems += letterWidth(letter);
  return ems * size * (bold ? 1.06 : 1);
}

/** The text, or as much of it as fits with an ellipsis. */
export function fitted(text: string, width: number, size = 11): string {
  if (textWidth(text, size) <= width) return text;
  let kept = text;
  while (kept.length > 1 && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}

/** As `fitted`, with the ellipsis in the middle: names that begin alike, or end alike, stay apart. */
export function fittedEnds(text: string, width: number, size = 11): string {
  if (textWidth(text, size) <= width) return text;
  for (let kept = text.length - 1; kept > 1; kept--) {
    const head = Math.ceil(kept / 2);
    const shorter = `${text.slice(0, head).trimEnd()}…${text.slice(text.length - (kept - head)).trimStart()}`;
    if (textWidth(shorter, size) <= width) return shorter;
  }
  return '…';
}

/** The words over as many lines as their width asks for. */
export function textLines(text: string, width: number, size = 11): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** For stretches from … to along a line: the first lane in which each touches none before it. */
export function lanes(stretches: readonly (readonly [from: number, to: number])[]): number[] {
  const ends: number[] = [];
  const out: number[] = [];
  const order = stretches.map((_, i) => i).sort((a, b) => stretches[a]![0] - stretches[b]![0]);
  for (const i of order) {
    const [from, to] = stretches[i]!;
    const free = ends.findIndex((end) => end <= from);
    out[i] = free < 0 ? ends.length : free;
    ends[out[i]] = to;
  }
  return out;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const overlap = (a: Area, b: Area): number =>
  Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) * Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));

export interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}
export interface Placed {
  /** Where the text begins, and its baseline. */
  readonly x: number;
  readonly y: number;
  readonly area: Area;
  /** The label stands so far off that a line should lead to it. */
  readonly far: boolean;
}

const HEIGHT = 13;
const ASCENT = 10;
const SIDES = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]] as const;
const DISTANCES = [8, 16, 28] as const;

/** The label's box on one side of its point. */
function areaAt({ x, y }: Anchor, width: number, [dx, dy]: readonly [number, number], distance: number): Area {
  const left = dx > 0 ? x + distance : dx < 0 ? x - distance - width : x - width / 2;
  const top = dy > 0 ? y + distance - 2 : dy < 0 ? y - distance + 2 - HEIGHT : y - HEIGHT / 2;
  return { x: left, y: top, w: width, h: HEIGHT };
}

/**
 * A place for each label in `box` that covers no label, no point and nothing `blocked`; `undefined` where there is none. `avoid`: boxes that cost, but may be covered (whiskers).
 * Greedy, the most crowded first; O(n² · 24).
 */
export function placeLabels(anchors: readonly Anchor[], box: Area, avoid: readonly Area[] = [], blocked: readonly Area[] = []): readonly (Placed | undefined)[] {
  const points = anchors.map(({ x, y }): Area => ({ x: x - 6, y: y - 6, w: 12, h: 12 }));
  const crowd = anchors.map((a) => anchors.filter((b) => Math.hypot(a.x - b.x, a.y - b.y) < 60).length);
  const order = anchors.map((_, i) => i).sort((a, b) => crowd[b]! - crowd[a]!);
  const placed: (Placed | undefined)[] = anchors.map(() => undefined);
  const taken: Area[] = [...blocked];
  for (const index of order) {
    const anchor = anchors[index]!;
    const width = textWidth(anchor.text);
    let best: { area: Area; far: boolean; cost: number } | undefined;
    DISTANCES.forEach((distance, ring) => {
      SIDES.forEach((side, preference) => {
        const area = areaAt(anchor, width, side, distance);
        const inside = area.x >= box.x && area.y >= box.y && area.x + area.w <= box.x + box.w && area.y + area.h <= box.y + box.h;
        if (!inside || taken.some((other) => overlap(area, other) > 0) || points.some((point, i) => i !== index && overlap(area, point) > 0)) return;
        const cost = 60 * ring + 3 * preference + avoid.reduce((sum, other) => sum + overlap(area, other), 0);
        if (!best || cost < best.cost) best = { area, far: ring > 0, cost };
      });
    });
    if (!best) continue;
    taken.push(best.area);
    placed[index] = { x: best.area.x, y: best.area.y + ASCENT, area: best.area, far: best.far };
  }
  return placed;
}

/** Tops moved apart so that boxes of `height` do not overlap and stay within low … high where they fit; order is kept. */
export function spreadOut(places: readonly number[], height: number, low: number, high: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const out = [...places];
  let floor = low;
  for (const i of order) {
    out[i] = Math.max(floor, out[i]!);
    floor = out[i] + height;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    out[i] = Math.min(out[i]!, ceiling);
    ceiling = out[i] - height;
  }
  return out;
}
