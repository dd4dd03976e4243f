/** The Transfer page: whose features other models recognise, on one image at once and measured over a set of images. Puts the parts together; the numbers are studies/transfer's. */
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { notify } from '../../state/actions.ts';
import type { TransferFindings } from '../../studies/transfer/findings.ts';
import { lostWords } from '../../studies/transfer/print.ts';
import type { StudySetup } from '../../studies/setup.ts';
import { useApp, useAppState, useView } from '../../ui/app.ts';
import { plural } from '../../ui/numbers.ts';
import { SweepBar } from '../../ui/SweepBar.tsx';
import { StudyClient } from '../../ui/study/StudyClient.tsx';
import { StudyPanel } from '../../ui/study/StudyPanel.tsx';
import { useSettled, useStudySetup } from '../../ui/study/useStudySetup.ts';
import type { StudyScene } from './exportStudy.ts';
import { Preview } from './preview/Preview.tsx';
import { RegionControls } from './preview/RegionControls.tsx';
import { useImageFacts } from './preview/useImageFacts.ts';
import { Sections } from './Sections.tsx';
import { settingsOf } from './settings.ts';
import { readFile } from './study/file.ts';
import { useTransferStudy, type Asked, type Found, type Running } from './study/useTransferStudy.ts';
import { storyOf } from './words.ts';
import './transfer.css';

interface Props {
  /** What an export saves; nothing before there are findings. */
  onStudy(scene: StudyScene | undefined): void;
}

export function Transfer(props: Props) {
  return (
    <StudyClient>
      <Page {...props} />
    </StudyClient>
  );
}

function Page({ onStudy }: Props) {
  const { setup, leftOut, heed } = useStudySetup();
  const choice = useView((view) => view.transfer);
  const [opened, setOpened] = useState<{ readonly name: string; readonly asked: Asked }>();
  const { matrix, curves, running, phase } = useTwoRuns(setup, opened?.asked);
  const asked = matrix?.asked;
  const [shown, shownCurves] = [useDeferredValue(matrix), useDeferredValue(curves)];
  const progress = running.found?.progress;
  useEffect(() => heed(progress?.failed ?? []), [heed, progress?.failed]);
  useEffect(() => {
    const best = curves?.findings && curves.records.length >= (matrix?.records.length ?? 0) ? curves : matrix;
    onStudy(best?.findings && { asked: best.asked, records: best.records, findings: best.findings });
  }, [matrix, curves, onStudy]);
  return (
    <main className="lab transfer" id="main" tabIndex={-1} aria-labelledby="transfer-head">
      <header className="lab-head">
        <h2 id="transfer-head">Transfer</h2>
        <p className="lab-story" aria-busy={progress?.status === 'running'}>
          {(asked?.setup ?? setup) ? storyOf(matrix?.findings, (asked?.setup ?? setup)!, opened ? { ...choice, ...opened.asked.settings } : choice) : 'Choose models, a method and images: there is nobody to ask.'}
        </p>
        {progress && <SweepBar state={progress} controls={running} what={phase === 'matrix' ? 'matrix' : 'curves'} awaited={matrix?.findings ? 0 : (asked?.setup.images.length ?? 0)} />}
        {matrix?.problem && <p className="preview-problem" role="alert">{matrix.problem}</p>}
        {matrix?.findings && <LostNote findings={matrix.findings} fromFile={opened !== undefined} />}
        <FileLine opened={opened?.name} onOpen={(name, file) => setOpened({ name, asked: file })} onClose={() => setOpened(undefined)} />
      </header>
      {setup && setup.images.length > 0 && <Looking setup={setup} kept={matrix} />}
      <StudyPanel leftOut={leftOut} />
      {shown?.findings && shown.findings.kept > 0 ? <Sections findings={shown.findings} asked={shown.asked} curves={shownCurves?.findings} /> : <Waiting found={matrix} />}
    </main>
  );
}

interface Runs {
  readonly matrix: Found | undefined;
  readonly curves: Found | undefined;
  readonly running: Running;
  readonly phase: 'matrix' | 'curves';
}

