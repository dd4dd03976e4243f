/**
 * Places for the boxes of a network, top to bottom: layers by the longest path, few crossings, straight trunks (Sugiyama, Tagawa and Toda 1981).
 * Every edge goes down and no two boxes touch. Numbers only; draws nothing.
 */
import { mean } from 'd3-array';
import { spread } from './spread.ts';

export interface Sized {
  readonly id: string;
  readonly inputs: readonly string[];
  readonly width: number;
  readonly height: number;
}

export interface Placed {
  readonly id: string;
  /** Of the upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly layer: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** From top to bottom. Between the second point of a pair and the first of the next the line crosses from layer to layer. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Layout {
  readonly boxes: readonly Placed[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

/** Between neighbours, between layers, and the room that a passing line takes. */
const GAP = 22;
const RISE = 26;
const LANE = 12;
/** Between two lines that enter the same box. */
const PORT = 16;
const SWEEPS = 12;

/** A box, or the place where a long line passes a layer. Lines from one box run together until they part. */
interface Cell {
  readonly id: string;
  readonly layer: number;
  readonly width: number;
  readonly box?: Sized;
  /** Of a lane: the cell whose line it is. */
  readonly source?: Cell;
  readonly above: Cell[];
  readonly below: Cell[];
  x: number;
}

/** Throws where an item reads one that is not listed before it. */
export function layOut(items: readonly Sized[]): Layout {
  const cells = cellsOf(items);
  const layers = ordered(cells);
  place(layers);
  const tops = verticals(layers);
  const left = Math.min(...cells.map(({ x, width }) => x - width / 2));
  for (const cell of cells) cell.x -= left;
  const boxes = cells.flatMap(({ box, x, layer }) => (box ? [{ id: box.id, x: x - box.width / 2, y: tops[layer]!.top, width: box.width, height: box.height, layer }] : []));
  const width = Math.max(0, ...cells.map((cell) => cell.x + cell.width / 2));
  return { boxes, edges: edgesOf(items, cells, tops), width, height: tops.at(-1)?.bottom ?? 0 };
}

function cellsOf(items: readonly Sized[]): Cell[] {
  const found = new Map<string, Cell>();
  const make = (id: string, layer: number, width: number, what: Pick<Cell, 'box' | 'source'>) => {
    const cell: Cell = { id, layer, width, ...what, above: [], below: [], x: 0 };
    found.set(id, cell);
    return cell;
  };
  const join = (upper: Cell, lower: Cell) => {
    if (upper.below.includes(lower)) return;
    upper.below.push(lower);
    lower.above.push(upper);
  };
  for (const item of items) {
    const sources = item.inputs.map((id) => found.get(id) ?? missing(item.id, id));
    const cell = make(item.id, Math.max(-1, ...sources.map(({ layer }) => layer)) + 1, item.width, { box: item });
    for (const source of sources) {
      let upper = source;
      for (let layer = source.layer + 1; layer < cell.layer; layer++) {
        const lane = laneOf(source.id, layer);
        const lower = found.get(lane) ?? make(lane, layer, LANE, { source });
        join(upper, lower);
        upper = lower;
      }
      join(upper, cell);
    }
  }
  return [...found.values()];
}

const laneOf = (source: string, layer: number) => `${source} @${layer}`;

function missing(id: string, input: string): never {
  throw new Error(`'${id}' reads '${input}', which is not listed before it: give the items in topological order`);
}

/** Layers of cells, their order settled by sweeps of barycentres; the order with the fewest crossings is kept. */
function ordered(cells: readonly Cell[]): Cell[][] {
  let layers: Cell[][] = [];
  for (const cell of cells) (layers[cell.layer] ??= []).push(cell);
  let [best, fewest] = [layers, crossings(layers)];
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const side = sweep % 2 === 0 ? 'above' : 'below';
    const rank = new Map(layers.flatMap((layer) => layer.map((cell, index) => [cell, index / Math.max(1, layer.length - 1)] as const)));
    layers = layers.map((layer) => {
      const centre = (cell: Cell) => mean(cell[side], (other) => rank.get(other)!) ?? rank.get(cell)!;
      return [...layer].sort((a, b) => centre(a) - centre(b) || rank.get(a)! - rank.get(b)!);
    });
    const now = crossings(layers);
    if (now < fewest) [best, fewest] = [layers, now];
  }
  return best;
}

