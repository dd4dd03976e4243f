/** The Explore page: image and class on the left, the grid in the middle, the inspector on the right, the legend along the bottom. */
import { memo, useCallback, useEffect, useMemo, useRef, useState, type FocusEvent } from 'react';
import type { PhotoFile } from '../../state/photo.ts';
import { SLOTS, type State } from '../../state/store.ts';
import { useAppState, useView } from '../../ui/app.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { pixelsField, sceneField } from '../../ui/raster.ts';
import type { Theme } from '../../ui/useTheme.ts';
import { strangenessWords } from './committee.ts';
import { GridMessage } from './GridMessage.tsx';
import { CommitteeMenu, MethodsMenu, ModelsMenu, OwnModelsButton, SetsMenu } from './GridMenus.tsx';
import { useLook } from './grid/useCellRaster.ts';
import { Heatmaps } from './grid/Heatmaps.tsx';
import { ExplainPanel } from './image/ExplainPanel.tsx';
import { ImagePanel } from './image/ImagePanel.tsx';
import { Inspector, type TabId } from './inspector/Inspector.tsx';
import { LegendLine } from './LegendLine.tsx';
import { Readout } from './Readout.tsx';
import { StatusLine } from './StatusLine.tsx';
import { usePause } from './usePause.ts';
import { useCellPixels } from './useCellPixels.ts';
import { className, CommitteeContext, GridContext, useGrid } from './useGrid.ts';
import { useContours, useOutline } from './usePaths.ts';
import { openingLine } from './words.ts';
import type { Scene } from './exportGrid.ts';
import './explore.css';
import './grid/Heatmaps.css';

const SIZES = [
  { id: 'fit', title: 'Fit' },
  { id: 'large', title: 'Large' },
] as const;

/** These read what they show themselves: drawn again for their own news only, not for every map that comes. */
const [StillImagePanel, StillExplainPanel, StillInspector] = [memo(ImagePanel), memo(ExplainPanel), memo(Inspector)];

const Menus = memo(function Menus({ fit, onFit }: { readonly fit: boolean; onFit(fit: boolean): void }) {
  return (
    <div className="grid-menus">
      <ModelsMenu />
      <OwnModelsButton />
      <CommitteeMenu />
      <MethodsMenu />
      <SetsMenu />
      <Segmented title="Size of the maps" hideTitle options={SIZES} value={fit ? 'fit' : 'large'} onChange={(size) => onFit(size === 'fit')} />
    </div>
  );
});

interface Props {
  readonly theme: Theme;
  onFile(file: PhotoFile): void;
  onDice(): void;
  /** Called with what an export would be made from, whenever that changes. */
  onScene(scene: Pick<Scene, 'grid' | 'look' | 'contours' | 'outline' | 'theme'>): void;
}

export function Explore({ theme, onFile, onDice, onScene }: Props) {
  const { grid, committee } = useGrid();
  const [paused, onPause] = usePause();
  const display = useView((view) => view.display);
  const selected = useView((view) => view.selected);
  const image = useAppState(inputOf);
  const photograph = useView((view) => view.image.kind === 'picture');
  const scene = useAppState(sceneOf);
  const truth = scene && className(scene.classTitle);
  const [tab, setTab] = useState<TabId>('selection');
  const [sheet, setSheet] = useState(false);
  const [fit, setFit] = useState(true);
  const [focused, setFocused] = useState<string>();
  const pane = useRef<HTMLDivElement>(null);
  const pixels = useCellPixels(pane, `${grid.methods.length} ${grid.rows.length} ${fit}`);
  const look = useLook(display, theme, pixels, image);
  const contours = useContours(grid.consensus);
  const outline = useOutline(scene);
  const members = grid.rows.filter((row) => row.shown);
  const predictions = members.map(({ prediction }) => prediction);
  const trained = members.filter(({ model }) => !model.own);
  const strange = trained.length === 0 ? undefined : strangenessWords(trained.flatMap(({ prediction }) => prediction ?? []), photograph);
  const [unit, setUnit] = useState<string>();
  const shownOutline = display.outline ? outline : undefined;
  const opening = openingLine({
    predictions: predictions.map((prediction) => prediction && grid.classes[prediction.top]),
    truth,
    explained: grid.explained === undefined ? undefined : grid.classes[grid.explained],
  });

  useEffect(() => onScene({ grid, look, contours, outline: shownOutline, theme }), [onScene, grid, look, contours, shownOutline, theme]);
  useEffect(() => {
    if (selected.model === undefined && selected.method === undefined) return;
    setTab('selection');
    // On small screens the sheet would hide the map that was just touched.
    if (selected.model === undefined || selected.method === undefined) setSheet(true);
  }, [selected]);
  const showTab = useCallback((next: TabId) => {
    setTab(next);
    setSheet(true);
  }, []);
  const showDisplay = useCallback(() => showTab('display'), [showTab]);
  const noContours = useMemo(() => new Map<string, string>(), []);
  const onFocus = useCallback((event: FocusEvent) => setFocused((event.target as HTMLElement).closest<HTMLElement>('[data-slot]')?.dataset['slot']), []);

  return (
    <GridContext value={grid}>
      <aside className="left" aria-label="Image and class">
        <StillImagePanel outline={unit ?? shownOutline} onFile={onFile} onDice={onDice} />
        <CommitteeContext value={committee}>
          <StillExplainPanel />
        </CommitteeContext>
      </aside>
      <main className="middle" id="main" tabIndex={-1} aria-label="Maps">
        <div className="middle-head">
          <StatusLine opening={opening} paused={paused} onPause={onPause} />
          <Menus fit={fit} onFit={setFit} />
        </div>
        {strange && (
          <p className="strange" role="note">
            <b>{photograph ? 'Far from what they know.' : 'A rare one.'}</b> {strange}
          </p>
        )}
        {members.length === 0 || grid.methods.length === 0 ? (
          <GridMessage models={members.length} />
        ) : (
          <div className="grid-pane" data-size={fit ? 'fit' : 'large'} ref={pane} onFocus={onFocus} onBlur={() => setFocused(undefined)}>
            <Heatmaps look={look} contours={display.contour ? contours : noContours} consensusContours={contours} outline={unit ?? shownOutline} />
          </div>
        )}
        <Readout focused={focused} />
      </main>
      <aside className="right" aria-label="Inspector" data-open={sheet || undefined}>
        <StillInspector open={sheet} onOpen={setSheet} tab={tab} onTab={showTab} onOutline={setUnit} />
      </aside>
      <LegendLine look={look} onDisplay={showDisplay} />
    </GridContext>
  );

}

/** What the models see of the present image, as the ground of the overlays. */
function inputOf({ view: { image }, entries, pictures }: State) {
  if (image.kind === 'picture') return pictures[image.id] && pixelsField(pictures[image.id]!.pixels);
  const result = entries[SLOTS.scene]?.shown?.result;
  return result?.kind === 'scene' ? sceneField(result) : undefined;
}

/** The scene as the models see it, with what stands at each pixel; none for a photograph. */
function sceneOf({ view: { image }, entries }: State) {
  const result = entries[SLOTS.scene]?.shown?.result;
  return image.kind === 'scene' && result?.kind === 'scene' ? result : undefined;
}
