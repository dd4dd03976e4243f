/** What our data says about the paper's three findings, and about voting beside an ensemble, in words with n and intervals. Pure; prints none of the paper's numbers. */
import type { CountedEstimate, Estimate } from '../../fields/bootstrap.ts';
import { IMAGES_FOR_VERDICT, tooFewToSay, verdictOf, type Verdict } from '../verdict.ts';
import type { ConsensusFindings } from './findings.ts';
import { LEAST, type Correlates } from './scores.ts';

export interface Claim {
  readonly id: 'alignment' | 'accuracy' | 'interpretability' | 'ensemble';
  /** What is claimed: for the first three, by Li et al. 2023. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What was measured, with n and the interval. */
  readonly says: string;
}

/** A percentile interval over fewer models says next to nothing. */
const FEW_MODELS = 5;
/** "Almost every": at least so many of the voters. */
const ALMOST = 0.9;

export const number = (value: number, digits = 2): string => (Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : 'not defined');

/** '0.61 [0.32, 0.80]'. */
export function interval({ value, low, high }: Estimate, digits = 2): string {
  return Number.isFinite(low) && Number.isFinite(high) ? `${number(value, digits)} [${number(low, digits)}, ${number(high, digits)}]` : `${number(value, digits)} (no interval)`;
}

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

export function claimsOf(findings: ConsensusFindings): Claim[] {
  return [
    alignmentClaim(findings),
    correlationClaim(findings, 'accuracy', 'Models that score higher are more accurate.', findings.byAccuracy),
    correlationClaim(findings, 'interpretability', 'Models that score higher point better at the object.', findings.byAlignment),
    ...(findings.alignment.minus.ensemble ? [ensembleClaim(findings, findings.alignment.minus.ensemble)] : []),
  ];
}

const tooFew = ({ kept }: ConsensusFindings): string => `With ${plural(kept, 'kept image')} nothing can be said yet: it takes ${IMAGES_FOR_VERDICT}.`;
const NO_MASK = 'No image has a mask, so alignment cannot be measured.';

function alignmentClaim(findings: ConsensusFindings): Claim {
  const title = 'The consensus points at the object better than almost every single model.';
  const { n, consensus, place: { among, above }, minus: { best, chance, centre } } = findings.alignment;
  if (n === 0) return { id: 'alignment', title, verdict: 'cannot tell', says: findings.kept === 0 ? tooFew(findings) : NO_MASK };
  if (n < LEAST) return { id: 'alignment', title, verdict: 'cannot tell', says: tooFew(findings) };
  const needed = ALMOST * among.length;
  const verdict = n < IMAGES_FOR_VERDICT ? 'cannot tell' : above.low >= needed ? 'supports' : above.high < needed ? 'contradicts' : 'cannot tell';
  const against = best ? ` Against the best of them on these images, ${titleOf(findings, best.id)}, the difference is ${interval(best, 3)}.` : '';
  const controls = ` Against chance it is ${interval(chance, 3)}, against a Gaussian in the centre ${interval(centre, 3)}.`;
  return {
    id: 'alignment', title, verdict,
    says: `Average precision of the consensus is ${interval(consensus.averagePrecision, 3)} on ${plural(n, 'image')}: above ${number(above.value, 0)} [${number(above.low, 0)}, ${number(above.high, 0)}] of ${among.length} voters, where "almost every" asks for ${Math.ceil(needed)}.${against}${controls} Intervals over images.${tooFewToSay(n)}`,
  };
}

const titleOf = ({ models }: ConsensusFindings, id: string): string => models.find(({ model }) => model.id === id)?.model.title ?? id;

function correlationClaim(findings: ConsensusFindings, id: 'accuracy' | 'interpretability', title: string, { all, members }: ConsensusFindings['byAccuracy']): Claim {
  const images = id === 'accuracy' ? findings.kept : findings.alignment.n;
  if (findings.tooFew || images === 0) return { id, title, verdict: 'cannot tell', says: findings.tooFew ? tooFew(findings) : NO_MASK };
  const [shown, other] = findings.headline === 'all' ? [all, members] : [members, all];
  const enough = shown.spearman.both.n >= FEW_MODELS;
  const differs = all.models.length !== members.models.length;
  const name = (correlates: Correlates) => (correlates === all && differs ? 'with the weak models and the shortcut' : 'members only');
  const one = (correlates: Correlates) => `Spearman’s ρ ${interval(correlates.spearman.both)}, Pearson’s r ${interval(correlates.pearson.both)} over ${plural(correlates.spearman.both.n, 'model')} (${name(correlates)})`;
  const beside = differs ? ` Beside it: ${one(other)}.` : '';
  const partial = ` Given the entropy of the maps, ρ is ${interval(shown.partial.spearman)}; shuffled labels reach the observed ρ with p = ${number(shown.p.spearman, 4)}.`;
  const few = enough ? '' : ` Fewer than ${FEW_MODELS} models: the interval means little.`;
  return {
    id, title,
    verdict: enough ? verdictOf({ ...shown.spearman.both, n: images }) : 'cannot tell',
    says: `${one(shown)}, on ${plural(images, 'image')}; intervals over models and images.${beside}${partial}${few}${tooFewToSay(images)}`,
  };
}

function ensembleClaim(findings: ConsensusFindings, difference: CountedEstimate): Claim {
  const title = 'Voting on explanations points better at the object than explaining the ensemble.';
  if (difference.n < LEAST) return { id: 'ensemble', title, verdict: 'cannot tell', says: findings.kept === 0 || difference.n > 0 ? tooFew(findings) : NO_MASK };
  const { ensemble } = findings.committee;
  const alike = ensemble ? ` The two maps are alike by ${interval(ensemble)} (${LIKENESS_WORDS[findings.committee.kind]}).` : '';
  return { id: 'ensemble', title, verdict: verdictOf(difference), says: `Average precision of the consensus less that of the explained mean logits is ${interval(difference, 3)} on ${plural(difference.n, 'image')}, interval over images.${alike}${tooFewToSay(difference.n)}` };
}

export const LIKENESS_WORDS = { cosine: 'cosine', 'radial-basis': 'radial basis', pearson: 'Pearson’s r of the maps', spearman: 'Spearman’s ρ of the maps' } satisfies Record<ConsensusFindings['likeness'], string>;
