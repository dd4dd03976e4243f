/** Segments of an image: every place gets one label, 0 … count − 1. Grid, components and merging; SLIC and quickshift have files of their own. */

export interface Segmentation {
  /** One label for each place, row-major; labels are numbered in the order in which they first appear. */
  readonly labels: Int32Array;
  readonly count: number;
}

/** sRGB pixels [height, width, 3] in [0, 1]. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

/** Labels renumbered 0, 1, … as they first appear. */
export function numbered(labels: ArrayLike<number>): Segmentation {
  const names = new Map<number, number>();
  const out = Int32Array.from(labels, (label) => {
    if (!names.has(label)) names.set(label, names.size);
    return names.get(label)!;
  });
  return { labels: out, count: names.size };
}

/** Rows and columns of at most `atMost` nearly square cells. */
export function gridSize(height: number, width: number, atMost: number): { rows: number; columns: number } {
  const limit = Math.max(1, Math.floor(atMost));
  const columns = Math.min(width, limit, Math.max(1, Math.round(Math.sqrt((limit * width) / height))));
  return { rows: Math.min(height, Math.max(1, Math.floor(limit / columns))), columns };
}

/** Rectangles of equal size, to the pixel; at most `atMost`. */
export function gridSegments(height: number, width: number, atMost: number): Segmentation {
  const { rows, columns } = gridSize(height, width, atMost);
  return numbered(Array.from({ length: height * width }, (_, p) => Math.floor((Math.floor(p / width) * rows) / height) * columns + Math.floor(((p % width) * columns) / width)));
}

/** A table: each feature is a segment. */
export const featureSegments = (features: number): Segmentation => ({ labels: Int32Array.from({ length: features }, (_, i) => i), count: features });

/** Places of each segment. */
export function segmentSizes({ labels, count }: Segmentation): Int32Array {
  const sizes = new Int32Array(count);
  for (const label of labels) sizes[label]!++;
  return sizes;
}

/** Calls `visit` with the places to the right of and below `place`, where there are any. */
function ahead(place: number, height: number, width: number, visit: (other: number) => void): void {
  if ((place + 1) % width !== 0) visit(place + 1);
  if (place + width < height * width) visit(place + width);
}

/** Pieces of equal label that hang together (four neighbours), each a segment of its own. */
export function components(labels: ArrayLike<number>, height: number, width: number): Segmentation {
  const parent = Int32Array.from({ length: height * width }, (_, i) => i);
  const rootOf = (place: number): number => {
    let at = place;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (let p = 0; p < parent.length; p++)
    ahead(p, height, width, (other) => {
      if (labels[p] === labels[other]) parent[rootOf(other)] = rootOf(p);
    });
  return numbered(parent.map((_, p) => rootOf(p)));
}

/**
 * The smallest segment joins the neighbour of the nearest mean colour, until none has fewer than `smallest` places and there are at most `atMost`.
 * `colours` [places, 3]. Equal ones are taken in the order of their labels. Cost: O(count²).
 */
export function mergeSmall({ labels, count }: Segmentation, colours: Float64Array, { height, width }: Pick<Pixels, 'height' | 'width'>, limits: { smallest: number; atMost: number }): Segmentation {
  const pieces = piecesOf({ labels, count }, colours, height, width);
  const into = Int32Array.from({ length: count }, (_, i) => i);
  for (let left = count; left > 1; left--) {
    const least = pieces.reduce((a, b) => (b.size > 0 && (a.size === 0 || b.size < a.size) ? b : a));
    if (least.size >= limits.smallest && left <= limits.atMost) break;
    const target = nearestNeighbour(least, pieces);
    into[least.label] = target.label;
    join(target, least, pieces);
  }
  const final = (label: number): number => {
    let at = label;
    while (into[at] !== at) at = into[at]!;
    return at;
  };
  return numbered(labels.map(final));
}

interface Piece {
  readonly label: number;
  /** 0 once it has joined another. */
  size: number;
  readonly colour: [number, number, number];
  readonly neighbours: Set<number>;
}

function piecesOf({ labels, count }: Segmentation, colours: Float64Array, height: number, width: number): Piece[] {
  const pieces = Array.from({ length: count }, (_, label): Piece => ({ label, size: 0, colour: [0, 0, 0], neighbours: new Set() }));
  for (let p = 0; p < labels.length; p++) {
    const piece = pieces[labels[p]!]!;
    piece.size++;
    for (let c = 0; c < 3; c++) piece.colour[c]! += colours[3 * p + c]!;
    ahead(p, height, width, (other) => {
      if (labels[other] === labels[p]) return;
      piece.neighbours.add(labels[other]!);
      pieces[labels[other]!]!.neighbours.add(piece.label);
    });
  }
  return pieces;
}

function colourDistance(a: Piece, b: Piece): number {
  let total = 0;
  for (let c = 0; c < 3; c++) {
    const difference = a.colour[c]! / a.size - b.colour[c]! / b.size;
    total += difference * difference;
  }
  return total;
}

function nearestNeighbour(piece: Piece, pieces: readonly Piece[]): Piece {
  const candidates = [...piece.neighbours].sort((a, b) => a - b).map((label) => pieces[label]!);
  return candidates.reduce((best, other) => (colourDistance(piece, other) < colourDistance(piece, best) ? other : best));
}

function join(target: Piece, gone: Piece, pieces: readonly Piece[]): void {
  target.size += gone.size;
  gone.size = 0;
  for (let c = 0; c < 3; c++) target.colour[c]! += gone.colour[c]!;
  for (const label of gone.neighbours) {
    const neighbour = pieces[label]!;
    neighbour.neighbours.delete(gone.label);
    if (neighbour === target) continue;
    neighbour.neighbours.add(target.label);
    target.neighbours.add(label);
  }
  gone.neighbours.clear();
}
