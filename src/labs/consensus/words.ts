/** What the page says, in sentences made from its numbers. Pure. */
import type { FigureCaption } from '../../ui/figure/caption.ts';
import type { ConsensusFindings } from '../../studies/consensus/findings.ts';
import type { Correlates } from '../../studies/consensus/scores.ts';
import type { RecordSettings } from '../../studies/consensus/settings.ts';
import { votersOf } from '../../studies/consensus/settings.ts';
import { filtering, GOOD_ACCURACY, type StudySetup } from '../../studies/setup.ts';
import { IMAGES_FOR_VERDICT, tooFewToSay, verdictOf } from '../../studies/verdict.ts';
import type { StudyChoice } from '../../state/view.ts';
import { percent, plural } from '../../ui/numbers.ts';
import { chance, spoken, two } from './numbers.ts';

const noun = ({ source }: Pick<StudyChoice, 'source'>) => (source === 'scenes' ? 'test scene' : 'picture');

/** What is being measured, with what is there so far. */
export function story(study: StudyChoice, setup: StudySetup, settings: RecordSettings, findings: ConsensusFindings | undefined): string {
  const voters = votersOf(setup.models, settings).length;
  const asked = `${plural(voters, 'model')} vote${voters === 1 ? 's' : ''} on ${plural(setup.images.length, noun(study))}: where do their ${setup.method.title} maps agree, who is near that consensus, and are these the good ones?`;
  if (!findings || findings.drawn === 0) return asked;
  return `${asked} ${keptWords(study, setup, findings)}`;
}

/** "So far 9 of 12 scenes are kept: those that all 14 models with at least 90 % right name correctly." */
export function keptWords(study: StudyChoice, setup: StudySetup, { kept, drawn }: ConsensusFindings): string {
  const good = setup.models.some(({ role, accuracy }) => role === 'member' && accuracy.test >= GOOD_ACCURACY);
  const judges = filtering(setup.models).length;
  const who = good ? `${judges === 1 ? 'the one model' : `all ${judges} models`} with at least ${percent(GOOD_ACCURACY, 0)} right` : `all ${plural(judges, 'model')}`;
  const far = drawn < setup.images.length ? 'So far ' : '';
  const names = study.source === 'scenes' ? `: those that ${who} name${judges === 1 && good ? 's' : ''} correctly` : '';
  const words = `${kept} of ${plural(drawn, noun(study))} ${kept === 1 ? 'is' : 'are'} kept${names}.`;
  return `${far}${far ? words : words.charAt(0).toUpperCase() + words.slice(1)}`;
}

/** "Balance of classes: car 2 of 2, mug 0 of 1 …" */
export const balanceWords = ({ classes }: ConsensusFindings): string => `Kept by class: ${classes.map(({ title, kept, drawn }) => `${title} ${kept} of ${drawn}`).join(', ')}.`;

const RULES = {
  square: 'each map votes w²/‖w‖₂',
  'min-max': 'each map votes |w| scaled to 0 … 1',
  rank: 'each map votes the ranks of |w|',
} as const satisfies Record<ConsensusFindings['rule'], string>;

/** What was done, for the foot of every figure. */
export function protocolOf(setup: StudySetup, settings: RecordSettings, findings: ConsensusFindings): string[] {
  const params = Object.entries(setup.method.params).map(([name, param]) => `${param.title.toLowerCase()} ${String(setup.params[name] ?? param.default)}`);
  const vote = [RULES[findings.rule], settings.pooling === 'abs-sum' ? 'absolute values summed over channels' : 'channels summed', ...(settings.balance ? ['each family one voice'] : []), ...(settings.weak ? ['weak models vote too'] : []), settings.leaveOneOut ? 'each voter scored against the others only' : 'the scored model is among the voters'];
  return [
    `${setup.method.title} of the ${setup.score} of the ${setup.images[0]?.kind === 'scene' ? 'true class' : 'class that most of the good members name'}${params.length > 0 ? ` (${params.join(', ')})` : ''}; ${vote.join('; ')}.`,
    `Whiskers and bands: 95 %, percentile bootstrap over images, ${findings.resamples} resamples.`,
  ];
}

