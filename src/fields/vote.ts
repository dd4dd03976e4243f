/** The consensus of a committee's maps, the disagreement, and each member's agreement with it. Not who predicts what: the caller says who votes, and of which family. */
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
  /** Where false it is scored all the same. */
  readonly votes: boolean;
  /** Why it does not vote: it predicts another class, or it is in the committee for what its training lacks. */
  readonly why?: 'dissents' | 'stranger' | 'weak' | 'shortcut';
  /** With `balance` a family has one voice. */
  readonly family?: string;
}
export interface Abstention {
  readonly id: string;
  readonly why: NonNullable<Member['why']> | 'not asked' | 'zero everywhere' | 'not finite';
}
export interface Agreement {
  readonly id: string;
  /** 1 is full agreement. NaN where it is not defined (an empty map, or no other voter with `leaveOneOut`). */
  readonly score: number;
}
export interface Consensus {
  readonly kind: 'consensus';
  readonly rule: AppliedRule;
  /** c = mean of the ballots, each with its voter's weight. */
  readonly mean: PlaneMap;
  /** Standard deviation of the ballots over the voters, with the same weights: the disagreement. Zero for a single voter. */
  readonly spread: PlaneMap;
  readonly voters: readonly string[];
  /** Of each voter, in their order; Σ = 1. */
  readonly weights: readonly number[];
  readonly balanced: boolean;
  readonly abstained: readonly Abstention[];
  readonly agreement: readonly Agreement[];
  /** By id, on the grid of `mean`, of all that are scored. */
  readonly ballots: ReadonlyMap<string, Float32Array>;
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
  /** Each family one voice, however many of it vote. */
  readonly balance?: boolean;
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

/**
 * ωᵢ = 1 / |{ j : family j = family i }| over the voters: the mean over families of each family's mean. Ballots are made first, member by member (ranks are
 * those within a member's own map, and are not ranked again), so a member that stands twice counts as one; where all families have one voter, ωᵢ = 1.
 */
export function familyWeights(families: readonly string[]): number[] {
  const sizes = new Map<string, number>();
  for (const family of families) sizes.set(family, (sizes.get(family) ?? 0) + 1);
  return families.map((family) => 1 / sizes.get(family)!);
}

/** c = Σ ωᵢ bᵢ / Σ ωᵢ over m ≥ 1 ballots, place by place; without weights the plain mean. In double precision. */
function centreOf(ballots: readonly Float32Array[], weights: readonly number[] = ballots.map(() => 1)): Float64Array {
  const centre = new Float64Array(ballots[0]!.length);
  for (let i = 0; i < ballots.length; i++) {
    const [own, weight] = [ballots[i]!, weights[i]!];
    for (let place = 0; place < centre.length; place++) centre[place]! += weight * own[place]!;
  }
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  for (let place = 0; place < centre.length; place++) centre[place]! /= all;
  return centre;
}

/** As `centreOf`: the consensus alone. */
export const meanBallot = (ballots: readonly Float32Array[], weights?: readonly number[]): Float32Array => Float32Array.from(centreOf(ballots, weights));

/** c as `meanBallot`, and √(Σ ωᵢ (bᵢ − c)² / Σ ωᵢ); without weights the plain ones (÷ m). */
export function meanAndSpread(ballots: readonly Float32Array[], weights: readonly number[] = ballots.map(() => 1)): { mean: Float32Array; spread: Float32Array } {
  const centre = centreOf(ballots, weights);
  const squares = new Float64Array(centre.length);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < ballots.length; i++) {
    const [own, weight] = [ballots[i]!, weights[i]!];
    for (let place = 0; place < centre.length; place++) squares[place]! += weight * (own[place]! - centre[place]!) ** 2;
  }
  return { mean: Float32Array.from(centre), spread: Float32Array.from(squares, (square) => Math.sqrt(square / all)) };
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
 * c = Σ ωᵢ ballot(wᵢ) / Σ ωᵢ over the voters; ωᵢ = 1, or one voice for each family (`familyWeights`). Li et al. 2023 (arXiv 2109.00707), normalisations
 * and scores as there; σ = 0.1 on the RMS distance and the families are our choice. Members with a map that is zero everywhere or not finite abstain,
 * and the result says so. Left out, a voter gives its voice to the rest of its family.
 */
export function vote(members: readonly Member[], rule: AppliedRule, { sigma = 0.1, leaveOneOut = false, balance = false }: VoteOptions = {}): Consensus | NoConsensus {
  const abstained: Abstention[] = [];
  const ballots = new Map<string, Float32Array>();
  const voters: Member[] = [];
  const grid = members.length > 0 ? onCommonGrid(members) : [];
  for (const member of grid) {
    const unable = whyUnable(member.map);
    if (unable === undefined) ballots.set(member.id, ballot(member.map.data, rule));
    if (unable === undefined && member.votes) voters.push(member);
    else abstained.push({ id: member.id, why: unable ?? member.why ?? 'not asked' });
  }
  if (voters.length === 0) return { kind: 'none', reason: whyNone(members, abstained), abstained };
  const weigh = (some: readonly Member[]) => (balance ? familyWeights(some.map(({ id, family }) => family ?? id)) : some.map(() => 1));
  const poll = (some: readonly Member[]) => meanAndSpread(some.map(({ id }) => ballots.get(id)!), weigh(some));
  const { mean, spread } = poll(voters);
  const agreement = members.map(({ id }) => {
    const own = ballots.get(id);
    const others = leaveOneOut ? voters.filter((voter) => voter.id !== id) : voters;
    if (!own || others.length === 0) return { id, score: Number.NaN };
    return { id, score: agreementOf(own, leaveOneOut ? poll(others).mean : mean, rule, sigma) };
  });
  const weights = weigh(voters);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const { height, width } = grid[0]!.map;
  const plane = (data: Float32Array): PlaneMap => ({ data, height, width });
  return {
    kind: 'consensus',
    rule,
    mean: plane(mean),
    spread: plane(spread),
    voters: voters.map(({ id }) => id),
    weights: weights.map((weight) => weight / all),
    balanced: balance,
    abstained,
    agreement,
    ballots,
  };
}

const WHY = {
  dissents: (n) => `${n} see${n === 1 ? 's' : ''} another class`,
  stranger: (n) => `${n} know${n === 1 ? 's' : ''} no such class`,
  weak: (n) => `${n} ${n === 1 ? 'is' : 'are'} weak`,
  shortcut: (n) => `${n} learned a shortcut`,
  'not asked': (n) => `${n} not asked`,
  'zero everywhere': (n) => `${n} with an empty map`,
  'not finite': (n) => `${n} with a map that is not finite`,
} as const satisfies Record<Abstention['why'], (n: number) => string>;

/** Why some do not vote, in words: '5 are weak, 2 see another class'. '' for nobody. */
export function abstentionWords(abstained: readonly Pick<Abstention, 'why'>[]): string {
  const of = (why: Abstention['why']) => abstained.filter((one) => one.why === why).length;
  return (Object.keys(WHY) as Abstention['why'][]).filter((why) => of(why) > 0).map((why) => WHY[why](of(why))).join(', ');
}

function whyNone(members: readonly Member[], abstained: readonly Abstention[]): string {
  if (members.length === 0) return 'No maps yet: a consensus needs at least one.';
  const remedies = [
    abstained.some(({ why }) => why === 'dissents') ? 'models of another opinion' : undefined,
    abstained.some(({ why }) => why === 'weak' || why === 'shortcut') ? 'weak ones' : undefined,
  ].filter((words) => words !== undefined);
  return `No member votes: ${abstentionWords(abstained)}.${remedies.length > 0 ? ` Let ${remedies.join(' and ')} vote to see their consensus.` : ''}`;
}

const ruleWords = { square: 'votes w²/‖w‖', 'min-max': 'votes |w| scaled to 0 … 1', rank: 'votes ranks of |w|' } satisfies Record<AppliedRule, string>;

/** 'consensus of 14 of 21: 5 are weak, 2 see another class · the mean · votes |w| scaled to 0 … 1 · each family one voice'. `rows`: with those that have no map. */
export function voteWords({ voters, abstained, rule, balanced }: Consensus, disagreement: boolean, rows = voters.length + abstained.length): string {
  const mapless = rows - voters.length - abstained.length;
  const without = [abstentionWords(abstained), mapless > 0 ? `${mapless} without a map` : ''].filter(Boolean).join(', ');
  const parts = [`consensus of ${voters.length} of ${rows}${without && `: ${without}`}`, disagreement ? 'the standard deviation' : 'the mean', ruleWords[rule]];
  return [...parts, ...(balanced ? ['each family one voice'] : [])].join(' · ');
}
