/** The Consensus page: what a committee relies on, measured over a set of images, from the maps down to what they say about the paper. Puts the parts together. */
import { useMemo, useState } from 'react';
import { useView } from '../../ui/app.ts';
import { SweepBar } from '../../ui/SweepBar.tsx';
import { StudyClient } from '../../ui/study/StudyClient.tsx';
import { StudyPanel } from '../../ui/study/StudyPanel.tsx';
import { Claims } from './Claims.tsx';
import { AlignmentSection, ScoreSection, SizeSection } from './sections.tsx';
import { Multiples } from './Multiples.tsx';
import { OpenPoll } from './OpenPoll.tsx';
import type { Polled } from './polled.ts';
import type { KeptRecord } from '../../studies/consensus/record.ts';
import { VoteControls } from './PollControls.tsx';
import { ResultFile } from './ResultFile.tsx';
import type { Opened } from './resultFile.ts';
import { TwoWaySection } from './twoWay/TwoWaySection.tsx';
import { useConsensus, type ConsensusStudy } from './useConsensus.ts';
import { balanceWords, ensembleLead, story } from './words.ts';
import './consensus.css';

export function Consensus() {
  return (
    <StudyClient>
      <Page />
    </StudyClient>
  );
}

function Page() {
  const [opened, setOpened] = useState<Opened>();
  const study = useConsensus(opened);
  const { polling, polled, findings, leftOut, run, problem } = study;
  const records = useMemo(() => polled.map(({ record }) => record), [polled]);
  return (
    <main className="lab consensus" id="main" tabIndex={-1} aria-labelledby="consensus-head" aria-busy={study.moving}>
      <header className="consensus-page-head">
        <h2 id="consensus-head">Consensus</h2>
        <p className="lab-story">{polling ? story(study.study, polling.setup, polling.settings, findings) : <Nobody study={study} />}</p>
      </header>
      {opened ? <p className="consensus-opened">This is what {opened.name} holds, with the protocol it was made with.</p> : <StudyPanel leftOut={leftOut} />}
      <div className="consensus-run">
        {run && <SweepBar state={run.state} controls={run} awaited={records.length === 0 ? (polling?.setup.images.length ?? 0) : 0} />}
        <ResultFile polling={polling} records={records} opened={opened} onOpen={setOpened} />
      </div>
      {problem && <p className="consensus-problem">{problem}</p>}
      {polling && <Found {...study} polling={polling} isLive={!opened} />}
    </main>
  );
}

/** Why nothing is asked, and what to do. */
function Nobody({ study: { study, leftOut } }: { readonly study: ConsensusStudy }) {
  if (study.models.length === 0) return <>Nobody is asked: choose a committee, or models one by one.</>;
  if (leftOut.length === study.models.length) return <>The method applies to none of the chosen models: choose another method, or other models.</>;
  return <>There are no pictures yet: choose a folder or several files, or ask about test scenes.</>;
}

const isKept = (polled: Polled): polled is Polled & { readonly record: KeptRecord } => polled.record.kind === 'kept';

function Found({ polling, run, polled, findings, isLive }: ConsensusStudy & { readonly polling: NonNullable<ConsensusStudy['polling']>; readonly isLive: boolean }) {
  const image = useView((view) => view.polls.image);
  const kept = useMemo(() => polled.filter(isKept), [polled]);
  const places = useMemo(() => kept.map(({ record }) => record.at), [kept]);
  const open = kept.find(({ record }) => record.at === image);
  const shown = findings && findings.kept > 0 ? findings : undefined;
  return (
    <>
      <section aria-labelledby="consensus-images">
        <h3 className="consensus-section" id="consensus-images">
          Where they agree
        </h3>
        {isLive && <VoteControls />}
        <Multiples polling={polling} polled={polled} open={image} />
        {shown && <p className="consensus-lead">{ensembleLead(shown)}</p>}
        {findings && findings.drawn > 0 && <p className="quiet">{balanceWords(findings)} The line holds half of the consensus’ mass; the number is its average precision against the true object.</p>}
        {open && run && <OpenPoll polling={polling} polled={open} found={run.state.found} places={places} />}
      </section>
      {shown && (
        <>
          <ScoreSection polling={polling} findings={shown} />
          <AlignmentSection polling={polling} findings={shown} />
          <SizeSection polling={polling} findings={shown} />
          <Claims findings={shown} />
        </>
      )}
      {isLive && <TwoWaySection setup={polling.setup} />}
    </>
  );
}
