/** Findings about alignment with the true mask: the consensus beside the ensemble, the members and controls that know no model. Pure functions of records. */
import { estimate, meanEstimate, meanOf, pairedDifference, type CountedEstimate, type Estimate, type Resamples } from '../../fields/bootstrap.ts';
import { numberOf, type Aligned, type KeptRecord } from './record.ts';
import { meanOfNumbers, rowsOf } from './scores.ts';

export interface Alignment {
  readonly averagePrecision: CountedEstimate;
  readonly rocAuc: CountedEstimate;
}

export const CONTROLS = ['chance', 'centre', 'edges'] as const;
export type Control = (typeof CONTROLS)[number];
export const CONTROL_TITLES = { chance: 'chance: the mask’s share of the picture', centre: 'a Gaussian in the centre', edges: 'an edge detector' } satisfies Record<Control, string>;

export interface AlignmentFindings {
  /** Kept images that have a mask. */
  readonly n: number;
  readonly consensus: Alignment;
  readonly ensemble?: Alignment;
  readonly controls: Readonly<Record<Control, Alignment>>;
  /** Of average precision: among whom, how many of them the consensus is above, and its place, 1 the first. */
  readonly place: { readonly among: readonly string[]; readonly above: Estimate; readonly rank: Estimate };
  /** mean(consensus − other) of average precision, image by image. `best` is the voter with the largest mean on these very images. */
  readonly minus: {
    readonly best?: CountedEstimate & { readonly id: string };
    readonly members: CountedEstimate;
    readonly ensemble?: CountedEstimate;
  } & Readonly<Record<Control, CountedEstimate>>;
}

type Get = (record: KeptRecord) => Aligned | null;

function alignmentOf(records: readonly KeptRecord[], get: Get, resamples: Resamples): Alignment {
  const of = (key: keyof Aligned) => meanEstimate(records.map((record) => numberOf(get(record)?.[key])), resamples);
  return { averagePrecision: of('averagePrecision'), rocAuc: of('rocAuc') };
}

const controls = {
  chance: ({ controls: { chance } }) => ({ averagePrecision: chance, rocAuc: chance === null ? null : 0.5 }),
  centre: ({ controls: { centre } }) => centre,
  edges: (record) => record.controls.edges,
} satisfies Record<Control, Get>;

const perControl = <T>(make: (control: Control) => T): Readonly<Record<Control, T>> => ({ chance: make('chance'), centre: make('centre'), edges: make('edges') });

/** `voters`: ids of those whom the consensus is compared with. */
export function alignmentFindings(records: readonly KeptRecord[], voters: readonly string[], resamples: Resamples): AlignmentFindings {
  const own = records.map(({ consensus }) => numberOf(consensus.averagePrecision));
  const rows = rowsOf(records, voters, ({ averagePrecision }) => numberOf(averagePrecision));
  const means = rows.map(meanOfNumbers);
  const best = means.reduce((first, mean, i) => (mean > (means[first] ?? -Infinity) ? i : first), -1);
  const minus = (get: (record: KeptRecord, i: number) => number) => pairedDifference(own, records.map(get), resamples);
  const above = (chosen: readonly number[]): number => {
    const mine = meanOf(own, chosen);
    return Number.isNaN(mine) ? Number.NaN : rows.filter((row) => meanOf(row, chosen) < mine).length;
  };
  const hasEnsemble = records.some(({ ensemble }) => ensemble);
  const scored = voters.filter((_, i) => !Number.isNaN(means[i])).length;
  const beaten = estimate(records.length, resamples, above);
  return {
    n: own.filter((value) => !Number.isNaN(value)).length,
    consensus: alignmentOf(records, ({ consensus }) => consensus, resamples),
    ...(hasEnsemble ? { ensemble: alignmentOf(records, ({ ensemble }) => ensemble, resamples) } : {}),
    controls: perControl((control) => alignmentOf(records, controls[control], resamples)),
    place: { among: voters, above: beaten, rank: { value: 1 + scored - beaten.value, low: 1 + scored - beaten.high, high: 1 + scored - beaten.low } },
    minus: {
      ...(best < 0 ? {} : { best: { ...minus((_, i) => rows[best]![i]!), id: voters[best]! } }),
      members: minus((_, i) => meanOfNumbers(rows.map((row) => row[i]!))),
      ...(hasEnsemble ? { ensemble: minus(({ ensemble }) => numberOf(ensemble?.averagePrecision)) } : {}),
      ...perControl((control) => minus((record) => numberOf(controls[control](record).averagePrecision))),
    },
  };
}