/** First the chosen region alone, so that the matrix stands soon; once that is done, the curve over the share that is shown. */
function useTwoRuns(setup: StudySetup | undefined, opened: Asked | undefined): Runs {
  // Of the choice only what the study asks with: a click on a cell begins no study.
  const { region, share, level, side, stride, windows, reduction, fill, leaveOut, shares } = useSettled(useView((view) => view.transfer));
  const first = useMemo<Asked | undefined>(
    () => opened ?? (setup && { setup, settings: settingsOf({ region, share, level, side, stride, windows, reduction, fill, leaveOut }) }),
    [setup, opened, region, share, level, side, stride, windows, reduction, fill, leaveOut],
  );
  const [done, setDone] = useState<Found>();
  const whole = done !== undefined && done.asked === first && !first.records;
  const second = useMemo<Asked | undefined>(() => (whole && shares.length > 0 ? { setup: done.asked.setup, settings: { ...done.asked.settings, shares } } : undefined), [whole, done, shares]);
  const running = useTransferStudy(second ?? first);
  const found = running.found;
  useEffect(() => {
    if (found && found.asked === first && found.progress?.status === 'done' && found.findings) setDone(found);
  }, [found, first]);
  // The curve's run asks again for what failed in the first: once it is done, its records are the fuller ones.
  const fuller = whole && found?.asked === second && found?.progress?.status === 'done' && found.findings;
  const matrix = whole && !fuller ? done : found;
  const ofFile = first?.records && found?.findings && found.findings.curves.length > 0 ? found : undefined;
  return { matrix, curves: whole ? found : ofFile, running, phase: second ? 'curves' : 'matrix' };
}

/** The preview of the image that was chosen, or of the first that is kept. */
function Looking({ setup, kept }: { readonly setup: StudySetup; readonly kept: Found | undefined }) {
  const choice = useView((view) => view.transfer);
  const dropped = new Set(kept?.records.filter(({ standing }) => standing === 'left out').map(({ at }) => at));
  const first = setup.images.findIndex((_, at) => !dropped.has(at));
  const at = Math.min(choice.image ?? Math.max(0, first), setup.images.length - 1);
  const watched = useImageFacts(setup, at);
  return (
    <Preview setup={setup} choice={choice} at={at} watched={watched}>
      <RegionControls />
    </Preview>
  );
}

/** Which images lack what, and what to do about it. */
function LostNote({ findings: { lost, models }, fromFile }: { readonly findings: TransferFindings; readonly fromFile: boolean }) {
  if (lost.length === 0) return null;
  const titleOf = (id: string) => models.find((model) => model.id === id)?.title ?? id;
  return (
    <details className="study-problems">
      <summary>Something failed on {plural(lost.length, 'image')}</summary>
      <p className="quiet">
        What is missing is in no number; n says how many images each number has. {fromFile ? 'The command or the page that made the file can ask again.' : '“Try again” asks for it once more.'}
      </p>
      <ul>
        {lost.map((one) => (
          <li key={one.name}>{lostWords(one, titleOf)}</li>
        ))}
      </ul>
    </details>
  );
}

function Waiting({ found }: { readonly found: Found | undefined }) {
  const none = found?.findings?.kept === 0 && found.progress?.status !== 'running';
  return (
    <p className="prose lab-none">
      {none ? 'No image of this set is one that all good models get right: choose more images, another seed, or fewer models.' : 'The matrix appears with the first image whose features every model has seen.'}
    </p>
  );
}

interface FileLineProps {
  /** Name of the file whose study is on show. */
  readonly opened: string | undefined;
  onOpen(name: string, asked: Asked): void;
  onClose(): void;
}

function FileLine({ opened, onOpen, onClose }: FileLineProps) {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const open = async (file: File) => {
    try {
      onOpen(file.name, readFile(await file.text(), file.name, catalog));
    } catch (error) {
      notify(store, 'error', error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <p className="study-file quiet">
      {opened === undefined ? (
        <FileTrigger acceptedFileTypes={['.json', 'application/json']} onSelect={(files) => files?.[0] && void open(files[0])}>
          <Button className="button button-text">Open a saved study</Button>
        </FileTrigger>
      ) : (
        <>
          From {opened}; nothing is asked of models.{' '}
          <Button className="button button-text" onPress={onClose}>
            Close it
          </Button>
        </>
      )}
    </p>
  );
}
