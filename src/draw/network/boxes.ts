/** A network as the boxes of its drawing: activations stand with the layer they follow, repeated blocks fold into one box. Knows no places (layers.ts). */

/** What the drawing must know of a node. Nodes come in topological order. */
export interface NetworkNode {
  readonly id: string;
  readonly op: string;
  readonly kind: string;
  readonly inputs: readonly string[];
  /** What must agree, besides op and connections, for two nodes to count as the same: strides, places of the image … */
  readonly likeness: string;
}

/** One box: nodes from top to bottom, each reading the one above it; the first reads other boxes. */
export interface Box {
  readonly id: string;
  readonly nodes: readonly string[];
  /** Ids of boxes, or of the network's input. */
  readonly inputs: readonly string[];
  /** It stands for this many blocks like the one before it, whose nodes are `nodes`. */
  readonly folded?: number;
}

/** Kinds that stand with the layer they follow, where nothing else reads that layer. */
const FOLLOWING = ['elementwise', 'shape', 'softmax'];

/** Every node in exactly one box; boxes in topological order. */
export function boxesOf(nodes: readonly NetworkNode[]): Box[] {
  const readers = new Map<string, number>();
  for (const { inputs } of nodes) for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const boxes: { id: string; nodes: string[]; inputs: string[] }[] = [];
  const home = new Map<string, (typeof boxes)[number]>();
  for (const { id, kind, inputs } of nodes) {
    const above = inputs.length === 1 && readers.get(inputs[0]!) === 1 && FOLLOWING.includes(kind) ? home.get(inputs[0]!) : undefined;
    if (above) above.nodes.push(id);
    const box = above ?? { id, nodes: [id], inputs: [...new Set(inputs)].map((input) => home.get(input)?.id ?? input) };
    if (!above) boxes.push(box);
    home.set(id, box);
  }
  return boxes;
}

/** A block that is worth folding has so many nodes, and its copies so many boxes. */
const LEAST_NODES = 4;
const LEAST_SAVED = 3;
/** Parts of a block between two places that a single value crosses. */
const MOST_PARTS = 8;

/** Stretches of boxes between places where one value alone crosses, the last box's own. */
function stretches(boxes: readonly Box[]): Box[][] {
  const lastRead = new Map<string, number>();
  boxes.forEach(({ inputs }, index) => inputs.forEach((id) => lastRead.set(id, index)));
  const made = new Map(boxes.map(({ id }, index) => [id, index]));
  const crosses = (index: number) => [...lastRead].some(([id, last]) => last > index && (made.get(id) ?? -1) < index);
  const parts: Box[][] = [];
  let part: Box[] = [];
  boxes.forEach((box, index) => {
    part.push(box);
    if (crosses(index)) return;
    parts.push(part);
    part = [];
  });
  return parts;
}

/** Two stretches with the same text look alike: ops, likeness and connections within; whatever enters from before is the same value. */
function lookOf(part: readonly Box[], byId: ReadonlyMap<string, NetworkNode>): string {
  const place = new Map(part.map(({ id }, index) => [id, index]));
  return part
    .map(({ nodes, inputs }) => {
      const ops = nodes.map((id) => `${byId.get(id)!.op} ${byId.get(id)!.likeness}`).join('+');
      return `${ops}(${inputs.map((id) => place.get(id) ?? 'in').join()})`;
    })
    .join(';');
}

/** How often the `parts` stretches from `from` on repeat, the first included. */
function repeats(looks: readonly string[], from: number, parts: number): number {
  const block = looks.slice(from, from + parts).join('|');
  let times = 1;
  while (from + (times + 1) * parts <= looks.length && looks.slice(from + times * parts, from + (times + 1) * parts).join('|') === block) times++;
  return times;
}

/** Copies of a block, one after another, become one box after the first of them. Any order of boxes that reads from above stays one. */
export function foldRepeats(boxes: readonly Box[], nodes: readonly NetworkNode[]): Box[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = stretches(boxes);
  const looks = parts.map((part) => lookOf(part, byId));
  const result: Box[] = [];
  const renamed = new Map<string, string>();
  for (let at = 0; at < parts.length; ) {
    const found = bestFold(parts, looks, at);
    const shown = parts.slice(at, at + (found?.parts ?? 1)).flat();
    result.push(...shown.map((box) => ({ ...box, inputs: box.inputs.map((id) => renamed.get(id) ?? id) })));
    if (found) {
      const copies = parts.slice(at + found.parts, at + found.parts * found.times).flat();
      const id = `fold:${copies[0]!.id}`;
      result.push({ id, nodes: copies.flatMap((box) => box.nodes), inputs: [shown.at(-1)!.id], folded: found.times - 1 });
      renamed.set(copies.at(-1)!.id, id);
    }
    at += found ? found.parts * found.times : 1;
  }
  return result;
}

/** Of all folds that could start here the one that saves the most boxes; of equals the shortest block. */
function bestFold(parts: readonly (readonly Box[])[], looks: readonly string[], at: number): { parts: number; times: number } | undefined {
  let best: { parts: number; times: number; saved: number } | undefined;
  for (let size = 1; size <= MOST_PARTS; size++) {
    const block = parts.slice(at, at + size).flat();
    const times = repeats(looks, at, size);
    const saved = (times - 1) * block.length - 1;
    const worth = block.flatMap(({ nodes }) => nodes).length >= LEAST_NODES && saved >= LEAST_SAVED;
    if (worth && saved > (best?.saved ?? 0)) best = { parts: size, times, saved };
  }
  return best;
}