export const captionOf = (setup: StudySetup, settings: RecordSettings, findings: ConsensusFindings, more: readonly string[] = []): FigureCaption => ({
  protocol: [...more, ...protocolOf(setup, settings, findings)],
  n: `${findings.kept} of ${plural(findings.drawn, 'image')} kept, ${plural(setup.models.length, 'model')}`,
  seed: findings.seed,
});

/** Who is most and least like the consensus. */
export function scoreLead({ models }: ConsensusFindings): string {
  const ranked = models.filter(({ score }) => Number.isFinite(score.value)).sort((a, b) => b.score.value - a.score.value);
  const [first, last] = [ranked[0], ranked.at(-1)];
  if (!first || !last || first === last) return 'No model has been scored yet.';
  return `Most like the consensus: ${first.model.title}, ${spoken(first.score)}. Least: ${last.model.title}, ${spoken(last.score)}.`;
}

/** The headline correlation, and whether it can be told from none; `images`: on how many. */
export function correlationLead(correlates: Correlates, x: string, images: number): string {
  const { models, pearson, spearman, p } = correlates;
  if (models.length < 3 || !Number.isFinite(pearson.both.value)) return 'A correlation needs at least three models with a score.';
  const says = { supports: `Models nearer to the consensus have the better ${x}`, contradicts: `Models nearer to the consensus have the worse ${x}`, 'cannot tell': `Whether models nearer to the consensus have the better ${x} cannot be told${images < IMAGES_FOR_VERDICT ? ` from ${plural(images, 'image')}` : ' from chance'}` }[verdictOf({ ...pearson.both, n: images })];
  return `${says}: Pearson’s r = ${spoken(pearson.both)}, ${chance(p.pearson)}; Spearman’s ρ = ${spoken(spearman.both)}, ${chance(p.spearman)}; ${plural(models.length, 'model')}.`;
}

/** Where the consensus stands among its voters. */
export function alignmentLead({ models, alignment: { consensus, place, minus, n } }: ConsensusFindings): string {
  if (n === 0) return 'No image here has a mask, so alignment cannot be measured: add masks to the folder, or choose test scenes.';
  const best = minus.best;
  const gap = best ? ` Against the best single voter, ${models.find(({ model }) => model.id === best.id)?.model.title ?? best.id}: ${signedTwo(best.value)} (95 %: ${signedTwo(best.low)} to ${signedTwo(best.high)}).` : '';
  return `The consensus lies on the object with average precision ${spoken(consensus.averagePrecision)}: above ${Math.round(place.above.value)} of its ${place.among.length} voters.${gap}`;
}

export const signedTwo = (value: number): string => (value > 0 ? `+${two(value)}` : two(value));

/** What the ensemble has that voting has not, or the other way round. */
export function ensembleLead({ alignment: { minus }, committee }: ConsensusFindings): string {
  if (!minus.ensemble || !committee.ensemble) return '';
  const says = { supports: 'Voting on explanations lies better on the object than explaining the mean of the logits', contradicts: 'Explaining the mean of the logits lies better on the object than voting on explanations', 'cannot tell': 'Voting on explanations and explaining the mean of the logits lie equally well on the object, as far as these images tell' }[verdictOf(minus.ensemble)];
  return `${says} (difference of average precision ${signedTwo(minus.ensemble.value)}, 95 %: ${signedTwo(minus.ensemble.low)} to ${signedTwo(minus.ensemble.high)}); the two maps are alike by ${spoken(committee.ensemble)}.${tooFewToSay(minus.ensemble.n)}`;
}

/** How many it takes. */
export function sizeLead({ committee: { withAll, halves } }: ConsensusFindings): string {
  const enough = withAll.find(({ mean }) => mean >= 0.9);
  const half = halves.at(-1);
  const first = enough ? `${plural(enough.size, 'random model')} give${enough.size === 1 ? 's' : ''} a consensus that is ${two(enough.mean)} like that of all.` : '';
  const second = half && Number.isFinite(half.mean) ? ` Two halves of ${half.size} that share nobody agree by ${two(half.mean)}${Number.isFinite(half.low) ? ` (95 % of the draws: ${two(half.low)} to ${two(half.high)})` : ''}: this is what a new committee would repeat.` : '';
  return `${first}${second}`.trim() || 'A committee of one has no parts to compare.';
}
