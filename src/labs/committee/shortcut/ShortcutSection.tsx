/** The planted shortcut: a model that cheats, its honest twin, and which methods show the difference. Puts the parts together; the numbers are findings.ts's. */
import { useMemo, useRef } from 'react';
import { svgToPng } from '../../../draw/export.ts';
import { WHISKERS } from '../../../draw/figure/kinds.ts';
import { figureSize, figureSvg } from '../../../draw/figure/svg.ts';
import { notify, showSceneInExplore } from '../../../state/actions.ts';
import { paramsOf } from '../../../state/request.ts';
import type { ShortcutChoice } from '../../../state/view.ts';
import type { Catalog, ImageRef } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { download } from '../../../ui/download.ts';
import { MenuButton } from '../../../ui/MenuButton.tsx';
import { percent } from '../../../ui/numbers.ts';
import { SweepBar } from '../../../ui/SweepBar.tsx';
import { useSweep, type SweepRun } from '../../../ui/useSweep.ts';
import { useTheme, type Theme } from '../../../ui/useTheme.ts';
import { Controls } from './Controls.tsx';
import { studyCsv, studyPlot, studyPlotWords } from './exportStudy.ts';
import { findingsOf, type Findings } from './findings.ts';
import { MethodsPlot } from './MethodsPlot.tsx';
import { SceneList } from './SceneList.tsx';
import { StickerStrip } from './StickerStrip.tsx';
import { StoryFigure } from './StoryFigure.tsx';
import { CHEAT, classesOf, drawScenes, observe, OUTCOMES, planStudy, SUBJECTS, TWIN, type Classes, type Observation, type Outcome, type Setup } from './study.ts';
import { useSeen } from './useSeen.ts';
import { useStory, imageOf } from './useStory.ts';
import { caption, methodsSentence, truthSentence } from './words.ts';
import './shortcut.css';

/** Of the maps in the story: one that shows the sticker, and one that hardly does. */
const TELLING = ['occlusion', 'gradient'] as const;

export function ShortcutSection() {
  const theme = useTheme(useView((view) => view.theme));
  const models = useAppState((state) => state.catalog.models);
  const missing = SUBJECTS.filter((id) => !models.some((model) => model.id === id));
  return (
    <section className="shortcut" id="shortcut" aria-labelledby="shortcut-head">
      <h2 id="shortcut-head">The planted shortcut</h2>
      {missing.length === 0 ? <Body theme={theme} /> : <p className="prose lab-none">This page needs a model that cheats ({CHEAT}) and its honest twin ({TWIN}); the zoo of this site is without {missing.join(' and ')}.</p>}
    </section>
  );
}

function Body({ theme }: { readonly theme: Theme }) {
  const { store } = useApp();
  const catalog = useAppState((state) => state.catalog);
  const choice = useSettled();
  const ref = useRef<HTMLDivElement>(null);
  const seen = useSeen(ref);
  const setup = useSetup(catalog, choice);
  const plan = useMemo(() => (seen ? planStudy(setup) : undefined), [setup, seen]);
  const study = useSweep(plan, OUTCOMES);
  const telling = useMemo(() => TELLING.flatMap((id) => catalog.methods.find((method) => method.id === id) ?? []), [catalog]);
  const story = useStory(telling, seen);
  const classes = useMemo(() => classesOf(catalog.scenes).map(({ id, title }) => ({ id, title: title.toLowerCase() })), [catalog]);
  const { observations, findings } = useFindings(setup, study);
  const cheat = catalog.models.find(({ id }) => id === CHEAT)!;
  const open = (image: Extract<ImageRef, { kind: 'scene' }>) => showSceneInExplore(store, { image, models: SUBJECTS, methods: choice.methods });
  return (
    <div ref={ref}>
      <p className="lab-story">
        One member cheats. It was trained on scenes with a small round sticker in a corner, whose colour named the class nine times in ten; it is right on {percent(cheat.accuracy.test, 1)} of scenes without any.
        Its honest twin, of the same architecture, never saw a sticker. Would an explanation have told you?
      </p>
      <StoryFigure story={story} methods={telling} classes={classes} theme={theme} onOpen={(version) => open(imageOf(version))} />
      {story.problem && <p className="quiet">{story.problem}</p>}
      <StickerStrip models={catalog.models} started={seen} />
      <h3 className="section-head">On held-out scenes</h3>
      <Controls />
      {study && <SweepBar state={study.state} controls={study} />}
      <p className="lab-story" aria-busy={study?.state.status === 'running'}>
        {truthSentence(findings)} {methodsSentence(findings)}
      </p>
      <MethodsPlot findings={findings} scenes={choice.scenes} />
      <div className="shortcut-caption quiet">
        {caption(choice, findings).map((line) => (
          <p key={line}>{line}</p>
        ))}
        <Save choice={choice} findings={findings} observations={observations} theme={theme} classes={classes} />
      </div>
      <SceneList observations={observations} classes={classes} onOpen={open} />
    </div>
  );
}

