/** The study of the page, put together: what is chosen, the sweep that asks for it, records of what has come, findings of the records. */
import { useEffect, useMemo } from 'react';
import type { ConsensusFindings, Recorded } from '../../studies/consensus/findings.ts';
import { planConsensus } from '../../studies/consensus/plan.ts';
import { FINDING_SETTINGS, type FindingSettings, type RecordSettings } from '../../studies/consensus/settings.ts';
import type { PollsChoice, StudyChoice } from '../../state/view.ts';
import { useAppState, useView } from '../../ui/app.ts';
import { useStudySetup, type LeftOut } from '../../ui/study/useStudySetup.ts';
import type { Polled, Polling } from './polled.ts';
import type { Opened } from './resultFile.ts';
import { useFindings } from './useFindings.ts';
import { useRecords } from './useRecords.ts';
import { useRun, type Run } from './useRun.ts';

/** Of the bootstrap while numbers still move: enough for an interval to be seen. */
const FEW_RESAMPLES = 200;

export interface ConsensusStudy {
  readonly study: StudyChoice;
  readonly leftOut: readonly LeftOut[];
  /** Nothing where nobody, or nothing, is asked. */
  readonly polling: Polling | undefined;
  readonly run: Run | undefined;
  readonly polled: readonly Polled[];
  readonly findings: ConsensusFindings | undefined;
  readonly problem: string | undefined;
  /** Numbers still move. */
  readonly moving: boolean;
}

/** What records hang on, the same object as long as it says the same. */
export function useRecordSettings({ rule, pooling, leaveOneOut, balance, weak }: PollsChoice): RecordSettings {
  return useMemo(() => ({ rule, pooling, leaveOneOut, balance, weak }), [rule, pooling, leaveOneOut, balance, weak]);
}

/** `opened`: a result from a file, in the place of the live study. */
export function useConsensus(opened: Opened | undefined): ConsensusStudy {
  const { choice: study, setup: live, leftOut, heed } = useStudySetup();
  const setup = opened?.setup ?? live;
  const polls = useView((view) => view.polls);
  const dragging = useAppState((state) => state.dragging !== undefined);
  const chosen = useRecordSettings(polls);
  const settings = opened?.settings ?? chosen;
  const { weak } = settings;
  const plan = useMemo(() => (live && !opened ? planConsensus(live, { weak }) : undefined), [live, opened, weak]);
  const run = useRun(plan);
  const failed = run?.state.failed;
  useEffect(() => failed && heed(failed), [failed, heed]);
  const polling = useMemo(() => setup && { setup, settings }, [setup, settings]);
  const { polled: made, busy, problem: torn } = useRecords(opened ? undefined : polling, run?.state);
  const polled = useMemo((): readonly Polled[] => opened?.records.map((record) => ({ record })) ?? made, [opened, made]);
  const records = useMemo(() => polled.map(({ record }) => record), [polled]);
  const recorded = useMemo((): Recorded | undefined => setup && { setup: { models: setup.models, method: setup.method, seed: setup.seed }, settings }, [setup, settings]);
  const moving = !opened && (busy || run?.state.status === 'running');
  const choice: FindingSettings = { score: polls.score, sigma: polls.sigma, weak: polls.counted, resamples: moving || dragging ? FEW_RESAMPLES : FINDING_SETTINGS.resamples };
  const { findings, problem } = useFindings(records, recorded, choice);
  return { study, leftOut, polling, run, polled, findings, problem: problem ?? torn, moving };
}
