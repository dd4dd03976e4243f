/** Makes findings of records beside the page's thread: thousands of resamples would hold up a slider. Keeps nothing. */
import { findingsOf, type Recorded } from '../../studies/consensus/findings.ts';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import type { FindingSettings } from '../../studies/consensus/settings.ts';

export interface FindingsTask {
  readonly id: number;
  readonly records: readonly ConsensusRecord[];
  readonly recorded: Recorded;
  readonly choice: FindingSettings;
}

self.onmessage = ({ data: { id, records, recorded, choice } }: MessageEvent<FindingsTask>) => {
  try {
    self.postMessage({ id, findings: findingsOf(records, recorded, choice) });
  } catch (error) {
    self.postMessage({ id, problem: error instanceof Error ? error.message : String(error) });
  }
};
