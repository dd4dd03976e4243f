/** Findings about the size and the make-up of the committee: random sub-committees, disjoint halves, and what leaving some out does. Pure functions of records. */
import { meanEstimate, pairedDifference, type CountedEstimate, type Resamples } from '../../fields/bootstrap.ts';
import { correlation } from '../../fields/correlation.ts';
import { percentile } from '../../fields/percentile.ts';
import { disjointHalves, drops, subCommittees, type Draws, type Drop, type Halves } from './committees.ts';
import { mixtureOf, nearness, rawLikeness, type Mixture } from './gram.ts';
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

/** Which committees are compared: the same for every image. */
interface Compared {
  readonly ids: readonly string[];
  readonly models: readonly string[];
  readonly families: ReadonlyMap<string, string> | undefined;
  readonly kind: Exclude<Likeness, 'spearman'>;
  readonly sizes: readonly Draws[];
  readonly halves: readonly Halves[];
  readonly drops: readonly Drop[];
}

/** Of one image, before σ (`rawLikeness`); NaN where a committee has no ballot. */
interface Comparisons {
  /** By model: with the consensus of all others. */
  readonly alone: readonly number[];
  /** By size and draw: with the consensus of all, and by model with that of the others among the drawn. */
  readonly sizes: readonly (readonly { readonly withAll: number; readonly scores: readonly number[] }[])[];
  readonly halves: readonly (readonly number[])[];
  readonly drops: readonly number[];
  readonly ensemble: number;
}

function comparisonsOf({ gram, ensemble }: Pick<KeptRecord, 'gram' | 'ensemble'>, { ids, models, families, kind, sizes, halves, drops: left }: Compared): Comparisons {
  const mixed = (committee: readonly string[]) => mixtureOf(gram, committee, families);
  const raw = (a: Mixture | undefined, b: Mixture | undefined): number => (a && b ? rawLikeness(gram, a, b, kind) : Number.NaN);
  const whole = mixed(ids);
  const owns = models.map((id) => mixed([id]));
  const scoresAgainst = (committee: readonly string[], mixture: Mixture | undefined): number[] =>
    models.map((id, m) => raw(owns[m], committee.includes(id) ? mixed(committee.filter((other) => other !== id)) : mixture));
  return {
    alone: scoresAgainst(ids, whole),
    sizes: sizes.map(({ committees }) => committees.map((committee) => { const mixture = mixed(committee); return { withAll: raw(mixture, whole), scores: scoresAgainst(committee, mixture) }; })),
    halves: halves.map(({ pairs }) => pairs.map(([a, b]) => raw(mixed(a), mixed(b)))),
    drops: left.map(({ committee }) => raw(mixed(committee), whole)),
    ensemble: ensemble ? raw(mixtureOf(gram, [ensemble.id]), whole) : Number.NaN,
  };
}

/** Some milliseconds an image, and the same until who votes or the kind changes: σ and later images find them done. */
const known = new WeakMap<KeptRecord, { readonly key: string; readonly comparisons: Comparisons }>();
function knownComparisons(record: KeptRecord, key: string, compared: Compared): Comparisons {
  const before = known.get(record);
  if (before?.key === key) return before.comparisons;
  const comparisons = comparisonsOf(record, compared);
  known.set(record, { key, comparisons });
  return comparisons;
}

/** Everything that follows from the products of the ballots, and the average precision that was recorded. */
export function committeeFindings(records: readonly KeptRecord[], choice: CommitteeChoice, resamples: Resamples): CommitteeFindings {
  const { voters, models, balance, sigma, seed } = choice;
  const kind = choice.kind === 'spearman' ? 'pearson' : choice.kind;
  const ids = voters.map(({ id }) => id);
  const compared: Compared = {
    ids, models: models.map(({ id }) => id), families: balance ? new Map(models.map(({ id, family }) => [id, family])) : undefined, kind,
    sizes: subCommittees(ids, seed), halves: disjointHalves(ids, seed), drops: drops(voters),
  };
  const key = JSON.stringify([compared.ids, compared.models, [...(compared.families ?? [])], kind, seed]);
  const all = records.map((record) => knownComparisons(record, key, compared));
  const valueOf = (raw: number): number => (kind === 'radial-basis' ? nearness(raw, sigma) : raw);
  const overImages = (raw: (image: Comparisons) => number): number => meanOfNumbers(all.map((image) => valueOf(raw(image))));
  const alone = models.map((_, m) => overImages((image) => image.alone[m]!));
  const scoresOf = (s: number, d: number): number[] => models.map((_, m) => overImages((image) => image.sizes[s]![d]!.scores[m]!));
  const precision = (size: number, draw: number): number => meanOfNumbers(records.map((record) => numberOf(record.sizes.find((one) => one.size === size)?.averagePrecision[draw])));
  const curve = (value: (s: number, d: number) => number): SizePoint[] => compared.sizes.map(({ size, committees }, s) => sizePoint(size, committees.map((_, d) => value(s, d))));
  const whole = { size: ids.length, mean: meanOfNumbers(records.map(({ consensus }) => numberOf(consensus.averagePrecision))), low: Number.NaN, high: Number.NaN, draws: 1 };
  return {
    kind,
    withAll: curve((s, d) => overImages((image) => image.sizes[s]![d]!.withAll)),
    ranking: curve((s, d) => correlation(scoresOf(s, d), alone, 'spearman')),
    averagePrecision: [...curve((s, d) => precision(compared.sizes[s]!.size, d)), whole],
    halves: compared.halves.map(({ size, pairs }, s) => sizePoint(size, pairs.map((_, d) => overImages((image) => image.halves[s]![d]!)))),
    drops: compared.drops.map(({ committee: _, ...drop }, k) => ({ ...drop, ...dropped(records, drop.id, all.map((image) => valueOf(image.drops[k]!)), resamples) })),
    ...(records.some(({ ensemble }) => ensemble) ? { ensemble: meanEstimate(all.map((image) => valueOf(image.ensemble)), resamples) } : {}),
  };
}

function dropped(records: readonly KeptRecord[], id: Drop['id'], likenessToAll: readonly number[], resamples: Resamples): Pick<DropFinding, 'likeness' | 'averagePrecision' | 'change'> {
  const without = records.map(({ drops: kept }) => numberOf(kept.find((one) => one.id === id)?.averagePrecision));
  const whole = records.map(({ consensus }) => numberOf(consensus.averagePrecision));
  return { likeness: meanEstimate(likenessToAll, resamples), averagePrecision: meanEstimate(without, resamples), change: pairedDifference(without, whole, resamples) };
}
