/** The colours of a matrix: from the page's ground upwards, or around it, and the text that reads on each. Not the maps' own palettes: `draw/colour.ts`. */
import { colourAt, cssColour, divergingPalette, paletteIndex, parseHex, rampPalette, type Palette, type Rgb, type Theme } from '../colour.ts';
import { INKS, type Ink } from './marks.ts';

export interface Ramp {
  /** 'sequential': low … high; 'diverging': −limit … limit around `middle`. */
  readonly kind: 'sequential' | 'diverging';
  readonly low: number;
  readonly high: number;
}

/** How many colours a matrix is made of: cells of one are one path. */
const STEPS = 64;

const palettes = new Map<string, Palette>();
function paletteOf(kind: Ramp['kind'], theme: Theme): Palette {
  const key = `${kind} ${theme}`;
  const known = palettes.get(key);
  if (known) return known;
  const ground = parseHex(INKS[theme].ground);
  const made = kind === 'diverging' ? divergingPalette('purple-orange', ground) : rampPalette(ground);
  palettes.set(key, made);
  return made;
}

/** sRGB bytes of a value; beyond the ends those of the ends. A diverging ramp is symmetric around the middle of low and high. */
export function rampColour({ kind, low, high }: Ramp, theme: Theme, value: number): Rgb {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
  const step = Math.round(share * STEPS) / STEPS;
  const palette = paletteOf(kind, theme);
  return colourAt(palette, paletteIndex(palette.kind, kind === 'diverging' ? 2 * step - 1 : step));
}

export const rampInk = (ramp: Ramp, theme: Theme, value: number): Ink => {
  const css = cssColour(rampColour(ramp, theme, value));
  return css as Ink;
};

const linear = (byte: number): number => (byte <= 10.31475 ? byte / 3294.6 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]: Rgb): number => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/** Contrast ratio of WCAG 2.2, 1 … 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** Black or white, whichever reads better: at least 4.58 on any colour, since (1.05 / L) · (L / 0.05) = 21 = 4.58². */
export const inkOn = (ground: Rgb): Ink => cssColour(contrast(ground, BLACK) >= contrast(ground, WHITE) ? BLACK : WHITE) as Ink;
