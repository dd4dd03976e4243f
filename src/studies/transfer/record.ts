/** What is kept of one image of a transfer study: plain numbers, from which every finding is computed again. Not the findings. */
import { mapEntropy } from '../../fields/entropy.ts';
import { featureRegion } from '../../fields/features.ts';
import type { PlaneMap } from '../../fields/field.ts';
import { averageRanks } from '../../fields/rank.ts';
import type { Mask } from '../../fields/regions.ts';
import { pearson, structuralSimilarity } from '../../fields/similarity.ts';
import { imageKey } from '../../worker/key.ts';
import { argmax, factsOf, reactionFor, type ImageFacts, type Outcome, type ReactionOutcome } from '../explanations.ts';
import { sweepItem, type Found } from '../plan.ts';
import { nameOf, refOf, type StudySetup } from '../setup.ts';
import type { OpenStudy, Study } from '../study.ts';
import { planTransfer, rememberAsks, waitsForMaps, withoutMap, type Ask } from './plan.ts';
import { featuresOf, shownTo, type LevelRegions } from './regions.ts';
import { ruleOf, type TransferSettings } from './settings.ts';

/** A number, or null where it is not defined. */
export type Maybe = number | null;

/** Of one row (rows.ts) at one level. */
export interface RowRecord {
  /** Whether each tester names the class, 0 or 1; of several draws the mean. null where it is not asked (those that are no members, at points of the curve) or came to nothing. */
  readonly right: readonly Maybe[];
  /** Each tester's probability of the class. */
  readonly probability: readonly Maybe[];
  /** Share of the image that is shown, and how compact that is (fields/regionControls.ts); the mean over testers and draws where these differ. */
  readonly area: number;
  readonly compactness: Maybe;
}

/** Row records by row id; a row that an image does not have (no mask, an empty map) is missing. */
export interface LevelRecord {
  readonly level: string;
  readonly rows: Readonly<Record<string, RowRecord>>;
}

export interface KeptImage {
  /** Place in the setup's list of images. */
  readonly at: number;
  readonly standing: 'kept';
  /** In words, and as the engine finds it again. */
  readonly name: string;
  readonly image: string;
  /** Index of the class that is explained. */
  readonly target: number;
  /** Ids of generators and testers: the order of every list here. */
  readonly models: readonly string[];
  /** On the whole image. */
  readonly right: readonly Maybe[];
  readonly probability: readonly Maybe[];
  /** Of each model's map (fields/entropy.ts). */
  readonly entropy: readonly Maybe[];
  /** Of the maps of all pairs of models, in the order of `pairsOf`: rank correlation, structural similarity, and what their chosen regions share of both together. */
  readonly spearman: readonly Maybe[];
  readonly ssim: readonly Maybe[];
  readonly overlap: readonly Maybe[];
  readonly levels: readonly LevelRecord[];
  /** Where something failed, although it could be asked: a later run may find it. Absent otherwise. */
  readonly lost?: Lost;
}

/** Ids of models. */
export interface Lost {
  /** No map: neither its feature is shown nor has it a part in what is harmonised. */
  readonly maps: readonly string[];
  /** No word of the whole image, or of the parts at some level: missing as testers there. */
  readonly reactions: readonly string[];
}

/** An image that a good model takes for something else: counted, and nothing more. */
export interface LeftOutImage {
  readonly at: number;
  readonly standing: 'left out';
  readonly name: string;
  readonly image: string;
  readonly target: number;
}

export type TransferRecord = KeptImage | LeftOutImage;

/** (0, 1), (0, 2) … (1, 2) … */
export const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count - i - 1 }, (_unused, k) => [i, i + 1 + k] as const)).flat();

/** Six decimals: far below what the page and the command line may differ by, and short in a file. */
const short = (value: number): number => Math.round(value * 1e6) / 1e6;
const maybe = (value: number | undefined): Maybe => (value !== undefined && Number.isFinite(value) ? short(value) : null);
const NONE = new Uint8Array(0);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** |A ∩ B| / |A ∪ B|; NaN for two empty ones. */
function overlapOf(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    both += a.data[i]! & b.data[i]!;
    either += a.data[i]! | b.data[i]!;
  }
  return both / either;
}

/** Of the features 0 … 1 on the image's grid, before anything is shown. Cost: mostly the structural similarities. */
function agreementOf(models: readonly string[], features: ReadonlyMap<string, PlaneMap>, settings: TransferSettings): Pick<KeptImage, 'spearman' | 'ssim' | 'overlap'> {
  const known = models.map((id) => {
    const map = features.get(id);
    return map && { map, ranks: averageRanks(map.data), region: featureRegion(map, ruleOf(settings)) };
  });
  const pairs = pairsOf(models.length).map(([i, j]) => {
    const [a, b] = [known[i], known[j]];
    return a && b ? { spearman: pearson(a.ranks, b.ranks), ssim: structuralSimilarity(a.map, b.map, 1), overlap: overlapOf(a.region, b.region) } : undefined;
  });
  const list = (name: 'spearman' | 'ssim' | 'overlap') => pairs.map((pair) => maybe(pair?.[name]));
  return { spearman: list('spearman'), ssim: list('ssim'), overlap: list('overlap') };
}

