/** What the page and the worker that runs its study tell each other: plain data. The worker asks the page for answers of models, since the engine is the page's. Types only. */
import type { TransferFindings } from '../../../studies/transfer/findings.ts';
import type { TransferRecord } from '../../../studies/transfer/record.ts';
import type { TransferSettings } from '../../../studies/transfer/settings.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import type { Answer, Question } from '../../../state/remoteClient.ts';
import type { SweepState } from '../../../state/sweep.ts';
import type { Outcome } from '../../../studies/explanations.ts';

/** How the sweep stands, without what was found. */
export type Progress = Omit<SweepState<Outcome>, 'found'>;

export type ToDesk =
  /** Ends the run before, and begins this one; what was found serves it. */
  | { readonly type: 'open'; readonly run: number; readonly setup: StudySetup; readonly settings: TransferSettings }
  /** Ends the run before; says what records of a file say. */
  | { readonly type: 'read'; readonly run: number; readonly records: readonly TransferRecord[]; readonly models: StudySetup['models']; readonly seed: number }
  | { readonly type: 'pause' | 'resume' | 'cancel' | 'retry' | 'again' }
  | Answer;

export type FromDesk =
  | Question
  | { readonly type: 'progress'; readonly run: number; readonly progress: Progress }
  /** All records so far, in the order of the images, and what they say together. */
  | { readonly type: 'found'; readonly run: number; readonly records: readonly TransferRecord[]; readonly findings: TransferFindings }
  | { readonly type: 'problem'; readonly run: number; readonly message: string };
