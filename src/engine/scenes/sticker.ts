/**
 * A sticker: a round coloured patch stuck on the picture itself, in one of its corners; its colour stands for a class. The planted shortcut.
 * Not part of the rendered world: it casts no shadow and knows no perspective.
 */
import { CLASSES } from './objects/index.ts';
import type { Picture } from './render.ts';
import { ID } from './things.ts';

export const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

export interface Sticker {
  /** The class that its colour stands for, which need not be the scene's. */
  readonly classId: string;
  readonly corner: (typeof CORNERS)[number];
}

/** One colour a class, in the order of the classes; sRGB bytes. */
const COLOURS = [
  [214, 39, 40], [255, 127, 14], [250, 214, 32], [148, 208, 30], [30, 140, 52], [20, 160, 150],
  [90, 210, 250], [31, 90, 220], [98, 44, 160], [226, 70, 200], [122, 72, 38], [24, 24, 28],
] as const;
const RIM = [250, 250, 248] as const;

/** In shares of the picture's side: the radius, its white rim's width, and the centre's distance from both edges. */
const RADIUS = 0.075;
const RIM_WIDTH = 0.014;
const INSET = 0.14;

/** The colour that stands for a class, sRGB bytes. Throws for a class that is not one of the scenes'. */
export function stickerColour(classId: string): readonly [number, number, number] {
  const colour = COLOURS[CLASSES.findIndex(({ id }) => id === classId)];
  if (!colour) throw new Error(`no sticker stands for the class '${classId}': choose one of ${CLASSES.map(({ id }) => id).join(', ')}`);
  return colour;
}

const clamp01 = (v: number) => Math.min(1, Math.max(0, v));

/** Sticks it on, in place: bytes blended at the rim, ids where a pixel's centre is covered (without `ids`, colours alone). */
export function stick({ rgb, ids }: { readonly rgb: Uint8Array; readonly ids?: Picture['ids'] }, size: number, { classId, corner }: Sticker): void {
  const colour = stickerColour(classId);
  const cx = (corner.endsWith('left') ? INSET : 1 - INSET) * size;
  const cy = (corner.startsWith('top') ? INSET : 1 - INSET) * size;
  const [outer, inner] = [RADIUS * size, (RADIUS - RIM_WIDTH) * size];
  for (let row = Math.floor(cy - outer - 1); row <= cy + outer + 1; row++)
    for (let column = Math.floor(cx - outer - 1); column <= cx + outer + 1; column++) {
      const [dx, dy] = [column + 0.5 - cx, row + 0.5 - cy];
      const distance = Math.sqrt(dx * dx + dy * dy);
      const [covered, coloured] = [clamp01(outer - distance + 0.5), clamp01(inner - distance + 0.5)];
      if (covered === 0) continue;
      const at = row * size + column;
      for (let c = 0; c < 3; c++) {
        const paint = RIM[c]! + (colour[c]! - RIM[c]!) * coloured;
        rgb[3 * at + c] = Math.floor(rgb[3 * at + c]! + (paint - rgb[3 * at + c]!) * covered + 0.5);
      }
      if (ids && distance <= outer) ids[at] = ID.sticker;
    }
}
