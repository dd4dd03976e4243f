/** Colour maps as 256-entry tables, interpolated in OKLab. No rainbow, no red–green. Not how a map is laid on a picture. */

/** sRGB bytes. */
export type Rgb = readonly [number, number, number];
export type DivergingName = 'blue-red' | 'purple-orange';
export type SequentialName = 'inferno' | 'viridis';
export type Theme = 'light' | 'dark';

/** 256 colours, three bytes each. Diverging: entry 128 is zero, 1 … 255 run from −limit to limit (entry 0 equals entry 1). Sequential: 0 … 255 run from 0 to limit. */
export interface Palette {
  readonly kind: 'diverging' | 'sequential';
  readonly rgb: Uint8Array;
}

type Lab = readonly [lightness: number, a: number, b: number];

const toLinear = (byte: number): number => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const toByte = (linear: number): number => {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055));
};

/** Ottosson 2020, 'A perceptual color space for image processing'. */
export function toOklab([red, green, blue]: Rgb): Lab {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The inverse; colours outside sRGB are clipped per channel. */
export function fromOklab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Lightness, chroma, hue in degrees. */
type Lch = readonly [lightness: number, chroma: number, hue: number];
const fromLch = ([lightness, chroma, hue]: Lch): Lab => {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
};

/** Piecewise linear between control points at equal distances. */
function between(points: readonly Lab[], at: number): Lab {
  const position = at * (points.length - 1);
  const index = Math.min(points.length - 2, Math.floor(position));
  const share = position - index;
  const [low, high] = [points[index]!, points[index + 1]!];
  return [low[0] + share * (high[0] - low[0]), low[1] + share * (high[1] - low[1]), low[2] + share * (high[2] - low[2])];
}

interface Arms {
  readonly negative: Omit<Side, 'lightness'>;
  readonly positive: Omit<Side, 'lightness'>;
}
interface Side {
  readonly hue: number;
  readonly chroma: number;
}
const arms = {
  'blue-red': { negative: { hue: 252, chroma: 0.14 }, positive: { hue: 24, chroma: 0.18 } },
  'purple-orange': { negative: { hue: 300, chroma: 0.16 }, positive: { hue: 62, chroma: 0.125 } },
} satisfies Record<DivergingName, Arms>;

/** Lightness of both ends, so that equal magnitudes look equally strong. On a dark ground they are brighter than it. */
const endLightness = { light: 0.47, dark: 0.72 } satisfies Record<Theme, number>;

/** Which ground a neutral is. */
export const themeOf = (neutral: Rgb): Theme => (toOklab(neutral)[0] > 0.5 ? 'light' : 'dark');

/** Negative – neutral – positive. `neutral` is the ground of the page, so that nothing looks like nothing. */
export function divergingPalette(name: DivergingName, neutral: Rgb): Palette {
  const centre = toOklab(neutral);
  const end = endLightness[themeOf(neutral)];
  const { negative, positive } = arms[name];
  const arm = ({ hue, chroma }: Side): Lab[] => {
    const halfway = fromLch([centre[0] + 0.5 * (end - centre[0]), 0.68 * chroma, hue]);
    return [centre, halfway, fromLch([end, chroma, hue])];
  };
  const [down, up] = [arm(negative), arm(positive)];
  const rgb = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const signed = Math.max(-127, i - 128) / 127;
    rgb.set(signed === 0 ? neutral : fromOklab(between(signed < 0 ? down : up, Math.abs(signed))), 3 * i);
  }
  return { kind: 'diverging', rgb };
}

/** Nothing – most in one hue, the page's accent, from `neutral`: for tables whose cells hold numbers. */
export function rampPalette(neutral: Rgb): Palette {
  const [ground, hue] = [toOklab(neutral), 172];
  const end = endLightness[themeOf(neutral)];
  const points = [ground, fromLch([ground[0] + 0.5 * (end - ground[0]), 0.075, hue]), fromLch([end, 0.1, hue])];
  const rgb = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) rgb.set(i === 0 ? neutral : fromOklab(between(points, i / 255)), 3 * i);
  return { kind: 'sequential', rgb };
}

/** Lightness rises in equal steps; hue and chroma are in the manner of matplotlib's maps of the same names. */
const ramps = {
  inferno: [
    [0.14, 0.04, 285], [0.235, 0.11, 295], [0.33, 0.155, 318], [0.425, 0.17, 345], [0.52, 0.19, 18],
    [0.615, 0.19, 36], [0.71, 0.17, 54], [0.805, 0.16, 76], [0.9, 0.15, 100], [0.985, 0.06, 110],
  ],
  viridis: [
    [0.26, 0.11, 310], [0.34, 0.115, 290], [0.42, 0.1, 268], [0.5, 0.08, 238], [0.58, 0.082, 205],
    [0.66, 0.1, 176], [0.74, 0.13, 158], [0.82, 0.17, 136], [0.9, 0.185, 112],
  ],
} satisfies Record<SequentialName, readonly Lch[]>;

/** Nothing – most: lightness rises in equal steps. */
export function sequentialPalette(name: SequentialName): Palette {
  const points = ramps[name].map((point) => fromLch(point as Lch));
  const rgb = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) rgb.set(fromOklab(between(points, i / 255)), 3 * i);
  return { kind: 'sequential', rgb };
}

/** Table entry of value / limit; beyond ±1 the ends. */
export function paletteIndex(kind: Palette['kind'], relative: number): number {
  const clipped = Math.min(1, Math.max(-1, relative));
  return kind === 'diverging' ? 128 + Math.round(127 * clipped) : Math.round(255 * Math.max(0, clipped));
}

export const colourAt = ({ rgb }: Palette, index: number): Rgb => [rgb[3 * index]!, rgb[3 * index + 1]!, rgb[3 * index + 2]!];

export const cssColour = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;

/** '#faf8f5' or '#fff' → bytes. */
export function parseHex(hex: string): Rgb {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(hex.trim())?.[1];
  if (!digits) throw new Error(`'${hex}' is no colour of the form #rrggbb.`);
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as Rgb;
}
