/** What a transfer study says to each question, in plain words: yes, no, or that its interval leaves it open. Computes nothing. */
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import { tooFewToSay, verdictOf, type Verdict } from '../verdict.ts';
import { BEST, GENERATORS, OTHER_FAMILIES, RANDOM } from './comparisons.ts';
import type { TransferFindings } from './findings.ts';
import { harmonisedRow } from './rows.ts';

export interface Claim {
  readonly id: string;
  /** What could be the case. */
  readonly statement: string;
  readonly verdict: Verdict;
  /** The number, its interval and n, in a sentence. */
  readonly says: string;
  /** Of which 0 is the null. */
  readonly estimate: CountedEstimate;
}

const signed = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** '+12.3 points of accuracy (95 %: +4.1 to +20.0; 36 images)'. */
export function pointsOf({ value, low, high, n }: CountedEstimate, of = 'accuracy'): string {
  if (Number.isNaN(value)) return `no image to compare on (${n} images)`;
  const points = (share: number) => signed(100 * share, 1);
  return `${points(value)} points of ${of} (95 %: ${Number.isNaN(low) ? 'not known' : `${points(low)} to ${points(high)}`}; ${n} image${n === 1 ? '' : 's'})`;
}

interface Question {
  readonly id: string;
  readonly statement: string;
  readonly subject: string;
  readonly estimate: CountedEstimate | undefined;
}

const MEAN = harmonisedRow('mean');

function questionsOf(findings: TransferFindings): readonly Question[] {
  const difference = (of: string, against: string) => findings.comparisons.find((comparison) => comparison.of === of && comparison.against === against)?.accuracy;
  const masked = findings.masked?.lines.find(({ id }) => id === GENERATORS)?.difference.accuracy;
  return [
    {
      id: 'other-architectures', statement: 'A feature found by one model serves models of other families better than a random region of its area and shape.',
      subject: 'Features shown to other families, over their matched random regions', estimate: difference(OTHER_FAMILIES, RANDOM),
    },
    {
      id: 'harmonised-over-random', statement: 'The harmonised feature serves models that had no part in it better than a random region of its area and shape.',
      subject: 'The mean of the maps, over its matched random regions', estimate: difference(MEAN, RANDOM),
    },
    {
      id: 'harmonised-over-best', statement: 'The harmonised feature serves other models better than the feature of the best single model.',
      subject: 'The mean of the maps, over the generator that did best on the other images', estimate: difference(MEAN, BEST),
    },
    {
      id: 'harmonised-over-single', statement: 'The harmonised feature serves other models better than the features of single models do on average.',
      subject: 'The mean of the maps, over single generators', estimate: difference(MEAN, GENERATORS),
    },
    {
      id: 'kinds', statement: 'Features serve models of the same kind (convolution, attention) better than models of the other kind.',
      subject: 'Within a kind, over between kinds, with what generators and testers are good at on the whole taken out', estimate: findings.kinds?.accuracy,
    },
    {
      id: 'content', statement: 'A model recognises the object by what is within its outline, not by the outline alone.',
      subject: 'The true object, over the same region in its mean colour', estimate: difference('object', 'outline'),
    },
    {
      id: 'unfamiliar', statement: 'Part of what models lose on a feature is lost because an image with a hole is unfamiliar, not because evidence is missing.',
      subject: `The model trained with masked images, over its twin, on other members’ features`, estimate: masked,
    },
  ];
}

const LEAD = { supports: 'The data support it', contradicts: 'The data contradict it', 'cannot tell': 'The data cannot tell' } as const satisfies Record<Verdict, string>;

/** Questions that this set of models can be asked. */
export function claimsOf(findings: TransferFindings): readonly Claim[] {
  const asked = questionsOf(findings).flatMap(({ estimate, subject, ...question }): Claim[] => {
    if (!estimate) return [];
    const verdict = verdictOf(estimate);
    return [{ ...question, verdict, estimate, says: `${LEAD[verdict]}. ${subject}: ${pointsOf(estimate)}.${tooFewToSay(estimate.n)}` }];
  });
  return [...asked, ...agreementClaim(findings)];
}

function agreementClaim({ agreement, kept }: TransferFindings): Claim[] {
  const line = agreement.lines.find(({ kind }) => kind === 'spearman');
  if (!line || line.givenEntropy.n < 4) return [];
  const { value, low, high, n } = line.givenEntropy;
  const estimate = { value, low, high, n: kept };
  const verdict = verdictOf(estimate);
  const r = (rho: number) => (Number.isNaN(rho) ? 'not known' : signed(rho, 2));
  return [{
    id: 'agreement', verdict, estimate,
    statement: 'Models whose maps agree serve each other better, whatever the maps’ entropy.',
    says: `${LEAD[verdict]}. Rank correlation of agreement with transfer over ${n} pairs of models, entropy held fixed: ${r(value)} (95 % over images: ${r(low)} to ${r(high)}; ${kept} image${kept === 1 ? '' : 's'}).${tooFewToSay(kept)}`,
  }];
}
