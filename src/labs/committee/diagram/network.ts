/** From a network to what its drawing shows: boxes with rows, their places, who reads whom. Pure; React draws it (Diagram.tsx). */
import type { Diagram, DiagramNode } from '../../../engine/rules/diagram.ts';
import { boxesOf, foldRepeats, type Box } from '../../../draw/network/boxes.ts';
import { layOut, type Edge, type Placed } from '../../../draw/network/layers.ts';
import { likenessOf } from './nodeWords.ts';

/** One node's row in its box. A row that only follows is one line: its shape is the one above. */
export interface Row {
  readonly node: DiagramNode;
  /** Below the upper edge of the box. */
  readonly y: number;
  readonly height: number;
  readonly twoLines: boolean;
}

export interface Drawn extends Placed {
  readonly rows: readonly Row[];
  /** It stands for this many blocks that look like the one above. */
  readonly folded?: number;
  /** Nodes that it hides. */
  readonly hidden?: number;
}

export interface Drawing {
  readonly boxes: readonly Drawn[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
  /** What can be pointed at, from top to bottom: ids of nodes and of folded boxes. */
  readonly stops: readonly string[];
  /** Ids of boxes by the id of a node in it. */
  readonly homes: ReadonlyMap<string, string>;
}

const WIDTH = 204;
const [ONE_LINE, TWO_LINES, EDGE] = [20, 37, 4];
const INPUT_HEIGHT = 28;
const FOLD_HEIGHT = 44;

function rowsOf(nodes: readonly DiagramNode[]): Row[] {
  let y = EDGE;
  return nodes.map((node, index) => {
    const before = nodes[index - 1];
    const twoLines = before === undefined || node.parameters > 0 || node.shape.join() !== before.shape.join();
    const row = { node, y, height: twoLines ? TWO_LINES : ONE_LINE, twoLines };
    y += row.height;
    return row;
  });
}

export function drawingOf({ input, nodes }: Diagram, unfolded: boolean): Drawing {
  const known = nodes.map((node) => ({ ...node, likeness: likenessOf(node) }));
  const whole = boxesOf(known);
  const boxes = unfolded ? whole : foldRepeats(whole, known);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = new Map(boxes.map((box) => [box.id, box.folded ? [] : rowsOf(box.nodes.map((id) => byId.get(id)!))]));
  const heightOf = (box: Box) => (box.folded ? FOLD_HEIGHT : rows.get(box.id)!.reduce((sum, { height }) => sum + height, 2 * EDGE));
  const items = boxes.map((box) => ({ id: box.id, inputs: box.inputs, width: WIDTH, height: heightOf(box) }));
  const layout = layOut([{ id: input.id, inputs: [], width: WIDTH, height: INPUT_HEIGHT }, ...items]);
  const placed = new Map(layout.boxes.map((box) => [box.id, box]));
  const top: Drawn = { ...placed.get(input.id)!, rows: [] };
  const drawn = boxes.map(({ id, folded, nodes: own }): Drawn => ({ ...placed.get(id)!, rows: rows.get(id)!, ...(folded ? { folded, hidden: own.length } : {}) }));
  return {
    ...layout,
    boxes: [top, ...drawn],
    stops: boxes.flatMap((box) => (box.folded ? [box.id] : box.nodes)),
    homes: new Map([...boxes.flatMap((box) => box.nodes.map((id) => [id, box.id] as const)), ...boxes.map(({ id }) => [id, id] as const)]),
  };
}

/** How often each rule occurs, the most frequent first. */
export function ruleCounts(rules: readonly string[]): readonly (readonly [rule: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
