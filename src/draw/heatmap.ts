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
  readonly packed: Int32Array;
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
  const packed = new Int32Array(width * height);
  for (let place = 0; place < packed.length; place++) {
    const at = place * channels;
    const grey = channels >= 3 ? 0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]! : data[at]!;
    packed[place] = pack(ground.map((side) => Math.round(0.5 * side + 127.5 * grey)) as unknown as Rgb);
  }
  return { packed, width, height };
}

const pack = ([red, green, blue]: Rgb): number => (255 << 24) | (blue << 16) | (green << 8) | red;

/**
 * For each entry of the palette: colour times coverage (red and blue in one word, green in another) and what remains of the backdrop, all in 256ths.
 * The last entry is for values that are not finite.
 */
interface Inks {
  readonly redBlue: Int32Array;
  readonly green: Int32Array;
  readonly rest: Int32Array;
}
const BROKEN = 256;

function inksOf({ palette, opacity = 0.7, backdrop: under, hatch }: HeatmapOptions, hatched: boolean): Inks {
  const inks = { redBlue: new Int32Array(257), green: new Int32Array(257), rest: new Int32Array(257) };
  const ink = hatch?.ink ?? NOT_FINITE;
  for (let entry = 0; entry <= BROKEN; entry++) {
    const [red, green, blue] = entry === BROKEN ? NOT_FINITE : colourAt(palette, entry);
    const relative = palette.kind === 'diverging' ? Math.max(-1, (entry - 128) / 127) : entry / 255;
    const magnitude = entry === BROKEN ? 1 : Math.abs(relative);
    const lines = hatched && relative < -HATCH_FROM ? 0.25 + 0.5 * magnitude : 0;
    const own = Math.round(256 * (under ? coverage(opacity, magnitude) : 1) * (1 - lines));
    const inked = Math.round(256 * lines);
    inks.redBlue[entry] = Math.imul((blue << 16) | red, own) + Math.imul((ink[2] << 16) | ink[0], inked);
    inks.green[entry] = green * own + ink[1] * inked;
    inks.rest[entry] = 256 - own - inked;
  }
  return inks;
}

/** Palette entries of a map's places. */
function entriesOf(map: PlaneMap, { rawLimit, palette }: HeatmapOptions): Uint16Array {
  const entries = new Uint16Array(map.data.length);
  for (let place = 0; place < entries.length; place++) {
    const relative = map.data[place]! / rawLimit;
    entries[place] = Number.isFinite(relative) ? paletteIndex(palette.kind, relative) : BROKEN;
  }
  return entries;
}

/** One row: inks over the backdrop. Two channels are blended in one multiplication; 256ths never carry into the neighbour. */
function blendRow(inks: Inks, entries: Uint16Array, columns: Int32Array, first: number, under: Int32Array | undefined, pixels: Int32Array, start: number): void {
  const { redBlue, green, rest } = inks;
  for (let x = 0; x < columns.length; x++) {
    const entry = entries[first + columns[x]!]!;
    const below = under ? under[start + x]! : 0;
    const share = rest[entry]!;
    const mixed = (redBlue[entry]! + Math.imul(below & 0xff00ff, share)) >>> 8;
    const mixedGreen = (green[entry]! + Math.imul((below >>> 8) & 0xff, share)) >>> 8;
    pixels[start + x] = 0xff000000 | (mixed & 0xff00ff) | (mixedGreen << 8);
  }
}

/** Replaces every pixel on a diagonal line by its hatched twin. */
function hatchRow(twin: Int32Array, pixels: Int32Array, start: number, row: number, period: number): void {
  const width = Math.max(1, Math.round(period / 4));
  for (let x = 0; x < twin.length; x++) if ((x + row) % period < width) pixels[start + x] = twin[x]!;
}

/**
 * [H, W] → RGBA pixels of the asked size. Cost: one palette look-up per place; one blend per pixel with a backdrop, two with hatching; else rows
 * are copied.
 */
export function heatmap(map: PlaneMap, options: HeatmapOptions): Picture {
  const { width, height, backdrop: under, hatch } = options;
  if (under && (under.width !== width || under.height !== height)) {
    throw new Error(`A backdrop of ${under.width}×${under.height} does not fit a drawing of ${width}×${height}: make one at that size.`);
  }
  const source = options.smooth ? resizeMap(map, height, width, 'bilinear') : map;
  const entries = entriesOf(source, options);
  const plain = inksOf(options, false);
  const hatched = hatch && inksOf(options, true);
  const columns = nearestPlaces(source.width, width);
  const rows = nearestPlaces(source.height, height);
  const pixels = new Int32Array(width * height);
  const twin = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const first = rows[y]! * source.width;
    if (y > 0 && !under && !hatched && rows[y] === rows[y - 1]) {
      pixels.copyWithin(start, start - width, start);
      continue;
    }
    blendRow(plain, entries, columns, first, under?.packed, pixels, start);
    if (!hatched) continue;
    blendRow(hatched, entries, columns, first, under?.packed.subarray(start, start + width), twin, 0);
    hatchRow(twin, pixels, start, y, Math.max(3, Math.round(hatch.period)));
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
