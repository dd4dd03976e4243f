/** Makes records and findings of the two-way study beside the page's thread: an image's fifty maps are ranked and compared pair by pair. Keeps the records of its setup. */
import type { Outcome } from '../../../studies/explanations.ts';
import { twoWayFindings } from '../../../studies/twoWay/findings.ts';
import { twoWayRecordAt, type TwoWayRecord } from '../../../studies/twoWay/record.ts';
import type { TwoWaySetup } from '../../../studies/twoWay/setup.ts';

export interface TwoWayTask {
  readonly setup: TwoWaySetup;
  readonly at: number;
  /** Outcomes of that image by key. */
  readonly found: readonly (readonly [string, Outcome])[];
  /** Keys of what failed. */
  readonly failed: readonly string[];
}

const records = new Map<number, TwoWayRecord>();

self.onmessage = ({ data: { setup, at, found, failed } }: MessageEvent<TwoWayTask>) => {
  try {
    const record = twoWayRecordAt(setup, at, new Map(found), new Set(failed));
    if (!record) return;
    records.set(at, record);
    self.postMessage({ run: at, findings: twoWayFindings([...records.values()], setup) });
  } catch (error) {
    self.postMessage({ run: at, problem: error instanceof Error ? error.message : String(error) });
  }
};
