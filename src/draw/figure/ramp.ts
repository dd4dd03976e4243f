/** The colours of a matrix: from the page's ground upwards, or around it, and the text that reads on each. Not the maps' own palettes: `draw/colour.ts`. */
import { colourAt, cssColour, divergingPalette, paletteIndex, parseHex, rampPalette, type Rgb, type Theme } from '../colour.ts';
import { INKS, type Ink } from './marks.ts';

export interface Ramp {
  /** 'sequential': low … high; 'diverging': −limit … limit around `middle`. */
  readonly kind: 'sequential' | 'diverging';
  readonly low: number;
  readonly high: number;
}

/** How many colours a matrix is made of: cells of one are one path. */
const STEPS = 64;

interface Step {
  readonly rgb: Rgb;
  readonly ink: Ink;
}
const known = new Map<string, readonly Step[]>();
function stepsOf(kind: Ramp['kind'], theme: Theme): readonly Step[] {
  const key = `${kind} ${theme}`;
  const before = known.get(key);
  if (before) return before;
  const ground = parseHex(INKS[theme].ground);
  const palette = kind === 'diverging' ? divergingPalette('purple-orange', ground) : rampPalette(ground);
  const steps = Array.from({ length: STEPS + 1 }, (_, i): Step => {
    const rgb = colourAt(palette, paletteIndex(palette.kind, kind === 'diverging' ? (2 * i) / STEPS - 1 : i / STEPS));
    return { rgb, ink: cssColour(rgb) as Ink };
  });
  known.set(key, steps);
  return steps;
}

/** sRGB bytes of a value; beyond the ends those of the ends. A diverging ramp is symmetric around the middle of low and high. */
export const rampColour = (ramp: Ramp, theme: Theme, value: number): Rgb => stepsOf(ramp.kind, theme)[stepAt(ramp, value)]!.rgb;

export const rampInk = (ramp: Ramp, theme: Theme, value: number): Ink => stepsOf(ramp.kind, theme)[stepAt(ramp, value)]!.ink;

const stepAt = ({ low, high }: Ramp, value: number): number => Math.round(STEPS * Math.min(1, Math.max(0, (value - low) / (high - low || 1))));

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
