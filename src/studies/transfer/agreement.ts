/** Agreement of the maps themselves, before anything is shown, beside what transfers: for every pair of models, with the entropy of the maps. */
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import { correlationEstimate, type PerModel } from '../../fields/correlation.ts';
import { pairsOf, type KeptImage, type Maybe } from './record.ts';
import { CHOSEN } from './settings.ts';
import { studentEstimate, type Table } from './table.ts';

export const AGREEMENTS = ['spearman', 'ssim', 'overlap'] as const;
export type AgreementKind = (typeof AGREEMENTS)[number];

/** Of the maps of two models, Student's intervals over images. */
export type PairFinding = Readonly<Record<AgreementKind, CountedEstimate>> & {
  /** Places in the models. */
  readonly pair: readonly [number, number];
  /** Mean probability of the class when each is shown the other's feature. */
  readonly transfer: CountedEstimate;
  /** Mean of both maps' entropies: diffuse maps agree for trivial reasons. */
  readonly entropy: CountedEstimate;
};

export interface AgreementLine {
  readonly kind: AgreementKind;
  /** Over the pairs of members: rank correlation of agreement with transfer, its interval over images (the pairs stay the same and hang together). */
  readonly withTransfer: CountedEstimate;
  /** The same with entropy held fixed. */
  readonly givenEntropy: CountedEstimate;
  readonly withEntropy: CountedEstimate;
}

export interface AgreementFindings {
  /** All pairs of models, as `pairsOf` lists them. */
  readonly pairs: readonly PairFinding[];
  readonly lines: readonly AgreementLine[];
  /** Rank correlation of Spearman's with structural similarity over the pairs: whether the choice of measure would turn the order of pairs round. */
  readonly measures: CountedEstimate;
  /** Of each model's maps. */
  readonly entropy: readonly CountedEstimate[];
}

/** Each of these correlations draws the images anew for all pairs: fewer resamples than elsewhere. */
const RESAMPLES = 300;

const number = (value: Maybe | undefined): number => value ?? Number.NaN;

/** Both ways, image by image. */
function transferOf({ images, models, row }: Table, [i, j]: readonly [number, number]): number[] {
  const to = (image: KeptImage, from: number, tester: number) => row(image, CHOSEN, models[from]!.id)?.probability[tester] ?? Number.NaN;
  return images.map((image) => (to(image, i, j) + to(image, j, i)) / 2);
}

export function agreementOf(table: Table): AgreementFindings {
  const { images, models } = table;
  const all = pairsOf(models.length).map((pair, at) => ({
    pair,
    ...(Object.fromEntries(AGREEMENTS.map((kind) => [kind, images.map((image) => number(image[kind][at]))])) as Record<AgreementKind, number[]>),
    transfer: transferOf(table, pair),
    entropy: images.map(({ entropy }) => (number(entropy[pair[0]]) + number(entropy[pair[1]])) / 2),
  }));
  const members = new Set(table.members);
  const ofMembers = all.filter(({ pair: [i, j] }) => members.has(i) && members.has(j));
  const over = { images: table.resamples.slice(0, RESAMPLES) };
  const column = (name: AgreementKind | 'transfer' | 'entropy'): PerModel => ofMembers.map((pair) => pair[name]);
  const correlate = (a: Parameters<typeof column>[0], b: Parameters<typeof column>[0], given?: Parameters<typeof column>[0]): CountedEstimate =>
    ofMembers.length === 0 || images.length === 0 ? { value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 } : correlationEstimate(column(a), column(b), 'spearman', over, given && column(given));
  return {
    pairs: all.map(({ pair, spearman, ssim, overlap, transfer, entropy }) => ({
      pair, spearman: studentEstimate(spearman), ssim: studentEstimate(ssim), overlap: studentEstimate(overlap), transfer: studentEstimate(transfer), entropy: studentEstimate(entropy),
    })),
    lines: AGREEMENTS.map((kind) => ({ kind, withTransfer: correlate(kind, 'transfer'), givenEntropy: correlate(kind, 'transfer', 'entropy'), withEntropy: correlate(kind, 'entropy') })),
    measures: correlate('spearman', 'ssim'),
    entropy: models.map((_, at) => studentEstimate(images.map(({ entropy }) => entropy[at] ?? null))),
  };
}
