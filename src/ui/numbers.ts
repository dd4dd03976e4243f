/** How numbers read on the page: real minus signs, no leading zero for probabilities, units in words. Pure. */
import { percentText } from '../fields/percent.ts';

const minus = (text: string) => text.replace('-', '−');

/** .86, 1.00, .03: a probability in two digits. */
export const probability = (p: number) => (Number.isFinite(p) ? p.toFixed(2).replace(/^0/, '') : '–');

/** 0.2 → 20 %, 0.004 → 0.4 %. */
export const percent = (share: number, digits = Math.abs(share) < 0.0995 ? 1 : 0) => minus(percentText(share, digits));

/** The same without the sign, for the first of two. */
export const hundredths = (share: number, digits = 0) => minus((100 * share).toFixed(digits));

/** "64 to 79 %". */
export const percentRange = (from: number, to: number, digits = 0) => `${hundredths(from, digits)} to ${percent(to, digits)}`;

/** Three significant digits; very small and very large ones in powers of ten. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) {
    const exponent = Math.floor(Math.log10(size));
    return minus(`${(value / 10 ** exponent).toFixed(1)}·10${superscript(exponent)}`);
  }
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(digits, 6)));
}

/** As `short`, with an explicit plus. */
export const signed = (value: number) => (value > 0 ? `+${short(value)}` : short(value));

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (n: number) => (n < 0 ? '⁻' : '') + [...String(Math.abs(n))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');

/** 640 ms, 2.4 s, 1 min 20 s. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_500) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Made once: a locale is dear to look up. */
const grouped = new Intl.NumberFormat('en-GB');

/** 1234567 → 1,234,567. */
export const count = (n: number) => grouped.format(n);

const unitFor = (bytes: number) => (bytes < 999_500 ? (['KB', 1e3, 0] as const) : (['MB', 1e6, 1] as const));

/** "398 KB". */
export function sizeOf(bytes: number): string {
  const [unit, size, digits] = unitFor(bytes);
  return `${(bytes / size).toFixed(digits)} ${unit}`;
}

/** "212 of 398 KB", "0.4 of 3.1 MB": decimal units, of the whole's size. */
export function bytesOf(done: number, total: number): string {
  const [, size, digits] = unitFor(total);
  return `${(done / size).toFixed(digits)} of ${sizeOf(total)}`;
}

/** "1 model", "3 models". */
export const plural = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

const SMALL = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** 0 → no, 21 → twenty-one; digits from 100 on. */
export function inWords(n: number): string {
  if (!Number.isInteger(n) || n < 0 || n > 99) return count(n);
  return SMALL[n] ?? [TENS[Math.floor(n / 10)], ...(n % 10 > 0 ? [SMALL[n % 10]] : [])].join('-');
}

const UNITS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** 145164 → 145 k, 8701440 → 8.7 M, 512 → 512: three digits at most. */
export function compact(n: number): string {
  const [size, unit] = UNITS.find(([least]) => Math.abs(n) >= least * 0.9995) ?? [1, ''];
  const value = n / size;
  return `${unit && Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)}${unit && ` ${unit}`}`;
}

/** 290340 → 290 kB: thousands, as downloads are counted. */
export function byteWords(bytes: number): string {
  const text = compact(bytes);
  return text.includes(' ') ? `${text}B` : `${text} bytes`;
}
