/** How the numbers of the page read: estimates with intervals, for figures and for sentences. Pure. */
import type { Estimate as Drawn } from '../../draw/figure/marks.ts';
import type { CountedEstimate, Estimate } from '../../fields/bootstrap.ts';

/** For a figure; nothing where it is not defined, no interval where there is none. */
export function drawn({ value, low, high }: Estimate): Drawn | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Number.isFinite(low) && Number.isFinite(high) ? { mean: value, low, high } : { mean: value };
}

/** .84, −.12, 1.00: two decimals without the leading zero, as correlations and precisions are written. */
export const two = (value: number): string => (Number.isFinite(value) ? value.toFixed(2).replace(/^(-?)0\./, '$1.').replace('-', '−').replace(/^−\.00$/, '.00') : '–');

/** ".84 (95 %: .81 to .87)". */
export const spoken = ({ value, low, high }: Estimate, words: (value: number) => string = two): string =>
  Number.isFinite(low) && Number.isFinite(high) ? `${words(value)} (95 %: ${words(low)} to ${words(high)})` : words(value);

/** With the count: ".84 (95 %: .81 to .87, n = 12)". */
export const counted = ({ n, ...estimate }: CountedEstimate, words: (value: number) => string = two): string =>
  Number.isFinite(estimate.low) ? `${words(estimate.value)} (95 %: ${words(estimate.low)} to ${words(estimate.high)}, n = ${n})` : `${words(estimate.value)} (n = ${n})`;

/** "p = .03", "p < .001". */
export const chance = (p: number): string => (!Number.isFinite(p) ? 'p unknown' : p < 0.001 ? 'p < .001' : `p = ${p.toFixed(p < 0.095 ? 3 : 2).replace(/^0/, '')}`);