/** Pairs of lines between neighbouring layers that cross. */
function crossings(layers: readonly (readonly Cell[])[]): number {
  let total = 0;
  for (let i = 0; i + 1 < layers.length; i++) {
    const rank = new Map(layers[i + 1]!.map((cell, index) => [cell, index]));
    const ends = layers[i]!.flatMap((cell, from) => cell.below.map((lower) => [from, rank.get(lower)!] as const));
    for (const [a, b] of ends) for (const [c, d] of ends) if (a < c && b > d) total++;
  }
  return total;
}

/** x of every cell: alternately under what it reads and over what reads it; the mean of the last two keeps order and distance, as both do. */
function place(layers: readonly (readonly Cell[])[]): void {
  const distance = (a: Cell, b: Cell) => (a.width + b.width) / 2 + (a.box && b.box ? GAP : GAP / 2);
  const settle = (layer: readonly Cell[], side: 'above' | 'below') => {
    const wanted = layer.map((cell) => target(cell, side));
    const steps = layer.slice(1).map((cell, index) => distance(layer[index]!, cell));
    const weights = layer.map((cell) => (isShortcut(cell) ? 1e-4 : 1));
    spread(wanted, steps, weights).forEach((x, index) => (layer[index]!.x = x));
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of layers) settle(layer, 'above');
    const down = new Map(layers.flat().map((cell) => [cell, cell.x]));
    for (const layer of [...layers].reverse()) settle(layer, 'below');
    if (sweep === SWEEPS - 1) for (const [cell, x] of down) cell.x = (cell.x + x) / 2;
  }
}

/** A line that passes while something else reads its source too: it makes way. The line of a branch is a part of the branch. */
const isShortcut = ({ source }: Cell) => source !== undefined && source.below.length > 1;

/** Beside a trunk that only a shortcut from higher up passes, a box follows the trunk; else it stands in the middle. */
function target(cell: Cell, side: 'above' | 'below'): number {
  const others = cell[side];
  const boxes = others.filter(({ box }) => box);
  return mean(boxes.length === 1 && others.length === 2 && others.some(isShortcut) ? boxes : others, ({ x }) => x) ?? cell.x;
}

function verticals(layers: readonly (readonly Cell[])[]): { top: number; bottom: number }[] {
  let top = 0;
  return layers.map((layer) => {
    const bottom = top + Math.max(LANE, ...layer.map(({ box }) => box?.height ?? 0));
    const own = { top, bottom };
    top = bottom + RISE;
    return own;
  });
}

/** The line of every input, entering its box at a port of its own, the ports in the order of the lines. */
function edgesOf(items: readonly Sized[], cells: readonly Cell[], tops: readonly { top: number; bottom: number }[]): Edge[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return items.flatMap((item) => {
    const end = byId.get(item.id)!;
    const lines = item.inputs.map((from) => {
      const source = byId.get(from)!;
      const lanes = Array.from({ length: end.layer - source.layer - 1 }, (_, i) => byId.get(laneOf(from, source.layer + 1 + i))!);
      return { from, source, lanes, last: lanes.at(-1) ?? source };
    });
    const sorted = [...lines].sort((a, b) => a.last.x - b.last.x);
    return lines.map((line) => {
      const { from, source, lanes } = line;
      const port = end.x + (sorted.indexOf(line) - (lines.length - 1) / 2) * Math.min(PORT, item.width / (lines.length + 1));
      const start = tops[source.layer]!;
      const passing = lanes.flatMap(({ x, layer }) => [[x, tops[layer]!.top] as const, [x, tops[layer]!.bottom] as const]);
      return { from, to: item.id, points: [[source.x, start.top + source.box!.height] as const, [source.x, start.bottom] as const, ...passing, [port, tops[end.layer]!.top] as const] };
    });
  });
}

/** SVG path data of an edge: straight past a layer, an S between two. */
export function edgePath({ points }: Edge): string {
  const [[x, y], ...rest] = points as [readonly [number, number], ...(readonly [number, number])[]];
  let path = `M${round(x)} ${round(y)}`;
  rest.forEach(([nextX, nextY], index) => {
    const [beforeX, beforeY] = points[index]!;
    const middle = round((beforeY + nextY) / 2);
    path += nextX === beforeX ? `V${round(nextY)}` : `C${round(beforeX)} ${middle} ${round(nextX)} ${middle} ${round(nextX)} ${round(nextY)}`;
  });
  return path;
}

const round = (value: number) => Math.round(value * 10) / 10;
