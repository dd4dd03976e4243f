/** Findings about the size and the make-up of the committee: random sub-committees, disjoint halves, and what leaving some out does. Pure functions of records. */
import { meanEstimate, pairedDifference, type CountedEstimate, type Resamples } from '../../fields/bootstrap.ts';
import { correlation } from '../../fields/correlation.ts';
import { percentile } from '../../fields/percentile.ts';
import { disjointHalves, drops, subCommittees, type Drop } from './committees.ts';
import { compare, likeness, mixtureOf, type Comparison, type Mixture } from './gram.ts';
import { numberOf, type KeptRecord } from './record.ts';
import { meanOfNumbers } from './scores.ts';
import type { Likeness } from './settings.ts';
import type { ModelEntry } from '../../worker/protocol.ts';

/** Over the random committees of a size: each one's mean over images. */
export interface SizePoint {
  readonly size: number;
  readonly mean: number;
  /** 95 % of the draws; NaN for a single one. */
  readonly low: number;
  readonly high: number;
  readonly draws: number;
}

export interface DropFinding extends Omit<Drop, 'committee'> {
  /** To the consensus of all. */
  readonly likeness: CountedEstimate;
  readonly averagePrecision: CountedEstimate;
  /** mean(without − all), image by image. */
  readonly change: CountedEstimate;
}

export interface CommitteeFindings {
  /** What is plotted; Spearman's ρ of consensus maps is not kept, Pearson's r stands for it. */
  readonly kind: Exclude<Likeness, 'spearman'>;
  /** With the consensus of all: 1 at full size by construction. */
  readonly withAll: readonly SizePoint[];
  /** Of two committees of this size that share nobody. */
  readonly halves: readonly SizePoint[];
  /** Spearman's ρ over models of their scores against the sub-committee's consensus with those against that of all; each model's own vote left out of both, or it would lift its own score. */
  readonly ranking: readonly SizePoint[];
  readonly averagePrecision: readonly SizePoint[];
  readonly drops: readonly DropFinding[];
  /** Of the consensus with the ensemble's explanation. */
  readonly ensemble?: CountedEstimate;
}

export interface CommitteeChoice {
  readonly voters: readonly ModelEntry[];
  readonly models: readonly ModelEntry[];
  readonly balance: boolean;
  readonly kind: Likeness;
  readonly sigma: number;
  /** Of the draws, as when the records were made. */
  readonly seed: number;
}

function sizePoint(size: number, draws: readonly number[]): SizePoint {
  const numbers = Float64Array.from(draws.filter((value) => !Number.isNaN(value)));
  const several = numbers.length > 1;
  return { size, mean: meanOfNumbers(draws), low: several ? percentile(numbers, 2.5) : Number.NaN, high: several ? percentile(numbers, 97.5) : Number.NaN, draws: numbers.length };
}

/** Everything that follows from the products of the ballots. O(images · draws · size · models). */
export function committeeFindings(records: readonly KeptRecord[], choice: CommitteeChoice, resamples: Resamples): CommitteeFindings {
  const { voters, models, balance, sigma, seed } = choice;
  const kind = choice.kind === 'spearman' ? 'pearson' : choice.kind;
  const ids = voters.map(({ id }) => id);
  const families = balance ? new Map(models.map(({ id, family }) => [id, family])) : undefined;
  const compared = (record: KeptRecord, a: Mixture | undefined, b: Mixture | undefined): number => (a && b ? valueOf(compare(record.gram, a, b)) : Number.NaN);
  const valueOf = (comparison: Comparison) => likeness(comparison, kind, sigma);
  const mixed = (record: KeptRecord, committee: readonly string[]) => mixtureOf(record.gram, committee, families);
  const wholes = records.map((record) => mixed(record, ids));
  const overImages = (number: (record: KeptRecord, i: number) => number): number => meanOfNumbers(records.map(number));
  const alones = records.map((record) => models.map(({ id }) => mixtureOf(record.gram, [id])));
  const scoresAgainst = (committee: readonly string[], mixtures: readonly (Mixture | undefined)[]): number[] =>
    models.map(({ id }, m) => {
      const others = committee.includes(id) ? committee.filter((other) => other !== id) : undefined;
      return overImages((record, i) => compared(record, alones[i]![m], others ? mixed(record, others) : mixtures[i]));
    });
  const all = scoresAgainst(ids, wholes);
  const sizes = subCommittees(ids, seed).map(({ size, committees }) => {
    const draws = committees.map((committee) => records.map((record) => mixed(record, committee)));
    return {
      withAll: sizePoint(size, draws.map((mixtures) => overImages((record, i) => compared(record, mixtures[i], wholes[i])))),
      ranking: sizePoint(size, draws.map((mixtures, draw) => correlation(scoresAgainst(committees[draw]!, mixtures), all, 'spearman'))),
      averagePrecision: sizePoint(size, committees.map((_, draw) => overImages(({ sizes: kept }) => numberOf(kept.find((one) => one.size === size)?.averagePrecision[draw])))),
    };
  });
  const whole = { size: ids.length, draws: 1, low: Number.NaN, high: Number.NaN };
  const ensemble = records.some((record) => record.ensemble);
  return {
    kind,
    withAll: sizes.map((point) => point.withAll),
    ranking: sizes.map((point) => point.ranking),
    averagePrecision: [...sizes.map((point) => point.averagePrecision), { ...whole, mean: overImages(({ consensus }) => numberOf(consensus.averagePrecision)) }],
    halves: disjointHalves(ids, seed).map(({ size, pairs }) => sizePoint(size, pairs.map(([a, b]) => overImages((record) => compared(record, mixed(record, a), mixed(record, b)))))),
    drops: drops(voters).map(({ committee, ...drop }) => ({ ...drop, ...dropped(records, drop.id, (record, i) => compared(record, mixed(record, committee), wholes[i]), resamples) })),
    ...(ensemble ? { ensemble: meanEstimate(records.map((record, i) => (record.ensemble ? compared(record, mixtureOf(record.gram, [record.ensemble.id]), wholes[i]) : Number.NaN)), resamples) } : {}),
  };
}

function dropped(records: readonly KeptRecord[], id: Drop['id'], likenessToAll: (record: KeptRecord, i: number) => number, resamples: Resamples): Pick<DropFinding, 'likeness' | 'averagePrecision' | 'change'> {
  const without = records.map(({ drops: kept }) => numberOf(kept.find((one) => one.id === id)?.averagePrecision));
  const whole = records.map(({ consensus }) => numberOf(consensus.averagePrecision));
  return { likeness: meanEstimate(records.map(likenessToAll), resamples), averagePrecision: meanEstimate(without, resamples), change: pairedDifference(without, whole, resamples) };
}
