/** A map as pixels: colours, the dimmed grey picture beneath, hatching over negative places. Not its limits (`fields/scale.ts`) or its legend. */
import type { Field, PlaneMap } from '../fields/field.ts';
import { nearestPlaces, resizeField, resizeMap } from '../fields/resize.ts';
import { colourAt, paletteIndex, type Palette, type Rgb } from './colour.ts';

/** RGBA bytes, row-major: what `putImageData` takes. */
export interface Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** A grey, dimmed picture at drawing size, packed as little-endian RGBA. Made once per image, size and theme: `backdrop`. */
export interface Backdrop {
  readonly packed: Uint32Array;
  readonly width: number;
  readonly height: number;
}

export interface HeatmapOptions {
  /** |value| that gets the strongest colour: `CellScale.rawLimit`. */
  readonly rawLimit: number;
  readonly palette: Palette;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Interpolate between places; else each is drawn as the rectangle it is. */
  readonly smooth?: boolean;
  readonly backdrop?: Backdrop;
  /** Of the map over the backdrop: see `coverage`. */
  readonly opacity?: number;
  /** Diagonal lines in `ink` over negative places; `period` in device pixels. */
  readonly hatch?: { readonly ink: Rgb; readonly period: number };
}

/** Places where the value is not finite. */
const NOT_FINITE: Rgb = [128, 128, 128];
/** Negative values weaker than this share of the limit are not hatched: they are drawn as neutral. */
const HATCH_FROM = 0.06;

/**
 * How much of the map covers the picture, 0 … 1: o·(o⁴ + (1 − o⁴)·m) at opacity o and magnitude m = |value| / limit. In proportion to the magnitude at
 * middling opacity, as in LIT; opacity 1 hides the picture, 0 the map.
 */
export function coverage(opacity: number, magnitude: number): number {
  const veil = opacity ** 4;
  return opacity * (veil + (1 - veil) * magnitude);
}

/** Luminance (Rec. 709 weights), pulled halfway towards the ground. RGB fields in [0, 1]; one channel is grey already. */
export function backdrop(image: Field, ground: Rgb, width: number, height: number): Backdrop {
  const { data, channels } = resizeField(image, height, width);
  const packed = new Uint32Array(width * height);
  for (let place = 0; place < packed.length; place++) {
    const at = place * channels;
    const grey = channels >= 3 ? 0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]! : data[at]!;
    packed[place] = pack(ground.map((side) => Math.round(0.5 * side + 127.5 * grey)) as unknown as Rgb);
  }
  return { packed, width, height };
}

const pack = ([red, green, blue]: Rgb): number => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** Colour times coverage of each place (red and blue in one word, green in another) and what remains of the backdrop, all in 256ths. */
interface Layer {
  readonly redBlue: Uint32Array;
  readonly green: Uint32Array;
  readonly rest: Uint32Array;
}

function layerOf(map: PlaneMap, options: HeatmapOptions, hatched: boolean): Layer {
  const { rawLimit, palette, opacity = 0.7, backdrop: under, hatch } = options;
  const size = map.data.length;
  const layer = { redBlue: new Uint32Array(size), green: new Uint32Array(size), rest: new Uint32Array(size) };
  for (let place = 0; place < size; place++) {
    const relative = map.data[place]! / rawLimit;
    const finite = Number.isFinite(relative);
    const [red, green, blue] = finite ? colourAt(palette, paletteIndex(palette.kind, relative)) : NOT_FINITE;
    const magnitude = finite ? Math.min(1, Math.abs(relative)) : 1;
    const lines = hatched && hatch && relative < -HATCH_FROM ? 0.25 + 0.5 * magnitude : 0;
    const cover = under ? coverage(opacity, magnitude) : 1;
    const own = Math.round(256 * cover * (1 - lines));
    const inked = Math.round(256 * lines);
    const ink = hatch?.ink ?? NOT_FINITE;
    layer.redBlue[place] = Math.imul((blue << 16) | red, own) + Math.imul((ink[2] << 16) | ink[0], inked);
    layer.green[place] = green * own + ink[1] * inked;
    layer.rest[place] = 256 - own - inked;
  }
  return layer;
}

/** One pixel: the layer over a backdrop. Two channels are blended in one multiplication; 256ths never carry into the neighbour. */
function blend(layer: Layer, place: number, under: number): number {
  const rest = layer.rest[place]!;
  const redBlue = (layer.redBlue[place]! + Math.imul(under & 0xff00ff, rest)) >>> 8;
  const green = (layer.green[place]! + ((under >>> 8) & 0xff) * rest) >>> 8;
  return (0xff000000 | (redBlue & 0xff00ff) | (green << 8)) >>> 0;
}

/**
 * [H, W] → RGBA pixels of the asked size. Cost: one table look-up per place and, with a backdrop or hatching, one blend per pixel;
 * without them rows are copied.
 */
export function heatmap(map: PlaneMap, options: HeatmapOptions): Picture {
  const { width, height, backdrop: under, hatch } = options;
  if (under && (under.width !== width || under.height !== height)) {
    throw new Error(`A backdrop of ${under.width}×${under.height} does not fit a drawing of ${width}×${height}: make one at that size.`);
  }
  const source = options.smooth ? resizeMap(map, height, width, 'bilinear') : map;
  const plain = layerOf(source, options, false);
  const lines = hatch ? layerOf(source, options, true) : plain;
  const period = Math.max(3, Math.round(hatch?.period ?? 0));
  const columns = nearestPlaces(source.width, width);
  const rows = nearestPlaces(source.height, height);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    if (y > 0 && !under && !hatch && rows[y] === rows[y - 1]) {
      pixels.copyWithin(y * width, (y - 1) * width, y * width);
      continue;
    }
    const first = rows[y]! * source.width;
    let phase = y % period;
    for (let x = 0; x < width; x++) {
      const layer = phase * 4 < period ? lines : plain;
      const at = y * width + x;
      pixels[at] = blend(layer, first + columns[x]!, under ? under.packed[at]! : 0);
      if (++phase === period) phase = 0;
    }
  }
  return { data: new Uint8ClampedArray(pixels.buffer), width, height };
}

/** RGB floats in [0, 1] as an opaque picture: the input itself. */
export function photograph(image: Field, width: number, height: number): Picture {
  const { data, channels } = image.width === width && image.height === height ? image : resizeField(image, height, width);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let place = 0; place < width * height; place++) {
    for (let c = 0; c < 3; c++) pixels[4 * place + c] = 255 * data[place * channels + Math.min(c, channels - 1)]!;
    pixels[4 * place + 3] = 255;
  }
  return { data: pixels, width, height };
}

/** Puts a picture on a canvas, whose size becomes the picture's. The only line here that needs a browser. */
export function paint(canvas: HTMLCanvasElement | OffscreenCanvas, picture: Picture): void {
  if (canvas.width !== picture.width) canvas.width = picture.width;
  if (canvas.height !== picture.height) canvas.height = picture.height;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  if (!context) throw new Error('The browser gave no 2D canvas: too many are open, or canvases are blocked. Close other tabs and reload.');
  context.putImageData(new ImageData(picture.data, picture.width, picture.height), 0, 0);
}