/** Rows of one level from what every tester made of it, in the order in which they were shown; `undefined` of those that gave no answer. */
function levelRecord({ level, rows }: LevelRegions, models: readonly string[], reactions: ReadonlyMap<string, ReactionOutcome | undefined>, target: number): LevelRecord {
  const testers = models.filter((id) => reactions.has(id));
  const at = testers.map(() => 0);
  const records = rows.map((row): [string, RowRecord] => {
    const cells = testers.map((tester, t) => {
      const regions = shownTo(row, tester);
      const from = at[t]!;
      at[t] = from + regions.length;
      const { top = NONE, probability = NONE } = reactions.get(tester) ?? {};
      return {
        right: mean(Array.from(top.subarray(from, at[t]), (named) => Number(named === target))),
        probability: mean([...probability.subarray(from, at[t])]),
        area: mean(regions.map(({ area }) => area)),
        compactness: mean(regions.map(({ compactness }) => compactness)),
      };
    });
    const list = (name: 'right' | 'probability') => models.map((id) => maybe(cells[testers.indexOf(id)]?.[name]));
    return [row.row.id, { right: list('right'), probability: list('probability'), area: short(mean(cells.map(({ area }) => area))), compactness: maybe(mean(cells.map(({ compactness }) => compactness))) }];
  });
  return { level: level.id, rows: Object.fromEntries(records) };
}

/** What an image's record is made of, beside its facts. */
interface Answered {
  readonly asks: readonly Ask[];
  readonly found: Found<Outcome>;
  /** Keys of what came to nothing: it is not waited for. */
  readonly failed: ReadonlySet<string>;
}

/** The record of an image from what was asked of it; `undefined` while anything of it may still come, or where there is no map at all. Pure. */
export function recordOf(facts: ImageFacts, setup: StudySetup, settings: TransferSettings, { asks, found, failed }: Answered): TransferRecord | undefined {
  const { at, image, standing, target } = facts;
  if (standing === 'waiting' || target === undefined) return undefined;
  const named = { name: nameOf(image), image: imageKey(refOf(image)), target };
  if (standing === 'left out') return { at, standing, ...named };
  const reactions = asks.map((ask) => reactionFor(ask.item, found));
  const models = setup.models.map(({ id }) => id);
  const answers = models.map((id) => facts.answers.get(id));
  const open = (key: string, outcome: unknown) => outcome === undefined && !failed.has(key);
  if (asks.length === 0 || waitsForMaps(facts, setup, found, failed) || asks.some(({ item }, i) => open(item.key, reactions[i])) || models.some((id, m) => open(answerKey(id, image), answers[m]))) return undefined;
  const lost: Lost = {
    maps: withoutMap(facts, setup, found),
    reactions: models.filter((id, m) => answers[m] === undefined || asks.some(({ tester }, i) => tester === id && reactions[i] === undefined)),
  };
  const levels = [...new Set(asks.map(({ level }) => level))];
  const features = featuresOf(facts, settings);
  return {
    at, standing, ...named, models,
    right: answers.map((answer) => (answer ? Number(argmax(answer) === target) : null)),
    probability: answers.map((answer) => maybe(answer?.[target])),
    entropy: models.map((id) => maybe(mapEntropy(features.get(id)?.data ?? new Float32Array(0)))),
    ...agreementOf(models, features, settings),
    levels: levels.map((level) => levelRecord(level, models, new Map(asks.flatMap((ask, i) => (ask.level === level ? [[ask.tester, reactions[i]] as const] : []))), target)),
    ...(lost.maps.length + lost.reactions.length > 0 ? { lost } : {}),
  };
}

const answerKey = (model: string, image: StudySetup['images'][number]): string => sweepItem({ kind: 'predict', model, image: refOf(image) }, '', 0).key;

/** Whether something of an image failed: asked again, it may have another record. */
export const hasLost = (record: TransferRecord): boolean => record.standing === 'kept' && record.lost !== undefined;

/** The sweep and its records, which share what is costly to make. A record that lacks nothing is made once. */
export function createTransfer(setup: StudySetup, settings: TransferSettings): OpenStudy<TransferRecord> {
  const asks = rememberAsks(setup, settings);
  const made = new Map<number, TransferRecord>();
  return {
    plan: planTransfer(setup, settings, asks),
    record(at, found, failed) {
      const before = made.get(at);
      if (before) return before;
      const facts = factsOf(setup, at, found);
      const record = recordOf(facts, setup, settings, { asks: asks(facts, found, failed), found, failed });
      if (record && !hasLost(record)) made.set(at, record);
      return record;
    },
  };
}

export const transferStudy: Study<TransferSettings, TransferRecord> = { id: 'transfer', open: createTransfer };
