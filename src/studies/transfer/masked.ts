/** What a model trained with masked images says beside its twin that was not: where parts of an image are not recognised, is evidence missing, or is the input unfamiliar? */
import type { CountedEstimate } from '../../fields/bootstrap.ts';
import { HARMONISERS } from '../../fields/harmonise.ts';
import { GENERATORS, RANDOM } from './comparisons.ts';
import type { Maybe } from './record.ts';
import { CONTROLS, harmonisedRow, randomRow } from './rows.ts';
import { findDifference, findMean, seriesOf, type CellAt, type Difference, type MeanFinding, type Table } from './table.ts';

export const MASKED = 'resnet-10-masked';
/** Of the same architecture, trained on whole images. */
export const TWIN = 'resnet-10';

export interface MaskedLine {
  /** 'generators' and 'random': of the members other than these two; else a row. */
  readonly id: string;
  readonly masked: MeanFinding;
  readonly twin: MeanFinding;
  /** Masked − twin: what the twin loses to unfamiliar input rather than to missing evidence. */
  readonly difference: Difference;
}

export interface MaskedFindings {
  readonly masked: string;
  readonly twin: string;
  /** On the whole images: masked − twin. */
  readonly clean: CountedEstimate;
  readonly lines: readonly MaskedLine[];
}

export function maskedOf(table: Table): MaskedFindings | undefined {
  const [masked, twin] = [MASKED, TWIN].map((id) => table.models.findIndex((model) => model.id === id));
  if (masked! < 0 || twin! < 0) return undefined;
  const generators = table.members.filter((at) => at !== masked && at !== twin).map((at) => table.models[at]!.id);
  const sets = [
    { id: GENERATORS, rows: generators },
    { id: RANDOM, rows: generators.map(randomRow) },
    ...[...HARMONISERS.map(harmonisedRow), ...CONTROLS].map((row) => ({ id: row, rows: [row] })),
  ];
  const whole = findDifference(table, wholeSeries(table, masked!), wholeSeries(table, twin!));
  const lines = sets.map(({ id, rows }): MaskedLine => {
    const of = (tester: number) => seriesOf(table, rows.map((row): CellAt => ({ row, tester })));
    const [first, second] = [of(masked!), of(twin!)];
    return { id, masked: findMean(table, first), twin: findMean(table, second), difference: findDifference(table, first, second) };
  });
  return { masked: MASKED, twin: TWIN, clean: whole.accuracy, lines };
}

function wholeSeries({ images }: Table, tester: number) {
  const number = (value: Maybe | undefined): number => value ?? Number.NaN;
  const right = images.map((image) => number(image.right[tester]));
  return { right, clean: right, probability: images.map((image) => number(image.probability[tester])) };
}
