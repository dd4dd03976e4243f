/**
 * What the Consensus study keeps of one image: a few hundred numbers, plain JSON, made from its outcomes by a pure function. Findings are made of records
 * alone, so shards merge exactly. Not the vote (poll.ts), and no mean over images (findings.ts).
 */
import { alignment, centreGaussian, edges } from '../../fields/alignment.ts';
import { mapEntropy } from '../../fields/entropy.ts';
import { averageRanks } from '../../fields/rank.ts';
import { pearson } from '../../fields/similarity.ts';
import { familyWeights, meanBallot, type AppliedRule, type Consensus } from '../../fields/vote.ts';
import { argmax, type ImageFacts, type MapOutcome } from '../explanations.ts';
import { nameOf, type StudySetup } from '../setup.ts';
import { drops, subCommittees } from './committees.ts';
import { compare, gramOf, mixtureOf, type Gram } from './gram.ts';
import { pollOf, sideOf, type Poll } from './poll.ts';
import { ensembleOf, votersOf, type RecordSettings } from './settings.ts';

/** `null` where it is not defined (an empty map, no mask): JSON knows no NaN. */
export type Measured = number | null;

/** Of a map against the true mask. */
export interface Aligned {
  readonly averagePrecision: Measured;
  readonly rocAuc: Measured;
}

export interface ModelRecord extends Aligned {
  readonly id: string;
  /** Whether its most probable class is the explained one; `null` where it gave no answer. */
  readonly correct: boolean | null;
  /** Of the explained class. */
  readonly probability: Measured;
  /** Of its normalised map to the consensus (of the others, where that was chosen): likenesses, and the root of the mean square difference. */
  readonly cosine: Measured;
  readonly pearson: Measured;
  readonly spearman: Measured;
  readonly distance: Measured;
  /** Of |w|, 0 … 1: 1 is an even map. */
  readonly entropy: Measured;
  /** Of the process that explained; `null` without a map. */
  readonly ms: Measured;
}

interface ImageRecord {
  /** Place in the study's list of images. */
  readonly at: number;
  readonly name: string;
  /** Of a scene. */
  readonly seed?: number;
}
/** An image that a good member gets wrong. */
export interface LeftOutRecord extends ImageRecord {
  readonly kind: 'left out';
  readonly target: number;
  /** Filtering or not: ids of models that name another class. */
  readonly wrong: readonly string[];
}
export interface KeptRecord extends ImageRecord {
  readonly kind: 'kept';
  /** The explained class. */
  readonly target: number;
  readonly rule: AppliedRule;
  /** Superpixels that were voted on; `null`: pixels. */
  readonly superpixels: number | null;
  /** In the setup's order; those without a map too. */
  readonly models: readonly ModelRecord[];
  /** Whose ballots make the consensus. */
  readonly voters: readonly string[];
  readonly consensus: Aligned & { readonly entropy: Measured };
  /** The explanation of the mean of the voters' logits; `null` where there is none. */
  readonly ensemble: (Aligned & { readonly id: string; readonly entropy: Measured; readonly spearman: Measured; readonly ms: number }) | null;
  /** `chance` is the mask's share of the picture. */
  readonly controls: { readonly chance: Measured; readonly centre: Aligned; readonly edges: Aligned };
  /** Products of all ballots: what sub-committees have in common follows from them. */
  readonly gram: Gram;
  /** Average precision of the consensus of each random sub-committee, as `subCommittees` draws them. */
  readonly sizes: readonly { readonly size: number; readonly averagePrecision: readonly Measured[] }[];
  /** The same of the voters without some of them, as `drops` lists them. */
  readonly drops: readonly { readonly id: string; readonly averagePrecision: Measured }[];
}
export type ConsensusRecord = KeptRecord | LeftOutRecord;

export const measured = (value: number | undefined): Measured => (value !== undefined && Number.isFinite(value) ? value : null);
/** For statistics, which leave NaN out. */
export const numberOf = (value: Measured | undefined): number => value ?? Number.NaN;

const NOT_ALIGNED: Aligned = { averagePrecision: null, rocAuc: null };

/**
 * `undefined` while it is not known whether the image is kept. A model whose map is not among the facts is recorded without one: call it when no more is to
 * come (`recordAt`). Cost: 150 ms of processor time for 20 models on 64 × 64 (two busy cores), most of it sorting the maps of 140 sub-committees.
 */
