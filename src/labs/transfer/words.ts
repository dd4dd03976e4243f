/** What the page says, in sentences made of its numbers. Pure. */
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import type { FigureCaption } from '../../ui/figure/caption.ts';
import type { TransferChoice } from '../../state/view.ts';
import { BEST, GENERATORS, RANDOM } from '../../studies/transfer/comparisons.ts';
import type { TransferFindings } from '../../studies/transfer/findings.ts';
import { harmonisedRow } from '../../studies/transfer/rows.ts';
import { TRANSFER_PARAMS, type TransferSettings } from '../../studies/transfer/settings.ts';
import type { StudySetup } from '../../studies/setup.ts';
import { percent, percentRange, plural } from '../../ui/numbers.ts';
import { points } from './figures/rows.ts';

/** "72 % (95 %: 64 to 79 %)". */
export const shareWords = ({ value, low, high }: CountedEstimate): string =>
  Number.isFinite(low) && Number.isFinite(high) ? `${percent(value, 0)} (95 %: ${percentRange(low, high)})` : percent(value, 0);

/** "+12 points (95 %: +4.1 to +20)". */
export const pointWords = ({ value, low, high }: CountedEstimate): string => `${points(value)} points${Number.isFinite(low) && Number.isFinite(high) ? ` (95 %: ${points(low)} to ${points(high)})` : ''}`;

/** "the fifth of the image that a model looks at", by the chosen region. */
export function regionWords({ region, share, level, windows, side }: Pick<TransferChoice, 'region' | 'share' | 'level' | 'windows' | 'side'>): string {
  switch (region) {
    case 'top':
      return `the ${percent(share)} of the image that one model looks at most`;
    case 'threshold':
      return `the part of the image where one model’s map is at least ${percent(level)} of its largest value`;
    case 'windows':
      return `the ${plural(windows, 'window')} of ${side} pixels that one model looks at most`;
    default:
      return region satisfies never;
  }
}

const differs = ({ comparisons }: TransferFindings, of: string, against: string) => comparisons.find((one) => one.of === of && one.against === against)?.accuracy;

/** What the study says so far, in three sentences at most. */
export function storyOf(findings: TransferFindings | undefined, setup: StudySetup, choice: TransferChoice): string {
  const question = `Shown only ${regionWords(choice)}, do other models still see what it is?`;
  if (!findings || findings.kept === 0) return `${question} ${findings && findings.drawn > 0 ? `None of ${plural(findings.drawn, 'image')} so far is one that all good models get right.` : ''}`.trimEnd();
  const gain = differs(findings, GENERATORS, RANDOM);
  const best = differs(findings, harmonisedRow('mean'), BEST);
  const n = `On ${findings.kept} of ${plural(findings.drawn, 'image')}${findings.drawn < setup.images.length ? ` so far (of ${setup.images.length})` : ''}, those that all good models get right,`;
  const kept = `${n} other members keep ${shareWords(findings.offDiagonal.kept)} of their accuracy`;
  const over = gain && Number.isFinite(gain.value) ? `; over a random region of the same area and shape that is ${pointWords(gain)}` : '';
  const harmonised = best && Number.isFinite(best.value) ? ` What the committee agrees on, made without the model that sees it, differs from the best single model’s feature by ${pointWords(best)}.` : '';
  return `${question} ${kept}${over}.${harmonised}`;
}

const label = (param: { readonly labels?: Readonly<Record<string, string>> }, value: string): string => param.labels?.[value] ?? value;

/** How features were made and shown, for captions. */
export function protocolOf(setup: StudySetup, settings: TransferSettings): string[] {
  const region = regionWords({ ...settings });
  return [
    `A feature is ${region} (${setup.method.title} of the ${setup.score} of the true class, channels summed, ${label(TRANSFER_PARAMS.reduction, settings.reduction)}); the rest is ${label(TRANSFER_PARAMS.fill, settings.fill)}.`,
    `Only images that all members with at least 90 % test accuracy get right. Means are over members${settings.leaveOut ? '; what is harmonised for a model is made without its own map' : ''}.`,
  ];
}

const INTERVALS = 'Intervals: 95 % over images (bootstrap; Wilson for shares of a single cell).';

export function captionOf(findings: TransferFindings, setup: StudySetup, settings: TransferSettings, more: readonly string[] = []): FigureCaption {
  const { lost } = findings;
  const classes = findings.balance.filter((count) => count > 0).length;
  return {
    protocol: [...more, ...protocolOf(setup, settings), INTERVALS],
    n: `${findings.kept} of ${plural(findings.drawn, 'image')} kept (${plural(classes, 'class', 'classes')}), ${plural(findings.models.length, 'model')}, of them ${plural(findings.members.length, 'member')}${lost.length > 0 ? `; parts of ${plural(lost.length, 'image')} missing` : ''}`,
    seed: setup.seed,
  };
}

/** Why maps that agree need not have found the same. */
export function agreementWords({ agreement }: TransferFindings): string {
  const line = agreement.lines.find(({ kind }) => kind === 'spearman');
  const r = ({ value, low, high }: CountedEstimate) => (Number.isFinite(value) ? `${value.toFixed(2).replace('-', '−')}${Number.isFinite(low) ? ` (95 %: ${low.toFixed(2).replace('-', '−')} to ${high.toFixed(2).replace('-', '−')})` : ''}` : 'not known yet');
  if (!line) return '';
  return `A map that is spread over the whole image agrees with any other such map, whatever either has found; so each map’s entropy stands beside it (1: spread evenly). Over pairs of members, agreement by rank goes with entropy at ρ = ${r(line.withEntropy)}, and with what transfers at ρ = ${r(line.withTransfer)}; with entropy held fixed, ${r(line.givenEntropy)}. Rank correlation and structural similarity order the pairs alike at ρ = ${r(agreement.measures)}.`;
}
