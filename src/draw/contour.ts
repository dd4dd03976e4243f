/** Lines over a map: the consensus contour and the outline of a mask, as SVG paths and as canvas strokes. */
import { contours } from 'd3-contour';
import type { PlaneMap } from '../fields/field.ts';
import { maskOutline, massLevel, type Mask } from '../fields/regions.ts';
import { gaussianBlur } from '../fields/smooth.ts';

/** Units of the lines over a map: pixels of the models' input. */
export const MARK_SIZE = 64;
/** The consensus' contour encloses the places that hold this share of its mass. */
export const CONTOUR_SHARE = 0.5;

type Point = readonly number[];

const decimal = (value: number): string => String(Math.round(value * 100) / 100);

function closedPath(points: readonly Point[], scaleX: number, scaleY: number): string {
  return `M${points.map(([x, y]) => `${decimal(x! * scaleX)} ${decimal(y! * scaleY)}`).join('L')}Z`;
}

/** Shoelace formula, in places. */
const ringArea = (ring: readonly Point[]): number =>
  Math.abs(ring.reduce((sum, [x, y], i) => sum + x! * ring[(i + 1) % ring.length]![1]! - ring[(i + 1) % ring.length]![0]! * y!, 0)) / 2;

/**
 * The line value = level, as an SVG path in a box of width × height. Marching squares with linear interpolation. Rings around less than `smallest`
 * (a share of the map) are left out. '' where nothing is enclosed.
 */
export function contourPath(map: PlaneMap, level: number, width: number, height: number, smallest = 0): string {
  if (!Number.isFinite(level)) return '';
  const generate = contours().size([map.width, map.height]);
  const shape = generate.contour(Array.from(map.data, (value) => (Number.isFinite(value) ? value : 0)), level);
  return shape.coordinates
    .flat()
    .filter((ring) => ringArea(ring) >= smallest * map.data.length)
    .map((ring) => closedPath(ring.slice(0, -1), width / map.width, height / map.height))
    .join('');
}

/**
 * What a consensus is drawn as: the line around the places that hold `share` of a non-negative map's mass, after Gaussian smoothing over 1/32 of the
 * width, so that it shows regions and not single pixels;
 * rings around less than 1/200 of the map are left out. Coarse maps (width up to 16) are not smoothed.
 */
export function massContourPath(map: PlaneMap, share: number, width: number, height: number): string {
  const smooth = map.width > 16 ? gaussianBlur(map, map.width / 32) : map;
  const enclosed = massLevel(smooth, share);
  const outside = smooth.data.reduce((most, value) => (value < enclosed && value > most ? value : most), 0);
  return contourPath(smooth, (enclosed + outside) / 2, width, height, 1 / 200);
}

/** The mask's border along its pixels, as an SVG path in a box of width × height. */
export const outlinePath = (mask: Mask, width: number, height: number): string =>
  maskOutline(mask)
    .map((line) => closedPath(line, width / mask.width, height / mask.height))
    .join('');

export interface Stroke {
  readonly colour: string;
  /** Pixels of the box. */
  readonly width: number;
  readonly dash?: readonly number[];
}

/** A wide dark line under a narrow light one: visible on every colour map. In drawing order. */
export const CONTOUR_STROKES: readonly Stroke[] = [
  { colour: '#16181c', width: 3.2 },
  { colour: '#ffffff', width: 1.4 },
];
/** The true mask: the same pair, dashed, so that it is not taken for the consensus. */
export const OUTLINE_STROKES: readonly Stroke[] = [
  { colour: '#16181c', width: 2.6, dash: [4, 3] },
  { colour: '#ffffff', width: 1.2, dash: [4, 3] },
];

/** An SVG path as canvas strokes; `scale` turns pixels of its box into device pixels. */
export function strokePath(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, path: string, strokes: readonly Stroke[], scale = 1): void {
  if (path === '') return;
  const line = new Path2D(path);
  context.save();
  context.scale(scale, scale);
  context.lineJoin = 'round';
  for (const { colour, width, dash } of strokes) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash([...(dash ?? [])]);
    context.stroke(line);
  }
  context.restore();
}