export function recordOf(facts: ImageFacts, setup: StudySetup, settings: RecordSettings, ensembleMap?: MapOutcome): ConsensusRecord | undefined {
  const { image, at, standing, target } = facts;
  if (standing === 'waiting' || target === undefined) return undefined;
  const about = { at, name: nameOf(image), ...(image.kind === 'scene' ? { seed: image.seed } : {}), target };
  const correct = (id: string): boolean | null => { const answer = facts.answers.get(id); return answer ? argmax(answer) === target : null; };
  if (standing === 'left out') return { kind: 'left out', ...about, wrong: setup.models.filter(({ id }) => correct(id) === false).map(({ id }) => id) };
  const ensembleId = ensembleOf(setup, settings);
  const poll = pollOf(facts, setup, settings, ensembleId && ensembleMap ? [ensembleId, ensembleMap] : undefined);
  const scored = scoresOf(facts, setup, settings, poll);
  const models = setup.models.map(({ id }): ModelRecord => ({
    id, correct: correct(id), probability: measured(facts.answers.get(id)?.[target]), ...scored.of(id), ms: facts.maps.get(id)?.ms ?? null,
  }));
  const own = ensembleId && ensembleMap ? scored.of(ensembleId) : undefined;
  return {
    kind: 'kept', ...about, rule: poll.rule, superpixels: poll.superpixels ?? null, models, voters: scored.voters, consensus: scored.consensus,
    ensemble: own ? { id: ensembleId!, averagePrecision: own.averagePrecision, rocAuc: own.rocAuc, entropy: own.entropy, spearman: own.spearman, ms: ensembleMap!.ms } : null,
    controls: controlsOf(facts), gram: scored.gram, sizes: scored.sizes, drops: scored.drops,
  };
}

function controlsOf(facts: Pick<ImageFacts, 'mask' | 'rgb'>): KeptRecord['controls'] {
  const side = sideOf(facts);
  const { mask, rgb } = facts;
  if (!mask) return { chance: null, centre: NOT_ALIGNED, edges: NOT_ALIGNED };
  const centre = alignment(mask, centreGaussian(side, side).data);
  const outline = rgb?.length === 3 * side * side ? aligned(mask, edges({ data: Float32Array.from(rgb, (byte) => byte / 255), height: side, width: side, channels: 3 }).data) : NOT_ALIGNED;
  return { chance: measured(centre.prevalence), centre: aligned(mask, centreGaussian(side, side).data), edges: outline };
}

function aligned(mask: Uint8Array | undefined, values: Float32Array | undefined): Aligned {
  if (!mask || !values) return NOT_ALIGNED;
  const { averagePrecision, rocAuc } = alignment(mask, values);
  return { averagePrecision: measured(averagePrecision), rocAuc: measured(rocAuc) };
}

type Scored = Pick<ModelRecord, 'cosine' | 'pearson' | 'spearman' | 'distance' | 'entropy' | 'averagePrecision' | 'rocAuc'>;

/** Everything that is measured of the ballots of one image. */
function scoresOf(facts: ImageFacts, setup: StudySetup, settings: RecordSettings, poll: Poll) {
  const { mask } = facts;
  const polled: Pick<Consensus, 'ballots' | 'voters'> & { readonly mean?: Consensus['mean'] } = poll.consensus.kind === 'consensus' ? poll.consensus : { ballots: new Map(), voters: [] };
  const { ballots, voters } = polled;
  const families = settings.balance ? new Map(setup.models.map(({ id, family }) => [id, family])) : undefined;
  const gram = gramOf(ballots);
  const precision = (values: Float32Array) => aligned(mask, poll.draw(values).data);
  const meanOf = (ids: readonly string[]): Float32Array | undefined => {
    const there = ids.filter((id) => ballots.has(id));
    return there.length === 0 ? undefined : meanBallot(there.map((id) => ballots.get(id)!), families ? familyWeights(there.map((id) => families.get(id)!)) : undefined);
  };
  const whole = polled.mean && averageRanks(polled.mean.data);
  const ranksWithout = (id: string) => {
    if (!settings.leaveOneOut || !voters.includes(id)) return whole;
    const others = meanOf(voters.filter((voter) => voter !== id));
    return others && averageRanks(others);
  };
  const of = (id: string): Scored => {
    const own = ballots.get(id);
    const values = poll.values.get(id);
    const entropy = measured(values && mapEntropy(values));
    if (!own) return { cosine: null, pearson: null, spearman: null, distance: null, entropy, ...NOT_ALIGNED };
    const others = mixtureOf(gram, settings.leaveOneOut ? voters.filter((voter) => voter !== id) : voters, families);
    const ranks = ranksWithout(id);
    const { cosine, pearson: r, distance } = others ? compare(gram, mixtureOf(gram, [id])!, others) : { cosine: Number.NaN, pearson: Number.NaN, distance: Number.NaN };
    return { cosine: measured(cosine), pearson: measured(r), spearman: measured(ranks && pearson(averageRanks(own), ranks)), distance: measured(distance), entropy, ...precision(own) };
  };
  const precisionOf = (ids: readonly string[]): Measured => { const mean = mask && meanOf(ids); return mean ? precision(mean).averagePrecision : null; };
  const asked = votersOf(setup.models, settings);
  return {
    of, gram, voters,
    consensus: { ...(polled.mean ? precision(polled.mean.data) : NOT_ALIGNED), entropy: measured(polled.mean && mapEntropy(polled.mean.data)) },
    sizes: subCommittees(asked.map(({ id }) => id), setup.seed).map(({ size, committees }) => ({ size, averagePrecision: committees.map(precisionOf) })),
    drops: drops(asked).map(({ id, committee }) => ({ id, averagePrecision: precisionOf(committee) })),
  };
}
