/** The pixels of a cell at the size of the screen, made once per map and look. Decides no limits and no colours of its own. */
import { useMemo } from 'react';
import { divergingPalette, parseHex, sequentialPalette, type Palette, type Rgb } from '../../../draw/colour.ts';
import { backdrop, heatmap, type Backdrop, type HeatmapOptions, type Picture } from '../../../draw/heatmap.ts';
import type { Field, PlaneMap } from '../../../fields/field.ts';
import type { DisplayChoice } from '../../../state/view.ts';
import { once } from '../../../ui/raster.ts';
import type { Theme } from '../../../ui/useTheme.ts';

/** The page's ground and ink in both themes: tokens.css has the same. */
export const GROUND = { light: '#f4f2ed', dark: '#1f2123' } as const satisfies Record<Theme, string>;
const INK = { light: '#17191c', dark: '#f1efea' } as const satisfies Record<Theme, string>;

/** How all cells are drawn. */
export interface Look {
  readonly signed: Palette;
  readonly unsigned: Palette;
  readonly backdrop: Backdrop | undefined;
  readonly opacity: number;
  readonly smooth: boolean;
  readonly hatch: { readonly ink: Rgb; readonly period: number } | undefined;
  /** Device pixels of a cell's side. */
  readonly pixels: number;
}

export function useLook(display: DisplayChoice, theme: Theme, pixels: number, image: Field | undefined): Look {
  const { diverging, sequential, opacity, overlay, smooth, hatch } = display;
  const under = useMemo(() => (overlay && image ? backdrop(image, parseHex(GROUND[theme]), pixels, pixels) : undefined), [overlay, image, theme, pixels]);
  return useMemo(
    () => ({
      signed: divergingPalette(diverging, parseHex(GROUND[theme])),
      unsigned: sequentialPalette(sequential),
      backdrop: under,
      opacity,
      smooth,
      hatch: hatch ? { ink: parseHex(INK[theme]), period: Math.max(4, Math.round(pixels / 20)) } : undefined,
      pixels,
    }),
    [diverging, sequential, theme, under, opacity, smooth, hatch, pixels],
  );
}

const last = once((_: PlaneMap) => ({ key: undefined as Look | undefined, rawLimit: NaN, signed: false, picture: undefined as Picture | undefined }));

/** `map` under `look`: the same picture object as long as neither look nor limit change, so that it is painted once. */
export function rasterOf(map: PlaneMap, rawLimit: number, signed: boolean, look: Look): Picture {
  const before = last(map);
  if (before.picture && before.key === look && before.rawLimit === rawLimit && before.signed === signed) return before.picture;
  const options: HeatmapOptions = {
    rawLimit,
    palette: signed ? look.signed : look.unsigned,
    width: look.pixels,
    height: look.pixels,
    smooth: look.smooth,
    backdrop: look.backdrop,
    opacity: look.opacity,
    hatch: signed ? look.hatch : undefined,
  };
  const picture = heatmap(map, options);
  Object.assign(before, { key: look, rawLimit, signed, picture });
  return picture;
}
