/** Makes the record of one image beside the page's thread: its sub-committees are some hundred votes over all maps. Keeps nothing. */
import type { Outcome } from '../../studies/explanations.ts';
import { polledAt, type Polled, type Polling } from './polled.ts';

export interface RecordTask {
  readonly id: number;
  readonly polling: Polling;
  readonly at: number;
  /** Outcomes of that image by key. */
  readonly found: readonly (readonly [string, Outcome])[];
  /** Keys of what failed. */
  readonly failed: readonly string[];
}
export interface RecordAnswer {
  readonly id: number;
  readonly polled?: Polled;
  readonly problem?: string;
}

self.onmessage = ({ data: { id, polling, at, found, failed } }: MessageEvent<RecordTask>) => {
  try {
    const polled = polledAt(polling, at, new Map(found), new Set(failed));
    self.postMessage({ id, ...(polled ? { polled } : { problem: `image ${at + 1} lacks an answer: press Retry` }) } satisfies RecordAnswer);
  } catch (error) {
    self.postMessage({ id, problem: error instanceof Error ? error.message : String(error) } satisfies RecordAnswer);
  }
};
