/** What the Consensus study found, in numbers with intervals: a pure function of its records. Not what that says about the paper: claims.ts. */
import { meanEstimate, type CountedEstimate } from '../../fields/bootstrap.ts';
import type { PerModel } from '../../fields/correlation.ts';
import { percentile } from '../../fields/percentile.ts';
import { appliedRule, type AppliedRule } from '../../fields/vote.ts';
import { wilson } from '../../engine/math/statistics.ts';
import type { ModelEntry } from '../../worker/protocol.ts';
import { filtering, type StudySetup } from '../setup.ts';
import { alignmentFindings, type AlignmentFindings } from './alignmentFindings.ts';
import { committeeFindings, type CommitteeFindings } from './committeeFindings.ts';
import { numberOf, type ConsensusRecord, type KeptRecord, type ModelRecord } from './record.ts';
import { correlates, imageResamples, LEAST, rowsOf, scoreOf, type Correlates } from './scores.ts';
import { appliedLikeness, votersOf, type FindingSettings, type Likeness, type RecordSettings } from './settings.ts';

export interface ModelFinding {
  readonly model: ModelEntry;
  readonly votes: boolean;
  /** Its answer decides which images are kept. */
  readonly filters: boolean;
  /** Right answers among all images drawn, with Wilson's interval. */
  readonly right: { readonly hits: number; readonly n: number; readonly interval: readonly [number, number] };
  /** Over kept images, as are the others. */
  readonly score: CountedEstimate;
  readonly averagePrecision: CountedEstimate;
  readonly rocAuc: CountedEstimate;
  readonly entropy: CountedEstimate;
  /** Median time of an explanation; NaN without one. */
  readonly ms: number;
}

/** The same with the deliberately weak and the shortcut, and without. */
export interface WithAndWithout {
  readonly all: Correlates;
  readonly members: Correlates;
}

export interface ConsensusFindings {
  readonly drawn: number;
  readonly kept: number;
  /** Fewer than three kept images: no intervals are given. */
  readonly tooFew: boolean;
  /** By explained class, those that were drawn. */
  readonly classes: readonly { readonly title: string; readonly kept: number; readonly drawn: number }[];
  readonly rule: AppliedRule;
  readonly likeness: Likeness;
  readonly sigma: number;
  readonly resamples: number;
  readonly seed: number;
  readonly models: readonly ModelFinding[];
  /** Score against the card's accuracy on test images. */
  readonly byAccuracy: WithAndWithout;
  /** Score against average precision. */
  readonly byAlignment: WithAndWithout;
  /** Which of the two is the headline. */
  readonly headline: keyof WithAndWithout;
  readonly alignment: AlignmentFindings;
  readonly committee: CommitteeFindings;
}

/** What the records were made with. */
export interface Recorded {
  readonly setup: Pick<StudySetup, 'models' | 'method' | 'seed'>;
  readonly settings: RecordSettings;
}

/** Each image once, in the order of the study. */
const ordered = (records: readonly ConsensusRecord[]): ConsensusRecord[] => [...new Map(records.map((record) => [record.at, record])).values()].sort((a, b) => a.at - b.at);

/** Findings of all records, in whatever order they come; each image once. A second of processor time for 20 models and 60 images with 1000 resamples, 0.3 with 200 (two busy cores). */
export function findingsOf(list: readonly ConsensusRecord[], { setup, settings }: Recorded, choice: FindingSettings): ConsensusFindings {
  const { models, method, seed } = setup;
  const rule = appliedRule(settings.rule, method);
  const likeness = appliedLikeness(choice.score, rule);
  const records = ordered(list);
  const used = records.filter((record) => record.kind === 'kept');
  const resamples = imageResamples(used.length, seed, choice.resamples);
  const voters = votersOf(models, settings);
  const score = (model: ModelRecord) => scoreOf(model, likeness, choice.sigma);
  const precision = (model: ModelRecord) => numberOf(model.averagePrecision);
  const entropy = (model: ModelRecord) => numberOf(model.entropy);
  const rows = (number: Number) => rowsOf(used, models.map(({ id }) => id), number);
  const columns = { score: rows(score), precision: rows(precision), entropy: rows(entropy) };
  const against = (y: readonly number[] | readonly (readonly number[])[]): WithAndWithout => {
    const over = (chosen: readonly number[]) => {
      const of = <T>(column: readonly T[]): readonly T[] => chosen.map((i) => column[i]!);
      return correlates({ ids: chosen.map((i) => models[i]!.id), x: of(columns.score), y: of<number | readonly number[]>(y) as PerModel, entropy: of(columns.entropy) }, resamples, seed, choice.resamples);
    };
    const everyone = [...models.keys()];
    return { all: over(everyone), members: over(everyone.filter((i) => models[i]!.role === 'member')) };
  };
  return {
    drawn: records.length,
    kept: used.length,
    tooFew: used.length < LEAST,
    classes: classesOf(records, models[0]?.classes ?? []),
    rule, likeness, sigma: choice.sigma, resamples: choice.resamples, seed,
    models: models.map((model) => modelFinding(model, records, used, { score, precision, entropy }, resamples, { votes: voters.includes(model), filters: filtering(models).includes(model) })),
    byAccuracy: against(models.map(({ accuracy }) => accuracy.test)),
    byAlignment: against(columns.precision),
    headline: choice.weak ? 'all' : 'members',
    alignment: alignmentFindings(used, voters.map(({ id }) => id), resamples),
    committee: committeeFindings(used, { voters, models, balance: settings.balance, kind: likeness, sigma: choice.sigma, seed }, resamples),
  };
}

type Number = (model: ModelRecord) => number;

function modelFinding(model: ModelEntry, records: readonly ConsensusRecord[], used: readonly KeptRecord[], { score, precision, entropy }: { score: Number; precision: Number; entropy: Number }, resamples: ReturnType<typeof imageResamples>, standing: Pick<ModelFinding, 'votes' | 'filters'>): ModelFinding {
  const mean = (number: Number) => meanEstimate(rowsOf(used, [model.id], number)[0]!, resamples);
  const answers = records.map((record) => (record.kind === 'left out' ? !record.wrong.includes(model.id) : record.models.find(({ id }) => id === model.id)?.correct)).filter((right) => typeof right === 'boolean');
  const hits = answers.filter((right) => right).length;
  return {
    model, ...standing,
    right: { hits, n: answers.length, interval: answers.length > 0 ? wilson(hits, answers.length) : [Number.NaN, Number.NaN] },
    score: mean(score), averagePrecision: mean(precision), rocAuc: mean(({ rocAuc }) => numberOf(rocAuc)), entropy: mean(entropy),
    ms: percentile(Float64Array.from(rowsOf(used, [model.id], ({ ms }) => numberOf(ms))[0]!), 50),
  };
}

function classesOf(records: readonly ConsensusRecord[], titles: readonly string[]): ConsensusFindings['classes'] {
  const targets = [...new Set(records.map(({ target }) => target))].sort((a, b) => a - b);
  return targets.map((target) => {
    const own = records.filter((record) => record.target === target);
    return { title: titles[target] ?? `class ${target}`, kept: own.filter(({ kind }) => kind === 'kept').length, drawn: own.length };
  });
}
