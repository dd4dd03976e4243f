/** Small pictures of the page as pixels: an image's bytes, and a map over them. Pure; each is made once per source. */
import { divergingPalette, parseHex, sequentialPalette, type Theme } from '../../draw/colour.ts';
import { backdrop, heatmap } from '../../draw/heatmap.ts';
import type { Field, PlaneMap } from '../../fields/field.ts';
import { percentileOfMagnitude } from '../../fields/percentile.ts';
import type { Raster } from '../../ui/Picture.tsx';
import { once } from '../../ui/raster.ts';

const sideOf = (rgb: Uint8Array) => Math.sqrt(rgb.length / 3);

/** sRGB bytes of a square as they are. */
export const rgbRaster = once((rgb: Uint8Array): Raster => {
  const side = sideOf(rgb);
  const data = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = rgb[3 * i + c]!;
    data[4 * i + 3] = 255;
  }
  return { data, width: side, height: side };
});

const rgbField = once((rgb: Uint8Array): Field => ({ data: Float32Array.from(rgb, (byte) => byte / 255), height: sideOf(rgb), width: sideOf(rgb), channels: 3 }));

/** What nothing looks like. */
const GROUND = { light: '#f4f2ed', dark: '#1f2123' } as const satisfies Record<Theme, string>;

/** A map over the grey image; the strongest colour is the 99th percentile of |value|. Maps that are normalised have no sign. */
export function mapRaster(map: PlaneMap, rgb: Uint8Array | undefined, theme: Theme, pixels: number, signed = false): Raster {
  const ground = parseHex(GROUND[theme]);
  const palette = signed ? divergingPalette('blue-red', ground) : sequentialPalette('inferno');
  const under = rgb && backdrop(rgbField(rgb), ground, pixels, pixels);
  return heatmap(map, { rawLimit: percentileOfMagnitude(map.data, 99) || 1, palette, width: pixels, height: pixels, opacity: 0.8, ...(under ? { backdrop: under } : {}) });
}
