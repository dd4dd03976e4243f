/** What a legend shows: the strip of colours, its ticks with numbers, and the rule in words. Not the rule itself: `fields/scale.ts`. */
import { format } from 'd3-format';
import { PERCENT_SIGN } from '../fields/percent.ts';
import type { CellScale } from '../fields/scale.ts';
import { colourAt, cssColour, type Palette } from './colour.ts';

export interface Tick {
  /** Along the strip, 0 … 1. */
  readonly at: number;
  readonly value: number;
  readonly label: string;
}
export interface Legend {
  /** For `background`. */
  readonly gradient: string;
  readonly stops: readonly { readonly at: number; readonly colour: string }[];
  readonly ticks: readonly Tick[];
  /** 'shared scale: column · clipped at the 99th percentile of |value| · share of f(x) − f(b)'. */
  readonly words: string;
  /** Deviations from the rule and 'all values near zero', each a sentence. */
  readonly notes: readonly string[];
  /** The whole legend in one sentence, for readers of the screen. */
  readonly spoken: string;
}

const significant = format('.3~r');
const power = format('.2~e');
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = (exponent: string): string => exponent.replace('-', '⁻').replace('+', '').replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]!);

/** Three significant digits; as powers of ten below 10⁻³ and from 10⁵; a true minus sign. NaN becomes a dash. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e-3 && size < 1e5) return significant(value);
  const [mantissa, exponent] = power(value).split('e') as [string, string];
  return `${mantissa}·10${raised(exponent)}`;
}

/** As a percentage of three significant digits: 0.0834 → '8.34 %'. */
export const formatShare = (share: number): string => (Number.isFinite(share) ? `${Math.abs(share) < 1e-6 ? '0' : significant(100 * share)}${PERCENT_SIGN}` : '–');

const withPlus = (value: number, label: string): string => (value > 0 ? `+${label}` : label);

function ticksOf(limit: number, palette: Palette, asShare: boolean): Tick[] {
  const label = asShare ? formatShare : formatValue;
  switch (palette.kind) {
    case 'diverging':
      return [-limit, 0, limit].map((value, i) => ({ at: i / 2, value, label: withPlus(value, label(value)) }));
    case 'sequential':
      return [0, limit / 2, limit].map((value, i) => ({ at: i / 2, value, label: label(value) }));
    default:
      return palette.kind satisfies never;
  }
}

/** The strip runs over the colours that are used: 1 … 255 of a diverging table, 0 … 255 of a sequential one. */
export function stopsOf(palette: Palette, count = 17): { at: number; colour: string }[] {
  const first = palette.kind === 'diverging' ? 1 : 0;
  return Array.from({ length: count }, (_, i) => {
    const at = i / (count - 1);
    return { at, colour: cssColour(colourAt(palette, Math.round(first + at * (255 - first)))) };
  });
}

/** The legend of one scale. `words` says its rule: `scaleWords`, or `voteWords` for a consensus. Shares are written in per cent (of the whole, per place). */
export function legendOf(scale: CellScale, words: string, palette: Palette): Legend {
  const stops = stopsOf(palette);
  const ticks = ticksOf(scale.limit, palette, scale.basis !== 'raw');
  const notes = [...scale.notes, ...(scale.nearZero ? ['All values are near zero on this scale.'] : [])];
  const gradient = `linear-gradient(to right, ${stops.map(({ at, colour }) => `${colour} ${Math.round(at * 1000) / 10}%`).join(', ')})`;
  const spoken = `Colours run from ${ticks[0]!.label} to ${ticks.at(-1)!.label}; ${words}.${notes.map((note) => ` ${note}`).join('')}`;
  return { gradient, stops, ticks, words, notes, spoken };
}
