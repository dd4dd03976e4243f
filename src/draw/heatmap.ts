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
 * How much of a diverging map covers the picture, 0 … 1: o·(o⁴ + (1 − o⁴)·m) at opacity o and magnitude m = |value| / limit. In proportion to the
 * magnitude at middling opacity, as in LIT; opacity 1 hides the picture, 0 the map. Sequential maps cover evenly, or their order of lightness would be lost.
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
  /** 1 where hatching changes the entry. */
  readonly lined: Uint8Array;
}
const BROKEN = 256;

function inksOf({ palette, opacity = 0.7, backdrop: under, hatch }: HeatmapOptions, hatched: boolean): Inks {
  const inks = { redBlue: new Int32Array(257), green: new Int32Array(257), rest: new Int32Array(257), lined: new Uint8Array(257) };
  const ink = hatch?.ink ?? NOT_FINITE;
  for (let entry = 0; entry <= BROKEN; entry++) {
    const [red, green, blue] = entry === BROKEN ? NOT_FINITE : colourAt(palette, entry);
    const relative = palette.kind === 'diverging' ? Math.max(-1, (entry - 128) / 127) : entry / 255;
    const magnitude = entry === BROKEN ? 1 : Math.abs(relative);
    const lines = hatched && relative < -HATCH_FROM ? 0.25 + 0.5 * magnitude : 0;
    const over = palette.kind === 'diverging' ? coverage(opacity, magnitude) : opacity;
    const own = Math.round(256 * (under ? over : 1) * (1 - lines));
    const inked = Math.round(256 * lines);
    inks.redBlue[entry] = Math.imul((blue << 16) | red, own) + Math.imul((ink[2] << 16) | ink[0], inked);
    inks.green[entry] = green * own + ink[1] * inked;
    inks.rest[entry] = 256 - own - inked;
    inks.lined[entry] = inked > 0 ? 1 : 0;
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

/** What a row of pixels is made of. `bounds[i]` is the first pixel of place i. */
interface Row {
  readonly entries: Uint16Array;
  readonly bounds: Int32Array;
  readonly under: Int32Array | undefined;
  readonly pixels: Int32Array;
  readonly start: number;
}

/** First pixel of each of `places` in a row of `pixels`, and the end: place i covers the pixels whose centres lie in it (`nearestPlaces`). */
const boundsOf = (places: number, pixels: number): Int32Array =>
  Int32Array.from({ length: places + 1 }, (_, i) => Math.min(pixels, Math.max(0, Math.ceil((i * pixels) / places - 0.5))));

/** Inks over the backdrop. Two channels are blended in one multiplication; 256ths never carry into the neighbour. */
function blendRow(inks: Inks, { entries, bounds, under, pixels, start }: Row): void {
  for (let place = 0; place < entries.length; place++) {
    const entry = entries[place]!;
    const redBlue = inks.redBlue[entry]!;
    const green = inks.green[entry]!;
    const rest = inks.rest[entry]!;
    const from = start + bounds[place]!;
    const to = start + bounds[place + 1]!;
    if (!under || rest === 0) pixels.fill(0xff000000 | ((redBlue >>> 8) & 0xff00ff) | (green & 0xff00), from, to);
    else for (let at = from; at < to; at++) pixels[at] = blend(redBlue, green, rest, under[at]!);
  }
}

function blend(redBlue: number, green: number, rest: number, below: number): number {
  const mixed = (redBlue + Math.imul(below & 0xff00ff, rest)) >>> 8;
  const mixedGreen = green + Math.imul((below >>> 8) & 0xff, rest);
  return 0xff000000 | (mixed & 0xff00ff) | (mixedGreen & 0xff00);
}

/** Blends the pixels on diagonal lines again, with the hatched inks: x + y ≡ 0 … period/4 modulo the period. */
function hatchRow(inks: Inks, { entries, bounds, under, pixels, start }: Row, y: number, period: number): void {
  const lineWidth = Math.max(1, Math.round(period / 4));
  for (let place = 0; place < entries.length; place++) {
    const entry = entries[place]!;
    if (inks.lined[entry] === 0) continue;
    for (let x = bounds[place]!; x < bounds[place + 1]!; x++) {
      if ((x + y) % period >= lineWidth) continue;
      pixels[start + x] = blend(inks.redBlue[entry]!, inks.green[entry]!, inks.rest[entry]!, under ? under[start + x]! : 0);
    }
  }
}

/**
 * [H, W] → RGBA pixels of the asked size. Cost: one palette look-up per place; one blend per pixel with a backdrop; without backdrop and hatching
 * rows are copied.
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
  const bounds = boundsOf(source.width, width);
  const rows = nearestPlaces(source.height, height);
  const pixels = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    if (y > 0 && !under && !hatched && rows[y] === rows[y - 1]) {
      pixels.copyWithin(start, start - width, start);
      continue;
    }
    const first = rows[y]! * source.width;
    const row: Row = { entries: entries.subarray(first, first + source.width), bounds, under: under?.packed, pixels, start };
    blendRow(plain, row);
    if (hatched) hatchRow(hatched, row, y, Math.max(3, Math.round(hatch.period)));
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
