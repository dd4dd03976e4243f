/** The consensus of a committee's maps, the disagreement, and each member's agreement with it. Not who predicts what: the caller says who votes. */
import type { VoteRule } from './choices.ts';
import type { PlaneMap } from './field.ts';
import { minMax, rankShare, square } from './normalize.ts';
import { resizeMap } from './resize.ts';
import { cosine, pearson, radialBasis } from './similarity.ts';

export type AppliedRule = Exclude<VoteRule, 'published'>;

export interface Member {
  readonly id: string;
  /** Pooled, signed. For 'square' in a unit that models share (`scale.ts`): that rule keeps it. */
  readonly map: PlaneMap;
  /** False for a member that predicts another class, unless the visitor asked for its vote. It is scored all the same. */
  readonly votes: boolean;
}
export interface Abstention {
  readonly id: string;
  readonly why: 'not asked' | 'zero everywhere' | 'not finite';
}
export interface Agreement {
  readonly id: string;
  /** 1 is full agreement. NaN where it is not defined (an empty map, or no other voter with `leaveOneOut`). */
  readonly score: number;
}
export interface Consensus {
  readonly kind: 'consensus';
  readonly rule: AppliedRule;
  /** c = mean of the ballots. */
  readonly mean: PlaneMap;
  /** Standard deviation of the ballots over the voters (÷ their number): the disagreement. Zero for a single voter. */
  readonly spread: PlaneMap;
  readonly voters: readonly string[];
  readonly abstained: readonly Abstention[];
  readonly agreement: readonly Agreement[];
}
export interface NoConsensus {
  readonly kind: 'none';
  /** In words for the visitor. */
  readonly reason: string;
  readonly abstained: readonly Abstention[];
}
export interface VoteOptions {
  /** Of the radial basis score. */
  readonly sigma?: number;
  /** Score each voter against the others only: with few members its own vote inflates its score. */
  readonly leaveOneOut?: boolean;
}

/** What decides how a method votes: its declared parameters. */
export interface Voting {
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * The paper squares LIME's weights, one for each superpixel, and min–max scales SmoothGrad's dense maps. So a method that weighs segments (it has the
 * parameter `segmentation`: LIME, KernelSHAP, Shapley values, feature ablation) votes as LIME, every map over pixels as SmoothGrad. Among these are
 * RISE, occlusion and prediction difference: RISE's maps lie on a floor, which squares would let decide and min–max takes away.
 */
export const publishedRule = ({ params }: Voting): AppliedRule => ('segmentation' in params ? 'square' : 'min-max');

export const appliedRule = (rule: VoteRule, method: Voting): AppliedRule => (rule === 'published' ? publishedRule(method) : rule);

/** A member's ballot: w²/‖w‖₂, or |w| scaled to 0 … 1, or the ranks of |w| as 0 … 1. */
export function ballot(values: Float32Array, rule: AppliedRule): Float32Array {
  switch (rule) {
    case 'square':
      return square(values);
    case 'min-max':
      return minMax(values.map(Math.abs));
    case 'rank':
      return rankShare(values.map(Math.abs));
    default:
      return rule satisfies never;
  }
}

/** Mean and standard deviation (÷ m) over m ≥ 1 ballots, place by place. */
export function meanAndSpread(ballots: readonly Float32Array[]): { mean: Float32Array; spread: Float32Array } {
  const size = ballots[0]!.length;
  const mean = new Float32Array(size);
  const spread = new Float32Array(size);
  for (let place = 0; place < size; place++) {
    let total = 0;
    for (const one of ballots) total += one[place]!;
    const centre = total / ballots.length;
    let squares = 0;
    for (const one of ballots) squares += (one[place]! - centre) ** 2;
    mean[place] = centre;
    spread[place] = Math.sqrt(squares / ballots.length);
  }
  return { mean, spread };
}

/** Likeness of a ballot to the consensus: cosine ('square'), radial basis of the RMS distance ('min-max'), Pearson's r of the ranks ('rank'). */
export function agreementOf(own: Float32Array, consensus: Float32Array, rule: AppliedRule, sigma: number): number {
  switch (rule) {
    case 'square':
      return cosine(own, consensus);
    case 'min-max':
      return radialBasis(own, consensus, sigma);
    case 'rank':
      return pearson(own, consensus);
    default:
      return rule satisfies never;
  }
}

function whyUnable(map: PlaneMap): Abstention['why'] | undefined {
  if (!map.data.every(Number.isFinite)) return 'not finite';
  return map.data.some((value) => value !== 0) ? undefined : 'zero everywhere';
}

/** Coarse maps are brought to the finest member's grid as the blocks they are. */
function onCommonGrid(members: readonly Member[]): readonly Member[] {
  const height = Math.max(...members.map(({ map }) => map.height));
  const width = Math.max(...members.map(({ map }) => map.width));
  return members.map((member) => ({ ...member, map: resizeMap(member.map, height, width, 'nearest') }));
}

/**
 * c = (1/m) Σ ballot(wᵢ) over the voters. Li et al. 2023 (arXiv 2109.00707), normalisations and scores as there; σ = 0.1 on the RMS distance is
 * our choice. Members with a map that is zero everywhere or not finite abstain, and the result says so.
 */
export function vote(members: readonly Member[], rule: AppliedRule, { sigma = 0.1, leaveOneOut = false }: VoteOptions = {}): Consensus | NoConsensus {
  const abstained: Abstention[] = [];
  const ballots = new Map<string, Float32Array>();
  const voters: string[] = [];
  const grid = members.length > 0 ? onCommonGrid(members) : [];
  for (const { id, map, votes } of grid) {
    const why = whyUnable(map);
    if (why === undefined) ballots.set(id, ballot(map.data, rule));
    if (why === undefined && votes) voters.push(id);
    else abstained.push({ id, why: why ?? 'not asked' });
  }
  if (voters.length === 0) return { kind: 'none', reason: whyNone(members, abstained), abstained };
  const others = (id?: string): Float32Array[] => voters.filter((voter) => voter !== id).map((voter) => ballots.get(voter)!);
  const { mean, spread } = meanAndSpread(others());
  const agreement = members.map(({ id }) => {
    const own = ballots.get(id);
    const against = leaveOneOut ? others(id) : undefined;
    if (!own || against?.length === 0) return { id, score: Number.NaN };
    return { id, score: agreementOf(own, against ? meanAndSpread(against).mean : mean, rule, sigma) };
  });
  const { height, width } = grid[0]!.map;
  const plane = (data: Float32Array): PlaneMap => ({ data, height, width });
  return { kind: 'consensus', rule, mean: plane(mean), spread: plane(spread), voters, abstained, agreement };
}

function whyNone(members: readonly Member[], abstained: readonly Abstention[]): string {
  if (members.length === 0) return 'No maps yet: a consensus needs at least one.';
  if (abstained.some(({ why }) => why === 'not asked')) return 'No member votes: all predict another class, or have an empty map. Let dissenters vote to see their consensus.';
  return 'No member votes: every map is zero everywhere or not finite.';
}

const ruleWords = { square: 'votes w²/‖w‖', 'min-max': 'votes |w| scaled to 0 … 1', rank: 'votes ranks of |w|' } satisfies Record<AppliedRule, string>;

/** 'consensus: mean of 3 of 4 · votes |w| scaled to 0 … 1'. */
export function voteWords(consensus: Consensus, disagreement: boolean): string {
  const members = consensus.voters.length + consensus.abstained.length;
  return `consensus: ${disagreement ? 'standard deviation' : 'mean'} of ${consensus.voters.length} of ${members} · ${ruleWords[consensus.rule]}`;
}
