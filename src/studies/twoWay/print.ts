/** The two-way findings as plain text. Measures nothing. */
import { COMPONENTS, type Component } from '../../fields/twoWay.ts';
import { interval } from '../consensus/claims.ts';
import { table } from '../consensus/print.ts';
import { PAIRING_TITLES, PAIRINGS, type TwoWayFindings } from './findings.ts';

export const COMPONENT_TITLES = { model: 'the model', method: 'the method', interaction: 'both together', residual: 'another seed' } satisfies Record<Component, string>;

export function printTwoWay({ drawn, kept, shares, methods, replicated, likeness, clustering, cells, seed, resamples }: TwoWayFindings): string {
  const head = `${kept} of ${drawn} images kept; ranks of |w|, 95 % intervals over images of ${resamples} resamples, seed ${seed}`;
  const parts = shares
    ? [`Share of the variation due to … (${methods.join(', ')}; ${shares.n} images${replicated ? '' : '; no method draws: the residual stands in both together'})`, table(['', 'share'], COMPONENTS.filter((name) => replicated || name !== 'residual').map((name) => [COMPONENT_TITLES[name], interval(shares[name], 3)])), `what all maps of an image have in common, of the whole: ${interval(shares.common, 3)}`]
    : ['No shares: it takes two methods that all of two or more models have.'];
  const alike = table(['Spearman’s ρ of two maps', 'mean'], PAIRINGS.filter((pairing) => likeness[pairing].n > 0).map((pairing) => [PAIRING_TITLES[pairing], interval(likeness[pairing], 3)]));
  const order = clustering.order.map((row) => `${cells[row]!.model} ${cells[row]!.method}`).join(', ');
  return [head, parts.join('\n'), alike, ...(order ? [`In the order of the tree: ${order}`] : [])].join('\n\n');
}
