/** What the page keeps of each image of the study: its record, and what its small picture is drawn of. Pure; made once for an image and the settings it hangs on. */
import { CONTOUR_SHARE, MARK_SIZE, massContourPath } from '../../draw/contour.ts';
import { ensembleMap, recordAt } from '../../studies/consensus/plan.ts';
import { pollOf } from '../../studies/consensus/poll.ts';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import type { RecordSettings } from '../../studies/consensus/settings.ts';
import { factsOf, type Outcome } from '../../studies/explanations.ts';
import type { Found } from '../../studies/plan.ts';
import type { StudySetup } from '../../studies/setup.ts';

/** sRGB bytes, row-major. */
export interface Thumb {
  readonly rgb: Uint8Array;
  /** Around half of the consensus' mass; '' where there is no consensus. */
  readonly contour: string;
}

export interface Polled {
  readonly record: ConsensusRecord;
  /** Absent where only the record is known: a result that was opened from a file. */
  readonly thumb?: Thumb;
}

export interface Polling {
  readonly setup: StudySetup;
  readonly settings: RecordSettings;
}

/** `undefined` until everything of the image has come or has failed. `failed`: keys of items. */
export function polledAt({ setup, settings }: Polling, at: number, found: Found<Outcome>, failed: ReadonlySet<string>): Polled | undefined {
  const record = recordAt(setup, settings, at, found, failed);
  if (!record) return undefined;
  const facts = factsOf(setup, at, found);
  if (!facts.rgb) return { record };
  const { consensus, draw } = pollOf(facts, setup, settings, undefined);
  const contour = record.kind === 'kept' && consensus.kind === 'consensus' ? massContourPath(draw(consensus.mean.data), CONTOUR_SHARE, MARK_SIZE, MARK_SIZE) : '';
  return { record, thumb: { rgb: facts.rgb, contour } };
}

/** Everything that is on show of one open image. */
export function pollAt({ setup, settings }: Polling, at: number, found: Found<Outcome>) {
  const facts = factsOf(setup, at, found);
  if (facts.standing !== 'kept') return undefined;
  const ensemble = ensembleMap(setup, settings, facts, found);
  return { facts, poll: pollOf(facts, setup, settings, ensemble ? ['ensemble', ensemble] : undefined), hasEnsemble: ensemble !== undefined };
}