/** The choice as it was before a slider was taken up: a study that starts anew at every pixel would never end. */
function useSettled(): ShortcutChoice {
  const choice = useView((view) => view.shortcut);
  const dragging = useAppState((state) => state.dragging !== undefined);
  const settled = useRef(choice);
  if (!dragging) settled.current = choice;
  return settled.current;
}

/** The same object as long as nothing in it changes: a new one is a new study. */
function useSetup({ scenes, methods }: Catalog, choice: ShortcutChoice): Setup {
  const params = useView((view) => view.params);
  return useMemo(() => {
    const chosen = methods.filter(({ id }) => choice.methods.includes(id)).map((method) => ({ method, params: paramsOf(method.params, params[method.id]) }));
    return { scenes: drawScenes(scenes, choice), classes: classesOf(scenes), methods: chosen, seed: choice.seed };
  }, [scenes, methods, choice, params]);
}

function useFindings(setup: Setup, study: SweepRun<Outcome> | undefined): { readonly observations: readonly Observation[]; readonly findings: Findings } {
  const state = study?.state;
  return useMemo(() => {
    const observations = state ? observe(setup, state.found) : [];
    const findings = findingsOf(
      observations,
      setup.methods.map(({ method }) => method),
      setup.classes.map(({ id }) => id),
    );
    return { observations, findings };
  }, [setup, state]);
}

const FILES = [
  { id: 'csv', title: 'Numbers, CSV', description: 'a line per scene, model and method' },
  { id: 'svg', title: 'Figure, SVG', description: 'with its caption' },
  { id: 'png', title: 'Figure, PNG', description: 'with its caption, at twice its size' },
] as const;

/** Pixels of the figure in a file. */
const FILE_WIDTH = 920;

interface SaveProps {
  readonly choice: ShortcutChoice;
  readonly findings: Findings;
  readonly observations: readonly Observation[];
  readonly theme: Theme;
  readonly classes: Classes;
}

function Save({ choice, findings, observations, theme, classes }: SaveProps) {
  const { store } = useApp();
  const save = async (id: string) => {
    const name = `chorale-shortcut-${choice.scenes}-scenes-seed-${choice.seed}`;
    if (id === 'csv') return download(`${name}.csv`, new Blob([studyCsv(observations, classes, choice)], { type: 'text/csv' }));
    const drawing = WHISKERS.draw(studyPlot(findings), { width: FILE_WIDTH, theme });
    const words = studyPlotWords(findings, choice, location.href);
    const svg = figureSvg(drawing, words, theme);
    download(`${name}.${id}`, id === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await svgToPng(svg, figureSize(drawing, words)));
  };
  return (
    <MenuButton
      label="Save the study"
      title="Save"
      items={FILES}
      onAction={(id) => void save(id).catch((error: unknown) => notify(store, 'error', error instanceof Error ? error.message : String(error)))}
    >
      Save
    </MenuButton>
  );
}
